"""One amount inside a row of words: digits, spoken numbers, thousands, "rưỡi", "nửa"."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from handlers.understanding.numbers import spoken_number
from handlers.understanding.replies.typing import Word
from handlers.understanding.text import spellings

_SCALES = {
    "chục": 10, "tá": 12, "trăm": 100, "nghìn": 1_000, "ngàn": 1_000, "k": 1_000, "triệu": 10**6,
    "tr": 10**6, "tỷ": 10**9, "tỉ": 10**9,
}  # fmt: skip
SCALES = {one: worth for word, worth in _SCALES.items() for one in spellings(word)}
del SCALES["ta"]
DIGITS = {
    one: value
    for value, words in enumerate(
        ("không", "một mốt", "hai", "ba", "bốn tư", "năm lăm nhăm", "sáu", "bảy bẩy", "tám", "chín")
    )
    for word in words.split()
    for one in spellings(word)
}
_SLANG = {"xị": 100_000, "củ": 10**6, "chai": 10**6}
"""Money as the south and the young say it; a bulb or a bottle where more is said of it."""
_TWO_WAYS = frozenset({"ta", "cu", "xi", "lo"})
"""Without marks: "tạ" or "tá", "cụ" or "củ", "xị", "lọ" or "lố"."""
_SURE_ONES = frozenset({"mốt", "tư", "lăm", "nhăm", "mot", "tu", "lam", "nham"})
SHORT_TENS = {"hăm": 20, "ham": 20, "băm": 30, "bam": 30}
HALF, AND_HALF = spellings("nửa"), spellings("rưỡi") | spellings("rưởi")
ODD = spellings("lẻ") | spellings("linh")
_MEASURES = frozenset(
    one
    for words in (
        "ký kí kg cân lạng gam lít tấn tạ giạ gạ công sào mẫu ha mét thước",
        "giờ tiếng ngày tuần tháng năm buổi bao thùng phần suất gói hộp bình can chai cây xe",
    )
    for word in words.split()
    for one in spellings(word)
)
_DIVIDED = frozenset({"ký", "kg", "công", "mét", "lít", "tấn", "mẫu", "tạ"})
_AFTER = frozenset({"ạ", "nha", "nhé", "chị", "em", ",", "đó", "thôi", "nghen"})
UNSURE = Decimal(-1)
_YEAR = spellings("năm")
_YEAR_BEHIND = frozenset({"nay", "sau", "ngoái", "ngoai", "mới", "moi", "tới", "toi"})


def amount_at(words: Sequence[Word], start: int) -> tuple[int, Decimal] | None:
    """How many words from here are one amount, and its value; None if none begins here.

    The value is `UNSURE` where two people may hear two numbers.
    """
    low = ["k" if word.typed.lower() == "k" else word.proper for word in words]
    if low[start : start + 2] == ["nam", "sau"]:
        return 2, UNSURE  # five or six, or next year
    if low[start] in {"k", "tr"} or _is_year(low, start):
        return None
    sum_ = _Sum()
    at = start
    while at < len(low):
        size, value = _number(low, at, after_digits=at > start and low[at - 1].isdecimal())
        if size:
            sum_.number(value)
            sum_.surely_tens = low[at] in _SURE_ONES  # "hai trăm mốt"
        elif low[at] in SCALES:
            size = 1
            sum_.scale(SCALES[low[at]], short=low[at] in {"k", "tr"})
        elif low[at] in _SLANG and _is_money(low, at, counted=at > start):
            size = 1
            sum_.scale(_SLANG[low[at]], short=False)
        elif low[at] in _TWO_WAYS and at > start:
            return at + 1 - start, UNSURE
        elif low[at] in AND_HALF and sum_.last > 1:
            size = 1
            sum_.half()
        else:
            break
        at += size
    if at == start:
        return _half(words, low, start)
    length, value = _with_measure(words, low, at, sum_)
    return at + length - start, value


def _with_measure(
    words: Sequence[Word], low: list[str], at: int, sum_: _Sum
) -> tuple[int, Decimal]:
    """How many words behind the amount belong to it, and its value with them."""
    if sum_.glued and at < len(low) and words[at].proper in _MEASURES:
        return 0, UNSURE  # "100k 2 phần"
    part = _part_behind(words, low, at)
    return 2 if part else 0, sum_.total() + part


def _is_money(low: list[str], at: int, *, counted: bool) -> bool:
    """So "2 xị", "củ rưỡi", "hai chai rưỡi" are; "2 chai" are bottles, "2 củ" may be bulbs."""
    behind = low[at + 1] if at + 1 < len(low) else ""
    half = behind in AND_HALF
    if low[at] != "xị":
        return half
    return half or (counted and (not behind or behind in _AFTER or behind in DIGITS))


def _part_behind(words: Sequence[Word], low: list[str], at: int) -> Decimal:
    """Behind its measure: "2 ký rưỡi", "một ký hai" is 1,2 kg; but "2 tháng 3" is a date."""
    measure, part = (words[at].proper, low[at + 1]) if at + 1 < len(low) else ("", "")
    if measure in _MEASURES and part in AND_HALF:
        return Decimal("0.5")
    if measure in _DIVIDED and not set(low[at + 2 :]) - _AFTER:
        return Decimal(DIGITS.get(part, 0)) / 10
    return Decimal(0)


def _is_year(low: list[str], at: int) -> bool:
    """No five: "năm nay", "2 năm"."""
    behind = low[at + 1 : at + 2]
    counted = at > 0 and low[at - 1].isdecimal()
    return low[at] in _YEAR and (counted or (bool(behind) and behind[0] in _YEAR_BEHIND))


class _Sum:
    """Hundreds, tens and ones gathered until a thousand or more closes them."""

    def __init__(self) -> None:
        self.closed = Decimal(0)
        self.smallest = 0
        self.open = Decimal(0)
        self.open_scale = 0
        self.pending: Decimal | None = None
        self.last = 0
        self.implied = False
        self.unsure = False
        self.surely_tens = False

    def number(self, value: Decimal) -> None:
        """A number below a hundred, or digits."""
        self.unsure |= self.pending is not None
        self.pending = value
        self.last = 1

    def scale(self, worth: int, *, short: bool) -> None:
        """A scale behind what was said: "chục", "trăm", "ngàn"."""
        self.implied |= self.pending is None and not self.open and not self.closed
        if worth < 1000:
            self.unsure |= bool(self.open_scale) and worth >= self.open_scale
            self.open += (Decimal(1) if self.pending is None else self.pending) * worth
            self.open_scale = worth
        else:
            self.unsure |= bool(self.smallest) and worth >= self.smallest
            self.closed += (self._group() or Decimal(1)) * worth
            self.open, self.open_scale = Decimal(0), 0
            self.smallest = worth
            self.implied |= short
        self.pending = None
        self.last = worth

    def half(self) -> None:
        """Half of the last scale: "rưỡi"."""
        if self.last >= 1000:
            self.closed += Decimal(self.last) / 2
        else:
            self.open += Decimal(self.last) / 2
        self.last = 1

    def _group(self) -> Decimal:
        """What is open, with the ones: "trăm hai" is 120, "một trăm hai" nobody knows."""
        ones = self.pending
        if ones is None:
            return self.open
        if not self.open_scale:
            return abs(ones)
        if ones < 0:
            return self.open - ones
        if self.open_scale == 100 and ones < 10:
            self.unsure |= not self.implied and not self.surely_tens
            return self.open + ones * 10
        self.unsure |= self.open_scale == 12 or ones >= self.open_scale
        return self.open + ones

    @property
    def glued(self) -> bool:
        """Whether a digit behind thousands or millions is heard as a part of them: "1tr2"."""
        ones = self.pending
        return bool(self.smallest) and not self.open_scale and ones is not None and 0 <= ones < 10

    def total(self) -> Decimal:
        """The whole amount, or `UNSURE`."""
        ones = self.pending
        if self.smallest and not self.open_scale and ones is not None and ones >= 0:
            total = self.closed + self._short(ones)
        else:
            group = self._group()
            if self.smallest >= 10**6 and self.open_scale == 100:
                group *= 1000  # "2 triệu 3 trăm" are hundreds of thousands
            total = self.closed + group
        return UNSURE if self.unsure else total

    def _short(self, ones: Decimal) -> Decimal:
        """So "2 triệu 3" is 2.300.000, "2 triệu 500" is 2.500.000, "1k5" is 1.500."""
        if ones < 10 and ones == int(ones):
            return ones * self.smallest / 10
        if self.smallest > 1000 and ones >= 100:
            return ones * 1000
        self.unsure |= ones < 100
        return ones


def _half(words: Sequence[Word], low: list[str], at: int) -> tuple[int, Decimal] | None:
    """A half alone: "nửa triệu", "nửa ký", "ký rưỡi"."""
    following = low[at + 1] if at + 1 < len(low) else ""
    if low[at] in HALF and following == "ta":
        return 2, UNSURE
    if low[at] in HALF and following:
        if following in SCALES:
            return 2, Decimal(SCALES[following]) / 2
        return (1, Decimal("0.5")) if words[at + 1].proper in _MEASURES else None
    if words[at].proper in _MEASURES and following in AND_HALF:
        return 2, Decimal("1.5")
    if words[at].proper in _DIVIDED and following in DIGITS:
        return 2, UNSURE  # "ký mốt"
    return None


def _short_tens(ten: int, one: int) -> Decimal | None:
    """So "hai bảy" is 27; but "hai ba" is two or three, "hai năm" two years."""
    return Decimal(10 * ten + one) if ten > 1 and one > 5 and one != ten + 1 else None


def _number(low: list[str], at: int, *, after_digits: bool) -> tuple[int, Decimal]:
    """Digits, or the longest run of words that say a number below a hundred; (0, 0) if none."""
    if low[at].isdecimal():
        if at + 2 < len(low) and low[at + 1] == "⁏":
            return 3, Decimal(f"{low[at]}.{low[at + 2]}")
        return 1, Decimal(low[at])
    if after_digits and low[at] in _YEAR:
        return 0, Decimal(0)
    run = low[at : at + 3]
    if run[0] in ODD and len(run) > 1 and run[1] in DIGITS:
        return 2, Decimal(-DIGITS[run[1]])
    if run[0] in SHORT_TENS and len(run) > 1 and run[1] in DIGITS:
        return 2, Decimal(SHORT_TENS[run[0]] + DIGITS[run[1]])
    return _spoken(run)


def _spoken(run: list[str]) -> tuple[int, Decimal]:
    """The longest number that words alone say."""
    for size in (3, 2, 1):
        said = run[:size]
        if len(said) < size or any(word in SCALES or word in ODD for word in said):
            continue
        if "mười" in said[1:]:
            continue  # "chín mười" is nine or ten
        if size == 2 and said[0] in DIGITS and said[1] in DIGITS and said[1] not in _SURE_ONES:
            if tens := _short_tens(DIGITS[said[0]], DIGITS[said[1]]):
                return 2, tens
            continue
        if (
            said[0] not in {"không", "khong"}
            and (value := spoken_number(" ".join(said))) is not None
        ):
            return size, Decimal(value)
    return 0, Decimal(0)
