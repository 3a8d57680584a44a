"""What is on the sheets that are printed together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from handlers.members.landmarks import team_order
from handlers.understanding.zone import local_date
from storage import meetings, members, papers, rolls, units
from storage.database import Session
from storage.members import Member
from storage.papers import Paper
from storage.rolls import Purpose, Roll
from storage.units import Unit

START = "phieu_"
"""What a sheet's QR hands to the bot, before the sheet's number."""
NAMED = 80
"""Characters of a title on paper."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet as it is drawn: who stands in which row, and where its QR leads ("" for none)."""

    number: int
    above: str
    unit: str
    team: str
    title: str
    day: date | None
    place: str
    rows: tuple[tuple[int, str, str], ...]  # row, name, year of birth
    link: str


def new(
    session: Session, unit: Unit, teams: Sequence[str] | None, *, by: int | None, now: datetime
) -> list[Paper]:
    """Sheets for a unit, one for each tổ (only of `teams`, if given), kept as they will be printed.

    They count in the attendance that is open, if one is.
    """
    assert unit.id is not None
    roll = attendance(session, unit.id)
    people = sorted(members.of_unit(session, unit.id), key=lambda member: team_order(member.team))
    return [
        papers.add(
            session,
            Paper(
                unit_id=unit.id,
                team=team,
                roll_id=roll.number if roll else None,
                title=roll.title[:NAMED] if roll else "",
                printed_at=now,
                printed_by=by,
            ),
            [member.id for member in some if member.id is not None],
        )
        for team, some in groupby(people, key=lambda member: member.team)
        if teams is None or team in teams
    ]


def attendance(session: Session, unit_id: int) -> Roll | None:
    """The attendance of a unit that is open, for all its groups."""
    return next(
        (
            roll
            for roll in rolls.opened(session, [unit_id])
            if roll.purpose == Purpose.ATTENDANCE and roll.group_id is None
        ),
        None,
    )


def drawn(session: Session, paper: Paper, link: str) -> Sheet:
    """A kept sheet, ready to be drawn."""
    unit = units.get(session, paper.unit_id)
    assert unit is not None
    above = units.get(session, unit.parent_id) if unit.parent_id else None
    roll = rolls.get(session, paper.roll_id) if paper.roll_id else None
    meeting = meetings.get(session, roll.meeting_id) if roll and roll.meeting_id else None
    return Sheet(
        number=paper.number,
        above=above.name if above else "",
        unit=unit.name,
        team=paper.team,
        title=paper.title,
        day=local_date(roll.opened_at) if roll else None,
        place=meeting.place if meeting else "",
        rows=tuple(_row(row, who) for row, who in papers.rows(session, paper.number).items()),
        link=link,
    )


def _row(row: int, member: Member) -> tuple[int, str, str]:
    return row, member.name, member.birth[:4]
