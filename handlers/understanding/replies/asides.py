"""What is said beside an answer and is part of none: wishes, why not, on whose behalf."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from handlers.understanding.replies.meaning import (
    BUT,
    CIRCUMSTANCE,
    CONTRAST,
    ELSE,
    FILLER,
    HEDGE,
    LEAVE,
    LEAVE_FOR,
    QUESTION,
    RECEIPT,
    REPORT,
    SO,
    STATES,
)
from handlers.understanding.replies.tagging import (
    AND,
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

_WISHES = ("chuc", "hen")
"""What follows is a wish to the end of the clause: "chúc mọi người họp vui"."""
_COURTESIES = ("cam on", "xin loi", "chao", "thong cam")
"""What nobody knows behind these is thanks as well: "cảm ơn chị đã lo lắng"."""
_BESIDE = ("ke ben", "ben canh", "ngoi canh", "o nha", "gan nha", "cua", "y kien", "sau lung")
_HOUSEHOLD = frozenset({"nha em", "nha toi", "nha tui", "nha minh"})
_NO_REASON = frozenset({OTHER, GROUP, NAME, REPORT, LEAVE_FOR, ELSE, "@", "G"})
_TOLD = frozenset({UNKNOWN, NOT, KIN, "P", "D", "L", "A", "Y"})
_ELDERS = frozenset({"co", "di", "bac", "ba", "thim", "mo", "chu", "ong"})
_PERSONS = frozenset({SELF, OTHER, GROUP, KIN})
_BUTS = frozenset({"nhung", "ma", "con"})
_RELATIVES = frozenset({"con", "chau", "con gai", "con trai", "con dau", "chong", "chau noi", "em"})
_TOGETHER = frozenset({"deu", "cung", "hai", "ca", "va", "voi"})
_MISHAPS = frozenset({"khoa", "lac", "out", "lo", "lon", "ghi", "bo", "loi", "do", "cup", "chan"})
"""What happens to telephones and lists rather than to her."""
_FEARS = frozenset({"so", "so la", "e la", "muon", "tinh", "dinh"})
_ENOUGH = 3
"""Words nobody knows that tell a reason; fewer are talk: "em đổi ý, em không đi"."""
_NOBODY = frozenset({"ai", "gi"})


def without_asides(items: Sequence[Item]) -> list[Item]:
    """The same items, what stands beside the answer tagged as such."""
    for rule in _RULES:
        items = rule(items)
    return list(items)


def _wishes(items: Sequence[Item]) -> list[Item]:
    found: list[Item] = []
    wish = thanks = False
    for item in items:
        said = item.bare
        if item.tag in {PAUSE, QUESTION, HEDGE}:
            wish = thanks = False
        elif item.tag == COURTESY and said.startswith(_WISHES):
            wish = True
        elif item.tag == COURTESY and said.startswith(_COURTESIES):
            thanks = True
        elif item.tag not in {UNKNOWN, COURTESY, ELSE, FILLER}:
            thanks = False
            wish &= item.tag not in {SO, SELF, "A", "E", "L", "V"}
        aside = wish or (thanks and item.tag in {UNKNOWN, ELSE, FILLER})
        found.append(item._replace(tag=COURTESY) if aside else item)
    return found


def _beside(items: Sequence[Item]) -> list[Item]:
    """Next to whom she sits, or in whose house: nothing is said of that one."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        if one.bare.endswith(_BESIDE) and two.tag in {OTHER, KIN}:
            found[at + 1] = two._replace(tag=COURTESY)
    return found


def _addressed(items: Sequence[Item]) -> list[Item]:
    """A "con" speaks to the "cô" or "dì" at the end of her line, she does not report her."""
    said = [item for item in items if item.tag not in {COURTESY, PAUSE}]
    child = any(item.tag == SELF and item.bare in {"con", "chau"} for item in said)
    if not child or said[-1].tag != OTHER or said[-1].bare.split()[0] not in _ELDERS:
        return list(items)
    if len(said) > 1 and said[-2].tag in {"&", REPORT, LEAVE_FOR, "G"}:
        return list(items)
    return [item._replace(tag=COURTESY) if item is said[-1] else item for item in items]


def _leaves_early(items: Sequence[Item]) -> list[Item]:
    """Why she goes home early is no reason to be absent: "có mặt nhưng em xin về sớm rước con"."""
    found: list[Item] = []
    early = False
    for item in items:
        early = item.tag != PAUSE and (early or (item.tag == "P" and "ve" in item.bare.split()))
        reason = early and item.tag in {"R", CIRCUMSTANCE, UNKNOWN}
        found.append(item._replace(tag=COURTESY) if reason else item)
    return found


def _therefore(items: Sequence[Item]) -> list[Item]:
    """The "nên" between two answers joins them; it is no advice: "không hợp lý nên không đồng ý"."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        if one.tag == "Y" and one.bare == "nen" and at and two.tag in {"Y", "N", SELF}:
            found[at] = one._replace(tag=SO)
    return found


def _told_before(items: Sequence[Item]) -> list[Item]:
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


def _contrasts(items: Sequence[Item]) -> list[Item]:
    """A "thì" that only sets off a person is no condition: "còn chị Ba thì vắng"."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        if two.tag == HEDGE and two.bare == "thi" and one.tag in _PERSONS:
            found[at + 1] = two._replace(tag=FILLER)
        if two.tag == RECEIPT and two.bare == "nghe" and one.tag in STATES:
            found[at + 1] = two._replace(tag=COURTESY)
        answers = any(item.tag in "POLAVEYN" for item in items[at + 2 : at + 4])
        other = two.tag in _PERSONS - {SELF} and one.bare in _BUTS and answers
        if one.tag == BUT and ((one.bare == "con" and two.tag in _PERSONS) or other):
            found[at] = one._replace(tag=CONTRAST)
    return found


def _hanging(items: Sequence[Item]) -> list[Item]:
    """A "mà" at the end only insists: "em đi được mà"."""
    found = list(items)
    end = next((at for at in range(len(items) - 1, 0, -1) if items[at].tag != COURTESY), 0)
    for at in range(1, len(items)):
        ends = at >= end or items[at + 1].tag == PAUSE
        if items[at].tag == BUT and items[at].bare == "ma" and ends:
            found[at] = items[at]._replace(tag=COURTESY)
    return found


def _free(items: Sequence[Item]) -> list[Item]:
    """Who says she is free has the time: "hôm nay em rảnh em đi"; but "rảnh em đi" is an if."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        if one.tag == SELF and two.tag == HEDGE and two.bare.startswith("ranh "):
            found[at + 1] = two._replace(tag="P")
    return found


def _called_first(items: Sequence[Item]) -> list[Item]:
    """Whom she calls before she speaks of herself: "chị Hoa, em có mặt"; "Hoa đây, em có mặt"."""
    said = [item for item in items if item.tag != COURTESY]
    if len(said) < 4 or said[0].tag != OTHER or not said[0].named:
        return list(items)
    here = said[1].tag == "P" and said[1].bare == "day"
    rest = said[1 + here :]
    together = any(item.bare.split()[0] in _TOGETHER for item in rest)
    if rest[0].tag != PAUSE or rest[1].tag != SELF or together:
        return list(items)
    return list(rest)


def _sisters(items: Sequence[Item]) -> list[Item]:
    """Named younger ones she speaks of: "em Thắm nhờ báo bận", "em Thắm, em Hồng có mặt"."""
    named = [at for at, item in enumerate(items) if item.tag == SELF and " " in item.bare]
    named = [at for at in named if items[at].said.split()[1] not in {"là", "tên", "bên", "đây"}]
    asked = [at for at in named[:1] if [one.bare[:3] for one in items[at + 1 : at + 2]] == ["nho"]]
    others = named if len({items[at].bare for at in named}) > 1 else asked
    return [
        item._replace(tag=OTHER, named=True) if at in others else item
        for at, item in enumerate(items)
    ]


def _able(items: Sequence[Item]) -> list[Item]:
    """Why she is able to come is no excuse: "em làm ca sáng nên tối đi được"."""
    so = next((at for at, item in enumerate(items) if item.tag == SO), 0)
    after = [item for item in items[so:] if item.tag in STATES]
    comes = [item.tag for item in after] == ["P"] and after[0].bare.endswith(("duoc", "co mat"))
    if not so or not comes or any(item.tag in _PERSONS - {SELF} for item in items[:so]):
        return list(items)
    return [item for item in items[:so] if item.tag not in {"R", CIRCUMSTANCE}] + list(items[so:])


def _suffers(items: Sequence[Item]) -> list[Item]:
    """What she suffers, in whatever words, is a reason: "em bị bong tróc võng mạc"."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        rest = next((end for end in range(at + 1, len(items)) if items[end].tag != UNKNOWN), None)
        ends = rest is None or items[rest].tag in {PAUSE, COURTESY, SO, SELF, "A", "E", "V"}
        mine = any(item.tag == SELF for item in items[:at])
        if one.bare == "bi" and two.tag == UNKNOWN and two.bare not in _MISHAPS and mine and ends:
            found[at] = one._replace(tag="R")
    return found


def _instead(items: Sequence[Item]) -> list[Item]:
    """For whom she comes: "em đi thay chị Hoa"."""
    found: list[Item] = []
    for at, item in enumerate(items):
        found.append(item)
        behind = items[at + 1].tag if at + 1 < len(items) else ""
        if item.tag == "P" and item.bare.endswith((" thay", " the")) and behind == OTHER:
            found.append(Item(AND, ""))
    return found


def _headings(items: Sequence[Item]) -> list[Item]:
    """Of "tổ em có chị Hà vắng" the team is only where, not who."""
    found = list(items)
    for at in range(len(items) - 2):
        team = items[at].tag in {OTHER, GROUP} and not items[at].named
        if team and items[at + 1].bare == "co" and items[at + 2].tag == OTHER:
            found[at] = items[at]._replace(tag=FILLER)
            found[at + 1] = items[at + 1]._replace(tag=REPORT)
    return found


def _spoken_for(items: Sequence[Item]) -> list[Item]:
    """Whose child or husband reports is nobody's status: "con gái bà Lê báo: bà Lê vắng"."""
    report = next((at for at, item in enumerate(items) if item.tag in {REPORT, LEAVE_FOR}), -1)
    head = [item for item in items[: max(0, report)] if item.tag not in {COURTESY, PAUSE}]
    relative = bool(head) and head[0].tag in {SELF, KIN, OTHER} and head[0].bare in _RELATIVES
    if relative and len(head) == 2 and head[1].tag == OTHER:
        return [item._replace(tag=COURTESY) for item in items[:report]] + list(items[report:])
    return list(items)


_RULES = (
    _wishes,
    _addressed,
    _beside,
    _leaves_early,
    _therefore,
    _told_before,
    _contrasts,
    _hanging,
    _free,
    _sisters,
    _called_first,
    _able,
    _suffers,
    _instead,
    _headings,
    _spoken_for,
)
