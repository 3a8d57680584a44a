"""The leader's one list of people who ask to be recognised."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from handlers.access import answering_chats
from handlers.chat import Call, Choice, How, Replies, Reply
from handlers.understanding.people import spell
from handlers.understanding.zone import local_date
from storage import accounts, joining, mail, members, units
from storage.joining import JoinRequest
from storage.members import Member
from storage.units import Unit
from storage.vietnamese import fold

SHOWN = 8
"""Longest list of people shown at once."""
QUIET = timedelta(minutes=30)
"""While the list is this fresh, newcomers are added to it instead of sent anew."""


def announce(call: Call, unit_id: int) -> Replies:
    """The list for everybody who answers for the unit: anew, or the fresh one brought up to date."""
    unit = units.get(call.session, unit_id)
    assert unit is not None
    listed = listing(call, unit)
    fresh = []
    for door in answering_chats(call.session, unit_id, local_date(call.now)):
        last = mail.latest(call.session, door, _subject(unit_id))
        recent = last is not None and last.created_at > call.now - QUIET
        grown = len(joining.waiting(call.session, unit_id)) > 1
        how = How.TALLY if recent and grown else How.MESSAGE
        fresh.append(replace(listed, to=door, how=how))
    return fresh


def refresh(call: Call, unit: Unit) -> Replies:
    """Every copy of the list brought up to date after a decision."""
    assert unit.id is not None
    listed = listing(call, unit)
    doors = answering_chats(call.session, unit.id, local_date(call.now))
    return [replace(listed, to=door, how=How.EDIT) for door in doors]


def _subject(unit_id: int) -> str:
    return f"joins:{unit_id}"


def listing(call: Call, unit: Unit) -> Reply:
    """Who waits, whom each may be, and a button for each."""
    assert unit.id is not None
    waiting = joining.waiting(call.session, unit.id)
    shown = waiting[:SHOWN]
    clear = [request for request in waiting if match(call, request) is not None]
    rows = [
        {
            "name": request.name,
            "birth": request.birth,
            "for": asker(call, request) if request.relative else "",
            "match": spell(sure) if (sure := match(call, request)) else "",
            "likely": len(candidates(call, request)),
        }
        for request in shown
    ]
    choices = [Choice(f"{r.name} ({r.birth or 'trong nhóm'})", f"join {r.id}") for r in shown]
    if clear:
        label = f"✅ Nhận {len(clear)} người khớp tên và năm sinh"
        choices.insert(0, Choice(label, f"joins {unit.code} all"))
    context = {"unit": unit.name, "rows": rows, "count": len(waiting)}
    return Reply("joining/list.j2", context, choices=tuple(choices), subject=_subject(unit.id))


def candidates(call: Call, request: JoinRequest) -> list[Member]:
    """Members whom a request may mean, the likeliest first."""
    return joining.lookalikes(call.session, request.unit_id, fold(request.name), request.birth)


def match(call: Call, request: JoinRequest) -> Member | None:
    """The one member she must be: name and year agree, no other comes near, nobody speaks for
    her yet, and the leader may vouch for her.
    """
    same = [
        member
        for member in candidates(call, request)
        if member.folded == fold(request.name) and member.birth.startswith(request.birth or "-")
    ]
    if len(same) != 1 or same[0].id is None or accounts.linked(call.session, [same[0].id]):
        return None
    return None if members.roles_of(call.session, [same[0].id], local_date(call.now)) else same[0]


def asker(call: Call, request: JoinRequest) -> str:
    """Whom the account that asks for a relative belongs to."""
    ids = accounts.members_of(call.session, request.account_id)
    people = members.get_many(call.session, ids[:1])
    return people[0].name if people else ""
