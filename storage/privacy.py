"""What people ask about their own data, what is kept by separate consent, and who was erased.

None of these rows holds a foreign key to a member except the sensitive facts: the others must
outlive her.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, ForeignKey, Index, UniqueConstraint, bindparam
from sqlmodel import Field, SQLModel, col, delete, func, select, update

from storage.database import Session, Utc, table
from storage.members import Member
from storage.quick import Quick


class Right(StrEnum):
    """What a person may ask for (Law 91/2025/QH15, Article 4)."""

    VIEW = "view"
    EXPORT = "export"
    CORRECT = "correct"
    ERASE = "erase"
    WITHDRAW = "withdraw"
    RESTRICT = "restrict"
    OBJECT = "object"


class RequestState(StrEnum):
    """How far a request has come."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"  # she thought better of it


class DataRequest(SQLModel, table=True):
    """One request and its due dates (Decree 356/2025/NĐ-CP, Article 5).

    `field` and `value` are what a correction would write; the value is dropped with the decision.
    An erasure is done at `act_at`, so that she can change her mind. `why` is
    the code word of a refusal's reason.
    """

    __tablename__ = "data_request"
    __table_args__ = (
        Index("ix_data_request_state_due_at", "state", "due_at"),
        Index("ix_data_request_member_id", "member_id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    member_id: int
    unit_id: int = Field(foreign_key="unit.id", index=True)
    kind: str
    by_member: int | None = None  # who asked: herself or her leader; None: the operator
    chat: str = ""  # where she is told what became of it
    field: str = ""
    value: str = ""
    why: str = ""
    state: str = RequestState.OPEN
    asked_at: datetime = Field(sa_type=Utc)
    answer_by: datetime = Field(sa_type=Utc)
    due_at: datetime = Field(sa_type=Utc)
    act_at: datetime | None = Field(default=None, sa_type=Utc)
    answered_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_at: datetime | None = Field(default=None, sa_type=Utc)
    closed_by: int | None = None
    reminded_at: datetime | None = Field(default=None, sa_type=Utc)


class Erased(SQLModel, table=True):
    """Somebody was erased: numbers only, to erase her again should an older backup come back.

    `listed` once the list of erasures outside of the database has it.
    """

    id: int | None = Field(default=None, primary_key=True)
    member_id: int
    accounts: list[int] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    at: datetime = Field(sa_type=Utc)
    listed: bool = False


class Sensitive(StrEnum):
    """Fields kept only by separate consent (Law 91/2025/QH15, Article 2; Decree 356, Article 4)."""

    ETHNICITY = "ethnicity"
    RELIGION = "religion"
    PARTY = "party"
    POVERTY = "poverty"
    HEALTH = "health"


class SensitiveFact(SQLModel, table=True):
    """What a person let the union keep of one sensitive field."""

    __tablename__ = "sensitive_fact"
    __table_args__ = (UniqueConstraint("member_id", "field"),)
    id: int | None = Field(default=None, primary_key=True)
    member_id: int = Field(
        sa_column=Column(ForeignKey("member.id", ondelete="CASCADE"), nullable=False)
    )
    field: str
    value: str
    changed_at: datetime = Field(sa_type=Utc)


def add(session: Session, request: DataRequest) -> DataRequest:
    """Keep a request; it has its id afterwards."""
    session.add(request)
    session.flush()
    return request


def get(session: Session, request_id: int) -> DataRequest | None:
    """The request with this id, for nobody else meanwhile."""
    return session.exec(
        select(DataRequest).where(DataRequest.id == request_id).with_for_update()
    ).first()


def close(
    session: Session, request: DataRequest, state: RequestState, now: datetime, by: int | None
) -> None:
    """A request is settled; what it would have written is kept no longer."""
    request.state, request.closed_at, request.closed_by = state, now, by
    request.answered_at = request.answered_at or now
    request.value, request.chat, request.act_at = "", "", None
    session.add(request)
    session.flush()


def open_of(session: Session, member_id: int, kind: Right, field: str = "") -> DataRequest | None:
    """What a person has asked for and nobody has settled."""
    return session.exec(
        select(DataRequest).where(
            DataRequest.member_id == member_id,
            DataRequest.kind == kind,
            DataRequest.field == field,
            DataRequest.state == RequestState.OPEN,
        )
    ).first()


def of_member(session: Session, member_id: int, since: datetime) -> list[DataRequest]:
    """All that a person has asked for since she came, oldest first."""
    return list(
        session.exec(
            select(DataRequest)
            .where(DataRequest.member_id == member_id, col(DataRequest.asked_at) >= since)
            .order_by(col(DataRequest.id))
        )
    )


def log(
    session: Session, unit_ids: Sequence[int], limit: int | None, *, only_open: bool = False
) -> list[DataRequest]:
    """Requests of people of these units: open ones first, the most urgent at the top."""
    query = select(DataRequest).where(col(DataRequest.unit_id).in_(unit_ids))
    if only_open:
        query = query.where(DataRequest.state == RequestState.OPEN)
    settled = col(DataRequest.state) != RequestState.OPEN
    query = query.order_by(settled, col(DataRequest.due_at), col(DataRequest.id).desc())
    return list(session.exec(query.limit(limit) if limit is not None else query))


_REQUEST = table(DataRequest).c
_OPEN = select(_REQUEST.id).where(_REQUEST.state == RequestState.OPEN).order_by(_REQUEST.id)
_UNANSWERED = _REQUEST.answered_at.is_(None) & (_REQUEST.answer_by <= bindparam("answer_before"))
_TO_REMIND = Quick(
    _OPEN.where(
        _REQUEST.reminded_at.is_(None),
        _UNANSWERED | (_REQUEST.due_at <= bindparam("due_before")),
    )
)
_TO_ACT = Quick(_OPEN.where(_REQUEST.act_at <= bindparam("now")))


def to_remind(session: Session, answer_before: datetime, due_before: datetime) -> list[int]:
    """Open requests whose time runs out and of which nobody was reminded yet."""
    asked = {"answer_before": answer_before, "due_before": due_before}
    return _TO_REMIND.column(session, asked)


def to_act(session: Session, now: datetime) -> list[int]:
    """Erasures whose time for a change of mind is over."""
    return _TO_ACT.column(session, {"now": now})


def drop_old(session: Session, before: datetime) -> int:
    """Delete requests settled before a moment; how many."""
    old = col(DataRequest.closed_at) < before
    return int(session.exec(delete(DataRequest).where(old)).rowcount)


def facts_of(session: Session, member_id: int) -> dict[str, str]:
    """The sensitive fields kept of a person."""
    rows = session.exec(
        select(SensitiveFact.field, SensitiveFact.value)
        .where(SensitiveFact.member_id == member_id)
        .order_by(col(SensitiveFact.id))
    )
    return dict(rows.all())


def count_facts(session: Session, unit_ids: Sequence[int]) -> int:
    """How many sensitive fields are kept of people of these units."""
    return session.exec(
        select(func.count())
        .select_from(SensitiveFact)
        .join(Member, col(Member.id) == col(SensitiveFact.member_id))
        .where(col(Member.unit_id).in_(unit_ids))
    ).one()


def keep_fact(session: Session, member_id: int, field: str, value: str, now: datetime) -> None:
    """Keep a sensitive field; that she agreed is the caller's to check."""
    row = session.exec(
        select(SensitiveFact).where(
            SensitiveFact.member_id == member_id, SensitiveFact.field == field
        )
    ).first()
    row = row or SensitiveFact(member_id=member_id, field=field, value="", changed_at=now)
    row.value, row.changed_at = value, now
    session.add(row)
    session.flush()


def drop_fact(session: Session, member_id: int, field: str) -> bool:
    """Delete a sensitive field; False if there was nothing."""
    here = (col(SensitiveFact.member_id) == member_id, col(SensitiveFact.field) == field)
    return bool(session.exec(delete(SensitiveFact).where(*here)).rowcount)


def drop_unagreed(session: Session, member_id: int, agreed: Collection[str]) -> None:
    """Delete the sensitive fields that a person does not agree to any more."""
    mine = col(SensitiveFact.member_id) == member_id
    session.exec(delete(SensitiveFact).where(mine, col(SensitiveFact.field).not_in(agreed)))


def note_erased(
    session: Session, member_id: int, accounts: Sequence[int], now: datetime, *, listed: bool
) -> None:
    """Write down that a person is erased."""
    session.add(Erased(member_id=member_id, accounts=list(accounts), at=now, listed=listed))
    session.flush()


def unlisted(session: Session) -> list[Erased]:
    """Erasures that the list outside of the database does not have yet."""
    rows = session.exec(
        select(Erased).where(col(Erased.listed).is_(False)).order_by(col(Erased.id))
    )
    return list(rows)


def set_listed(session: Session, erased_ids: Sequence[int]) -> None:
    """That list has them now."""
    session.exec(update(Erased).where(col(Erased.id).in_(erased_ids)).values(listed=True))


def erasures(session: Session) -> list[Erased]:
    """Everybody ever erased."""
    return list(session.exec(select(Erased).order_by(col(Erased.id))))
