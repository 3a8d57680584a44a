"""Making links: one for the group a question is put to, or one for one person.

Knows of no other noun, so that whatever shows a question may print its link.
"""

from __future__ import annotations

import base64
import re
import secrets
from datetime import timedelta

from handlers.chat import Links, Moment
from storage import answer_links
from storage.answer_links import AnswerLink

PATH = "t"
"""Where the pages are: short, for it is typed from paper."""
OWN_BYTES, GROUP_BYTES = 18, 10
"""144 bits for a link that opens straight on somebody's question; 80 for one that asks who she is
and is pasted in public anyway, in letters that are easily typed from a poster.
"""
GROUP_LIFE = timedelta(days=90)
OWN_LIFE = timedelta(days=14)
_AROUND = " .,;:!?)]}>\"'…”’"
_MISREAD = str.maketrans("018", "olb")
_SUBJECT = re.compile(r"(?:roll|survey|directive):\d+")


def url(links: Links, token: str) -> str:
    """The address of a page."""
    return links.page(f"{PATH}/{token}")


def group_link(moment: Moment, unit_id: int, subject: str) -> AnswerLink | None:
    """The link to paste into a unit's group, made once; None where there are no pages."""
    if not moment.links.public_url or _SUBJECT.fullmatch(subject) is None:
        return None
    standing = answer_links.of_group(moment.session, subject, unit_id)
    return standing or answer_links.add(
        moment.session,
        base64.b32encode(secrets.token_bytes(GROUP_BYTES)).decode().lower(),
        subject=subject,
        unit_id=unit_id,
        now=moment.now,
        expires_at=moment.now + GROUP_LIFE,
    )


def standing(moment: Moment, unit_id: int, subject: str) -> str:
    """The address of the group's link, if it was made; "" if not."""
    if not moment.links.public_url or _SUBJECT.fullmatch(subject) is None:
        return ""
    token = answer_links.group_token(moment.session, subject, unit_id)
    return url(moment.links, token) if token else ""


def meant_by(token: str) -> list[str]:
    """What may be meant by a link as it came: copied with the end of its sentence or, a group's,
    typed from paper: base32 (RFC 4648) has neither capitals nor 0, 1 and 8.
    """
    bare = token.strip(_AROUND)
    return list(dict.fromkeys((token, bare, bare.lower().translate(_MISREAD))))


def own_link(moment: Moment, unit_id: int, subject: str, member_id: int) -> tuple[AnswerLink, str]:
    """A link for one person, and its address; earlier ones of hers for the same thing lapse."""
    for earlier in answer_links.of_member(moment.session, subject, member_id, moment.now):
        answer_links.revoke(moment.session, earlier, moment.now)
    token = secrets.token_urlsafe(OWN_BYTES)
    row = answer_links.add(
        moment.session,
        token,
        subject=subject,
        unit_id=unit_id,
        now=moment.now,
        expires_at=moment.now + OWN_LIFE,
        member_id=member_id,
    )
    return row, url(moment.links, token)
