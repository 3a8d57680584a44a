"""`/nhapdanhsach`, `/xuatdanhsach`: one-time links to the pages of the register."""

from __future__ import annotations

from handlers.chat import Call, Choice, Reply, Who
from handlers.errors import Refusal
from handlers.members.passes import PATH, issue
from handlers.units import which
from storage.passes import PASS_LIFE, Purpose
from storage.units import Unit


def import_link(call: Call, rest: str) -> Reply:
    """A link to the page where a workbook is brought in."""
    unit, _ = which(call, "import", rest, Who.OFFICER)
    return _link(call, unit, Purpose.IMPORT)


def export_link(call: Call, rest: str) -> Reply:
    """A link to the page where the unit's list is taken out."""
    unit, _ = which(call, "export", rest, Who.LEADER)
    return _link(call, unit, Purpose.EXPORT)


def _link(call: Call, unit: Unit, purpose: Purpose) -> Reply:
    if not call.links.public_url:
        raise Refusal("members/no_pages.j2")
    _, token = issue(call, unit, purpose)
    url = call.links.page(f"{PATH}/{token}")
    label = "Mở trang nhập" if purpose is Purpose.IMPORT else "Mở trang tải về"
    context = {"unit": unit.name, "minutes": int(PASS_LIFE.total_seconds()) // 60}
    return Reply(f"members/{purpose}_link.j2", context, choices=(Choice(label, url=url),))
