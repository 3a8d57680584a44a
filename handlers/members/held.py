"""`/choxem`: rows that wait for a person, one at a time and side by side with whom they may be."""

from __future__ import annotations

from typing import Any

from handlers import audit
from handlers.access import Actor, leads, row_id
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError
from handlers.members import deciding, merging
from handlers.members.deciding import Decided, Way
from handlers.members.finding import own_units
from storage import held_rows, histories, members, units
from storage.audit import Deed
from storage.database import Session
from storage.held_rows import HeldRow, HeldState
from storage.members import Member
from storage.vietnamese import display_phone

LABELS = {
    Way.SAME: "Cùng một người",
    Way.BACK: "Chị ấy trở lại",
    Way.OTHER: "Hai người",
    Way.TAKE: "Nhận như tệp ghi",
    Way.EACH: "Thêm từng người",
    Way.DROP: "Bỏ qua",
    Way.LATER: "Để sau",
}
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
    if other is not None and context["other"]:
        audit.saw(call, Deed.CARD, [other])
    choices = tuple(
        Choice(LABELS[way], f"held_do {rows[0].id} {way}")
        for way in deciding.ways(call.session, call.actor, rows[0])
    )
    context["count"] = held_rows.count(call.session, within)
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
            (field, _shown(field, row.facts.get(field, "")), _shown(field, getattr(other, field)) if mine else "")
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


def _shown(field: str, value: str) -> str:
    """A stored value as people read it."""
    if field == "birth":
        return "/".join(reversed(value.split("-")))
    return display_phone(value) if field == "phone" else value


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
    return Reply("members/held_done.j2", context, choices=choices)
