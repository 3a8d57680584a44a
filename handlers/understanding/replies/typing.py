"""A line as people type it → words in proper spelling, each with what was typed."""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from handlers.understanding.numbers import spoken_number
from handlers.understanding.replies.keystrokes import telex, vni
from handlers.understanding.replies.lexicon import NUMBER, TONES, Lexicon, placed, typed_so
from storage.vietnamese import fold, normalise

LONGEST = 200
_HANDS, _CROSSES = "✋🙋🖐🤚✅✔☑🙆", "❌✖❎🙅⛔🚫"
_THUMBS, _DOWN = "👍👌💯", "👎"
_EMOJI = {ord(sign): f" {to} " for signs, to in
          ((_HANDS, "✋"), (_CROSSES, "❌"), (_THUMBS, "👍"), (_DOWN, "👎")) for sign in signs}  # fmt: skip
_SKIN = dict.fromkeys([*range(0x1F3FB, 0x1F400), 0xFE0F, 0x20E3, 0x2640, 0x2642])
_WORD = re.compile(r"[0-9]+|[^\W\d_]+(?:\d[^\W_]*)?|[?？]|[✋❌👍👎⁏]|[,;.!\n()…]+|[+&/%\-–~]")
_PAUSE = re.compile(r"[,;.!\n()…\-–]+")
_FOR_SOMEBODY = frozenset({"danh", "ghi", "báo", "bao", "đóng", "nộp", "ký", "nhắn", "trả"})
_COUNTING = frozenset(
    {
        "nửa",
        "một",
        "hai",
        "ba",
        "bốn",
        "năm",
        "sáu",
        "bảy",
        "tám",
        "chín",
        "mười",
        "rưỡi",
        "mấy",
        "lăm",
        "tư",
    }
)
_TIMES = frozenset({"phut", "tieng"})
_AS_HEARD = (
    ("dz", "v"),
    ("dz", "d"),
    ("z", "v"),
    ("z", "d"),
    ("w", "qu"),
    ("f", "ph"),
    ("j", "gi"),
)
"""First letters as they are heard in the south, or played with: "dzìa", "zui", "wên", "fút"."""
_HOURS = re.compile(
    r"(?<![^\W_])(?:(\d+)\s*(?:h|giờ|gio)|(1?\d|2[0-4])\s*g)\s*(?=\d|\s|$)", re.IGNORECASE
)
_DOUBLE_END = re.compile(r"([ghnmtcp])\1+$")
_LONG = re.compile(r"([^\W\d_])\1{2,}")


class Word(NamedTuple):
    """Proper spelling in lower case, the same without marks, as typed, and if a name may be."""

    proper: str
    bare: str
    typed: str
    capital: bool

    @property
    def pause(self) -> bool:
        """Whether this is a comma or the like."""
        return self.proper == ","


def words_of(text: str, known: Lexicon) -> list[Word]:
    """The words of a line; what is in no list stays as it is."""
    marked = any(sign.isalpha() and not sign.isascii() for sign in text)
    text = unicodedata.normalize("NFKC", normalise(text.replace("\n", ", ")).translate(_SKIN))
    text = re.sub(
        r"(?<![^\W_])(\d+)\s*(?:p|ph|phut|phút)\b",
        r"\1 phút",
        text.translate(_EMOJI),
        flags=re.IGNORECASE,
    )
    text = _HOURS.sub(lambda hour: f"{hour[1] or hour[2]} giờ ", text)
    loud = text.upper() == text
    found: list[Word] = []
    for match in _WORD.finditer(text):
        typed = match[0]
        if _PAUSE.fullmatch(typed):
            if found and not found[-1].pause:
                found.append(Word(",", ",", typed, False))
            continue
        capital = bool(found) and not loud and typed[0].isupper()
        before = found[-1].proper if found else ""
        heard = _heard("nhé" if marked and typed == "nha" else typed, before, known).split()
        found += [Word(proper, fold(proper), typed, capital) for proper in heard]
    while found and found[-1].pause:
        found.pop()
    return _counted(found)


def _counted(words: list[Word]) -> list[Word]:
    """Spoken minutes as digits: "mười lăm phút"."""
    for end in range(len(words) - 1, 0, -1):
        if words[end].bare not in _TIMES:
            continue
        for size in (3, 2, 1):
            said = " ".join(word.proper for word in words[max(0, end - size) : end])
            if end >= size and (number := spoken_number(said)) is not None:
                digits = Word(str(number), str(number), said, False)
                return _counted([*words[: end - size], digits, *words[end:]])
    return words


def _heard(typed: str, before: str, known: Lexicon) -> str:
    """What stands before tells "hộ" (a household) from "hộ" (for somebody), kg from "không"."""
    low = typed.lower()
    if low in {"kg", "g", "m"} and (before.isdecimal() or before in _COUNTING):
        return low
    if low in {"hộ", "ho"}:
        return "giúp" if before in _FOR_SOMEBODY else "hộ"
    return _proper(typed, known)


def _proper(typed: str, known: Lexicon) -> str:
    low = placed(typed.lower().replace("？", "?"))
    if low.isdecimal():
        return low
    short = typed_so()
    if low in short:
        return short[low]
    if low in known.vocabulary:
        return low
    squeezed = _LONG.sub(r"\1", low)
    if squeezed != low:
        return _proper(squeezed, known)
    shortened = _DOUBLE_END.sub(r"\1", low)  # "vangg"
    if shortened != low:
        return _proper(shortened, known)
    short_end = low
    while len(short_end) > 1 and short_end[-1] == _toneless(short_end[-2]):
        short_end = short_end[:-1]
    if short_end != low and (short_end in known.vocabulary or short_end in short):
        return short.get(short_end, short_end)
    return _mistyped(low, known)


def _mistyped(low: str, known: Lexicon) -> str:
    """What sounds so, lacks only its tone, or is spelt by these keys."""
    short = typed_so()
    for written, meant in _AS_HEARD:
        spoken = meant + low[len(written) :]
        if low.startswith(written) and (spoken in known.vocabulary or spoken in short):
            return short.get(spoken, spoken)
    if low.endswith("g") and (whole := f"{low[:-1]}ng") in known.vocabulary and low[-2:-1] != "n":
        return whole  # "vắg"
    if not low.isascii() and low not in _COUNTING and (toned := known.toned(low)):
        return toned
    keyed = vni(low) if any(map(str.isdecimal, low)) else telex(low)
    if keyed != low and (keyed in known.vocabulary or keyed in short):
        return short.get(keyed, keyed)
    return low


def _toneless(letter: str) -> str:
    """Without its tone: "ó" is o, but "ư" stays."""
    marks = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", "".join(mark for mark in marks if mark not in TONES))


def comparable(word: Word) -> str:
    """As the lists are looked up: every number is alike."""
    return NUMBER if word.bare.isdecimal() else word.proper
