"""Roll calls: the evidence of every answer, one verdict for each member, and what was done to them.

A verdict follows from the evidence (`handlers.rolls.precedence`); it is stored so that a tally is
one GROUP BY. At the close every silent member gets a verdict too: the figures are frozen.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, bindparam, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, SQLModel, col, func, select

from storage.database import Session, Utc, table
from storage.objects import find
from storage.quick import Quick


class Status(StrEnum):
    """What is known of one member."""

    PRESENT = "present"
    PRESENT_ONLINE = "present_online"
    LATE = "late"
    ABSENT = "absent"  # said no, no reason known
    ABSENT_EXCUSED = "absent_excused"
    ABSENT_UNEXCUSED = "absent_unexcused"  # only a leader's hand sets it
    UNANSWERED = "unanswered"  # as evidence: an answer taken back


class Source(StrEnum):
    """How an answer came."""

    BUTTON = "button"
    NUMBER = "number"
    WORDS = "words"
    PAGE = "page"  # by a link of her own
    LINK = "link"  # by the link of a group: she said who she is
    QR = "qr"  # by the code on the hall's screen: she said who she is, and was there
    HELPER = "helper"  # who shares her phone
    LEADER = "leader"
    TEAM_HEAD = "team_head"  # for her own tổ
    PAPER = "paper"  # read off a sign-in sheet


class Purpose(StrEnum):
    """What was announced beforehand and who really came are two lists."""

    ATTENDANCE = "attendance"
    INTENT = "intent"


class RollState(StrEnum):
    """Whether answers count."""

    OPEN = "open"
    CLOSED = "closed"


class Roll(SQLModel, table=True):
    """One roll call of one unit; with `group_id` it is shown in that group alone.

    `offers` are the statuses on its buttons, in order. `template` and `context` say what its
    prompt shows above the tally. `tallies` counts the tallies sent; `stale` and `news` mean that
    the group's tally and the leader's digest are behind; `told` is the last mark in a digest.
    `answer_by` is when answers are due; `chased` once the leader has been told of the silent.
    `quorum` is this roll's own rule, "" if that of the unit holds.
    """

    __table_args__ = (
        Index("ix_roll_unit_id_state", "unit_id", "state"),
        Index("ix_roll_stale_tally_at", "stale", "tally_at"),
        Index("ix_roll_news_digest_at", "news", "digest_at"),
        Index("ix_roll_chased_answer_by", "chased", "answer_by"),
    )
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id")
    group_id: int | None = Field(default=None, foreign_key="chat_group.id")
    meeting_id: int | None = Field(default=None, foreign_key="meeting.id", index=True)
    purpose: str = Purpose.ATTENDANCE
    title: str = ""
    offers: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    template: str
    context: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    state: str = RollState.OPEN
    opened_at: datetime = Field(sa_type=Utc)
    opened_by: int | None = Field(default=None, foreign_key="account.id")
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    tallies: int = 0
    tally_at: datetime | None = Field(default=None, sa_type=Utc)
    stale: bool = False
    digest_at: datetime = Field(sa_type=Utc)
    told: int = 0
    news: bool = False
    answer_by: datetime | None = Field(default=None, sa_type=Utc)
    chased: bool = False
    quorum: str = ""

    @property
    def number(self) -> int:
        """The id of a stored roll."""
        assert self.id is not None
        return self.id


class RollMark(SQLModel, table=True):
    """One piece of evidence: who, what, how it came, by which account, when and why.

    Nothing here is ever changed. `late` came after the close and counts only if it is reopened.
    """

    __tablename__ = "roll_mark"
    __table_args__ = (Index("ix_roll_mark_roll_id_member_id", "roll_id", "member_id"),)
    id: int | None = Field(default=None, primary_key=True)
    roll_id: int = Field(
        sa_column=Column(ForeignKey("roll.id", ondelete="CASCADE"), nullable=False)
    )
    member_id: int = Field(foreign_key="member.id", index=True)
    status: str
    source: str
    at: datetime = Field(sa_type=Utc)
    by: int | None = Field(default=None, foreign_key="account.id")
    reason: str = ""
    late: bool = False


class RollVerdict(SQLModel, table=True):
    """What now counts for one member. `differs` is a later answer of less weight that says
    otherwise, while nobody has settled it.
    """

    __tablename__ = "roll_verdict"
    roll_id: int = Field(
        sa_column=Column(ForeignKey("roll.id", ondelete="CASCADE"), primary_key=True)
    )
    member_id: int = Field(foreign_key="member.id", primary_key=True, index=True)
    status: str
    source: str = ""
    at: datetime | None = Field(default=None, sa_type=Utc)
    by: int | None = Field(default=None, foreign_key="account.id")
    reason: str = ""
    differs: str = ""


class RollStep(SQLModel, table=True):
    """What was done to a roll: opened, closed, reopened; by whom and when. `figures` are what a
    close froze: {"counts": {status: how many}, "mark": the id of the last evidence}.
    """

    __tablename__ = "roll_step"
    id: int | None = Field(default=None, primary_key=True)
    roll_id: int = Field(
        sa_column=Column(ForeignKey("roll.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    what: str
    at: datetime = Field(sa_type=Utc)
    by: int | None = Field(default=None, foreign_key="account.id")
    figures: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def get(session: Session, roll_id: int) -> Roll | None:
    """The roll with this id."""
    return find(session, Roll, roll_id)


def add(session: Session, roll: Roll) -> Roll:
    """Store a new roll; it has its id afterwards."""
    session.add(roll)
    session.flush()
    note(session, roll, "opened", at=roll.opened_at, by=roll.opened_by)
    return roll


def note(
    session: Session,
    roll: Roll,
    what: str,
    *,
    at: datetime,
    by: int | None,
    figures: Mapping[str, Any] | None = None,
) -> None:
    """Write down what was done to a roll."""
    figures = dict(figures or {})
    session.add(RollStep(roll_id=roll.number, what=what, at=at, by=by, figures=figures))


_ROLL = table(Roll)


@lru_cache
def _changing(names: tuple[str, ...]) -> Quick:
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    return Quick(update(_ROLL).where(_ROLL.c.id == bindparam("roll")).values(new))


def change(session: Session, roll: Roll, **values: Any) -> None:
    """Give a roll other values: what every answer does, and so past the session's bookkeeping,
    which takes ten times as long.
    """
    new = {f"new_{name}": value for name, value in values.items()}
    _changing(tuple(values)).count(session, {"roll": roll.number, **new})
    for name, value in values.items():
        set_committed_value(roll, name, value)


_OPENED = Quick(
    select(_ROLL.c.id)
    .where(_ROLL.c.unit_id == bindparam("unit"), _ROLL.c.state == RollState.OPEN)
    .order_by(_ROLL.c.id.desc())
)


def opened(session: Session, unit_ids: Sequence[int]) -> list[Roll]:
    """The open rolls of these units, newest first."""
    if len(unit_ids) == 1:  # in its group
        found = [
            find(session, Roll, row[0]) for row in _OPENED.rows(session, {"unit": unit_ids[0]})
        ]
        return [roll for roll in found if roll is not None]
    return load_open(session, unit_ids)


def load_open(session: Session, unit_ids: Sequence[int]) -> list[Roll]:
    """Load the open rolls of any number of units at once, newest first."""
    return list(
        session.exec(
            select(Roll)
            .where(col(Roll.unit_id).in_(unit_ids), Roll.state == RollState.OPEN)
            .order_by(col(Roll.id).desc())
        )
    )


def last_closed(session: Session, unit_ids: Sequence[int]) -> Roll | None:
    """The attendance of these units that was closed last."""
    return session.exec(
        select(Roll)
        .where(
            col(Roll.unit_id).in_(unit_ids),
            Roll.state == RollState.CLOSED,
            Roll.purpose == Purpose.ATTENDANCE,
        )
        .order_by(col(Roll.closed_at).desc())
        .limit(1)
    ).first()


def is_first(session: Session, roll: Roll) -> bool:
    """Whether a unit has had no roll before this one."""
    earlier = select(Roll.id).where(Roll.unit_id == roll.unit_id, col(Roll.id) < roll.id)
    return session.exec(earlier.limit(1)).first() is None


def of_meeting(session: Session, meeting_id: int, purpose: Purpose) -> list[Roll]:
    """The rolls of a meeting: one for each unit it is for."""
    return list(
        session.exec(
            select(Roll)
            .where(Roll.meeting_id == meeting_id, Roll.purpose == purpose)
            .order_by(col(Roll.id))
        )
    )


def late_members(session: Session, roll_id: int) -> list[int]:
    """Members about whom something came after the close."""
    return list(
        session.exec(
            select(RollMark.member_id)
            .where(RollMark.roll_id == roll_id, col(RollMark.late))
            .distinct()
        )
    )


def newest_mark(session: Session, roll_id: int) -> int:
    """The id of the last evidence in a roll; 0 while there is none."""
    newest = select(func.max(RollMark.id)).where(RollMark.roll_id == roll_id)
    return session.exec(newest).one() or 0


def verdict(session: Session, roll_id: int, member_id: int) -> RollVerdict | None:
    """What now counts for one member."""
    return session.get(RollVerdict, (roll_id, member_id))


def _due(flag: str, moment: str) -> Quick:
    """Rolls under a flag, whose moment has come."""
    at = _ROLL.c[moment]
    query = select(_ROLL.c.id).where(_ROLL.c[flag], at <= bindparam("before"))
    return Quick(query.order_by(at).limit(bindparam("most")))


_TALLIES, _DIGESTS = _due("stale", "tally_at"), _due("news", "digest_at")


def due_tallies(session: Session, before: datetime, limit: int) -> list[int]:
    """Rolls whose group has not seen the newest figures, last shown before a moment."""
    return _TALLIES.column(session, {"before": before, "most": limit})


def due_digests(session: Session, before: datetime, limit: int) -> list[int]:
    """Rolls whose leader has not heard the news, last told before a moment."""
    return _DIGESTS.column(session, {"before": before, "most": limit})
