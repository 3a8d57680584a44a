"""What is said beside an answer and is part of none: wishes, why not, on whose behalf."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from handlers.understanding.replies.meaning import (
    BECAUSE,
    BUT,
    CONTRAST,
    ELSE,
    FILLER,
    HEDGE,
    LEAVE_FOR,
    QUESTION,
    REPORT,
    SO,
)
from handlers.understanding.replies.tagging import (
    COURTESY,
    GROUP,
    KIN,
    NOT,
    OTHER,
    PAUSE,
    SELF,
    UNKNOWN,
    Item,
)
from storage.vietnamese import fold

_WISHES = ("chuc", "hen")
"""What follows is a wish to the end of the clause: "chúc mọi người họp vui"."""
_COURTESIES = ("cam on", "xin loi", "chao", "thong cam")
"""What nobody knows behind these is thanks as well: "cảm ơn chị đã lo lắng"."""
_BESIDE = ("ke ben", "ben canh", "ngoi canh", "o nha", "gan nha", "xe cua", "sau lung")
_PERSONS = frozenset({SELF, OTHER, GROUP, KIN})
_RELATIVES = frozenset({"con", "chau", "con gai", "con trai", "con dau", "chong", "chau noi", "em"})
_NOBODY = frozenset({"ai", "gi"})


def without_asides(items: Sequence[Item]) -> list[Item]:
    """The same items, what stands beside the answer tagged as such."""
    return _spoken_for(_contrasts(_why_not(_beside(_wishes(items)))))


def _wishes(items: Sequence[Item]) -> list[Item]:
    found: list[Item] = []
    wish = thanks = False
    for item in items:
        said = fold(item.typed)
        if item.tag in {PAUSE, QUESTION, HEDGE} or (item.tag == ELSE and not wish):
            wish = thanks = False
        elif item.tag == COURTESY and said.startswith(_WISHES):
            wish = True
        elif item.tag == COURTESY and said.startswith(_COURTESIES):
            thanks = True
        elif item.tag not in {UNKNOWN, COURTESY}:
            thanks = False
        aside = wish or (thanks and item.tag == UNKNOWN)
        found.append(Item(COURTESY, item.typed) if aside else item)
    return found


def _beside(items: Sequence[Item]) -> list[Item]:
    """Next to whom she sits, or in whose house: nothing is said of that one."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        if fold(one.typed).endswith(_BESIDE) and two.tag in {OTHER, KIN}:
            found[at + 1] = Item(COURTESY, two.typed)
    return found


def _why_not(items: Sequence[Item]) -> list[Item]:
    """A "không" of the reason, before the answer itself: "không ai coi quán nên em vắng"."""
    answers = [at for at, item in enumerate(items) if item.tag in "AE" and " " in item.typed]
    ends = [at for at, item in enumerate(items) if item.tag in {PAUSE, SO}]
    reason_ends = max((at for at in ends if answers and at < answers[-1]), default=-1)
    found = list(items)
    for at, item in enumerate(items[: max(0, reason_ends)]):
        nobody = at and items[at - 1].tag == NOT and fold(item.typed) in _NOBODY
        if item.tag == NOT or nobody:
            found[at] = Item(BECAUSE, item.typed)
    return found


def _contrasts(items: Sequence[Item]) -> list[Item]:
    """A "thì" that only sets off a person is no condition: "còn chị Ba thì vắng"."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        if two.tag == HEDGE and fold(two.typed) == "thi" and one.tag in _PERSONS:
            found[at + 1] = Item(FILLER, two.typed)
        if one.tag == BUT and fold(one.typed) == "con" and two.tag in _PERSONS:
            found[at] = Item(CONTRAST, one.typed)
    return found


def _spoken_for(items: Sequence[Item]) -> list[Item]:
    """Whose child or husband reports is nobody's status: "con gái bà Lê báo: bà Lê vắng"."""
    report = next((at for at, item in enumerate(items) if item.tag in {REPORT, LEAVE_FOR}), -1)
    head = [item for item in items[: max(0, report)] if item.tag not in {COURTESY, PAUSE}]
    relative = (
        bool(head) and head[0].tag in {SELF, KIN, OTHER} and fold(head[0].typed) in _RELATIVES
    )
    if relative and len(head) == 2 and head[1].tag == OTHER:
        return [Item(COURTESY, item.typed) for item in items[:report]] + list(items[report:])
    return list(items)
