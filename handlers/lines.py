"""What a person did → the command line it means. One grammar for typing, pressing and numbers."""

from __future__ import annotations

import re
from collections.abc import Mapping

from handlers.access import Actor
from handlers.chat import Incoming, Kind, Route, Where
from storage import dialogues, mail
from storage.database import Session
from storage.vietnamese import fold

EVENTS = {
    Kind.BOT_ADDED: "group_added",
    Kind.BOT_REMOVED: "group_removed",
    Kind.BLOCKED: "account_blocked",
    Kind.UNBLOCKED: "account_unblocked",
    Kind.MIGRATED: "group_migrated",
    Kind.JOINED: "group_joined",
    Kind.LEFT: "group_left",
}
RESERVED = frozenset({*EVENTS.values(), "file", "words"})
"""Lines only an event makes: nobody may type them, nor send them from a doctored client."""
_NUMBER = re.compile(r"(?:so\s*|chon\s*|#)?(\d{1,2})[.)]?")
_COMMAND = re.compile(r"/([^\s@]+)(?:@\S+)?\s*(.*)", re.DOTALL)


class Lines:
    """Finds the line in an event, for one table of routes."""

    def __init__(self, routes: Mapping[str, Route]) -> None:
        self.routes = routes
        self.names: dict[str, str] = {}
        for line, route in routes.items():
            own = () if line in RESERVED else (line,)
            for name in (*own, *route.names):
                if self.names.setdefault(name, line) != line:
                    raise ValueError(f"two commands are called {name!r}")
        self.longest = max(len(name.split()) for name in self.names)

    def read(self, session: Session, incoming: Incoming, actor: Actor) -> str | None:
        """The line meant, or None when this is talk among people.

        In private everything is for the bot; in a group only what names it, answers it, is a
        command, or is, as a whole, a name of a command this person may give.
        """
        if incoming.kind is Kind.PRESS:
            word = incoming.text.partition(" ")[0]
            return "unknown" if word in RESERVED else incoming.text
        if incoming.kind in EVENTS:
            return EVENTS[incoming.kind]
        heard = incoming.private or bool(incoming.to_bot)
        expects = self._expected(session, incoming) if heard else ""
        if incoming.kind is Kind.FILE:
            if not heard:
                return None
            return expects if self._takes_file(expects, incoming) else "file"
        text = incoming.text.strip()
        if not text:
            return None
        if text.startswith("/"):
            return self._slash(text, heard=heard)
        if heard and (line := self._numbered(session, incoming, text)):
            return line
        if expects:
            return self._instead(expects, text, actor, incoming) or f"{expects} {text}"
        if line := self._named(text, actor, incoming, heard=heard):
            return line
        return f"words {text}"

    def _expected(self, session: Session, incoming: Incoming) -> str:
        asked = dialogues.asked(session, chat=incoming.chat, sender=incoming.sender)
        if asked is None or not asked.expects or asked.lapses_at <= incoming.at:
            return ""
        return asked.expects

    def _takes_file(self, expects: str, incoming: Incoming) -> bool:
        """Whether the question asked is one that a file answers."""
        route = self.routes.get(expects.partition(" ")[0]) if expects else None
        name = incoming.file.name.lower() if incoming.file is not None else ""
        return route is not None and bool(route.files) and name.endswith(route.files)

    def _cancels(self, expects: str, text: str) -> bool:
        route = self.routes.get(expects.partition(" ")[0])
        told = route is not None and route.hears_cancel
        return not told and fold(text) in self.routes["cancel"].names

    def _instead(self, expects: str, text: str, actor: Actor, incoming: Incoming) -> str | None:
        """The command typed where an answer was awaited. One word but "thôi" may as well be the
        answer: people are called Hợp and Mời.
        """
        if self._cancels(expects, text):
            return "cancel"
        route = self.routes.get(expects.partition(" ")[0])
        if route is None or len(text.split()) < 2:
            return None
        if not route.gives_way and route.gives_way_at.isdisjoint(expects.split()):
            return None
        line = self._named(text, actor, incoming, heard=False)
        return None if line == "cancel" else line  # the question itself is told

    def _slash(self, text: str, *, heard: bool) -> str | None:
        match = _COMMAND.match(text)
        if match is None:
            return "unknown" if heard else None
        if line := self._find(text.lstrip("/")):
            return line
        if line := self._find(f"{match[1]} {match[2]}"):
            return line
        return f"unknown {text}" if heard else None

    def _find(self, text: str) -> str | None:
        """The longest name that `text` begins with, and the rest as its arguments."""
        words = text.split()
        for count in range(min(self.longest, len(words)), 0, -1):
            name = fold(" ".join(words[:count]))
            if line := self.names.get(name):
                return " ".join([line, *text.split(maxsplit=count)[count:]])
        return None

    def _numbered(self, session: Session, incoming: Incoming, text: str) -> str | None:
        match = _NUMBER.fullmatch(fold(text))
        if match is None:
            return None
        prompt = mail.by_message(session, incoming.chat, incoming.reply_to)
        if prompt is not None:
            choices = prompt.choices
        else:
            asked = dialogues.asked(session, chat=incoming.chat, sender=incoming.sender)
            stands = asked and (incoming.quote_known or asked.lapses_at > incoming.at)
            choices = asked.choices if asked and stands else []
        number = int(match[1])
        return choices[number - 1] if 0 < number <= len(choices) else None

    def _named(self, text: str, actor: Actor, incoming: Incoming, *, heard: bool) -> str | None:
        whole = self.names.get(fold(text.rstrip(".!")))
        line = whole or (self._find(text) if heard else None)
        if line is None:
            return None
        route = self.routes[line.split(maxsplit=1)[0]]
        if not route.names or not actor.stands(route.who):
            return None
        if not whole and len(fold(text).split()) > 1 and not self._takes_words(route, text):
            return None
        misplaced = (route.where is Where.PRIVATE) is not incoming.private
        return None if misplaced and route.where is not Where.ANY else line

    def _takes_words(self, route: Route, text: str) -> bool:
        """One-word names are too common to begin a sentence with: "giúp em với" is talk."""
        folded = fold(text)
        return any(" " in name and folded.startswith(f"{name} ") for name in route.names)
