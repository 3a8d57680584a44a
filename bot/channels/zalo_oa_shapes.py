"""Messages as the OpenAPI takes them. How buttons are written is not sure: there are two ways in
running programs, and where neither is taken, numbers are.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from bot.render import numbered, plain
from handlers.chat import Choice

PRESS = "#v:"
"""What a button's payload begins with: a press comes back as a message of just that payload."""
MOST_BUTTONS = 5
TITLE = 100
PICTURES = (".jpg", ".jpeg", ".png")
DOCUMENTS = (".pdf", ".doc", ".docx")
Json = dict[str, Any]


class Shape(StrEnum):
    """How choices are shown in a private talk."""

    TEMPLATE = "template"  # buttons beside the text
    LIST = "list"  # each choice an element with a button of its own
    TEXT = "text"  # numbers


LADDER = (Shape.TEMPLATE, Shape.LIST, Shape.TEXT)
"""What is refused is tried as the next."""


def text(words: str, choices: tuple[Choice, ...], shape: Shape) -> Json:
    """A message of words, with its choices."""
    if shape is Shape.TEXT or not choices or len(choices) > MOST_BUTTONS:
        offered = tuple(choice for choice in choices if choice.numbered)
        below = plain(numbered(offered)) if offered else ""
        return {"text": f"{words}\n\n{below}".strip()}
    buttons = [_button(choice) for choice in choices]
    if shape is Shape.TEMPLATE:
        return {"text": words, "attachment": _template({"buttons": buttons})}
    elements = [
        # an empty subtitle is refused (-201)
        {"title": button["title"], "subtitle": button["title"], "buttons": [button]}
        for button in buttons
    ]
    payload = {"template_type": "list", "elements": elements}
    return {"text": words, "attachment": _template(payload)}


def _template(payload: Json) -> Json:
    return {"type": "template", "payload": payload}


def _button(choice: Choice) -> Json:
    title = choice.label if len(choice.label) <= TITLE else f"{choice.label[: TITLE - 1]}…"
    if choice.line:
        return {"title": title, "type": "oa.query.hide", "payload": PRESS + choice.line}
    return {"title": title, "type": "oa.open.url", "payload": {"url": choice.url}}


def picture(attachment_id: str, words: str) -> Json:
    """A picture that was uploaded, with its words."""
    elements = [{"media_type": "image", "attachment_id": attachment_id}]
    media = _template({"template_type": "media", "elements": elements})
    return {"attachment": media} | ({"text": words} if words else {})


def document(token: str) -> Json:
    """A file that was uploaded; it takes no words."""
    return {"attachment": {"type": "file", "payload": {"token": token}}}
