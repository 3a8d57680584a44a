"""Mail that waits for a channel that is down, put into the form of another and sent there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from itertools import chain

import msgspec

from bot.posting import Body
from bot.render import numbered, plain, split, words
from handlers.chat import Limits
from storage import accounts, detours, dialogues, mail, stranded
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
        if door := stranded.other_door(session, row.chat):
            _send_on(session, row, door, limits_of(door), now)
        detour.mail_upto = row.id
    if len(rows) < AT_ONCE:
        detour.mailed_at = now
    session.add(detour)
    session.flush()


def _send_on(session: Session, row: Waiting, door: str, limits: Limits, now: datetime) -> None:
    first, *more = fitted(row.body, limits)
    stranded.move(session, row.id, door, first)
    for number, body in enumerate(more, 1):
        mail.post(
            session,
            key=f"{row.key}/on{number}",
            channel=detours.channel_of(door),
            chat=door,
            body=body,
            bulk=row.bulk,
            created_at=now,
            not_before=row.not_before,
            expires_at=row.expires_at,
        )
    account = accounts.by_private_chat(session, door)
    if row.choices and account is not None:
        asked = dialogues.asked(session, chat=door, sender=account.address)
        if asked is None or not asked.expects or asked.lapses_at <= now:
            dialogues.ask(
                session, chat=door, sender=account.address, expects="", choices=row.choices, now=now
            )


def fitted(body: str, limits: Limits) -> list[str]:
    """A message made for one channel as another can show it, in one part or more: buttons become
    numbers, and of a file that cannot go along it is said so.
    """
    said = msgspec.json.decode(body or "{}", type=Body)
    text = said.text
    if said.choices and not limits.buttons:
        offered = tuple(c for c in chain.from_iterable(said.choices) if c.numbered or c.url)
        text = f"{text}\n\n{numbered(offered)}" if offered else text
        said.choices = ()
    if said.blob is not None and not limits.files:
        context = {"name": said.file_name, "link": "", "until": None, "shared": False}
        text = f"{text}\n\n{words('delivery/file.j2', context)}"
        said.blob, said.file_name = None, ""
    room = limits.max_text if said.blob is None else limits.max_caption
    first, *more = split(text if limits.markup else plain(text), room)
    later = [Body(text=part) for part in more]
    if later:  # what can be pressed stands below the last words
        later[-1].choices, said.choices = said.choices, ()
    said.text = first
    if not limits.pictures_by_link:
        said.picture = ""
    return [msgspec.json.encode(part).decode() for part in (said, *later)]
