"""From a file, its name and its caption to a proposal of what a directive says.

Everything here is a proposal: the officer sees it before anything is sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePosixPath

from handlers.directives import layout
from handlers.directives.captions import caption_date, caption_summary
from handlers.directives.deadlines import Deadline, find_deadlines
from handlers.directives.numbers import (
    KINDS,
    Symbol,
    find_number,
    kind_in_words,
    number_in_name,
    own_number,
    title_of,
)
from handlers.directives.pages import FileState, Pages, read_pages
from handlers.directives.stamp_words import Secrecy, Urgency
from handlers.directives.stamps import (
    secrecy_named,
    secrecy_printed,
    secrecy_said,
    urgency_of,
)
from handlers.directives.text import tidy
from handlers.understanding.zone import local

_HEAD_LINES = 25


@dataclass(frozen=True, slots=True)
class DirectiveDraft:
    """What the bot proposes; an empty string, None or () is what nobody could read.

    `kind` is the code of Decree 30/2020, "" for a công văn, None if unknown. Of `deadlines` those
    in the caption come first: they are the officer's own words.
    """

    state: FileState
    number: str = ""
    kind: str | None = None
    issued_on: date | None = None
    issuer: str = ""
    summary: str = ""
    actions: tuple[str, ...] = ()
    deadlines: tuple[Deadline, ...] = ()
    impossible_dates: tuple[str, ...] = ()
    urgency: Urgency | None = None
    secrecy: Secrecy | None = None
    page_count: int = 0

    @property
    def is_secret(self) -> bool:
        """Whether it bears a secrecy stamp: such a file is refused and deleted."""
        return self.secrecy is not None

    @property
    def kind_name(self) -> str:
        """Vietnamese name of the kind, "" if unknown."""
        return "" if self.kind is None else KINDS[self.kind]


def read_directive(
    data: bytes | None, *, name: str = "", caption: str = "", now: datetime
) -> DirectiveDraft:
    """Reads a PDF (None: no file), its name and the words sent with it; never fails.

    `now` is an aware moment; deadlines before it are flagged.
    """
    pages = read_pages(data)
    stem = tidy(PurePosixPath(name.replace("\\", "/")).stem)
    caption = tidy(caption)
    secrecy = _secrecy(pages, stem, caption)
    if secrecy:
        return DirectiveDraft(pages.state, secrecy=secrecy, page_count=pages.count)
    symbol = _symbol(pages.first, stem, caption)
    issued_on = layout.issued_on(pages.first) or caption_date(caption)
    today = local(now).replace(tzinfo=None)
    said = find_deadlines(caption.split("\n"), today, issued_on)
    printed = find_deadlines(layout.paragraphs(pages.all), today, issued_on)
    return DirectiveDraft(
        state=pages.state,
        number=symbol.number if symbol else "",
        kind=_kind(symbol, pages.first, stem, caption),
        issued_on=issued_on,
        issuer=layout.issuer(pages.first),
        summary=layout.summary(pages.first) or caption_summary(caption, said),
        actions=layout.actions(pages.all),
        deadlines=_merged(said.found, printed.found),
        impossible_dates=said.impossible + printed.impossible,
        urgency=urgency_of(caption, f"{pages.first}\n{pages.overlay}"),
        page_count=pages.count,
    )


def _secrecy(pages: Pages, stem: str, caption: str) -> Secrecy | None:
    found = (
        secrecy_said(caption),
        secrecy_named(stem),
        secrecy_printed(pages.first),
        secrecy_printed(pages.overlay),
    )
    return max((level for level in found if level), default=None)


def _symbol(page: str, stem: str, caption: str) -> Symbol | None:
    """Its own line in the head is surest; a caption may name other documents too."""
    return own_number(page) or number_in_name(stem) or find_number(caption)


def _kind(symbol: Symbol | None, page: str, stem: str, caption: str) -> str | None:
    if symbol and symbol.kind is not None:
        return symbol.kind
    for line in page.split("\n")[:_HEAD_LINES]:
        if title := title_of(line):
            return title[0]
    return next(
        (kind for kind in (kind_in_words(caption), kind_in_words(stem)) if kind is not None), None
    )


def _merged(said: tuple[Deadline, ...], printed: tuple[Deadline, ...]) -> tuple[Deadline, ...]:
    found = {(one.on, one.at): one for one in (*printed, *said)}
    order = {(one.on, one.at): None for one in (*said, *printed)}
    return tuple(found[key] for key in order)
