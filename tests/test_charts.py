"""Charts are pictures an old phone can show and older eyes can read."""

from __future__ import annotations

import struct
import unicodedata
import zlib
from pathlib import Path
from typing import Any

import pytest
from resvg_py import svg_to_bytes

from bot import charts
from bot.charts import MAX_BARS, WIDTH, bar_chart
from bot.render import TEMPLATES, environment

FONTS = TEMPLATES / "pages" / "static" / "fonts"
VOWELS = "aăâeêioôơuưy"
TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
SMALL = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in TONES] + ["đ"]
LETTERS = SMALL + [letter.upper() for letter in SMALL]


def size_of(png: bytes) -> tuple[int, int]:
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def drawn(png: bytes) -> bytes:
    """The picture's own bytes, so that two pictures can be compared."""
    at, out = 8, b""
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        if png[at + 4 : at + 8] == b"IDAT":
            out += png[at + 8 : at + 8 + length]
        at += length + 12
    return zlib.decompress(out)


def letter_picture(letter: str, weight: str) -> bytes:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="80">'
        f'<text x="9" y="55" font-family="Be Vietnam Pro" font-size="40">{letter}</text></svg>'
    )
    font = str(FONTS / f"BeVietnamPro-{weight}.ttf")
    return drawn(svg_to_bytes(svg_string=svg, font_files=[font], skip_system_fonts=True))


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_every_vietnamese_letter_has_a_picture_of_its_own(weight: str) -> None:
    pictures = {letter_picture(letter, weight) for letter in LETTERS}

    assert len(LETTERS) == 146
    assert len(pictures) == len(LETTERS)
    assert letter_picture("\u1780", weight) not in pictures  # a Khmer letter: the font's blank box


@pytest.mark.parametrize("weight", ["Regular", "Bold"])
def test_fonts_are_small_and_carry_their_licence(weight: str) -> None:
    for ending in ("ttf", "woff2"):
        assert (FONTS / f"BeVietnamPro-{weight}.{ending}").stat().st_size < 100_000
    assert "SIL OPEN FONT LICENSE" in Path(FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_a_chart_is_as_wide_as_a_phone_and_grows_downwards() -> None:
    short = bar_chart("Khảo sát", [("Có", 12), ("Không", 3)])
    long = bar_chart("Khảo sát", [("Có", 12), ("Không", 3), ("Chưa rõ", 0)], "15 chị trả lời")

    assert size_of(short)[0] == size_of(long)[0] == WIDTH
    assert size_of(long)[1] > size_of(short)[1]
    assert len(long) < 100_000


@pytest.mark.slow
@pytest.mark.sqlite
def test_the_largest_chart_is_still_taken_by_telegram() -> None:
    label = "Chi hội khóm 8, phường Tân Thành, tỉnh Cà Mau (trước đây là phường 5) " * 5

    width, height = size_of(bar_chart(label, [(label, 1)] * MAX_BARS, label, out_of=9))

    assert width + height <= 10_000
    assert height / width <= 20


def measured(title: str, bars: list[tuple[str, int]], **more: Any) -> str:
    context = charts._measured(title, bars, more.get("note", ""), more.get("out_of"))
    return environment().get_template("reports/bars.svg.j2").render(context)


def test_long_labels_are_wrapped_between_words() -> None:
    svg = measured(
        "Nhu cầu", [("Dịch vụ công trực tuyến và thanh toán không dùng tiền mặt ở chợ", 4)]
    )

    assert ">Dịch vụ công trực tuyến và thanh<" in svg
    assert ">toán không dùng tiền mặt ở chợ<" in svg


def test_counts_are_written_as_here_and_bars_keep_their_measure() -> None:
    context = charts._measured("Số phiếu", [("A", 2575), ("B", 1), ("C", 0)], "", 2575)
    most, one, none = context["bars"]

    assert (most.count, most.share, most.is_most) == ("2.575", "100%", True)
    assert most.length == context["track"]
    assert (one.count, one.share) == ("1", "<1%")
    assert 0 < one.length < 30
    assert (none.length, none.share) == (0, "0%")


@pytest.mark.slow
@pytest.mark.sqlite
def test_nobody_can_write_into_the_picture_or_break_it() -> None:
    hostile = '</text><script>alert(1)</script> & "quoted" \x00\x1b\u200b🎉👩‍🌾'

    svg = measured(hostile, [(hostile, 2)], note=hostile)

    assert "<script>" not in svg
    assert "🎉" not in svg
    assert size_of(bar_chart(hostile, [(hostile, 2), ("x" * 500, 1), ("", 0)], hostile))[0] == WIDTH


def test_a_survey_that_nobody_answered_still_has_a_picture() -> None:
    assert size_of(bar_chart("Khảo sát", [("Có", 0), ("Không", 0)], "Chưa ai trả lời", out_of=0))
    assert size_of(bar_chart("Khảo sát", []))


def test_what_cannot_be_drawn_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 40"):
        bar_chart("Khảo sát", [("Có", 1)] * (MAX_BARS + 1))
    with pytest.raises(ValueError, match="none below 0"):
        bar_chart("Khảo sát", [("Có", -1)])
