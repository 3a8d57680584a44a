"""The list of a roll as a workbook, for the leader's files."""

from __future__ import annotations

from datetime import datetime

from handlers.rolls import apart, showing, words
from handlers.understanding.spoken import speak_moment
from handlers.understanding.zone import local_date
from handlers.workbooks import Cell, Table, write
from storage import pasts, roll_lists, roll_steps
from storage.database import Session
from storage.members import Member
from storage.rolls import Purpose, Roll, RollVerdict, Source, Status

HEADER = (
    "STT",
    "Họ và tên",
    "Tổ",
    "Năm sinh",
    "Trạng thái",
    "Cách ghi nhận",
    "Lúc",
    "Lý do",
    "Người ghi",
    "Câu trả lời khác",
)
STEPS = {"opened": "mở", "closed": "chốt", "reopened": "mở lại"}

BY_OTHERS = frozenset({Source.LEADER, Source.TEAM_HEAD, Source.HELPER, Source.PAPER})
"""Of what these say, the list names who wrote it down."""


def workbook(session: Session, roll: Roll, now: datetime) -> tuple[str, bytes]:
    """File name and content of the list as it stands."""
    unit = showing.unit_of(session, roll)
    homes = pasts.homes_on(session, roll.closed_at) if roll.closed_at is not None else {}
    labels = words.labels(roll)
    announced = _announced(session, roll)
    markers = roll_lists.markers(session, roll.number)
    rows = [
        [
            number,
            *_row(member, homes.get(member.id or 0, (0, member.team))[1], verdict, labels, markers),
            *_said(member, announced),
        ]
        for number, (member, verdict) in enumerate(roll_lists.sheet(session, roll), 1)
    ]
    about = f"{unit.name}: {roll.title}" if roll.title else unit.name
    table = Table(
        title=f"Danh sách điểm danh – {about}",
        notes=_notes(session, roll),
        header=(*HEADER, "Báo trước") if announced is not None else HEADER,
        rows=rows,
    )
    day = local_date(roll.opened_at)
    return f"diem-danh_{unit.code}_{day:%Y-%m-%d}.xlsx", write([table], created=now)


def _row(
    member: Member,
    team: str,
    verdict: RollVerdict | None,
    labels: words.Labels,
    markers: dict[int, str],
) -> list[Cell]:
    person: list[Cell] = [member.name, team, member.birth[:4]]
    if verdict is None:
        return [*person, labels[Status.UNANSWERED], "", None, "", "", ""]
    by_other = verdict.source in BY_OTHERS
    return [
        *person,
        labels[verdict.status],
        words.SOURCES[verdict.source],
        verdict.at,
        verdict.reason,
        markers.get(verdict.by or 0, "") if by_other else "",
        labels[verdict.differs] if verdict.differs else "",
    ]


def _announced(session: Session, roll: Roll) -> dict[int, str] | None:
    """What was announced for the meeting this attendance belongs to; None if it has none."""
    if roll.meeting_id is None or roll.purpose != Purpose.ATTENDANCE:
        return None
    return roll_lists.intents(session, roll.meeting_id)


def _said(member: Member, announced: dict[int, str] | None) -> list[Cell]:
    if announced is None:
        return []
    said = announced.get(member.id or 0)
    return [words.INTENT_LABELS[said] if said else ""]


def _notes(session: Session, roll: Roll) -> tuple[str, ...]:
    figures = showing.figures(session, roll)
    counted = [
        f"{words.labels(roll)[status]}: {figures.of(status)}"
        for status in Status
        if figures.of(status)
    ]
    others = "; ".join(f"{who}: {n}" for who, n in apart.proxied(session, roll).items())
    told = f" Trong đó báo hộ: {others}." if others else ""
    return _times(
        session, roll
    ), f"Tổng số {figures.total}. {'; '.join(counted)}.".capitalize() + told


def _times(session: Session, roll: Roll) -> str:
    """When it was opened and closed; all of it, if it was closed more than once."""
    steps = [step for step in roll_steps.steps(session, roll.number) if step.what in STEPS]
    if sum(step.what == "closed" for step in steps) > 1:
        said = "; ".join(f"{STEPS[step.what]} {speak_moment(step.at)}" for step in steps)
        return f"{said.capitalize()}."
    times = f"Mở: {speak_moment(roll.opened_at)}."
    return f"{times} Chốt: {speak_moment(roll.closed_at)}." if roll.closed_at else times
