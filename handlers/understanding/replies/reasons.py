"""The free words with which somebody tells why: found, and left out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile

from handlers.understanding.replies.items import (
    COURTESY,
    GROUP,
    KIN,
    NAME,
    NUMBER,
    OTHER,
    PAUSE,
    SELF,
    UNKNOWN,
    Item,
)
from handlers.understanding.replies.meaning import (
    BECAUSE,
    BUT,
    CIRCUMSTANCE,
    ELSE,
    FILLER,
    HEDGE,
    LEAVE_FOR,
    MARK,
    QUESTION,
    REASON,
    REPORT,
    SO,
    STATES,
)

MOST_STRANGE, MOST_CALLED = 7, 2
_TALK = 2  # strange words that may be talk; more of them tell a reason
_ENDS_REASON = frozenset("AVELOxX") | {PAUSE, BUT, SO, HEDGE, QUESTION, ELSE, SELF}


def without_reasons(items: Sequence[Item]) -> list[Item] | None:
    """Leave out the free words of a reason; None if words remain that nobody understands."""
    kept: list[Item] = []
    free = strange = False
    last_firm = _last_firm(items)
    told = sum(item.tag == UNKNOWN for item in items) > _TALK or any(
        item.tag in {REASON, CIRCUMSTANCE, BECAUSE, SO} for item in items
    )
    for at, item in enumerate(items):
        if item.tag in _ENDS_REASON:
            free = strange = False
        if free and (item.tag == UNKNOWN or strange):
            strange = True
            continue
        if _is_reason(items, at, free=free, loose=free or at < last_firm):
            continue
        if kept and _is_place(item, kept):
            free = True
            continue
        if item.tag == UNKNOWN:
            if _calls(items, at):
                continue
            if at >= last_firm and all(later.tag != SO for later in items[at:]):
                return None
            kept.append(item._replace(tag=CIRCUMSTANCE if told else FILLER))
            continue
        if item.tag in {REASON, BECAUSE, CIRCUMSTANCE}:
            free = True
        kept.append(item._replace(tag=CIRCUMSTANCE) if item.tag == BECAUSE else item)
    return kept


def _is_reason(items: Sequence[Item], at: int, *, free: bool, loose: bool) -> bool:
    """Whether this only goes on telling a reason."""
    family = items[at].tag == OTHER and not items[at].named
    hers = takewhile(lambda item: item.tag not in {SELF, SO}, items[at + 1 :])
    states = any(item.tag in STATES for item in hers)
    if free and (items[at].tag in {KIN, NUMBER} or (family and not states)):
        return True
    return loose and items[at].tag in "PDL" and _runs_on(items, at)


def _is_place(item: Item, kept: Sequence[Item]) -> bool:
    """Behind "có mặt" stands where, not why: "tại điểm họp"."""
    stated = next((one.tag for one in reversed(kept) if one.tag in STATES), "")
    return item.tag == BECAUSE and item.bare == "tai" and stated in set("POD")


def _calls(items: Sequence[Item], at: int) -> bool:
    """Up to two words at the very end behind "nha", "ạ": whom she speaks to."""
    rest = [item.tag for item in items[at:]]
    before = [item.tag for item in items[:at] if item.tag != UNKNOWN]
    short = len(rest) <= MOST_CALLED and set(rest) <= {UNKNOWN, COURTESY}
    return short and before[-1:] == [COURTESY] and bool(set(before) & set("POLAVE"))


def _runs_on(items: Sequence[Item], at: int) -> bool:
    """Whether unknown words go on with it: "đi" of "đi Bình Dương"."""
    return at + 1 < len(items) and items[at + 1].tag == UNKNOWN


def _last_firm(items: Sequence[Item]) -> int:
    """Where the sender at last says surely that she is late, absent or online; -1 if nowhere.

    What she tells before is her reason, in whatever words.
    """
    tags = [item.tag for item in items]
    if tags.count(UNKNOWN) > MOST_STRANGE or {OTHER, GROUP, NAME, REPORT, MARK, LEAVE_FOR} & set(
        tags
    ):
        return -1
    for at in range(len(items) - 1, -1, -1):
        if tags[at] in "AELO" and " " in items[at].typed:
            spoken = SELF in tags[:at] or {REASON, CIRCUMSTANCE} & set(tags[:at])
            return at if spoken else -1
    return -1
