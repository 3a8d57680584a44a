"""Vietnamese words, names and phone numbers: compared, ordered and tidied.

Pure functions; nothing here knows of tables. Rules of the language: `Vietnamese order` is
a ă â b c d đ e ê … y, then the tones ngang, huyền, hỏi, ngã, sắc, nặng.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad"))
# Old fonts and copied web pages write the Icelandic letter for the Vietnamese one.
_CLEAN = {**_INVISIBLE, ord("Ð"): "Đ", ord("ð"): "đ"}
_MARKED = "àáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
_BARE = {
    **_INVISIBLE,
    **{ord(case): "d" for case in "đĐðÐ"},
    **{
        ord(case): unicodedata.normalize("NFD", letter)[0]
        for letter in _MARKED
        for case in (letter, letter.upper())
    },
}
_TONES = {"\u0300": "2", "\u0309": "3", "\u0303": "4", "\u0301": "5", "\u0323": "6"}
_LEVEL = "1"
_ORDER = dict(
    zip("aăâbcdđeêfghijklmnoôơpqrstuưvwxyz", "123456789abcdefghijklmnopqrstuvwx", strict=True)
)
_I_OR_Y = re.compile(r"^(h|k|l|m|s|t|qu)y$")


SHORT = 64
"""Names, addresses and answers come again and again; longer texts are not kept in memory."""
KEPT = 8192


def fold(text: str) -> str:
    """Without marks, lower case, single spaces: what is compared when marks may be missing.

    Two words that fold alike are candidates, not the same (Thúy, Thùy).
    """
    return _fold(text) if len(text) <= SHORT else _fold.__wrapped__(text)


@lru_cache(maxsize=KEPT)
def _fold(text: str) -> str:
    text = text.translate(_BARE).lower()
    if not text.isascii():
        letters = unicodedata.normalize("NFD", text)
        text = "".join(letter for letter in letters if not unicodedata.combining(letter))
        text = unicodedata.normalize("NFC", text)
    return " ".join(text.split())


def normalise(text: str) -> str:
    """As typed, in one spelling of Unicode: NFC, Đ for Ð, single spaces, nothing invisible."""
    return _normalise(text) if len(text) <= SHORT else _normalise.__wrapped__(text)


@lru_cache(maxsize=KEPT)
def _normalise(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text.translate(_CLEAN)).split())


@lru_cache(maxsize=4096)  # a register repeats a few hundred syllables
def _syllable(word: str) -> tuple[str, str]:
    """Letters with their own marks but no tone, and the tone from 1 to 6."""
    tone, letters = _LEVEL, ""
    for letter in unicodedata.normalize("NFD", word):
        if letter in _TONES:
            tone = _TONES[letter]
        else:
            letters += letter
    return unicodedata.normalize("NFC", letters), tone


@lru_cache(maxsize=KEPT)
def spelling(text: str) -> str:
    """A name for comparing with marks: where a tone stands and i for y make no difference."""
    pairs = (_syllable(word) for word in normalise(text).lower().split())
    return " ".join(_I_OR_Y.sub(r"\1i", letters) + tone for letters, tone in pairs)


@lru_cache(maxsize=KEPT)
def name_key(name: str) -> str:
    """Sorts people by given name, then middle, then family name, in Vietnamese order.

    Only digits and a-z, so that every database and locale sorts it alike.
    """
    words = normalise(name).lower().split()
    return "".join(_word_key(word) for word in [*words[-1:], *words[1:-1], *words[:-1][:1]])


def _word_key(word: str) -> str:
    letters, tone = _syllable(word)
    known = (_ORDER.get(letter) or _ORDER.get(fold(letter)) for letter in letters)
    return f"{''.join(code for code in known if code)}0{tone}"


# --- Names ---------------------------------------------------------------------------------

_FAMILY_NAMES = (
    "An Âu Bạch Bành Bàng Bế Biện Bồ Bùi Cái Cao Cầm Chế Châu Chu Chử Chung Cù Cung Danh Diệp "
    "Doãn Dư Dương Đàm Đái Đào Đặng Điền Điểu Đinh Đoàn Đỗ Đổng Đồng Đới Đường Giang Giàng Giáp "
    "Hà Hạ Hàn Hàng Hầu Hình Hoàng Hồ Hồng Hứa Huỳnh Kha Khổng Khuất Khưu Khương Kiên Kiều Kim La "
    "Lã Lạc Lại Lâm Lầu Lê Liêu Liễu Lò Lô Lộ Lư Lữ Lục Lương Lường Lưu Lý Ma Mã Mạc Mạch Mai Mẫn "
    "Mông Nghiêm Nghê Ngô Ngụy Nguyễn Nhan Nhâm Nhữ Ninh Nông Ong Ông Phạm Phan Phí Phó Phù Phùng "
    "Phương Quách Quan Quản Sái Sầm Sơn Sử Sùng Tạ Tăng Tào Tất Thạch Thái Thào Thẩm Thân Thi "
    "Thiều Tiên Tiêu Tiết Tô Tôn Tống Trà Trác Trần Trang Trầm Triệu Trịnh Trương Từ Ung Uông Văn "
    "Vàng Vi Viên Võ Vòng Vũ Vương"
)
"""Of the Kinh, Khmer and Hoa: enough to see where a full name begins."""

_SURNAMES = frozenset(map(spelling, _FAMILY_NAMES.split()))
_BARE_SURNAMES = frozenset(map(fold, _FAMILY_NAMES.split()))
_HONORIFIC = re.compile(
    r"(?:(?P<sure>đồng chí|đ/c|đ\.c|đc|hội viên|hv|(?:bà )?mẹ vnah|bà|chị|cô giáo|cô|dì|thím|mợ|bác|mrs|ms|bs|ths)"
    r"|(?P<maybe>ông|anh|em|chú|cậu|cụ|mẹ|má|mr|ts|ba|chi|co|ong|dong chi|d/c|dc|[cb](?=\.)))"
    r"(?:\s*[.:,]\s*|\s+)",
    re.IGNORECASE,
)
_PIECES = re.compile(r"([-'’.(\s]+)")


def is_surname(word: str) -> bool:
    """Whether a family name is spelt so; a word without any mark is given the benefit."""
    return spelling(word) in _SURNAMES or (word.isascii() and fold(word) in _BARE_SURNAMES)


def tidy_name(name: str) -> str:
    """A name as it is written on a card: capitals only in front, no "Bà", "Chị", "Đ/c".

    "Ông" and other words that also begin names go only before a whole name.
    """
    name = normalise(name).strip(" .,;:*-–'’\"")
    while found := _HONORIFIC.match(name):
        rest = name[found.end() :].split()
        if len(rest) < 2 or (found["maybe"] and (len(rest) < 3 or not is_surname(rest[0]))):
            break
        name = " ".join(rest)
    return "".join(piece[:1].upper() + piece[1:].lower() for piece in _PIECES.split(name))


# --- Phones --------------------------------------------------------------------------------

_OLD_MOBILE = {
    "120": "70", "121": "79", "122": "77", "126": "76", "128": "78",
    "123": "83", "124": "84", "125": "85", "127": "81", "129": "82",
    "162": "32", "163": "33", "164": "34", "165": "35", "166": "36", "167": "37",
    "168": "38", "169": "39", "186": "56", "188": "58", "199": "59",
}  # fmt: skip
"""11-digit mobile prefixes, changed in 2018 by the Ministry of Information."""
_OLD_AREA = {"780": "290", "781": "291"}
"""Area codes of Cà Mau and Bạc Liêu, changed in 2017."""
_NOISE = re.compile(r"[\s.,\-–_()/'’\"*]+")
_AS_STORED = re.compile("0[35789][0-9]{8}")
_TYPED_LETTERS = str.maketrans("OoQlI|", "000111")
_SCIENTIFIC = re.compile(r"(\d(?:[.,]\d+)?)E\+?(\d{1,2})", re.IGNORECASE)
_INSIDE = re.compile(
    r"(?<!\d)(?:\+?84[\s.-]*|0)?"
    r"(?:[35789](?:[\s.-]?\d){8}|[12](?:[\s.-]?\d){9}|78[01](?:[\s.-]?\d){7})(?![\s.-]?[1-9]|\d)"
)
_SIGNIFICANT = 9


def phone(value: str | float) -> str | None:
    """One Vietnamese number as 0 and digits (10, a landline 11), or None if it is not one.

    Mends +84, 84, a lost leading 0, letters O and l, a number cell, prefixes before 2018.
    "9.12E+08" has lost its digits and is none.
    """
    if isinstance(value, str) and _AS_STORED.fullmatch(value):
        return value
    digits = _digits(value)
    if digits is None:
        return None
    if digits.startswith("+"):
        digits = digits[1:] if digits.startswith("+84") else ""
    elif digits.startswith("0084"):
        digits = digits[2:]
    if digits.startswith("84") and len(digits) > 10:
        digits = digits[2:]
    return _national(digits.removeprefix("0"))


def _national(number: str) -> str | None:
    """The number behind the leading 0, by today's plan."""
    if len(number) == 9 and number[0] in "35789":
        return f"0{number}"
    if len(number) != 10:
        return None
    if number[0] == "2":
        return f"0{number}"
    for plan in (_OLD_MOBILE, _OLD_AREA):
        if number[:3] in plan:
            return f"0{plan[number[:3]]}{number[3:]}"
    return None


def _digits(value: str | float) -> str | None:
    if not isinstance(value, str):
        return str(int(value)) if 0 < value < 1e14 and value == int(value) else None
    text = unicodedata.normalize("NFKC", normalise(value)).removesuffix(".0")
    if shown := _SCIENTIFIC.fullmatch(text):
        known = shown[1].replace(",", ".")
        number = Decimal(known).scaleb(int(shown[2]))
        whole = len(known) > _SIGNIFICANT and number == int(number)
        return str(int(number)) if whole else None
    text = _NOISE.sub("", text)
    if not text.isdecimal():
        text = text.translate(_TYPED_LETTERS)
    return text if text.isascii() and text.removeprefix("+").isdecimal() else None


def phones(text: str) -> list[str]:
    """Every number in some words, each once, in their order: "0912 345 678 (con) / 0290…"."""
    whole = phone(text)
    return [whole] if whole else split_phones(normalise(text))[0]


def split_phones(text: str) -> tuple[list[str], str]:
    """The numbers in some words, each once, and the words without them."""
    found: dict[str, None] = {}

    def take(run: re.Match[str]) -> str:
        number = phone(run[0])
        if number is None:
            return run[0]
        found[number] = None
        return " "

    rest = _INSIDE.sub(take, text)
    return list(found), rest


def display_phone(number: str) -> str:
    """A number as people read it aloud: 0912 345 678, 0290 3831 234."""
    return f"{number[:4]} {number[4:-3]} {number[-3:]}" if len(number) >= 10 else number
