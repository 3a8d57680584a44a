"""The words of a reply → what each of them does there, by the lists and by where names stand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from handlers.understanding.replies.lexicon import Lexicon, Phrase, given_names
from handlers.understanding.replies.typing import Word, comparable
from handlers.understanding.text import spellings
from storage.vietnamese import fold, is_surname

TITLES = ("chị", "cô", "bà", "dì", "bác", "thím", "mợ", "anh", "chú", "ông", "cụ")
SELVES = ("em", "con", "cháu", "tôi", "mình")
BIRTH_ORDER = ("hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "út", "cả")
TITLED = frozenset(one for title in TITLES for one in spellings(title))
"""Words before a name, in all their spellings."""
_ORDER = frozenset(one for word in BIRTH_ORDER for one in spellings(word))
_SELVES = frozenset(SELVES)
_SURE_SELVES = _SELVES - {"con", "cháu"}
COURTESY, SELF, GROUP, OTHER, KIN, AND, PAUSE = "_", "s", "w", "o", "k", "&", ","
TITLE, NAME, NOT, UNKNOWN, NUMBER = "T", "m", "n", "u", "0"
MOST_NAMES = 4
_HERS = {"chi toi": TITLE, "ma toi": "b"}
"""Before an answer "tới" rather than "tôi": "chị tới trễ", "mà tới trễ"."""
_OPENINGS = (["_"], ["c"], ["_", "c"], ["_", ","])
"""Behind "dạ" or "ok" she speaks to one: "dạ chị em có mặt"."""
_MOTHERS = frozenset({"má", "mẹ", "ngoại", "bả", "cổ"})
_LISTED = frozenset({COURTESY, OTHER, PAUSE, AND})
_BEHIND_NAME = frozenset("POLAVERSYNxXgt&bo")
_CHILDREN = frozenset({"bé", "nhỏ", "cháu"})
_SYLLABLE = re.compile(
    r"(?:ngh?|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnprstvx])?[aeiouy]{1,3}(?:ng|nh|ch|[cmnpt])?"
)
_GREETING = ("thưa", "thua", "chào", "chao", "cảm ơn", "cam on", "cám ơn")


class Item(NamedTuple):
    """A tag of the lists (or one of the above), the words it rests on, and if a person is named."""

    tag: str
    typed: str
    named: bool = False
    said: str = ""

    @property
    def bare(self) -> str:
        """In proper spelling, without marks."""
        return fold(self.said or self.typed)

    @property
    def of_speaker(self) -> bool:
        """Whether the speaker names herself in these words: "em xin vắng"."""
        return self.tag == SELF or self.said.partition(" ")[0] in _SURE_SELVES


def tagged(words: Sequence[Word], known: Lexicon) -> list[Item]:
    """Each word is in exactly one item."""
    row = _Row(words, [comparable(word) for word in words], known)
    items: list[Item] = []
    at = 0
    while at < len(words):
        length, item = _next(row, at, items)
        items.append(item)
        at += length
    return items


class _Row(NamedTuple):
    """The words of one reply beside their spellings, and the lists."""

    words: Sequence[Word]
    keys: list[str]
    known: Lexicon

    def at(self, start: int) -> tuple[int, Sequence[Phrase]]:
        """The longest phrases of the lists that begin here."""
        return self.known.at(self.keys, start) if start < len(self.words) else (0, ())

    def typed(self, start: int, length: int) -> str:
        """As it was typed."""
        return _typed(self.words[start : start + length])

    def item(self, tag: str, start: int, length: int, *, named: bool = False) -> Item:
        """These words, tagged."""
        said = " ".join(word.proper for word in self.words[start : start + length])
        return Item(tag, self.typed(start, length), named, said)


def _next(row: _Row, at: int, before: Sequence[Item]) -> tuple[int, Item]:
    word = row.words[at]
    if word.pause:
        return 1, Item(PAUSE, ",")
    if all(item.tag in _LISTED for item in before) and (own := _bare_name(row, at, before)):
        return own, row.item(OTHER, at, own, named=True)
    if before and _introduces_name(before[-1]) and (own := _name_length(row, at)):
        return own, row.item(COURTESY, at, own)
    length, phrases = row.at(at)
    if length > 1 and word.proper in _SURE_SELVES and row.at(at + 1)[0] >= length:
        return 1, row.item(SELF, at, 1)  # "em không biết xài": what follows reaches further
    if length == 2 and row.at(at + 1)[0] > 1 and (tag := _HERS.get(row.typed(at, 2).lower())):
        return 1, row.item(tag, at, 1)
    called = _called(row, at, before) if length < 2 else None
    if called:
        return called
    if phrases and phrases[0].words == ("chị", "em") and _to_one(row, at, before):
        return 1, row.item(TITLE, at, 1)
    if phrases:
        tag = _chosen(phrases, row.words[at : at + length], before, alone=length == len(row.words))
        return length, row.item(tag, at, length)
    return _alone(row, at, before)


def _bare_name(row: _Row, at: int, before: Sequence[Item]) -> int:
    """How many words from here are a name without a title: "Lan vắng", "Lan, Huệ có mặt"."""
    end = at
    while end < len(row.words) and end - at < MOST_NAMES and _is_capital(row.words[end]):
        end += 1
    if _small_in_list(row, at, before):
        return 1
    if at == 0 and end < 2 and _is_free(row) and _stands_as_name(row):
        return 1
    words = row.words[at:end]
    if words and words[0].typed.lower() in _SELVES:
        return 0
    if at == 0 and _is_title(row):
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


def _is_free(row: _Row) -> bool:
    """Whether the first word is in no list, at least not as it is typed: "nga" is no "ngã"."""
    phrases = row.at(0)[1]
    first = row.words[0]
    known = first.typed.lower() in given_names() and len(phrases) > 0
    return not phrases or (known and all(phrase.words[0] != first.proper for phrase in phrases))


def _small_in_list(row: _Row, at: int, before: Sequence[Item]) -> bool:
    """One of several names in small letters: "nga, hồng, cúc có mặt", "nga với hồng"."""
    if row.words[at].typed.lower() not in given_names():
        return False
    if before and before[-1].tag == PAUSE and not row.at(at)[1]:
        return any(one.tag in "POLAVE" for one in row.at(at + 1)[1])  # "em đi, lan nghỉ"
    if before:
        return before[-1].tag in {PAUSE, AND, OTHER} and {one.tag for one in before} <= _LISTED
    if len(row.words) < 3 or row.words[2].typed.lower() not in given_names():
        return False
    listed = row.words[1].typed.lower() in given_names() and row.words[0].typed.islower()
    return listed or row.words[1].pause or AND in {one.tag for one in row.at(1)[1]}


def _is_title(row: _Row) -> bool:
    """Where no word has marks, "Chi" is "chị" rather than a name."""
    return row.words[0].typed.lower() == "chi" and all(one.typed.isascii() for one in row.words)


def _stands_as_name(row: _Row) -> bool:
    """A name of one word opens the line, even if nobody knows it: "sậy bận việc xin vắng"."""
    first = row.words[0]
    if _is_title(row) or not row.at(1)[1] or any(word.proper in _SURE_SELVES for word in row.words):
        return False
    following = {one.tag for one in row.at(1)[1]}
    if first.typed.lower() in given_names():
        return bool(following & _BEHIND_NAME)
    if first.bare in {"khong", "chua"} or first.proper in TITLED | _SELVES | _MOTHERS:
        return False
    return bool(_SYLLABLE.fullmatch(first.bare) and following & set("POLAVERx"))


def _is_capital(word: Word) -> bool:
    return word.typed[0].isupper() and word.typed.isalpha()


def _to_one(row: _Row, at: int, before: Sequence[Item]) -> bool:
    """Whether "chị em" is "chị, em …": "dạ chị em có mặt", "đi trễ nha chị em bận"."""
    if [one.tag for one in before] in _OPENINGS:
        return True
    behind = at + 2 < len(row.words) and row.at(at + 2)[1]
    tags = {one.tag for one in behind or []}
    if not before:
        return bool(tags & set("LEx"))
    if before[-1].tag in {"Y", "N"}:
        return bool(tags & {"Y", "N"})
    return before[-1].tag == COURTESY and bool(tags & set("RSAExZ"))


def _introduces_name(item: Item) -> bool:
    """Behind "em là" or "thưa chị" a name reports nobody."""
    last = item.typed.lower().split()[-1]
    if item.tag == SELF:
        return " " in item.typed and last in {"là", "la", "tên", "ten"}
    return item.tag in {COURTESY, "x"} and last in TITLED


def _called(row: _Row, at: int, before: Sequence[Item]) -> tuple[int, Item] | None:
    """A title and a name: "chị Hoa", "bà Năm"; "em Lan" is the sender."""
    named = _name_length(row, at + 1)
    if named and row.words[at].proper in _CHILDREN and _is_called(row.words[at + 1]):
        return 1 + named, row.item(KIN, at, 1 + named, named=True)
    is_self = row.words[at].proper in _SELVES
    titled = row.words[at].proper in TITLED
    if not named or not (titled or (is_self and row.words[at + 1].capital)):
        return None
    after = row.words[at + 1 + named : at + 2 + named]
    if after and after[0].bare == "oi":
        return 2 + named, row.item(COURTESY, at, 2 + named)
    if before and before[-1].typed.lower().endswith(_GREETING):
        return 1 + named, row.item(COURTESY, at, 1 + named)
    return 1 + named, row.item(SELF if is_self else OTHER, at, 1 + named, named=not is_self)


def _is_called(word: Word) -> bool:
    return word.capital or word.proper in _ORDER


def _alone(row: _Row, at: int, before: Sequence[Item]) -> tuple[int, Item]:
    """A word that begins no phrase."""
    word = row.words[at]
    if word.proper in _MOTHERS and before and _is_for(before[-1]):
        return 1, row.item(OTHER, at, 1)
    if word.proper in _MOTHERS and at + 1 < len(row.words):
        following = {one.tag for one in row.at(at + 1)[1]}
        if following & set("PVAERL&"):
            return 1, row.item(OTHER, at, 1)
    if word.proper in TITLED:
        asks = word.typed == "chi" and at > 0 and any(not one.typed.isascii() for one in row.words)
        return 1, row.item("q" if asks else TITLE, at, 1)
    if word.bare in {"khong", "chua"}:
        return 1, row.item(NOT, at, 1)
    if word.bare.isdecimal():
        return 1, row.item(NUMBER, at, 1)
    if word.typed[0].isupper() and is_surname(word.typed) and (named := _name_length(row, at + 1)):
        introduced = [one.bare for one in before if one.tag != PAUSE][-1:] == ["hoi vien"]
        return 1 + named, row.item(
            SELF if introduced else NAME, at, 1 + named, named=not introduced
        )
    return 1, row.item(UNKNOWN, at, 1)


def _is_for(item: Item) -> bool:
    """Whether somebody else follows: "báo giùm", "đi thay"."""
    return item.tag in {AND, "g"} or (item.tag == "P" and item.bare.split()[-1] in {"thay", "the"})


def _typed(words: Sequence[Word]) -> str:
    return " ".join(dict.fromkeys(word.typed for word in words))


def _name_length(row: _Row, start: int) -> int:
    """How many words from here may be a name: capitals, a birth order, what is in no list."""
    at = start
    while at < min(len(row.words), start + MOST_NAMES) and _may_be_name(row, start, at):
        at += 1
    return at - start


def _may_be_name(row: _Row, start: int, at: int) -> bool:
    word = row.words[at]
    if not word.typed[0].isalpha() or word.pause:
        return False
    if word.capital:
        return True
    if at > start and (row.words[start].capital or at - start > 1):
        return False
    if at == start and word.typed.lower() in _ORDER:
        return True
    if word.typed in {"mai", "nay"} and row.words[at + 1 : at + 2]:
        return row.words[at + 1].proper not in _SELVES  # "chị mai em đi"
    if word.proper in TITLED or word.bare in {"khong", "chua"}:
        return False
    return not row.at(at)[0]


def _chosen(
    phrases: Sequence[Phrase], words: Sequence[Word], before: Sequence[Item], *, alone: bool
) -> str:
    """The tag meant when marks are missing and several words look alike."""
    typed = tuple(word.proper for word in words)
    exact = [phrase for phrase in phrases if phrase.words == typed]
    tags = list(dict.fromkeys(phrase.tag for phrase in exact or phrases))
    if len(tags) == 1:
        return tags[0]
    subject = any(item.tag in {SELF, GROUP, OTHER, KIN, "t", "g", "x", "X"} for item in before)
    if "V" in tags and "c" in tags:  # "vang": vắng or vâng
        return "V" if subject or alone else "c"
    if SELF in tags and "D" in tags:  # "toi": tôi or tới
        return "D" if subject else SELF
    firm = [tag for tag in tags if tag in "POLAVEYN"]
    if firm and not exact and set(tags) <= {*firm, "R", "S"}:
        return firm[0]  # "dong roi": "đóng rồi" rather than "dông rồi"
    if exact:
        return next((tag for tag in tags if tag not in "._"), tags[0])
    if "_" in tags:  # "a": ạ or à; but "ha" may ask
        return "_" if typed == ("a",) or "q" not in tags else "q"
    if "#" in tags and "h" in tags:  # "may": máy or mấy
        return "h"
    if len(words) > 1 and (doubts := [tag for tag in tags if tag in "hq!"]):
        return doubts[0]
    tags = [tag for tag in tags if tag not in "hq!b.&"] or tags
    return next((tag for tag in tags if (tag == SELF) != subject), tags[0])
