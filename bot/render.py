"""Reply → words and buttons for one channel, by the templates."""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

import templates
from handlers.chat import Choice, How, Limits, Reply
from handlers.understanding import spoken

ECHOES = 512
"""So many short answers are remembered as they read."""
MARK_ROOM = 64
PLAIN = frozenset({str, int, bool})
TEMPLATES = Path(templates.__file__).parent
_TAG = re.compile(r"</?(?:b|i|u|s|code|a|blockquote)(?:\s[^>]*)?>")
_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)
_BLANKS = re.compile(r"\n{3,}")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True, slots=True)
class Message:
    """Words ready for a channel, in one or more parts, and the buttons under the last."""

    parts: tuple[str, ...]
    choices: tuple[tuple[Choice, ...], ...] = ()


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The one template environment: undefined names are errors, and everything is escaped."""
    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        auto_reload=False,  # else every message asks the disk whether its template has changed
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        date=spoken.speak_date,
        deadline=spoken.speak_deadline,
        moment=spoken.speak_moment,
        hour=spoken.speak_hour,
        number=spoken.speak_number,
        given=spoken.given_name,
    )
    return env


def words(template: str, context: Mapping[str, Any]) -> str:
    """A template filled in, in its small HTML."""
    text = environment().get_template(template).render(context)
    return _BLANKS.sub("\n\n", text).strip()


@lru_cache(maxsize=ECHOES)
def _known_words(template: str, context: tuple[tuple[str, type, Any], ...]) -> str:
    return words(template, {name: value for name, _, value in context})


def echo_words(template: str, context: Mapping[str, Any]) -> str:
    """The same for what is said again and again in the same words: remembered, if all it says
    are plain values. Their types count too: what is equal need not read the same.
    """
    said = tuple(
        (name, type(value), () if value == [] else value) for name, value in context.items()
    )
    if any(kind not in PLAIN and value != () for _, kind, value in said):
        return words(template, context)
    return _known_words(template, said)


def plain(text: str) -> str:
    """The same without markup; a link keeps its address."""
    text = _LINK.sub(lambda m: m[1] if m[1] == m[2] else f"{m[2]}: {m[1]}", text)
    return html.unescape(_TAG.sub("", text))


def render(reply: Reply, limits: Limits, extra: str = "") -> Message:
    """What a reply looks like on a channel: buttons, or numbers where there are none; `extra`
    words stand below its own.
    """
    fill = echo_words if reply.how is How.ECHO and not reply.forget else words
    text = fill(reply.template, reply.context)
    text = f"{text}\n\n{extra}" if extra else text
    rows: tuple[tuple[Choice, ...], ...] = ()
    if buttons := pressed(reply.choices, limits):
        step = max(1, reply.columns)
        rows = tuple(buttons[at : at + step] for at in range(0, len(buttons), step))
    elif offered := tuple(choice for choice in reply.choices if choice.numbered):
        text = f"{text}\n\n{numbered(offered, limits.called)}"
    elif reply.expects and limits.called:
        text = f"{text}\n\n{words('talk/call_me.j2', {'called': limits.called})}"
    relayed = bool(reply.context.get("relayed"))
    if reply.page and (relayed or not limits.buttons):
        door = words("answer_links/door.j2", {"link": reply.page, "relayed": relayed})
        text = f"{text}\n\n{door}"
    if not limits.markup:
        text = plain(text)
    captioned = limits.captions and (reply.document or reply.chart)
    room = limits.max_caption if captioned else limits.max_text
    return Message(tuple(split(text, room)), rows)


def pressed(choices: tuple[Choice, ...], limits: Limits) -> tuple[Choice, ...]:
    """The choices that become buttons there: all that may, or none."""
    able = tuple(choice for choice in choices if limits.edits or not choice.ticks)
    too_many = limits.most_buttons and len(able) > limits.most_buttons
    return able if limits.buttons and not too_many else ()


def numbered(choices: tuple[Choice, ...], called: str = "") -> str:
    """Choices as a list to answer by number, for channels without buttons."""
    lines = [choice for choice in choices if choice.line]
    return words("talk/choices.j2", {"choices": choices, "lines": lines, "called": called})


def split(text: str, room: int) -> list[str]:
    """Cut at line ends; a single line that is too long loses its markup and is cut where sentences
    end, or else at words.

    Markup of the templates never spans lines, so no cut falls inside a tag.
    """
    if len(text) <= room:
        return [text]
    lines: list[str] = []
    for line in text.split("\n"):
        if len(line) <= room:
            lines.append(line)
        else:
            bare = plain(line)
            width = room if html.escape(bare, quote=False) == bare else room // len("&amp;")
            lines += [html.escape(piece, quote=False) for piece in _sentences(bare, width)]
    parts = [lines[0]]
    for line in lines[1:]:
        if len(parts[-1]) + 1 + len(line) <= room:
            parts[-1] += f"\n{line}"
        else:
            parts.append(line)
    return [part.strip() for part in parts if part.strip()]


def _sentences(line: str, width: int) -> list[str]:
    """A long line in pieces of whole sentences, as far as they fit; a longer one is cut at words."""
    pieces = [""]
    for sentence in _SENTENCE_END.split(line):
        if len(pieces[-1]) + 1 + len(sentence) <= width:
            pieces[-1] = f"{pieces[-1]} {sentence}".strip()
        else:
            pieces += textwrap.wrap(sentence, width)
    return [piece for piece in pieces if piece]


@lru_cache
def with_room(limits: Limits) -> Limits:
    """Room for what a message sent again says of itself (`delivery/again.j2`)."""
    return replace(
        limits, max_text=limits.max_text - MARK_ROOM, max_caption=limits.max_caption - MARK_ROOM
    )
