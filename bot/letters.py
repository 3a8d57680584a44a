"""Outbox rows taken for sending, with what they need loaded."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import msgspec

from bot.channels.base import Attachment, Channel
from bot.outgoing import Entry
from bot.posting import Body
from bot.render import plain, words
from storage import deliveries
from storage.database import Session
from storage.deliveries import Row
from storage.mail import OutboxState

AGAIN = "delivery/again.j2"
WAIT_FOR_ORIGINAL = timedelta(seconds=2)
PENDING = frozenset({OutboxState.QUEUED, OutboxState.SENDING})


@dataclass(frozen=True, slots=True)
class Letter:
    """A row on its way; `entry` is its place in line."""

    entry: Entry
    row: Row
    body: Body
    attachment: Attachment | None = None
    message_id: str = ""


@dataclass
class Claims:
    """Makes letters of picked rows, in one transaction. What cannot go is settled here.

    `later` are rows that may not go yet, with the moment they may; `parked` wait for the upload of
    their file to another chat; `moved` have another chat by now; `gone` will not go at all.
    """

    session: Session
    channel: Channel
    now: datetime
    uploading: set[int]
    letters: list[Letter] = field(default_factory=list)
    later: list[tuple[Entry, datetime]] = field(default_factory=list)
    parked: list[tuple[Entry, int]] = field(default_factory=list)
    gone: list[Entry] = field(default_factory=list)
    moved: list[tuple[Entry, str]] = field(default_factory=list)
    _refs: dict[int, str] = field(default_factory=dict)
    _facts: dict[int, tuple[str, str]] = field(default_factory=dict)

    def claim(self, picked: list[Entry]) -> None:
        """Take these rows, as far as they may still go."""
        rows = deliveries.claimable(self.session, [entry.id for entry in picked])
        bodies = {row.id: body_of(row.body) for row in rows.values()}
        files = {body.blob for body in bodies.values() if body and body.blob is not None}
        self._refs = deliveries.uploads(self.session, files, self.channel.name) if files else {}
        self._facts = deliveries.file_facts(self.session, files) if files else {}
        for entry in picked:
            row = rows.get(entry.id)
            if row is None:
                self.gone.append(entry)
            elif row.chat != entry.chat:
                self.moved.append((entry, row.chat))
            else:
                self._take(entry, row, bodies[row.id])
        deliveries.set_sending(self.session, [letter.row.id for letter in self.letters])

    def _take(self, entry: Entry, row: Row, body: Body | None) -> None:
        if body is None:
            self._settle(entry, OutboxState.FAILED, "cannot be read")
        elif row.expires_at is not None and row.expires_at <= self.now:
            self._settle(entry, OutboxState.EXPIRED)
        elif row.not_before is not None and row.not_before > self.now:
            self.later.append((entry, row.not_before))
        elif row.how in {"edit", "delete"}:
            self._take_change(entry, row, body)
        elif body.blob is None:
            self.letters.append(Letter(entry, row, self._marked(row, body)))
        else:
            self._take_file(entry, row, body, body.blob)

    def _settle(self, entry: Entry, state: OutboxState, note: str = "") -> None:
        deliveries.change(self.session, entry.id, state=state, note=note)
        self.gone.append(entry)

    def _take_change(self, entry: Entry, row: Row, body: Body) -> None:
        """A change goes to the message that shows its subject, once that has arrived; one that was
        cut off must not put its older words over newer ones.
        """
        if deliveries.overtaken(self.session, row):
            self._settle(entry, OutboxState.EXPIRED, "a newer change has gone ahead")
            return
        original = deliveries.shown(self.session, row.chat, row.subject, row.id)
        state, message_id = original or ("", "")
        if state in PENDING:
            # behind what it waits for, if that is bulk: as a reply it would go first for ever
            behind = entry._replace(bulk=True)
            self.later.append((behind, self.now + WAIT_FOR_ORIGINAL))
        elif state == OutboxState.SENT and message_id:
            self.letters.append(Letter(entry, row, body, None, message_id))
        elif body.anew and state in {OutboxState.IN_DOUBT, OutboxState.SENT}:
            as_message = replace(row, how="message")
            deliveries.change(self.session, row.id, how="message")
            self.letters.append(Letter(entry, as_message, body))
        else:
            self._settle(entry, OutboxState.FAILED, "nothing to change")

    def _take_file(self, entry: Entry, row: Row, body: Body, blob: int) -> None:
        """The first upload goes alone: the others then send the channel's own id of the file."""
        if blob not in self._facts:
            self._settle(entry, OutboxState.FAILED, "the file is gone")
            return
        ref, content = self._refs.get(blob, ""), b""
        if not ref:
            if blob in self.uploading:
                self.parked.append((entry, blob))
                return
            content = deliveries.content(self.session, blob)
            self.uploading.add(blob)
        name, mime = self._facts[blob]
        file = Attachment(body.file_name or name, mime, content, ref)
        self.letters.append(Letter(entry, row, self._marked(row, body), file))

    def _marked(self, row: Row, body: Body) -> Body:
        """What may arrive a second time says so, unless the platform knows its own repeats."""
        limits = self.channel.limits
        if row.how != "message" or row.doubted_at is None or limits.knows_repeats:
            return body
        mark = words(AGAIN, {})
        text = f"{body.text}\n\n{mark if limits.markup else plain(mark)}"
        return msgspec.structs.replace(body, text=text)


def body_of(stored: str) -> Body | None:
    """What a row carries; None if it cannot be read."""
    try:
        return msgspec.json.decode(stored or "{}", type=Body)
    except msgspec.MsgspecError:
        return None
