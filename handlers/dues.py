"""`/hoiphi`: who has paid her dues, ticked and seen by the branch's leader alone; no sums, no debts.

Officers above see nothing of it, a group never does (guidance of the Union: dues are the branch's).
"""

from __future__ import annotations

from itertools import chain

from handlers import audit
from handlers.access import LEADERS, row_id
from handlers.chat import Call, Choice, Document, Reply, Route, Where, Who
from handlers.errors import NotYoursError, Refusal
from handlers.members.naming import people_named
from handlers.understanding.zone import local_date
from handlers.workbooks import MIME, Table, write
from storage import blobs, dues, members, units
from storage.audit import Deed
from storage.members import Member
from storage.units import Unit

NAMES = 40
"""So many who have not paid are named in a message; the workbook names all."""
OFFERED = 8


def show(call: Call, rest: str) -> Reply:
    """`dues`, `dues 4`, `dues 4 2025`: how many of a branch have paid for a year, and who has not."""
    id_, _, year = rest.partition(" ")
    unit = _branch(call, id_)
    if unit is None:
        return _which(call)
    return _overview(call, unit, _year(call, year))


def _overview(call: Call, unit: Unit, year: int) -> Reply:
    assert unit.id is not None
    people = members.of_unit(call.session, unit.id)
    paid = dues.paid(call.session, unit.id, year)
    silent = [person for person in people if person.id not in paid]
    audit.saw_all(call, Deed.LIST, unit.id, len(people), "dues")
    context = {
        "unit": unit.name,
        "year": year,
        "paid": len(people) - len(silent),
        "people": len(people),
        "names": [_spoken(person) for person in silent[:NAMES]],
        "more": max(0, len(silent) - NAMES),
    }
    choices = (
        Choice("Ghi đã đóng", f"dues_paid {unit.id} {year}"),
        Choice("Ghi nhầm, bỏ", f"dues_undo {unit.id} {year}"),
        Choice("Tải danh sách", f"dues_sheet {unit.id} {year}"),
        Choice(f"Năm {year - 1}", f"dues {unit.id} {year - 1}"),
    )
    return Reply("dues/overview.j2", context, choices=choices, columns=2)


def paid(call: Call, rest: str) -> Reply:
    """`dues_paid 4 2026 lan, cúc`: these have paid."""
    return _tick(call, rest, "dues_paid")


def undo(call: Call, rest: str) -> Reply:
    """`dues_undo 4 2026 lan`: she has not, after all."""
    return _tick(call, rest, "dues_undo")


def _tick(call: Call, rest: str, verb: str) -> Reply:
    id_, _, more = rest.partition(" ")
    word, _, said = more.partition(" ")
    unit = _branch(call, id_)
    if unit is None or unit.id is None:
        raise NotYoursError
    year, pays = _year(call, word), verb == "dues_paid"
    line = f"{verb} {unit.id} {year}"
    if not said.strip():
        return Reply("dues/who.j2", {"year": year, "pays": pays}, expects=line)
    member = members.get(call.session, row_id(said))
    if member is not None and member.unit_id == unit.id:  # pressed among people of one name
        sure, unsure, unknown = [member], dict[str, list[Member]](), list[str]()
    else:
        named = people_named(call.session, said, [unit.id])
        sure, unsure, unknown = named.sure, named.unsure, named.unknown
    ids = [person.id or 0 for person in sure]
    if pays:
        new = dues.tick(call.session, unit.id, year, ids, call.now)
    else:
        new = [id_ for id_ in ids if id_ in dues.paid(call.session, unit.id, year)]
        dues.untick(call.session, unit.id, year, ids)
    done = [person for person in sure if person.id in new]
    audit.saw(call, Deed.CHANGED, done, "dues")
    offered = list(chain.from_iterable(unsure.values()))[:OFFERED]
    audit.saw(call, Deed.FOUND, offered, "dues")
    choices = [Choice(_spoken(person)[:60], f"{line} {person.id}") for person in offered]
    context = {
        "year": year,
        "pays": pays,
        "done": [person.name for person in done],
        "already": [person.name for person in sure if person not in done],
        "unsure": list(unsure),
        "unknown": unknown,
    }
    back = (Choice("Xem hội phí", f"dues {unit.id} {year}"),)
    return Reply("dues/ticked.j2", context, choices=(*choices, *back))


def sheet(call: Call, rest: str) -> Reply:
    """`dues_sheet 4 2026`: the whole list as a workbook."""
    id_, _, word = rest.partition(" ")
    unit = _branch(call, id_)
    if unit is None or unit.id is None:
        raise NotYoursError
    year = _year(call, word)
    people = members.of_unit(call.session, unit.id)
    ticked = dues.paid(call.session, unit.id, year)
    audit.saw_all(call, Deed.EXPORT, unit.id, len(people), "dues")
    rows = [
        (number, person.name, person.team, "x" if person.id in ticked else "")
        for number, person in enumerate(people, 1)
    ]
    table = Table(
        title=f"Hội phí năm {year}, {unit.name}",
        header=("STT", "Họ và tên", "Tổ", "Đã đóng"),
        rows=rows,
        notes=("Chỉ dành cho chi hội trưởng, không đưa lên nhóm.",),
        sheet="Hội phí",
    )
    content = write([table], created=call.now)
    name = f"hoi-phi-{year}.xlsx"
    blob = blobs.keep(call.session, name=name, mime=MIME, content=content, now=call.now)
    assert blob.id is not None
    return Reply("dues/sheet.j2", {"year": year}, document=Document(blob.id, name))


def _branch(call: Call, words: str) -> Unit | None:
    """The branch meant, if the speaker leads it herself; None: she leads several.

    Raises:
        NotYoursError: it is not hers.
        Refusal: she leads none; an officer sees no dues.
    """
    led = call.actor.units(*LEADERS)
    if not led:
        if call.actor.stands(Who.OFFICER):
            raise Refusal("dues/leaders_only.j2")
        raise NotYoursError
    if not words and len(led) > 1:
        return None
    wanted = row_id(words) if words else led[0]
    unit = units.get(call.session, wanted)
    if unit is None or wanted not in led:
        raise NotYoursError
    return unit


def _which(call: Call) -> Reply:
    found = units.load(call.session, call.actor.units(*LEADERS))
    labels = units.labels(call.session, found)
    choices = tuple(Choice(labels[unit.id or 0][:60], f"dues {unit.id}") for unit in found)
    return Reply("units/which.j2", choices=choices)


def _year(call: Call, words: str) -> int:
    this = local_date(call.now).year
    year = row_id(words)
    return year if 2000 <= year <= this + 1 else this


def _spoken(person: Member) -> str:
    return " · ".join(filter(None, (person.name, person.team)))


ROUTES = {
    "dues": Route(show, ("hoiphi", "hoi phi"), Who.LEADER, Where.PRIVATE),
    "dues_paid": Route(paid, (), Who.LEADER, Where.PRIVATE, listed=False, gives_way=True),
    "dues_undo": Route(undo, (), Who.LEADER, Where.PRIVATE, listed=False, gives_way=True),
    "dues_sheet": Route(sheet, (), Who.LEADER, Where.PRIVATE, listed=False),
}
