"""Rows of a list that are no person: groups, totals, titles, the place for signatures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from handlers.members.grids import Cell, plain
from storage.vietnamese import fold, normalise, split_phones


class Mark(StrEnum):
    """What kind of row it is."""

    TEAM = "team"
    BRANCH = "branch"
    GROUP = "group"  # some other heading inside the list
    TOTAL = "total"
    SIGNATURE = "signature"
    TITLE = "title"
    REMARK = "remark"


@dataclass(frozen=True, slots=True)
class Landmark:
    """A row that is no person; `name` is the team or branch, `number` the people it states.

    `both` is the sum of two numbers beside each other, which may be men and women.
    """

    mark: Mark
    name: str = ""
    number: int | None = None
    both: int | None = None


MOST = 1800
"""A larger number beside a group is a year of birth or a phone, not a count."""
_ROMAN = {"i": 1, "v": 5, "x": 10}
_PREFIX = r"^[*+•\-–\s]*(?:(?:[ivxlc]+|[a-z]|\d{1,2}(?:\.\d)?)?\s*[.)/:\-–]+\s*|[ivx]+\s+)?"
_TEAM = re.compile(
    _PREFIX + r"to(?: (?:phu nu|pn|hoi vien|hoi phu nu|hoi|sinh hoat|lhpn|tu quan))*"
    r"\s*[:\-]?\s*(?:so\s*)?[:\-]?\s*(?P<which>\d{1,3} ?[a-e]?|[ivx]+)\b(?! ?[/\d])"
)
# A named team needs its mark: "TỔ Hoa Sen", yet "Tô Thị Hoa" and "To Thi Hoa" are people.
_NAMED_TEAM = re.compile(
    _PREFIX + r"tổ(?: (?:phụ nữ|pn|hội viên|hội))*"
    r"(?! (?:thị|văn|trưởng|phó|viên|chức|quốc|ấm|khóm|ấp|dân phố|phụ nữ|pn|hội)\b)[: ]+(?P<which>[^\d\W][^\d:;,(\-–]*)"
)
_TEAM_INSIDE = re.compile(
    r"\bto(?: (?:phu nu|pn|hoi))*(?: so)? (?P<which>\d{1,3}[a-e]?)\b(?! (?:hoi vien|hv|nguoi|chi em))"
)
_KIND = r"khom|ap|khu pho|khu vuc|to dan pho|thon|xom|kp|tdp"
_END = r"(?= +(?:nam \d|phuong|xa|thi tran|thanh pho|tp|tinh|thang|quy|den ngay|p\. ?\d)|\s*[,.;:()|\-–]|\s*\d{2,}\s*(?:hoi vien|hv|nguoi)|$)"
_BRANCH = re.compile(
    rf"\b(?:chi hoi(?: (?:phu nu|pn|lhpn|hoi lhpn))?|ch(?:pn)?)\s*[:\-]?\s*"
    rf"(?P<which>(?:{_KIND})\.? ?(?:so )?[^,.;:()|\-–]+?){_END}"
)
_BARE_BRANCH = re.compile(
    _PREFIX + rf"(?P<which>(?:{_KIND})\.? ?(?:so )?[^,.;:()|\-–]+?)(?:\s*[(:\-–,].*)?$"
)
_SHEET_BRANCH = re.compile(
    rf"(?:(?:ds|danh sach|hoi vien|hv|hlhpn)[ _-]*)*(?:(?:chi hoi|chpn|ch|pn|phu nu)[ ._-]*)*"
    rf"(?P<which>(?:{_KIND})[ ._-]*\S.*|k[ ._-]*\d+[a-e]?)$"
)
_TOTAL = re.compile(
    r"^(?:[ivx\d]+[.)] ?)?(?:tổng(?: cộng| số| hợp| hội viên| toàn| chung|\b(?= ?[:=]?(?: ?\d|$)))"
    r"|cộng(?= ?(?:[:=\d]|$|tổ|trang|chung|dồn|khóm|ấp|khu|cụm|nhóm|xóm|thôn|số|chi hội|toàn))|danh sách (?:này |trên )?(?:gồm|có):? "
    r"|(?:ấn định |lập )?danh sách gồm)"
    r"|^(?:tong (?:cong|so|hoi vien)|cong(?: to| trang)? ?:|cong to|danh sach (?:nay |tren )?co:? )"
)
_PEOPLE = re.compile(r"(\d{1,6}) ?(?:hoi vien|hv|nguoi|chi em|dong chi|phu nu)")
_BESIDE = re.compile(rf"{_PEOPLE.pattern}|^(\d{{1,6}})$")
_WHOSE = re.compile(r"\b(?:to|khom|ap) (?:so )?\d+[a-e]?\b")
"""A number that is part of a name: "Cộng tổ 3"."""
_ANY_NUMBER = re.compile(r"(?<![\d/.])(\d{1,6})(?![\d/.])")
_SIGNATURE = re.compile(
    r"^(?:t/?m\b|tm\.|kt\.|t\.m|.*\bky,? (?:va )?ghi ro|.*\bky ten,? dong dau|nguoi lap|lap bang|xac nhan"
    r"|(?:.*, ?)?ngay ?[\d._… ]* ?thang ?[\d._… ]* ?nam ?[\d._… ]*$|noi nhan|chi hoi truong$|chi hoi pho$|to truong$"
    r"|(?:chu tich|pho chu tich)\b|thu ky$|ban chap hanh$|bch\b|nguoi (?:kiem tra|duyet|tong hop)|duyet\b|thu truong)"
)
_TITLE = re.compile(
    r"^(?:cong hoa xa hoi|doc lap|hoi (?:lhpn|lien hiep)|hlhpn|ban thuong vu|danh sach|bieu\b|mau so"
    r"|phu luc|uy ban|mttq|mat tran|trang \d|kem theo)"
)
_GROUP = re.compile(
    r"^(?:ban chap hanh|bch|ban chi hoi|hoi vien|nhom|cum|doi|cau lac bo|clb|khu vuc|hem|tuyen|doi tuong|bo sung)\b"
)
_REMARK = re.compile(
    r"^(?:\*|het\b|ghi chu|luu y|chu y|chu thich|n\.?b\b|- ?(?:nhu tren|luu)|trong do|gom)"
)
_ENUMERATED = re.compile(r"^(?:[ivx]+|[a-h])\s*[.)/:\-–]")


@dataclass(frozen=True, slots=True)
class _Words:
    """What the leading words of a row say: `rest` are those that may state a number."""

    mark: Mark
    name: str = ""
    rest: str | None = None
    few: bool = False  # only if the row holds little else


def landmark(text: str, cells: Sequence[Cell], *, alone: bool) -> Landmark | None:
    """What a row with this leading text is, if it is no person.

    `alone`: nothing in the row speaks for a person (number, birth, phone), so that looser
    words may decide.
    """
    words = _words(text, alone)
    if words is None or (words.few and len([cell for cell in cells if cell != ""]) > 2):
        return None
    folded = fold(normalise(text).lower())
    number = None if words.rest is None else _stated(words.rest, folded, cells)
    return Landmark(words.mark, words.name, number, _both(cells))


def _both(cells: Sequence[Cell]) -> int | None:
    texts = [plain(cell).strip() for cell in cells]
    numbers = [(at, int(text)) for at, text in enumerate(texts) if re.fullmatch(r"\d{1,4}", text)]
    if len(numbers) != 2 or numbers[1][0] - numbers[0][0] != 1:
        return None
    return numbers[0][1] + numbers[1][1]


@lru_cache(maxsize=4096)  # names repeat
def _words(text: str, alone: bool) -> _Words | None:
    typed = normalise(text).lower()
    folded = fold(typed)
    if _TOTAL.search(typed):
        return _Words(Mark.TOTAL, team_inside(folded), folded)
    if team := _team(typed, folded):
        numbered = _TEAM.match(folded)
        return _Words(Mark.TEAM, team, folded[numbered.end() :] if numbered else folded)
    return _loose_words(text, typed, folded) if alone else None


def _loose_words(text: str, typed: str, folded: str) -> _Words | None:
    if _SIGNATURE.match(folded):
        return _Words(Mark.SIGNATURE)
    if branch := (branch_in(text) or _bare_branch(text)):
        return _Words(Mark.BRANCH, branch, folded)
    if _TITLE.match(folded):
        return _Words(Mark.TITLE, team_inside(folded))
    if _REMARK.match(folded):
        return _Words(Mark.REMARK)
    if _GROUP.match(re.sub(_PREFIX, "", folded)):
        return _Words(Mark.GROUP, rest=folded)
    return _Words(Mark.GROUP, rest=folded, few=True) if _ENUMERATED.match(typed) else None


@lru_cache(maxsize=1024, typed=True)
def team_name(value: Cell) -> str:
    """A team as it is named: "Tổ 1" for 1, "tổ số 1", "TỔ PHỤ NỮ SỐ 1", "T1"."""
    if isinstance(value, float):
        return f"Tổ {int(value)}" if value.is_integer() and 0 < value < 1000 else ""
    if not isinstance(value, str):
        return ""
    typed = normalise(value).lower()
    if team := _team(typed, fold(typed)):
        return team
    bare = re.fullmatch(r"(?:t\.?|so)? ?(\d{1,3} ?[a-e]?|[ivx]+)", fold(typed))
    return _numbered(bare[1]) if bare else _titled(typed)


def team_order(team: str) -> tuple[bool, int, str]:
    """To sort by: "Tổ 2" before "Tổ 10", "Tổ 2 (Khóm 5 cũ)" beside "Tổ 2"; without one, last."""
    number = re.search(r"\d+", team)
    return not team, int(number[0]) if number else 0, fold(team)


def _team(typed: str, folded: str) -> str:
    if found := _TEAM.match(folded):
        return _numbered(found["which"])
    if found := _NAMED_TEAM.match(typed):
        return f"Tổ {_titled(found['which'])}"
    return ""


def team_inside(folded: str) -> str:
    """A numbered team named anywhere in some words: "danh sách hội viên tổ 2"."""
    found = _TEAM_INSIDE.search(folded)
    return _numbered(found["which"]) if found else ""


def _numbered(which: str) -> str:
    which = which.replace(" ", "")
    if which.strip("ivx") == "":
        values = [_ROMAN[letter] for letter in which]
        later = [*values[1:], 0]
        which = str(sum(-v if v < then else v for v, then in zip(values, later, strict=True)))
    return f"Tổ {which.lstrip('0').upper() or '0'}"


def branch_in(text: str) -> str:
    """The branch a title names: "Khóm 1" in "CHI HỘI PHỤ NỮ KHÓM 1, PHƯỜNG 5"."""
    return _branch(_BRANCH.search(fold(text)), text)


def _bare_branch(text: str) -> str:
    return _branch(_BARE_BRANCH.match(fold(text)), text)


@lru_cache(maxsize=1024)
def sheet_branch(name: str) -> str:
    """The branch a sheet is named after: "CH Khóm 1", "Khóm 1", "K1"; else empty."""
    found = _SHEET_BRANCH.fullmatch(fold(name))
    if found and re.fullmatch(r"k[ ._-]*\d+[a-e]?", found["which"]):
        return f"Khóm {found['which'].lstrip('k ._-').upper()}"
    return _branch(found, name)


def sheet_team(name: str, titles: Sequence[str]) -> str:
    """The team a sheet is of by its name and its titles: "TỔ 2"; empty where they name several."""
    teams = {team_inside(fold(normalise(text))) for text in (name, *titles)} - {""}
    return teams.pop() if len(teams) == 1 else ""


@lru_cache(maxsize=1024)
def branch_name(text: str) -> str:
    """A branch as a column names it, without "Chi hội"."""
    return branch_in(text) or _bare_branch(text) or sheet_branch(text) or _titled(normalise(text))


def _branch(found: re.Match[str] | None, text: str) -> str:
    if not found:
        return ""
    typed = normalise(text).lower()
    start, end = found.span("which")
    which = typed[start:end] if len(typed) == len(found.string) else found["which"]
    which = re.sub(r"[._]+", " ", which)
    which = re.sub(r"^(\D+?)\s*(?:số\s*|so\s*)?(\d)", r"\1 \2", which)
    which = re.sub(r"\s+\d{2,} (?:hội viên|hv|người).*$", "", which)
    return _titled(which)


def _titled(text: str) -> str:
    return " ".join(word[:1].upper() + word[1:] for word in normalise(text).strip(" .:-–").split())


def _stated(words: str, head: str, cells: Sequence[Cell]) -> int | None:
    """How many people a total or a group row says there are, in its words or beside them."""
    _, words = split_phones(words)
    if found := _PEOPLE.search(words) or re.search(r"[:=(] ?(\d{1,6})\b(?!/)", words):
        return int(found[1])
    for cell in cells:
        if isinstance(cell, float) and cell.is_integer() and 0 <= cell < MOST:
            return int(cell)
        if isinstance(cell, str) and fold(cell) != head and (found := _BESIDE.search(fold(cell))):
            return int(found[1] or found[2])
    found = _ANY_NUMBER.search(_WHOSE.sub("", words)) if _TOTAL.match(head) else None
    return int(found[1]) if found else None
