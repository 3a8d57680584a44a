"""All that is kept about a person, in words for her to read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from handlers.members.editing import shown, told
from handlers.privacy import words
from handlers.rolls import words as roll_words
from handlers.surveys.values import form_of, speak
from handlers.understanding.spoken import speak_moment
from handlers.understanding.zone import local, local_date
from storage import about_person, audit, consents, histories, members, privacy, units
from storage.database import Session
from storage.detours import channel_of
from storage.members import Member

LOOKED = 50
"""So many deeds are named in the file a person takes out."""

Line = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Section:
    """A heading, and what is kept under it: (what, how it stands)."""

    title: str
    lines: tuple[Line, ...]


def gather(session: Session, member: Member, now: datetime) -> list[Section]:
    """Everything, by heading; empty ones are left out."""
    assert member.id is not None
    found = [
        Section("Danh sách hội viên", register_lines(session, member)),
        Section("Dữ liệu nhạy cảm, giữ khi chị đồng ý", tuple(sensitive_lines(session, member.id))),
        Section("Chức vụ", tuple(_roles(session, member.id, now))),
        Section("Câu lạc bộ, tổ nhóm", tuple(_clubs(session, member.id))),
        Section("Hội phí đã đóng", tuple(_dues(session, member.id))),
        Section("Những lần thay đổi", tuple(_history(session, member.id))),
        Section("Tài khoản nhắn tin", tuple(_accounts(session, member.id))),
        Section("Điểm danh", tuple(_rolls(session, member.id))),
        Section("Khảo sát có ghi tên", tuple(_surveys(session, member.id))),
        Section("Lời đồng ý", tuple(consent_lines(session, member.id))),
        Section("Yêu cầu của chị về dữ liệu", tuple(_requests(session, member))),
        Section("Ai đã xem hoặc sửa", tuple(seen_lines(session, member, LOOKED))),
    ]
    return [section for section in found if section.lines]


def register_lines(session: Session, member: Member) -> tuple[Line, ...]:
    """Her row in the register."""
    lines = [(label, shown(name, getattr(member, name))) for name, label in words.FIELDS.items()]
    if member.no_phone:
        lines.append(("Điện thoại", "không dùng"))
    lines += [
        ("Đơn vị", unit_name(session, member.unit_id)),
        ("Tình trạng", words.STATUS[member.status]),
        ("Ngày rời", shown("left_on", member.left_on)),
        ("Căn cứ lưu giữ", words.GROUNDS.get(member.ground, member.ground)),
        ("Vào danh sách lúc", speak_moment(member.created_at)),
    ]
    return tuple((label, value) for label, value in lines if value)


def sensitive_lines(session: Session, member_id: int) -> Iterator[Line]:
    """What she let be kept of sensitive fields."""
    for field, value in privacy.facts_of(session, member_id).items():
        yield words.SENSITIVE[field], value


def consent_lines(session: Session, member_id: int) -> Iterator[Line]:
    """What she was shown and agreed to, and what she took back."""
    for row in consents.of_member(session, member_id):
        said = f"bản {row.text_version}, {words.channel(row.channel)}"
        if row.paper:
            said = f"{said}, {row.paper}"
        if row.agreed_at is None:
            said = f"đã cho chị xem {speak_moment(row.shown_at)}, chị chưa trả lời ({said})"
        else:
            said = f"đồng ý {speak_moment(row.agreed_at)} ({said})"
        if row.withdrawn_at is not None:
            said = f"{said}; rút lại {speak_moment(row.withdrawn_at)}"
        yield words.PURPOSES.get(row.purpose, row.purpose), said


def seen_lines(session: Session, member: Member, limit: int) -> Iterator[Line]:
    """Who saw or changed her data, and when; newest first."""
    assert member.id is not None
    lineage = units.lineage(session, member.unit_id)
    for row in audit.about(session, member.id, lineage, member.created_at, limit):
        done = words.DEEDS[row.deed]
        if row.member_id is None:
            done = f"{done} ({unit_name(session, row.unit_id)}, {row.people} người)"
        elif fields := words.about(row.detail):
            done = f"{done}: {fields}"
        yield f"{local(row.at):%H:%M %d/%m/%Y}", f"{who(session, row.actor_id)} {done}"


def who(session: Session, member_id: int | None) -> str:
    """Who did it: an official's name, for whom it was done in office."""
    if member_id is None:
        return words.ANYBODY
    member = members.get(session, member_id)
    return member.name if member is not None else words.FORMER


def unit_name(session: Session, unit_id: int | None) -> str:
    """What a unit is called; "" if there is none."""
    unit = units.get(session, unit_id) if unit_id is not None else None
    return unit.name if unit is not None else ""


def _roles(session: Session, member_id: int, now: datetime) -> Iterator[Line]:
    today = local_date(now)
    for role in about_person.roles(session, member_id):
        term = f"từ {role.since:%d/%m/%Y}" if role.since else "chưa rõ từ khi nào"
        if role.until is not None and role.until <= today:
            term = f"{term} đến {role.until:%d/%m/%Y}"
        yield words.ROLES[role.kind], f"{unit_name(session, role.unit_id)}, {term}"


def _clubs(session: Session, member_id: int) -> Iterator[Line]:
    for club, row in about_person.clubs(session, member_id):
        term = f"từ {row.since:%d/%m/%Y}"
        yield club.name, f"{term} đến {row.until:%d/%m/%Y}" if row.until else term


def _dues(session: Session, member_id: int) -> Iterator[Line]:
    for row in about_person.dues(session, member_id):
        yield f"Năm {row.year}", f"ghi ngày {local(row.at):%d/%m/%Y}"


def _history(session: Session, member_id: int) -> Iterator[Line]:
    for row in histories.of_member(session, member_id, LOOKED):
        changed = "; ".join(
            f"{words.about(name)}: {before or 'trống'} → {after or 'trống'}"
            for name, (before, after) in told(row.changes).items()
        )
        yield f"{local(row.at):%d/%m/%Y}", changed or words.HAPPENED[row.kind]


def _accounts(session: Session, member_id: int) -> Iterator[Line]:
    for account, link in about_person.accounts(session, member_id):
        channel = channel_of(account.address)
        name = account.name or "không tên"
        yield f"{channel}: {name}", f"nối lúc {speak_moment(link.linked_at)}"


def _rolls(session: Session, member_id: int) -> Iterator[Line]:
    for roll, verdict in about_person.rolls(session, member_id):
        said = roll_words.labels(roll)[verdict.status]
        if verdict.reason:
            said = f"{said} ({verdict.reason})"
        title = roll.title or "Điểm danh"
        yield f"{title}, {local(roll.opened_at):%d/%m/%Y}", said


def _surveys(session: Session, member_id: int) -> Iterator[Line]:
    for survey, answer in about_person.answers(session, member_id):
        question = form_of(survey).questions[answer.question]
        yield f"{survey.title}: {question.text}", speak(question, answer.value)


def _requests(session: Session, member: Member) -> Iterator[Line]:
    assert member.id is not None
    for row in privacy.of_member(session, member.id, member.created_at):
        asked = f"Số {row.id}, {local(row.asked_at):%d/%m/%Y}"
        yield asked, f"{words.RIGHTS[row.kind]}: {words.STATES[row.state]}"
