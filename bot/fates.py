"""What becomes of a message: the rules, apart from the sending."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from bot.channels.base import DeliveryError
from bot.letters import Letter
from handlers.chat import Limits
from storage.detours import channel_of
from storage.mail import OutboxState

ATTEMPTS = 5
BACKOFF = timedelta(seconds=5)
LONGEST_BACKOFF = timedelta(minutes=1)
IN_DOUBT_NOTE = "sent once before; the answer was lost"


@dataclass(frozen=True, slots=True)
class Fate:
    """What is written down; with `again` it is tried anew at that moment."""

    values: dict[str, Any]
    again: datetime | None = None

    @property
    def chat(self) -> str | None:
        """The chat it goes to now, if that is another one."""
        return self.values.get("chat")


def failed(
    letter: Letter, error: DeliveryError, limits: Limits, now: datetime, *, down: bool
) -> Fate:
    """The fate of what a platform did not take. `down`: the whole channel answers nobody, so
    that this attempt says nothing of this message.

    A row whose answer was lost may have arrived. It is sent once more, with a mark, where the
    channel allows that; the first copy's id stays unknown for ever, so a later edit or recall
    reaches the second copy only. A platform that knows its own repeats has but one copy.
    """
    row = letter.row
    if error.moved_to:
        return _again(now, now, chat=error.moved_to, note=error.reason, attempts=row.attempts)
    if error.blocked or error.lapsed:
        return Fate({"state": OutboxState.BLOCKED, "note": error.reason})
    if error.retry_after:
        when = now + timedelta(seconds=error.retry_after)
        return _again(now, when, note=error.reason, attempts=row.attempts)
    if error.stale_file:
        return _again(now, now, note=error.reason, attempts=row.attempts)
    if error.in_doubt and row.how == "message" and not limits.knows_repeats:
        return _doubted(letter, limits, now)
    if error.in_doubt or error.retryable:
        return _retried(letter, error, now, down=down)
    return _refused(letter, error, now)


def interrupted(row_how: str, doubted_at: datetime | None, limits: Limits, now: datetime) -> Fate:
    """The fate of what was being sent when the sender died: a change may be made twice, and so
    may a message whose platform knows its repeats.
    """
    if row_how != "message" or limits.knows_repeats:
        return _again(now, now, note=IN_DOUBT_NOTE)
    if limits.resend_in_doubt and doubted_at is None:
        return _again(now, now, note=IN_DOUBT_NOTE, doubted_at=now)
    return Fate({"state": OutboxState.IN_DOUBT, "note": IN_DOUBT_NOTE, "doubted_at": now})


def _again(now: datetime, when: datetime, **values: Any) -> Fate:
    not_before = when if when > now else None
    return Fate({"state": OutboxState.QUEUED, "not_before": not_before, **values}, when)


def _doubted(letter: Letter, limits: Limits, now: datetime) -> Fate:
    return interrupted("message", letter.row.doubted_at, limits, now)


def _retried(letter: Letter, error: DeliveryError, now: datetime, *, down: bool) -> Fate:
    attempts = letter.row.attempts + (0 if down else 1)
    if attempts >= ATTEMPTS:
        return Fate({"state": OutboxState.FAILED, "note": error.reason})
    pause = min(BACKOFF * 2 ** max(0, attempts - 1), LONGEST_BACKOFF)
    return _again(now, now + pause, note=error.reason, attempts=attempts)


def _refused(letter: Letter, error: DeliveryError, now: datetime) -> Fate:
    """For good. What was a change of a message that is no more, or a reaction that is not
    allowed, is said in another way if it has one.
    """
    row, body = letter.row, letter.body
    if row.how == "delete" and error.gone:
        return Fate({"state": OutboxState.SENT, "sent_at": now, "note": error.reason})
    other_way = row.how == "reaction" or (row.how == "edit" and error.gone)
    if not other_way or not body.anew:
        return Fate({"state": OutboxState.FAILED, "note": error.reason})
    quoted = body.target if row.how == "reaction" and not body.anew_to else ""
    said = msgspec.structs.replace(
        body,
        text=body.anew,
        choices=body.choices if body.anew_shows else (),
        reply_to=quoted,
        anew="",
        anew_to="",
    )
    values: dict[str, Any] = {
        "how": "message",
        "body": msgspec.json.encode(said).decode(),
        "attempts": 0,
        "note": error.reason,
        "expires_at": None,
    }
    if body.anew_to:
        values |= {"chat": body.anew_to, "channel": channel_of(body.anew_to)}
    if not body.anew_shows:
        values |= {"subject": "", "choices": []}
    return _again(now, now, **values)
