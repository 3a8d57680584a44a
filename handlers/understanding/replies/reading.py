"""One reply in one of three contexts: a roll call, a yes/no question, a quantity."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Literal, get_args

from handlers.understanding.replies import quantities
from handlers.understanding.replies.asides import without_asides
from handlers.understanding.replies.clauses import passed_over
from handlers.understanding.replies.doubts import uncertain
from handlers.understanding.replies.items import (
    COURTESY,
    GROUP,
    NUMBER,
    OTHER,
    PAUSE,
    SELF,
    UNKNOWN,
    Item,
)
from handlers.understanding.replies.lexicon import lexicon
from handlers.understanding.replies.meaning import (
    BECAUSE,
    BUT,
    CIRCUMSTANCE,
    FILLER,
    HEDGE,
    LEAVE,
    REASON,
    RECEIPT,
    REPORT,
    STATES,
    Said,
    said_in,
)
from handlers.understanding.replies.objects import answer_alone, nobody
from handlers.understanding.replies.reasons import without_reasons
from handlers.understanding.replies.tagging import tagged
from handlers.understanding.replies.turns import (
    corrected,
    turned,
    without_bidding,
    without_other_days,
)
from handlers.understanding.replies.typing import LONGEST, words_of


class Meaning(StrEnum):
    """What a reply means. Absent and excused differ by a reason given or leave asked."""

    PRESENT = "present"
    PRESENT_ONLINE = "present_online"
    LATE = "late"
    ABSENT = "absent"
    ABSENT_EXCUSED = "absent_excused"
    YES = "yes"
    NO = "no"
    NUMBER = "number"
    UNCLEAR = "unclear"


Context = Literal["roll_call", "yes_no", "quantity"]
_TAG_QUESTION = re.compile(
    r"\b(?:phai|dung|duoc) khong\b(?! di| den| co| du| toi| len| ra| truc| dong| nhat| tan| ung| muon| tham)"
)
_ASKED = re.compile(r"\bco (?:[^ ,]+ ){1,6}(?<!sao )khong(?: (?:chi|em|a|ta|co|nhi|ha|ban|oi))*$")
"""What ends in "không" behind a "có", question mark or not: "có bắt buộc không chị"."""
_ON_CONDITION = re.compile(r"\bco (?:\S+ ){1,3}moi (?!co\b)")
"""An if without its word: "có tiền mới đóng"."""
_NOUGHT = re.compile(r"(?<![^\s,.])0(?= +(?!gi|h)[^\W\d])")
"""A nought before a word is "không": "em 0 đi"."""
_OF_ALL = re.compile(r"\b(\d+) ?/ ?\d+\b")
"""Of "tổ 7 có mặt 12/12", and of "20/11 em có mặt", one number is enough."""
_COUNT = re.compile(r"(?!1\b)\d{1,3}(?: (?:nguoi|ng))?")
_LATE = "L"
_STILL = frozenset({"van", "cung", "van cu", "mac du", "tuy", "du"})
_UNKNOWN_YET = frozenset({"khong biet", "chua biet", "chua chac", "khong chac", "chua ro"})
_NOT = frozenset({"khong", "ko", "k", "hong", "hok", "chua", "het"})
_SAID = frozenset({"Y", "N", UNKNOWN, OTHER, GROUP})
_ROLL_STATES = STATES - {"Y", "-"}
_YES_NO_STATES = frozenset({"Y", "N"})


@dataclass(frozen=True, slots=True)
class Reply:
    """`proxy`: others are reported too, or only they. `people`: how they are called.

    `reason`: why she is absent is told.
    """

    meaning: Meaning
    number: Decimal | None = None
    proxy: bool = False
    people: tuple[str, ...] = ()
    rested_on: str = ""
    reason: bool = False

    def __str__(self) -> str:
        word = f"number:{plain(self.number)}" if self.number is not None else self.meaning.value
        return f"{word}+proxy" if self.proxy else word


def plain(number: Decimal) -> str:
    """Digits only, a point before decimals."""
    return f"{number:f}".rstrip("0").rstrip(".") if number != int(number) else str(int(number))


UNCLEAR = Reply(Meaning.UNCLEAR)


def understand(text: str, context: Context) -> Reply:
    """The meaning of a whole message."""
    if not text.strip() or len(text) > LONGEST:
        return UNCLEAR
    if context == "quantity":
        found = quantities.read(text)
        if found is None:
            return UNCLEAR
        return Reply(Meaning.NUMBER, found.number, found.proxy, found.people, found.rested_on)
    known = lexicon("common", "reasons", "roll" if context == "roll_call" else "yes_no")
    words = words_of(_OF_ALL.sub(r"\1", _NOUGHT.sub("không", text)), known)
    if context == "roll_call" and text.strip() in {"+", "+1"}:
        return Reply(Meaning.PRESENT, rested_on=text.strip())
    bare = " ".join(word.bare for word in words)
    if _TAG_QUESTION.search(bare) or _ASKED.search(bare) or _ON_CONDITION.search(bare):
        return UNCLEAR
    items = nobody(corrected(tagged(words, known)))
    items = without_other_days(items, past_counts=context == "yes_no")
    items = without_asides(turned(without_bidding(items)))
    return _yes_no(items) if context == "yes_no" else _roll(items)


def prepare() -> None:
    """Read the lists now, so that nobody's first word waits for it."""
    for context in get_args(Context):
        understand("em có mặt", context)


def _roll(items: Sequence[Item]) -> Reply:
    items = _unmarked(_counted(items))
    others = tuple(item.typed for item in items if item.tag in {OTHER, GROUP})
    if uncertain(items):
        unknown = any(item.tag == HEDGE and item.bare in _UNKNOWN_YET for item in items)
        return replace(UNCLEAR, proxy=unknown and bool(others), people=others)
    if any(item.tag == HEDGE for item in items):
        return replace(UNCLEAR, proxy=bool(others), people=others)
    reply = _roll_of(items)
    if reply.meaning is Meaning.UNCLEAR and (clear := passed_over(items, _ROLL_STATES)):
        return _roll_of(clear)
    return reply


def _counted(items: Sequence[Item]) -> Sequence[Item]:
    """Numbers behind a status speak of others: "vắng 2 người", "vắng 3, 7". One alone may be a
    number of people, of a row or of a choice: nobody knows.
    """
    if any(item.tag in {OTHER, GROUP, SELF, _LATE} for item in items):
        return items
    status = next((at for at, item in enumerate(items) if item.tag in _ROLL_STATES), len(items))
    found = [
        at for at, item in enumerate(items)
        if at > status and item.tag == FILLER and _COUNT.fullmatch(item.bare)
    ]  # fmt: skip
    if not found or items[status + 1] is not items[found[0]]:
        return items
    people = len(found) > 1 or not items[found[0]].bare.isdigit()
    tag = OTHER if people else UNKNOWN
    more = {*found[1:], *(at - 1 for at in found[1:] if items[at - 1].tag == PAUSE)}
    return [
        item._replace(tag=tag) if at == found[0] else item
        for at, item in enumerate(items)
        if at not in more
    ]


def _unmarked(items: Sequence[Item]) -> Sequence[Item]:
    """Of "vang a, con bi om" nobody knows whether it is a yes or an absence: she stays away."""
    told = [item for item in items if item.tag not in {FILLER, COURTESY, PAUSE}]
    if [item.tag for item in told] != [RECEIPT, CIRCUMSTANCE] or told[0].typed.lower() != "vang":
        return items
    return [item._replace(tag="V") if item is told[0] else item for item in items]


def _roll_of(items: Sequence[Item]) -> Reply:
    kept = without_reasons(items)
    said = said_in(kept, _ROLL_STATES) if kept is not None else None
    return UNCLEAR if said is None else _reply(said, items, _status)


def _reply(said: Said, items: Sequence[Item], decide: Callable[[set[str], bool], Meaning]) -> Reply:
    meanings = {
        decide(states, said.but)
        for states in ([said.own] if said.own - {CIRCUMSTANCE} else said.other)
    }
    meaning = meanings.pop() if len(meanings) == 1 else Meaning.UNCLEAR
    proxy = bool(said.other)
    if meaning is Meaning.UNCLEAR and not proxy:
        return UNCLEAR
    rested = " ".join(item.typed for item in items if item.tag in STATES | {"N", "X", "G"})
    reason = any(item.tag in {REASON, CIRCUMSTANCE, BECAUSE} for item in items)
    return Reply(meaning, None, proxy, tuple(said.people) if proxy else (), rested, reason)


def _status(states: set[str], but: bool) -> Meaning:
    """One status from all that was said of one person."""
    core = states & set("POLAVE")
    reasons = bool(states & {REASON, CIRCUMSTANCE})
    if core & set("VE"):
        if core & set("POL"):
            return Meaning.UNCLEAR
        excused = "E" in core or reasons or LEAVE in states
        return Meaning.ABSENT_EXCUSED if excused else Meaning.ABSENT
    if "L" in core:
        return Meaning.LATE
    if "O" in core:
        return Meaning.PRESENT_ONLINE
    if core == {"A"}:
        return Meaning.ABSENT_EXCUSED if reasons or LEAVE in states else Meaning.ABSENT
    if core == {"P"}:
        return Meaning.UNCLEAR if reasons and not but else Meaning.PRESENT
    if not core and (REASON in states or LEAVE in states):
        return Meaning.ABSENT_EXCUSED
    return Meaning.UNCLEAR


def _yes_no(items: Sequence[Item]) -> Reply:
    if uncertain(items):
        return UNCLEAR
    others = tuple(item.typed for item in items if item.tag in {OTHER, GROUP})
    if any(item.tag == HEDGE for item in items):
        return replace(UNCLEAR, proxy=bool(others), people=others)
    if others:  # "bà Ba nhận rồi" is no receipt
        items = [
            one._replace(tag="Y") if _received(one) or _signs_up(one) else one for one in items
        ]
    items = [_lacking(item) for item in items]
    items = [item for item in answer_alone(items) if item.bare not in _STILL]
    turn = next((at for at, item in enumerate(items) if item.tag == BUT), 0)
    if not any(item.tag in _SAID for item in items[:turn]):
        items = items[turn + 1 :] if items and items[turn].tag == BUT else items
    if any(item.tag == UNKNOWN for item in items):
        items = passed_over(items, _YES_NO_STATES) or items
    if any(item.tag in {UNKNOWN, BUT, NUMBER} for item in items):
        return UNCLEAR
    said = said_in([item for item in items if item.tag != "c"], _YES_NO_STATES)
    if said is None or (any(item.tag == "c" for item in items) and not said.own and not said.other):
        return UNCLEAR
    return _reply(said, items, _agreed)


def _received(item: Item) -> bool:
    return item.tag == "c" and item.bare.startswith(("nhan", "da nhan"))


def _signs_up(item: Item) -> bool:
    return item.tag == REPORT and item.bare.startswith(
        ("dang ky giup", "dang ky thay", "dang ky luon cho")
    )


def _lacking(item: Item) -> Item:
    """What she has not is a no to "chị đóng không?": "không có tiền"."""
    lacks = item.tag in {REASON, CIRCUMSTANCE} and item.bare.split()[0] in _NOT
    return item._replace(tag="N") if lacks else item


def _agreed(states: set[str], but: bool) -> Meaning:
    if states == {"Y"}:
        return Meaning.YES
    return Meaning.NO if states == {"N"} else Meaning.UNCLEAR
