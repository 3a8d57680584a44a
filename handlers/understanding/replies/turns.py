"""What a reply turns away from before it answers: what was, what was wished, what was objected.

"Lần trước em vắng, lần này em đi"; "muốn đi lắm mà bệnh quá"; "hơi cao nhưng em đồng ý".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from handlers.understanding.replies.items import (
    COURTESY,
    GROUP,
    KIN,
    NAME,
    NOT,
    OTHER,
    PAUSE,
    SELF,
    UNKNOWN,
    Item,
)
from handlers.understanding.replies.meaning import (
    BUT,
    CIRCUMSTANCE,
    CORRECTION,
    ELSE,
    FILLER,
    HEDGE,
    LATER,
    LEAVE,
    PAST,
    QUESTION,
    REASON,
    TIME,
)

_FIRM = frozenset("POLAVEYN")
_TURNS = frozenset({"nhung", "nhung ma", "ma", "tuy nhien", "the nhung", "ma van", "nhung van"})
_WISHES = frozenset(
    {"muon", "tinh", "dinh", "thich", "rang", "em rang", "co gang", "du dinh", "mong"}
)
_BIDS = frozenset({"dung", "nho", "nhac", "khoan"})
_OTHER_DAY = frozenset({PAST, LATER})
_TODAY = frozenset({"nay", "sang", "trua", "chieu", "dau"})
"""Last words of "hồi nãy", "hồi sáng": still the day of the meeting."""
_PEOPLE = frozenset({OTHER, GROUP, KIN, NAME})
_WITH_OBJECT = frozenset(
    {"co", "khong", "chua", "khong co", "chua co", "het", "chua he", "khong he"}
)


def corrected(items: Sequence[Item]) -> list[Item]:
    """Only what follows the last "à quên" or "nhầm," counts, unless it adds somebody else."""
    at = max((at for at, item in enumerate(items) if item.tag == CORRECTION), default=-1)
    if at < 0:
        return list(items)
    before, after = corrected(items[:at]), items[at + 1 :]
    if not any(item.tag in _FIRM | {REASON, LEAVE} for item in after):
        return [*before, items[at]._replace(tag=ELSE), *after]
    if any(item.tag in _PEOPLE for item in [*before, *after]):
        return [*before, Item(PAUSE, ","), *after]
    return list(after)


def without_other_days(items: Sequence[Item], *, past_counts: bool) -> list[Item]:
    """Another day is nothing but talk beside an answer for this one; alone it is no answer.

    `past_counts`: what one has done before is an answer, as to "chị đóng chưa?".
    """
    if past_counts:
        items = [item._replace(tag=FILLER) if item.tag == PAST else item for item in items]
    parts = list(_parts(items))
    firm = [any(item.tag in _FIRM for item in part) for part in parts]
    other = [any(item.tag in _OTHER_DAY for item in part) for part in parts]
    answered = any(is_firm and not away for is_firm, away in zip(firm, other, strict=True))
    kept: list[Item] = []
    for part, is_firm, away in zip(parts, firm, other, strict=True):
        if away and answered and is_firm and not any(item.tag in _PEOPLE for item in part):
            kept.append(Item(PAUSE, ","))
            continue
        harmless = answered and not is_firm
        tag = FILLER if harmless else ELSE
        kept += [item._replace(tag=tag) if item.tag in _OTHER_DAY else item for item in part]
    return kept


def turned(items: Sequence[Item]) -> list[Item]:
    """Without what stands before the "nhưng" of a clear answer."""
    for at in range(1, len(items) - 1):
        if items[at].tag != BUT or items[at].bare not in _TURNS:
            continue
        before, after = items[:at], items[at + 1 :]
        if any(item.tag in _PEOPLE | {QUESTION, ELSE, NOT} for item in before):
            continue
        reason = any(item.tag == REASON for item in after)
        if any(map(_is_wish, before)):
            if reason or any(item.tag in "VEAN" for item in after):
                return list(after)
            if any(item.tag == CIRCUMSTANCE for item in after):  # "định đi mà con bệnh"
                return [item._replace(tag=REASON) for item in after]
            continue
        if any(item.tag in _FIRM for item in after):
            left = _objections(before)
            objected = len(left) < len(before) and not {REASON, CIRCUMSTANCE} & {
                item.tag for item in before
            }
            return [*left, *(after if objected else items[at:])]
    return list(items)


def _is_wish(item: Item) -> bool:
    first = item.bare.removeprefix("cung ").split()[0]
    return first in _WISHES and (item.tag == HEDGE or (item.tag == "Y" and first != "rang"))


def _objections(before: Sequence[Item]) -> list[Item]:
    """Only strange words, and a "có" they belong to."""
    if any(item.tag in _FIRM and item.bare not in _WITH_OBJECT for item in before):
        return list(before)
    if not any(item.tag == UNKNOWN for item in before):
        return list(before)
    return [item for item in before if item.tag != UNKNOWN and item.tag not in _FIRM]


def without_bidding(items: Sequence[Item]) -> list[Item]:
    """What others should or should not do, beside an answer: "đừng điểm danh vội, em đang tới"."""
    parts = list(_parts(items))
    bids = [any(item.tag == ELSE and item.bare in _BIDS for item in one) for one in parts]
    if all(bids) or not any(bids):
        return list(items)
    kept: list[Item] = []
    for part, bid in zip(parts, bids, strict=True):
        said = [item for item in part if item.tag not in {PAUSE, SELF, COURTESY}]
        firm = any(item.tag in _FIRM and " " in item.typed for item in part)
        first = bool(said) and said[0].tag == ELSE
        people = any(item.tag in _PEOPLE for item in part)
        kept += [Item(PAUSE, ",")] if bid and not people and (first or not firm) else part
    return kept


def _leads(items: Sequence[Item], at: int) -> bool:
    """Whether a day belongs to what follows: not that of "em vắng tuần trước"."""
    if items[at].bare.split()[-1] in _TODAY:
        return True
    for later in items[at + 1 :]:
        if later.tag in {PAUSE, BUT, TIME} | _FIRM:
            return later.tag in _FIRM
    return False


def _parts(items: Sequence[Item]) -> Iterator[list[Item]]:
    """From one comma, "nhưng" or day to the next."""
    part: list[Item] = []
    for at, item in enumerate(items):
        begins = item.tag == TIME or (item.tag in _OTHER_DAY and _leads(items, at))
        day = begins and any(one.tag in _FIRM | _OTHER_DAY for one in part)
        if part and (item.tag in {PAUSE, BUT} or day):
            yield part
            part = []
        part.append(item)
    if part:
        yield part
