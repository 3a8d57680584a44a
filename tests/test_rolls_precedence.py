"""Which of several answers counts: the rule, and what must hold whatever was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from handlers.rolls.precedence import decide
from storage.roll_marks import Mark
from storage.rolls import Source, Status

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)
OWN = [Source.BUTTON, Source.NUMBER, Source.WORDS]


def mark(status: str, source: str = Source.BUTTON) -> Mark:
    return Mark(status, source, NOW)


def judged(*marks: Mark) -> tuple[str, str]:
    decision = decide(marks)
    return (decision.counts.status if decision.counts else "", decision.differs)


def test_silence_is_silence() -> None:
    assert judged() == ("", "")


def test_her_newest_answer_counts() -> None:
    assert judged(mark("absent"), mark("present", Source.WORDS)) == ("present", "")


def test_an_answer_taken_back_is_no_answer() -> None:
    assert judged(mark("present"), mark("unanswered")) == ("", "")


def test_the_leaders_hand_outweighs_her_earlier_answer() -> None:
    assert judged(mark("absent"), mark("present", Source.LEADER)) == ("present", "")


def test_what_she_says_afterwards_is_shown_not_obeyed() -> None:
    assert judged(mark("absent", Source.LEADER), mark("present")) == ("absent", "present")


def test_agreeing_with_the_leader_is_no_conflict() -> None:
    assert judged(mark("late", Source.LEADER), mark("late")) == ("late", "")


def test_a_hand_taken_back_gives_her_own_answer_its_place() -> None:
    back = mark("unanswered", Source.LEADER)
    assert judged(mark("absent"), mark("present", Source.LEADER), back) == ("absent", "")


marks = st.builds(mark, st.sampled_from(list(Status)), st.sampled_from(list(Source)))


@given(st.lists(marks, max_size=8))
def test_the_leaders_word_stands_whenever_she_gave_one(evidence: list[Mark]) -> None:
    hands = [m.status for m in evidence if m.source == Source.LEADER]
    status, differs = judged(*evidence)

    if hands and hands[-1] != Status.UNANSWERED:
        assert status == hands[-1]
    assert differs != status or differs == ""
    assert status != Status.UNANSWERED


@given(st.lists(marks, max_size=8), marks)
def test_the_leaders_mark_settles_every_conflict(evidence: list[Mark], last: Mark) -> None:
    hers = replace(last, source=Source.LEADER)

    assert decide([*evidence, hers]).differs == ""


@given(st.lists(marks, max_size=8), st.sampled_from(OWN), st.sampled_from(list(Status)))
def test_nothing_she_says_is_lost_in_silence(
    evidence: list[Mark], source: Source, said: Status
) -> None:
    """Her last word either counts, or is shown to the leader as differing."""
    status, differs = judged(*evidence, mark(said, source))

    if said != Status.UNANSWERED:
        assert said in {status, differs}
