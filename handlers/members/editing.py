"""`edit 5 phone 0912…`: a leader changes what is kept of a member; each change can be undone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from handlers import audit
from handlers.access import access_member, row_id
from handlers.chat import Call, Choice, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.members import storing
from handlers.members.births import read_joined, typed_birth
from handlers.members.landmarks import team_name
from handlers.members.names import read_name
from handlers.understanding.zone import local_date
from storage import histories
from storage.audit import Deed
from storage.histories import Happened
from storage.members import Member
from storage.vietnamese import display_phone, fold, normalise, phone

LABELS = {
    "name": "Họ tên",
    "birth": "Ngày sinh",
    "phone": "Điện thoại",
    "alias": "Tên gọi",
    "team": "Tổ",
    "address": "Nơi ở",
    "job": "Nghề nghiệp",
    "joined": "Ngày vào Hội",
    "note": "Ghi chú",
}
LONGEST = 200
_NOTHING = {"xoa", "bo", "khong", "khong co", "-"}
"""Words that empty a field."""


def edit(call: Call, rest: str) -> Reply:
    """Which field, then how it should be, then done."""
    id_, _, more = rest.partition(" ")
    member = access_member(call.session, call.actor, row_id(id_))
    field, _, said = more.partition(" ")
    if field not in LABELS:
        choices = tuple(Choice(label, f"edit {member.id} {name}") for name, label in LABELS.items())
        return Reply("members/edit_what.j2", {"name": member.name}, choices=choices, columns=2)
    context = {"name": member.name, "field": field}
    line = f"edit {member.id} {field}"
    if not said.strip():
        now = shown(field, getattr(member, field))
        return Reply("members/edit_ask.j2", {**context, "now": now}, expects=line)
    value = _read(call, field, said)
    if value is None:
        raise Refusal("members/edit_again.j2", expects=line, field=field)
    before = getattr(member, field)
    if value == before:
        return Reply("members/edit_same.j2", context)
    write(call, member, {field: value})
    assert member.id is not None
    event = histories.note(
        call.session,
        member.id,
        Happened.EDITED,
        call.now,
        changes={field: [before, value]},
        by=audit.acting(call.actor),
    )
    context |= {"old": shown(field, before), "new": shown(field, value)}
    choices = (Choice("Hoàn tác", f"edit_undo {event.id}"), Choice("Xem thẻ", f"card {member.id}"))
    return Reply("members/edited.j2", context, choices=choices)


def edit_undo(call: Call, rest: str) -> Reply:
    """Take one change back, unless somebody changed the same since."""
    event = histories.event(call.session, row_id(rest))
    if event is None or event.kind != Happened.EDITED:
        raise NotYoursError
    member = access_member(call.session, call.actor, event.member_id)
    (field, (before, after)) = next(iter(event.changes.items()))
    context = {"name": member.name, "field": field}
    if event.undone_at is not None or getattr(member, field) != after:
        return Reply("members/edit_too_late.j2", context)
    write(call, member, {field: before})
    event.undone_at = call.now
    call.session.add(event)
    call.session.flush()
    return Reply("members/edit_undone.j2", {**context, "old": shown(field, before)})


def write(call: Call, member: Member, values: dict[str, str]) -> None:
    """Write facts of a member, with all that follows from them."""
    storing.write(call.session, member, values, call.now)
    call.session.flush()
    audit.saw(call, Deed.CHANGED, [member], ",".join(values))


def shown(field: str, value: str) -> str:
    """A stored value as people read it."""
    if field in {"birth", "joined", "left_on"}:
        return "/".join(reversed(value.split("-")))
    return display_phone(value) if field == "phone" else value


def told(changes: Mapping[str, Sequence[Any]]) -> dict[str, tuple[str, str]]:
    """What a change in a history was from and to, as people read it; of codes its kind says enough."""
    return {
        field: (shown(field, before), shown(field, after))
        for field, (before, after) in changes.items()
        if field in {*LABELS, "title", "unit"}
    }


def _read(call: Call, field: str, said: str) -> str | None:
    """What was typed, as it is stored; None: it cannot be that."""
    words = normalise(said)
    if field == "name":
        read = read_name(words)
        return None if read.error or read.doubt or len(read.name.split()) < 2 else read.name
    if fold(words) in _NOTHING:
        return ""
    if field == "birth":
        return typed_birth(words, local_date(call.now)) or None
    if field == "joined":
        return read_joined(words, local_date(call.now)).text or None
    if field == "phone":
        return phone(words)
    if field == "team":
        return team_name(words) or None
    return words[:LONGEST]
