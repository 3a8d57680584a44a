"""What a reply is made of: its words in a row, and the tagged items they become."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from handlers.understanding.replies.lexicon import Lexicon, Phrase
from handlers.understanding.replies.typing import Word
from handlers.understanding.text import spellings
from storage.vietnamese import fold

TITLES = ("chị", "cô", "bà", "dì", "bác", "thím", "mợ", "anh", "chú", "ông", "cụ")
SELVES = ("em", "con", "cháu", "tôi", "mình")
BIRTH_ORDER = ("hai", "ba", "tư", "năm", "sáu", "bảy", "tám", "chín", "mười", "út", "cả")
TITLED = frozenset(one for title in TITLES for one in spellings(title))
"""Words before a name, in all their spellings."""
ORDER = frozenset(one for word in BIRTH_ORDER for one in spellings(word))
ALL_SELVES = frozenset(SELVES)
SURE_SELVES = ALL_SELVES - {"con", "cháu"}
MOTHERS = frozenset({"má", "mẹ", "ngoại", "bả", "cổ"})
COURTESY, SELF, GROUP, OTHER, KIN, AND, PAUSE = "_", "s", "w", "o", "k", "&", ","
TITLE, NAME, NOT, UNKNOWN, NUMBER = "T", "m", "n", "u", "0"


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
        return self.tag == SELF or self.said.partition(" ")[0] in SURE_SELVES


class Row(NamedTuple):
    """The words of one reply beside their spellings, and the lists."""

    words: Sequence[Word]
    keys: list[str]
    known: Lexicon

    @property
    def unmarked(self) -> bool:
        """Whether she types without marks ("phút" and "giờ" are written out for her)."""
        typed = (word.typed for word in self.words if word.bare not in {"phut", "gio"})
        return not any(one.isalpha() and not one.isascii() for one in typed)

    def at(self, start: int) -> tuple[int, Sequence[Phrase]]:
        """The longest phrases of the lists that begin here."""
        return self.known.at(self.keys, start) if start < len(self.words) else (0, ())

    def typed(self, start: int, length: int) -> str:
        """As it was typed."""
        return typed_words(self.words[start : start + length])

    def item(self, tag: str, start: int, length: int, *, named: bool = False) -> Item:
        """These words, tagged."""
        said = " ".join(word.proper for word in self.words[start : start + length])
        return Item(tag, self.typed(start, length), named, said)


def typed_words(words: Sequence[Word]) -> str:
    """What was typed, each once."""
    return " ".join(dict.fromkeys(word.typed for word in words))
