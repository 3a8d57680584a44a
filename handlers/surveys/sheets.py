"""The results of a survey as a workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from handlers.surveys.access import View
from handlers.surveys.figures import FEWEST, Figures, Results
from handlers.surveys.values import form_of, speak
from handlers.understanding.spoken import speak_deadline, speak_moment
from handlers.understanding.zone import local_date
from handlers.workbooks import Cell, Table, write
from storage import pasts, survey_answers, survey_runs, surveys
from storage.database import Session
from storage.members import Member

TOO_FEW = f"chưa đủ {FEWEST} phiếu"
MERGED = "Các đơn vị còn lại (gộp)"


def workbook(session: Session, view: View, root: int, now: datetime) -> tuple[str, bytes]:
    """File name and content: totals, units, written answers and, where allowed, names."""
    found = Results(session, view.survey, view.unit_ids)
    unit = pasts.unit_on(session, root, view.survey.closed_at)
    notes = _notes(session, view)
    title = f"Khảo sát – {view.survey.title}"
    tables = [Table(title, TOTALS, list(_totals(found, root)), notes, "Tổng hợp")]
    by_unit = list(_by_unit(session, view, found, root))
    if by_unit:
        tables.append(Table(title, UNITS, by_unit, notes, "Theo đơn vị"))
    texts = list(_texts(found, root))
    if texts:
        tables.append(Table(title, TEXTS, texts, notes, "Ý kiến ghi"))
    if view.names:
        header, people = (*PEOPLE, *(q.text for q in found.form.questions)), _people(session, view)
        rows = [[*row, how] for row, how in people]
        if any(row[-1] for row in rows):
            header = (*header, HOW)
        else:
            rows = [row[:-1] for row in rows]
        tables.append(Table(title, header, rows, notes, "Từng người"))
    day = local_date(view.survey.opened_at or now)
    name = f"khao-sat-{view.survey.number}_{unit.code}_{day:%Y-%m-%d}.xlsx"
    return name, write(tables, created=now)


TOTALS = ("Câu", "Nội dung", "Trả lời", "Số người", "Tỷ lệ (%)")
UNITS = ("Đơn vị", "Được hỏi", "Đã trả lời", "Câu", "Trả lời", "Số người")
TEXTS = ("Câu", "Nội dung", "Ý kiến")
PEOPLE = ("Họ và tên", "Tổ", "Đơn vị", "Lúc")
HOW = "Cách trả lời"
BY_LINK = "qua link nhóm, tự khai tên"


def _notes(session: Session, view: View) -> list[str]:
    survey = view.survey
    by_unit = survey_runs.answered(session, survey.number), surveys.asked(session, survey.number)
    answered, asked = (sum(counts.get(u, 0) for u in view.unit_ids) for counts in by_unit)
    notes = [f"Đã trả lời: {answered}/{asked}."]
    if survey.deadline:
        notes.append(f"Hạn: {speak_deadline(survey.deadline)}.")
    if survey.closed_at:
        notes.append(f"Chốt: {speak_moment(survey.closed_at)}.")
    if survey.anonymous:
        notes.append(f"Khảo sát kín: số liệu dưới {FEWEST} phiếu được gộp hoặc không hiện.")
        parts = surveys.asked_units(session, survey.number)
        if by_link := sum(part.by_link for part in parts if part.unit_id in view.unit_ids):
            notes.append(f"Trong đó {by_link} phiếu gửi qua link nhóm (người gửi tự khai tên).")
    return notes


def _rows(figures: Figures) -> Iterator[tuple[str, int]]:
    yield from figures.bars or (("Số câu trả lời", figures.answered),)


def _totals(found: Results, root: int) -> Iterator[list[Cell]]:
    for index, question in enumerate(found.form.questions):
        figures = found.of(root, index)
        if figures is None:
            yield [index + 1, question.text, TOO_FEW, None, None]
            continue
        for answer, number in _rows(figures):
            share = round(100 * number / figures.answered, 1) if figures.answered else None
            yield [index + 1, question.text, answer, number, share]


def _by_unit(session: Session, view: View, found: Results, root: int) -> Iterator[list[Cell]]:
    asked = surveys.asked(session, view.survey.number)
    answered = survey_runs.answered(session, view.survey.number)
    for index in range(len(found.form.questions)):
        if found.of(root, index) is None:
            continue
        for part in found.all_parts(root, index):
            inside = list(found.inside(part.unit.id or 0)) if part.unit else []
            name = f"{'    ' * part.depth}{part.unit.name if part.unit else MERGED}"
            counted: list[Cell] = [
                sum(asked.get(unit_id, 0) for unit_id in inside) if part.unit else None,
                sum(answered.get(unit_id, 0) for unit_id in inside) if part.unit else None,
            ]
            for answer, number in _rows(part.figures):
                yield [name, *counted, index + 1, answer, number]


def _texts(found: Results, root: int) -> Iterator[list[Cell]]:
    for index, question in enumerate(found.form.questions):
        figures = found.of(root, index)
        for text in figures.texts if figures else ():
            yield [index + 1, question.text, text]


def _people(session: Session, view: View) -> Iterator[tuple[list[Cell], str]]:
    """Everybody asked, with her answers and how they came; who has not answered has none."""
    form = form_of(view.survey)
    answers: dict[int, dict[int, str]] = {}
    at: dict[int, datetime] = {}
    how: dict[int, str] = {}
    people: dict[int, Member] = {}
    closed_at = view.survey.closed_at
    homes = pasts.homes_on(session, closed_at) if closed_at is not None else {}
    for answer, member in survey_answers.by_name(session, view.survey.number, view.unit_ids):
        people[answer.member_id] = member
        at[answer.member_id] = answer.at
        how[answer.member_id] = BY_LINK if answer.by_link else ""
        answers.setdefault(answer.member_id, {})[answer.question] = answer.value
    for member in survey_runs.silent(session, view.survey.number, view.unit_ids):
        people[member.id or 0] = member
    named = pasts.units_on(session, view.unit_ids, closed_at)
    for id_, member in sorted(people.items(), key=lambda item: (item[1].name_key, item[0])):
        given = answers.get(id_, {})
        spoken: list[Cell] = [
            speak(question, given[index]) if index in given else ""
            for index, question in enumerate(form.questions)
        ]
        home, team = homes.get(id_, (member.unit_id, member.team))
        person = (member.name, team, named[home].name if home in named else "", at.get(id_))
        yield [*person, *spoken], how.get(id_, "")
