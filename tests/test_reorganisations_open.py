"""What is open when units are reorganised goes along with its people."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import select

from bot.batch import run_line
from handlers.access import recognise
from handlers.answer_links import minting, opening
from handlers.chat import Call, Incoming, Links, Moment
from handlers.surveys import showing
from handlers.understanding.zone import ZONE
from storage import accounts, directives, meetings, rehoming, rolls, survey_answers, surveys
from storage.accounts import Pending
from storage.database import begin
from storage.meetings import Meeting
from storage.rolls import Purpose, Roll, RollState, Status
from storage.surveys import Survey
from tests.cast import PUBLIC_URL, Cast
from tests.directives_scenes import PLAN
from tests.reorganising import later, reorganise, state, undo
from tests.surveys_scenes import YES_NO, sends

MERGE = "merge,P5-K1,P5-K8,,,,"
SPLIT = "split,P5-K8,P5-K9,Chi hội Khóm 9,,,Tổ 2"


async def sent(cast: Cast) -> None:
    """The city's directive is out in all branches."""
    await cast.mai.sends_file("109-KH-BTV.pdf", PLAN, mime="application/pdf")
    await cast.mai.presses("05/12/2026")
    await cast.mai.presses("Gửi ngay")
    await cast.passes(seconds=20)


async def called(cast: Cast) -> None:
    """Hoa invites every branch of her ward."""
    await cast.hoa.says("/hop tất cả chi hội 19g30 thứ bảy tuần sau tại nhà văn hóa")
    await cast.hoa.presses("Tất cả 2 chi hội")
    await cast.hoa.presses("mời họp")


def said(cast: Cast, roll: Roll, key: str) -> str:
    """What counts for somebody in a roll; "" if nothing does."""
    with cast.session() as session:
        found = rolls.verdict(session, roll.number, cast.players[key].member.id or 0)
        return found.status if found is not None else ""


def open_in(cast: Cast, code: str) -> list[Roll]:
    """The open rolls of a unit."""
    with cast.session() as session:
        return rehoming.open_rolls(session, cast.unit(code).id or 0)


async def test_two_lists_of_one_meeting_become_one(cast: Cast) -> None:
    await called(cast)
    await cast.an.presses("Sẽ dự", cast.k8)
    await cast.tam.presses("Sẽ dự", cast.k1)
    before = state(cast.engine)

    reorganise(cast, MERGE)
    await cast.tick()

    (roll,) = open_in(cast, "P5-K8")
    assert [said(cast, roll, key) for key in ("an", "tam")] == [Status.PRESENT, Status.PRESENT]
    await cast.sau.presses("Không dự", cast.k1)  # the button under the old prompt
    assert said(cast, roll, "sau") == Status.ABSENT
    await cast.hoa.says("lịch họp")
    with cast.session() as session:
        assert [r.id for r in rolls.of_meeting(session, 1, Purpose.INTENT)] == [roll.id]
    assert before != state(cast.engine)


async def test_a_meeting_of_a_split_branch_is_held_for_both(cast: Cast) -> None:
    await cast.lan.says("/hop chi hội 19g30 thứ bảy tuần sau tại nhà văn hóa")
    await cast.lan.presses("mời họp")
    await cast.binh.presses("Sẽ dự", cast.k8)
    await cast.an.presses("Sẽ dự", cast.k8)
    before = state(cast.engine)
    reorganise(cast, SPLIT)

    (left,), (new,) = open_in(cast, "P5-K8"), open_in(cast, "P5-K9")
    assert (said(cast, left, "an"), said(cast, left, "binh")) == (Status.PRESENT, "")
    assert (said(cast, new, "an"), said(cast, new, "binh")) == ("", Status.PRESENT)
    with cast.session() as session:
        one, two = session.exec(select(Meeting).order_by(Meeting.id)).all()  # type: ignore[arg-type]
        assert (one.starts_at, one.place) == (two.starts_at, two.place)
        assert [r.kind for r in meetings.reminders(session, two.id or 0)] == [
            r.kind for r in meetings.reminders(session, one.id or 0) if r.state == "waiting"
        ]
    undo(cast)
    assert state(cast.engine) == before


async def test_after_a_split_the_old_button_counts_in_the_new_branch(cast: Cast) -> None:
    await cast.lan.says("/diemdanh họp tháng 11", cast.k8)
    reorganise(cast, SPLIT)
    await cast.tick()
    await cast.binh.presses("Có mặt", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)

    (left,), (new,) = open_in(cast, "P5-K8"), open_in(cast, "P5-K9")
    assert (said(cast, left, "an"), said(cast, new, "binh")) == (Status.PRESENT, Status.PRESENT)
    assert (said(cast, left, "binh"), said(cast, new, "an")) == ("", "")


async def test_a_receipt_that_is_due_is_due_once_in_the_merged_branch(cast: Cast) -> None:
    await sent(cast)
    before = state(cast.engine)
    reorganise(cast, MERGE)

    with cast.session() as session:
        asked = {row.unit_id for row in directives.targets(session, 1)}
    assert asked == {cast.unit("P5-K8").id, cast.unit("P6-K8").id}
    await cast.tick()
    await cast.sau.presses("xác nhận đã nhận", cast.k1)
    with cast.session() as session:
        part = directives.target(session, 1, cast.unit("P5-K8").id or 0)
        assert part is not None and part.received_by == cast.sau.member.id
    assert before != state(cast.engine)


async def test_a_confirmed_receipt_stays_the_word_of_the_unit_that_gave_it(cast: Cast) -> None:
    await sent(cast)
    await cast.sau.presses("xác nhận đã nhận", cast.k1)
    old = cast.unit("P5-K1").id
    reorganise(cast, MERGE, SPLIT)

    with cast.session() as session:
        done = {row.unit_id for row in directives.targets(session, 1) if row.done}
        waiting = {row.unit_id for row in directives.targets(session, 1) if not row.done}
    assert done == {old}
    assert waiting == {cast.unit(code).id for code in ("P5-K8", "P5-K9", "P6-K8")}


async def test_answers_with_names_go_along_and_the_silent_are_asked_on(cast: Cast) -> None:
    await sends(cast.lan, YES_NO)
    await cast.binh.presses("Có", cast.k8)
    before = state(cast.engine)
    reorganise(cast, SPLIT)
    new = cast.unit("P5-K9").id or 0
    with cast.session() as session:
        assert survey_answers.counts(session, 1, new)[new, 0] == {"1": 1}
        assert {row.unit_id for row in surveys.asked_units(session, 1)} == {
            new, cast.unit("P5-K8").id,
        }  # fmt: skip
    undo(cast)
    assert state(cast.engine) == before

    reorganise(cast, SPLIT)
    await cast.cuc.presses("Không", cast.k8)
    new = cast.unit("P5-K9").id or 0
    with cast.session() as session:
        assert survey_answers.counts(session, 1, new)[new, 0] == {"1": 1, "0": 1}


async def test_a_closed_survey_was_asked_of_as_many_as_before(cast: Cast) -> None:
    """In the group's own tally too: it counts by another query."""
    await sends(cast.lan, YES_NO)
    with begin(cast.engine) as session:
        survey = session.exec(select(Survey)).one()
        survey.state, survey.closed_at = "closed", cast.clock.now()
        session.add(survey)
    await cast.passes(minutes=1)
    reorganise(cast, SPLIT)
    with cast.session() as session:
        survey = session.exec(select(Survey)).one()
        asked = surveys.asked(session, survey.number)
        moment = Moment(session, cast.clock.now(), Links(PUBLIC_URL))
        k8 = cast.unit("P5-K8").id or 0
        shown = showing.prompt(moment, survey, k8).context["asked"]
    assert asked[k8] == shown == 6


async def test_secret_ballots_stay_where_they_were_cast(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, secret=True)
    await cast.tick()
    for key in ("an", "binh"):
        await cast.players[key].presses("Có", cast.k8)
    reorganise(cast, SPLIT)
    await cast.cuc.presses("Không", cast.k8)

    with cast.session() as session:
        found = survey_answers.cast_counts(session, 1)
        survey = session.exec(select(Survey)).one()
        assert surveys.people(session, survey.number, [cast.cuc.member.id or 0])
    assert found[cast.unit("P5-K8").id or 0, 0] == {"1": 2}
    assert found[cast.unit("P5-K9").id or 0, 0] == {"0": 1}


async def test_a_closed_unit_leaves_nothing_open(cast: Cast) -> None:
    await sent(cast)
    await cast.lan.says("/linkthamgia")
    reorganise(cast, "merge,P5-K1,P5-K8,,,,", "create,P5-K2,,Chi hội Khóm 2,chi hội,P5,")
    gone = cast.add_room("g2", "CH Khóm 2", unit="P5-K2")
    await cast.hoa.says("/diemdanh P5-K2 họp")
    await cast.hoa.says("/hop 19g30 thứ bảy tuần sau tại nhà văn hóa")
    before = state(cast.engine)
    reorganise(cast, "close,P5-K2,,,,,")
    undo(cast, 2)
    assert state(cast.engine) == before
    reorganise(cast, "close,P5-K2,,,,,")
    await cast.tick()

    assert open_in(cast, "P5-K2") == []
    with cast.session() as session:
        roll = session.exec(select(Roll)).one()
        assert roll.state == RollState.CLOSED
    await cast.hoa.says("/diemdanh P5-K2 họp nữa")
    assert "đã ngừng hoạt động" in cast.hoa.text
    assert gone.bot


async def test_a_plan_for_a_day_to_come_is_done_on_its_day(cast: Cast) -> None:
    day = datetime(2026, 12, 1, tzinfo=ZONE)
    later(cast, day.date(), MERGE)
    await cast.passes(days=2)
    assert cast.unit("P5-K1").code == "P5-K1"
    cast.clock.set(day)
    await cast.tick()

    assert cast.unit("P5-K1").code == "P5-K8"
    assert cast.lan.texts == []  # at midnight nobody is woken
    await cast.passes(hours=7)
    assert "nhập vào" in cast.lan.text
    told = len(cast.lan.texts)
    await cast.passes(hours=2)
    assert len(cast.lan.texts) == told


async def test_what_a_stranger_said_before_counts_where_she_is_found(cast: Cast) -> None:
    await called(cast)
    await cast.ty.presses("Sẽ dự", cast.k1)
    reorganise(cast, MERGE)
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:ty")
        assert account is not None and account.id is not None
        dung = cast.dung.member.id or 0
        accounts.link(session, account.id, dung, by="test", now=cast.clock.now())
        (line,) = [row.line for row in session.exec(select(Pending))]
    now = cast.clock.now()
    with begin(cast.engine) as session:
        actor = recognise(session, address="sandbox:ty", name="", now=now)
        incoming = Incoming("sandbox", "x", "sandbox:ty@sandbox", "sandbox:ty", now, private=True)
        run_line(Call(session, actor, now, incoming, run=run_line), line)

    (roll,) = open_in(cast, "P5-K8")
    assert said(cast, roll, "dung") == Status.PRESENT


async def test_a_link_pasted_into_the_old_group_opens_on_the_new_unit(cast: Cast) -> None:
    await cast.hoa.says(YES_NO)
    for label in ("Không có hạn", "Có tên:", "Tất cả", "📨 Gửi"):
        await cast.hoa.presses(label)
    await cast.passes(seconds=20)
    tokens = {}
    with begin(cast.engine) as session:
        moment = Moment(session, cast.clock.now(), Links(PUBLIC_URL))
        for code in ("P5-K1", "P5-K8"):
            link = minting.group_link(moment, cast.unit(code).id or 0, "survey:1")
            assert link is not None
            tokens[code] = link.token
        _, url = minting.own_link(
            moment, cast.unit("P5-K1").id or 0, "survey:1", cast.tam.member.id or 0
        )
    reorganise(cast, MERGE)

    with begin(cast.engine) as session:
        for token in tokens.values():
            assert opening.opened(session, token, cast.clock.now()).unit.code == "P5-K8"
        hers = opening.opened(session, url.rpartition("/")[2], cast.clock.now())
        assert hers.unit.code == "P5-K8" and hers.member is not None


async def test_what_only_one_of_two_was_asked_is_offered_to_the_other_group(cast: Cast) -> None:
    await sends(cast.sau, YES_NO)
    await cast.tam.presses("Có", cast.k1)
    reorganise(cast, MERGE)
    await cast.tick()

    assert "Đưa vào nhóm này" in cast.k8.last.labels[0]
    assert all("Đưa vào nhóm này" not in label for m in cast.k1.bot for label in m.labels)
    await cast.lan.presses("Đưa vào nhóm này", cast.k8)
    await cast.an.presses("Không", cast.k8)
    with cast.session() as session:
        k8 = cast.unit("P5-K8").id or 0
        assert survey_answers.counts(session, 1, k8)[k8, 0] == {"1": 1, "0": 1}
