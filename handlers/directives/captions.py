"""What the words sent along with a document say about it, where the document itself is silent."""

from __future__ import annotations

import re
from datetime import date

from handlers.directives import layout
from handlers.directives.deadlines import Deadlines
from handlers.directives.numbers import KINDS, find_number
from handlers.directives.text import capitalised, plain, shorten

_DATED = re.compile(r"[\s,]*(?:ngày|ngay)\s+(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", re.IGNORECASE)
_CLAUSE = re.compile(r"[.;,\n]\s+|\n")
_TALK = re.compile(r"(?:da|em|chi|cac chi|gui|nho|kinh|xin|chao|cho|len|trien khai)\b")
_STAMP = re.compile(r"^(?:thượng khẩn|hỏa tốc|hoả tốc|khẩn)\b[\s:.,!-]*", re.IGNORECASE)
_KIND = re.compile(
    rf"^(?:{'|'.join(sorted(map(plain, KINDS.values()), key=len, reverse=True))}|kh|cv|tb|hd|bc)\b"
    r"(?:\s+so)?[\s:.-]*"
)
_ABOUT = re.compile(r"^(?:về việc|về)\s+", re.IGNORECASE)
_LED = re.compile(r"\bs[ốo]\s*[:.]?\s*$", re.IGNORECASE)
_EDGES = " .,:;-–()"


def caption_date(caption: str) -> date | None:
    """Day behind a number: "Kế hoạch số 109/KH-BTV ngày 12/11/2026"."""
    match = _DATED.match(_behind_number(caption))
    try:
        return date(int(match[3]), int(match[2]), int(match[1])) if match else None
    except ValueError:
        return None


def caption_summary(caption: str, said: Deadlines) -> str:
    """The trích yếu in a caption: less number, kind, stamps and deadlines; "" for mere talk."""
    if words := layout.summary(caption):
        return _without_deadlines(words, said)
    behind = _DATED.sub("", _behind_number(caption), count=1)
    words = _without_deadlines(behind.strip(_EDGES) or _before_number(caption), said)
    words = _STAMP.sub("", words.strip(_EDGES))
    if kind := _KIND.match(plain(words)):
        words = words[kind.end() :]
    words = _ABOUT.sub("", words.strip(_EDGES))
    if len(words.split()) < 3 or _TALK.match(plain(words)):
        return ""
    return shorten(capitalised(words), layout.SUMMARY_CHARACTERS)


def _behind_number(caption: str) -> str:
    symbol = find_number(caption)
    if symbol is None:
        return ""
    last = re.split(r"[/-]", symbol.number)[-1]
    return caption[caption.upper().find(last.upper()) + len(last) :]


def _before_number(caption: str) -> str:
    symbol = find_number(caption)
    if symbol is None:
        return caption
    count = re.split(r"[/-]", symbol.number)[0]
    return _LED.sub("", caption[: caption.find(count)])


def _without_deadlines(words: str, said: Deadlines) -> str:
    """The clauses that set no deadline."""
    phrases = [deadline.phrase for deadline in said.found] + list(said.impossible)
    kept = [
        clause.strip()
        for clause in _CLAUSE.split(words)
        if clause.strip() and not any(phrase in clause for phrase in phrases)
    ]
    return ", ".join(kept)
