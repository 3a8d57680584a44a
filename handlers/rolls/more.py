"""What a leader seldom does with a roll, behind one button."""

from __future__ import annotations

from handlers.chat import Call, Choice, Reply, Route
from handlers.rolls import quorum, showing
from handlers.rolls.access import access_roll
from storage import units
from storage.rolls import Purpose, RollState


def more(call: Call, rest: str) -> Reply:
    """`roll_more ROLL`: call list, deadline, quorum, sheets to print."""
    roll = access_roll(call.session, call.actor, rest)
    context = showing.context(call.session, roll)
    unit = units.get(call.session, roll.unit_id)
    opened, attended = roll.state == RollState.OPEN, roll.purpose == Purpose.ATTENDANCE
    silent = context["figures"].unanswered
    offered = [
        (silent, f"📞 Danh sách gọi ({silent})", f"roll_calls {roll.number}"),
        (opened, "⏰ Hạn trả lời", f"roll_due {roll.number}"),
        (attended, "⚖️ Tỉ lệ cần có mặt", f"roll_quorum {roll.number}"),
        (
            opened and attended and unit,
            "🖨 In phiếu điểm danh",
            f"papers {unit.code if unit else ''}",
        ),
    ]
    context["quorum"] = quorum.of(call.session, roll, context["figures"])
    choices = tuple(Choice(label, line) for when, label, line in offered if when)
    return Reply("rolls/more.j2", context, choices=choices, private=True)


ROUTES = {"roll_more": Route(more, listed=False)}
