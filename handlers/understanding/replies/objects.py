"""To a yes or no much may be added that changes nothing: what she has or does, why, how much.

"Có thẻ rồi", "em không xài", "đồng ý đóng 50 ngàn", "thu vậy cao quá em không đồng ý".
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from handlers.understanding.replies.items import (
    AND,
    COURTESY,
    GROUP,
    KIN,
    NAME,
    NUMBER,
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
    FILLER,
    HEDGE,
    QUESTION,
    REASON,
    SO,
    TIME,
)

_MOST_GOING_ON = 6
"""Words behind an answer that may be what she has, does, or agrees to."""
_NOT = frozenset({"khong", "chua", "het", "chang"})
_AGREEMENTS = (
    *("dong y", "nhat tri", "tan thanh", "ung ho", "thong nhat"),
    *("chap nhan", "dong tinh", "phan doi"),
)
_FAILS = frozenset({"khong duoc", "khong noi", "khong kip", "khong xue", "khong ra"})
_UNDONE = frozenset(
    {"tre", "muon", "lo", "met", "gia", "quen", "lon", "nham", "chet", "rut", "nghi", "bo", "het"}
    | {"mat", "hu", "thoi", "ban", "kho", "xa", "yeu", "mac", "cao", "nhieu", "it", "chua", "sao"}
    | {"tam", "hoi", "kha"}
)
"""What one has become, or no longer does: no answer."""
_GOES_ON = frozenset({UNKNOWN, NUMBER, REASON, CIRCUMSTANCE, KIN, TIME, FILLER, "p", "g", "P"})
_SMALL = frozenset({"ai", "gi", "nao", "chi", "con", "vua", "han", "tung", "thich"})
"""Behind a "không" these neither ask nor doubt: "không ai đưa", "không còn tham gia"."""


def answer_alone(items: Sequence[Item]) -> list[Item]:
    """Without what is added to the answer."""
    return _explained(_with_objects(_first_word(_denied(_asked_yet(items)))))


def nobody(items: Sequence[Item]) -> list[Item]:
    """Behind a "không" an "ai" or "gì" asks nothing: "không ai đưa", "chưa nhận được gì"."""
    found: list[Item] = []
    denied = False
    for at, item in enumerate(items):
        denied = item.tag != PAUSE and (denied or item.bare.split()[0] in _NOT)
        asks_not = denied and item.tag == QUESTION and item.bare in _SMALL
        ends = all(
            later.tag in {COURTESY, PAUSE, "T", QUESTION} for later in items[at + 1 : at + 2]
        )
        asks_not |= item.bare == "vay" and not ends  # "thu vậy cao quá"
        found.append(item._replace(tag=FILLER) if asks_not else item)
    return found


def _asked_yet(items: Sequence[Item]) -> list[Item]:
    """A "chưa" behind a verb asks: "nhận chưa chị"."""
    found = list(items)
    said = [at for at, item in enumerate(items) if item.tag not in {COURTESY, TITLE}]
    if len(said) > 1 and items[said[-1]].bare == "chua" and items[said[-2]].tag in {UNKNOWN, "c"}:
        found[said[-1]] = items[said[-1]]._replace(tag=UNKNOWN)
    return found


def _denied(items: Sequence[Item]) -> list[Item]:
    """A "đâu" at the end turns a "có" round: "em có nói đâu"."""
    end = next((at for at in range(len(items)) if items[at].bare == "dau"), 0)
    if not end or any(item.tag not in {COURTESY, PAUSE, TITLE} for item in items[end + 1 :]):
        return list(items)
    begun = next((at for at in range(end) if items[at].tag == "Y"), -1)
    if begun < 0 or items[begun].bare.split()[0] != "co":
        return list(items)
    return [*items[:begun], items[begun]._replace(tag="N", said="không"), *items[end + 1 :]]


def _agrees(item: Item) -> bool:
    return any(word in item.bare for word in _AGREEMENTS)


def _with_objects(items: Sequence[Item]) -> list[Item]:
    kept: list[Item] = []
    room = 0
    done = next((at for at, item in enumerate(items) if item.bare == "roi"), 0)
    for at, item in enumerate(items):
        behind = items[at + 1] if at + 1 < len(items) else item
        if item.tag == UNKNOWN and _is_verb(items, at):
            continue
        if item.tag == "Y" and behind.tag == "N" and _undoes(item, behind):
            continue
        if item.tag == "Y" and kept and kept[-1].tag == REASON and not _agrees(item):
            continue  # "bận con nhỏ"
        if room and _goes_on(item, kept[-1]):
            room -= 1
            continue
        room = _MOST_GOING_ON if _open(item) or at < done <= at + 4 else 0
        if item.tag not in {"Y", "N"}:
            room = 0
        kept.append(item)
    return kept


def _open(item: Item) -> bool:
    """Whether an object may follow."""
    first = item.bare.split()[0]
    return (
        first in {"co", "muon", "can", "thich", *_NOT} or item.bare == "lam gi co" or _agrees(item)
    )


def _undoes(item: Item, behind: Item) -> bool:
    """Of "làm không được", "tui thấy không cần" only the second counts."""
    return behind.bare in _FAILS or (item.bare.endswith("thay") and " " in behind.bare)


def _goes_on(item: Item, answer: Item) -> bool:
    if item.tag == AND:
        return item.bare in {"voi", "cho"}
    if item.tag in _GOES_ON:
        return item.tag != UNKNOWN or item.typed.isalnum()
    if item.tag == "Y":
        return item.bare != "roi" and not _agrees(item) and item.bare.split()[0] != "co"
    denies = answer.bare.split()[0] in _NOT
    return denies and item.bare in _SMALL


def _is_verb(items: Sequence[Item], at: int) -> bool:
    """What one has done or can do: "em chuyển khoản rồi", "đọc được"; but not "trễ rồi"."""
    rest = [item.bare for item in items[at : at + 4]]
    end = next((length for length, bare in enumerate(rest) if bare in {"roi", "duoc"}), 0)
    before = [item.tag for item in items[:at] if item.tag not in {COURTESY, PAUSE, UNKNOWN}]
    strange = all(item.tag == UNKNOWN for item in items[at : at + end])
    begins = before in ([], [SELF], [OTHER], [GROUP], [AND])
    return bool(end) and strange and begins and not _UNDONE & set(rest[:end])


def _first_word(items: Sequence[Item]) -> list[Item]:
    """Behind a first "không," or "có," only why, when or how follows: "chưa, mai em đóng"."""
    said = next((at for at, item in enumerate(items) if item.tag not in {COURTESY, SELF}), 0)
    if said + 1 >= len(items) or not _is_first(items[said]):
        return list(items)
    rest = [item for item in items[said + 1 :] if item.tag != COURTESY]
    turned = any(
        item.tag in {BUT, "N", HEDGE, QUESTION, OTHER, GROUP, "c"}
        or _agrees(item)
        or item.bare in {"co", "dung", "phai", "roi"}
        or (item.bare == "duoc" and before.tag != UNKNOWN)
        or (items[said].tag == "Y" and (item.bare in _UNDONE or item.tag == "!"))
        for before, item in pairwise([items[said], *rest])
    )
    if not rest or rest[0].tag != PAUSE or turned:
        return list(items)
    return list(items[: said + 1])


def _is_first(item: Item) -> bool:
    """A "có", "không", "chưa đóng" that needs nothing more."""
    said = item.bare
    return (item.tag == "N" and (said in _NOT or said.startswith("chua "))) or (
        item.tag == "Y" and said in {"co", "co roi"}
    )


def _explained(items: Sequence[Item]) -> list[Item]:
    """Strange words before a whole answer at the end tell why she gives it."""
    at = next((at for at in range(len(items) - 1, 0, -1) if items[at].tag in {"Y", "N"}), 0)
    before = items[:at]
    answered = {"Y", "N", HEDGE, QUESTION, OTHER, GROUP, NAME, BUT, AND}
    if not at or any(item.tag in answered for item in before):
        return list(items)
    led = before[-1].tag in {SELF, PAUSE, SO, FILLER, COURTESY}
    whole = _agrees(items[at]) or (
        items[at].bare.split()[0] in _NOT and (" " in items[at].bare or before[-1].bare == "la")
    )
    started = len(before) < 3 and all(item.tag in {UNKNOWN, COURTESY} for item in before)
    if not whole or not (led or started):
        return list(items)
    spoken = [item for item in before if item.tag not in {UNKNOWN, REASON, CIRCUMSTANCE, NUMBER}]
    return [*(item for item in spoken if item.tag not in {KIN, SO}), *items[at:]]
