"""The small HTML of the templates as Zalo's text and styles; offsets count UTF-16 code units."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

CODES = {"b": "b", "i": "i", "u": "u", "s": "s"}
"""Codes of `text_styles` (docs.zaloplatforms.com/docs/BOT, sendMessage)."""


def units(text: str) -> int:
    """The length of a text in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def styled(markup: str) -> tuple[str, list[dict[str, Any]]]:
    """The words without markup, and where they are bold, slanting, underlined or struck."""
    reader = _Reader()
    reader.feed(markup)
    reader.close()
    return "".join(reader.parts), reader.styles


class _Reader(HTMLParser):
    """Collects words and styled stretches; a link keeps its address behind its words."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self.styles: list[dict[str, Any]] = []
        self._at = 0
        self._open: list[str] = []
        self._link, self._label = "", ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in CODES:
            self._open.append(CODES[tag])
        elif tag == "a":
            self._link, self._label = dict(attrs).get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if CODES.get(tag) in self._open:
            self._open.remove(CODES[tag])
        elif tag == "a":
            if self._link and self._label != self._link:
                self._add(f": {self._link}")
            self._link = ""

    def handle_data(self, data: str) -> None:
        if self._link:
            self._label += data
        if self._open:
            codes = sorted(set(self._open))
            self.styles.append({"start": self._at, "len": units(data), "st": codes})
        self._add(data)

    def _add(self, text: str) -> None:
        self.parts.append(text)
        self._at += units(text)
