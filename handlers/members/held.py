"""`/choxem`: rows that wait for a person, one at a time and side by side with whom they may be."""

from __future__ import annotations

from typing import Any

from handlers import audit
from handlers.access import Actor, access_member, leads, may_vouch, row_id
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.members import deciding, merging
from handlers.members.deciding import Decided, Way
from handlers.members.editing import shown
from handlers.members.finding import own_units, told_apart
from handlers.understanding.zone import local_date
from storage import held_rows, histories, members, units
from storage.audit import Deed
from storage.database import Session
from storage.held_rows import HeldRow, HeldState
from storage.members import Member, MemberStatus
from storage.vietnamese import fold

LABELS = {
    Way.SAME: "Cùng một người",
    Way.BACK: "Chị ấy trở lại",
    Way.OTHER: "Hai người",
    Way.TAKE: "Nhận như tệp ghi",
    Way.EACH: "Thêm từng người",
    Way.DROP: "Bỏ qua",
    Way.LATER: "Để sau",
}
OFFERED = 8
"""Longest list of people offered to merge with."""
SHOWN = ("birth", "phone", "alias", "team", "address", "job", "title", "note")
"""What is laid side by side, beneath the names."""


def held(call: Call, rest: str) -> Reply:
    """The first row that waits in the units one answers for."""
    return _next(call)


def held_do(call: Call, rest: str) -> Replies:
    """`held_do 5 same`: what to make of one row; then the next one."""
    id_, _, word = rest.partition(" ")
    row = deciding.open_row(call.session, call.actor, row_id(id_))
    if row.state != HeldState.OPEN:
        return [Reply("members/held_settled.j2"), _next(call)]
    if word not in set(Way):
        raise NotYoursError
    done = deciding.decide(call.session, call.actor, row, Way(word), call.now)
    audit.saw(call, Deed.CHANGED, done.people, "register")
    return [_told(call, done, row), _next(call)]


def separate(call: Call, rest: str) -> Reply:
    """`separate 5`: two people wrongly taken for one are two again."""
    merger = histories.merger(call.session, row_id(rest))
    kept = members.get(call.session, merger.member_id) if merger else None
    if merger is None or kept is None or not leads(call.session, call.actor, kept.unit_id):
        raise NotYoursError
    if merger.undone_at is not None:
        return Reply("members/held_settled.j2")
    merging.separate(call.session, merger, audit.acting(call.actor), call.now)
    other = members.get(call.session, merger.shadow_id)
    assert other is not None
    audit.saw(call, Deed.CHANGED, [kept, other], "register")
    choices = tuple(Choice(f"Xem {one.name}"[:40], f"card {one.id}") for one in (kept, other))
    return Reply("members/separated.j2", {"one": kept.name, "two": other.name}, choices=choices)


def _next(call: Call) -> Reply:
    within = own_units(call)
    rows = held_rows.waiting(call.session, within, 1)
    if not rows:
        return Reply("members/held_none.j2")
    context = side_by_side(call.session, call.actor, rows[0])
    other = members.get(call.session, rows[0].other_id or 0)
    if other is not None:
        audit.saw(call, Deed.CARD, [other])
    choices = tuple(
        Choice(LABELS[way], f"held_do {rows[0].id} {way}")
        for way in deciding.ways(call.session, call.actor, rows[0])
    )
    context["count"] = held_rows.count(call.session, within)
    if context["count"] > 1 and call.links.public_url:
        choices = (*choices, Choice("So sánh cả trên trang", "held_page"))
    return Reply("members/held_pair.j2", context, choices=choices)


def side_by_side(session: Session, actor: Actor, row: HeldRow) -> dict[str, Any]:
    """Both records with all their fields, for `members/held_pair.j2` and the page.

    Of somebody in another's branch only name and branch are told.
    """
    other = members.get(session, row.other_id) if row.other_id else None
    unit = units.get(session, row.unit_id)
    assert unit is not None
    mine = other is not None and leads(session, actor, other.unit_id)
    return {
        "id": row.id,
        "name": row.facts["name"],
        "unit": unit.name,
        "file": row.file,
        "line": row.line,
        "code": row.code,
        "args": tuple(row.args),
        "rows": [
            (field, shown(field, row.facts.get(field, "")), shown(field, getattr(other, field)) if mine else "")
            for field in SHOWN
            if row.facts.get(field) or (mine and getattr(other, field))
        ],
        "other": _other(session, other),
    }  # fmt: skip


def _other(session: Session, other: Member | None) -> dict[str, str] | None:
    if other is None:
        return None
    unit = units.get(session, other.unit_id)
    assert unit is not None
    return {"name": other.name, "unit": unit.name}


def _told(call: Call, done: Decided, row: HeldRow) -> Reply:
    context = {
        "way": done.way,
        "names": [person.name for person in done.people],
        "name": row.facts["name"],
        "apart": done.apart,
    }
    choices: tuple[Choice, ...] = ()
    if done.merger is not None:
        choices = (Choice("Tách ra lại", f"separate {done.merger.id}"),)
    elif done.way is Way.OTHER and row.other_id:
        again = f"merge {row.other_id} {done.people[0].id} yes"
        choices = (Choice("Nhầm, là một người", again),)
    return Reply("members/held_done.j2", context, choices=choices)


def merge(call: Call, rest: str) -> Reply:
    """`merge 5`, `merge 5 lan`, `merge 5 7`, `merge 5 7 yes`: two records of one person in a branch."""
    id_, _, said = rest.partition(" ")
    member = access_member(call.session, call.actor, row_id(id_))
    first, _, sure = said.partition(" ")
    other = members.get(call.session, row_id(first)) if row_id(first) else None
    if other is None:
        return _whom(call, member, said)
    other = access_member(call.session, call.actor, other.id or 0)
    if MemberStatus.LEFT in {member.status, other.status}:
        return Reply("members/held_settled.j2")
    if other.id == member.id or not _may_merge(call, member, other):
        raise NotYoursError
    if sure != "yes":
        audit.saw(call, Deed.CARD, [other])
        choices = (
            Choice("Cùng một người", f"merge {member.id} {other.id} yes"),
            Choice("Hai người", f"card {member.id}"),
        )
        context = {"one": member, "two": other, "rows": _beside(member, other)}
        return Reply("members/merge_sure.j2", context, choices=choices)
    done = merging.merge(call.session, member, other, audit.acting(call.actor), call.now)
    audit.saw(call, Deed.CHANGED, [member, other], "register")
    context = {
        "way": Way.SAME,
        "names": [member.name],
        "name": other.name,
        "apart": merging.differing(member, other),
    }
    apart = (Choice("Tách ra lại", f"separate {done.id}"),)
    return Reply("members/held_done.j2", context, choices=apart)


def _whom(call: Call, member: Member, said: str) -> Reply:
    if not said.strip():
        context = {"name": member.name}
        return Reply("members/merge_whom.j2", context, expects=f"merge {member.id}")
    found = members.search(call.session, fold(said), own_units(call), limit=OFFERED + 1)
    others = [other for other in found if other.id != member.id][:OFFERED]
    audit.saw(call, Deed.FOUND, others)
    if not others:
        raise Refusal("members/nobody_found.j2", words=said, expects=f"merge {member.id}")
    choices = tuple(Choice(told_apart(other), f"merge {member.id} {other.id}") for other in others)
    return Reply(
        "members/found.j2", {"count": len(others), "more": False, "guessed": False}, choices=choices
    )


def _may_merge(call: Call, member: Member, other: Member) -> bool:
    """Offices go over with a record: who may not give them may not merge it."""
    today = local_date(call.now)
    return all(may_vouch(call.session, call.actor, one, today) for one in (member, other))


def _beside(one: Member, two: Member) -> list[tuple[str, str, str]]:
    return [
        (field, shown(field, getattr(one, field)), shown(field, getattr(two, field)))
        for field in SHOWN
        if getattr(one, field) or getattr(two, field)
    ]
