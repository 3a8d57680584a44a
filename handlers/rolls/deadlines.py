"""When answers are due: said in the group, and told to the leader when it has passed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from handlers.chat import Call, Choice, Moment, Replies, Reply, Route, Tick
from handlers.errors import Refusal
from handlers.quiet import quiet_until
from handlers.rolls import desk, showing
from handlers.rolls.access import access_open
from handlers.understanding.moments import find_moment
from handlers.understanding.zone import ZONE
from storage import phone_calls, rolls
from storage.database import Session

SOON = (timedelta(minutes=30), timedelta(hours=2))
AT_ONCE = 50
NONE = "none"


def ask(call: Call, rest: str) -> Reply | Replies:
    """`roll_due ROLL [words | @SECONDS | none]`: until when answers are awaited.

    Raises:
        Refusal: the moment is doubtful, or past; her next words are for it.
    """
    number, _, said = rest.partition(" ")
    roll = access_open(call.session, call.actor, number)
    line = f"roll_due {roll.number}"
    if not said.strip():
        choices = [
            Choice(label, f"{line} @{int((call.now + after).timestamp())}")
            for label, after in zip(("Sau 30 phút", "Sau 2 giờ"), SOON, strict=True)
        ]
        choices.append(Choice("Không có hạn", f"{line} {NONE}"))
        context = showing.context(call.session, roll)
        return Reply("rolls/ask_due.j2", context, choices=tuple(choices), expects=line)
    due = None if said.strip() == NONE else _moment(call, said.strip(), line)
    rolls.change(call.session, roll, answer_by=due, chased=False)
    rolls.note(call.session, roll, "deadline", at=call.now, by=call.actor.account_id)
    told = Reply("rolls/due_set.j2", showing.context(call.session, roll))
    return [told, *showing.tally_now(call.moment(), roll, urgent=True)]


def _moment(call: Call, said: str, line: str) -> datetime:
    if said.startswith("@") and said[1:].isdecimal() and len(said) < 12:
        found = datetime.fromtimestamp(int(said[1:]), ZONE)
    else:
        at = find_moment(said, call.now).at
        if at is None:
            raise Refusal("rolls/due_unclear.j2", expects=line)
        found = at
    if found <= call.now:
        raise Refusal("rolls/due_unclear.j2", expects=line)
    return found


def passed(session: Session, now: datetime) -> list[int]:
    """Rolls whose deadline has passed; none at night, when nobody is called."""
    return [] if quiet_until(now) else phone_calls.due(session, now, AT_ONCE)


def tell(moment: Moment, roll_id: int) -> Replies:
    """Tell the leaders how many are silent, and how to share out the calling."""
    roll = rolls.get(moment.session, roll_id)
    if roll is None or roll.chased:
        return []
    rolls.change(moment.session, roll, chased=True)
    context = showing.context(moment.session, roll)
    silent = context["figures"].unanswered
    choices = (Choice(f"📞 Danh sách gọi ({silent})", f"roll_calls {roll.number}"),)
    reply = Reply("rolls/due_passed.j2", context, choices=choices if silent else ())
    stamp = f"{roll.answer_by:%Y%m%d%H%M}" if roll.answer_by else ""
    return [
        replace(reply, to=chat, key=f"roll:{roll.number}:due:{stamp}:{chat}")
        for chat in desk.recipients(moment, roll)
    ]


ROUTES = {"roll_due": Route(ask, listed=False, gives_way=True)}
TICKS = {"rolls.due": Tick(passed, tell)}
