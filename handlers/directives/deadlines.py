"""The dates by which, or on which, an official document wants something done."""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from handlers.directives.text import capitalised, plain, shorten

PURPOSE_CHARACTERS = 160
_CUE_CHARACTERS = 80
_NEAR = 400
_HALF_YEAR = timedelta(days=183)
_YEAR = timedelta(days=366)


class DeadlineKind(StrEnum):
    """What happens on the day."""

    EVENT = "event"
    REPORT = "report"
    CONFIRM = "confirm"
    ACT = "act"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day (and hour, Vietnam time) with the words it was read from and what they ask for.

    `at` is None where no hour is named: the whole day counts. `is_past` is relative to the moment
    of reading.
    """

    on: date
    at: time | None
    phrase: str
    purpose: str
    kind: DeadlineKind
    is_past: bool = False


@dataclass(frozen=True, slots=True)
class Deadlines:
    """What was found; `impossible` are phrases with a day that does not exist (31/11)."""

    found: tuple[Deadline, ...] = ()
    impossible: tuple[str, ...] = ()


_WEEKDAY = r"\(?(?:thu (?:hai|ba|tu|nam|sau|bay|[2-7])|chu nhat|cn|t[2-7])\b\)?"
_PART = r"(?:sang|trua|chieu|toi)"


def _day(tag: str) -> str:
    return (
        rf"(?:{_WEEKDAY}[,\s]*)?(?:(?P<part_{tag}>{_PART})\s)?(?P<word_{tag}>(?:ngay|hom)\s)?"
        rf"(?<![\d/.,])(?P<day_{tag}>\d{{1,2}})\s?(?P<sep_{tag}>[/.-]|thang)\s?"
        rf"(?P<month_{tag}>\d{{1,2}})"
        rf"(?:\s?(?:[/.-]|,? ?nam)\s?(?P<year_{tag}>\d{{4}}|\d{{2}}(?!\d)))?(?![\d/])"
    )


def _hour(tag: str) -> str:
    return (
        rf"(?P<hour_{tag}>\d{{1,2}})\s?(?:gio|g|h|:(?=\d\d))\s?"
        rf"(?P<minute_{tag}>[0-5]\d(?![\d/.]))?(?:\s?(?:phut|p)\b)?"
        rf"(?:\s(?P<half_{tag}>{_PART})\b)?"
    )


_UNTIL = (
    r"(?:\s?(?:-|–|den)\s?\d{1,2}\s?(?:gio|g|h|:(?=\d\d))\s?(?:[0-5]\d(?![\d/.]))?(?:\s?phut)?)?"
)
_WHEN = re.compile(
    rf"\b{_hour('a')}{_UNTIL}[,;\s(]*{_day('a')}(?:[\s,]*{_WEEKDAY})?"
    rf"|\b{_day('b')}(?:[\s,]*{_WEEKDAY})?(?:[,\s]+(?:(?:vao )?(?:luc|hoi)\s)?{_hour('b')})?"
    r"|\bthang (?P<month_c>\d{1,2})(?:\s?/\s?| nam )(?P<year_c>\d{4})\b"
)
_LINKS = r"(?:\s?(?:\b(?:la|vao|den|trong|het|luc|truoc|hoi|tu|to chuc|khoang)\b|[:,-]))*\s*$"
_DUE = re.compile(
    r"\b(?:truoc|(?:cham|muon|tre) nhat|(?:ke )?tu nay den|"
    r"(?:thoi )?han(?: (?:chot|cuoi|cung|nop|gui|bao cao|dang ky|tra loi|hoan thanh))?|"
    r"hoan thanh|xong|khong qua|(?<!tinh )den het|het|trong|deadline|"
    r"tu (?:ngay )?\d{1,2}(?:\s?[/-]\s?\d{1,2}(?:\s?[/-]\s?\d{4})?)?\s?(?:den|-|–))(?![a-z])"
    + _LINKS
)
_EVENT = re.compile(
    r"\b(?:thoi gian|dien ra|khai mac|to chuc|bat dau|vao|luc|hoi|tu)\b" + _LINKS,
)
_SPAN = re.compile(r"\s?(?:den|-|–)\s?(?:het )?(?:ngay )?\d")
_ROLES = (
    (DeadlineKind.CONFIRM, re.compile(r"\bxac nhan\b")),
    (
        DeadlineKind.REPORT,
        re.compile(r"\b(?:bao cao|gui (?:ve|ket qua|danh sach)|nop|tong hop)\b"),
    ),
)
_STOP = re.compile(
    r"[.!?](?<!\bTP\.)(?<!\bP\.)\s+(?=[^\W\d_a-zđ])|;\s*|^\s*(?:\d{1,2}[.)]|[-+•*–])\s+"
)
_EDGES = " ,.;:/–-"


def find_deadlines(
    paragraphs: Iterable[str], now: datetime, issued_on: date | None = None
) -> Deadlines:
    """Reads paragraphs in order; `now` is Vietnam wall-clock time without a zone.

    A day without a year is the nearest one that is not long before the document. Days that only
    date other documents, or tell what happened before this one, are left out.
    """
    found: dict[tuple[date, time | None], Deadline] = {}
    impossible: list[str] = []
    for paragraph in paragraphs:
        bare = plain(paragraph)
        start = 0
        for match in _WHEN.finditer(bare):
            begin, is_due = _cue(bare, match)
            if begin is None:
                continue
            phrase = _bare(paragraph[begin : match.end()])
            on = _resolve(match, issued_on or now.date())
            if on is None:
                if _part(match, "year") or _part(match, "word"):
                    impossible.append(phrase)
                continue
            if not _is_meant(on, issued_on, is_due=is_due):
                continue
            purpose = _purpose(paragraph, start, begin, match.end())
            start = match.end()
            at = _time(match)
            kind = _kind(f"{purpose} {phrase}") if is_due else DeadlineKind.EVENT
            late = datetime.combine(on, at or time.max) < now
            found.setdefault((on, at), Deadline(on, at, phrase, purpose, kind, late))
    return Deadlines(tuple(found.values()), tuple(impossible))


def _cue(bare: str, match: re.Match[str]) -> tuple[int | None, bool]:
    """Where the phrase begins and whether it sets a limit; None for a day merely mentioned."""
    if _SPAN.match(bare, match.end()) or not _is_day(match):
        return None, False  # of a span the last day counts
    offset = max(0, match.start() - _CUE_CHARACTERS)
    before = bare[offset : match.start()]
    if due := _DUE.search(before):
        return offset + due.start(), True
    if match["month_c"]:
        return None, False
    if event := _EVENT.search(before):
        return offset + event.start(), False
    has_hour = match["hour_a"] or match["hour_b"]
    return (match.start() if has_hour else None), False


def _part(match: re.Match[str], name: str) -> str:
    return match[f"{name}_a"] or match[f"{name}_b"] or ""


def _is_day(match: re.Match[str]) -> bool:
    """Whether it can be a day: "3.5" and "5-10" are one only where the text says so."""
    return _part(match, "sep") not in {".", "-"} or bool(
        _part(match, "year") or _part(match, "word")
    )


def _resolve(match: re.Match[str], near: date) -> date | None:
    """The day meant; None if the calendar has none such."""
    try:
        if match["month_c"]:
            year, month = int(match["year_c"]), int(match["month_c"])
            return date(year, month, calendar.monthrange(year, month)[1])
        day, month = int(_part(match, "day")), int(_part(match, "month"))
        if written := _part(match, "year"):
            return date(int(written) + (2000 if len(written) == 2 else 0), month, day)
        on = date(near.year, month, day)
        return on if on > near - _HALF_YEAR else date(near.year + 1, month, day)
    except ValueError:
        return None


def _time(match: re.Match[str]) -> time | None:
    if not (hour := _part(match, "hour")):
        return None
    hours = int(hour)
    part = _part(match, "half") or _part(match, "part")
    if part in {"chieu", "toi"} and hours < 12:
        hours += 12
    if hours == 24:
        return time(23, 59)
    return time(hours, int(_part(match, "minute") or 0)) if hours < 24 else None


def _is_meant(on: date, issued_on: date | None, *, is_due: bool) -> bool:
    """A day before the document itself is history; a limit just before it is a slip to show."""
    if issued_on is None:
        return True
    return on >= (issued_on - _YEAR if is_due else issued_on)


def _kind(words: str) -> DeadlineKind:
    bare = plain(words)
    return next((kind for kind, pattern in _ROLES if pattern.search(bare)), DeadlineKind.ACT)


def _purpose(paragraph: str, start: int, begin: int, end: int) -> str:
    """The part of the sentence before the phrase or, where nothing stands there, behind it."""
    purpose = _bare(_STOP.split(paragraph[max(start, begin - _NEAR) : begin])[-1])
    if len(purpose.split()) < 2:
        purpose = _bare(_STOP.split(paragraph[end : end + _NEAR])[0]) or purpose
    return shorten(capitalised(purpose), PURPOSE_CHARACTERS)


def _bare(words: str) -> str:
    return words.strip(_EDGES).rstrip("([").lstrip(")]").strip(_EDGES)
