"""Where names stand without a title: "Lan vắng", "Lan, Huệ có mặt", and how long they are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from handlers.understanding.replies.items import (
    ALL_SELVES,
    AND,
    COURTESY,
    MOTHERS,
    ORDER,
    OTHER,
    PAUSE,
    SURE_SELVES,
    TITLED,
    Item,
    Row,
)
from handlers.understanding.replies.lexicon import given_names
from handlers.understanding.replies.typing import Word
from storage.vietnamese import is_surname

MOST_NAMES = 4
LISTED = frozenset({COURTESY, OTHER, PAUSE, AND})
_BEHIND_NAME = frozenset("POLAVERSYNxXgt&bo")
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)


def bare_name(row: Row, at: int, before: Sequence[Item]) -> int:
    """How many words from here are a name without a title: "Lan vắng", "Lan, Huệ có mặt"."""
    end = at
    while end < len(row.words) and end - at < MOST_NAMES and _is_capital(row.words[end]):
        end += 1
    if _small_in_list(row, at, before):
        return 1
    if at == 0 and end < 2 and _is_free(row) and _stands_as_name(row):
        return 1
    words = row.words[at:end]
    if words and words[0].typed.lower() in ALL_SELVES:
        return 0
    if at == 0 and _is_no_name(row):
        return 0
    if not words or not any(word.typed.islower() for word in row.words):
        return 0
    known_name = len(words) < MOST_NAMES and words[-1].typed.lower() in given_names()
    listed = (
        bool(before) and before[-1].tag in {PAUSE, AND} and OTHER in {one.tag for one in before}
    )
    if not known_name and not (len(words) > 1 and is_surname(words[0].typed)) and not listed:
        return 0
    if len(words) == 1 and row.at(at)[1] and not listed:
        following = row.words[end : end + 2]
        if len(following) < 2 or not following[0].pause or not _is_capital(following[1]):
            return 0
    following_tags = {one.tag for one in row.at(end)[1]} if (end < len(row.words)) else set()
    ends = end < len(row.words) and row.words[end].pause
    return end - at if ends or following_tags & _BEHIND_NAME else 0


def _is_free(row: Row) -> bool:
    """Whether the first word is in no list, at least not as it is typed: "nga" is no "ngã"."""
    phrases = row.at(0)[1]
    first = row.words[0]
    known = first.typed.lower() in given_names() and len(phrases) > 0
    return not phrases or (known and all(phrase.words[0] != first.proper for phrase in phrases))


def _small_in_list(row: Row, at: int, before: Sequence[Item]) -> bool:
    """One of several names in small letters: "nga, hồng, cúc có mặt", "nga với hồng"."""
    if row.words[at].typed.lower() not in given_names():
        return False
    if before and before[-1].tag == PAUSE and not row.at(at)[1]:
        return any(one.tag in "POLAVE" for one in row.at(at + 1)[1])  # "em đi, lan nghỉ"
    if before:
        return before[-1].tag in {PAUSE, AND, OTHER} and {one.tag for one in before} <= LISTED
    if len(row.words) < 3 or row.words[2].typed.lower() not in given_names():
        return False
    listed = row.words[1].typed.lower() in given_names() and row.words[0].typed.islower()
    return listed or row.words[1].pause or AND in {one.tag for one in row.at(1)[1]}


def _is_no_name(row: Row) -> bool:
    """Where no word has marks, "Chi" is "chị" rather than a name, and "dung" may be "đừng"."""
    return row.words[0].typed.lower() in {"chi", "dung"} and row.unmarked


def _stands_as_name(row: Row) -> bool:
    """A name of one word opens the line, even if nobody knows it: "sậy bận việc xin vắng"."""
    first = row.words[0]
    if (
        _is_no_name(row)
        or not row.at(1)[1]
        or any(word.proper in SURE_SELVES for word in row.words)
    ):
        return False
    following = {one.tag for one in row.at(1)[1]}
    if first.typed.lower() in given_names():
        return bool(following & _BEHIND_NAME)
    if first.bare in {"khong", "chua"} or first.proper in TITLED | ALL_SELVES | MOTHERS:
        return False
    return bool(_SYLLABLE.fullmatch(first.bare) and following & set("POLAVERx"))


def _is_capital(word: Word) -> bool:
    return word.typed[0].isupper() and word.typed.isalpha()


def name_length(row: Row, start: int) -> int:
    """How many words from here may be a name: capitals, a birth order, what is in no list."""
    at = start
    while at < min(len(row.words), start + MOST_NAMES) and _may_be_name(row, start, at):
        at += 1
    return at - start


def _may_be_name(row: Row, start: int, at: int) -> bool:
    word = row.words[at]
    if not word.typed[0].isalpha() or word.pause:
        return False
    if word.capital:
        return True
    if at > start and (row.words[start].capital or at - start > 1):
        return False
    if at == start and word.typed.lower() in ORDER:
        return True
    if word.typed in {"mai", "nay"} and row.words[at + 1 : at + 2]:
        return row.words[at + 1].proper not in ALL_SELVES  # "chị mai em đi"
    if word.proper in TITLED or word.bare in {"khong", "chua"}:
        return False
    return not row.at(at)[0]


def is_called(word: Word) -> bool:
    """Whether a child's name or birth order, not a reason, follows "bé"."""
    return word.capital or word.proper in ORDER
