"""Evidence arrives in any order: a phone without signal, a name confirmed late. It must not matter."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handlers.chat import Moment
from handlers.rolls import actions
from handlers.rolls.precedence import decide
from storage import rolls as stored
from storage.database import begin
from storage.roll_marks import Mark
from storage.rolls import RollVerdict, Source, Status
from tests.cast import MONDAY_8AM, Cast
from tests.rollcall import evidence, rolls, verdicts

Said = tuple[Status, Source]
said = st.lists(st.tuples(st.sampled_from(list(Status)), st.sampled_from(list(Source))), max_size=6)


def bring(cast: Cast, pieces: Sequence[tuple[int, Said]]) -> RollVerdict:
    """The verdict on Cúc in a new roll after these pieces arrived, each said at a minute."""
    with begin(cast.engine) as session:
        moment = Moment(session, MONDAY_8AM + timedelta(hours=2))
        roll = actions.start(moment, cast.unit("P5-K8").id or 0)
        cuc = cast.cuc.member.id or 0
        for minute, (status, source) in pieces:
            at = MONDAY_8AM + timedelta(minutes=minute)
            actions.record(moment, roll, cuc, status, source=source, by=None, at=at)
        found = stored.verdict(session, roll.number, cuc)
        session.expunge_all()
    return found or RollVerdict(roll_id=0, member_id=0, status=Status.UNANSWERED)


def shape(verdict: RollVerdict) -> dict[str, object]:
    return verdict.model_dump(exclude={"roll_id", "member_id"})


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(said, st.randoms(use_true_random=False))
@pytest.mark.slow
@pytest.mark.sqlite
def test_the_verdict_is_the_same_in_whatever_order_evidence_arrives(
    cast: Cast, said: list[Said], chance: random.Random
) -> None:
    pieces = list(enumerate(said))
    shuffled = chance.sample(pieces, len(pieces))

    assert shape(bring(cast, shuffled)) == shape(bring(cast, pieces))


def test_an_older_answer_that_comes_late_does_not_undo_a_newer_one(cast: Cast) -> None:
    yes, no = (Status.PRESENT, Source.BUTTON), (Status.ABSENT, Source.WORDS)

    verdict = bring(cast, [(0, yes), (10, yes), (5, no)])

    assert (verdict.status, verdict.at) == ("present", MONDAY_8AM + timedelta(minutes=10))


def test_without_the_repeat_it_would(cast: Cast) -> None:
    """What dropping the second "present" as a repeat came to: she is away who said she came."""
    yes, no = (Status.PRESENT, Source.BUTTON), (Status.ABSENT, Source.WORDS)

    assert bring(cast, [(0, yes), (5, no)]).status == "absent"


def test_who_says_the_same_again_has_said_so_since_the_first_time() -> None:
    marks = [
        Mark("present", Source.BUTTON, MONDAY_8AM + timedelta(minutes=minute))
        for minute in range(3)
    ]

    assert decide(marks).counts == marks[0]


async def test_the_same_again_is_evidence_but_no_news(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.passes(minutes=11)
    told = len(cast.lan.texts)

    await cast.an.presses("Có mặt", cast.k8)
    await cast.passes(minutes=11)
    assert len(cast.lan.texts) == told
    assert evidence(cast) == [("An", "present", "button")] * 2

    await cast.an.presses("Có mặt", cast.k8)
    await cast.binh.presses("Có mặt", cast.k8)
    await cast.passes(minutes=11)
    assert "Có mặt: Đặng Thị Bình\n" in cast.lan.text


async def test_undo_goes_back_past_what_she_said_twice(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    roll, binh = rolls(cast)[0].id, cast.binh.member.id
    await cast.lan.says(f"/hand {roll} {binh} late")
    for _ in range(2):
        await cast.passes(minutes=1)
        await cast.lan.says(f"/hand {roll} {binh} present")

    await cast.lan.says(f"/hand_undo {roll} {binh}")

    assert verdicts(cast)["Bình"] == "late"


async def test_who_changes_her_mind_is_believed_though_the_clock_was_set_back(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    first = cast.clock.now()
    cast.clock.set(first - timedelta(minutes=5))

    await cast.an.presses("Trực tuyến", cast.k8)

    assert verdicts(cast)["An"] == "present_online"
    with begin(cast.engine) as session:
        found = stored.verdict(session, rolls(cast)[0].number, cast.an.member.id or 0)
    assert found is not None
    assert found.at == first
