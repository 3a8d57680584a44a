"""Why she does or does not come, in whatever words she tells it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from handlers.understanding.replies.items import (
    COURTESY,
    GROUP,
    KIN,
    NAME,
    NOT,
    OTHER,
    PAUSE,
    SELF,
    TITLE,
    UNKNOWN,
    Item,
)
from handlers.understanding.replies.meaning import (
    BUT,
    CIRCUMSTANCE,
    ELSE,
    FILLER,
    HEDGE,
    LEAVE,
    LEAVE_FOR,
    QUESTION,
    REPORT,
    SO,
    STATES,
)

_HOUSEHOLD = frozenset({"nha em", "nha toi", "nha tui", "nha minh"})
_NO_REASON = frozenset({OTHER, GROUP, NAME, REPORT, LEAVE_FOR, ELSE, "@", "G"})
_TOLD = frozenset({UNKNOWN, NOT, KIN, "P", "D", "L", "A", "Y"})
_HERS = frozenset({"con", "chau", "chong", "ong xa", "con trai", "con gai"})
_TROUBLES = frozenset({"R", CIRCUMSTANCE})
_MISHAPS = frozenset({"khoa", "lac", "out", "lo", "lon", "ghi", "bo", "loi", "do", "cup", "chan"})
"""What happens to telephones and lists rather than to her."""
_FEARS = frozenset({"so", "so la", "e la", "muon", "tinh", "dinh"})
_ENOUGH = 3
"""Words nobody knows that tell a reason; fewer are talk: "em đổi ý, em không đi"."""
_NOBODY = frozenset({"ai", "gi"})
_PERSONS = frozenset({SELF, OTHER, GROUP, KIN})


def her_own(items: Sequence[Item]) -> list[Item]:
    """Of "chồng chị bệnh" she is the "chị", who is not named again."""
    found: list[Item] = []
    for at, item in enumerate(items):
        behind = items[at + 1].tag if at + 1 < len(items) else ""
        if item.tag == TITLE and at and items[at - 1].bare in _HERS and behind in _TROUBLES:
            found[-1] = found[-1]._replace(tag=KIN)
            continue
        found.append(item)
    return found


def leaves_early(items: Sequence[Item]) -> list[Item]:
    """Why she goes home early is no reason to be absent: "có mặt nhưng em xin về sớm rước con"."""
    found: list[Item] = []
    early = False
    for item in items:
        early = item.tag != PAUSE and (early or (item.tag == "P" and "ve" in item.bare.split()))
        reason = early and item.tag in {"R", CIRCUMSTANCE, UNKNOWN}
        found.append(item._replace(tag=COURTESY) if reason else item)
    return found


def therefore(items: Sequence[Item]) -> list[Item]:
    """The "nên" between two answers joins them; it is no advice: "không hợp lý nên không đồng ý"."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        if one.tag == "Y" and one.bare == "nen" and at and two.tag in {"Y", "N", SELF}:
            found[at] = one._replace(tag=SO)
    return found


def told_before(items: Sequence[Item]) -> list[Item]:
    """What is told before "… nên em xin vắng", "… em đi trễ" is why, in whatever words."""
    end = _answer_begins(items)
    before = list(items[:end])
    before = [
        item._replace(tag=CIRCUMSTANCE) if item.bare in _HOUSEHOLD else item for item in before
    ]
    led = bool(before) and before[-1].tag == SO
    myself = end < len(items) and items[end].of_speaker
    if led and myself:  # "con có bà ngoại giữ nên em đi được"
        before = [
            item._replace(tag=CIRCUMSTANCE) if (item.tag == OTHER and not item.named) else item
            for item in before
        ]
    if not before or any(item.tag in _NO_REASON for item in before):
        return list(items)
    told: list[Item] = []
    simply = any(item.tag == "A" for item in items[end : end + 2])
    few = not led and sum(item.tag in _TOLD for item in before) < _ENOUGH
    for at, item in enumerate(before):
        denied = at > 0 and before[at - 1].tag == NOT
        feared = before[-1].tag == SO and item.bare in _FEARS
        if item.tag in {QUESTION, HEDGE} and not (feared or (denied and item.bare in _NOBODY)):
            return list(items)
        is_told = item.tag in _TOLD or denied or feared
        tag = FILLER if few and simply else CIRCUMSTANCE
        told.append(item._replace(tag=tag) if is_told else item)
    if all(item.tag in {CIRCUMSTANCE, PAUSE} for item in told) and before[0].tag == NOT:
        return list(items)
    if any(item.tag in "ONYP" for item in items[end : end + 3]):
        told = [item for item in told if item.tag not in {CIRCUMSTANCE, "R"}]
    return told + list(items[end:])


def _answer_begins(items: Sequence[Item]) -> int:
    """Where "em" or "nên" leads up to the last firm answer behind words nobody knows; 0 if not."""
    for at in range(len(items) - 1, 0, -1):
        item = items[at]
        led = items[at - 1].tag == SO or (at > 1 and items[at - 2].tag == SO)
        firm = item.tag in "AELONY" and " " in item.typed
        if not firm and not (led and item.tag in "VP"):
            continue
        begin = at
        while begin and items[begin - 1].tag in {SELF, LEAVE, BUT}:
            begin -= 1
        spoken = begin < at or item.of_speaker
        reason = begin > 0 and items[begin - 1].tag in {SO, PAUSE}
        spoken |= item.tag == "E" and any(one.tag in {SELF, "R", "S"} for one in items[:at])
        strange = any(one.tag in {UNKNOWN, NOT} for one in items[:begin])
        return begin if strange and (spoken or reason) else 0
    return 0


def able(items: Sequence[Item]) -> list[Item]:
    """Why she is able to come is no excuse: "em làm ca sáng nên tối đi được"."""
    so = next((at for at, item in enumerate(items) if item.tag == SO), 0)
    after = [item for item in items[so:] if item.tag in STATES]
    comes = [item.tag for item in after] == ["P"] and after[0].bare.endswith(("duoc", "co mat"))
    if not so or not comes or any(item.tag in _PERSONS - {SELF} for item in items[:so]):
        return list(items)
    return [item for item in items[:so] if item.tag not in {"R", CIRCUMSTANCE}] + list(items[so:])


def suffers(items: Sequence[Item]) -> list[Item]:
    """What she suffers, in whatever words, is a reason: "em bị bong tróc võng mạc"."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        rest = next((end for end in range(at + 1, len(items)) if items[end].tag != UNKNOWN), None)
        ends = rest is None or items[rest].tag in {PAUSE, COURTESY, SO, SELF, "A", "E", "V"}
        mine = any(item.tag == SELF for item in items[:at])
        if one.bare == "bi" and two.tag == UNKNOWN and two.bare not in _MISHAPS and mine and ends:
            found[at] = one._replace(tag="R")
    return found
