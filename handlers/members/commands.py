"""The register in chat: find a member, bring a list in, take it out."""

from __future__ import annotations

from handlers.chat import Route, Tick, Where, Who
from handlers.members import cards, editing, held, moving, passes, standing
from handlers.members.chat_files import import_no, import_yes, take_workbook
from handlers.members.finding import find, hear
from handlers.members.links import export_link, held_link, import_link

__all__ = ["ROUTES", "TICKS", "hear", "take_workbook"]

ROUTES = {
    "find": Route(
        find, ("tim", "tim hoi vien", "tim nguoi"), Who.LEADER, Where.PRIVATE, gives_way=True
    ),
    "card": Route(cards.card, (), Who.LEADER, Where.PRIVATE, listed=False),
    "history": Route(cards.history, (), Who.LEADER, Where.PRIVATE, listed=False),
    "edit": Route(editing.edit, (), Who.LEADER, Where.PRIVATE, listed=False),
    "edit_undo": Route(editing.edit_undo, (), Who.LEADER, Where.PRIVATE, listed=False),
    "leave": Route(standing.leave, (), Who.LEADER, Where.PRIVATE, listed=False),
    "back": Route(standing.back, (), Who.LEADER, Where.PRIVATE, listed=False),
    "move": Route(moving.move, (), Who.LEADER, Where.PRIVATE, listed=False, gives_way=True),
    "move_end": Route(moving.move_end, (), Who.LEADER, Where.PRIVATE, listed=False),
    "merge": Route(held.merge, (), Who.LEADER, Where.PRIVATE, listed=False, gives_way=True),
    "export": Route(export_link, ("xuatdanhsach", "xuat danh sach"), Who.LEADER, Where.PRIVATE),
    "import": Route(import_link, ("nhapdanhsach", "nhap danh sach"), Who.OFFICER, Where.PRIVATE),
    "held": Route(held.held, ("choxem", "cho xem", "dong cho xem"), Who.LEADER, Where.PRIVATE),
    "held_page": Route(held_link, (), Who.LEADER, Where.PRIVATE, listed=False),
    "held_do": Route(held.held_do, (), Who.LEADER, Where.PRIVATE, listed=False),
    "separate": Route(held.separate, (), Who.LEADER, Where.PRIVATE, listed=False),
    "import_yes": Route(import_yes, (), Who.OFFICER, Where.PRIVATE, listed=False),
    "import_no": Route(import_no, (), Who.OFFICER, Where.PRIVATE, listed=False),
}
TICKS = {"members.workbooks": Tick(passes.due, passes.fire)}
