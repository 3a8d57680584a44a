"""The words of secrecy and urgency stamps, and the ordinary words that only contain them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum


class Secrecy(IntEnum):
    """Levels of the law on state secrets, lowest first."""

    CONFIDENTIAL = 1  # mật
    SECRET = 2  # tối mật
    TOP_SECRET = 3  # tuyệt mật


class Urgency(IntEnum):
    """Levels of Decree 30/2020, lowest first."""

    URGENT = 1  # khẩn
    VERY_URGENT = 2  # thượng khẩn
    IMMEDIATE = 3  # hỏa tốc


@dataclass(frozen=True, slots=True)
class StampWords:
    """Words of one kind of stamp.

    `unmarked` are the same typed without marks; `before` and `after` are neighbours that make the
    stamp's word part of another: "bảo mật", "mật khẩu", "khẩn trương".
    """

    levels: Mapping[str, int]
    unmarked: Mapping[str, int]
    before: frozenset[str]
    after: frozenset[str]

    def any_case(self) -> str:
        """Regular expression of every marked form, longest first."""
        return "|".join(word.replace(" ", r"\s*") for word in self._longest_first())

    def capitals(self) -> str:
        """The same in capitals."""
        return "|".join(word.upper().replace(" ", r"\s*") for word in self._longest_first())

    def level(self, words: str) -> int:
        """Level of exactly these words, 0 for any others."""
        squeezed = words.lower().replace(" ", "")
        return next(
            (level for word, level in self.levels.items() if word.replace(" ", "") == squeezed), 0
        )

    def level_unmarked(self, words: str) -> int:
        """Level of exactly these words without marks, 0 for any others."""
        return self.unmarked.get(" ".join(words.lower().split()), 0)

    def _longest_first(self) -> list[str]:
        return sorted(self.levels, key=len, reverse=True)


def _words(line: str) -> frozenset[str]:
    return frozenset(line.split())


SECRECY = StampWords(
    levels={
        "mật": Secrecy.CONFIDENTIAL,
        "tối mật": Secrecy.SECRET,
        "tuyệt mật": Secrecy.TOP_SECRET,
        # As the code pages of the old TCVN3 and VNI fonts, still met in files, come out.
        "mët": Secrecy.CONFIDENTIAL,
        "tèi mët": Secrecy.SECRET,
        "tuyöt mët": Secrecy.TOP_SECRET,
        "maät": Secrecy.CONFIDENTIAL,
        "toái maät": Secrecy.SECRET,
        "tuyeät maät": Secrecy.TOP_SECRET,
    },
    unmarked={
        "mat": Secrecy.CONFIDENTIAL,
        "toi mat": Secrecy.SECRET,
        "tuyet mat": Secrecy.TOP_SECRET,
    },
    before=_words("bảo bí cơ cẩn nghiêm thân trăng đường túi sỏi ống dịch gan rỉ độ"),
    after=_words(
        "khẩu mã ong độ thư danh vụ thiết báo nghị ước lệnh đàm tông giáo hoa mía ngọt vàng đắng "
        "gấu rỉ phục thám hiệu điện"
    ),
)

URGENCY = StampWords(
    levels={
        "khẩn": Urgency.URGENT,
        "thượng khẩn": Urgency.VERY_URGENT,
        "hỏa tốc": Urgency.IMMEDIATE,
        "hoả tốc": Urgency.IMMEDIATE,
    },
    unmarked={
        "khan": Urgency.URGENT,
        "thuong khan": Urgency.VERY_URGENT,
        "hoa toc": Urgency.IMMEDIATE,
    },
    before=_words("độ cầu khấn thành"),
    after=_words("trương cấp thiết cầu nài hoang khoản"),
)
