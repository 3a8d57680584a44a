"""Writing down what became of messages, and what a failure says of a chat or a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from datetime import datetime

import structlog

from bot.channels.base import DeliveryError
from bot.fates import Fate
from bot.lanes import Outcome
from bot.letters import Letter
from handlers.understanding.zone import local_date
from storage import accounts, blobs, deliveries, groups, mail, sends, windows
from storage.database import Session, apart, is_away
from storage.groups import GroupState

log = structlog.get_logger()
Closed = Callable[[Session, str, datetime, bool], None]
"""Hears of a chat that is closed to the bot, and whether the bot is only muted there."""


def write(
    session: Session,
    decided: Iterable[tuple[Outcome, Fate]],
    now: datetime,
    on_closed: Closed | None = None,
    metered: Collection[str] = (),
) -> None:
    """Write down fates; a bug in one of them holds up none of the others. Of `metered` channels
    it is counted how many went out.
    """
    arrived = []
    counted: Counter[str] = Counter()
    for outcome, fate in decided:
        letter, error = outcome.letter, outcome.error
        if letter.row.channel in metered and (error is None or error.in_doubt):
            counted[letter.row.channel] += 1
        if error is None:
            arrived.append((letter.row.id, letter.row.chat, outcome.sent.message_id))
            if outcome.sent.file_ref and letter.body.blob is not None:
                ref = outcome.sent.file_ref
                blobs.note_upload(session, letter.body.blob, letter.row.channel, ref)
            continue
        deliveries.change(session, letter.row.id, **fate.values)
        try:
            with apart(session):
                _conclude(session, letter, error, now, on_closed)
        except Exception as failure:
            if is_away(failure):
                raise  # the database, not this message: everything is written later
            log.error("fate_failed", outbox=letter.row.id, error=type(failure).__name__)  # noqa: TRY400
    deliveries.set_sent(session, arrived, now)
    for channel, count in counted.items():
        sends.note(session, channel, local_date(now), count)


def _conclude(
    session: Session,
    letter: Letter,
    error: DeliveryError,
    now: datetime,
    on_closed: Closed | None,
) -> None:
    if error.moved_to:
        groups.move(session, letter.row.chat, error.moved_to)
    elif error.blocked:
        if on_closed is not None:
            # first: by its state it knows whether this is news
            on_closed(session, letter.row.chat, now, error.muted)
        _close_door(session, letter.row.chat)
    elif error.lapsed:
        windows.end(session, letter.row.chat, now)
    elif error.stale_file and letter.body.blob is not None:
        deliveries.forget_upload(session, letter.body.blob, letter.row.channel)


def _close_door(session: Session, chat: str) -> None:
    group = groups.by_address(session, chat)
    account = accounts.by_private_chat(session, chat)
    if group is not None:
        group.state = GroupState.GONE
        session.add(group)
    if account is not None:
        account.blocked = True
        session.add(account)
    mail.block(session, chat)
