"""Words that come after the close: kept as late, like a late press; the leader hears of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.chat import Call, How, Replies, Reply
from handlers.rolls import naming, own
from handlers.rolls.access import own_people
from storage import mail, members, rolls
from storage.rolls import Roll, Source, Status

SPOKEN_FOR = timedelta(hours=2)
"""How long after the close words in a group that answer nobody may still be meant for the roll."""


def in_group(call: Call, unit_id: int, said: Status, text: str) -> Replies | None:
    """Said in the group: told in private, where she has opened that, that it came late.

    None if it is talk: nothing was closed here lately, or it says what counts already.
    """
    roll = rolls.last_closed(call.session, [unit_id])
    if roll is None or not _meant(call, roll):
        return None
    if call.actor.member_ids and not _is_new(call, roll, said):
        return None
    replies = _answer(call, roll, said, text)
    return [_aside(call, reply) for reply in replies] if replies is not None else None


def in_private(call: Call, said: Status, text: str) -> Replies | None:
    """The same, said to the bot alone."""
    people = members.people(call.session, call.actor.member_ids)
    roll = rolls.last_closed(call.session, [person.unit_id for person in people])
    return _answer(call, roll, said, text) if roll is not None else None


def _meant(call: Call, roll: Roll) -> bool:
    """Whether words in a group can be about a roll that is closed there."""
    incoming = call.incoming
    if call.group is None or roll.group_id not in {None, call.group.id} or roll.closed_at is None:
        return False
    if incoming.reply_to:
        quoted = mail.by_message(call.session, incoming.chat, incoming.reply_to)
        return quoted is not None and quoted.subject == f"roll:{roll.number}"
    return bool(incoming.to_bot) or call.now - roll.closed_at <= SPOKEN_FOR


def _is_new(call: Call, roll: Roll, said: Status) -> bool:
    known = [rolls.verdict(call.session, roll.number, one.id) for one in own_people(call, roll)]
    return any(verdict is None or verdict.status != said for verdict in known)


def _answer(call: Call, roll: Roll, said: Status, text: str) -> Replies | None:
    if roll.closed_at is None or call.now - roll.closed_at > own.LATE_FOR:
        return None
    if call.actor.member_ids and not own_people(call, roll):
        return None
    reason = naming.reason_in(text, said)
    return own.answer(call, roll, naming.fit(roll, said), source=Source.WORDS, reason=reason)


def _aside(call: Call, reply: Reply) -> Reply:
    """A mark under her words would say that they count."""
    told = reply.how is How.ECHO and call.actor.private_chat
    return replace(reply, how=How.MESSAGE, private=True) if told else reply
