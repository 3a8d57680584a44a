"""Links to the page on which a person reads and takes all that is kept of her: half an hour long, and
not through a chat platform.
"""

from __future__ import annotations

import secrets
from datetime import datetime

from handlers.access import Actor, leads
from handlers.chat import Call
from handlers.members.passes import TOKEN_BYTES, PassError, holder
from handlers.privacy.subjects import Subject
from storage import members, passes
from storage.database import Session
from storage.members import Member
from storage.passes import Purpose

PATH = "du-lieu"


def link(call: Call, about: Subject) -> str:
    """The address of the page; "" where there are no pages."""
    if not call.links.public_url or call.actor.account_id is None:
        return ""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    passes.issue(
        call.session,
        token,
        Purpose.OWN,
        unit_id=about.member.unit_id,
        account_id=call.actor.account_id,
        chat=call.actor.private_chat,
        now=call.now,
        member_id=about.id,
    )
    return call.links.page(f"{PATH}/{token}")


def opened(session: Session, token: str, now: datetime) -> tuple[Member, Actor]:
    """The person behind a link, and who was given it, if she may still see her.

    Raises:
        PassError: she may not.
    """
    row = passes.by_token(session, token)
    member = members.get(session, row.member_id) if row is not None and row.member_id else None
    if row is None or member is None or row.purpose != Purpose.OWN:
        raise PassError("unknown")
    if row.expires_at <= now:
        raise PassError("expired")
    actor = holder(session, row, now)
    if member.id not in actor.member_ids and not leads(session, actor, member.unit_id):
        raise PassError("refused")
    return member, actor
