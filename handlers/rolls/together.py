"""Several people in one word: "cả hai vắng", "hai mẹ con xin vắng", said on one telephone."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from handlers import accounts
from handlers.chat import Call, Choice, Replies, Reply
from handlers.rolls import desk, naming, own, showing
from handlers.rolls.access import own_people
from storage.members import Person
from storage.rolls import Roll, Source, Status
from storage.vietnamese import fold, normalise

LONGEST = 120
_COUNTS = {"hai": 2, "2": 2, "ba": 3, "3": 3, "bon": 4, "4": 4}
_KIN = "me con|ba chau|chi em|vo chong|co chau|di chau|ba me con|ma con|chi dau em chong|nguoi|dua"
_OPENING = re.compile(
    r"(?:em |toi |tui |nha em |nha tui )?"
    rf"(?:ca (?P<all>hai|2|ba|3|bon|4)(?: (?:{_KIN}))?(?: em)?"
    rf"|(?P<some>hai|2|ba|3|bon|4) (?:{_KIN})(?: em)?|ca (?P<house>nha)(?: em| minh| tui)?)"
    r"(?: (?:deu|cung|cung deu))? "
)


@dataclass(frozen=True, slots=True)
class Together:
    """What is said of how many people; 0: of the whole household."""

    count: int
    status: Status
    reason: str


def read(text: str) -> Together | None:
    """Several people of whom the same is said; None if that is not surely so."""
    said = " ".join(normalise(text).split())
    match = _OPENING.match(f"{fold(said)} ") if len(said) <= LONGEST else None
    if match is None:
        return None
    rest = " ".join(said.split()[len(match[0].split()) :])
    status = naming.status_of(rest) if rest else None
    if status is None:
        return None
    count = 0 if match["house"] else _COUNTS[match["all"] or match["some"]]
    return Together(count, status, naming.reason_in(rest, status))


def answer(call: Call, roll: Roll, told: Together, text: str) -> Replies | None:
    """Record all of her household; whoever of them is not on her telephone the leader hears of.

    None if she has nobody in this roll.
    """
    mine = own_people(call, roll)
    if not mine:
        return None
    ids = ",".join(str(person.id) for person in mine)
    if len(mine) > 1 and told.count not in {0, len(mine)}:
        accounts.whom(call, roll.unit_id, f"mark {roll.number} {told.status}")
    status = naming.fit(roll, told.status)
    replies = own.answer(call, roll, status, source=Source.WORDS, reason=told.reason, ids=ids)
    if told.count in {0, len(mine)}:
        return replies
    replies[0] = replace(replies[0], context={**replies[0].context, "others": True})
    return [*replies, *_hand_on(call, roll, mine[0], text)]


def _hand_on(call: Call, roll: Roll, who: Person, text: str) -> Replies:
    context = {
        **showing.context(call.session, roll),
        "by": who.name,
        "said": normalise(text)[:LONGEST],
    }
    choices = (Choice("✍️ Ghi giúp", f"roll_hand {roll.number}"),)
    return [
        Reply("rolls/together.j2", context, to=chat, choices=choices)
        for chat in desk.recipients(call.moment(), roll)
    ]
