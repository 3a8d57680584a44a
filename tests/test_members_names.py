"""What a cell with a name says, and nothing it does not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.members.damage import in_old_font, mended
from handlers.members.names import read_name
from handlers.members.notes import Code
from storage.vietnamese import normalise


@pytest.mark.parametrize(
    ("cell", "name", "alias"),
    [
        ("Nguyễn Thị Hoa - Tư Hoa", "Nguyễn Thị Hoa", "Tư Hoa"),
        ("Nguyễn Thị Hoa tự Bé Hai", "Nguyễn Thị Hoa", "Bé Hai"),
        ("Nguyễn Thị Hoa, tức Tư", "Nguyễn Thị Hoa", "Tư"),
        ("Nguyễn Thị “Tư” Hoa", "Nguyễn Thị Hoa", "Tư"),
        ("Nguyễn Thị Lan 2", "Nguyễn Thị Lan", "2"),
        ("Nguyễn Tự Lan", "Nguyễn Tự Lan", ""),
        ("Nguyễn Thị Tự", "Nguyễn Thị Tự", ""),
        ("Nguyễn Thị Thị", "Nguyễn Thị Thị", ""),
        ("Nguyễn Thị\nKim Hoa", "Nguyễn Thị Kim Hoa", ""),
        ("- 12. Bà Nguyễn Thị Hoa", "Nguyễn Thị Hoa", ""),
        ("Nguyễn Thị Hoa (mẹ)", "Nguyễn Thị Hoa", ""),
        ("(Bà) Nguyễn Thị Hoa", "Nguyễn Thị Hoa", ""),
        ("Nguyễn Thị Hoa (tức: Tư)", "Nguyễn Thị Hoa", "Tư"),
        ("Mẹ VNAH Nguyễn Thị Hoa", "Nguyễn Thị Hoa", ""),
        ("Nguyễn T. Hoa", "Nguyễn T. Hoa", ""),
        ("Đ/c Nguyễn Thị Hoa, tổ trưởng", "Nguyễn Thị Hoa", ""),
    ],
)
def test_one_person_is_seen_whatever_else_stands_in_the_cell(
    cell: str, name: str, alias: str
) -> None:
    found = read_name(cell)
    assert (found.name, found.alias) == (name, alias)
    assert not found.error
    assert not found.doubt


@pytest.mark.parametrize(
    "cell",
    [
        "Nguyễn Thị Hoa, Trần Thị Lan", "Nguyễn Thị Hoa\nTrần Thị Lan", "Nguyễn Thị Hoa - Trần Thị Lan",
        "Nguyễn Thị Hoa/Trần Thị Lan", "Nguyễn Thị Hoa và Trần Thị Lan", "Hoa & Lan",
        "Chị Hoa - chị Lan", "Nguyễn Thị Hoa (mẹ); Trần Thị Lan (con)", "Nguyễn Thị Hoa Trần Thị Lan",
        "Lê Thị Hồng Hoa Nguyễn Kim Lan", "Lê Thị Hoa Thị Lan", "Nguyễn Thị Hoa (Trần Thị Lan)",
    ],
)  # fmt: skip
def test_two_people_in_one_cell_are_for_a_person_to_part(cell: str) -> None:
    assert read_name(cell).doubt


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("#N/A", Code.NAME_DAMAGED), ("Nguy?n Th? Hoa", Code.NAME_DAMAGED),
        ("Nguy\ufffdn Hoa", Code.NAME_DAMAGED), ("Nguyễn Thị Hoa?", Code.NAME_DAMAGED), ("12345", Code.NAME_NOT_WORDS),
        ("Hoa 0x7f", Code.NAME_NOT_WORDS), ("NguyÔn ThÞ Hoa", Code.OLD_FONT),
        ("Nguyeãn Thò Hoa", Code.OLD_FONT), ("(CHT)", Code.NO_NAME),
    ],
)  # fmt: skip
def test_a_damaged_name_is_an_error_and_never_a_guess(cell: str, code: Code) -> None:
    error = read_name(cell).error
    assert error is not None
    assert error.code is code


@pytest.mark.parametrize(
    "name", ["NguyÔn ThÞ Hoa", "NGUYEÃN THÒ HOA", "Voõ Thò UÙt", "Ph¹m ThÞ Hång", "Nguyˆn Th‰ Hoa"]
)
def test_names_in_tcvn3_vni_and_vps_are_told_by_their_letters(name: str) -> None:
    assert in_old_font(name)


@pytest.mark.parametrize(
    "name", ["Nguyễn Thị Hoà", "Hồ Ý", "Đặng Bích Thuỷ", "Lò Thị Ún", "Café Thị Ngô"]
)
def test_names_in_unicode_are_not_taken_for_old_fonts(name: str) -> None:
    assert not in_old_font(name)
    assert mended(name) == name


@pytest.mark.parametrize("cell", ["không rõ", "Chưa có tên", "-"])
def test_words_for_an_unknown_name_are_no_name(cell: str) -> None:
    assert read_name(cell).name == ""


def test_text_encoded_twice_is_mended_only_if_every_letter_fits() -> None:
    assert mended("Nguyá»…n Thá»‹ Cáº©m") == "Nguyễn Thị Cẩm"
    assert mended("Nguyá»…n Ж") == "Nguyá»…n Ж"


FAMILIES = ("Nguyễn", "Trần", "Lê", "Huỳnh", "Đặng", "Thạch", "Danh", "Ông")
MIDDLES = ("Thị", "Thị Bé", "Kim", "Ngọc Bảo", "Thị Mỹ")
GIVEN = ("Hoa", "Út", "Bảy", "Đẹp", "Thúy", "Xuân", "Sen", "Lý", "Năm")
WAYS = (
    str.upper,
    str.lower,
    lambda name: unicodedata.normalize("NFD", name),
    lambda name: f"  {name.replace(' ', '  ')}\u200b ",
    lambda name: f"{name}.",
)
BESIDE = (
    "{}", "Bà {}", "chị {}", "Đ/c {}", "12. {}", "12 {}", "- {}", "{} (Tư Lành)", '{} "Tư Lành"', "{} tức Tư Lành",
    "{} - đã chuyển đi", "{} (mất 2020)", "{} CHT", "{}, tổ trưởng", "{} 0912345678", "{} (1960)", "{} - 1960", "{}, Tư Lành",
)  # fmt: skip


@given(
    st.sampled_from(FAMILIES),
    st.sampled_from(MIDDLES),
    st.sampled_from(GIVEN),
    st.sampled_from(WAYS),
    st.sampled_from(BESIDE),
)
def test_however_a_cell_is_written_the_name_in_it_is_one(
    family: str, middle: str, given_name: str, way: Callable[[str], str], beside: str
) -> None:
    name = f"{family} {middle} {given_name}"
    found = read_name(beside.format(way(name)))
    assert (found.name, found.error, found.doubt) == (name, None, None)
    assert ("Tư Lành" in found.alias) is ("Tư Lành" in beside)


@given(st.text(max_size=60))
def test_whatever_stands_in_a_cell_the_name_read_from_it_is_clean(text: str) -> None:
    found = read_name(text)
    assert found.error or found.name == normalise(found.name)
    assert not found.doubt or found.name
