"""What a link opens: for whom, and whether it still does."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from handlers.access import Actor, Standing
from handlers.answer_links import minting
from handlers.chat import Call, Incoming, Moment
from handlers.errors import GoneError
from handlers.understanding.zone import local_date
from storage import answer_links, members, units
from storage.answer_links import AnswerLink
from storage.database import Session
from storage.members import Member, MemberStatus
from storage.units import Unit

CHANNEL = "page"


class LinkError(GoneError):
    """The link opens nothing; `reason` is unknown, expired, revoked or moved."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A good link. `member` is who answers; None until a group link knows her. `since` is when
    she told a group link who she is.
    """

    row: AnswerLink
    unit: Unit
    member: Member | None = None
    since: datetime | None = None

    @property
    def kind(self) -> str:
        """What it asks: roll, survey or directive."""
        return self.row.subject.partition(":")[0]

    @property
    def number(self) -> str:
        """The id of what it asks, in words."""
        return self.row.subject.partition(":")[2]

    @property
    def by_group(self) -> bool:
        """Whether she only said who she is: her answers count for less."""
        return self.row.member_id is None


def opened(session: Session, token: str, now: datetime) -> Opened:
    """The link with this token.

    Raises:
        LinkError: it opens nothing.
    """
    meant = (answer_links.by_token(session, one) for one in minting.meant_by(token))
    row = next((row for row in meant if row is not None), None)
    if row is None:
        raise LinkError("unknown")
    if row.revoked_at is not None:
        raise LinkError("revoked")
    if row.expires_at <= now:
        raise LinkError("expired")
    unit = units.get(session, row.unit_id)
    assert unit is not None
    if unit.closed:  # both units had a link for the same thing when one went into the other
        unit = units.current(session, unit)
        row = answer_links.of_group(session, row.subject, unit.id or 0) or row
    found = Opened(row, unit)
    return found if row.member_id is None else known(session, found, row.member_id, now)


def known(
    session: Session,
    found: Opened,
    member_id: int,
    now: datetime,
    *,
    since: datetime | None = None,
) -> Opened:
    """The same, answered by this member.

    Raises:
        LinkError: she is no member of the unit the link is for, and has no role in it.
    """
    member = members.get(session, member_id)
    if member is None or member.status == MemberStatus.LEFT:
        raise LinkError("moved")
    if member.unit_id != found.row.unit_id:
        roles = members.roles_of(session, [member_id], local_date(now))
        if all(role.unit_id != found.row.unit_id for role in roles):
            raise LinkError("moved")
    return replace(found, member=member, since=since)


def call_of(moment: Moment, found: Opened) -> Call:
    """The call of whoever answers on a page: the same doors ask who she is."""
    roles: tuple[Standing, ...] = ()
    ids: tuple[int, ...] = ()
    if found.member is not None and found.member.id is not None:
        ids = (found.member.id,)
        held = members.roles_of(moment.session, ids, local_date(moment.now))
        roles = tuple(Standing(r.kind, r.unit_id, r.team, r.member_id) for r in held)
    actor = Actor(address=f"{CHANNEL}:", member_ids=ids, standings=roles)
    incoming = Incoming(CHANNEL, "", "", actor.address, moment.now, private=True)
    return Call(moment.session, actor, moment.now, incoming, None, moment.links, moment.rng)
