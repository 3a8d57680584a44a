"""The union of the evening: one ward, its branches of five with a group each, and what its people
have prepared: a directive, a survey and a meeting that only wait to be sent.
"""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import msgspec
from sqlalchemy import Engine, event

from handlers import retention
from handlers.surveys.forms import Question, QuestionKind
from handlers.surveys.values import written
from handlers.understanding.meeting_lines import Mode
from handlers.understanding.zone import local_date
from storage import accounts, blobs, chores
from storage.database import Session, begin, open_engine
from storage.directives import Directive, Reporter
from storage.groups import Group
from storage.meetings import MeetingDraft
from storage.members import Member, Role, RoleKind
from storage.migrations import upgrade
from storage.surveys import Survey
from storage.units import Unit
from storage.vietnamese import fold, name_key
from tests.torture.loop import STARTS_AT

TOWN = "town"
PEOPLE = 5
"""Of each branch: its leader, its deputy and three more."""
MEETING_AFTER = timedelta(minutes=17)


def group_of(branch: int) -> str:
    """The address of a branch's group."""
    return f"{TOWN}:g{branch}"


def private(person: str) -> str:
    """The address of somebody's talk with the bot."""
    return f"{TOWN}:{person}@"


def person(branch: int, number: int) -> str:
    """Somebody of a branch: 0 leads it, 1 is her deputy."""
    return f"p{branch}-{number}"


OFFICER = "officer"


def build(file: Path, branches: int) -> None:
    """Make the database of such a union."""
    upgrade(f"sqlite:///{file}")
    engine = open_engine(f"sqlite:///{file}")
    with begin(engine) as session:
        _fill(session, branches)
        chores.done(session, retention.CHORE, local_date(STARTS_AT))  # it was, at three
    with engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()


def _fill(session: Session, branches: int) -> None:
    ward = _unit(session, "P5", "Phường 5", None)
    _member(session, ward, OFFICER, "Lê Thị Hoa", RoleKind.OFFICER)
    for branch in range(1, branches + 1):
        unit = _unit(session, f"P5-K{branch}", f"Chi hội Khóm {branch}", ward)
        title = f"CH Khóm {branch}"
        session.add(
            Group(
                address=group_of(branch), title=title, unit_id=unit, main=True, hears_all=True,
                seen_at=STARTS_AT,
            )
        )  # fmt: skip
        for number in range(PEOPLE):
            role = {0: RoleKind.LEADER, 1: RoleKind.DEPUTY}.get(number)
            _member(session, unit, person(branch, number), f"Hội Viên {branch} {number}", role)
    _prepare(session, ward, branches)


def _unit(session: Session, code: str, name: str, parent: int | None) -> int:
    unit = Unit(code=code, name=name, kind="chi hội" if parent else "phường", parent_id=parent)
    session.add(unit)
    session.flush()
    assert unit.id is not None
    return unit.id


def _member(session: Session, unit: int, key: str, name: str, role: RoleKind | None) -> None:
    member = Member(
        unit_id=unit, name=name, folded=fold(name), name_key=name_key(name),
        created_at=STARTS_AT, changed_at=STARTS_AT,
    )  # fmt: skip
    session.add(member)
    session.flush()
    account = accounts.ensure(session, address=f"{TOWN}:{key}", name=name, now=STARTS_AT)
    account.private_chat = private(key)
    assert account.id is not None and member.id is not None
    accounts.link(session, account.id, member.id, by="test", now=STARTS_AT)
    session.add(account)
    if role:
        session.add(Role(member_id=member.id, unit_id=unit, kind=role))


def _prepare(session: Session, ward: int, branches: int) -> None:
    officer = accounts.by_address(session, f"{TOWN}:{OFFICER}")
    caller = accounts.by_address(session, f"{TOWN}:{person(MEETING_BRANCH, 0)}")
    assert officer is not None and caller is not None
    name = "cong-van.pdf"
    file = blobs.keep(
        session, name=name, mime="application/pdf", content=b"%PDF-1.7", now=STARTS_AT
    )
    session.add(
        Directive(
            unit_id=ward, scope_id=ward, author_id=officer.id, author_chat=private(OFFICER),
            blob_id=file.id, file_name=name, number="07/KH-HPN", kind="Kế hoạch",
            summary="Tổng vệ sinh cuối tuần", deadline_known=True, reporter=Reporter.NOBODY,
            created_at=STARTS_AT,
        )
    )  # fmt: skip
    question = Question("Chị có đi chợ phiên không?", QuestionKind.YES_NO)
    session.add(
        Survey(
            unit_id=ward, scope_id=ward, author_id=officer.id, title="Chợ phiên",
            questions=[msgspec.to_builtins(written(question))], more=False, anonymous=False,
            deadline_known=True, created_at=STARTS_AT, changed_at=STARTS_AT,
        )
    )  # fmt: skip
    meets = caller.id
    assert meets is not None
    led = session.get_one(Group, MEETING_BRANCH).unit_id
    session.add(
        MeetingDraft(
            account_id=meets, unit_id=led, title="Họp chi hội", mode=Mode.IN_PERSON,
            place="Nhà văn hoá khóm", starts_at=STARTS_AT + MEETING_AFTER, created_at=STARTS_AT,
        )
    )  # fmt: skip


MEETING_BRANCH = 4


class Worlds:
    """Copies of such databases, one at a time, all behind one engine: so that each statement is
    compiled once, not once a run.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "evening.db"
        self._engine = open_engine(f"sqlite:///{self.file}")
        event.listen(self._engine, "connect", _impatient)

    def fresh(self, branches: int) -> Engine:
        """An engine on a new copy."""
        template = self.folder / f"{branches}.db"
        if not template.exists():
            build(template, branches)
        self._engine.dispose()
        for end in ("-wal", "-shm", ""):
            Path(f"{self.file}{end}").unlink(missing_ok=True)
        shutil.copyfile(template, self.file)
        return self._engine


def _impatient(connection: object, _record: object) -> None:
    """Nobody waits for a lock that only the run itself can give back; no power is cut here."""
    connection.execute("PRAGMA busy_timeout=0")  # type: ignore[attr-defined]
    connection.execute("PRAGMA synchronous=OFF")  # type: ignore[attr-defined]
