"""What is said of the rows of a sheet: "vắng 3, 7, 12", "có mặt trừ 4 9", "có mặt 1-5, 8".

A sheet is whole: whoever did not sign is away. So one list tells of all rows, and only when both
who came and who did not are named must every row be among them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from storage.rolls import Status
from storage.vietnamese import fold

LONGEST = 600
"""Characters; every number of a long sheet fits."""
_STATUSES = (
    (r"(?:vang |nghi )?(?:co phep|xin phep(?: vang| nghi)?)|(?:vang|nghi) phep", Status.ABSENT_EXCUSED),
    (r"truc tuyen|online|onl", Status.PRESENT_ONLINE),
    (r"(?:(?:di|den|vo) )?(?:tre|muon)", Status.LATE),
    (r"(?:khong|ko|hong|chua) (?:co mat|den|di|ky|du)|vang(?: mat)?|nghi|v", Status.ABSENT),
    (r"(?:co mat|da ky|co ky|den du|du|cm|ky)", Status.PRESENT),
)  # fmt: skip
_NONE_AWAY = re.compile(
    r"(?:khong|ko|hong) (?:co )?(?:ai |nguoi nao )?vang(?: ai| nguoi nao)?|(?:den )?du(?: mat| ca)?"
)
_WORDS = re.compile(
    r"(?P<range>\d{1,3} ?(?:-|den|toi) ?\d{1,3})(?!\d)"
    r"|(?P<number>\d{1,3})(?!\d)"
    r"|(?P<except>(?:chi )?(?:ngoai )?tru(?: ra)?|ngoai)\b"
    r"|(?P<rest>(?:so |nguoi )?con lai)\b"
    r"|(?P<all>het|tat ca|toan bo|ca to|day du)\b"
    r"|(?P<filling>so|stt|hang|dong|cac|may|chi|ba|co|nguoi|va|voi|thi|la|deu|ca|da|a|nha|nhe|em"
    r"|nghen|ghi|giup|cho|phieu)\b"
    r"|(?P<apart>[\s,;.:&+/()!])"
)
_STATUS = tuple((re.compile(rf"(?:{pattern})\b"), status) for pattern, status in _STATUSES)
CAME = frozenset({Status.PRESENT, Status.PRESENT_ONLINE, Status.LATE})
_KINDS = {"except", "rest", "all"}


class UnclearError(Exception):
    """What was typed tells not of every row, and of each once.

    `reason` is words (not understood), which (numbers alone), strange (no such rows), twice or
    missing; `numbers` are the rows concerned.
    """

    def __init__(self, reason: str, numbers: Collection[int] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.numbers = sorted(numbers)


@dataclass(slots=True)
class _Part:
    """One status and what stands with it."""

    status: Status
    numbers: list[int] = field(default_factory=list)
    kinds: set[str] = field(default_factory=set)


def read(text: str, rows: Collection[int]) -> dict[int, Status]:
    """What is said of each of these rows.

    A row between them that is none was somebody who has been erased since it was printed.

    Raises:
        UnclearError: it must be asked again.
    """
    said = fold(text).replace("–", "-").replace("—", "-")
    if len(said) > LONGEST:
        raise UnclearError("words")
    if _NONE_AWAY.fullmatch(said.strip(" .!")):
        return dict.fromkeys(rows, Status.PRESENT)
    named, rest = _told(_parts(list(_tokens(said))))
    printed = range(1, max(rows, default=0))
    strange = {row for row in named if row not in rows and row not in printed}
    if strange:
        raise UnclearError("strange", strange)
    missing = set(rows) - set(named)
    if rest is None and missing:
        raise UnclearError("missing", missing)
    return {row: named.get(row) or rest or Status.PRESENT for row in rows}


def _tokens(said: str) -> Iterator[tuple[str, object]]:
    at = 0
    while at < len(said):
        status = next(((m, s) for p, s in _STATUS if (m := p.match(said, at))), None)
        found = _WORDS.match(said, at)
        if status is not None and (found is None or status[0].end() > found.end()):
            yield "status", status[1]
            at = status[0].end()
            continue
        if found is None or found.lastgroup is None:
            raise UnclearError("words")
        if found.lastgroup == "range":
            first, last = map(int, re.findall(r"\d+", found[0]))
            yield "numbers", list(range(min(first, last), max(first, last) + 1))
        elif found.lastgroup == "number":
            yield "numbers", [int(found[0])]
        elif found.lastgroup in _KINDS:
            yield found.lastgroup, None
        at = found.end()


def _parts(tokens: list[tuple[str, object]]) -> list[_Part]:
    """Each status with its numbers, which stand behind it, or else all before it."""
    if not any(kind == "status" for kind, _ in tokens):
        numbers = any(kind == "numbers" for kind, _ in tokens)
        raise UnclearError("which" if numbers else "words")
    before = tokens[0][0] == "numbers"
    parts: list[_Part] = []
    waiting: list[int] = []
    ahead: set[str] = set()
    for kind, value in tokens:
        if kind == "status":
            assert isinstance(value, Status)
            parts.append(_Part(value, waiting, ahead))
            waiting, ahead = [], set()
        elif kind == "numbers":
            assert isinstance(value, list)
            (waiting if before or not parts or ahead else parts[-1].numbers).extend(value)
        elif kind == "except" and parts:
            parts[-1].kinds.add(kind)
            before = False
        elif kind == "all" and parts and not waiting:
            parts[-1].kinds.add(kind)
        else:
            ahead.add(kind)
    if waiting or ahead:
        raise UnclearError("words")
    return parts


def _told(parts: list[_Part]) -> tuple[dict[int, Status], Status | None]:
    """What rows are by their numbers, and what all the others are, if that is known."""
    named: dict[int, Status] = {}
    others: set[Status] = set()
    for part in parts:
        status = part.status
        if part.kinds:
            others.add(status)
        elif not part.numbers:
            raise UnclearError("words")
        if "except" in part.kinds:
            status = Status.ABSENT if status in CAME else Status.PRESENT
        for number in part.numbers:
            if named.setdefault(number, status) != status:
                raise UnclearError("twice", [number])
    if len(others) > 1:
        raise UnclearError("words")
    if others:
        return named, others.pop()
    said = set(named.values())
    if not said & {Status.ABSENT, Status.ABSENT_EXCUSED}:
        return named, Status.ABSENT if Status.PRESENT in said else Status.PRESENT
    return named, None if Status.PRESENT in said else Status.PRESENT
