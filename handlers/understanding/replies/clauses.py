"""Strange words around a clear answer: what may be passed over, clause by clause.

"Em có mặt, chúc mọi người vui" says one thing surely, and nobody asks back for the wish. What may
turn an answer round (a doubt, a question, a "nhưng", a name in front) is never passed over.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from handlers.understanding.replies.items import (
    COURTESY,
    GROUP,
    KIN,
    OTHER,
    PAUSE,
    SELF,
    TITLE,
    UNKNOWN,
    Item,
)
from handlers.understanding.replies.meaning import BECAUSE, BUT, CONTRAST

MOST_PASSED = 8
"""Strange words in one reply; with more it is a story, which a person should read."""
_WHOLE = frozenset({"duoc", "roi", "noi", "day", "nghe"})
"""Last words of an answer that needs no object: "không đi được", but not "trễ (kinh)"."""
_WHERE = frozenset({"o", "tai", "trong", "ngoai", "tren", "luc", "tu"})
_ALONE = frozenset({"mat", "vang", "nghi", "y", "tri", "chiu"})
"""Answers sure in one word if someone is their subject."""
_SHORT = frozenset("OLE")
"""States that are sure in one word."""


def passed_over(items: Sequence[Item], states: Collection[str]) -> list[Item] | None:
    """The reply without the strange words beside a clear answer; None if they may matter."""
    strange = sum(item.tag == UNKNOWN for item in items)
    denied = any(item.tag == UNKNOWN and item.bare == "dau" for item in items)
    if denied or not 0 < strange <= MOST_PASSED:
        return None
    kept: list[Item] = []
    for clause in _clauses(items):
        if not any(item.tag == UNKNOWN for item in clause):
            kept += clause
        elif any(item.tag in states for item in clause):
            if not _clear(clause, states):
                if _repeats(clause, kept, states):
                    continue
                return None
            kept += [item for item in clause if item.tag != UNKNOWN]
        elif clause[0].tag == BUT:
            return None
        else:
            kept.append(Item(PAUSE, ","))
    whole = {item.tag for item in kept} & set(states)
    sure = any(_sure(kept, at, states) for at in range(len(kept)))
    return kept if sure or whole in ({"Y"}, {"N"}) else None


def _repeats(clause: Sequence[Item], before: Sequence[Item], states: Collection[str]) -> bool:
    """Whether it only goes on with what was answered: "có, nhà em có nước sạch rồi"."""
    if any(item.tag in {OTHER, GROUP, KIN} for item in [*before, *clause]) or clause[0].tag == BUT:
        return False
    answered = {item.tag for item in before if item.tag in states}
    said = {one.tag for one in clause if one.tag in states and one.bare != "roi"}
    return len(answered) == 1 and answered >= said - {"D"}


def _clauses(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Parts between commas, and from each "nhưng", "còn" on."""
    clause: list[Item] = []
    for item in items:
        if clause and item.tag in {PAUSE, BUT, CONTRAST}:
            yield clause
            clause = []
        clause.append(item)
    if clause:
        yield clause


def _clear(clause: Sequence[Item], states: Collection[str]) -> bool:
    """Whether every strange word stands behind the speaker, or behind an answer that is whole."""
    spoken = whole = False
    for at, item in enumerate(clause):
        if item.tag == UNKNOWN:
            whole |= (
                at > 0
                and clause[at - 1].tag in states
                and " " in clause[at - 1].typed
                and item.bare in _WHERE
            )
            if not (spoken or whole):
                return False
            continue
        if item.tag in {SELF, OTHER, GROUP, KIN}:
            spoken = True
        elif item.tag == BECAUSE:
            whole = True
        elif item.tag in states:
            whole = item.bare.split()[-1] in _WHOLE or " với " in item.typed
            whole |= item.bare == "co mat" and spoken
            spoken = False
            if not _sure(clause, at, states):
                return False
        elif item.tag in {COURTESY, TITLE}:
            whole |= any(one.tag in states for one in clause[:at])
    return True


def _answers_anew(items: Sequence[Item], at: int) -> bool:
    """A clause of its own: ", em đi"."""
    return at > 1 and items[at - 1].tag == SELF and items[at - 2].tag == PAUSE


def _sure(items: Sequence[Item], at: int, states: Collection[str]) -> bool:
    """Whether this is an answer by itself: "có mặt", "vắng" of somebody, but not a bare "có"."""
    item = items[at]
    if item.tag not in states:
        return False
    subject = any(one.tag in {SELF, OTHER, GROUP, KIN} for one in items[:at])
    ends = at + 1 < len(items) and items[at + 1].tag in {COURTESY, PAUSE}
    last = at + 1 == len(items) and item.bare in {"di", "di hop"} and _answers_anew(items, at)
    alone = item.bare in _ALONE or (ends and item.tag == "P") or last
    return " " in item.typed or item.tag in _SHORT or (subject and alone)
