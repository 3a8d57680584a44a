"""A workbook of members sent in the chat: refused with a link, unless a setting allows it."""

from __future__ import annotations

from handlers.chat import Call, Choice, Replies, Reply, Who
from handlers.errors import NotYoursError, Refusal
from handlers.files import discard
from handlers.members import importing, telling
from handlers.members.grids import UnreadableSheet
from handlers.members.importing import MEMBERSHIP, Plan
from handlers.members.links import import_link
from handlers.members.passes import Opened, PassError, issue, still_good, use_up
from handlers.members.sheets import read_workbook
from handlers.understanding.zone import local_date
from storage import blobs, passes, units
from storage.members import RoleKind
from storage.passes import Pass, Purpose

WORKBOOKS = (".xlsx", ".xls", ".xlsm", ".csv", ".tsv", ".ods")


def take_workbook(call: Call) -> Replies | None:
    """A workbook sent in private: an officer gets the link to bring it in by; it is not kept."""
    file = call.incoming.file
    if not call.incoming.private or file is None or not file.name.lower().endswith(WORKBOOKS):
        return None
    own = call.actor.units(RoleKind.OFFICER)
    if call.policy.get("workbooks_in_chat") and len(own) == 1 and file.blob is not None:
        return [_held(call, own[0], file.blob)]
    discard(call)
    if not call.actor.stands(Who.OFFICER):
        return [Reply("members/officers_only.j2")]
    return [Reply("members/not_in_chat.j2"), _offer(call)]


def _offer(call: Call) -> Reply:
    """The link, or the question which unit; a refusal would bring the deleted file back."""
    try:
        return import_link(call, "")
    except Refusal as refusal:
        return Reply(refusal.template, refusal.context, choices=refusal.choices)


def _held(call: Call, unit_id: int, blob_id: int) -> Reply:
    """What the workbook would change, and the question whether it should."""
    unit = units.get(call.session, unit_id)
    blob = blobs.get(call.session, blob_id)
    assert unit is not None and blob is not None
    try:
        sheets = read_workbook(blob.content, local_date(call.now))
    except UnreadableSheet as error:
        discard(call)
        return Reply("members/unreadable.j2", {"reason": error.reason, "file": blob.name})
    plan = importing.plan(call.session, sheets, blob.name, unit, call.now)
    fault = plan.fault(create_units=True)
    if fault is not None:
        discard(call)
        return Reply("members/wrong_place.j2", telling.fault(fault, unit.name))
    row, _ = issue(call, unit, Purpose.IMPORT)
    row.blob_id = blob_id
    call.session.add(row)
    context = telling.whole(telling.facts(plan, MEMBERSHIP), plan)
    return Reply("members/summary.j2", context, choices=_choices(plan, row))


def _choices(plan: Plan, row: Pass) -> tuple[Choice, ...]:
    make = f"Lập {len(plan.new_units)} chi hội mới và nhập"
    yes = Choice(make, f"import_yes {row.id} make") if plan.new_units else None
    return (yes or Choice("Nhập", f"import_yes {row.id}"), Choice("Thôi", f"import_no {row.id}"))


def import_yes(call: Call, rest: str) -> Replies:
    """The officer agrees: all of it is done."""
    id_, _, word = rest.partition(" ")
    found = _own(call, id_)
    blob = blobs.get(call.session, found.row.blob_id or 0)
    assert blob is not None, "a pass that is still good holds its workbook"
    sheets = read_workbook(blob.content, local_date(call.now))
    plan = importing.plan(call.session, sheets, blob.name, found.unit, call.now)
    fault = plan.fault(create_units=word == "make")
    if fault is not None:
        raise Refusal("members/wrong_place.j2", **telling.fault(fault, found.unit.name))
    summary = importing.apply(
        call.session, plan, ground=MEMBERSHIP, create_units=word == "make", now=call.now
    )
    use_up(call.session, found.row, call.now)
    importing.write_down(call.session, summary, found.unit.id, call.actor, call.now)
    context = telling.whole(telling.result(summary), plan)
    told = Reply("members/summary.j2", context, choices=telling.next_steps(plan))
    mine = call.actor.private_chat
    return [told, *telling.to_leaders(call.session, plan, call.now, without=mine)]


def import_no(call: Call, rest: str) -> Reply:
    """The officer thinks better of it: the workbook is gone."""
    use_up(call.session, _own(call, rest).row, call.now)
    return Reply("members/import_dropped.j2")


def _own(call: Call, words: str) -> Opened:
    number = int(words) if words.isascii() and words.isdecimal() and len(words) < 19 else 0
    row = passes.get(call.session, number)
    if row is None or row.account_id != call.actor.account_id or row.purpose != Purpose.IMPORT:
        raise NotYoursError
    try:
        return still_good(call.session, row, call.now)
    except PassError:
        raise Refusal("members/import_gone.j2") from None
