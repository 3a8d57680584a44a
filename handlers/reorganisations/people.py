"""People of a unit that go to another one: who is meant, and the roles and teams that go along."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.members.landmarks import team_name
from handlers.reorganisations.plans import MistakeError
from handlers.reorganisations.trees import short
from handlers.reorganisations.work import Event, Work
from storage import rehoming
from storage.members import Member, MemberStatus, Role, RoleKind
from storage.units import Unit
from storage.vietnamese import fold

_ADDRESS = re.compile(r"(?:địa chỉ|dia chi|address|đ/c|đc|dc)\s*:\s*(.+)", re.IGNORECASE)
_ID = re.compile(r"#(\d{1,18})")
_YEAR = re.compile(r"(.+?)[\s(]+(?:.*[/-])?((?:19|20)\d\d)\)?")


def chosen(work: Work, unit: Unit, words: Sequence[str]) -> list[Member]:
    """The people of a unit that a plan names: by team ("tổ 2"), by address ("địa chỉ: Nguyễn
    Trãi"), by name, with the year of birth where several bear it, or by number ("#17").

    Raises:
        MistakeError: a word means nobody, or a name several.
    """
    people = [
        member
        for member in rehoming.people(work.session, unit.id or 0)
        if member.status != MemberStatus.LEFT
    ]
    found: dict[int, Member] = {}
    for word in words:
        meant = _meant(people, word)
        if not meant:
            raise MistakeError("nobody", word)
        if not _is_rule(word):
            work.named[word] = [member.id or 0 for member in meant]
        found.update({member.id or 0: member for member in meant})
    return list(found.values())


def _is_rule(word: str) -> bool:
    """Whether a word names nobody: a team, an address."""
    return _ADDRESS.fullmatch(word) is not None or fold(word).startswith("to ")


def _meant(people: Sequence[Member], word: str) -> list[Member]:
    address, number = _ADDRESS.fullmatch(word), _ID.fullmatch(word)
    if address is not None:
        part = f" {fold(address[1])} "
        return [member for member in people if part in f" {_plain(member.address)} "]
    if number is not None:
        return [member for member in people if member.id == int(number[1])]
    if fold(word).startswith("to "):
        team = fold(team_name(word) or word)
        return [member for member in people if fold(member.team) == team]
    dated = _YEAR.fullmatch(word)
    name, year = (dated[1], dated[2]) if dated else (word, "")
    named = [m for m in people if m.folded == fold(name) and m.birth.startswith(year)]
    if len(named) > 1:
        raise MistakeError("several", word, len(named))
    return named


def _plain(address: str) -> str:
    return " ".join(re.findall(r"\w+", fold(address)))


def move(work: Work, event: Event, source: Unit, target: Unit, people: Sequence[Member]) -> None:
    """People, with their teams, belong to another unit. Where both have a team of one name, the
    newcomers' gets the name of their old unit: a team head keeps her own people and no others.
    """
    assert source.id is not None and target.id is not None
    there = {fold(m.team) for m in rehoming.people(work.session, target.id) if m.team}
    for member in people:
        team = team_there(source, member.team, there)
        work.move_member(member, target.id, team)
    work.session.flush()
    event.count("people", sum(member.status != MemberStatus.LEFT for member in people))
    ids = None if event.action == "merge" else {member.id or 0 for member in people}
    _move_roles(work, event, source, target, there, ids)


def team_there(source: Unit, team: str, there: set[str]) -> str:
    """What a team is called in another unit."""
    if not team or fold(team) not in there:
        return team
    return f"{team} ({short(source.official)} cũ)"


def _move_roles(
    work: Work,
    event: Event,
    source: Unit,
    target: Unit,
    there: set[str],
    member_ids: set[int] | None,
) -> None:
    """Who led goes on leading; where somebody leads already she becomes a deputy."""
    assert source.id is not None and target.id is not None
    for role in rehoming.roles(work.session, source.id, work.on):
        if member_ids is not None and role.member_id not in member_ids:
            continue
        held = rehoming.roles(work.session, target.id, work.on)
        kind = role.kind
        led = any(r.kind == RoleKind.LEADER and r.member_id != role.member_id for r in held)
        if kind == RoleKind.LEADER and led:
            kind = RoleKind.DEPUTY
        team = team_there(source, role.team, there)
        work.ledger.change(role, until=work.on)
        event.count("roles")
        event.holders.append((role.member_id, role.kind, kind))
        same = (role.member_id, kind, team)
        if all((r.member_id, r.kind, r.team) != same for r in held):
            work.ledger.add(
                Role(
                    member_id=role.member_id,
                    unit_id=target.id,
                    kind=kind,
                    team=team,
                    since=max(work.on, role.since or work.on),
                )
            )
    work.session.flush()
    held = rehoming.roles(work.session, target.id, work.on)
    heads = {RoleKind.LEADER, RoleKind.DEPUTY, RoleKind.OFFICER}
    event.unled = not any(role.kind in heads for role in held)


def end_roles(work: Work, event: Event, unit: Unit) -> None:
    """A unit that is closed has nobody to lead it."""
    for role in rehoming.roles(work.session, unit.id or 0, work.on):
        work.ledger.change(role, until=work.on)
        event.count("roles")
        event.holders.append((role.member_id, role.kind, ""))
