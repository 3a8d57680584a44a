"""Numbers as they are said: "hai mươi lăm", "một trăm linh năm"."""

from __future__ import annotations

import re

from handlers.understanding.text import spellings

WORDS = {
    "0": "không",
    "1": "một mốt",
    "2": "hai",
    "3": "ba",
    "4": "bốn tư",
    "5": "năm lăm nhăm",
    "6": "sáu",
    "7": "bảy bẩy",
    "8": "tám",
    "9": "chín",
    "m": "mười mươi",
    "t": "trăm",
    "l": "linh lẻ",
    "n": "nghìn ngàn",
    "r": "triệu",
}
_SIGNS = {
    spelling: sign
    for sign, words in WORDS.items()
    for word in words.split()
    for spelling in spellings(word)
}
# A word for a number, for patterns of other files.
SPOKEN = "(?:" + "|".join(word for words in WORDS.values() for word in words.split()) + ")"
_GROUP = r"(?:(\d)t)?(?:l(\d)|([2-9])m(\d?)|(m)(\d?)|(\d)(\d)|(\d))?"
_UP_TO_999 = re.compile(_GROUP)
_PARTS = re.compile(r"(?:([\dtlm]+)r)?(?:([\dtlm]+)n)?([\dtlm]+)?")


def spoken_number(text: str) -> int | None:
    """The whole number that these words say, below a thousand million, or None.

    What two people may hear as two numbers is None: "một trăm hai" is 120 or 102.
    """
    words = text.lower().split()
    try:
        signs = "".join(_SIGNS[word] for word in words)
    except KeyError:
        return None
    match = _PARTS.fullmatch(signs)
    if match is None or not signs:
        return None
    total = 0
    for part, worth in zip(match.groups(), (1_000_000, 1_000, 1), strict=True):
        value = _below_thousand(part) if part else 0
        if value is None:
            return None
        if total and part and worth == 1 and len(part) == 1:
            return None
        total += value * worth
    return total


def _below_thousand(signs: str) -> int | None:
    match = _UP_TO_999.fullmatch(signs)
    if match is None:
        return None
    hundred, odd, tens, tens_one, ten, ten_one, short_ten, short_one, one = match.groups()
    if hundred and (one or short_ten):
        return None
    if short_ten and short_one not in "145":
        return None
    total = 100 * int(hundred or 0) + int(odd or 0)
    total += 10 * int(tens or short_ten or (1 if ten else 0))
    return total + int(tens_one or ten_one or short_one or one or 0)
