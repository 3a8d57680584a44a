"""`/yeucaudulieu`: the log of requests with their due dates, and the reminders before these pass."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from handlers import audit
from handlers.access import access_unit, answering_chats, officer_chats, row_id
from handlers.chat import Call, Choice, Moment, Replies, Reply
from handlers.errors import NotYoursError
from handlers.members.finding import own_units
from handlers.privacy import words
from handlers.privacy.gathering import unit_name, who
from handlers.privacy.subjects import ask, chosen
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import audit as deeds
from storage import members, privacy
from storage.audit import Access, Deed
from storage.database import Session
from storage.members import Member
from storage.privacy import DataRequest, RequestState, Right
from storage.vietnamese import normalise

SHOWN = 10
BEFORE_ANSWER = timedelta(days=1)
BEFORE_DUE = timedelta(days=3)
"""So long before its time runs out the officers are reminded of a request, once."""
LONGEST = 500


def other(call: Call, rest: str) -> Reply | Replies:
    """`data_other 5 …`: anything else she asks about her data, in her own words."""
    id_, _, said = rest.partition(" ")
    about = chosen(call, "data_other", id_)
    if not said.strip():
        return Reply("privacy/ask_other.j2", expects=f"data_other {about.id}", private=True)
    request = ask(call, about, Right.OBJECT, value=normalise(said)[:LONGEST])
    request.answered_at = None  # a person has to answer this one
    call.session.add(request)
    context = facts(call.session, request, call.now)
    doors = answering_chats(call.session, about.member.unit_id, local_date(call.now))
    told = [
        Reply("privacy/other_told.j2", context, to=door, choices=_settling(request))
        for door in doors
        if door != call.actor.private_chat
    ]
    return [Reply("privacy/other_kept.j2", context, private=True), *told]


def log(call: Call, rest: str) -> Reply:
    """Requests of the speaker's units, the most urgent first."""
    within = own_units(call)
    rows = privacy.log(call.session, within, SHOWN + 1)
    lines = [facts(call.session, row, call.now) for row in rows[:SHOWN]]
    _saw(call, rows[:SHOWN])
    waiting = [row for row in rows if row.state == RequestState.OPEN]
    choices = tuple(Choice(f"Số {row.id}", f"data_request {row.id}") for row in waiting[:SHOWN])
    context = {"lines": lines, "more": len(rows) > SHOWN}
    choices = (*choices, Choice("📜 Ai đã xem, sửa", "data_log"))
    return Reply("privacy/requests.j2", context, choices=choices, columns=3)


def one(call: Call, rest: str) -> Reply:
    """One request, and what may be done about it."""
    request = _access(call, rest)
    context = facts(call.session, request, call.now)
    _saw(call, [request])
    choices = _settling(request) if request.state == RequestState.OPEN else ()
    return Reply("privacy/request.j2", context, choices=choices)


def _settling(request: DataRequest) -> tuple[Choice, ...]:
    if request.kind == Right.CORRECT:
        return (
            Choice("✅ Đúng, sửa", f"data_fixed {request.id} yes"),
            Choice("Chưa đúng", f"data_fixed {request.id} no"),
        )
    if request.kind == Right.ERASE and request.act_at is not None:
        return (Choice("↩️ Thôi, giữ lại", f"data_keep {request.id}"),)
    return (
        Choice("✅ Đã làm xong", f"data_close {request.id} done"),
        Choice("Không nhận được", f"data_close {request.id} refused"),
    )


def settle(call: Call, rest: str) -> Reply | Replies:
    """`data_close 5 done`, `data_close 5 refused law`: what became of a request, and why; she is
    told both.
    """
    id_, word, why = (*rest.split(), "", "", "")[:3]
    request = _access(call, id_)
    if request.member_id in call.actor.member_ids or request.kind == Right.CORRECT:
        raise NotYoursError
    if request.state != RequestState.OPEN:
        return Reply("privacy/settled.j2")
    number, kind = request.id, words.RIGHTS[request.kind]
    if word != "done" and why not in words.REFUSED:
        line = f"data_close {number} refused"
        offered = (Choice(said, f"{line} {code}") for code, said in words.REFUSED.items())
        return Reply("privacy/why_refused.j2", {"number": number}, choices=tuple(offered))
    state = RequestState.DONE if word == "done" else RequestState.REFUSED
    chat, request.why = request.chat, why if word != "done" else ""
    privacy.close(call.session, request, state, call.now, audit.acting(call.actor))
    context = {"number": number, "kind": kind, "done": state == RequestState.DONE}
    context["why"] = words.REFUSED.get(request.why, "")
    said = Reply("privacy/closed.j2", context)
    return [said, Reply("privacy/closed_told.j2", context, to=chat)] if chat else said


def _access(call: Call, rest: str) -> DataRequest:
    request = privacy.get(call.session, row_id(rest))
    if request is None:
        raise NotYoursError
    access_unit(call.session, call.actor, request.unit_id)
    return request


def _saw(call: Call, rows: Sequence[DataRequest]) -> None:
    """Who has asked is named to whoever reads the log."""
    asked = [_asker(call.session, row) for row in rows]
    people = {member.id: member for member in asked if member is not None}
    audit.saw(call, Deed.FOUND, list(people.values()), "requests")


def _asker(session: Session, row: DataRequest) -> Member | None:
    """Who has asked; None if she was erased, for her number may be another's by now."""
    member = members.get(session, row.member_id)
    return member if member is not None and member.created_at <= row.asked_at else None


def facts(session: Session, row: DataRequest, now: datetime) -> dict[str, Any]:
    """A request as its templates need it; whoever is erased has no name."""
    member = _asker(session, row)
    settled = row.state != RequestState.OPEN
    return {
        "number": row.id,
        "name": member.name if member is not None else "",
        "unit": unit_name(session, row.unit_id),
        "kind": words.RIGHTS[row.kind],
        "field": words.FIELDS.get(row.field, words.PURPOSES.get(row.field, "")),
        "said": row.value if row.kind == Right.OBJECT else "",
        "state": words.STATES[row.state],
        "why": words.REFUSED.get(row.why, ""),
        "asked_at": row.asked_at,
        "answer_by": None if row.answered_at or settled else row.answer_by,
        "due_at": None if settled else row.due_at,
        "late": not settled and now > row.due_at,
        "act_at": row.act_at,
    }


def accesses(call: Call, rest: str) -> Reply:
    """`/nhatkydulieu`: who saw or changed data of people in the speaker's units, newest first."""
    within = own_units(call)
    rows = deeds.within(call.session, within, SHOWN + 1)
    lines = [deed(call.session, row) for row in rows[:SHOWN]]
    return Reply("privacy/accesses.j2", {"lines": lines, "more": len(rows) > SHOWN})


def deed(session: Session, row: Access) -> dict[str, Any]:
    """A deed as its templates need it."""
    about = members.get(session, row.member_id) if row.member_id else None
    return {
        "at": row.at,
        "who": who(session, row.actor_id),
        "deed": words.DEEDS[row.deed],
        "field": words.about(row.detail),
        "about": about.name if about and about.created_at <= row.at else "",
        "unit": unit_name(session, row.unit_id),
        "people": row.people if row.member_id is None else 0,
    }


def due(session: Session, now: datetime) -> list[int]:
    """Requests whose time runs out; nobody is woken for them at night."""
    if quiet_until(now) is not None:
        return []
    return privacy.to_remind(session, now + BEFORE_ANSWER, now + BEFORE_DUE)


def fire(moment: Moment, request_id: int) -> Replies:
    """Remind the officers above her branch, and her leader."""
    request = privacy.get(moment.session, request_id)
    if request is None or request.state != RequestState.OPEN:
        return []
    request.reminded_at = moment.now
    moment.session.add(request)
    today = local_date(moment.now)
    doors = dict.fromkeys(
        [
            *answering_chats(moment.session, request.unit_id, today),
            *officer_chats(moment.session, request.unit_id, today),
        ]
    )
    context = facts(moment.session, request, moment.now)
    return [
        Reply(
            "privacy/due.j2",
            context,
            to=door,
            choices=_settling(request),
            key=f"data_request:{request.id}:due:{door}",
        )
        for door in doors
        if door != request.chat
    ]
