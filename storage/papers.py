"""Sign-in sheets on paper, kept as they were printed: row 7 is the same person for ever."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Column, ForeignKey
from sqlmodel import Field, SQLModel, col, select

from storage.database import Session, Utc
from storage.members import Member


class Paper(SQLModel, table=True):
    """One sheet: a tổ of a unit, or all of it where it has none.

    `roll_id` is the roll it counts in, once that is known. `draft` is what somebody typed of it
    and has not agreed to yet.
    """

    __tablename__ = "roll_paper"
    id: int | None = Field(default=None, primary_key=True)
    unit_id: int = Field(foreign_key="unit.id", index=True)
    team: str = ""
    roll_id: int | None = Field(
        default=None, sa_column=Column(ForeignKey("roll.id", ondelete="CASCADE"), index=True)
    )
    title: str = ""
    printed_at: datetime = Field(sa_type=Utc)
    printed_by: int | None = Field(default=None, foreign_key="account.id")
    draft: str = ""

    @property
    def number(self) -> int:
        """The number printed on a stored sheet."""
        assert self.id is not None
        return self.id


class PaperRow(SQLModel, table=True):
    """Who stands in which row of a sheet, from 1."""

    __tablename__ = "roll_paper_row"
    paper_id: int = Field(
        sa_column=Column(
            ForeignKey("roll_paper.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
        )
    )
    row: int = Field(primary_key=True)
    member_id: int = Field(foreign_key="member.id", index=True)


def add(session: Session, paper: Paper, member_ids: Sequence[int]) -> Paper:
    """Keep a sheet with its rows in order; it has its number afterwards."""
    session.add(paper)
    session.flush()
    session.add_all(
        PaperRow(paper_id=paper.number, row=row, member_id=member_id)
        for row, member_id in enumerate(member_ids, 1)
    )
    session.flush()
    return paper


def get(session: Session, paper_id: int) -> Paper | None:
    """The sheet with this number."""
    return session.get(Paper, paper_id)


def rows(session: Session, paper_id: int) -> dict[int, Member]:
    """Who stands in which row."""
    found = session.exec(
        select(PaperRow.row, Member)
        .join(Member, col(Member.id) == PaperRow.member_id)
        .where(PaperRow.paper_id == paper_id)
        .order_by(col(PaperRow.row))
    )
    return dict(found.all())


def of_rolls(session: Session, roll_ids: Sequence[int]) -> list[Paper]:
    """The sheets of these rolls, of each tổ the one printed last, in the order of their numbers."""
    found = session.exec(
        select(Paper).where(col(Paper.roll_id).in_(roll_ids)).order_by(col(Paper.id))
    )
    last = {(paper.roll_id, paper.team): paper for paper in found}
    return sorted(last.values(), key=lambda paper: paper.number)


def printed_with(session: Session, paper: Paper) -> list[Paper]:
    """All sheets that came out of the printer together with this one, itself included."""
    return list(
        session.exec(
            select(Paper)
            .where(
                Paper.unit_id == paper.unit_id,
                Paper.printed_at == paper.printed_at,
                Paper.printed_by == paper.printed_by,
            )
            .order_by(col(Paper.id))
        )
    )
