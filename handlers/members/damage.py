"""Text that came to harm before it reached us: old fonts, wrong code pages, errors of Excel."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from handlers.members.grids import Cell, Grid, Line

SAMPLE = 60
"""Rows looked at to tell that a whole sheet came to harm."""
FEW = 3

# TCVN3, VNI and VPS keep Vietnamese in Latin-1 and Windows places. No Vietnamese word has these letters …
_FOREIGN = re.compile("[¡-¬®-·¸-¿ÄÅÆÇËÎÏÑÖ×ØÛÜÞßäåæçëîïñöøûüþÿ÷€‚ƒ„†‡ˆ‰Š‹ŒŽ˜™š›œžŸ]")
# … nor these pairs, which VNI makes of a letter and its mark.
_VNI_PAIR = re.compile(
    "[aA][áàãâäåéèêëùøûüúïòôõ]|[eE][áàãâäåéèëùøûïò]|[oO][âäåëùøûïõ]|[uU][ùøûïòõ]|[öôÖÔ][ùøûïò]",
    re.IGNORECASE,
)
# Letters that exist only since Unicode: whoever typed them used no old font.
_UNICODE_ONLY = re.compile("[ĂăĐđĨĩŨũƠơƯưẠ-ỹ]")
_EXCEL_ERROR = re.compile(
    r"#(?:REF!?|N/A|NAME\??|VALUE!?|DIV/0!?|NULL!?|NUM!?|SPILL!?|GETTING_DATA)|#{3,}", re.IGNORECASE
)
_LOST = re.compile(r"\ufffd|[^\W\d_]\?|(?:^|\s)\?+[^\W\d_]")
_TWICE_ENCODED = re.compile("[ÃÄÆ][\u0080-¿‘-•‚-„†-‰‹›€™ŒœŠšŽžŸƒˆ˜–—]|á[º»]")


def is_excel_error(value: Cell) -> bool:
    """#REF!, #N/A, ####: the cell's own content is gone."""
    return isinstance(value, str) and _EXCEL_ERROR.fullmatch(value.strip()) is not None


def has_excel_error(text: str) -> bool:
    """A formula that joined words with a cell that is gone: "Lê Thị #REF!"."""
    return _EXCEL_ERROR.search(text) is not None


def has_lost_letters(text: str) -> bool:
    """Letters replaced by "?" or U+FFFD on the way: "Nguy?n Th? Hoa"."""
    return _LOST.search(text) is not None


def in_old_font(text: str) -> bool:
    """Typed in TCVN3 or VNI: "NguyÔn ThÞ Hoa", "Nguyeãn Thò Hoa"."""
    if text.isascii() or _UNICODE_ONLY.search(text):
        return False
    return bool(_FOREIGN.search(text) or _VNI_PAIR.search(text))


def mostly_old_font(cells: Iterable[Cell]) -> bool:
    """Whether a sheet as a whole is typed in an old font."""
    old = new = 0
    for cell in cells:
        if isinstance(cell, str) and not cell.isascii():
            old += in_old_font(cell)
            new += _UNICODE_ONLY.search(cell) is not None
    return old >= 3 and old > new


def mended(text: str) -> str:
    """UTF-8 read as Windows-1252 once or twice read rightly again, if that explains every letter.

    Letters that a web page wrote as "&#7877;" are letters again, too.
    """
    if "&#" in text:
        text = html.unescape(text)
    for _ in range(2):
        if not _TWICE_ENCODED.search(text):
            break
        try:
            text = b"".join(map(_byte, text)).decode("utf-8")
        except (UnicodeDecodeError, UnicodeEncodeError):
            break
    return text


def mended_sheet(grid: Grid) -> Grid | None:
    """The sheet with all its words mended, where its first rows show that all are harmed."""
    words = [cell for line in grid.lines[:SAMPLE] for cell in line.cells if isinstance(cell, str)]
    harmed = sum(_TWICE_ENCODED.search(cell) is not None or "&#" in cell for cell in words)
    if harmed < FEW or harmed * 2 < sum(not cell.isascii() for cell in words):
        return None
    lines = [
        Line(
            line.number,
            [mended(cell) if isinstance(cell, str) else cell for cell in line.cells],
            line.covered,
        )
        for line in grid.lines
    ]
    return Grid(grid.name, lines, grid.hidden)


def _byte(letter: str) -> bytes:
    try:
        return letter.encode("cp1252")
    except UnicodeEncodeError:
        return letter.encode("latin-1")
