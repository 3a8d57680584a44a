"""The number and the kind of an official document.

Decree 30/2020 writes `109/KH-BTV` (number/KIND-BODY) and gives a công văn no kind: `45/BTV-TG`.
The Party and the Front write `31-HD/BTCTW` (number-KIND/BODY).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.directives.text import CAPITALS, is_upper, plain, unspaced

DISPATCH = ""
"""Kind code of a công văn, which has none."""

KINDS = {
    "NQ": "nghị quyết",
    "QĐ": "quyết định",
    "CT": "chỉ thị",
    "QC": "quy chế",
    "QyĐ": "quy định",
    "TC": "thông cáo",
    "TB": "thông báo",
    "HD": "hướng dẫn",
    "CTr": "chương trình",
    "KH": "kế hoạch",
    "PA": "phương án",
    "ĐA": "đề án",
    "DA": "dự án",
    "BC": "báo cáo",
    "BB": "biên bản",
    "TTr": "tờ trình",
    "HĐ": "hợp đồng",
    "CĐ": "công điện",
    "BGN": "bản ghi nhớ",
    "BTT": "bản thỏa thuận",
    "GUQ": "giấy ủy quyền",
    "GM": "giấy mời",
    "GGT": "giấy giới thiệu",
    "GNP": "giấy nghỉ phép",
    "PG": "phiếu gửi",
    "PC": "phiếu chuyển",
    "PB": "phiếu báo",
    "SY": "bản sao y",
    "TrS": "bản trích sao",
    "SL": "bản sao lục",
    "NĐ": "nghị định",
    "TT": "thông tư",
    DISPATCH: "công văn",
}
"""Kind codes and their names: Decree 30/2020, Annex III; decrees and circulars are passed on too."""

_BY_UPPER = {code.upper(): code for code in KINDS if code} | {"CV": DISPATCH}
_UNMARKED = {"QD": "QĐ", "CD": "CĐ", "ND": "NĐ", "QYD": "QyĐ", "DCT": "ĐCT", "HDND": "HĐND"}
NAME_BREAK = re.compile(r"[\s_\-./()\[\]+,]+")
"""What parts the words of a file name."""
_TITLES = sorted((name.upper() for code, name in KINDS.items() if code), key=len, reverse=True)
_BY_NAME = {name.upper(): code for code, name in KINDS.items()}

_BODIES = frozenset(
    [
        "BTV",
        "BCH",
        "ĐCT",
        "DCT",
        "HPN",
        "LHPN",
        "HLHPN",
        "HLH",
        "PN",
        "MTTQ",
        "MTTW",
        "UBND",
        "HĐND",
        "HDND",
        "TU",
        "ĐU",
        "DU",
        "HU",
        "BTG",
        "BTGDV",
        "VP",
        "CP",
    ]
)
_CODE = r"[A-Za-zĐđ][A-Za-z0-9Đđ]{0,11}"
_CHAIN = rf"{_CODE}(?:\s?-\s?{_CODE}){{0,3}}"
_DECREE = re.compile(
    rf"(?P<led>\bs[ốo]\s*[:.]?\s*)?(?<![\w/.,-])(?P<count>\d{{1,5}})\s?/\s?"
    rf"(?:(?P<year>\d{{4}})\s?/\s?)?(?P<chain>{_CHAIN})(?!\w)",
    re.IGNORECASE,
)
_PARTY = re.compile(
    rf"(?P<led>\bs[ốo]\s*[:.]?\s*)?(?<![\w/.,-])(?P<count>\d{{1,5}})\s?-\s?"
    rf"(?P<kind>{_CODE})\s?/\s?(?P<chain>{_CHAIN})(?!\w)",
    re.IGNORECASE,
)
_ITS_OWN = re.compile(r"(?:^s[ốo]\s*[:.]?|\bsố\s*:)\s*(?=\d)", re.IGNORECASE)
_HEAD_LINES = 25


@dataclass(frozen=True, slots=True)
class Symbol:
    """A document's number as printed, and its kind code (None: not one we know)."""

    number: str
    kind: str | None


def find_number(text: str) -> Symbol | None:
    """The first document number in free text."""
    found = [*_PARTY.finditer(text), *_DECREE.finditer(text)]
    for match in sorted(found, key=lambda one: one.start("count")):
        symbol = _party(match) if "kind" in match.groupdict() else _decree(match)
        if symbol:
            return symbol
    return None


def own_number(page: str) -> Symbol | None:
    """The number in a page's head: a line of its own, never one the text refers to."""
    for line in page.split("\n")[:_HEAD_LINES]:
        own = _ITS_OWN.search(line)
        if own and (symbol := find_number(line[own.start() :])):
            return symbol
    return None


def number_in_name(stem: str) -> Symbol | None:
    """Number in a file name without ending, where the slash had to become something else."""
    if symbol := find_number(stem):
        return symbol
    parted = re.sub(rf"(?<=\d)(?=[{CAPITALS}])", " ", stem)
    words = [_UNMARKED.get(word.upper(), word) for word in NAME_BREAK.split(parted) if word]
    for index, word in enumerate(words[:-1]):
        if not re.fullmatch(r"\d{1,5}", word):
            continue
        first, *rest = words[index + 1 :]
        kind = _kind_of(first)
        if kind is None and first.upper() not in _BODIES:
            continue
        chain = _leading_bodies(rest)
        if kind and chain:
            return Symbol(f"{word}/{'-'.join([kind, *chain])}", kind)
        if kind is None:
            return Symbol(f"{word}/{'-'.join([_cased(first), *chain])}", DISPATCH)
    return None


def kind_in_words(text: str) -> str | None:
    """Kind a caption or file name begins with: "Kế hoạch …", "KH 109", "CV …"."""
    words = re.split(r"[\s_\-./]+", text.strip())
    if len(words) > 1 and is_upper(words[0]) and words[0] in _BY_UPPER:
        return _BY_UPPER[words[0]]
    start = plain(re.sub(r"[\s_\-.]+", " ", text.strip()))
    for name, code in _BY_NAME.items():
        if re.match(rf"{plain(name)}\b", start):
            return code
    return None


def title_of(line: str) -> tuple[str, str] | None:
    """Kind code of a title line such as "KẾ HOẠCH", and what follows on the same line."""
    line = unspaced(line).strip(" *:")
    squeezed = line.replace(" ", "")
    for title in _TITLES:
        if squeezed == title.replace(" ", ""):
            return _BY_NAME[title], ""
        if line.startswith(f"{title} "):
            return _BY_NAME[title], line[len(title) :].strip()
    return None


def _decree(match: re.Match[str]) -> Symbol | None:
    first, *rest = _codes(match["chain"])
    chain = _bodies(match["chain"], rest)
    kind = _kind_of(first)
    if kind is not None:
        if not (match["led"] or chain):
            return None
    elif not (_is_body(first) and (match["led"] or (chain and is_upper(first)))):
        return None
    elif match["year"] is None:  # with a year it is a law: 91/2025/QH15
        kind = DISPATCH
    count = "/".join(filter(None, (match["count"], match["year"])))
    return Symbol(f"{count}/{'-'.join([_cased(first), *chain])}", kind)


def _party(match: re.Match[str]) -> Symbol | None:
    kind = _kind_of(match["kind"])
    chain = _bodies(match["chain"], _codes(match["chain"]))
    if kind is None or not chain:
        return None
    return Symbol(f"{match['count']}-{_cased(match['kind'])}/{'-'.join(chain)}", kind)


def _bodies(written: str, codes: list[str]) -> list[str]:
    """Codes of the issuing body; what follows a spaced hyphen may be the first word of the text."""
    if is_upper(written) and " " not in written:
        return list(map(_cased, codes))
    return _leading_bodies(codes)


def _codes(chain: str) -> list[str]:
    return [code.strip() for code in chain.split("-")]


def _leading_bodies(words: list[str]) -> list[str]:
    chain: list[str] = []
    for word in words:
        if not _is_body(word):
            break
        chain.append(_cased(word))
    return chain


def _is_body(word: str) -> bool:
    """An abbreviation rather than a word: Vietnamese syllables have a vowel, most codes none."""
    upper = word.upper()
    if not re.fullmatch(_CODE, word):
        return False
    return upper in _BODIES or upper.startswith("UB") or not re.search(r"[AEIOUY]", upper)


def _kind_of(word: str) -> str | None:
    return _BY_UPPER.get(word.upper())


def _cased(word: str) -> str:
    kind = _BY_UPPER.get(word.upper())
    if kind:
        return kind
    return word if word != word.lower() else word.upper()
