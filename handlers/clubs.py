"""`/clb`: clubs, cooperative groups, digital teams and categories, and who belongs to them."""

from __future__ import annotations

from itertools import chain

from handlers import audit
from handlers.access import LEADERS, access_member, access_unit, leads, row_id
from handlers.chat import Call, Choice, Reply, Route, Where, Who
from handlers.errors import NotYoursError
from handlers.members.finding import own_units, told_apart
from handlers.members.naming import people_named
from handlers.understanding.zone import local_date
from handlers.units import which
from storage import clubs, units
from storage.audit import Deed
from storage.clubs import Club, ClubKind
from storage.members import Member, RoleKind
from storage.vietnamese import fold, normalise

KINDS = {
    ClubKind.CLUB: "Câu lạc bộ",
    ClubKind.COOPERATIVE: "Tổ hợp tác, HTX",
    ClubKind.DIGITAL: "Tổ công nghệ số",
    ClubKind.CATEGORY: "Diện hội viên",
    ClubKind.OTHER: "Khác",
}
CATEGORIES = ("Nòng cốt", "Danh dự", "Ưu tú")
SHOWN = 12
"""Longest list of clubs offered at once."""
NAMES = 60
"""So many people of a club are named in a message."""
LONGEST = 80


def show_all(call: Call, rest: str) -> Reply:
    """The clubs the speaker's people may belong to, with how many do."""
    within = own_units(call)
    found = clubs.kept_by(call.session, _reach(call))
    counts, people = clubs.counts(call.session, [club.id or 0 for club in found], within)
    rows = [{"name": c.name, "kind": c.kind, "count": counts.get(c.id or 0, 0)} for c in found]
    choices = [Choice(club.name[:40], f"club {club.id}") for club in found[:SHOWN]]
    context = {"rows": rows, "people": people, "memberships": sum(counts.values())}
    return Reply("clubs/all.j2", context, choices=(*choices, Choice("Lập mới", "club_new")))


def show(call: Call, rest: str) -> Reply:
    """Who of the speaker's people belongs to a club."""
    club = _access(call, rest)
    people = clubs.people(call.session, club.id or 0, own_units(call))
    audit.saw(call, Deed.FOUND, people, "club")
    keeper = units.get(call.session, club.unit_id)
    assert keeper is not None
    context = {
        "name": club.name,
        "unit": keeper.name,
        "names": [told_apart(person) for person in people[:NAMES]],
        "count": len(people),
    }
    choices = [
        Choice("Thêm người", f"club_add {club.id}"),
        Choice("Bớt người", f"club_less {club.id}"),
    ]
    if leads(call.session, call.actor, club.unit_id):
        choices.append(Choice("Giải thể", f"club_close {club.id}"))
    return Reply("clubs/one.j2", context, choices=(*choices, Choice("Xem tất cả", "clubs")))


def found_new(call: Call, rest: str) -> Reply:
    """`club_new P5-K8 club CLB Dưỡng sinh`: which unit keeps it, of what kind, called what."""
    unit, more = which(call, "club_new", rest)
    kind, _, said = more.partition(" ")
    line = f"club_new {unit.code} {kind}"
    if kind not in set(ClubKind):
        choices = tuple(
            Choice(label, f"club_new {unit.code} {key}") for key, label in KINDS.items()
        )
        return Reply("clubs/which_kind.j2", {"unit": unit.name}, choices=choices)
    if kind == ClubKind.CATEGORY and said.isdecimal() and 0 < int(said) <= len(CATEGORIES):
        said = CATEGORIES[int(said) - 1]
    name = normalise(said)[:LONGEST]
    if not name:
        choices = tuple(
            Choice(category, f"{line} {number}")
            for number, category in enumerate(CATEGORIES if kind == ClubKind.CATEGORY else (), 1)
        )
        return Reply("clubs/called_what.j2", {"kind": KINDS[ClubKind(kind)]}, choices=choices, expects=line)  # fmt: skip
    assert unit.id is not None
    twin = [c for c in clubs.kept_by(call.session, [unit.id]) if c.folded == fold(name)]
    club = twin[0] if twin else clubs.found(call.session, unit.id, kind, name, call.now)
    choices = (Choice("Thêm người", f"club_add {club.id}"),)
    return Reply("clubs/founded.j2", {"name": club.name, "again": bool(twin)}, choices=choices)


def add(call: Call, rest: str) -> Reply:
    """`club_add 5 lan, cúc`: people of the speaker's units join."""
    return _named(call, rest, "club_add", joins=True)


def less(call: Call, rest: str) -> Reply:
    """`club_less 5 lan`: people of the speaker's units belong no longer."""
    return _named(call, rest, "club_less", joins=False)


def _named(call: Call, rest: str, line: str, *, joins: bool) -> Reply:
    id_, _, said = rest.partition(" ")
    club = _access(call, id_)
    if not said.strip():
        context = {"name": club.name, "joins": joins}
        return Reply("clubs/who.j2", context, expects=f"{line} {club.id}")
    named = people_named(call.session, said, own_units(call))
    done = [person for person in named.sure if _change(call, club, person, joins=joins)]
    audit.saw(call, Deed.CHANGED, done, "club")
    verb = "club_join" if joins else "club_leave"
    offered = list(chain.from_iterable(named.unsure.values()))[:SHOWN]
    audit.saw(call, Deed.FOUND, offered, "club")
    choices = [
        Choice(told_apart(person)[:60], f"{verb} {club.id} {person.id}") for person in offered
    ]
    context = {
        "name": club.name,
        "joins": joins,
        "done": [person.name for person in done],
        "already": [person.name for person in named.sure if person not in done],
        "unsure": list(named.unsure),
        "unknown": named.unknown,
    }
    return Reply("clubs/named.j2", context, choices=(*choices, Choice("Xem", f"club {club.id}")))


def join(call: Call, rest: str) -> Reply:
    """`club_join 5 12`: one person joins."""
    return _one(call, rest, joins=True)


def leave(call: Call, rest: str) -> Reply:
    """`club_leave 5 12`: one person belongs no longer."""
    return _one(call, rest, joins=False)


def _one(call: Call, rest: str, *, joins: bool) -> Reply:
    id_, _, person = rest.partition(" ")
    club = _access(call, id_)
    member = access_member(call.session, call.actor, row_id(person))
    done = _change(call, club, member, joins=joins)
    audit.saw(call, Deed.CHANGED, [member], "club")
    context = {
        "name": club.name,
        "joins": joins,
        "done": [member.name] if done else [],
        "already": [] if done else [member.name],
        "unsure": [],
        "unknown": [],
    }
    choices = (Choice("Xem thẻ", f"card {member.id}"), Choice(club.name[:40], f"club {club.id}"))
    return Reply("clubs/named.j2", context, choices=choices)


def of_member(call: Call, rest: str) -> Reply:
    """`clubs_of 12`: what a member belongs to, each with a press to change it."""
    member = access_member(call.session, call.actor, row_id(rest))
    assert member.id is not None
    hers = {club.id for club in clubs.of_member(call.session, member.id)}
    choices = tuple(
        Choice(f"✓ {club.name}"[:40], f"club_leave {club.id} {member.id}")
        if club.id in hers
        else Choice(f"+ {club.name}"[:40], f"club_join {club.id} {member.id}")
        for club in clubs.kept_by(call.session, _reach(call))[:SHOWN]
    )
    context = {"name": member.name, "any": bool(choices)}
    return Reply("clubs/of_member.j2", context, choices=choices or (Choice("Lập mới", "club_new"),))


def close(call: Call, rest: str) -> Reply:
    """A club is no more; who belonged stays in the record."""
    id_, _, word = rest.partition(" ")
    club = _access(call, id_)
    access_unit(call.session, call.actor, club.unit_id)
    if word != "yes":
        choices = (Choice("Đúng, giải thể", f"club_close {club.id} yes"), Choice("Thôi", "cancel"))
        return Reply("clubs/close_sure.j2", {"name": club.name}, choices=choices)
    club.closed_at = call.now
    call.session.add(club)
    call.session.flush()
    return Reply("clubs/closed.j2", {"name": club.name})


def _change(call: Call, club: Club, member: Member, *, joins: bool) -> bool:
    change = clubs.join if joins else clubs.leave
    return change(call.session, club.id or 0, member.id or 0, local_date(call.now))


def _reach(call: Call) -> list[int]:
    """Units whose clubs the speaker's people may belong to: her own, those above and below."""
    mine = call.actor.units(*LEADERS, RoleKind.OFFICER)
    above = [level for unit_id in mine for level in units.lineage(call.session, unit_id)]
    return list(dict.fromkeys([*above, *own_units(call)]))


def _access(call: Call, words: str) -> Club:
    club = clubs.get(call.session, row_id(words.strip()))
    if club is None or club.unit_id not in _reach(call):
        raise NotYoursError
    return club


ROUTES = {
    "clubs": Route(show_all, ("clb", "cau lac bo", "to nhom"), Who.LEADER, Where.PRIVATE),
    "club": Route(show, (), Who.LEADER, Where.PRIVATE, listed=False),
    "club_new": Route(found_new, (), Who.LEADER, Where.PRIVATE, listed=False),
    "club_add": Route(add, (), Who.LEADER, Where.PRIVATE, listed=False, gives_way=True),
    "club_less": Route(less, (), Who.LEADER, Where.PRIVATE, listed=False, gives_way=True),
    "club_join": Route(join, (), Who.LEADER, Where.PRIVATE, listed=False),
    "club_leave": Route(leave, (), Who.LEADER, Where.PRIVATE, listed=False),
    "club_close": Route(close, (), Who.LEADER, Where.PRIVATE, listed=False),
    "clubs_of": Route(of_member, (), Who.LEADER, Where.PRIVATE, listed=False),
}
