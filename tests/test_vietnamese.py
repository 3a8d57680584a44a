"""Vietnamese words, names and phones."""

from __future__ import annotations

import unicodedata

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.vietnamese import (
    display_phone,
    fold,
    is_surname,
    name_key,
    normalise,
    phone,
    phones,
    spelling,
    split_phones,
    tidy_name,
)

LETTERS = (
    "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵbcdđghklmnpqrstvx"
)
words = st.text(LETTERS + LETTERS.upper(), min_size=1, max_size=7)
names = st.lists(words, min_size=1, max_size=5).map(" ".join)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Nguyễn Thị Thúy", "nguyen thi thuy"),
        ("ĐẶNG  THỊ\u00a0ĐÀO ", "dang thi dao"),
        ("Ðặng Thị Ðào", "dang thi dao"),  # U+00D0
        (unicodedata.normalize("NFD", "Trần Thị Ngọc Diệu"), "tran thi ngoc dieu"),
        ("Lê\u200b Thị\ufeff Hoà", "le thi hoa"),
        ("điểm danh", "diem danh"),
        ("/DiemDanh", "/diemdanh"),
        ("café ÑANDÚ", "cafe nandu"),
        ("", ""),
    ],
)
def test_folding_leaves_no_mark_and_no_stray_space(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(names)
def test_marks_case_and_unicode_form_make_no_difference_when_folded(name: str) -> None:
    assert fold(unicodedata.normalize("NFD", name.upper())) == fold(name)
    assert fold(name).replace(" ", "").isascii()


@given(st.text())
def test_normalising_keeps_what_was_typed_but_its_form(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert fold(normalise(text)) == fold(text)


def test_a_tone_may_stand_on_either_vowel_and_i_for_y() -> None:
    assert spelling("Nguyễn Thị Hoà") == spelling("nguyễn thị hòa")
    assert spelling("Lí Thị Thuý") == spelling("Lý Thị Thúy")
    assert spelling("Quí") == spelling("Quý")
    assert spelling("Thúy") != spelling("Thùy")
    assert spelling("Thúy") != spelling("Thuy")
    assert spelling("Tài") != spelling("Tày")  # ai and ay are two sounds


def test_names_sort_by_given_name_then_middle_then_family() -> None:
    ordered = [
        "Nguyễn Thị An",
        "Lê Thị Bích Ân",
        "Trần Ngọc Anh",
        "Trần Ngọc Ánh",
        "Bùi Thị Hoa",
        "Lê Thị Hoa",
        "Đặng Thị Hoa",
        "Lê Thị Hòa",
        "Lê Thị Hóa",
        "Lê Thị Họa",
        "Lê Thị Dung",
        "Lê Thị Đào",
        "Phan Thị Ý",
        "Phan Thị Yến",
        "Hoa",
    ]
    given = ["An", "Anh", "Ánh", "Ân", "Dung", "Đào", "Hoa", "Hòa", "Hóa", "Họa", "Ý", "Yến"]
    result = sorted(ordered, key=name_key)

    assert list(dict.fromkeys(name.split()[-1] for name in result)) == given
    assert [n for n in result if n.endswith("Hoa")] == [
        "Hoa",
        "Bùi Thị Hoa",
        "Đặng Thị Hoa",
        "Lê Thị Hoa",
    ]


@given(names)
def test_a_sorting_key_is_the_same_in_every_locale(name: str) -> None:
    assert name_key(name).isalnum()
    assert name_key(name).isascii()
    assert name_key(name) == name_key(unicodedata.normalize("NFD", name.upper()))


@given(words, words)
def test_a_shorter_given_name_comes_before_its_longer_one(short: str, more: str) -> None:
    stem = fold(short).replace(" ", "")
    assert name_key(stem) < name_key(stem + fold(more))


@pytest.mark.parametrize(
    ("typed", "tidy"),
    [
        ("NGUYỄN THỊ HOA", "Nguyễn Thị Hoa"),
        ("nguyễn thị hoa", "Nguyễn Thị Hoa"),
        ("nGUYỄN tHỊ hOA", "Nguyễn Thị Hoa"),
        (unicodedata.normalize("NFD", "Nguyễn Thị Hoa"), "Nguyễn Thị Hoa"),
        ("Bà Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
        ("BÀ NGUYỄN THỊ HOA", "Nguyễn Thị Hoa"),
        ("Đ/c Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
        ("Đồng chí: Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
        ("Chị. Nguyễn Thị Hoa", "Nguyễn Thị Hoa"),
        ("Bà Tư Hoa", "Tư Hoa"),
        ("Bà Năm", "Bà Năm"),  # what else is she called?
        ("Ông Nguyễn Văn An", "Nguyễn Văn An"),
        ("Ông Thị Hoa", "Ông Thị Hoa"),  # a family name
        ("Chi Nguyen Thi Hoa", "Nguyen Thi Hoa"),
        ("Chi Mai", "Chi Mai"),
        ("Anh Thư", "Anh Thư"),
        ("  Ðặng\u00a0Thị  Đào. ", "Đặng Thị Đào"),
        ("h'linh niê", "H'Linh Niê"),
        ("", ""),
    ],
)
def test_a_name_is_written_as_on_a_card(typed: str, tidy: str) -> None:
    assert tidy_name(typed) == tidy


@given(names)
def test_a_tidy_name_stays_as_it_is(name: str) -> None:
    once = tidy_name(name)
    assert tidy_name(once) == once
    assert fold(name).endswith(fold(once))


def test_family_names_are_known_with_and_without_marks() -> None:
    assert is_surname("Nguyễn")
    assert is_surname("NGUYỄN")
    assert is_surname("Lí")
    assert is_surname("Nguyen")
    assert not is_surname("Tư")  # fourth child, though Từ is a family name
    assert not is_surname("Thị")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912345678", "0912345678"),
        ("0900000403", "0900000403"),  # invented, yet a number
        ("0912 345 678", "0912345678"),
        ("0912.345.678", "0912345678"),
        ("(0912) 345-678", "0912345678"),
        ("'0912345678", "0912345678"),
        ("+84912345678", "0912345678"),
        ("+84 (0)912 345 678", "0912345678"),
        ("84912345678", "0912345678"),
        ("0084912345678", "0912345678"),
        ("912345678", "0912345678"),
        (912345678.0, "0912345678"),
        (84912345678.0, "0912345678"),
        ("0912345678.0", "0912345678"),
        ("9.12345678E+08", "0912345678"),
        ("9,12345678E8", "0912345678"),
        ("9.12E+08", None),  # its digits are lost
        ("O912345678", "0912345678"),
        ("09l2345678", "0912345678"),
        ("０９１２３４５６７８", "0912345678"),
        ("01234567890", "0834567890"),
        (1234567890.0, "0834567890"),
        ("0169 123 4567", "0391234567"),
        ("+841201234567", "0701234567"),
        ("0290 3831234", "02903831234"),
        ("2903831234", "02903831234"),
        ("+84 290 3831 234", "02903831234"),
        ("0780 3831234", "02903831234"),  # Cà Mau before 2017
        ("091234567", None),
        ("09123456789", None),
        ("0123456789", None),
        ("0612345678", None),
        ("+1 650 253 0000", None),
        ("không có", None),
        ("", None),
        ("x", None),
        (0.0, None),
        (912345678.5, None),
        (float("nan"), None),
        (float("inf"), None),
        (-912345678.0, None),
    ],
)
def test_a_phone_is_nought_and_digits_or_nothing(typed: str | float, number: str | None) -> None:
    assert phone(typed) == number


OLD_PREFIXES = {
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078", "0123": "083",
    "0124": "084", "0125": "085", "0127": "081", "0129": "082", "0162": "032", "0163": "033",
    "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038", "0169": "039",
    "0186": "056", "0188": "058", "0199": "059",
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), OLD_PREFIXES.items())
def test_numbers_of_before_2018_become_todays(old: str, new: str) -> None:
    assert phone(f"{old}1234567") == f"{new}1234567"


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_every_spelling_of_a_mobile_is_one_number(number: str) -> None:
    spellings: list[str | float] = [
        number,
        number[1:],
        float(number),
        f"+84{number[1:]}",
        f"84{number[1:]}",
        f"0084 {number[1:]}",
        f"{number[:4]}.{number[4:7]}.{number[7:]}",
        display_phone(number),
    ]
    assert {phone(spelling) for spelling in spellings} == {number}


@given(st.text(alphabet=st.characters(codec="utf-8")) | st.floats())
def test_whatever_is_read_as_a_phone_is_one_and_stays_so(value: str | float) -> None:
    number = phone(value)
    assert number is None or (number.isdecimal() and number[0] == "0" and len(number) in {10, 11})
    assert number is None or phone(number) == number


@given(st.from_regex(r"0[0-9+. E]{0,14}", fullmatch=True))
def test_digits_and_dots_in_any_order_never_break_the_reader(value: str) -> None:
    number = phone(value)
    assert number is None or phone(number) == number


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("0912345678/0987654321", ["0912345678", "0987654321"]),
        ("0912345678 0987654321", ["0912345678", "0987654321"]),
        ("0912 345 678 0987 654 321", ["0912345678", "0987654321"]),
        ("0912.345.678 - 0987.654.321", ["0912345678", "0987654321"]),
        ("0912345678-0290 3831234", ["0912345678", "02903831234"]),
        ("0912 345 678 (con gái)", ["0912345678"]),
        ("Zalo: +84 912 345 678", ["0912345678"]),
        ("0912345678, 0912 345 678", ["0912345678"]),
        ("dd 01234567890", ["0834567890"]),
        ("cũ 0780 3831234", ["02903831234"]),
        ("09123456789", []),
        ("0912 345 6789", []),
        ("không có", []),
    ],
)
def test_several_numbers_in_some_words(words: str, found: list[str]) -> None:
    assert phones(words) == found


def test_words_and_numbers_are_parted() -> None:
    assert split_phones("Lan SN 1965 0912 345 678 (con)") == (["0912345678"], "Lan SN 1965   (con)")
    assert split_phones("091234567890") == ([], "091234567890")


@pytest.mark.parametrize("number", ["0912345678", "0900000403", "0383831234", "02903831234"])
def test_numbers_are_shown_in_the_groups_people_know(number: str) -> None:
    parsed = phonenumbers.parse(number, "VN")
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)

    assert display_phone(number) == national


def test_a_broken_number_is_shown_as_it_is() -> None:
    assert display_phone("0912") == "0912"
