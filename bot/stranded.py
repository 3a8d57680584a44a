"""Mail that waits for a channel that is down, put into the form of another and sent there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import msgspec

from bot import questions
from bot.enclosures import carried as takes
from bot.letters import body_of
from bot.posting import Body
from bot.render import numbered, plain, pressed, split, words
from handlers.chat import Document, Limits
from storage import detours, mail, stranded
from storage.database import Session
from storage.detours import Detour
from storage.stranded import Waiting

AT_ONCE = 200
"""So many messages are looked at in one transaction."""


def rehome(
    session: Session, detour: Detour, limits_of: Callable[[str], Limits], now: datetime
) -> None:
    """Send on, some at a time, what waits for people who have another door. What is for groups,
    or for those who have none, waits.
    """
    rows = stranded.waiting(session, detour.channel, detour.mail_upto, AT_ONCE)
    for row in rows:
        body = body_of(row.body)
        if body is not None and (door := stranded.other_door(session, row.chat)):
            _send_on(session, row, body, door, limits_of(door), now)
        detour.mail_upto = row.id
    if len(rows) < AT_ONCE:
        detour.mailed_at = now
    session.add(detour)
    session.flush()


def _send_on(
    session: Session, row: Waiting, body: Body, door: str, limits: Limits, now: datetime
) -> None:
    file = Document(body.blob, body.file_name) if body.blob is not None else None
    first, *more = fitted(body, limits, carried=takes(session, file, limits))
    stranded.move(session, row.id, door, first)
    for number, part in enumerate(more, 1):
        mail.post(
            session,
            key=f"{row.key}/on{number}",
            channel=detours.channel_of(door),
            chat=door,
            body=part,
            bulk=row.bulk,
            created_at=now,
            not_before=row.not_before,
            expires_at=row.expires_at,
        )
    if row.choices:
        questions.offer(session, door, row.choices, now)


def fitted(said: Body, limits: Limits, *, carried: bool) -> list[str]:
    """A message made for one channel as another can show it, in one part or more: buttons become
    numbers, and of a file that is not `carried` there it is said so.
    """
    text, blob, name = said.text, said.blob, said.file_name
    said.blob, said.file_name = None, ""
    choices = tuple(choice for row in said.choices for choice in row)
    buttons = pressed(choices, limits)
    if not buttons and (offered := tuple(c for c in choices if c.numbered or c.url)):
        text = f"{text}\n\n{numbered(offered)}"
    rows = (tuple(choice for choice in row if choice in buttons) for row in said.choices)
    said.choices = tuple(row for row in rows if row)
    if blob is not None and not carried:
        context = {"name": name, "link": "", "until": None, "shared": False}
        text = f"{text}\n\n{words('delivery/file.j2', context)}"
    room = limits.max_caption if carried and limits.captions else limits.max_text
    parts = [Body(text=part) for part in split(text if limits.markup else plain(text), room)]
    parts[-1].choices = said.choices  # what can be pressed stands below the last words
    if carried:
        at = parts[0] if limits.captions else Body()
        at.blob, at.file_name = blob, name
        parts = parts if limits.captions else [*parts, at]
    parts[0].picture = said.picture if limits.pictures_by_link else ""
    return [msgspec.json.encode(part).decode() for part in parts]
