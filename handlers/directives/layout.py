"""Where the parts of an official document stand on the page (Decree 30/2020, Annex I)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date

from handlers.directives.numbers import title_of
from handlers.directives.text import CAPITALS, capitalised, is_upper, plain, shorten

SUMMARY_CHARACTERS = 300
ACTION_CHARACTERS = 160
MAX_ACTIONS = 6
_HEAD_LINES = 25
_SUMMARY_LINES = 5

_MOTTO = re.compile(
    r"c.ng h.a x. h.i ch. ngh.a vi.t nam|..c l.p ?[-–] ?t. do ?[-–] ?h.nh ph.c|"
    r"..ng c.ng s.n vi.t nam",
    re.IGNORECASE,
)
_NAME = rf"[{CAPITALS}][\w.]{{0,20}}"
_PLACE = rf"(?:(?<!\w){_NAME}(?: {_NAME}){{0,3}} ?, ?)?"
_DATE_LINE = re.compile(_PLACE + r"ngày\s+(\d{1,2})\s+tháng\s+(\d{1,2})\s+năm\s+(\d{4})\b")
_EMPTY_DATE = re.compile(
    _PLACE + r"ngày[\s.…]+(?:\d{1,2}[\s.…]*)?tháng[\s.…]+(?:\d{1,2}[\s.…]*)?năm.*$"
)
_NUMBER_LINE = re.compile(r"^s[ốo]\s*[:.]?\s*\d*\s*[/-]|^s[ốo]\s*:", re.IGNORECASE)
_ABOUT = re.compile(r"(?:\bv\s?/\s?v\b|^về việc\b)\s*[:.]?\s*", re.IGNORECASE)
_RULE = re.compile(r"^[\W_]+$")
_OPENING = re.compile(
    r"kinh gui|so ?:|v/v|noi nhan|t/?m\.|kt\.|tl\.|can cu|thuc hien|de nghi|nham|"
    r"(?:thoi gian|dia diem|thanh phan|noi dung|hinh thuc) ?:"
)
_PAGE_NUMBER = re.compile(r"^[-–\s]*\d{1,3}[-–\s]*$")
_END = re.compile(r"^(?:noi nhan|t/?m\.|kt\.|tl\.|tuq\.|q\. )")
_ITEM = re.compile(r"^(?:\d{1,2}[.)]|[IVX]{1,4}[.)/]|[a-hđ][.)]|[-+•*–])\s+(?=\D)")
_TEXT = re.compile(
    r"(?:kinh gui|noi nhan|can cu|thuc hien|theo|de|nham|duoc su|tiep tuc|huong ung|tren co so|"
    r"chao mung|dieu \d|phan|thoi gian|ban thuong vu|ban chap hanh|thuong truc|hoi lhpn|"
    r"hoi lien hiep|uy ban)\b"
)
_NUMBERED = re.compile(r"^(\d{1,2})[.)]\s+(?=\D)")
_CHAPTER = re.compile(r"^[IVX]{1,4}[.)/]\s")
_SENTENCE = re.compile(rf"(?<=[.!?])\s+(?=[{CAPITALS}])")
_ASKS = re.compile(
    r"\b(?:de nghi|yeu cau|bao cao|trien khai|pho bien|to chuc|tuyen truyen|van dong|dang ky|cu|gui|"
    r"lap danh sach|ra soat|phoi hop|xac nhan|tham gia|tham du|du|nop|huong dan|chuan bi|treo|"
    r"kiem tra|quan triet|thuc hien|moi)\b"
)


def issued_on(page: str) -> date | None:
    """Date of the line "Cà Mau, ngày 12 tháng 11 năm 2026" in the head; None if left blank."""
    for line in page.split("\n")[:_HEAD_LINES]:
        if match := _DATE_LINE.search(line):
            try:
                return date(int(match[3]), int(match[2]), int(match[1]))
            except ValueError:
                return None
    return None


def issuer(page: str) -> str:
    """The body named in the first lines, above it its superior body: "UBND TỈNH - SỞ Y TẾ"."""
    names: list[str] = []
    for line in page.split("\n")[:_HEAD_LINES]:
        if _NUMBER_LINE.match(line) or title_of(line) or _ABOUT.search(line):
            break
        name = _MOTTO.sub("", _without_date(line)).strip(" *-–_.:")
        if name and is_upper(name) and len(name) > 5:
            names.append(name)
    return " - ".join(names[:3])


def summary(page: str) -> str:
    """The trích yếu: what stands behind "V/v", or the lines under the title of the kind."""
    return _parted(page)[0]


def paragraphs(text: str) -> Iterator[str]:
    """The trích yếu, then what follows it, lines joined where only the paper's edge parted them."""
    about, lines = _parted(text)
    if about:
        yield about
    held = ""
    for line in lines:
        if _PAGE_NUMBER.match(line) or _RULE.match(line):
            continue
        if held and _starts_anew(held, line):
            yield held
            held = ""
        held = f"{held} {line}".strip()
    if held:
        yield held


def actions(text: str) -> tuple[str, ...]:
    """What the document asks for, one short line each; empty where it asks nothing plainly."""
    about = summary(text)
    body = list(_body(one for one in paragraphs(text) if one != about))
    asked = [one[match.end() :] for one in body if (match := _NUMBERED.match(one))]
    if any(_CHAPTER.match(one) for one in body) or not asked:
        sentences = (part for one in body for part in _SENTENCE.split(_ITEM.sub("", one)))
        asked = [one for one in sentences if _asks(one)]
    return tuple(
        shorten(one.removesuffix("./.").rstrip(" ;,."), ACTION_CHARACTERS)
        for one in asked[:MAX_ACTIONS]
    )


def _asks(sentence: str) -> bool:
    bare = plain(sentence)
    return (
        len(sentence.split()) > 3
        and bool(_ASKS.search(bare))
        and not (is_upper(sentence) or sentence.endswith(":") or bare.startswith("can cu"))
    )


def _body(every: Iterable[str]) -> Iterator[str]:
    """Paragraphs behind the addressees and before "Nơi nhận"."""
    for paragraph in every:
        bare = plain(paragraph)
        if _END.match(bare):
            return
        if not bare.startswith("kinh gui") and not _DATE_LINE.search(paragraph):
            yield paragraph


def _starts_anew(held: str, line: str) -> bool:
    if line[0].islower() or re.match(r"^\d{1,2}[/:.-]\d", line):
        return False
    return (
        held.endswith((".", ";", ":", "!", "?"))
        or bool(_ITEM.match(line) or _OPENING.match(plain(line)))
        or is_upper(line)
        or is_upper(held)
    )


def _parted(text: str) -> tuple[str, list[str]]:
    """The trích yếu and the lines behind it; "" and every line if there is none."""
    lines = text.split("\n")
    for index, line in enumerate(lines[:_HEAD_LINES]):
        rest = lines[index + 1 :]
        if match := _ABOUT.search(line):
            return _take_summary([line[match.end() :], *rest])
        if title := title_of(line):
            return _take_summary([title[1], *rest])
    return "", lines


def _without_date(line: str) -> str:
    return _EMPTY_DATE.sub("", _DATE_LINE.sub("", line)).strip()


def _take_summary(lines: list[str]) -> tuple[str, list[str]]:
    """Joins the lines of a trích yếu up to where the text begins."""
    taken: list[str] = []
    dated = False
    end = 0
    for end, line in enumerate(lines):  # noqa: B007 - where the text begins
        words = _without_date(line)
        dated = dated or words != line.strip()
        if not words or (_RULE.match(words) and not taken):
            continue
        if _begins_text(taken, words, dated=dated) or len(taken) == _SUMMARY_LINES:
            break
        taken.append(words)
    else:
        end = len(lines)
    joined = _ABOUT.sub("", " ".join(taken), count=1).strip(' .:;*-–_"“”')
    return shorten(capitalised(joined), SUMMARY_CHARACTERS), lines[end:]


def _begins_text(taken: list[str], line: str, *, dated: bool) -> bool:
    if line[0].islower():
        return False
    if _RULE.match(line) or _ITEM.match(line) or plain(line).startswith("kinh gui"):
        return True
    if not taken:
        return False
    if is_upper(line) or is_upper(taken[0]):
        return is_upper(line) != is_upper(taken[0])
    return dated or bool(_TEXT.match(plain(line))) or line.endswith((".", ":"))
