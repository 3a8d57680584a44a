"""A directive's post stays short enough to stand under its file, and to be edited there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import MARK_ROOM, plain, words
from handlers.chat import Limits
from handlers.directives import showing
from handlers.directives.correcting import CORRECTION_LENGTH
from handlers.directives.drafting import SUMMARY_LENGTH, TODO_LENGTH
from storage import directives
from storage.database import Session
from storage.directives import Directive, DirectiveCorrection, DirectiveTarget, Reporter
from tests.cast import MONDAY_8AM

MOST = Limits().max_caption - MARK_ROOM


def of_length(length: int) -> st.SearchStrategy[str]:
    return st.integers(0, length).map(lambda n: ("nội dung " * 60)[:n])


def said(monkeypatch: pytest.MonkeyPatch, summary: str, todo: str, corrections: list[str]) -> str:
    """The longest post there can be of these words: urgent, corrected, with an old file, marked."""
    directive = Directive(
        unit_id=1,
        scope_id=1,
        kind="Hướng dẫn liên tịch",
        number="1234/HDLT-BTV-UBMTTQ",
        issuer="Ban Thường vụ Hội Liên hiệp Phụ nữ thành phố Cà Mau",
        summary=summary,
        todo=todo,
        urgent=True,
        deadline=MONDAY_8AM + timedelta(minutes=7),
        reporter=Reporter.BRANCH,
        created_at=MONDAY_8AM,
    )
    made = MONDAY_8AM + timedelta(minutes=37)
    rows = [
        DirectiveCorrection(directive_id=1, words=text, file_name="a.pdf", made_at=made)
        for text in corrections
    ]
    monkeypatch.setattr(directives, "corrections", lambda _session, _id: rows)
    part = DirectiveTarget(directive_id=1, unit_id=1, marked_at=made)
    reply = showing.post(Session(), directive, part)
    return plain(words(reply.template, {**reply.context, "old_file": bool(corrections)}))


@given(
    summary=of_length(SUMMARY_LENGTH),
    todo=of_length(TODO_LENGTH),
    corrections=st.lists(of_length(CORRECTION_LENGTH), max_size=6),
)
def test_any_post_fits_under_its_file(summary: str, todo: str, corrections: list[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        text = said(patch, summary, todo, corrections)
    emoji = sum(ord(letter) > 0xFFFF for letter in text)  # Telegram counts these twice

    assert len(text) + emoji <= MOST
    assert not corrections or corrections[-1].strip() in text


def test_of_many_corrections_the_newest_are_shown_and_all_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    text = said(monkeypatch, "Tập huấn", "Cử 3 người", [f"Lần {n} " for n in range(1, 6)])

    assert "Đã đính chính 5 lần, 3 lần sau cùng là:" in text
    assert "Lần 2" not in text
    assert text.index("Lần 3") < text.index("Lần 4") < text.index("Lần 5")
    assert "Cử 3 người" in text


def test_what_does_not_fit_is_cut_between_words(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = "Chi hội lập danh sách " * 20
    text = said(monkeypatch, "Tập huấn " * 30, whole, ["Hạn lùi đến 10/12 " * 5])

    assert "danh sách…" in text or "Chi…" in text or "hội…" in text or "lập…" in text
    assert "Hạn lùi đến 10/12" in text


def test_without_the_limit_it_would_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(showing, "ROOM", 10_000)
    text = said(monkeypatch, "t" * SUMMARY_LENGTH, "v " * 200, ["c" * CORRECTION_LENGTH] * 2)

    assert len(text) > MOST
