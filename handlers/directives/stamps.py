"""Secrecy and urgency: stamps on a document, told apart from the same words in running text.

Secret documents never go through chat (domain facts, section 3), so that stamp is looked for
generously, but "bảo mật", "mật khẩu" and "bí mật" are ordinary words and never one.
"""

from __future__ import annotations

import re

from handlers.directives.numbers import NAME_BREAK, find_number, number_in_name
from handlers.directives.stamp_words import SECRECY, URGENCY, Secrecy, StampWords, Urgency
from handlers.directives.text import is_upper, plain, tidy, unspaced

_CLAUSE = re.compile(r"[,;:.!|/()\[\]{}<>«»“”\"'*+=•–—]|(?<=\s)-|-(?=\s)|^-|-$|\bvà\b")
_BRACKETS = re.compile(r"[(\[{<«]\s*([^()\[\]{}<>«»]{3,12}?)\s*[)\]}>»]")
_FRAME = " *_[](){}<>«»“”\"'.,:;!|=•#~–—-"
_DENIAL = re.compile(r"\b(?:khong|dung|cam|cho|chua|ko|hong)\b[^.;:!\n]{0,60}$")
_PAPER = r"(?:văn bản|tài liệu|công văn|hồ sơ|công điện|báo cáo|kế hoạch|dấu|độ|loại)"
_PAPER_ENDS = re.compile(r"\s*(?:$|[,;:.!()\[\]–—-])")
_NAME_TAIL = frozenset({"khan", "khẩn", "ban", "bản", "scan", "signed"})
_NAME_UNMARKED = re.compile(r"(?<![A-Z])(TUYET|TOI)[\s_-]*MAT(?![A-Z])(?![\s_-]*TRAN)")
_NEAR = 40
"""Characters in which a neighbouring word is looked for."""
_PROSE_WORDS = 5
"""A line with this many words in small letters speaks of a stamp; it is not stamped."""


def secrecy_said(words: str) -> Secrecy | None:
    """Secrecy stamp in a caption."""
    level = _said(words, SECRECY)
    return Secrecy(level) if level else None


def secrecy_named(stem: str) -> Secrecy | None:
    """Secrecy stamp in a file name without its ending."""
    stem = tidy(stem)
    spaced = stem.replace("_", " ")
    level = max(
        _said(spaced, SECRECY),
        _said(spaced.replace("-", " "), SECRECY),
        _behind_name_number(stem),
        *(SECRECY.level_unmarked(f"{word} mat") for word in _NAME_UNMARKED.findall(stem)),
    )
    return Secrecy(level) if level else None


def secrecy_printed(page: str) -> Secrecy | None:
    """Secrecy stamp on page one."""
    level = _printed(page, SECRECY)
    return Secrecy(level) if level else None


def urgency_of(caption: str, page: str) -> Urgency | None:
    """The highest urgency stamp in a caption or on page one."""
    level = max(_said(caption, URGENCY), _printed(page, URGENCY))
    return Urgency(level) if level else None


def _said(text: str, words: StampWords) -> int:
    """Level in what a person typed: capitals, a clause of its own, brackets, a named paper."""
    return max((_said_line(unspaced(line), words) for line in tidy(text).split("\n")), default=0)


def _said_line(line: str, words: StampWords) -> int:
    clauses = {words.level(clause.strip()) for clause in _CLAUSE.split(line)} - {0}
    if len(clauses) > 1:
        clauses = set()  # "mật, tối mật, tuyệt mật" lists the levels
    bare = line.strip(_FRAME)
    return max(
        *clauses,
        words.level_unmarked(bare) if is_upper(bare) else 0,
        _in_capitals(line, words),
        _behind_number(line, words),
        _in_brackets(line, words),
        _on_paper(line, words),
    )


def _printed(page: str, words: StampWords) -> int:
    lines = [unspaced(line) for line in tidy(page).split("\n")]
    levels = [0]
    for above, line, below in zip(["", *lines], lines, [*lines[1:], ""], strict=False):
        alone = words.level(line.strip(_FRAME))
        if alone and not _cut_word(above, below, words):
            levels.append(alone)
        if not alone:
            levels += [_labelled(line, words), _behind_number(line, words)]
            levels += [_in_brackets(line, words), _in_printed_capitals(line, words)]
    return max(levels)


def _labelled(line: str, words: StampWords) -> int:
    """Level behind a label: "Độ mật: Tối mật"."""
    match = re.match(rf"(?:mức )?độ \w+\s*:\s*({words.any_case()})(?!\w)", line, re.IGNORECASE)
    return words.level(match[1]) if match else 0


def _in_printed_capitals(line: str, words: StampWords) -> int:
    small = sum(1 for word in line.split() if word[:1].islower())
    opens = re.match(rf"(?:{words.capitals()})[.:!]", line)
    return _in_capitals(line, words) if small < _PROSE_WORDS or opens else 0


def _in_capitals(line: str, words: StampWords) -> int:
    """Level of capitals that are neither part of another word, nor denied, nor a list of levels."""
    levels = {
        words.level(match[0])
        for match in re.finditer(rf"(?<!\w)(?:{words.capitals()})(?!\w)", line)
        if not _in_word(line, *match.span(), words) and not _is_denied(line, match.start())
    }
    return levels.pop() if len(levels) == 1 else 0


def _behind_number(line: str, words: StampWords) -> int:
    """Level behind a document number: "12/KH-BTV/MẬT", "45/BTV-TG mật", "12/KH-BTV-MAT"."""
    symbol = find_number(line)
    if symbol is None:
        return 0
    last = re.split(r"[/-]", symbol.number)[-1]
    if level := words.level_unmarked(last):
        return level
    behind = line[line.upper().rfind(last.upper()) + len(last) :]
    match = re.match(rf"[\s/,.\-–(\[]*({words.any_case()})(?!\w)", behind, re.IGNORECASE)
    if match and not _in_word(behind, *match.span(1), words):
        return words.level(match[1])
    bare = behind.strip(_FRAME + "/")
    return words.level_unmarked(bare) if is_upper(bare) else 0


def _in_brackets(line: str, words: StampWords) -> int:
    return max(
        (words.level(inside) or words.level_unmarked(inside) for inside in _BRACKETS.findall(line)),
        default=0,
    )


def _on_paper(line: str, words: StampWords) -> int:
    """Level of "văn bản mật" ending a clause; "tài liệu mật ong" goes on."""
    levels = [0]
    for match in re.finditer(rf"\b{_PAPER}\s+({words.any_case()})(?!\w)", line, re.IGNORECASE):
        level = words.level(match[1])
        ends = _PAPER_ENDS.match(line, match.end())
        denied = _is_denied(line, match.start())
        if (ends or level > 1) and not denied and not _in_word(line, *match.span(1), words):
            levels.append(level)
    return max(levels)


def _behind_name_number(stem: str) -> int:
    """Level in "109-KH-BTV-MAT", right behind the number and last; "…-BTV-Mat-tran" has none."""
    symbol = number_in_name(stem)
    if symbol is None:
        return 0
    parts = [part for part in NAME_BREAK.split(stem.lower()) if part]
    last = plain(re.split(r"[/-]", symbol.number)[-1])
    if last not in map(plain, parts):
        return 0
    behind = parts[len(parts) - [plain(part) for part in parts[::-1]].index(last) :]
    while behind and (behind[-1].isdigit() or behind[-1] in _NAME_TAIL):
        behind.pop()
    return SECRECY.level(" ".join(behind)) or SECRECY.level_unmarked(" ".join(behind))


def _in_word(line: str, start: int, end: int, words: StampWords) -> bool:
    before = re.findall(r"\w+(?=\s*$)", line[max(0, start - _NEAR) : start].lower())
    after = re.findall(r"^\s*(\w+)", line[end : end + _NEAR].lower())
    return bool(words.before.intersection(before) or words.after.intersection(after))


def _cut_word(above: str, below: str, words: StampWords) -> bool:
    """Whether a line's end cut "BẢO / MẬT" or "MẬT / KHẨU" in two."""
    last, first = above.lower().split()[-1:], below.lower().split()[:1]
    return bool(words.before.intersection(last) or words.after.intersection(first))


def _is_denied(line: str, start: int) -> bool:
    """Whether it is spoken against: "không phải văn bản MẬT", "cấm gửi tài liệu MẬT"."""
    return bool(_DENIAL.search(plain(line[max(0, start - 2 * _NEAR) : start])))
