"""Free words about meetings: calling one, or answering the bot's news of one."""

from __future__ import annotations

from dataclasses import replace

from handlers.access import row_id
from handlers.chat import Call, Replies, Who
from handlers.meetings import drafts
from handlers.rolls import listening
from handlers.understanding.meeting_lines import read_meeting
from storage import mail, rolls
from storage.rolls import Purpose, RollState
from storage.vietnamese import fold

ANSWER_LENGTH = 60
"""Longer words are talk: nothing is looked up for them."""


def hear(call: Call, text: str) -> Replies | None:
    """A leader's "họp chi hội 19g30 thứ bảy tuần sau", or anybody's "có" after a reminder."""
    if _calls(call, text):
        spoken_to = call.incoming.private or call.incoming.to_bot
        return [drafts.start(call, text)] if spoken_to else drafts.overhear(call, text)
    invitation = _invitation(call) if len(text) <= ANSWER_LENGTH else ""
    if not invitation:
        return None
    quoting = replace(call, incoming=replace(call.incoming, reply_to=invitation))
    return listening.hear(quoting, text)


def _calls(call: Call, text: str) -> bool:
    """Whether a leader tells of a meeting, with a time."""
    if not call.actor.stands(Who.LEADER):
        return False
    if not f"{fold(text)} ".startswith(drafts.OPENINGS):
        return False
    line = read_meeting(text, call.now)
    return bool(line.moment.said or line.recurrence)


def _invitation(call: Call) -> str:
    """Id of the invitation that words in a group answer, when they follow or quote a later
    message about the same meeting; "" if they do not.
    """
    incoming = call.incoming
    if incoming.private or call.group is None:
        return ""
    if incoming.reply_to:
        quoted = mail.by_message(call.session, incoming.chat, incoming.reply_to)
        subject = quoted.subject if quoted else ""
    else:
        subject = mail.newest_prompt(call.session, incoming.chat)
    noun, _, number = subject.partition(":")
    if noun != "meeting":
        return ""
    for roll in rolls.of_meeting(call.session, row_id(number.partition(":")[0]), Purpose.INTENT):
        if roll.unit_id == call.group.unit_id and roll.state == RollState.OPEN:
            shown = mail.latest(call.session, incoming.chat, f"roll:{roll.id}")
            return shown.message_id if shown else ""
    return ""
