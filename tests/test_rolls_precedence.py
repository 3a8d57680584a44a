"""Which of several answers counts: the rule, and what must hold whatever was said."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from handlers.rolls.precedence import Voice, decide, repeats, voice
from storage.roll_marks import Mark
from storage.rolls import Source, Status

NOW = datetime(2026, 11, 16, 1, 0, tzinfo=UTC)


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


def test_her_own_word_outweighs_who_answers_for_her_whichever_came_first() -> None:
    helped = mark("absent", Source.HELPER)
    assert judged(helped) == ("absent", "")
    assert judged(helped, mark("present")) == ("present", "")
    assert judged(mark("present"), helped) == ("present", "absent")
    assert judged(mark("present"), helped, mark("present")) == ("present", "")


def test_a_helper_differs_from_the_leader_too() -> None:
    hand, helped = mark("absent", Source.LEADER), mark("present", Source.HELPER)
    assert judged(helped, hand) == ("absent", "")
    assert judged(hand, helped, mark("absent")) == ("absent", "present")


marks = st.builds(mark, st.sampled_from(list(Status)), st.sampled_from(list(Source)))


@given(st.lists(marks, max_size=8))
def test_the_leaders_word_stands_whenever_she_gave_one(evidence: list[Mark]) -> None:
    hands = [m.status for m in evidence if m.source == Source.LEADER]
    status, differs = judged(*evidence)

    if hands and hands[-1] != Status.UNANSWERED:
        assert status == hands[-1]
    assert differs != status or differs == ""
    assert status != Status.UNANSWERED


said = st.sampled_from([status for status in Status if status != Status.UNANSWERED])


@given(st.lists(marks, max_size=8), said)
def test_the_leaders_mark_settles_every_conflict(evidence: list[Mark], last: Status) -> None:
    assert judged(*evidence, mark(last, Source.LEADER)) == (last, "")


@given(st.lists(marks, max_size=8), st.sampled_from(list(Source)), st.sampled_from(list(Status)))
def test_nothing_anybody_says_is_lost_in_silence(
    evidence: list[Mark], source: Source, said: Status
) -> None:
    """The last word either counts, or is shown to the leader as differing."""
    status, differs = judged(*evidence, mark(said, source))

    if said != Status.UNANSWERED:
        assert said in {status, differs}


@given(st.lists(marks, max_size=8), st.randoms(use_true_random=False))
def test_it_is_the_same_however_the_voices_took_turns(evidence: list[Mark], chance: Random) -> None:
    """What each said keeps its order; only who differs from whom may depend on the turns."""
    turns = [voice(one) for one in evidence]
    chance.shuffle(turns)
    waiting = {who: [one for one in evidence if voice(one) is who] for who in Voice}
    shuffled = [waiting[who].pop(0) for who in turns]

    assert judged(*shuffled)[0] == judged(*evidence)[0]


@given(st.lists(marks, min_size=1, max_size=8))
def test_the_same_said_again_changes_nothing(evidence: list[Mark]) -> None:
    again = replace(evidence[-1])

    assert repeats(evidence[-1], again)
    assert judged(*evidence, again) == judged(*evidence)


@given(st.lists(marks, max_size=8))
def test_an_answer_taken_back_leaves_the_other_voices_as_they_were(evidence: list[Mark]) -> None:
    for source in (Source.HELPER, Source.BUTTON, Source.LEADER):
        back = mark(Status.UNANSWERED, source)
        others = [one for one in evidence if voice(one) is not voice(back)]

        assert judged(*evidence, back) == judged(*others)
