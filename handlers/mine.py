"""`/cuatoi`: all that is recorded of the speaker, and how to change it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from handlers.chat import Call, Choice, Reply
from handlers.errors import Refusal


@dataclass(frozen=True, slots=True)
class Part:
    """One thing of hers: `template` shows it and knows `context` as `item`."""

    template: str
    context: Mapping[str, Any]
    choices: tuple[Choice, ...] = ()


class Mine:
    """`/cuatoi` for the nouns that keep something about a member, each by a function."""

    def __init__(self, nouns: Sequence[Callable[[Call], list[Part]]]) -> None:
        self.nouns = nouns

    def show(self, call: Call, rest: str) -> Reply:
        """Everything of hers in one private message.

        Raises:
            Refusal: nobody knows her yet, or she can only be answered in the group.
        """
        if not call.incoming.private and not call.actor.private_chat:
            raise Refusal("mine/in_private.j2")
        if not call.actor.member_ids:
            raise Refusal("mine/unknown.j2", private=True)
        parts = [part for noun in self.nouns for part in noun(call)]
        choices = tuple(choice for part in parts for choice in part.choices)
        return Reply("mine/show.j2", {"parts": parts}, choices=choices, private=True)
