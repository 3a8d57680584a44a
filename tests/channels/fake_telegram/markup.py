"""Message texts: HTML into text and entities, and the entities Telegram finds by itself.

Offsets and lengths count UTF-16 code units, as the API does.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass

from tests.channels.fake_telegram.errors import bad_request
from tests.channels.telegram_spec import Json

_STYLES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "a": "text_link",
    "tg-emoji": "custom_emoji",
    "tg-time": "date_time",
}
_TOKEN = re.compile(r"&(?:lt|gt|amp|quot|#\d+|#x[0-9a-fA-F]+);|<")
_NAME = re.compile(r"<(/?)([^\s>]*)")
_REST = re.compile(r"(?:[^>\"']|\"[^\"]*\"|'[^']*')*>")
_ATTRIBUTE = re.compile(r"([\w-]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([\w.-]+)))?")
_FOUND = re.compile(
    r"(?P<url>https?://[^\s<>]+)"
    r"|(?<![\w/<>])(?P<bot_command>/[a-zA-Z0-9_]{1,64}(?:@[a-zA-Z0-9_]{3,32})?)(?![\w/<>])"
    r"|(?<!\w)(?P<mention>@[a-zA-Z0-9_]{3,32})(?!\w)"
    r"|(?<!\w)(?P<hashtag>#\w+)"
)


@dataclass(frozen=True)
class Formatted:
    """A text with its entities."""

    text: str
    entities: list[Json]


def utf16(text: str) -> int:
    """Length as Telegram's offsets count it."""
    return len(text.encode("utf-16-le")) // 2


def marked_words(text: str, entity: Json) -> str:
    """The piece of `text` an entity covers."""
    start, end = entity["offset"], entity["offset"] + entity["length"]
    return text.encode("utf-16-le")[2 * start : 2 * end].decode("utf-16-le")


def parse_html(source: str) -> Formatted:
    """Read Telegram's HTML.

    Raises:
        ApiError: 400 with the API's words for an unknown, open or crossed tag.
    """
    reader = _HtmlReader(source)
    reader.read()
    return Formatted("".join(reader.text), sorted(reader.entities, key=_by_place))


def found_entities(text: str) -> list[Json]:
    """Commands, mentions, links and hashtags, which Telegram marks without being told."""
    entities: list[Json] = []
    for match in _FOUND.finditer(text):
        kind = match.lastgroup or ""
        entities.append(
            {"type": kind, "offset": utf16(text[: match.start()]), "length": utf16(match.group())}
        )
    return entities


def with_found(formatted: Formatted) -> Formatted:
    """Add what Telegram marks by itself, except inside links and code."""
    closed = [e for e in formatted.entities if e["type"] in {"text_link", "code", "pre"}]
    added = [e for e in found_entities(formatted.text) if not any(_overlap(e, c) for c in closed)]
    return Formatted(formatted.text, sorted(formatted.entities + added, key=_by_place))


def trimmed(formatted: Formatted) -> Formatted:
    """Without blank ends, which Telegram drops."""
    text = formatted.text.strip()
    start = utf16(formatted.text[: formatted.text.find(text)]) if text else 0
    end = utf16(text)
    entities = []
    for entity in formatted.entities:
        first = max(entity["offset"] - start, 0)
        last = min(entity["offset"] + entity["length"] - start, end)
        if last > first:
            entities.append(entity | {"offset": first, "length": last - first})
    return Formatted(text, entities)


def _by_place(entity: Json) -> tuple[int, int]:
    return entity["offset"], -entity["length"]


def _overlap(one: Json, other: Json) -> bool:
    return bool(
        one["offset"] < other["offset"] + other["length"]
        and other["offset"] < one["offset"] + one["length"]
    )


class _HtmlReader:
    def __init__(self, source: str) -> None:
        self.source = source
        self.text: list[str] = []
        self.length = 0
        self.entities: list[Json] = []
        self.open: list[tuple[str, int, dict[str, str], int]] = []

    def read(self) -> None:
        position = 0
        while token := _TOKEN.search(self.source, position):
            self._add(self.source[position : token.start()])
            if token.group() == "<":
                position = self._tag(token.start())
            else:
                self._add(html.unescape(token.group()))
                position = token.end()
        self._add(self.source[position:])
        if self.open:
            tag = self.open[-1][0]
            raise _refused(f'Can\'t find end tag corresponding to start tag "{tag}"')

    def _add(self, text: str) -> None:
        self.text.append(text)
        self.length += utf16(text)

    def _tag(self, start: int) -> int:
        at = f"at byte offset {len(self.source[:start].encode())}"
        name = _NAME.match(self.source, start)
        assert name is not None
        closing, tag = bool(name[1]), name[2].lower()
        if closing and not self.open:
            raise _refused(f"Unexpected end tag {at}")
        rest = _REST.match(self.source, name.end())
        if not closing and name.end() == len(self.source):
            raise _refused(f"Unclosed start tag {at}")
        if not closing and tag not in _STYLES:
            raise _refused(f'Unsupported start tag "{tag}" {at}')
        if rest is None:
            raise _refused(
                f"Unclosed end tag {at}" if closing else f'Unclosed start tag "{tag}" {at}'
            )
        if closing:
            self._close(tag, at)
        else:
            attributes = {
                key: html.unescape(double or single or bare)
                for key, double, single, bare in _ATTRIBUTE.findall(rest.group())
            }
            if tag == "span" and attributes.get("class") != "tg-spoiler":
                raise _refused(f'Tag "span" must have class "tg-spoiler" {at}')
            self.open.append((tag, self.length, attributes, len(self.text)))
        return rest.end()

    def _close(self, tag: str, at: str) -> None:
        expected, offset, attributes, piece = self.open.pop()
        if tag and tag != expected:
            raise _refused(f'Unmatched end tag {at}, expected "</{expected}>", found "</{tag}>"')
        if self.length == offset:
            return
        entity: Json = {"type": _STYLES[expected], "offset": offset, "length": self.length - offset}
        if expected == "a":
            url = attributes.get("href") or "".join(self.text[piece:])
            if not re.match(r"(https?|tg|mailto|tel):|[\w-]+\.\w", url):
                return
            entity["url"] = url
        elif expected == "tg-emoji":
            entity["custom_emoji_id"] = attributes.get("emoji-id", "")
        elif expected == "tg-time":
            entity["unix_time"] = int(attributes.get("unix", "0"))
        elif expected == "blockquote" and "expandable" in attributes:
            entity["type"] = "expandable_blockquote"
        self.entities.append(entity)


def _refused(words: str) -> Exception:
    return bad_request(f"can't parse entities: {words}")
