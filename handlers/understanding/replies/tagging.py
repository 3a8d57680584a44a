"""The words of a reply → what each of them does there, by the lists and by where names stand."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.understanding.replies.items import (
    ALL_SELVES,
    AND,
    COURTESY,
    GROUP,
    KIN,
    MOTHERS,
    NAME,
    NOT,
    NUMBER,
    OTHER,
    PAUSE,
    SELF,
    SURE_SELVES,
    TITLE,
    TITLED,
    UNKNOWN,
    Item,
    Row,
)
from handlers.understanding.replies.lexicon import Lexicon, Phrase
from handlers.understanding.replies.naming import (
    LISTED,
    bare_name,
    is_called,
    name_length,
)
from handlers.understanding.replies.typing import Word, comparable
from storage.vietnamese import is_surname

_UNMARKED = {"chi toi": TITLE, "ma toi": "b", "ma em": "b"}
"""Before an answer rather "chị tới trễ", "mà tới trễ", "mà em vẫn đi" than "chị tôi", "má em"."""
_OPENINGS = (["_"], ["c"], ["_", "c"], ["_", ","])
"""Behind "dạ" or "ok" she speaks to one: "dạ chị em có mặt"."""
_CHILDREN = frozenset({"bé", "nhỏ", "cháu"})
_GREETING = ("thưa", "thua", "chào", "chao", "cảm ơn", "cam on", "cám ơn")


def tagged(words: Sequence[Word], known: Lexicon) -> list[Item]:
    """Each word is in exactly one item."""
    row = Row(words, [comparable(word) for word in words], known)
    items: list[Item] = []
    at = 0
    while at < len(words):
        length, item = _next(row, at, items)
        items.append(item)
        at += length
    return items


def _next(row: Row, at: int, before: Sequence[Item]) -> tuple[int, Item]:
    word = row.words[at]
    if word.pause:
        return 1, Item(PAUSE, ",")
    if tag := _unmarked(row, at):
        return 1, row.item(tag, at, 1)
    if all(item.tag in LISTED for item in before) and (own := bare_name(row, at, before)):
        return own, row.item(OTHER, at, own, named=True)
    if before and _introduces_name(before[-1]) and (own := name_length(row, at)):
        return own, row.item(COURTESY, at, own)
    length, phrases = row.at(at)
    if length > 1 and word.proper in SURE_SELVES and row.at(at + 1)[0] >= length:
        return 1, row.item(SELF, at, 1)  # "em không biết xài": what follows reaches further
    called = _called(row, at, before) if length < 2 else None
    if called:
        return called
    if phrases and phrases[0].words == ("chị", "em") and _to_one(row, at, before):
        return 1, row.item(TITLE, at, 1)
    if phrases:
        tag = _chosen(phrases, row.words[at : at + length], before, alone=length == len(row.words))
        return length, row.item(tag, at, length)
    return _alone(row, at, before)


def _unmarked(row: Row, at: int) -> str:
    """What a word most likely is where marks are missing; empty if the lists know better."""
    if not row.unmarked:
        return ""
    if row.words[at].typed == "thi" and row.at(at)[0] == 1:
        return "h"  # "thì"
    two = row.typed(at, 2).lower()
    answers = row.typed(at + 2, 1) == "van" if two == "ma em" else row.at(at + 1)[0] > 1
    return _UNMARKED.get(two, "") if answers else ""


def _to_one(row: Row, at: int, before: Sequence[Item]) -> bool:
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


def _called(row: Row, at: int, before: Sequence[Item]) -> tuple[int, Item] | None:
    """A title and a name: "chị Hoa", "bà Năm"; "em Lan" is the sender."""
    named = name_length(row, at + 1)
    if named and row.words[at].proper in _CHILDREN and is_called(row.words[at + 1]):
        return 1 + named, row.item(KIN, at, 1 + named, named=True)
    is_self = row.words[at].proper in ALL_SELVES
    titled = row.words[at].proper in TITLED
    if not named or not (titled or (is_self and row.words[at + 1].capital)):
        return None
    after = row.words[at + 1 + named : at + 2 + named]
    if after and after[0].bare == "oi":
        return 2 + named, row.item(COURTESY, at, 2 + named)
    if before and before[-1].typed.lower().endswith(_GREETING):
        return 1 + named, row.item(COURTESY, at, 1 + named)
    return 1 + named, row.item(SELF if is_self else OTHER, at, 1 + named, named=not is_self)


def _alone(row: Row, at: int, before: Sequence[Item]) -> tuple[int, Item]:
    """A word that begins no phrase."""
    word = row.words[at]
    if word.proper in MOTHERS and before and _is_for(before[-1]):
        return 1, row.item(OTHER, at, 1)
    if word.proper in MOTHERS and at + 1 < len(row.words):
        following = {one.tag for one in row.at(at + 1)[1]}
        if following & set("PVAERL&"):
            return 1, row.item(OTHER, at, 1)
    if word.proper in TITLED:
        asks = word.typed == "chi" and at > 0 and not row.unmarked
        return 1, row.item("q" if asks else TITLE, at, 1)
    if word.bare in {"khong", "chua"}:
        return 1, row.item(NOT, at, 1)
    if word.bare.isdecimal():
        return 1, row.item(NUMBER, at, 1)
    if word.typed[0].isupper() and is_surname(word.typed) and (named := name_length(row, at + 1)):
        introduced = [one.bare for one in before if one.tag != PAUSE][-1:] == ["hoi vien"]
        return 1 + named, row.item(
            SELF if introduced else NAME, at, 1 + named, named=not introduced
        )
    return 1, row.item(UNKNOWN, at, 1)


def _is_for(item: Item) -> bool:
    """Whether somebody else follows: "báo giùm", "đi thay"."""
    return item.tag in {AND, "g"} or (item.tag == "P" and item.bare.split()[-1] in {"thay", "the"})


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
    if "#" in tags and "h" in tags and typed != ("co",):  # "may": máy or mấy
        return "h"
    if len(words) > 1 and (doubts := [tag for tag in tags if tag in "hq!"]):
        return doubts[0]
    tags = [tag for tag in tags if tag not in "hq!b.&"] or tags
    return next((tag for tag in tags if (tag == SELF) != subject), tags[0])
