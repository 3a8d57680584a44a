"""`/moi`: officers invite leaders, leaders invite members. Guided, one question at a time."""

from __future__ import annotations

from handlers import audit
from handlers.access import LEADERS, may_vouch, row_id
from handlers.chat import Call, Choice, Replies, Reply, Who
from handlers.errors import NotYoursError, Refusal
from handlers.invitations import actions, naming
from handlers.invitations.actions import MEMBER, ROLES, may_invite
from handlers.invitations.naming import LABELS, SHOWN
from handlers.understanding.people import spell
from handlers.understanding.zone import local_date
from storage import accounts, members, units
from storage.audit import Deed
from storage.members import Member, RoleKind
from storage.units import Unit
from storage.vietnamese import fold

NAMELESS = (RoleKind.DEPUTY, RoleKind.LEADER, RoleKind.OFFICER)
"""Roles for which somebody may be invited whom the register does not know yet."""


def invite(call: Call, rest: str) -> Reply | Replies:
    """Whom to invite, as what, to which unit; then the code.

    `rest`: role, unit, person; or the person alone, by name or as `#id`.
    """
    if not call.actor.stands(Who.LEADER):
        raise NotYoursError
    if not rest:
        return _ask_role(call)
    role, _, words = rest.partition(" ")
    if rest.startswith("#"):
        return naming.picked(call, rest[1:])
    if role not in ROLES:  # "/moi Võ Thị An"
        if found := naming.by_name(call, rest):
            return found
        role, words = MEMBER, rest
    unit, words = _unit(call, role, words)
    return _person(call, role, unit, words)


def _ask_role(call: Call) -> Reply:
    officer = call.actor.stands(Who.OFFICER)
    roles = LABELS if officer else (RoleKind.TEAM_HEAD, MEMBER)
    choices = [Choice(LABELS[role], f"invite {role}") for role in roles]
    choices.append(Choice("Đường dẫn chung cho cả chi hội", "joinlink"))
    return Reply("invitations/which_role.j2", choices=tuple(choices), columns=2)


def _unit(call: Call, role: str, words: str) -> tuple[Unit, str]:
    """The unit meant and what is left; an id names it, or words when there are several."""
    first, _, others = words.partition(" ")
    if id_ := row_id(first):
        unit = units.get(call.session, id_)
        if unit is None or not may_invite(call.session, call.actor, id_, role):
            raise NotYoursError
        return unit, others
    possible = _possible(call, role)
    if not possible:
        raise NotYoursError
    if len(possible) == 1:
        return possible[0], words
    named = _named(call, possible, words)
    if len(named) == 1:
        return named[0], ""
    offered = (named or possible)[:SHOWN]
    labels = units.labels(call.session, offered)
    raise Refusal(
        "invitations/which_unit.j2",
        choices=tuple(Choice(labels[u.id or 0], f"invite {role} {u.id}") for u in offered),
        expects=f"invite {role}",
        role=role,
        unknown=bool(words and not named),
        more=len(named or possible) > SHOWN,
    )


def _possible(call: Call, role: str) -> list[Unit]:
    """Units for which the person may give this role; those that still lack a leader come first."""
    session = call.session
    governed = call.actor.units(RoleKind.OFFICER)
    if role == RoleKind.OFFICER:
        below = [units.get(session, id_) for id_ in units.subtree(session, governed)]
        return [
            unit for unit in below if unit is not None and units.children(session, unit.id or 0)
        ]
    led = call.actor.units(*LEADERS) if role in actions.BY_LEADER else []
    found = {id_: unit for id_ in led if (unit := units.get(session, id_)) is not None}
    found.update({leaf.id or 0: leaf for id_ in governed for leaf in units.leaves(session, id_)})
    leaves = list(found.values())
    if role == RoleKind.LEADER:
        leaves.sort(key=lambda unit: _has_linked_leader(call, unit))
    return leaves


def _has_linked_leader(call: Call, unit: Unit) -> bool:
    assert unit.id is not None
    people = actions.titled(call.session, unit.id, RoleKind.LEADER, local_date(call.now))
    return bool(accounts.linked(call.session, [m.id for m in people if m.id is not None]))


def _named(call: Call, possible: list[Unit], words: str) -> list[Unit]:
    if not words:
        return []
    ids = [unit.id for unit in possible if unit.id is not None]
    exact = units.named(call.session, words, ids)
    return exact or [unit for unit in possible if fold(words) in fold(unit.name)]


def _person(call: Call, role: str, unit: Unit, words: str) -> Reply | Replies:
    """The person meant: `#id` from a choice, `new`, or words to search the register for."""
    assert unit.id is not None
    if words.startswith("#"):
        return _issue(call, role, unit, _vouched(call, unit, words[1:]))
    if words == "new" and role in NAMELESS:
        return _issue(call, role, unit, None)
    if words:
        found = _search(call, role, unit, words)
        exact = [member for member in found if member.folded == fold(words)]
        if len(exact) == 1:
            return _issue(call, role, unit, exact[0])
        return _ask_person(call, role, unit, found, searched=words)
    found = (
        [] if role == MEMBER else actions.titled(call.session, unit.id, role, local_date(call.now))
    )
    if role == RoleKind.LEADER and len(found) == 1:
        return _issue(call, role, unit, found[0])
    return _ask_person(call, role, unit, found, searched="")


def _search(call: Call, role: str, unit: Unit, words: str) -> list[Member]:
    assert unit.id is not None
    within = [unit.id]
    if role == RoleKind.OFFICER:
        within = units.subtree(call.session, within)
    found = members.search(call.session, fold(words), within, SHOWN + 1)
    today = local_date(call.now)
    return [m for m in found if may_vouch(call.session, call.actor, m, today)]


def _vouched(call: Call, unit: Unit, id_: str) -> Member:
    member = members.get(call.session, row_id(id_))
    if member is None or not may_vouch(call.session, call.actor, member, local_date(call.now)):
        raise NotYoursError
    assert unit.id is not None
    if unit.id not in units.lineage(call.session, member.unit_id):
        raise NotYoursError
    return member


def _ask_person(call: Call, role: str, unit: Unit, found: list[Member], *, searched: str) -> Reply:
    line = f"invite {role} {unit.id}"
    audit.saw(call, Deed.FOUND, found[:SHOWN])
    choices = [Choice(spell(member), f"{line} #{member.id}") for member in found[:SHOWN]]
    if role in NAMELESS:
        choices.append(Choice("Chưa có trong danh sách", f"{line} new"))
    context = {
        "role": role,
        "unit": unit.name,
        "searched": searched,
        "found": len(found),
        "more": len(found) > SHOWN,
    }
    return Reply("invitations/which_person.j2", context, choices=tuple(choices), expects=line)


def _issue(call: Call, role: str, unit: Unit, member: Member | None) -> Replies:
    """Two messages: what the issuer should know, and one to forward as it is."""
    assert unit.id is not None
    issued = actions.issue(
        call.session, unit.id, role, member.id if member else None,
        issued_by=call.actor.account_id, now=call.now, rng=call.rng,
    )  # fmt: skip
    context = {
        "role": role,
        "unit": unit.name,
        "member": member.name if member else "",
        "code": issued.code,
        "expires_at": issued.expires_at,
        "link": call.links.start_link(issued.code, call.incoming.channel),
    }
    undo = Choice("↩️ Thu hồi mã", f"uninvite {issued.id}")
    return [
        Reply("invitations/issued.j2", context, choices=(undo,)),
        Reply("invitations/forward.j2", context),
    ]
