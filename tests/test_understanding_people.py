"""Names and years of birth as people type them."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.understanding.people import read_name, read_person, read_year

TODAY = date(2026, 11, 16)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("võ thị an", "Võ Thị An"),
        ("VÕ THỊ AN", "Võ Thị An"),
        ("Tôi tên là Võ Thị An", "Võ Thị An"),
        ("họ và tên: Hồ Thị La", "Hồ Thị La"),
        ("Thị Sen", "Thị Sen"),
        ("An", ""),
        ("Võ Thị An!!!", ""),
        ("https://lừa.đảo an", ""),
    ],
)
def test_names(text: str, name: str) -> None:
    assert read_name(text) == name


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("1968", "1968"),
        ("sinh năm 1968 nha", "1968"),
        ("20/10/1980", "1980"),
        ("68", "1968"),
        ("sn 05", "2005"),
        ("1899", ""),
        ("2020", ""),
        ("0912345678", ""),
        ("", ""),
    ],
)
def test_years(text: str, year: str) -> None:
    assert read_year(text, TODAY) == year


@pytest.mark.parametrize(
    ("text", "person"),
    [
        ("Võ Thị An, 1980", ("Võ Thị An", "1980")),
        ("Võ Thị An sinh ngày 20-10-1980", ("Võ Thị An", "1980")),
        ("em là Võ Thị An sn 1980", ("Võ Thị An", "1980")),
        ("Võ Thị An", ("Võ Thị An", "")),
        ("1980", ("", "1980")),
    ],
)
def test_name_and_year_in_one(text: str, person: tuple[str, str]) -> None:
    assert read_person(text, TODAY) == person
