"""Each kind of record goes when its time is over, by the clock, and not a day before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session, SQLModel, func, select

from handlers import retention
from handlers.retention import RULES
from storage import blobs, privacy, roll_lists
from storage.answer_links import AnswerLink
from storage.attempts import Attempt
from storage.audit import Access
from storage.blobs import Blob
from storage.database import begin, reading
from storage.directives import Directive
from storage.inbox import Inbox, InboxState
from storage.invitations import Invitation
from storage.joining import JoinRequest, JoinState
from storage.mail import Outbox, OutboxState
from storage.members import Member, MemberStatus
from storage.passes import Pass
from storage.privacy import DataRequest
from storage.rolls import Roll, RollMark, RollState, RollVerdict
from storage.survey_answers import SurveyAnswer, SurveyCount
from storage.surveys import Survey
from storage.windows import Window
from tests.cast import Cast
from tests.surveys_scenes import YES_NO, sends

DAYS = {rule.kind: timedelta(days=rule.days) for rule in RULES}
Made = Callable[[Cast, Session, datetime], None]


def blob(name: str) -> Made:
    return lambda _cast, session, at: _keep(session, name, at)


def _keep(session: Session, name: str, at: datetime) -> None:
    blobs.keep(session, name=name, mime="", content=name.encode(), now=at)


def row(model: type[SQLModel], **values: Any) -> Made:
    """A row whose moments are those given as `at`."""

    def make(cast: Cast, session: Session, at: datetime) -> None:
        known = {"at": at, "unit": cast.unit("P5-K8").id, "account": 1, "member": cast.an.member.id}
        filled = {k: known.get(v, v) if isinstance(v, str) else v for k, v in values.items()}
        session.add(model(**filled))

    return make


def left(cast: Cast, session: Session, at: datetime) -> None:
    member = session.get_one(Member, cast.binh.member.id)
    member.status, member.changed_at = MemberStatus.LEFT, at
    session.add(member)


ROWS: dict[str, tuple[Made, type[SQLModel]]] = {
    "own_copies": (blob("du-lieu-2026-11-16.txt"), Blob),
    "join_drafts": (row(JoinRequest, unit_id="unit", account_id="account", asked_at="at"), JoinRequest),
    "attempts": (row(Attempt, address="x", kind="code", at="at"), Attempt),
    "answer_links": (
        row(AnswerLink, digest="x", subject="s", unit_id="unit", created_at="at", expires_at="at"),
        AnswerLink,
    ),
    "files": (blob("diem-danh.xlsx"), Blob),
    "page_passes": (
        row(
            Pass, digest="x", purpose="export", unit_id="unit", account_id="account", chat="c",
            created_at="at", expires_at="at",
        ),
        Pass,
    ),
    "join_requests": (
        row(
            JoinRequest, unit_id="unit", account_id="account", asked_at="at", name="A",
            state=JoinState.REJECTED,
        ),
        JoinRequest,
    ),
    "requests": (
        row(
            DataRequest, member_id="member", unit_id="unit", kind="view", state="done",
            asked_at="at", answer_by="at", due_at="at", closed_at="at",
        ),
        DataRequest,
    ),
    "windows": (
        row(Window, chat="x", free_until="at", open_until="at", state="shut"), Window,
    ),
    "accesses": (row(Access, at="at", deed="card", member_id="member"), Access),
}  # fmt: skip


async def night(cast: Cast) -> None:
    """Three in the morning, Vietnam's clock, comes round."""
    now = cast.clock.now()
    cast.clock.set(now.replace(hour=20, minute=1) + timedelta(days=now.hour >= 20))
    await cast.tick()


def count(cast: Cast, model: type[SQLModel]) -> int:
    with reading(cast.engine) as session:
        return session.exec(select(func.count()).select_from(model)).one()


@pytest.mark.parametrize("kind", ROWS)
async def test_rows_go_when_their_time_is_over(cast: Cast, kind: str) -> None:
    make, model = ROWS[kind]
    real = timedelta(days=7000) if kind == "accesses" else timedelta()  # triggers know one clock
    cast.clock.advance(-real)
    before = count(cast, model)
    with begin(cast.engine) as session:
        make(cast, session, cast.clock.now() - DAYS[kind] + timedelta(days=2))
    await night(cast)
    assert count(cast, model) == before + 1, "too early"

    await cast.passes(days=2)
    await night(cast)

    assert count(cast, model) == before


async def test_words_and_addresses_of_mail_go_and_keys_stay(cast: Cast) -> None:
    await cast.an.says("/toilaai")
    await cast.passes(days=8)
    await night(cast)
    with reading(cast.engine) as session:
        assert {row.body for row in session.exec(select(Inbox))} == {""}
        assert {row.state for row in session.exec(select(Inbox))} == {InboxState.WORKED}
        assert {row.chat for row in session.exec(select(Inbox))} == {"sandbox:an@sandbox"}
        sent = session.exec(select(Outbox).where(Outbox.state == OutboxState.SENT)).all()
        assert sent
        assert {row.body for row in sent} == {""}

    await cast.passes(days=366)
    await night(cast)

    with reading(cast.engine) as session:
        assert [(row.chat, bool(row.event_id)) for row in session.exec(select(Inbox))] == [
            ("", True)
        ]
        assert session.exec(select(Outbox)).all() == []


async def test_a_code_keeps_no_name_for_ever(cast: Cast) -> None:
    make = row(
        Invitation, digest="x", unit_id="unit", role="member", issued_at="at", expires_at="at",
        holder_name="Võ Thị An",
    )  # fmt: skip
    with begin(cast.engine) as session:
        make(cast, session, cast.clock.now() - timedelta(days=182))
    await night(cast)

    with reading(cast.engine) as session:
        assert session.exec(select(Invitation.holder_name)).all() == [""]


async def test_reasons_go_after_a_year_and_names_after_five_with_the_figures_kept(
    cast: Cast,
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.says("xin vắng, má em bịnh", cast.k8)
    await cast.binh.presses("Có mặt", cast.k8)
    await cast.lan.says("/chotdiemdanh", cast.k8)

    def figures() -> dict[str, int]:
        with reading(cast.engine) as session:
            return roll_lists.counts(session, session.exec(select(Roll)).one())

    before = figures()
    await cast.passes(days=367)
    await night(cast)
    with reading(cast.engine) as session:
        assert set(session.exec(select(RollMark.reason))) == {""}
        assert set(session.exec(select(RollVerdict.reason))) == {""}
        assert session.exec(select(Roll.state)).one() == RollState.CLOSED

    await cast.passes(days=4 * 365)
    await night(cast)

    assert (count(cast, RollMark), count(cast, RollVerdict)) == (0, 0)
    assert figures() == before
    await cast.passes(days=1)
    await night(cast)
    assert figures() == before, "another night adds nothing"


async def test_answers_by_name_become_counts_after_three_years(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.an.presses("Có", cast.k8)
    with begin(cast.engine) as session:
        survey = session.exec(select(Survey)).one()
        survey.state, survey.closed_at = "closed", cast.clock.now()
        session.add(survey)

    await cast.passes(days=3 * 365 + 1)
    await night(cast)

    with reading(cast.engine) as session:
        rows = session.exec(select(SurveyCount)).all()
        assert [(row.value, row.number) for row in rows] == [("1", 1)]
        assert session.exec(select(SurveyAnswer)).all() == []


@pytest.mark.slow
@pytest.mark.sqlite
async def test_who_left_five_years_ago_is_erased(cast: Cast) -> None:
    gone = cast.binh.member.id
    with begin(cast.engine) as session:
        left(cast, session, cast.clock.now() - timedelta(days=5 * 365 + 1))

    await night(cast)

    with reading(cast.engine) as session:
        assert session.get(Member, gone) is None
        assert [row.member_id for row in privacy.erasures(session)] == [gone]


async def test_an_official_document_is_no_file_of_the_bots(cast: Cast) -> None:
    with begin(cast.engine) as session:
        kept = blobs.keep(
            session, name="109.pdf", mime="", content=b"x",
            now=cast.clock.now() - timedelta(days=400),
        )  # fmt: skip
        unit = cast.unit("P5").id or 0
        session.add(
            Directive(unit_id=unit, scope_id=unit, blob_id=kept.id, created_at=cast.clock.now())
        )

    await night(cast)

    assert count(cast, Blob) == 1


async def test_without_the_rules_everything_stays(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: a night without rules forgets nothing."""
    monkeypatch.setattr(retention, "RULES", ())
    with begin(cast.engine) as session:
        ROWS["attempts"][0](cast, session, cast.clock.now() - timedelta(days=400))

    await night(cast)

    assert count(cast, Attempt) == 1
