"""Sign-in sheets as a PDF for A4 paper: black on white, so that any printer will do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from importlib.resources import as_file, files
from typing import TYPE_CHECKING

import segno

from handlers.papers.sheets import Sheet

if TYPE_CHECKING:
    from fpdf import FPDF

MIME = "application/pdf"
LOWEST, HIGHEST = 9.0, 13.0
"""Millimetres of a row, like all measures here: whoever writes large can sign in it."""
_NO_TEAM = "Chưa rõ tổ"
_FONT = "BeVietnamPro"
_WIDTH, _HEIGHT, _MARGIN = 210.0, 297.0, 12.0
_RIGHT = _WIDTH - _MARGIN
_TOP, _HEAD, _FOOT = 54.0, 9.0, 30.0
_QR = 30.0
_COLUMNS = (
    ("STT", 13.0),
    ("Họ và tên", 68.0),
    ("Năm sinh", 21.0),
    ("Ký tên", 56.0),
    ("Ghi chú", 28.0),
)
_ROOM = _HEIGHT - _TOP - _HEAD - _FOOT
A_PAGE = int(_ROOM // LOWEST)
"""Most rows on one page."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a sheet, and how high they are."""

    sheet: Sheet
    rows: Sequence[tuple[int, str, str]]
    number: int
    of: int
    height: float


def pages(sheet: Sheet) -> Iterator[Page]:
    """The rows of a sheet on as few pages as will do, about as many on each."""
    count = max(1, -(-len(sheet.rows) // A_PAGE))
    each = max(1, -(-len(sheet.rows) // count))
    height = min(HIGHEST, _ROOM / each)
    for number in range(count):
        rows = sheet.rows[number * each : (number + 1) * each]
        yield Page(sheet, rows, number + 1, count, height)


def pdf(sheets: Sequence[Sheet], made: datetime) -> bytes:
    """All sheets, each from a page of its own; a long one goes on, with the same QR and numbers."""
    paper = _paper(made)
    teams = any(sheet.team for sheet in sheets)
    for sheet in sheets:
        named = replace(sheet, team=sheet.team or (_NO_TEAM if teams else ""))
        for page in pages(named):
            paper.add_page()
            _draw_head(paper, page)
            _draw_rows(paper, page)
            _draw_foot(paper, page)
    return bytes(paper.output())


def _paper(made: datetime) -> FPDF:
    from fpdf import FPDF  # noqa: PLC0415 - heavy: only who prints pays for it

    paper = FPDF(format="A4")
    paper.set_auto_page_break(auto=False)
    paper.set_margin(0)
    paper.set_creation_date(made)
    paper.set_title("Phiếu điểm danh")
    paper.set_lang("vi")
    fonts = files("templates") / "pages" / "static" / "fonts"
    for style, weight in (("", "Regular"), ("B", "Bold")):
        with as_file(fonts / f"{_FONT}-{weight}.ttf") as path:
            paper.add_font(_FONT, style, path)
    return paper


def _say(
    paper: FPDF,
    text: str,
    *,
    at: tuple[float, float],
    room: float,
    size: float = 11,
    style: str = "",
    align: str = "L",
) -> None:
    """One line whose middle is `at`; smaller letters rather than a second line or a cut name."""
    paper.set_font(_FONT, style, size)
    wide = paper.get_string_width(text)
    if wide > room - 2:
        paper.set_font_size(max(6.0, size * (room - 2) / wide))
    paper.set_xy(at[0], at[1] - 3)
    paper.cell(room, 6, text, align=align)


def _draw_head(paper: FPDF, page: Page) -> None:
    sheet = page.sheet
    room = _RIGHT - _MARGIN - _QR - 6
    if sheet.above:
        _say(paper, sheet.above, at=(_MARGIN, 15), room=room)
    _say(paper, sheet.unit, at=(_MARGIN, 21), room=room, style="B")
    _say(paper, "PHIẾU ĐIỂM DANH", at=(_MARGIN, 30), room=room, size=19, style="B")
    about = " – ".join(filter(None, [sheet.team, sheet.title]))
    if about:
        _say(paper, about, at=(_MARGIN, 38), room=room, size=13, style="B")
    day = f"{sheet.day:%d/%m/%Y}" if sheet.day else "…… / …… / …………"
    place = sheet.place or "……………………………………………………………"
    _say(paper, f"Ngày {day}   Tại: {place}", at=(_MARGIN, 46), room=room)
    left = _RIGHT - _QR
    if sheet.link:
        _draw_code(paper, sheet.link, left, 10)
    number = f"Phiếu {sheet.number}"
    if page.of > 1:
        number = f"{number} · tờ {page.number}/{page.of}"
    _say(paper, number, at=(left - 8, 45), room=_QR + 8, style="B", align="R")


def _draw_code(paper: FPDF, address: str, left: float, top: float) -> None:
    """A QR code as squares of ink: sharp on any printer."""
    rows = list(map(list, segno.make_qr(address, error="m").matrix_iter(scale=1, border=0)))
    side = _QR / len(rows)
    paper.set_fill_color(0)
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            dark = x
            while x < len(row) and row[x]:
                x += 1
            if x > dark:
                paper.rect(left + dark * side, top + y * side, (x - dark) * side, side, style="F")
            x += 1


def _draw_rows(paper: FPDF, page: Page) -> None:
    paper.set_draw_color(90)
    paper.set_line_width(0.25)
    paper.set_fill_color(232)
    x = _MARGIN
    for title, wide in _COLUMNS:
        paper.rect(x, _TOP, wide, _HEAD, style="DF")
        _say(paper, title, at=(x, _TOP + _HEAD / 2), room=wide, size=10.5, style="B", align="C")
        x += wide
    for place, (row, name, birth) in enumerate(page.rows):
        y = _TOP + _HEAD + place * page.height
        x = _MARGIN
        shown = ((str(row), 14.0, "C"), (name, 13.0, "L"), (birth, 12.0, "C"))
        for at, (_, wide) in enumerate(_COLUMNS):
            paper.rect(x, y, wide, page.height)
            if at < len(shown):
                text, size, align = shown[at]
                style = "B" if at == 0 else ""
                middle = (x, y + page.height / 2)
                _say(paper, text, at=middle, room=wide, size=size, style=style, align=align)
            x += wide


def _draw_foot(paper: FPDF, page: Page) -> None:
    sheet, y = page.sheet, _HEIGHT - _FOOT + 6
    room = _RIGHT - _MARGIN
    if page.number == page.of:
        counted = f"Có mặt: …………… / {len(sheet.rows)}      Vắng: ……………"
        _say(paper, counted, at=(_MARGIN, y), room=room / 2)
        _say(paper, "Người ghi (ký tên)", at=(_MARGIN + room / 2, y), room=room / 2, align="C")
    scan = "quét mã ở góc trên, hoặc " if sheet.link else ""
    how = f"Nhập lại: {scan}nhắn em “phiếu {sheet.number} vắng 3, 7, 12”."
    _say(paper, how, at=(_MARGIN, _HEIGHT - 11), room=room, size=9)
    care = "Phiếu có tên chị em: giữ cẩn thận, không chụp đưa lên nhóm."
    _say(paper, care, at=(_MARGIN, _HEIGHT - 6.5), room=room, size=9)
