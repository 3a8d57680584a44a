"""What is said beside an answer and is part of none: wishes, why not, on whose behalf."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from handlers.understanding.replies.items import (
    AND,
    COURTESY,
    GROUP,
    KIN,
    OTHER,
    PAUSE,
    SELF,
    UNKNOWN,
    Item,
)
from handlers.understanding.replies.meaning import (
    BUT,
    CONTRAST,
    ELSE,
    FILLER,
    HEDGE,
    LEAVE_FOR,
    QUESTION,
    RECEIPT,
    REPORT,
    SO,
    STATES,
)
from handlers.understanding.replies.told import (
    able,
    her_own,
    leaves_early,
    suffers,
    therefore,
    told_before,
)

_WISHES = ("chuc", "hen")
"""What follows is a wish to the end of the clause: "chúc mọi người họp vui"."""
_COURTESIES = ("cam on", "xin loi", "chao", "thong cam")
"""What nobody knows behind these is thanks as well: "cảm ơn chị đã lo lắng"."""
_BESIDE = (
    "ke ben",
    "ben canh",
    "ngoi canh",
    "o nha",
    "gan nha",
    "cua",
    "y kien",
    "sau lung",
    "di ke",
    "di ke xe",
)
_ELDERS = frozenset({"co", "di", "bac", "ba", "thim", "mo", "chu", "ong"})
_PERSONS = frozenset({SELF, OTHER, GROUP, KIN})
_BUTS = frozenset({"nhung", "ma", "con"})
_RELATIVES = frozenset({"con", "chau", "con gai", "con trai", "con dau", "chong", "chau noi", "em"})
_TOGETHER = frozenset({"deu", "cung", "hai", "ca", "va", "voi"})


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


def _contrasts(items: Sequence[Item]) -> list[Item]:
    """A "thì" that only sets off a person is no condition: "còn chị Ba thì vắng"."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        if two.tag == HEDGE and two.bare == "thi" and one.tag in _PERSONS and not _has(one):
            found[at + 1] = two._replace(tag=FILLER)
        if two.tag == RECEIPT and two.bare == "nghe" and one.tag in STATES:
            found[at + 1] = two._replace(tag=COURTESY)
        answers = any(item.tag in "POLAVEYN" for item in items[at + 2 : at + 4])
        other = two.tag in _PERSONS - {SELF} and one.bare in _BUTS and answers
        if one.tag == BUT and ((one.bare == "con" and two.tag in _PERSONS) or other):
            found[at] = one._replace(tag=CONTRAST)
    return found


def _has(item: Item) -> bool:
    """Without marks "co xe" is "có xe" rather than a "cô" of that name."""
    return item.typed.startswith("co ") and item.typed.isascii() and item.typed.islower()


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


def _herself(items: Sequence[Item]) -> list[Item]:
    """Who says "dì Út đây" is Út: "dì Út đây, có mặt"."""
    said = [at for at, item in enumerate(items) if item.tag not in {COURTESY, PAUSE}]
    if len(said) < 3 or items[said[0]].tag != OTHER or items[said[1]].bare != "day":
        return list(items)
    if any(item.tag in _PERSONS for item in items[said[1] :]):
        return list(items)
    speaker = items[said[0]]._replace(tag=SELF, named=False)
    return [*items[: said[0]], speaker, *items[said[1] + 1 :]]


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


def _instead(items: Sequence[Item]) -> list[Item]:
    """For whom, or with whom, she comes: "em đi thay chị Hoa", "em đi cùng con gái"."""
    found: list[Item] = []
    for at, item in enumerate(items):
        found.append(item)
        behind = items[at + 1].tag if at + 1 < len(items) else ""
        together = item.bare.endswith((" cung", " chung")) and behind in {OTHER, KIN, GROUP}
        instead = item.bare.endswith((" thay", " the")) and behind == OTHER
        if item.tag == "P" and (together or instead):
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


def _likewise(items: Sequence[Item]) -> list[Item]:
    """Who is "cũng vậy" does what was said before: "em đồng ý, má em cũng vậy"."""
    found = list(items)
    for at in range(2, len(items)):
        said = next((one for one in reversed(items[: at - 1]) if one.tag in "POLAVEYN"), None)
        if items[at].bare == "cung vay" and items[at - 1].tag in {OTHER, KIN, GROUP} and said:
            found[at] = items[at]._replace(tag=said.tag)
    return found


def _signs_in(items: Sequence[Item]) -> list[Item]:
    """Who gives her own name and "điểm danh" is there: "em Thu tổ 5 điểm danh"."""
    found = list(items)
    said = [at for at, item in enumerate(items) if item.tag not in {COURTESY, PAUSE}]
    if len(said) > 1 and items[said[0]].tag == SELF and items[said[-1]].bare == "diem danh":
        between = [items[at] for at in said[1:-1]]
        if all(item.tag == OTHER and item.bare.startswith("to ") for item in between):
            found[said[-1]] = items[said[-1]]._replace(tag="P")
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
    her_own,
    _addressed,
    _beside,
    leaves_early,
    therefore,
    told_before,
    _contrasts,
    _hanging,
    _free,
    _sisters,
    _called_first,
    _herself,
    able,
    suffers,
    _instead,
    _headings,
    _likewise,
    _signs_in,
    _spoken_for,
)
