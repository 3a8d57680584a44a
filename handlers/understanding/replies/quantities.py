"""A quantity as it is typed: "hai chục", "trăm rưỡi", "2tr5", "1 triệu rưỡi", "nửa ký"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from handlers.understanding.replies.amounts import DIGITS, SCALES, amount_at
from handlers.understanding.replies.items import (
    COURTESY,
    GROUP,
    KIN,
    OTHER,
    PAUSE,
    SELF,
    TITLE,
    TITLED,
    UNKNOWN,
    Item,
)
from handlers.understanding.replies.lexicon import Lexicon, given_names, lexicon
from handlers.understanding.replies.tagging import tagged
from handlers.understanding.replies.typing import Word, comparable, words_of

_DIGITS = r"\d+(?:[.,]\d+)*"
_NUMBER = re.compile(rf"(?<![\w.,/:-]){_DIGITS}")
_GROUPED = re.compile(r"\d{1,3}(?:([.,])\d{3})(?:\1\d{3})*")
_BEFORE_NAMES = TITLED | {"tổ", "khóm", "to", "khom"}
_CALENDAR = frozenset({"ngày", "ngay", "tháng", "thang", "năm", "thứ"})
_COUNTED = frozenset({"nguoi", "dua", "con", "phan", "suat", "cai", "ho", "ky"}) | set(DIGITS)
_PERSONS = frozenset({"nguoi", "chi", "hoi vien", "ho", "dua", "chau", "be", "cai"})
_TIME_OR_DATE = re.compile(
    r"\d\s*[/:]\s*\d|\d\s*[-–~]\s*\d|(?<!\w)[-–]\s*\d|\d\s*%|\d\s*(?:h|giờ|gio)(?:\d|\b)"
    r"|(?<!\d)(?:1?\d|2[0-4])\s*g(?:\d|\b)"
    r"|\d\s*m\s*(?![23]\b)\d|(?<!\w)(?:(?-i:thu)|thứ) [2-7](?!\d|k|tr| ng| tr)",
    re.IGNORECASE,
)
_PHONE = re.compile(r"(?<!\d)0\d{8,10}(?!\d)|(?<!\d)0\d{2,3} \d{3} \d{3,4}(?!\d)")
_SPACED = re.compile(r"(?<!\w)\d{1,3}(?: \d{3})+(?!\d)")
_GLUED = re.compile(r"(?<=\d)\s*(k|tr|trieu|triệu|(?<=\d)t[ỷỉyi])(?=\s|\d|$)", re.IGNORECASE)
_PARTED = re.compile(r"(?<![\d.,])(\d+)(ha|kg|ký|kí|lít|tấn|công|mẫu)(\d)(?!\d)", re.IGNORECASE)
"""Tenths behind their measure: "1ha5"."""
_CORRECTION = re.compile(
    r"(?:không|khong|ko|hông|hong|hổng|hok) (?:phải|phai) [\w ]+,"
    r"|(?:^|.*[\s,.;!])(?:(?:à|a|ý|y|ủa|ua) (?:quên|quen)[\s,]|(?:nhầm|nham|lộn|lon)(?: rồi| roi)?\s*,)",
    re.IGNORECASE | re.DOTALL,
)
_OF_AGE = re.compile(
    r"(\d.*?) (?:dưới|duoi|trên|tren|từ|tu) \d+ (?:tuổi|tuoi|tháng tuổi|thang tuoi)"
    r"(?: trở (?:lên|xuống)| tro (?:len|xuong))?",
    re.IGNORECASE,
)
"""How old those are who are counted: "2 cháu dưới 6 tuổi"."""
_NOT_THAT = re.compile(
    r"(?<=\S),? +(?:chứ|chu|chớ)?,? *(?:không|khong|ko|k|hông|hong|hổng|hok) (?:phải|phai) .*",
    re.IGNORECASE,
)
"""Of "2 phần chứ không phải 3" only the first counts."""
_NO_NAMES = frozenset({"trang", "mai", "thu", "hai"})
_PLAIN = frozenset({"hai", "bốn", "sáu", "bảy", "tám", "chín", "mười"})
"""Spoken numbers that are nothing else."""
_ALSO_SELVES = frozenset({"em", "con", "chau"})
_SPAN = r"(?:tháng|thang|năm|nam|người|nguoi|hộ|ho|tuần|tuan|ngày|ngay|lần|lan)\b"
_RATE = re.compile(rf"\s*/\s*{_SPAN}")
_EACH = re.compile(
    r"((?:ngàn|ngan|nghìn|nghin|k|triệu|trieu|tr|đồng|dong|đ|lần|lan|tiếng|tieng|buổi|buoi|ký|kg) +)"
    rf"(?:một|mot|mỗi|moi) +{_SPAN}",
    re.IGNORECASE,
)
"""What a sum is for: "20 ngàn/tháng", "50k mỗi người"."""
_FREE = frozenset({COURTESY, PAUSE, SELF, TITLE, "v", "t", "&", "g"})
_MAY = _FREE | {"#", "=", OTHER, GROUP, KIN, "1"}


class Quantity(NamedTuple):
    """A number, and whether it is somebody else's."""

    number: Decimal
    proxy: bool
    people: tuple[str, ...]
    rested_on: str


def read(text: str) -> Quantity | None:
    """The quantity a whole message states; money in đồng. None if a secretary would ask."""
    if wrong := _CORRECTION.match(text):
        return _corrected(wrong[0], text[wrong.end() :])
    text = _spaced(_OF_AGE.sub(r"\1", _NOT_THAT.sub("", text)))
    if "?" in text or _PHONE.search(text) or _TIME_OR_DATE.search(text):
        return None
    known = lexicon("common", "quantity")
    words = words_of(_SPACED.sub(lambda run: run[0].replace(" ", ""), text), known)
    items: list[Item] = []
    numbers: list[tuple[int, Decimal]] = []
    at, waiting = 0, 0
    while at <= len(words):
        taken = (
            at < len(words) and not _is_name(words, at) and not _speaks_against(words, at, known)
        )
        found = amount_at(words, at) if taken else None
        if found or at == len(words):
            items += tagged(words[waiting:at], known)
            if found:
                numbers.append((len(items), found[1]))
                items.append(Item("=", " ".join(word.typed for word in words[at : at + found[0]])))
                waiting = at + found[0]
                if waiting < len(words) and words[waiting].proper in TITLED:
                    items.append(Item("#", words[waiting].typed))  # "12 chị dự"
                    waiting += 1
                    at += 1
        at += found[0] if found else 1
    return _whole(_contrasted(items), numbers)


def _corrected(before: str, after: str) -> Quantity | None:
    """What follows "à quên" or "nhầm,", unless it may only add somebody else's number."""
    found = read(after)
    adds = found is not None and found.proxy and any(map(str.isdecimal, before))
    return None if adds else found


def _spaced(text: str) -> str:
    """Points between thousands taken out, a decimal comma made a point; "1,200" stays unclear."""

    def plain(match: re.Match[str]) -> str:
        number = match[0]
        if _GROUPED.fullmatch(number):
            sign = next(mark for mark in number if mark in ".,")
            rest = match.string[match.end() :].lstrip()[:2].lower()
            zeros = set(number.split(",")[1:]) == {"000"}
            if sign == "." or zeros or number.count(",") > 1 or rest[:1] == "đ" or rest == "vn":
                return number.replace(sign, "")
            return f"{number}?"
        if re.fullmatch(r"\d{1,3}(?:\.\d{3})+,\d{1,2}", number):
            return number.replace(".", "").replace(",", "⁏")
        if re.fullmatch(r"\d+[.,]\d{1,2}", number):
            return re.sub("[.,]", "⁏", number)
        return number if number.isdecimal() else f"{number}?"

    text = _PARTED.sub(r"\1.\3 \2", text)
    text = _GLUED.sub(r" \1 ", _EACH.sub(r"\1", _RATE.sub("", text)))
    return _NUMBER.sub(plain, text)


def _speaks_against(words: Sequence[Word], at: int, known: Lexicon) -> bool:
    """Words that are no number here: "một nửa", "cả chục", and "sau" in a line with marks."""
    keys = [comparable(word) for word in words]
    for start in (at - 1, at) if at and not _is_name(words, at - 1) else (at,):
        length, phrases = known.at(keys, start)
        if length > 1 and any(phrase.tag in "hq!" for phrase in phrases):
            return True
    typed = words[at].typed.lower()
    if typed == "sau":
        return not (at + 1 < len(words) and known.at(keys, at + 1)[0])
    marked = any(word.proper != word.bare for word in words)
    return marked and typed in {"nam", "tu", "bay", "tam"}


def _is_name(words: Sequence[Word], at: int) -> bool:
    """No number but a name: "chị Tư", "bà Năm"."""
    word = words[at]
    first = at
    while first > 1 and word.capital and words[first - 1].capital:
        first -= 1  # "chị Bé Ba"
    if first < at and words[first - 1].proper in _BEFORE_NAMES:
        return True
    behind = words[at + 1].bare if at + 1 < len(words) else ""
    called = behind in {"noi", "ngoai"} or (behind and words[at + 1].capital)
    if behind == "oi" or (word.bare == "ba" and called):
        return True  # "tư ơi", "bà ngoại", "ba Tu"
    if at and not word.bare.isdecimal() and words[at - 1].typed.lower() in {"thu", "thứ"}:
        return True  # "thứ ba"
    if at and words[at - 1].typed == "co" and (behind in SCALES or behind in _COUNTED):
        return False  # "có hai chục" rather than "cô Hai"
    if at == 0 or (
        word.proper.isdecimal() and words[at - 1].proper not in {"tổ", "khóm", "to", "khom"}
    ):
        return False
    return words[at - 1].proper in _BEFORE_NAMES and (
        at < 2 or not words[at - 2].proper.isdecimal()
    )


def _contrasted(items: Sequence[Item]) -> list[Item]:
    """Of "chị Nga thì 2 phần" the "thì" only sets her off."""
    found = list(items)
    for at, (one, two) in enumerate(pairwise(items)):
        if two.bare == "thi" and (one.tag in {OTHER, SELF} or one.bare in _ALSO_SELVES):
            found[at + 1] = two._replace(tag="v")
    return found


def _without_nouns(items: Sequence[Item]) -> list[Item]:
    """Up to two words behind a number that name what is counted: "10 phần quà", "50 cành"."""
    kept: list[Item] = []
    room = 0
    before = ""
    for item in items:
        if item.tag == "#" and before != "=" and not room and item.bare in _ALSO_SELVES:
            item = item._replace(tag=SELF)  # noqa: PLW2901 - no "2 em" but "em 2"
        if item.bare == "dong" and before in {OTHER, SELF}:
            item = item._replace(tag="v")  # noqa: PLW2901 - "bà Tư đóng 100 ngàn"
        before = item.tag
        if item.tag == "=":
            sure = item.typed[0].isdecimal() or " " in item.typed
            room = 3 if sure or item.typed.lower() in _PLAIN else 0
        elif item.tag == "#":
            room = 2
        elif item.tag == UNKNOWN and room and item.typed.isalpha() and item.typed.lower() != "x":
            room -= 1
            kept.append(item._replace(tag="#"))
            continue
        else:
            room = 0
        kept.append(item)
    return kept


def _whole(items: list[Item], numbers: list[tuple[int, Decimal]]) -> Quantity | None:
    items = _without_nouns(_none_of(_named_first(items)))
    if len(items) > 2 and items[-1].tag == OTHER and items[-2].tag == COURTESY:
        items = items[:-1]  # "12 cái nha chị Ba": whom she speaks to
    tags = {item.tag for item in items}
    people = tuple(
        item.typed for item in items if item.tag in {OTHER, KIN} and item.named
    ) or tuple(item.typed for item in items if item.tag == OTHER)
    rested = " ".join(item.typed for item in items if item.tag in {"=", "#", "0", "1"})
    if not numbers:
        if "0" in tags and not tags - _FREE - {"0", "#"}:
            return Quantity(Decimal(0), False, (), rested)
        if "1" in tags and not tags - _FREE - {"1", "#"}:
            return Quantity(Decimal(1), False, (), rested)
        return None
    half = any(item.tag == "=" and item.bare == "ruoi" for item in items)
    half |= any(two.typed == "nua" and one.tag in "=#" for one, two in pairwise(items))
    if (
        half
        or tags - _MAY - ({"0"} if not any(number for _, number in numbers) else set())
        or any(number < 0 for _, number in numbers)
    ):
        return None
    people_counted = any(
        one.tag == "=" and two.tag == "#" and two.bare in _PERSONS for one, two in pairwise(items)
    )
    if people_counted and any(number != int(number) for _, number in numbers):
        return None
    if any(item.tag == "=" and _numbered(items, at) for at, item in enumerate(items)):
        return None
    proxy = bool(people)
    if len({place for place, _ in numbers}) > 1:
        return _own_and_others(items, numbers, people, rested)
    return Quantity(numbers[0][1], proxy, people, rested)


def _named_first(items: list[Item]) -> list[Item]:
    """A name in small letters before a number: "loan 2 phần"."""
    first = items[0].typed.lower() if items and items[0].tag == UNKNOWN else ""
    if first in given_names() - _NO_NAMES:
        return [items[0]._replace(tag=OTHER, named=True), *items[1:]]
    return items


def _none_of(items: list[Item]) -> list[Item]:
    """What there is none of: "không có trẻ nhỏ nào"."""
    none = next((at for at, item in enumerate(items) if item.tag == "0"), len(items))
    which = next((at for at in range(none, len(items)) if items[at].bare == "nao"), 0)
    if any(item.tag not in {UNKNOWN, "#", "v"} for item in items[none + 1 : which]):
        return items
    return items[: none + 1] + items[which + 1 :] if which else items


def _numbered(items: Sequence[Item], at: int) -> bool:
    """Behind a noun that is not counted itself: "xe 29", but not "1 trai 1 gái"."""
    counted = at > 1 and items[at - 2].tag == "="
    return at > 0 and not counted and _numbers(items[at - 1])


def _numbers(item: Item) -> bool:
    """Whether what follows only numbers it: "tháng 5", "xe 29"."""
    unit = item.tag == "#" and item.bare not in {"nha", "nguoi", "em", "con", "chau", "chi"}
    return unit or item.typed.lower() in _CALENDAR


def _owner(item: Item) -> str:
    """Whose number follows: "em lấy 2" is hers."""
    if item.tag == "v" and item.of_speaker:
        return SELF
    return item.tag if item.tag in {SELF, OTHER, GROUP, KIN} else ""


def _summed_up(numbers: list[Decimal], rested: str) -> Quantity | None:
    """A sum and its parts: "5 người, 2 lớn 3 nhỏ"; "3 với 3 là 6"."""
    sums = {numbers[0]} if numbers[0] == sum(numbers[1:]) else set()
    sums |= {numbers[-1]} if numbers[-1] == sum(numbers[:-1]) else set()
    return Quantity(sums.pop(), False, (), rested) if len(numbers) > 2 and sums else None


def _own_and_others(
    items: list[Item], numbers: list[tuple[int, Decimal]], people: tuple[str, ...], rested: str
) -> Quantity | None:
    """Of "em 2, chị Lan 3" hers counts; two numbers of one person are unclear."""
    if not people:
        return _summed_up([number for _, number in numbers], rested)
    owner = {
        place: next((_owner(item) for item in reversed(items[:place]) if _owner(item)), SELF)
        for place, _ in numbers
    }
    own = [number for place, number in numbers if owner[place] == SELF]
    return Quantity(own[0], True, people, rested) if len(own) == 1 else None
