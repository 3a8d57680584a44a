"""Numbers of documents, in their text and in the names of their files."""

from __future__ import annotations

import pytest

from handlers.directives.numbers import DISPATCH, KINDS, find_number, number_in_name
from tests.reading_scenes import draft_of


@pytest.mark.parametrize(
    ("text", "number", "kind"),
    [
        ("109/KH-BTV", "109/KH-BTV", "KH"),
        ("109-KH/BTV", "109-KH/BTV", "KH"),
        ("Số: 45/BTV-TG", "45/BTV-TG", DISPATCH),
        ("theo số 109 / kh - btv nha", "109/KH-BTV", "KH"),
        ("109/KH-BTV - Gia đình", "109/KH-BTV", "KH"),
        ("07/HD-ĐCT-TC", "07/HD-ĐCT-TC", "HD"),
        ("05/HD-MTTW-BTT", "05/HD-MTTW-BTT", "HD"),
        ("30/2020/NĐ-CP", "30/2020/NĐ-CP", "NĐ"),
        ("Luật số 91/2025/QH15", "91/2025/QH15", None),
        ("15-CV/TU", "15-CV/TU", DISPATCH),
        ("1/qyđ-bch", "1/QyĐ-BCH", "QyĐ"),
        ("12/QĐ-THA", "12/QĐ-THA", "QĐ"),
        ("hạn 20/11/2026, công văn số 45/BTV", "45/BTV", DISPATCH),
    ],
)
def test_numbers_in_text(text: str, number: str, kind: str | None) -> None:
    symbol = find_number(text)

    assert symbol is not None
    assert (symbol.number, symbol.kind) == (number, kind)


@pytest.mark.parametrize(
    "text", ["20/11/2026", "24/7", "3/4 chi hội", "12/KH", "45/BTV", "km/h", ""]
)
def test_what_only_looks_like_a_number(text: str) -> None:
    assert find_number(text) is None


@pytest.mark.parametrize(
    ("stem", "number"),
    [
        ("109-KH-BTV", "109/KH-BTV"),
        ("109 kh btv", "109/KH-BTV"),
        ("109_KH_BTV (1)", "109/KH-BTV"),
        ("109KH-BTV", "109/KH-BTV"),
        ("45-BTV-TG-canh-bao", "45/BTV-TG"),
        ("Cong van so 45 BTV TG", "45/BTV-TG"),
        ("07-HD-DCT-TC", "07/HD-ĐCT-TC"),
        ("12-qd-ubnd", "12/QĐ-UBND"),
    ],
)
def test_numbers_in_file_names(stem: str, number: str) -> None:
    symbol = number_in_name(stem)

    assert symbol is not None
    assert symbol.number == number


@pytest.mark.parametrize(
    "stem",
    ["scan0001", "IMG_20261112", "3-muc-tieu", "12-kh-tuyen-truyen", "2026-11-20 bao cao", ""],
)
def test_file_names_without_a_number(stem: str) -> None:
    assert number_in_name(stem) is None


def test_the_kinds_are_those_of_the_decree() -> None:
    assert len(KINDS) == 27 + 3 + 2 + 1  # Annex III, its copies, decree and circular, công văn
    assert KINDS["TTr"] == "tờ trình"
    assert draft_of(None, name="12-TTr-HPN.pdf").kind_name == "tờ trình"
