"""Replies → outbox rows, in the transaction of the command that gave them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot import enclosures, questions
from bot.budget import Budget
from bot.file_links import FileLinks
from bot.questions import lines_of
from bot.render import plain, render, with_room, words
from bot.sharing import with_share
from handlers.chat import Choice, How, Incoming, Kind, Limits, Reply
from storage import accounts, detours, groups, mail, stranded
from storage.database import Session
from storage.detours import channel_of
from storage.mail import OutboxState, Shown

SUMMARY_EVERY = timedelta(minutes=10)
"""Where a message cannot be edited, how often a new one may show the same subject."""
TOAST_LIFE = timedelta(seconds=30)
TOAST_LENGTH = 200
"""core.telegram.org/bots/api#answercallbackquery"""
REACTION = "👍"


class Body(msgspec.Struct):
    """What an outbox row carries to the channel."""

    text: str = ""
    choices: tuple[tuple[Choice, ...], ...] = ()
    blob: int | None = None
    file_name: str = ""
    picture: str = ""  # its address, where the platform fetches pictures from us
    reply_to: str = ""
    press_id: str = ""
    target: str = ""  # message id a reaction goes to
    anew: str = ""  # what is said instead, as a message, where this way turns out to be closed
    anew_to: str = ""  # and where, if not in the same chat
    anew_shows: bool = False  # whether it then shows the subject, with its buttons


@dataclass(frozen=True, slots=True)
class Poster:
    """Queues replies; `limits_of` tells what the channel of an address can do."""

    limits_of: Callable[[str], Limits]
    links: FileLinks | None = None
    budget: Budget = field(default_factory=Budget)

    def queue(
        self,
        session: Session,
        replies: Iterable[Reply],
        *,
        now: datetime,
        origin: str,
        incoming: Incoming | None = None,
    ) -> int:
        """Queue replies; `origin` makes the keys of those that name none. How many were new."""
        fresh, aside = 0, None
        toasted = incoming is None or incoming.kind is not Kind.PRESS
        for number, reply in enumerate(replies):
            named = self._address(session, reply, f"{origin}:{number}", incoming)
            toasted = toasted or named.how is How.ECHO
            aside = named if reply.private else aside
            limits = self._limits(session, named.to)
            if named.how is How.ECHO:
                assert incoming is not None, "an echo answers somebody"
                fresh += self._echo(session, named, limits, now, incoming)
            elif named.how in {How.EDIT, How.TALLY, How.DELETE}:
                fresh += self._change(session, named, limits, now)
                if named.expects and limits.edits and incoming is not None:
                    questions.ask(session, named, incoming, now)
            elif named.how is How.REACTION:
                assert incoming is not None, "a reaction answers somebody"
                fresh += self._react(session, named, limits, now, incoming)
            else:
                fresh += self._message(session, named, limits, now, incoming)
        if incoming is not None and not toasted and self.limits_of(incoming.chat).toasts:
            self._stop_spinning(session, incoming, origin, now, aside)
        return fresh

    def _limits(self, session: Session, to: str) -> Limits:
        """What the channel can do there: in private nobody need call the bot."""
        limits = self.limits_of(to)
        if limits.called and groups.by_address(session, to) is None:
            return replace(limits, called="")
        return limits

    def _address(
        self, session: Session, reply: Reply, key: str, incoming: Incoming | None
    ) -> Reply:
        to, how = reply.to or (incoming.chat if incoming else ""), reply.how
        if reply.private and incoming is not None and not incoming.private:
            if talk := _talk(session, incoming):
                to, how = talk, How.MESSAGE
            elif incoming.kind is Kind.PRESS:
                how = How.ECHO
        lost = how in {How.MESSAGE, How.ECHO} and channel_of(to) in detours.closed(session)
        if lost and (door := stranded.other_door(session, to)):
            to, how = door, How.MESSAGE
        return replace(reply, to=to, how=how, key=reply.key or key)

    def _stop_spinning(
        self,
        session: Session,
        incoming: Incoming,
        origin: str,
        now: datetime,
        aside: Reply | None,
    ) -> None:
        """A pressed button turns until it is answered, if only with nothing, or with the hint that
        the answer came in private.
        """
        reply = Reply("", to=incoming.chat, key=f"{origin}:press")
        moved = aside is not None and aside.to != incoming.chat
        asks = aside is not None and bool(aside.choices or aside.expects)
        text = words("delivery/aside.j2", {"asks": asks}) if moved else ""
        body = Body(text=text, press_id=incoming.press_id)
        self._add(session, reply, now, "toast", body, expires_at=now + TOAST_LIFE)

    def _add(
        self, session: Session, reply: Reply, now: datetime, how: str, body: Body, **more: Any
    ) -> int:
        return mail.post(
            session,
            key=reply.key,
            channel=channel_of(reply.to),
            chat=reply.to,
            how=how,
            body=msgspec.json.encode(body).decode(),
            subject=reply.subject,
            bulk=reply.bulk,
            created_at=now,
            not_before=more.pop("not_before", reply.not_before),
            expires_at=more.pop("expires_at", reply.expires_at),
            **more,
        )

    def _message(
        self,
        session: Session,
        reply: Reply,
        limits: Limits,
        now: datetime,
        incoming: Incoming | None,
    ) -> int:
        reply, picture = enclosures.drawn(session, reply, limits, self.links, now)
        carried = enclosures.carried(session, reply.document, limits)
        extra = enclosures.file_words(reply, self.links, now, sent=carried)
        reply = with_share(reply, limits)
        message = render(reply, with_room(limits), extra)
        lines = lines_of(reply)
        file = reply.document if carried else None
        blob = file.blob if file and limits.captions else None
        fresh = 0
        for number, part in enumerate(message.parts):
            last = number == len(message.parts) - 1
            body = Body(
                text=part,
                choices=message.choices if last else (),
                blob=blob if last else None,
                file_name=reply.document.name if reply.document and last else "",
                picture=picture if last else "",
            )
            keyed = reply if last else replace(reply, key=f"{reply.key}/{number}", subject="")
            fresh += self._add(session, keyed, now, "message", body, choices=lines if last else [])
        if file is not None and not limits.captions:
            alone = replace(reply, key=f"{reply.key}/file", subject="")
            body = Body(blob=file.blob, file_name=file.name)
            fresh += self._add(session, alone, now, "message", body)
        questions.put(session, reply, incoming, now, fresh=bool(fresh))
        return fresh

    def _change(self, session: Session, reply: Reply, limits: Limits, now: datetime) -> int:
        """Edit or take back what shows `subject`; where edits are missing a tally is repeated,
        now and then or at the time it names itself.
        """
        original = mail.shown(session, reply.to, reply.subject)
        if original is None:
            return 0
        if reply.how is How.DELETE:
            return self._take_back(session, reply, original, limits, now)
        message = render(reply, with_room(limits))
        body = Body(text=message.parts[0], choices=message.choices)
        if original.state == OutboxState.QUEUED:
            return self._reword(session, reply, original.id, body)
        if limits.edits:
            self._add_other_way(reply, limits, body)
            at = self._after_the_last(session, reply, now)
            return self._replace(session, reply, "edit", body, now, at)
        if reply.how is How.EDIT:
            return self._say_otherwise(session, reply, limits, now)
        running = reply.choices and not reply.not_before
        if running and self.budget.spares(session, channel_of(reply.to), now):
            return 0
        last = original.sent_at or original.created_at
        row_time = reply.not_before or max(now, last + SUMMARY_EVERY)
        return self._replace(session, reply, "message", body, now, row_time)

    def _after_the_last(self, session: Session, reply: Reply, now: datetime) -> datetime:
        """When a message may be edited again: the last edit may have waited for its turn."""
        if reply.spaced is None:
            return now
        last = mail.last_edit(session, reply.to, reply.subject, now)
        return max(now, last + reply.spaced) if last else now

    def _reword(self, session: Session, reply: Reply, queued: int, body: Body) -> int:
        """Let a message that has not gone out yet say this instead; it keeps its file. An edit
        that waits for it, as where it is sent anew, would put older words over these.
        """
        said = msgspec.json.encode(body).decode()
        mail.reword_unsent(session, reply.to, reply.subject, "edit", said)
        row = mail.get(session, queued)
        keep = msgspec.json.decode(row.body, type=Body)
        body.blob, body.file_name = keep.blob, keep.file_name
        row.body = msgspec.json.encode(body).decode()
        row.choices = lines_of(reply)
        row.not_before = reply.not_before or row.not_before
        session.add(row)
        return 1

    def _add_other_way(self, reply: Reply, limits: Limits, body: Body) -> None:
        """What is said should the message to edit turn out to be gone: a tally is shown anew."""
        if reply.how is How.TALLY:
            body.anew, body.anew_shows = body.text, True
        elif reply.otherwise:
            body.anew = render(_short(reply), limits).parts[0]

    def _say_otherwise(self, session: Session, reply: Reply, limits: Limits, now: datetime) -> int:
        if not reply.otherwise:
            return 0
        return self._message(session, _short(reply), limits, now, None)

    def _take_back(
        self, session: Session, reply: Reply, original: Shown, limits: Limits, now: datetime
    ) -> int:
        if original.state == OutboxState.QUEUED:
            row = mail.get(session, original.id)
            row.state, row.note = OutboxState.EXPIRED, "recalled"
            session.add(row)
            return 1
        return self._add(session, reply, now, "delete", Body()) if limits.deletes else 0

    def _replace(
        self, session: Session, reply: Reply, how: str, body: Body, now: datetime, at: datetime
    ) -> int:
        """Queue a change, or put it in the place of one that has not gone out yet."""
        said = msgspec.json.encode(body).decode()
        if mail.reword_unsent(session, reply.to, reply.subject, how, said):
            return 0
        lines = lines_of(reply)
        return self._add(session, reply, now, how, body, not_before=at, choices=lines)

    def _echo(
        self, session: Session, reply: Reply, limits: Limits, now: datetime, incoming: Incoming
    ) -> int:
        if incoming.kind is Kind.PRESS and limits.toasts:
            text = plain(render(reply, limits).parts[0])
            if len(text) > TOAST_LENGTH:
                text = f"{text[: TOAST_LENGTH - 1]}…"
            body = Body(text=text, press_id=incoming.press_id)
            return self._add(session, reply, now, "toast", body, expires_at=now + TOAST_LIFE)
        if incoming.private:
            return self._message(session, reply, limits, now, incoming)
        if limits.reactions and incoming.message_id:
            return self._react(session, reply, limits, now, incoming)
        talk = _talk(session, incoming)
        if not talk:
            return 0
        door = replace(reply, to=talk, how=How.MESSAGE)
        return self._message(session, door, self._limits(session, talk), now, None)

    def _react(
        self, session: Session, reply: Reply, limits: Limits, now: datetime, incoming: Incoming
    ) -> int:
        if not limits.reactions or not incoming.message_id:
            return 0
        body = Body(text=REACTION, target=incoming.message_id)
        if reply.how is How.ECHO:
            self._add_said_echo(session, reply, incoming, body)
        until = now + timedelta(minutes=10)
        return self._add(session, reply, now, "reaction", body, expires_at=until)

    def _add_said_echo(
        self, session: Session, reply: Reply, incoming: Incoming, body: Body
    ) -> None:
        """Where a group allows no reactions nobody stays without an echo: she is told in private
        what was noted, or else in the group that something was.
        """
        if talk := _talk(session, incoming):
            body.anew_to = talk
            body.anew = render(reply, self._limits(session, talk)).parts[0]
        else:
            body.anew = words("delivery/noted.j2", {})


def _talk(session: Session, incoming: Incoming) -> str:
    """Where whoever spoke can be written to in private; "" if nowhere."""
    talk = accounts.private_talk(session, incoming.sender)
    if not talk and incoming.apart:
        return accounts.own_talk(session, incoming.sender)
    return talk


def _short(reply: Reply) -> Reply:
    return replace(
        reply, template=reply.otherwise, how=How.MESSAGE, choices=(), document=None, subject=""
    )
