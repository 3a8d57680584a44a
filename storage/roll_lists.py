"""Lists and counts of roll calls: who said what, who is silent, who said what before a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import and_, bindparam, or_
from sqlmodel import col, delete, func, select

from storage import anonymous
from storage.accounts import Account
from storage.database import Session, table
from storage.members import Member, MemberStatus
from storage.objects import Objects, Pairs
from storage.quick import Quick, filled, slots
from storage.rolls import Purpose, Roll, RollMark, RollState, RollVerdict, Source, Status

_VERDICT, _MEMBER, _MARK = table(RollVerdict), table(Member), table(RollMark)
_COUNTS = Quick(
    select(_VERDICT.c.status, func.count())
    .where(_VERDICT.c.roll_id == bindparam("roll"))
    .group_by(_VERDICT.c.status)
)
_SILENT = Quick(
    select(func.count())
    .select_from(_MEMBER)
    .where(
        _MEMBER.c.unit_id == bindparam("unit"),
        _MEMBER.c.status == MemberStatus.ACTIVE,
        _MEMBER.c.id.not_in(
            select(_VERDICT.c.member_id).where(
                _VERDICT.c.roll_id == bindparam("roll"), _VERDICT.c.status != Status.UNANSWERED
            )
        ),
    )
)


def counts(session: Session, roll: Roll) -> dict[str, int]:
    """How many members have each status; those on leave or gone count only if they answered, and
    those erased as they stood at the close.
    """
    found: dict[str, int] = dict(_COUNTS.rows(session, {"roll": roll.number}))
    if roll.state == RollState.OPEN:
        asked = {"roll": roll.number, "unit": roll.unit_id}
        found[Status.UNANSWERED] = _SILENT.scalar(session, asked)
    for status, number in anonymous.of_roll(session, roll.number).items():
        found[status] = found.get(status, 0) + number
    return found


_BY_NAME = (_MEMBER.c.name_key, _MEMBER.c.id)
_BY_ROLL = _VERDICT.c.roll_id == bindparam("roll")
_ANSWERED = _VERDICT.c.status != Status.UNANSWERED
_STILL_SILENT = Objects(
    Member,
    select(Member)
    .where(
        _MEMBER.c.unit_id == bindparam("unit"),
        _MEMBER.c.status == MemberStatus.ACTIVE,
        _MEMBER.c.id.not_in(select(_VERDICT.c.member_id).where(_BY_ROLL, _ANSWERED)),
    )
    .order_by(*_BY_NAME),
)
_ANSWERS = (
    select(Member, RollVerdict)
    .join(RollVerdict, _VERDICT.c.member_id == _MEMBER.c.id)
    .where(_BY_ROLL)
    .order_by(*_BY_NAME)
)
_DIFFERING = Pairs(Member, RollVerdict, _ANSWERS.where(_VERDICT.c.differs != ""))
_SOURCES = Quick(
    select(_VERDICT.c.source, func.count()).where(_BY_ROLL, _ANSWERED).group_by(_VERDICT.c.source)
)


def silent(session: Session, roll: Roll) -> list[Member]:
    """Who has not answered, in name order."""
    if roll.state == RollState.OPEN:
        return _STILL_SILENT.all(session, {"roll": roll.number, "unit": roll.unit_id})
    return list(
        session.exec(
            select(Member)
            .join(RollVerdict, col(RollVerdict.member_id) == Member.id)
            .where(RollVerdict.roll_id == roll.number, RollVerdict.status == Status.UNANSWERED)
            .order_by(col(Member.name_key), col(Member.id))
        )
    )


def people(session: Session, unit_id: int) -> list[Member]:
    """Everybody a leader may mark, those on leave included, in name order."""
    return list(
        session.exec(
            select(Member)
            .where(Member.unit_id == unit_id, Member.status != MemberStatus.LEFT)
            .order_by(col(Member.name_key), col(Member.id))
        )
    )


def teams(session: Session, unit_id: int) -> list[str]:
    """The tổ of a unit; "" where some people have none."""
    return list(
        session.exec(
            select(Member.team)
            .where(Member.unit_id == unit_id, Member.status != MemberStatus.LEFT)
            .group_by(Member.team)
            .order_by(func.length(Member.team), Member.team)
        )
    )


def sheet(session: Session, roll: Roll) -> list[tuple[Member, RollVerdict | None]]:
    """The whole list in name order: those counted in the unit, and whoever answered besides."""
    listed = select(RollVerdict.member_id).where(RollVerdict.roll_id == roll.number)
    wanted: Any = col(Member.id).in_(listed)
    if roll.state == RollState.OPEN:
        counted = and_(
            col(Member.unit_id) == roll.unit_id, col(Member.status) == MemberStatus.ACTIVE
        )
        wanted = or_(wanted, col(Member.id).in_(select(Member.id).where(counted)))
    rows = session.exec(
        select(Member, RollVerdict)
        .join(
            RollVerdict,
            and_(col(RollVerdict.member_id) == Member.id, col(RollVerdict.roll_id) == roll.number),
            isouter=True,
        )
        .where(wanted)
        .order_by(col(Member.name_key), col(Member.id))
    )
    return list(rows)


def differing(session: Session, roll_id: int) -> list[tuple[Member, RollVerdict]]:
    """Of whom two answers differ, unsettled, in name order."""
    return _DIFFERING.all(session, {"roll": roll_id})


def markers(session: Session, roll_id: int) -> dict[int, str]:
    """The names of the accounts whose word counts in a roll."""
    rows = session.exec(
        select(Account.id, Account.name)
        .join(RollVerdict, col(RollVerdict.by) == Account.id)
        .where(RollVerdict.roll_id == roll_id)
        .distinct()
    )
    return {account: name for account, name in rows if account is not None}


def by_source(session: Session, roll: Roll) -> dict[str, int]:
    """How many answers count by each source."""
    return dict(_SOURCES.rows(session, {"roll": roll.number}))


@lru_cache
def _counted_by(sources: int) -> Pairs[Member, RollVerdict]:
    by_these = _VERDICT.c.source.in_(slots("source", sources))
    return Pairs(Member, RollVerdict, _ANSWERS.where(by_these, _ANSWERED))


def counted_by(
    session: Session, roll_id: int, sources: Sequence[str]
) -> list[tuple[Member, RollVerdict]]:
    """Whose answer counts by one of these sources, in name order."""
    asked = {"roll": roll_id, **filled("source", sources)}
    return _counted_by(len(sources)).all(session, asked)


@lru_cache
def _confirmed(sources: int) -> Quick:
    return Quick(
        select(func.count(func.distinct(_VERDICT.c.member_id)))
        .join(
            _MARK,
            and_(_MARK.c.member_id == _VERDICT.c.member_id, _MARK.c.roll_id == _VERDICT.c.roll_id),
        )
        .where(
            _BY_ROLL,
            _VERDICT.c.source == Source.LEADER,
            _MARK.c.source.in_(slots("source", sources)),
        )
    )


def confirmed(session: Session, roll_id: int, sources: Sequence[str]) -> int:
    """About how many the leader has spoken after one of these sources had."""
    asked = {"roll": roll_id, **filled("source", sources)}
    return int(_confirmed(len(sources)).scalar(session, asked))


def freeze(session: Session, roll: Roll) -> None:
    """Give every silent member of the day a verdict of her own, so that the list stands."""
    quiet = silent(session, roll)
    thaw(session, roll)
    session.add_all(
        RollVerdict(roll_id=roll.number, member_id=member.id or 0, status=Status.UNANSWERED)
        for member in quiet
    )
    session.flush()


def thaw(session: Session, roll: Roll) -> None:
    """Take the verdicts of silence back."""
    session.exec(
        delete(RollVerdict).where(
            col(RollVerdict.roll_id) == roll.number, col(RollVerdict.status) == Status.UNANSWERED
        )
    )


def marks_after(session: Session, roll_id: int, told: int) -> list[tuple[RollMark, Member]]:
    """The evidence kept after the mark `told`, oldest first, with the people it is about."""
    return list(
        session.exec(
            select(RollMark, Member)
            .join(Member, col(Member.id) == RollMark.member_id)
            .where(RollMark.roll_id == roll_id, col(RollMark.id) > told)
            .order_by(col(RollMark.id))
        )
    )


def answers_of(
    session: Session, member_ids: Sequence[int], since: datetime
) -> list[tuple[Roll, RollVerdict]]:
    """What these people have in rolls that are open, or were closed after a moment."""
    return list(
        session.exec(
            select(Roll, RollVerdict)
            .join(RollVerdict, col(RollVerdict.roll_id) == Roll.id)
            .where(
                col(RollVerdict.member_id).in_(member_ids),
                or_(col(Roll.state) == RollState.OPEN, col(Roll.closed_at) > since),
            )
            .order_by(col(Roll.id).desc(), col(RollVerdict.member_id))
        )
    )


def intents(session: Session, meeting_id: int) -> dict[int, str]:
    """What each member announced for a meeting; who said nothing is left out."""
    rows = session.exec(
        select(RollVerdict.member_id, RollVerdict.status)
        .join(Roll, col(Roll.id) == RollVerdict.roll_id)
        .where(
            Roll.meeting_id == meeting_id,
            Roll.purpose == Purpose.INTENT,
            RollVerdict.status != Status.UNANSWERED,
        )
    )
    return dict(rows.all())
