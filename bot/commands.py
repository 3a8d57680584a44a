"""The commands as a platform's menu and the README's table show them: one source, ROUTES."""

from __future__ import annotations

from collections.abc import Iterator

from bot.render import plain, words
from handlers import ROUTES
from handlers.chat import Where

DESCRIPTION_LENGTH = 256
"""core.telegram.org/bots/api#botcommand"""


def listed() -> Iterator[tuple[str, str, str]]:
    """Each command people may type: its key, its first name, and what it is for."""
    for key, route in ROUTES.items():
        if route.listed and route.names:
            text = plain(words(f"help/commands/{key}.j2", {}))
            yield key, route.names[0], text.partition(": ")[2].partition("\n")[0]


def menu() -> dict[str, tuple[tuple[str, str], ...]]:
    """The commands of private talks and of groups, for the menu beside the text field."""
    places = {"private": Where.PRIVATE, "group": Where.GROUP}
    return {
        place: tuple(
            (name, text[:DESCRIPTION_LENGTH])
            for key, name, text in listed()
            if ROUTES[key].where in {Where.ANY, where} and name.isalnum()
        )
        for place, where in places.items()
    }
