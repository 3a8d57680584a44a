"""What an offered answer to a roll means, for telling open questions of a group apart."""

from __future__ import annotations

from handlers.access import row_id
from handlers.chat import Call
from handlers.rolls import listening, naming, words
from handlers.rolls.access import own_people
from handlers.understanding.answers import read_yes_no
from storage import rolls
from storage.rolls import Purpose, Roll, RollState, Status


def means(call: Call, rest: str, text: str) -> str:
    """`mark` ROLL STATUS in words, if the roll is open to her and this is what she says."""
    number, _, status = rest.partition(" ")
    roll = rolls.get(call.session, row_id(number))
    if roll is None or roll.state != RollState.OPEN:
        return ""
    if call.actor.member_ids and not own_people(call, roll):
        return ""
    if text and _said(roll, text) != status:
        return ""
    return f"{listening.about(call, roll)}: {words.labels(roll).get(status, status)}"


def _said(roll: Roll, text: str) -> Status | None:
    said = naming.status_of(text)
    if said is None and roll.purpose == Purpose.INTENT:
        said = listening.YES_NO.get(read_yes_no(text).meaning)
    return naming.fit(roll, said) if said is not None else None
