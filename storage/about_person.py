"""All rows about one person, for the copy of her data that the law gives her."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import col, select

from storage.accounts import Account, AccountMember
from storage.clubs import Club, ClubMember
from storage.database import Session
from storage.dues import DuesTick
from storage.members import Role
from storage.rolls import Roll, RollVerdict
from storage.survey_answers import SurveyAnswer
from storage.surveys import Survey
from storage.tables import metadata

SECRET = {"digest", "token"}
"""Columns that open doors; they say nothing of her."""


def raw(session: Session, member_id: int) -> dict[str, list[dict[str, Any]]]:
    """Every row whose `member_id` is hers, and her own, by table: found by the foreign keys, so that
    a new table is in it by itself. Values are as JSON knows them.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        about = {key.parent for key in table.foreign_keys if key.column.table.name == "member"}
        here = [column for column in about if column.name == "member_id"]
        if table.name == "member":
            here = [table.c.id]
        shown = [column for column in table.columns if column.name not in SECRET]
        for column in here:
            query = select(*shown).where(column == member_id)
            rows = session.connection().execute(query.order_by(*table.primary_key)).mappings()
            kept = [{name: _plain(value) for name, value in row.items()} for row in rows]
            if kept:
                found[table.name] = kept
    return found


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value


def roles(session: Session, member_id: int) -> list[Role]:
    """Every role she ever held."""
    query = select(Role).where(Role.member_id == member_id).order_by(col(Role.id))
    return list(session.exec(query))


def accounts(session: Session, member_id: int) -> list[tuple[Account, AccountMember]]:
    """The accounts that speak for her, and since when."""
    return list(
        session.exec(
            select(Account, AccountMember)
            .join(AccountMember, col(AccountMember.account_id) == col(Account.id))
            .where(AccountMember.member_id == member_id)
            .order_by(col(AccountMember.id))
        )
    )


def clubs(session: Session, member_id: int) -> list[tuple[Club, ClubMember]]:
    """The circles she belongs or belonged to."""
    return list(
        session.exec(
            select(Club, ClubMember)
            .join(ClubMember, col(ClubMember.club_id) == col(Club.id))
            .where(ClubMember.member_id == member_id)
            .order_by(col(ClubMember.id))
        )
    )


def dues(session: Session, member_id: int) -> list[DuesTick]:
    """The years she has paid for."""
    query = select(DuesTick).where(DuesTick.member_id == member_id)
    return list(session.exec(query.order_by(col(DuesTick.year))))


def rolls(session: Session, member_id: int) -> list[tuple[Roll, RollVerdict]]:
    """What counts of her in every roll, newest first."""
    return list(
        session.exec(
            select(Roll, RollVerdict)
            .join(RollVerdict, col(RollVerdict.roll_id) == col(Roll.id))
            .where(RollVerdict.member_id == member_id)
            .order_by(col(Roll.id).desc())
        )
    )


def answers(session: Session, member_id: int) -> list[tuple[Survey, SurveyAnswer]]:
    """What she answered by name in every survey, newest first."""
    return list(
        session.exec(
            select(Survey, SurveyAnswer)
            .join(SurveyAnswer, col(SurveyAnswer.survey_id) == col(Survey.id))
            .where(SurveyAnswer.member_id == member_id)
            .order_by(col(Survey.id).desc(), col(SurveyAnswer.question))
        )
    )
