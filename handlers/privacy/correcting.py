"""A person corrects what is kept of her. What identifies her (name, birth, phone) her leader
confirms first, because rolls, codes and namesakes hang on it; the rest is hers to say.
"""

from __future__ import annotations

from dataclasses import dataclass

from handlers.access import access_unit, answering_chats, leads, officer_chats, row_id
from handlers.audit import acting
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.members.births import typed_birth
from handlers.members.editing import LONGEST, shown, write
from handlers.privacy import words
from handlers.privacy.subjects import Subject, ask, chosen, done_at_once
from handlers.understanding.people import read_name
from handlers.understanding.zone import local_date
from storage import histories, members, privacy, units
from storage.histories import Happened
from storage.members import Member
from storage.privacy import RequestState, Right
from storage.vietnamese import normalise, phone

CONFIRMED = ("name", "birth", "phone")
"""What her leader confirms."""
FREE = ("address", "job")


@dataclass(frozen=True, slots=True)
class Change:
    """A correction as it would be written; both values as people read them."""

    field: str
    value: str
    old: str
    new: str


def fix(call: Call, rest: str) -> Reply | Replies:
    """`data_fix 5`, `data_fix 5 phone`, `data_fix 5 phone 0912…`: which field, then how it should be."""
    id_, _, more = rest.partition(" ")
    about = chosen(call, "data_fix", id_)
    field, _, said = more.partition(" ")
    if field not in (*CONFIRMED, *FREE):
        choices = tuple(
            Choice(words.FIELDS[name], f"data_fix {about.id} {name}")
            for name in (*CONFIRMED, *FREE)
        )
        return Reply("privacy/which_field.j2", _named(about), choices=choices, columns=2)
    line = f"data_fix {about.id} {field}"
    if not said.strip():
        now = shown(field, getattr(about.member, field))
        context = {**_named(about), "field": field, "label": words.FIELDS[field], "now": now}
        return Reply("privacy/ask_value.j2", context, expects=line)
    change = _read(call, about, field, said, line)
    if about.own and field in CONFIRMED:
        return _propose(call, about, change)
    apply(call, about.member, change)
    if about.own:
        done_at_once(call, about, Right.CORRECT, field)
    context = {**_named(about), "label": words.FIELDS[field], "new": change.new}
    return Reply("privacy/fixed.j2", context)


def _named(about: Subject) -> dict[str, object]:
    return {"own": about.own, "name": about.member.name}


def _read(call: Call, about: Subject, field: str, said: str, line: str) -> Change:
    """What was typed, as it is stored.

    Raises:
        Refusal: it cannot be that; it asks again.
    """
    if field == "name":
        value = read_name(said)
    elif field == "phone":
        value = phone(said) or ""
    elif field == "birth":
        value = typed_birth(said, local_date(call.now))
    else:
        value = normalise(said)[:LONGEST]
    if not value:
        raise Refusal("privacy/bad_value.j2", field=field, expects=line)
    old = getattr(about.member, field)
    return Change(field, value, shown(field, old), shown(field, value))


def _propose(call: Call, about: Subject, change: Change) -> Replies:
    """Her leader is asked; if she leads the branch herself, the level above is."""
    member = about.member
    request = ask(call, about, Right.CORRECT, field=change.field, value=change.value)
    today = local_date(call.now)
    chats = officer_chats if leads(call.session, call.actor, member.unit_id) else answering_chats
    doors = [c for c in chats(call.session, member.unit_id, today) if c != call.actor.private_chat]
    unit = units.get(call.session, member.unit_id)
    assert unit is not None
    context = {
        "name": member.name,
        "unit": unit.name,
        "label": words.FIELDS[change.field],
        "old": change.old,
        "new": change.new,
        "due": request.due_at,
    }
    choices = (
        Choice("✅ Đúng, sửa", f"data_fixed {request.id} yes"),
        Choice("Chưa đúng", f"data_fixed {request.id} no"),
    )
    asked = [
        Reply(
            "privacy/confirm_fix.j2", context, to=door, choices=choices, subject=f"fix:{request.id}"
        )
        for door in doors
    ]
    told = Reply("privacy/proposed.j2", {**context, "reached": bool(doors)}, private=True)
    return [told, *asked]


def decide(call: Call, rest: str) -> Reply | Replies:
    """Her leader says whether a correction is right."""
    id_, _, word = rest.partition(" ")
    request = privacy.get(call.session, row_id(id_))
    if request is None or request.kind != Right.CORRECT:
        raise NotYoursError
    access_unit(call.session, call.actor, request.unit_id)
    if request.member_id in call.actor.member_ids:
        raise NotYoursError  # nobody confirms her own
    member = members.get(call.session, request.member_id)
    if request.state != RequestState.OPEN or member is None:
        return Reply("privacy/settled.j2")
    change = Change(
        request.field,
        request.value,
        shown(request.field, getattr(member, request.field)),
        shown(request.field, request.value),
    )
    chat, agreed = request.chat, word == "yes"
    if agreed:
        apply(call, member, change)
    by = acting(call.actor)
    state = RequestState.DONE if agreed else RequestState.REFUSED
    privacy.close(call.session, request, state, call.now, by)
    context = {"label": words.FIELDS[change.field], "new": change.new, "agreed": agreed}
    said = Reply("privacy/decided.j2", {**context, "name": member.name})
    return [said, Reply("privacy/fix_told.j2", context, to=chat)] if chat else said


def apply(call: Call, member: Member, change: Change) -> None:
    """Write a correction into the register, and into her history."""
    before = getattr(member, change.field)
    write(call, member, {change.field: change.value})
    assert member.id is not None
    changes = {change.field: [before, change.value]}
    by = acting(call.actor)
    histories.note(call.session, member.id, Happened.EDITED, call.now, changes=changes, by=by)
