"""The events of one transaction: each is recognised, its line run, its replies queued."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import structlog

from bot.posting import Poster
from handlers import LINES, ROUTES, accounts
from handlers.access import recognise
from handlers.chat import Call, How, Incoming, Kind, Links, Replies, Reply, Where
from handlers.errors import Refusal
from handlers.understanding.zone import local_date
from storage import accounts as stored
from storage import dialogues, groups, mail, rolls, units
from storage.database import Session, is_collision
from storage.inbox import Ending, InboxState

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Event:
    """A stored event and what it says; `incoming` is None if it is nothing we care for."""

    id: int
    incoming: Incoming | None
    problem: str = ""


class Stumbled(Exception):  # noqa: N818 - it says what happened
    """A bug in an event of a batch that cannot undo it alone."""


@dataclass
class Batch:
    """Works events inside one transaction. `opened` gives each a session that undoes what the
    event did if it raises. With `together` a bug spoils the batch and raises `Stumbled`: the
    session it happened in is shared.
    """

    opened: Callable[[], AbstractContextManager[Session]]
    together: bool
    poster: Poster
    now: datetime
    links: Links
    rng: random.Random
    policy: Mapping[str, Any]
    endings: list[Ending] = field(default_factory=list)

    def foresee(self, session: Session, events: Sequence[Event]) -> None:
        """Load at once what these events will ask for one by one."""
        said = [event.incoming for event in events if event.incoming is not None]
        senders = list({incoming.sender for incoming in said})
        stored.foretell(session, senders, local_date(self.now))
        spoken_in = list({incoming.chat for incoming in said if not incoming.private})
        if not spoken_in:
            return
        rooms = groups.load(session, spoken_in)
        concerned = list({group.unit_id for group in rooms if group.unit_id is not None})
        units.load(session, concerned)
        rolls.load_open(session, concerned)

    def work(self, event: Event) -> None:
        """Work one event.

        Raises:
            Stumbled: it has a bug, and others of the batch may have suffered from it.
        """
        if event.problem:
            log.error("event_set_aside", event_id=event.id, problem=event.problem)
            self.endings.append(Ending(event.id, InboxState.SET_ASIDE, event.problem))
        elif event.incoming is None:
            self.endings.append(Ending(event.id, InboxState.WORKED, "ignored", forget=True))
        else:
            self._answer_or_explain(event.id, event.incoming)

    def _answer_or_explain(self, event: int, incoming: Incoming) -> None:
        try:
            with self.opened() as session:
                ending = self._answer(session, event, incoming)
        except Refusal as refusal:
            forget = refusal.forget
            ending = Ending(event, InboxState.WORKED, refusal.template, forget, scrub=forget)
            self._say(event, incoming, _refused(refusal, incoming))
        except Exception as error:
            if self.together:
                raise Stumbled from error
            if is_collision(error):
                raise  # the event is not to blame: the batch is worked again
            log.exception("event_failed", event_id=event)
            calm = Reply("talk/failed.j2", {"event": event}, how=_how(incoming))
            ending = Ending(event, InboxState.FAILED, "failed")
            self._say(event, incoming, [calm] if incoming.private or incoming.press_id else [])
        self.endings.append(ending)

    def _answer(self, session: Session, event: int, incoming: Incoming) -> Ending:
        if incoming.to_bot is None:
            ours = mail.by_message(session, incoming.chat, incoming.reply_to)
            incoming = replace(incoming, to_bot=ours is not None)
        group = None if incoming.private else groups.by_address(session, incoming.chat)
        actor = recognise(session, address=incoming.sender, name=incoming.sender_name, now=self.now)
        call = Call(
            session,
            actor,
            self.now,
            incoming,
            group,
            self.links,
            self.rng,
            self.policy,
            run_line,
        )
        accounts.remember(call)
        line = LINES.read(session, incoming, actor)
        replies = run_line(call, line) if line else None
        answerable = incoming.private or not incoming.quote_known
        if line and not line.startswith("words ") and answerable:
            dialogues.answered(session, chat=incoming.chat, sender=incoming.sender)
        self.poster.queue(
            session, replies or [], now=self.now, origin=f"in:{event}", incoming=incoming
        )
        talk = replies is None and incoming.kind is Kind.TEXT
        forget = any(reply.forget for reply in replies or [])
        note = "" if line else "talk"
        return Ending(event, InboxState.WORKED, note, forget=talk or forget, scrub=forget)

    def _say(self, event: int, incoming: Incoming, replies: Replies) -> None:
        with self.opened() as session:
            self.poster.queue(
                session, replies, now=self.now, origin=f"in:{event}", incoming=incoming
            )


def run_line(call: Call, line: str) -> Replies | None:
    """Run one command line; None when it turns out to be talk.

    Raises:
        Refusal: the command says no, or belongs into a private talk: what names people is not
            for a group's eyes.
    """
    word, _, rest = line.partition(" ")
    route = ROUTES.get(word) or ROUTES["unknown"]
    if route.where is Where.PRIVATE and not call.incoming.private:
        raise Refusal("talk/in_private.j2")
    replies = route.command(call, rest.strip())
    if replies is None:
        return None
    return [replies] if isinstance(replies, Reply) else replies


def _how(incoming: Incoming) -> How:
    return How.ECHO if incoming.press_id else How.MESSAGE


def _refused(refusal: Refusal, incoming: Incoming) -> Replies:
    """A refusal answers a press with a toast, words with a message."""
    how = How.ECHO if incoming.press_id and not refusal.choices else How.MESSAGE
    return [
        Reply(
            refusal.template,
            refusal.context,
            how=how,
            choices=refusal.choices,
            expects=refusal.expects,
            private=refusal.private,
        )
    ]
