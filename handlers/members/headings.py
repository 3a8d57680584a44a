"""What a column heading means: the words that stand above lists of members in real sheets."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from storage.vietnamese import fold, normalise


class Field(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    NAME = "name"
    FAMILY = "family"  # family and middle name, where the given name has its own column
    GIVEN = "given"
    ALIAS = "alias"
    BIRTH = "birth"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"
    PHONE = "phone"
    ADDRESS = "address"
    PLACE = "place"  # a part of the address: house number, lane
    HAMLET = "hamlet"
    JOB = "job"
    JOINED = "joined"
    LEFT = "left"
    REASON = "reason"  # of leaving
    TITLE = "title"
    TEAM = "team"
    BRANCH = "branch"
    NOTE = "note"
    SENSITIVE = "sensitive"  # kept only by separate consent (Law 91/2025/QH15)
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of each field, left to right, and how many rows the header took."""

    of: dict[Field, tuple[int, ...]]
    depth: int
    sensitive: tuple[str, ...] = ()  # headings of what is left out
    unread: tuple[str, ...] = ()  # headings nobody here has a use for
    labels: dict[int, str] = field(default_factory=dict)
    beside: tuple[Columns, ...] = ()  # further lists to the right under the same header
    span: tuple[int, int] | None = None  # where one of several lists begins and ends


LONGEST = 60
"""A longer cell is a sentence, not a heading."""

# Where marks decide: ĐT is a phone, DT is the ethnic group; Hộ is a household, Họ a name.
_SHORT = {
    "đt": Field.PHONE,
    "dt": Field.SENSITIVE,
    "tg": Field.SENSITIVE,
    "đv": Field.SENSITIVE,
    "đc": Field.ADDRESS,
    "dc": Field.ADDRESS,
    "ns": Field.BIRTH,
    "nn": Field.JOB,
    "cv": Field.TITLE,
    "gc": Field.NOTE,
    "ch": Field.BRANCH,
    "hộ": Field.OTHER,
    "cm": Field.OTHER,
    "vh": Field.OTHER,
    "llct": Field.OTHER,
    "bhyt": Field.OTHER,
    "tđhv": Field.OTHER,
    # "N.sinh", "Đ/thoại", "G/chú": their signs are dropped before they are looked up.
    "nsinh": Field.BIRTH,
    "ngsinh": Field.BIRTH,
    "ngs": Field.BIRTH,
    "ntns": Field.BIRTH,
    "đthoại": Field.PHONE,
    "dthoai": Field.PHONE,
    "sốđt": Field.PHONE,
    "hvàtên": Field.NAME,
    "hvt": Field.NAME,
    "htên": Field.NAME,
    "đchỉ": Field.ADDRESS,
    "nvh": Field.JOINED,
    "ngàyvh": Field.JOINED,
    "nămvh": Field.JOINED,
    "cvụ": Field.TITLE,
    "chvụ": Field.TITLE,
    "gchú": Field.NOTE,
    "gchu": Field.NOTE,
}

_NOT_HER = r"chong|vo|cha|bo|me|con|chu ho|nguoi|than nhan|lop|clb|dang nhap|don vi|to chuc|nhom"
_WORDS = tuple(
    (field, re.compile(pattern))
    for field, pattern in (
        (Field.NUMBER, r"(?:stt|tt|so tt|so thu tu|thu tu|no|stt tt)$"),
        (
            Field.SENSITIVE,
            (
                r".*(?:dan toc|ton giao|dang vien|vao dang|dang tich|dang phi|chuc vu dang|ngheo|dien ho"
                r"|hoan canh|chinh sach|doi tuong|suc khoe|benh|khuyet tat|cccd|cmnd|cmt|can cuoc"
                r"|chung minh|dinh danh|tai khoan|nhom mau)"
            ),
        ),
        (
            Field.ALIAS,
            r"(?:ten|ten hay|ten thuong) (?:goi|goi khac|thuong goi|khac|goi o nha|o nha)$|bi danh|ten tuc",
        ),
        (
            Field.OTHER,
            (
                rf"(?:ho|ho va|ho ten|ten) .*\b(?:{_NOT_HER})\b|gioi tinh|nam nu$|phai$|tuoi(?!.* sinh)|.*email"
                r"|.*(?:trinh do|hoc van|van hoa|chuyen mon|ly luan|chinh tri|ngoai ngu|tin hoc|facebook"
                r"|noi lam viec|noi cong tac|que quan|noi sinh|doan the|vay von|hoi phi|thu nhap)"
                r"|.*(?:su dung|co dung|thong minh|smartphone)|(?:co|dung|sd) (?:zalo|dien thoai)|nhom zalo"
                r"|ma (?:so|hv|hoi vien)|so the|the hoi vien|(?:hoi vien )?(?:nong cot|danh du|uu tu)|chu ky|ky ten|ky nhan"
            ),
        ),
        (
            Field.FAMILY,
            r"ho(?: va| chu| ten)*(?: (?:dem|lot|ten dem|ten lot|chu dem|chu lot))$|ho(?: va)?$",
        ),
        (Field.GIVEN, r"ten$|ten goi$"),
        (
            Field.NAME,
            (
                r"ho va ten|ho ten|ho va chu (?:dem|lot) va ten|ho chu (?:dem|lot) va ten|ho dem va ten"
                r"|ho va ten dem va ten|ten (?:hoi vien|hv|chi em)|hoi vien$|hoi vien phu nu$|(?:full )?name$"
            ),
        ),
        (
            Field.LEFT,
            (
                r"(?:ngay|nam|thang|thoi gian)(?: thang)?(?: nam)? (?:roi|ra|ra khoi|thoi|nghi|chuyen)\b"
                r"|roi hoi|ra hoi|ngay (?:mat|tu tran)$"
            ),
        ),
        (
            Field.JOINED,
            r".*(?:vao hoi|gia nhap|ket nap|tham gia hoi|vao chi hoi)|(?:ngay|nam|thang) (?:vao|tham gia)\b",
        ),
        (
            Field.BIRTH,
            r"(?:ngay|nam|thang|sinh)\b.*\bsinh\b|sinh (?:ngay|nam)|nam sinh|ngay sinh|sinh$|tuoi\b.* sinh$",
        ),
        (Field.REASON, r"ly do (?:roi|ra|thoi|nghi|chuyen)\b"),
        (Field.NOTE, r"ghi chu|luu y|ly do|nhan xet"),
        (
            Field.PHONE,
            r"dt ban$|.*(?:dien thoai|sdt|so dt|dtdd|di dong|so may|lien he|lien lac|zalo|mobile|tel\b|phone)",
        ),
        (Field.TITLE, r"chuc vu|chuc danh|nhiem vu|vai tro"),
        (
            Field.TEAM,
            r"(?:thuoc |ten |sinh hoat |so )*to(?: (?:phu nu|pn|hoi|so|hoi vien|sinh hoat))*$",
        ),
        (
            Field.BRANCH,
            r"(?:thuoc |ten |sinh hoat (?:tai )?)*chi hoi(?: (?:phu nu|pn))?(?: (?:khom|ap))*$|don vi$",
        ),
        (
            Field.HAMLET,
            r"(?:khom|ap|khu pho|to dan pho|thon)(?: (?:khom|ap|pho|khu|noi o))*$|.*\b(?:khom|ap) nao$",
        ),
        (Field.PLACE, r"so nha|duong(?: pho)?$|ten duong|hem(?: so)?$"),
        (
            Field.ADDRESS,
            r".*(?:dia chi|noi o|cho o|cu tru|thuong tru|ho khau|tam tru|tru quan|dkhk|hktt|noi sinh song)",
        ),
        (Field.JOB, r"nghe\b|cong viec"),
    )
)
_SIGNS = re.compile(r"[^a-z0-9]+")
_SHORTENED = re.compile(r"[\s./\-*():]+")
_PARTY = re.compile(r"\bđảng\b")


@lru_cache(maxsize=1024)  # a header repeats on every page and sheet
def field_of(heading: str) -> Field | None:
    """What a heading names, or None if it is none that is known."""
    typed = normalise(heading).lower()
    if not typed or len(typed) > LONGEST:
        return None
    short = _SHORT.get(_SHORTENED.sub("", typed))
    if short:
        return short
    if _PARTY.search(typed):
        return Field.SENSITIVE
    words = _SIGNS.sub(" ", fold(typed)).strip()
    if typed.startswith("hồ ") or words.startswith("danh sach"):  # a family name; a title
        return None
    return next((field for field, pattern in _WORDS if pattern.match(words)), None)
