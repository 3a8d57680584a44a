"""`/tim`: find a member by what one remembers of her, and see her card."""

from __future__ import annotations

import re

from handlers import audit
from handlers.access import LEADERS, access_member
from handlers.chat import Call, Choice, Reply
from handlers.errors import NotYoursError
from handlers.members.landmarks import team_name
from handlers.understanding.zone import local_date
from storage import accounts, members, units
from storage.audit import Deed
from storage.members import Member, RoleKind
from storage.vietnamese import display_phone, fold, phone

SHOWN = 10
"""Longest list of people shown at once."""
_TEAM = re.compile(r"\bto (?:so )?(\d{1,3} ?[a-e]?)\b")


def find(call: Call, rest: str) -> Reply:
    """People of the speaker's units whose name, phone or team fits; one alone is shown at once."""
    within = own_units(call)
    words = fold(rest)
    if not words:
        return Reply("members/ask_find.j2", expects="find")
    team = _TEAM.search(words)
    rest_words = _TEAM.sub(" ", words) if team else (phone(rest) or words)
    found = members.search(
        call.session,
        rest_words,
        within,
        limit=SHOWN + 1,
        team=team_name(f"tổ {team[1]}") if team else "",
    )
    again = Choice("Tìm người khác", "find")
    audit.saw(call, Deed.FOUND, found[:SHOWN])
    if not found:
        return Reply("members/nobody_found.j2", {"words": rest}, choices=(again,))
    if len(found) == 1:
        return _show(call, found[0])
    choices = tuple(Choice(_label(member), f"card {member.id}") for member in found[:SHOWN])
    context = {"count": len(found[:SHOWN]), "more": len(found) > SHOWN}
    return Reply("members/found.j2", context, choices=(*choices, again))


def own_units(call: Call) -> list[int]:
    """Units whose people the speaker may see: led ones, and all below governed ones.

    Raises:
        NotYoursError: there is none.
    """
    governed = call.actor.units(RoleKind.OFFICER)
    below = units.subtree(call.session, governed) if governed else []
    own = list(dict.fromkeys([*call.actor.units(*LEADERS), *below]))
    if not own:
        raise NotYoursError
    return own


def _label(member: Member) -> str:
    return " · ".join(filter(None, (member.name, member.birth[:4], member.team)))


def card(call: Call, rest: str) -> Reply:
    """One member's card."""
    if not (rest.isascii() and rest.isdecimal() and len(rest) < 19):
        raise NotYoursError
    return _show(call, access_member(call.session, call.actor, int(rest)))


def _show(call: Call, member: Member) -> Reply:
    assert member.id is not None
    audit.saw(call, Deed.CARD, [member])
    unit = units.get(call.session, member.unit_id)
    assert unit is not None
    above = units.get(call.session, unit.parent_id) if unit.parent_id else None
    roles = []
    for role in members.roles_of(call.session, [member.id], local_date(call.now)):
        place = units.get(call.session, role.unit_id)
        assert place is not None
        elsewhere = place.name if place.id != unit.id else ""
        roles.append({"kind": role.kind, "team": role.team, "unit": elsewhere})
    context = {
        "name": member.name,
        "birth": member.birth,
        "team": member.team,
        "unit": unit.name,
        "above": above.name if above else "",
        "phone": display_phone(member.phone),
        "no_phone": member.no_phone,
        "address": member.address,
        "status": member.status,
        "roles": roles,
        "linked": bool(accounts.linked(call.session, [member.id])),
    }
    return Reply("members/card.j2", context, choices=(Choice("Tìm người khác", "find"),))
