"""What a number answers in a private talk: the newest list, unless a question is open."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from storage import accounts, dialogues
from storage.database import Session, begin
from storage.dialogues import QUESTION_LIFE, Dialogue
from tests.cast import MONDAY_8AM as NOW

TALK, SHE = "fake:p", "fake:an"


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with begin(engine) as session:
        account = accounts.ensure(session, address=SHE, name="An", now=NOW)
        account.private_chat = TALK
        session.add(account)
        session.flush()
        yield session


def open_in(session: Session) -> Dialogue:
    found = dialogues.asked(session, chat=TALK, sender=SHE)
    assert found is not None
    return found


def test_the_newest_list_counts(session: Session) -> None:
    for line in ("received 1", "received 2"):
        dialogues.offer(session, TALK, [line], NOW)
        found = open_in(session)
        assert (found.choices, found.expects) == ([line], "")
        assert found.lapses_at == NOW + QUESTION_LIFE


def test_a_list_does_not_push_an_open_question_aside(session: Session) -> None:
    dialogues.ask(session, chat=TALK, sender=SHE, expects="why", choices=[], now=NOW)
    dialogues.offer(session, TALK, ["received 1"], NOW + QUESTION_LIFE - timedelta(seconds=1))
    assert open_in(session).expects == "why"
    dialogues.offer(session, TALK, ["received 1"], NOW + QUESTION_LIFE)
    assert (open_in(session).choices, open_in(session).expects) == (["received 1"], "")


def test_nobodys_talk_is_offered_nothing(session: Session) -> None:
    dialogues.offer(session, "fake:nobody", ["received 1"], NOW)
    assert dialogues.asked(session, chat="fake:nobody", sender=SHE) is None
