"""`/nhapdanhsach`, `/xuatdanhsach`: one-time links to the pages of the register."""

from __future__ import annotations

from handlers import audit
from handlers.chat import Call, Choice, Reply, Who
from handlers.errors import Refusal
from handlers.members.passes import PATH, issue
from handlers.units import which
from storage import held_rows, units
from storage.audit import Deed
from storage.passes import PASS_LIFE, Purpose
from storage.units import Unit

LABELS = {
    Purpose.IMPORT: "Mở trang nhập",
    Purpose.EXPORT: "Mở trang tải về",
    Purpose.HELD: "Mở trang so sánh",
}


def import_link(call: Call, rest: str) -> Reply:
    """A link to the page where a workbook is brought in."""
    unit, _ = which(call, "import", rest, Who.OFFICER)
    return _link(call, unit, Purpose.IMPORT)


def export_link(call: Call, rest: str) -> Reply:
    """A link to the page where the unit's list is taken out."""
    unit, _ = which(call, "export", rest, Who.LEADER)
    return _link(call, unit, Purpose.EXPORT)


def held_link(call: Call, rest: str) -> Reply:
    """A link to the page where all rows that wait stand side by side with whom they may be."""
    unit, _ = which(call, "held_page", rest, Who.LEADER)
    assert unit.id is not None
    waiting = held_rows.count(call.session, units.subtree(call.session, [unit.id]))
    audit.saw_all(call, Deed.LIST, unit.id, waiting, "held")
    return _link(call, unit, Purpose.HELD)


def _link(call: Call, unit: Unit, purpose: Purpose) -> Reply:
    if not call.links.public_url:
        raise Refusal("members/no_pages.j2")
    _, token = issue(call, unit, purpose)
    url = call.links.page(f"{PATH}/{token}")
    context = {"unit": unit.name, "minutes": int(PASS_LIFE.total_seconds()) // 60}
    return Reply(f"members/{purpose}_link.j2", context, choices=(Choice(LABELS[purpose], url=url),))
