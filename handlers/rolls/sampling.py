"""A sample of what helpers reported, for the leader to say whether it is so."""

from __future__ import annotations

from handlers import audit
from handlers.chat import Call, Choice, Reply, Route
from handlers.rolls import apart, showing, words
from handlers.rolls.hands import open_in_private
from storage.audit import Deed


def sample(call: Call, rest: str) -> Reply:
    """`roll_sample ROLL`: some that helpers reported, for the leader to say whether it is so."""
    roll = open_in_private(call, rest)
    labels = words.labels(roll)
    rows = apart.left_to_confirm(call.session, roll)
    audit.saw(call, Deed.FOUND, [member for member, _ in rows], f"roll:{roll.number}")
    choices = []
    for member, verdict in rows:
        tail = f"{roll.number} {member.id}"
        label = f"{member.name}: {labels[verdict.status]}"
        choices.append(Choice(f"✅ {label}", f"hand {tail} {verdict.status} yes"))
        choices.append(Choice(f"✏️ Chưa đúng: {member.name}", f"hand_whom {tail}"))
    context = {**showing.context(call.session, roll), "rows": rows, "sources": words.SOURCES}
    return Reply("rolls/sample.j2", context, choices=tuple(choices), columns=2)


ROUTES = {"roll_sample": Route(sample, listed=False)}
