"""One-time links to the pages on which sheets are fetched and typed in."""

from __future__ import annotations

import secrets
from datetime import datetime

from handlers.access import Actor
from handlers.chat import Call
from handlers.members.passes import TOKEN_BYTES, PassError, holder
from handlers.papers.access import may_fill
from storage import papers, passes
from storage.database import Session
from storage.papers import Paper
from storage.passes import Pass, Purpose

PATH = "phieu"
PURPOSES = frozenset({Purpose.PAPER, Purpose.PAPER_ENTRY})


def link(call: Call, paper: Paper, purpose: Purpose) -> str:
    """The address of a page about a sheet; "" where there are no pages."""
    if not call.links.public_url or call.actor.account_id is None:
        return ""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    passes.issue(
        call.session,
        token,
        purpose,
        unit_id=paper.unit_id,
        account_id=call.actor.account_id,
        chat=call.actor.private_chat,
        now=call.now,
        about=paper.number,
    )
    return call.links.page(f"{PATH}/{token}")


def opened(
    session: Session, token: str, now: datetime, *, lock: bool = False
) -> tuple[Pass, Paper, Actor]:
    """The sheet behind a link, and who was given it, if she may still see it.

    Raises:
        PassError: she may not.
    """
    row = passes.by_token(session, token, lock=lock)
    paper = papers.get(session, row.about) if row is not None and row.about else None
    if row is None or paper is None or row.purpose not in PURPOSES:
        raise PassError("unknown")
    if row.used_at is not None:
        raise PassError("used")
    if row.expires_at <= now:
        raise PassError("expired")
    actor = holder(session, row, now)
    if not may_fill(session, actor, paper):
        raise PassError("refused")
    return row, paper, actor
