"""A yes, a no or a number that is the whole message, for groups where most messages are talk.

Replies to a question that was put to somebody are read by `handlers.understanding.replies`, which
understands far more. The lists below are the knowledge; whoever speaks Vietnamese can extend them. A line is a whole
message, in proper spelling: missing marks, hỏi for ngã, "ko" for "không" and courtesies around it
are understood by themselves. What is not on a list is unclear; so is any question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from handlers.understanding.numbers import spoken_number
from handlers.understanding.text import clean, spellings
from storage.vietnamese import fold


class Meaning(StrEnum):
    """What an answer means."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


ANSWERS = {
    Meaning.YES: """
        có / có chứ / có rồi / rồi / đồng ý / có đồng ý / hoàn toàn đồng ý / nhất trí / tán thành
        đồng tình / thống nhất / được / đúng / đúng rồi / yes
    """,
    Meaning.NO: """
        không / không có / không được / không đồng ý / không nhất trí / không tán thành / không phải
        chưa / chưa có / chưa được / no
    """,
}
# The same thing in other words: each stands wherever its key stands in a line above.
VARIANTS = {
    "không": "không / ko / k / kg / hông / hổng / hong / hok / hem / khum",
    "được": "được / đc / dc",
}
# Courtesies that change nothing, wherever they stand.
COURTESIES = "dạ / ạ / nha / nhá / nhé / nhe / nhen / nghen / nè / hen / hén / luôn / hihi / hehe"
# The speaker's own word: "em" anywhere, the others at the beginning.
SMALL_SELF = "em / e"
SELF = "mình / tôi / tui / con / cháu / chị / cô / dì / bác"
# Whom one speaks to: before "ơi", or at the end of something polite.
ADDRESSED = "chị / cô / dì / bác / thím / bà / anh / chú / em / bot"
ALL_CALLED = "cả nhà ơi / mọi người ơi"
# More people than the speaker.
OTHERS = "chị em / anh chị / cô chú / anh em / các / mấy / tụi em / tụi mình / tụi tui / bọn em / bọn mình"
# What may follow a number that was asked for.
COUNTED = "người / chị / hội viên / cái / lần / hộ / tuổi"

LONGEST = 80
# Words, pauses, and signs that speak against what is written beside them.
_WORD = re.compile(r"[^\W_]+|[,.;:!\n–-]+|[+?？%/❌✖🚫⛔👎🙅❎]")
_PAUSE = re.compile(r"[,.;:!\n–-]+")
_GROUPED = re.compile(r"([0-9]{1,3}(?:\.[0-9]{3})+|[0-9]+)(?:,([0-9]+))?")
_POINTED = re.compile(r"([0-9]+)\.([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Answer:
    """A meaning, and the words it rested on as they were typed."""

    meaning: Meaning
    rested_on: str = ""


UNCLEAR = Answer(Meaning.UNCLEAR)


class _Form(NamedTuple):
    words: tuple[frozenset[str], ...]
    meaning: Meaning


def read_yes_no(text: str) -> Answer:
    """What a whole message answers to a yes/no question. A receipt ("dạ", "ok") is unclear."""
    words = _words(text)
    said = [word for word in words if word not in _COURTESIES]
    polite = len(said) < len(words)
    bare = [word for word in said if word not in _SMALL_SELF]
    tries = [bare]
    if len(bare) > 1 and bare[0] in _SELF:
        tries.append(bare[1:])
    if len(bare) > 1 and polite and bare[-1] in _ADDRESSED:
        tries.append(bare[:-1])
    for tried in tries:
        if meaning := _match(tried):
            return Answer(meaning, " ".join(tried))
    return UNCLEAR


def _match(words: list[str]) -> Meaning | None:
    for form in _FORMS.get(fold(" ".join(words)), ()):
        if all(word in forms for word, forms in zip(words, form.words, strict=True)):
            return form.meaning
    return None


def read_number(text: str) -> Decimal | None:
    """A number alone or with what is counted: 12, 1.200, 1,5, "hai mươi". None if unclear.

    Points stand between thousands and a comma before decimals; "1,200" may be either: None.
    """
    if len(text) > LONGEST:
        return None
    words = [word.strip("\"'“”!.") for word in clean(text).lower().split()]
    words = [word for word in words if word and word not in _COURTESIES]
    words = words[: len(words) - _counted(words)]
    number = " ".join(words)
    if match := _GROUPED.fullmatch(number):
        whole, decimals = match[1].replace(".", ""), match[2] or ""
        return None if len(decimals) == 3 else Decimal(f"{whole}.{decimals}".rstrip("."))
    if _POINTED.fullmatch(number):
        return Decimal(number)
    said = spoken_number(number)
    return Decimal(said) if said else None


def _words(text: str) -> list[str]:
    """The words, without "chị Hoa ơi"; none when more people are meant or it is too long."""
    if len(text) > LONGEST:
        return []
    found = _without_pauses(_WORD.findall(clean(text).lower()))
    if any(tuple(found[at : at + n]) in _OTHERS for at in range(len(found)) for n in (1, 2)):
        return []
    if tuple(found[:3]) in _ALL_CALLED:
        return found[3:]
    return _without_call(found)


def _without_pauses(words: list[str]) -> list[str]:
    """Leave commas out, but not the one of "không, em đồng ý"."""
    weak = _COURTESIES | _SMALL_SELF | _ADDRESSED
    return [
        word
        for at, word in enumerate(words)
        if not _PAUSE.fullmatch(word)
        or (at and words[at - 1] in _NO and not weak.issuperset(words[at + 1 :]))
    ]


def _without_call(words: list[str]) -> list[str]:
    for place, word in enumerate(words):
        if word not in _OI:
            continue
        names = reversed(range(max(0, place - 3), place))
        first = next((at for at in names if words[at] in _ADDRESSED), place)
        if first == 0 or place == len(words) - 1:
            return [*words[:first], *words[place + 1 :]]
    return words


def _counted(words: list[str]) -> int:
    """How many words at the end name what is counted."""
    return next((n for n in (2, 1) if len(words) > n and tuple(words[-n:]) in _COUNTED), 0)


def _listed(lines: str) -> list[str]:
    return [" ".join(line.split()) for line in re.split(r"[/\n]", lines) if line.strip()]


def _spelled(lines: str) -> frozenset[str]:
    return frozenset(spelling for word in _listed(lines) for spelling in spellings(word))


def _phrases(lines: str) -> frozenset[tuple[str, ...]]:
    spelled = ([spellings(word) for word in line.split()] for line in _listed(lines))
    return frozenset(phrase for words in spelled for phrase in product(*words))


def _expanded(line: str) -> list[str]:
    """A line in all its variants."""
    pieces = re.split(rf"\b({'|'.join(VARIANTS)})\b", line)
    choices = [_listed(VARIANTS[piece]) if piece in VARIANTS else [piece] for piece in pieces]
    return ["".join(chosen) for chosen in product(*choices)]


def _forms(answers: dict[Meaning, str]) -> dict[str, list[_Form]]:
    forms: dict[str, list[_Form]] = {}
    for meaning, lines in answers.items():
        for line in (variant for listed in _listed(lines) for variant in _expanded(listed)):
            words = tuple(spellings(word) for word in line.split())
            forms.setdefault(fold(line), []).append(_Form(words, meaning))
    return forms


_COURTESIES, _ADDRESSED = _spelled(COURTESIES), _spelled(ADDRESSED)
_SMALL_SELF, _SELF = _spelled(SMALL_SELF), _spelled(SELF) - _spelled("có / đi")
_NO = _spelled(VARIANTS["không"])
_OI, _ALL_CALLED = _spelled("ơi"), _phrases(ALL_CALLED)
_OTHERS, _COUNTED = _phrases(OTHERS), _phrases(COUNTED)
_FORMS = _forms(ANSWERS)
