"""Records that have grown old: each function forgets one kind of those from before a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, literal
from sqlmodel import col, delete, select, update

from storage import blobs, erasing, erasing_files
from storage.anonymous import RollErased, keep_answers
from storage.blobs import Blob
from storage.database import Session
from storage.inbox import Inbox, InboxState
from storage.invitations import Invitation
from storage.joining import JoinRequest
from storage.mail import Outbox, OutboxState
from storage.members import Member, MemberStatus
from storage.passes import Pass
from storage.rolls import Roll, RollMark, RollState, RollVerdict
from storage.survey_answers import SurveyAnswer
from storage.surveys import Survey, SurveyState

OWN_COPY = "du-lieu-"
"""How the files are called in which a person takes out her own data."""
AT_ONCE = 20
"""So many people at most are erased in one night: each takes a look through everything."""
_LEFT = literal(MemberStatus.LEFT.value, literal_execute=True)
"""Written out: only so is the index of those who left of use."""


def own_copies(session: Session, before: datetime) -> None:
    """Files in which somebody took out her own data."""
    old = col(Blob.created_at) < before
    named = col(Blob.name).startswith(OWN_COPY, autoescape=True)
    for id_ in session.exec(select(Blob.id).where(old, named)).all():
        blobs.drop(session, id_ or 0)


def files(session: Session, before: datetime) -> None:
    """Lists, charts and posters the bot made; official documents stay."""
    made = erasing_files.made_here(session)
    old = set(session.exec(select(Blob.id).where(col(Blob.created_at) < before)))
    for id_ in made:
        if id_ in old:
            blobs.drop(session, id_)


def join_requests(session: Session, before: datetime) -> None:
    """What newcomers said of themselves, decided or never decided."""
    session.exec(delete(JoinRequest).where(col(JoinRequest.asked_at) < before))


def page_passes(session: Session, before: datetime) -> None:
    """Links that opened a page once."""
    session.exec(delete(Pass).where(col(Pass.expires_at) < before, col(Pass.blob_id).is_(None)))


def invitation_names(session: Session, before: datetime) -> None:
    """The names people typed for their codes."""
    session.exec(
        update(Invitation)
        .where(col(Invitation.expires_at) < before, col(Invitation.holder_name) != "")
        .values(holder_name="")
    )


def addresses(session: Session, before: datetime) -> None:
    """From which chat an event came, and every row of mail that was sent; an event's key stays."""
    session.exec(
        update(Inbox)
        .where(
            col(Inbox.state) == InboxState.WORKED,
            col(Inbox.worked_at) < before,
            col(Inbox.chat) != "",
        )
        .values(chat="")
    )
    done = [OutboxState.SENT, OutboxState.EXPIRED, OutboxState.BLOCKED, OutboxState.FAILED]
    session.exec(delete(Outbox).where(col(Outbox.state).in_(done), col(Outbox.created_at) < before))


def _closed(before: datetime) -> Any:
    return select(Roll.id).where(Roll.state == RollState.CLOSED, col(Roll.closed_at) < before)


def reasons(session: Session, before: datetime) -> None:
    """Why people were absent from rolls closed by then."""
    for model in (RollMark, RollVerdict):
        session.exec(
            update(model)
            .where(col(model.roll_id).in_(_closed(before)), col(model.reason) != "")
            .values(reason="")
            .execution_options(synchronize_session=False)
        )


def roll_names(session: Session, before: datetime) -> None:
    """Who was there: rolls closed by then become counts."""
    for roll_id in session.exec(_closed(before)).all():
        kept = select(RollErased).where(RollErased.roll_id == roll_id)
        counts = {row.status: row.number for row in session.exec(kept)}
        named = session.exec(
            select(RollVerdict.status, func.count())
            .where(RollVerdict.roll_id == roll_id)
            .group_by(RollVerdict.status)
        ).all()
        if not named:
            continue
        session.exec(delete(RollErased).where(col(RollErased.roll_id) == roll_id))
        for status, number in named:
            counts[status] = counts.get(status, 0) + number
        rows = [{"roll_id": roll_id, "status": s, "number": n} for s, n in counts.items()]
        session.execute(insert(RollErased), rows)
        for model in (RollMark, RollVerdict):
            session.exec(delete(model).where(col(model.roll_id) == roll_id))


def survey_names(session: Session, before: datetime) -> None:
    """Who answered what: surveys with names closed by then become counts."""
    old = select(Survey.id).where(
        Survey.state == SurveyState.CLOSED, col(Survey.closed_at) < before
    )
    answers = session.exec(select(SurveyAnswer).where(col(SurveyAnswer.survey_id).in_(old))).all()
    keep_answers(session, answers)
    for answer in answers:
        session.delete(answer)
    session.flush()


def former_members(session: Session, before: datetime) -> None:
    """People who left the union and were not heard of since: erased like those who ask for it."""
    gone = (
        select(Member.id)
        .where(col(Member.status) == _LEFT, col(Member.changed_at) < before)
        .order_by(col(Member.changed_at))
        .limit(AT_ONCE)
    )
    for id_ in session.exec(gone).all():  # the moment is only held against when she came
        erasing.erase(session, id_ or 0, before)
