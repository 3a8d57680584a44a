"""Pictures of counts for a chat: large, calm bars that can be read on an old phone."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.render import TEMPLATES, environment

WIDTH = 900
"""Pixels: what chat apps show of a picture on a phone without shrinking it."""
MAX_BARS = 40
"""With labels of three lines more would pass what Telegram takes: width + height ≤ 10,000."""
_MARGIN = 44
_SHARE_ROOM = 88
_COUNT_ROOM = 116
_THICKNESS = 46
_SHORTEST = 24
"""A single answer must still be seen as a bar."""
_SIZES = {"title": 44, "label": 32, "count": 36, "note": 28}
_MOST_LINES = {"title": 4, "label": 3, "note": 4}
_LEADING = 1.32
_FONTS = TEMPLATES / "pages" / "static" / "fonts"

# Advance widths of Be Vietnam Pro Bold in thousandths of the size, rounded up by class.
_NARROW, _SLIM, _BROAD, _CAPITAL, _USUAL = 295, 480, 960, 760, 655
_WIDTHS = dict.fromkeys("!.,:;Iijl'| ", _NARROW) | dict.fromkeys('1frtsz()[]{}"*/\\-J', _SLIM)
_WIDTHS |= dict.fromkeys("MmwW%@…—", _BROAD) | dict.fromkeys("023456789&=#+", _CAPITAL)


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    y: float


@dataclass(frozen=True, slots=True)
class _Bar:
    label: list[_Line]
    y: float
    length: float
    count: str
    share: str
    is_most: bool


def bar_chart(
    title: str, bars: Sequence[tuple[str, int]], note: str = "", *, out_of: int | None = None
) -> bytes:
    """PNG of one horizontal bar for each (label, count), 900 pixels wide.

    `out_of` adds each count's share of that number of people.

    Raises:
        ValueError: more than 40 bars, or a count below zero.
    """
    # Here and not above: most processes never draw.
    from resvg_py import svg_to_bytes  # noqa: PLC0415

    if len(bars) > MAX_BARS or any(count < 0 for _, count in bars):
        raise ValueError("a chart takes at most 40 bars, none below 0")
    template = environment().get_template("reports/bars.svg.j2")
    svg = template.render(_measured(title, bars, note, out_of))
    fonts = [str(_FONTS / f"BeVietnamPro-{weight}.ttf") for weight in ("Regular", "Bold")]
    return svg_to_bytes(svg_string=svg, font_files=fonts, skip_system_fonts=True)


def _measured(
    title: str, bars: Sequence[tuple[str, int]], note: str, out_of: int | None
) -> dict[str, Any]:
    most = max((count for _, count in bars), default=0)
    share_room = _SHARE_ROOM if out_of else 0
    track = WIDTH - 2 * _MARGIN - _COUNT_ROOM - share_room
    title_lines, y = _lines(title, "title", 14 + 30)
    drawn: list[_Bar] = []
    for label, count in bars:
        label_lines, y = _lines(label, "label", y + 26)
        length = max(_SHORTEST, track * count / most) if count else 0
        share = _share(count, out_of) if out_of else ""
        drawn.append(
            _Bar(label_lines, y + 10, round(length, 1), _number(count), share, count == most)
        )
        y += 10 + _THICKNESS
    note_lines, y = _lines(note, "note", y + 34)
    return {
        "width": WIDTH,
        "height": round(y + 40),
        "margin": _MARGIN,
        "track": track,
        "count_at": WIDTH - _MARGIN - share_room,
        "thickness": _THICKNESS,
        "sizes": _SIZES,
        "title": title_lines,
        "bars": drawn,
        "note": note_lines,
    }


def _lines(text: str, size: str, top: float) -> tuple[list[_Line], float]:
    """Wrapped lines with their baselines, and where the next thing may begin."""
    step = _SIZES[size] * _LEADING
    wrapped = _balanced(_drawable(text), _SIZES[size])
    if len(wrapped) > _MOST_LINES[size]:
        wrapped = wrapped[: _MOST_LINES[size]]
        wrapped[-1] += "…"
    lines = [
        _Line(words, round(top + step * row + _SIZES[size], 1)) for row, words in enumerate(wrapped)
    ]
    return lines, top + step * len(lines)


def _balanced(text: str, size: int) -> list[str]:
    """As few lines as fit, of about the same length: no single word left over."""
    lines = _wrapped(text, size, WIDTH - 2 * _MARGIN)
    for room in range(WIDTH - 2 * _MARGIN, WIDTH // 3, -20):
        narrower = _wrapped(text, size, room)
        if len(narrower) > len(lines):
            break
        lines = narrower
    return lines


def _wrapped(text: str, size: int, room: float) -> list[str]:
    lines: list[str] = []
    for word in text.split():
        if lines and _length(f"{lines[-1]} {word}", size) <= room:
            lines[-1] += f" {word}"
            continue
        while _length(word, size) > room:  # a link, or a word without spaces
            cut = next(end for end in range(len(word), 0, -1) if _length(word[:end], size) <= room)
            lines.append(word[:cut])
            word = word[cut:]  # noqa: PLW2901 - what is left of it
        lines.append(word)
    return lines


def _length(text: str, size: int) -> float:
    """Room a line needs, rather too much than too little."""
    bases = (unicodedata.normalize("NFD", letter)[0] for letter in text)
    return sum(map(_advance, bases)) * size / 1000


def _advance(letter: str) -> int:
    return _WIDTHS.get(letter) or (_CAPITAL if letter.isupper() else _USUAL)


def _drawable(text: str) -> str:
    """Without what the font has no picture for: emoji, invisible and control characters."""
    composed = unicodedata.normalize("NFC", re.sub(r"\s+", " ", text)).replace("Ð", "Đ")
    return "".join(
        letter
        for letter in composed
        if unicodedata.category(letter)[0] != "C"
        and (unicodedata.category(letter) != "So" or letter <= "\u00ff")
        and not "\ufe00" <= letter <= "\ufe0f"
    )


def _share(count: int, out_of: int) -> str:
    share = round(100 * count / out_of)
    return "<1%" if count and not share else f"{share}%"


def _number(count: int) -> str:
    return f"{count:,}".replace(",", ".")
