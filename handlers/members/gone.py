"""What a list says of members who are no longer there: dead, moved, out of the Union, away."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from handlers.members.births import When, read_joined
from storage.members import LeftReason, MemberStatus
from storage.vietnamese import fold, normalise

_GONE = re.compile(
    r"(?:^|[·,;.(] ?)(?:hv |hội viên |bà |chị )?(?:(?:đã |mới |vừa )?(?:chết\b|qua đời|từ trần"
    r"|mất(?! (?:điện|đt|sđt|số|máy|liên|việc|sức))\b"
    r"|chuyển (?:đi|sang|khỏi|(?:hộ )?khẩu (?:đi|sang|đến|về|qua)|sinh hoạt (?:đi|sang|đến|về|qua))"
    r"|rời (?:hội|địa phương)|(?:đi |ra )khỏi (?:hội|địa phương)|xin ra|ra hội"
    r"|(?:thôi|nghỉ|ngưng|không còn) (?:sinh hoạt|tham gia)|(?:không|ko) còn ở (?:địa phương|khóm|ấp))"
    r"|đã chuyển(?! (?:tiền|khoản|phí|hội phí|từ|đến)\b)|chuyển$)"
    r"|^da mat\b"
)
"""Only where a remark begins so: "chồng mất" says nothing of her."""
_AWAY = re.compile(
    r"\b(?:làm việc ở|làm việc tại|làm ở|đi làm xa|làm ăn xa|đi xa|tạm vắng|đi lao động|xuất khẩu lao động|lam viec o|di lam xa|lam an xa)\b"
)
_DATE_INSIDE = re.compile(r"(?:\d{1,2}[/.-]){0,2}(?:19|20)\d{2}")


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether she is counted; if she has left, since when, why, and the words that say so."""

    status: MemberStatus = MemberStatus.ACTIVE
    left_on: str = ""
    reason: str = ""
    told: str = ""


def read_standing(note: str, left: When, reason: str, today: date) -> Standing:
    """By the columns of leaving, or by the remarks, which ` · ` parts."""
    if not note and not left.text and not reason:
        return Standing()
    typed = normalise(note).lower()
    gone = _GONE.search(typed) or _GONE.search(normalise(reason).lower())
    if left.text or gone:
        found = _DATE_INSIDE.search(typed)
        day = left.text or (read_joined(found[0], today).text if found else "")
        why = _why(reason or (gone[0] if gone else ""))
        parts = (part for part in note.split(" · ") if _GONE.search(normalise(part).lower()))
        told = reason or next(parts, left.text)
        return Standing(MemberStatus.LEFT, day, why, told)
    return Standing(MemberStatus.AWAY if _AWAY.search(typed) else MemberStatus.ACTIVE)


def _why(words: str) -> LeftReason:
    folded = fold(words)
    if re.search(r"\b(?:chet|mat|qua doi|tu tran)\b", folded):
        return LeftReason.DIED
    if "chuyen" in folded:
        return LeftReason.MOVED
    return LeftReason.ASKED if re.search(r"\bxin (?:ra|thoi|nghi)\b", folded) else LeftReason.OTHER
