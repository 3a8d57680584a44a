"""The cell with the name: whose name, and what else people write into it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from handlers.members.damage import (
    has_excel_error,
    has_lost_letters,
    in_old_font,
    is_excel_error,
    mended,
)
from handlers.members.notes import Code, Note
from handlers.members.titles import is_title
from storage.vietnamese import fold, is_surname, normalise, split_phones, tidy_name

LONGEST = 8
"""Words of the longest name people bear; more is a sentence or two people."""

_PLAIN = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,5}")
_NUMBERING = re.compile(
    r"^(?:\d{1,4}\s*[.)/\-:]\s*|[-+=•*·▪]\s*|\d{1,4}\s*(?=[^\W\d_]+\s+[^\W\d_]))+"
)
_COMRADE = re.compile(r"\b[đd]/c\b[.:]?\s*", re.IGNORECASE)  # its stroke parts no two people
_PARENS = re.compile(r"[(\[{]([^()\[\]{}]*)[)\]}]?")
_QUOTED = re.compile(r"[\"“”«]([^\"“”«»]{1,30})[\"“”»]")
_ALIAS = re.compile(
    r"[,;:\-–/]?\s*\b(?:tức(?: là)?|hay còn gọi(?: là)?|còn gọi(?: là)?|hay gọi(?: là)?|tên khác|tên gọi khác"
    r"|tên thường gọi|thường gọi(?: là)?|tên thường|bí danh|biệt danh|aka|hoặc|gọi là|(?-i:tự|TỰ)(?: là)?)\s*[:\-]?\s+",
    re.IGNORECASE,
)
_FIRMLY_TWO = re.compile(r"\s*(?:[,;&+]|\bvà\b|\n)\s*", re.IGNORECASE)
_LOOSELY_TWO = re.compile(
    r"\s*/\s*|\s+[-–—]\s*|\s*[-–—]\s+"
    r"|(?<=\w)-(?=(?:hai|ba|tư|năm|sáu|bảy|tám|chín|mười|út)\b)",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"[,;(\-–]?\s*\b(?:sinh(?: năm)?|sn|ns|năm sinh)?\s*[:.]?\s*"
    r"((?:\d{1,2}[/.\-]\d{1,2}[/.\-])?(?:19|20)\d{2}|(?<=\bsn )\d{2}|(?<=\bns )\d{2})\b\)?",
    re.IGNORECASE,
)
_DOTTED = re.compile(r"[^\W\d_]{2,}(?:\.[^\W\d_]{2,}){2,}")
_HOUSEHOLD = re.compile(r"hộ (?=(?:bà|chị|cô|dì)\b)", re.IGNORECASE)
_CALLED = re.compile(
    r"(?P<called>(?:bé )?(?:cả|hai|ba|tư|năm|sáu|bảy|bẩy|tám|chín|mười|út)|bé) (?P<name>.+)",
    re.IGNORECASE,
)
_PICTURES = {"So", "Sk", "Cs"}
"""Kinds of letters that are flowers and smiles."""
_HOMONYM = re.compile(r"\s+\d{1,2}$")
_ONE_MORE = re.compile(r"(?:[+&]|\bvà\b)\s*(?:con|mẹ|má|vợ|chồng|dâu|cháu|em|chị)\b", re.IGNORECASE)
"""Somebody else who is not named: "+ con dâu"."""
_JOINED = re.compile(r"[,;&+]|\bvà\b", re.IGNORECASE)
_HAS_LETTER = re.compile(r"[^\W\d_]")
_NICKNAMES = {"ca", "hai", "ba", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "ut", "be"}
_REMARK = re.compile(
    r"\b(?:con|mẹ|vợ|chồng|dâu|cháu|nhà|gđ|gia đình|hộ|mất|chết|qua đời|từ trần|chuyển|vắng|đi"
    r"|nghèo|khuyết tật|bệnh|neo đơn|đơn thân|góa|chính sách|liệt sĩ|thương binh|mới vào|đảng viên|cán bộ|hội viên|nòng cốt|danh dự|khóm|ấp|tạm trú|thường trú)\b"
)
_TRAILING = re.compile(
    r"(?:\s+|\s*[(\[,;\-–]\s*)(?P<words>(?:(?:đã|mới|hiện|đang) (?:mất|chết|chuyển|đi|vào|nghỉ|ở|làm)"
    r"|chuyển (?:đi|đến|về|sang)|chết|mất|qua đời|từ trần|đi làm|đi xa)\b[^()\[\]]*"
    r"|(?:hộ |cận |hộ cận )nghèo|đảng viên)[)\]]?$",
    re.IGNORECASE,
)
"""What people write behind a name, also without any sign between; a year in it is no birth."""
_SHORT_TITLE = re.compile(r"\s+(?:CHT|CHP|PCHT|BCH|UVBCH|TT|ĐV)$")
_BY_OTHER = re.compile(
    r"(?:vợ|chồng|con(?: gái| dâu)?|mẹ|má|dâu|cháu|nhà) (?:của )?(?:anh|chị|ông|bà|chú|thím|cô|dì|bác|cậu|mợ)\b",
    re.IGNORECASE,
)
_HONORIFIC = re.compile(r"\s*(?:bà|chị|cô|dì|em|đ/c|ông|anh)\b", re.IGNORECASE)
_PLAINLY_FAMILY = {"nguyen", "tran", "pham", "huynh", "dang", "truong"}
"""Family names that are no given names: inside a long name a second person begins."""
_NICKNAME = re.compile(
    r"(?:cả|hai|ba|tư|năm|sáu|bảy|bẩy|tám|chín|mười|út)\b(?: [^\W\d_]+)?", re.IGNORECASE
)
"""What the youngest and the eldest are called in the south; after it perhaps a by-name."""
_NO_NAME = {
    "n/a",
    "khong ro",
    "chua ro",
    "chua ro ten",
    "khong ro ten",
    "chua co ten",
    "khong co ten",
    "khong ten",
    "nt",
    "nhu tren",
}
_LEFT_ALONE = re.compile(r"(?:da|moi) (?:chuyen|mat|chet|nghi|roi|qua doi)\b.*|bo trong")
_FORMULA = re.compile(r"=\s*(?:[A-Z]{1,3}\$?\d+\b|[A-Z.]+\()", re.IGNORECASE)
_UNFINISHED = {"thi", "van"}
"""A full name does not end with these middle names."""


@dataclass(frozen=True, slots=True)
class NameRead:
    """A name as on a card, and what stood beside it in the cell."""

    name: str
    alias: str = ""
    title: str = ""
    remark: str = ""
    birth: str = ""
    phone: str = ""
    error: Note | None = None
    doubt: Note | None = None
    warnings: tuple[Note, ...] = ()


@lru_cache(maxsize=4096)
def read_name(text: str) -> NameRead:
    """Whose name a cell holds; two people, or letters that are lost, are said and not guessed."""
    plain = normalise(text)
    if " " not in plain:
        text = plain = _respaced(plain)
    simple = (
        not _is_missing(plain)
        and _PLAIN.fullmatch(plain)
        and "\n" not in text
        and not _ALIAS.search(plain)
        and not _TRAILING.search(plain)
        and not _SHORT_TITLE.search(plain)
    )
    if simple and not in_old_font(plain):
        return _judged(NameRead(tidy_name(plain)))
    if _is_missing(plain):
        return NameRead("")
    if is_excel_error(plain) or _FORMULA.match(plain):
        return NameRead("", error=Note(Code.NAME_DAMAGED, (plain,)))
    whole = mended(text)
    notes = (Note(Code.NAME_MENDED, (normalise(whole),)),) if whole != text else ()
    if in_old_font(normalise(whole)):
        return NameRead(plain, error=Note(Code.OLD_FONT, (plain,)))
    if has_lost_letters(whole) or has_excel_error(whole):
        return NameRead(plain, error=Note(Code.NAME_DAMAGED, (plain,)))
    if not _HAS_LETTER.search(whole):
        return NameRead(
            "", error=Note(Code.NAME_NOT_WORDS, (plain,)) if plain.strip(" .-–_?/*") else None
        )
    return _taken_apart(whole, notes)


def _taken_apart(text: str, notes: tuple[Note, ...]) -> NameRead:
    text = "".join(letter for letter in text if unicodedata.category(letter) not in _PICTURES)
    rows = [row for row in map(normalise, text.splitlines()) if row]
    text = "\n".join(_COMRADE.sub("", _NUMBERING.sub("", row)) for row in rows)
    found = NameRead("", warnings=notes)
    numbers, text = split_phones(text)
    if tail := _TRAILING.search(text):  # before a year in it is taken for her birth
        text, found = text[: tail.start()], _remarked(found, tail["words"])
    births = _BIRTH.findall(text)
    if len(births) == 1:
        text = _BIRTH.sub(" ", text)
    found = replace(
        found,
        birth=births[0] if len(births) == 1 else "",
        phone=numbers[0] if numbers else "",
    )
    text, found = _without_asides(text, found)
    if tail := _SHORT_TITLE.search(text):
        text, found = text[: tail.start()], replace(found, title=found.title or tail[0].strip())
    return _parted(text, found)


def _without_asides(text: str, found: NameRead) -> tuple[str, NameRead]:
    """The name without what stands in brackets, in quotes or after "tức"."""
    for aside in [*_PARENS.findall(text), *_QUOTED.findall(text)]:
        words = normalise(aside).strip(" .:,;-")
        alias = _ALIAS.sub("", f" {words}").strip()
        if _HONORIFIC.fullmatch(words):
            continue
        if alias != words:
            found = _also(found, alias)
        elif is_title(words):
            found = replace(found, title=words)
        elif _is_full_name(words) and _calls(text, words):
            found = _also(found, _PARENS.sub(" ", text))
            text = words
        elif _is_full_name(words):
            found = replace(found, doubt=Note(Code.OTHER_NAME, (tidy_name(words),)))
        elif _is_remark(words):
            found = _remarked(found, words)
        elif words:
            found = _also(found, words)
    text = _QUOTED.sub(" ", _PARENS.sub(" ", text))
    before, *after = _ALIAS.split(text, maxsplit=1)
    if after and after[0].strip() and _is_finished(before):
        return before, _also(found, after[0])
    return text, found


def _parted(text: str, found: NameRead) -> NameRead:
    """One person or several, by what joins the words."""
    parts = [part for part in _FIRMLY_TWO.split(text) if _HAS_LETTER.search(part)]
    while len(parts) > 1 and _is_remark(parts[-1]):
        if _ONE_MORE.search(text):
            return _two(parts, found)
        found = _remarked(found, parts.pop())
    while len(parts) > 1 and _NICKNAME.fullmatch(parts[-1]):
        found = _also(found, parts.pop())
    if len(parts) == 2 and not _JOINED.search(text) and not _are_two(*parts):
        parts = [" ".join(parts)]  # one name broken over two lines
    if len(parts) > 1 and not is_title(parts[-1]):
        return _two(parts, found)
    title = parts[1] if len(parts) == 2 else ""
    loose = [part for part in _LOOSELY_TWO.split(parts[0] if parts else "") if part.strip()]
    if len(loose) > 1 and is_title(loose[-1]):
        title = loose.pop()
    found = replace(found, title=found.title or title)
    while len(loose) > 1 and _is_remark(loose[-1]):
        found = _remarked(found, loose.pop())
    if len(loose) == 2 and not _is_full_name(loose[1]) and not _HONORIFIC.match(loose[1]):
        found = _also(found, loose.pop())
    if len(loose) > 1:
        return _two(loose, found)
    return _judged(replace(found, name=tidy_name(loose[0]) if loose else ""))


def _judged(found: NameRead) -> NameRead:
    """The name alone weighed: one word, too many words, two women's names run together."""
    if (homonym := _HOMONYM.search(found.name)) and _is_finished(found.name[: homonym.start()]):
        found = _also(replace(found, name=found.name[: homonym.start()]), homonym[0])  # "Lan 2"
    found = replace(found, name=tidy_name(_HOUSEHOLD.sub("", found.name)))
    nick = _CALLED.fullmatch(found.name)
    if nick and len(nick["name"].split()) > 2 and _is_full_name(nick["name"]):
        found = _also(replace(found, name=nick["name"]), nick["called"])  # "Sáu Nguyễn Thị Hoa"
    name = found.name
    words = fold(name).split()
    if len("".join(words)) < 2:
        return replace(found, error=Note(Code.NO_NAME))
    if re.search(r"\d", name):
        return replace(found, error=Note(Code.NAME_NOT_WORDS, (name,)))
    if _BY_OTHER.match(name):
        return replace(found, doubt=Note(Code.NAMED_BY_OTHER, (name,)))
    if len(words) == 2 and words[-1] in _UNFINISHED and is_surname(name.split()[0]):
        return replace(found, doubt=Note(Code.NAME_CUT, (name,)))
    second = (_PLAINLY_FAMILY | {"thi"}).intersection(words[3:-1])
    if second or len(words) > LONGEST:
        return replace(found, doubt=Note(Code.TWO_PEOPLE, (name,)))
    notes = found.warnings
    if found.alias:
        notes += (Note(Code.ALIAS, (found.alias,)),)
    if len(words) == 1:
        notes += (Note(Code.ONE_WORD_NAME, (name,)),)
    return replace(found, warnings=notes)


def _two(parts: list[str], found: NameRead) -> NameRead:
    names = ", ".join(map(tidy_name, parts))
    return replace(found, name=names, doubt=Note(Code.TWO_PEOPLE, (names,)))


def _is_missing(words: str) -> bool:
    folded = fold(words).strip(" .-–()")
    return folded in _NO_NAME or _LEFT_ALONE.fullmatch(folded) is not None


def _also(found: NameRead, alias: str) -> NameRead:
    return replace(found, alias=", ".join(filter(None, (found.alias, tidy_name(alias)))))


def _respaced(word: str) -> str:
    """A name written in one: Nguyễn_Thị_Hoa, Nguyễn-Thị-Hoa, Nguyễn.Thị.Hoa, NguyễnThịHoa."""
    if len(re.split(r"[_-]", word)) > 2 or _DOTTED.fullmatch(word):
        return re.sub(r"[_.-]+", " ", word)
    if word.isalpha() and not word.isupper():
        return "".join(f" {letter}" if letter.isupper() else letter for letter in word).strip()
    return word


def _calls(text: str, name: str) -> bool:
    """Whether a by-name has the given name in it: "Út Hoa (Nguyễn Thị Hoa)"."""
    outside = tidy_name(_PARENS.sub(" ", text))
    return bool(_NICKNAME.match(outside)) and fold(outside).split()[-1] == fold(name).split()[-1]


def _remarked(found: NameRead, words: str) -> NameRead:
    words = words.strip(" .,;-–")
    words = f"({words})" if words.isdecimal() else words
    remark = " · ".join(filter(None, (found.remark, words)))
    return replace(found, remark=remark)


def _is_remark(words: str) -> bool:
    """About her, and nobody else's name in it; a lone number is her age or her year."""
    if words.isdecimal():
        return True
    if not _REMARK.search(words.lower()):
        return False
    parts = words.split()
    return not any(_is_full_name(" ".join(parts[at:])) for at in range(len(parts)))


def _are_two(first: str, second: str) -> bool:
    return _is_finished(first) and (_is_full_name(second) or _HONORIFIC.match(second) is not None)


def _is_finished(words: str) -> bool:
    return len(words.split()) >= 2 and fold(words).split()[-1] not in _UNFINISHED


def _is_full_name(words: str) -> bool:
    parts = tidy_name(words).split()
    return len(parts) >= 2 and is_surname(parts[0]) and fold(parts[0]) not in _NICKNAMES


def looks_like_name(text: str, *, freely: bool = False) -> bool:
    """Whether some words alone are enough to take them for a person's name.

    `freely`: also without a family name that is known, if each word has its capital.
    """
    text = normalise(text)
    words = tidy_name(text).split()
    if not 2 <= len(words) <= LONGEST or not _PLAIN.fullmatch(" ".join(words)):
        return False
    if is_surname(words[0]) or "thi" in fold(" ".join(words[:-1])).split():
        return True
    return _HONORIFIC.match(text) is not None or (freely and text.istitle())
