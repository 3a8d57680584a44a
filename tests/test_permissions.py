"""Every command × every standing × own unit, below, above and sideways.

The rows are lines about things of P5-K8, of Phường 5 and of the city; a row names who may give
the line. Everybody else must be refused, in words that do not tell whether the thing exists.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from bot.batch import run_line
from handlers import ROUTES
from handlers.access import recognise
from handlers.chat import Call, Incoming, Kind, Links
from handlers.errors import Refusal
from handlers.lines import RESERVED
from storage import accounts
from storage.answer_links import AnswerLink
from storage.database import begin, savepoint
from storage.directives import Directive
from storage.invitations import Invitation
from storage.mail import Outbox
from storage.meetings import Meeting
from storage.members import Member, Role, RoleKind
from storage.papers import Paper
from storage.privacy import DataRequest
from storage.relays import Relay
from storage.rolls import Roll
from storage.surveys import Survey
from storage.vietnamese import fold, name_key
from tests.cast import PUBLIC_URL, Cast
from tests.register_walk import REGISTER_WALK, register_things
from tests.surveys_scenes import YES_NO, sends

PLAN = (Path(__file__).parent / "data" / "109-KH-BTV.pdf").read_bytes()
ACTORS = {
    "ty": "a stranger",
    "an": "a member of the unit",
    "tam": "a member beside it",
    "thu": "a team head of the unit",
    "lan": "the leader of the unit",
    "sau": "the leader of the branch beside it",
    "nga": "a leader in another ward",
    "hoa": "the officer of the ward above",
    "oanh": "the officer of another ward",
    "mai": "the officer of the city",
}
EVERYBODY = frozenset(ACTORS)
K8 = {"lan", "hoa", "mai"}
P5 = {"hoa", "mai"}
CITY = {"mai"}
LEADERS = {"lan", "sau", "nga", "hoa", "oanh", "mai"}
OFFICERS = {"hoa", "oanh", "mai"}
DRAFT_LINES = {
    "meet_ask", "meet_fill", "meet_at", "meet_day", "meet_hour", "meet_mode", "meet_title",
    "meet_for", "meet_drop", "meet_call", "meet_keep",
    "survey_new", "survey_put", "survey_back", "survey_edit", "survey_within", "survey_preview",
    "survey_drop", "survey_question", "survey_remove", "survey_skip", "survey_send", "survey_say", "survey_choose",
    "survey_tick", "survey_done", "survey_change", "survey_finish", "survey_leave",
}  # fmt: skip
"""Steps of a draft that only its writer has; tests/test_meetings.py and test_surveys_rights.py try
others' hands on them."""
DENIED = {
    "refusals/not_yours.j2",
    "directives/leaders_confirm.j2",
    "directives/officers_only.j2",
    "rolls/not_member.j2",
    "surveys/not_for_you.j2",
    "surveys/join_first.j2",
    "accounts/pending.j2",
    "dues/leaders_only.j2",
}


TELLING = {"received", "survey_pick", "survey_start"}
"""Buttons a group shows to all: whoever presses is told why it is not for her."""
WALK: tuple[tuple[str, frozenset[str] | set[str]], ...] = (
    ("help", EVERYBODY),
    ("cancel", EVERYBODY),
    ("unknown", EVERYBODY),
    ("start", EVERYBODY),
    ("whoami", EVERYBODY),
    ("agree", EVERYBODY),
    ("mine", EVERYBODY),
    ("relative", EVERYBODY),
    ("join_here x", set()),
    ("joining", set()),
    ("notme {an}", {"an"}),
    # doors and groups
    ("relayed {relay}", {"nga", "oanh", "mai"}),
    ("relay_again {relay}", {"nga", "oanh", "mai"}),
    ("relay_remind directive:{sent}", {"oanh", "mai"}),
    ("links P5-K8", EVERYBODY - {"sau", "nga", "oanh"}),
    ("link_qr {link}", K8),
    ("link_for {link} Võ Thị An", K8),
    ("link_revoke {link}", K8),
    ("bind P5-K8", LEADERS),
    ("bindroom 1 P5-K8", LEADERS),
    ("unbind 1", K8),
    ("mainroom", EVERYBODY),
    ("invite Võ Thị An", LEADERS),
    ("invited 1", set()),
    ("vouch {invitation}", K8),
    ("uninvite {invitation}", K8),
    ("joinlink P5-K8", K8),
    ("joins", LEADERS),
    ("join 1 yes", set()),
    # members
    ("find an", LEADERS),
    ("card {an}", K8),
    ("export P5-K8", K8),
    ("import P5-K8", P5),
    ("import P5", P5),
    ("import TP", CITY),
    ("import_yes 1", set()),
    ("import_no 1", set()),
    *REGISTER_WALK,
    # units: a draft of Hoa's, and what the city has renamed
    ("unit P5-K8", K8),
    ("unit P5", P5),
    ("unit_rename {k8} Chi hội Khóm Tám", P5),
    ("unit_rename {p5} Phường Năm", CITY),
    ("unit_rename {tp} Thành phố", set()),
    ("unit_close {k8}", P5),
    ("reorganise_yes {plan}", {"hoa"}),
    ("reorganise_no {plan}", {"hoa"}),
    ("reorganise_undo {plan}", set()),
    ("reorganise_undo {renamed}", {"oanh", "mai"}),
    # personal data: her own, and that of those one leads
    ("mydata", EVERYBODY),
    ("mydata {an}", {"an", *K8}),
    ("seen {an}", {"an", *K8}),
    ("data_of {an}", {"an", *K8}),
    ("data_export {an}", {"an", *K8}),
    ("data_fix {an} phone 0912345678", {"an", *K8}),
    ("data_consent {an}", {"an", *K8}),
    ("data_agree {an} party", {"an", *K8}),
    ("data_withdraw {an} party yes", {"an", *K8}),
    ("data_other {an} x", {"an", *K8}),
    ("data_erase {an} yes", {"an", *K8}),
    ("data_keep {erasure}", {"an", *K8}),
    ("data_requests", LEADERS),
    ("data_request {wish}", K8),
    ("data_close {wish} done", K8),
    ("data_fixed {fix} yes", K8),
    ("data_log", LEADERS),
    # directives: the ward's draft, and what the city has sent
    ("progress", EVERYBODY),
    ("progress {draft}", P5),
    ("progress {sent}", OFFICERS),
    ("catch_up unit {k8}", K8),
    ("catch_up group 1", K8),
    ("received {sent}", {"thu", "lan", "sau", "nga"}),
    ("correct {sent} sai", CITY),
    ("correct_yes {sent}", CITY),
    ("correct_no {sent}", CITY),
    ("recall {sent} yes", CITY),
    ("directive_clean {draft}", P5),
    ("directive_summary {draft} abc", P5),
    ("directive_edit {draft}", P5),
    ("directive_todo {draft} abc", P5),
    ("directive_due {draft} none", P5),
    ("directive_reporter {draft} nobody", P5),
    ("directive_scope {draft}", P5),
    ("directive_drop {draft}", P5),
    ("directive_send {draft}", P5),
    ("directive_at {draft}", P5),
    ("directive_stop {sent}", CITY),
    ("directive_remind {sent}", OFFICERS),
    ("directive_mark {sent} {k8} x", P5),
    ("directive_unmark {sent} {k8}", set()),
    # deliveries
    ("in_doubt", LEADERS),
    ("resend {post}", K8),
    # rolls
    ("roll P5-K8", K8),
    ("rolls", LEADERS),
    ("roll_close {roll}", K8),
    ("roll_again {roll}", K8),
    ("roll_new {k8}", set()),
    ("roll_rename {roll}", K8),
    ("roll_where x | P5-K8", K8),
    ("roll_reopen {roll}", K8),
    ("roll_sheet {roll}", K8),
    ("roll_names {roll}", K8),
    ("roll_silent {roll}", K8),
    ("roll_hand {roll}", K8),
    ("roll_doors {roll}", K8),
    ("roll_screen {roll}", K8),
    ("roll_list {roll}", K8),
    ("roll_pages_off {roll}", K8),
    ("roll_differs {roll}", K8),
    ("hand {roll} {an} present", K8),
    ("hand_undo {roll} {an}", K8),
    ("hand_named {roll} - An", K8),
    ("hand_what {roll} {an} late", K8),
    ("hand_rest {roll}", K8),
    ("hand_rest_said {roll} trừ chị Cúc còn lại có mặt => đúng", K8),
    ("hand_whom {roll} {an}", K8),
    ("roll_sample {roll}", K8),
    ("roll_more {roll}", K8),
    ("roll_due {roll}", K8),
    ("roll_quorum {roll}", K8),
    ("roll_calls {roll}", {*K8, "thu"}),
    ("roll_take {roll} {an} 0", {*K8, "thu"}),
    ("roll_called {roll} {an}", set()),
    ("roll_share {roll}", K8),
    ("proxy {roll} {an} present", {"thu"}),
    ("proxy_undo {roll} {an}", {"thu"}),
    ("proxies", EVERYBODY),
    ("proxy_list {roll} present", {"an", "thu", "lan"}),
    ("proxy_tap {roll} {an} present 0", {"thu"}),
    ("proxy_why {roll} {an} x", {"thu"}),
    ("hand_reason {roll} {an} x", K8),
    ("mark {roll} present", {"an", "thu", "lan"}),
    ("unmark {roll}", set()),
    ("roll_mine {roll}", set()),
    ("roll_reason {roll} x", set()),
    ("roll_kept {roll}", set()),
    ("roll_pick {roll} {an}", set()),
    # sheets on paper: Thu heads Tổ 1
    ("papers P5-K8", {*K8, "thu"}),
    ("paper {paper} vắng 1", {*K8, "thu"}),
    ("paper_save {paper} x", {*K8, "thu"}),
    # meetings
    ("meet", LEADERS),
    ("meetings", EVERYBODY),
    ("meet_to_change", EVERYBODY),
    ("meet_ics", EVERYBODY),
    ("meet_change {meeting}", K8),
    ("meet_cancel {meeting}", K8),
    ("meet_off {meeting} yes", K8),
    ("meet_begin {meeting}", K8),
    ("meet_end {meeting}", K8),
    ("meet_who {meeting}", K8),
    # surveys
    ("survey", EVERYBODY - {"ty"}),
    ("results", EVERYBODY),
    ("survey_manage {survey}", K8),
    ("survey_silent {survey}", K8),
    ("survey_hand {survey}", K8),
    ("survey_remind {survey}", K8),
    ("survey_close {survey}", K8),
    ("survey_reopen {survey}", K8),
    ("survey_extend {survey}", K8),
    ("survey_result {survey} {k8} 0", K8),
    ("survey_sheet {survey}", K8),
    ("survey_publish {survey}", K8),
    ("survey_stop {survey}", K8),
    ("survey_pick {survey} 1", {"an", "thu", "lan"}),
    ("survey_start {survey}", {"an", "thu", "lan"}),
)


async def asks_about_her_data(cast: Cast) -> None:
    """An has one open request of each kind."""
    id_ = cast.an.member.id
    await cast.an.says(f"/data_fix {id_} name Võ Thị Ân")
    await cast.an.says(f"/data_other {id_} đừng gọi")
    await cast.an.says(f"/data_erase {id_} yes")


async def furnished(cast: Cast) -> dict[str, int | None]:
    """A union with one of everything, and the ids a line may name."""
    now = cast.clock.now()
    with begin(cast.engine) as session:
        name = "Mã Thị Oanh"
        member = Member(
            unit_id=cast.unit("P6").id or 0,
            name=name,
            folded=fold(name),
            name_key=name_key(name),
            created_at=now,
            changed_at=now,
        )
        session.add(member)
        session.flush()
        assert member.id is not None
        session.add(Role(member_id=member.id, unit_id=member.unit_id, kind=RoleKind.OFFICER))
        account = accounts.ensure(session, address="sandbox:oanh", name=name, now=now)
        account.private_chat = "sandbox:oanh@sandbox"
        assert account.id is not None
        accounts.link(session, account.id, member.id, by="test", now=now)
    cast.add_player("oanh", name)
    await cast.mai.sends_file("109-KH-BTV.pdf", PLAN, mime="application/pdf")
    await cast.mai.presses("05/12/2026")
    await cast.mai.presses("Gửi ngay")
    await cast.passes(seconds=20)
    await cast.hoa.sends_file("109-KH-BTV.pdf", PLAN, mime="application/pdf")
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.lan.says("/hop chi hội 19g30 thứ bảy tuần sau tại nhà văn hóa")
    await cast.lan.presses("mời họp")
    await sends(cast.lan, YES_NO)
    await cast.lan.says("/moi Huỳnh Kim Cúc")
    await cast.hoa.says("/donvi P5-K1")
    await cast.hoa.presses("Đổi tên")
    await cast.hoa.says("Chi hội Khóm 11")
    await cast.mai.says("/donvi P6-K8")
    await cast.mai.presses("Đổi tên")
    await cast.mai.says("Chi hội Khóm 18")
    await cast.mai.presses("Đúng, làm như vậy")
    await cast.lan.says("/phieu")
    await asks_about_her_data(cast)
    with cast.session() as session:
        found = {
            "relay": session.exec(select(Relay.id).where(Relay.subject == "directive:1")).one(),
            "sent": session.exec(select(Directive.id).where(Directive.state == "sent")).one(),
            "draft": session.exec(select(Directive.id).where(Directive.state == "draft")).one(),
            "roll": session.exec(select(Roll.id).where(Roll.purpose == "attendance")).one(),
            "meeting": session.exec(select(Meeting.id)).one(),
            "survey": session.exec(select(Survey.id)).one(),
            "link": session.exec(select(AnswerLink.id).where(AnswerLink.subject == "roll:1")).one(),
            **{
                name: session.exec(select(DataRequest.id).where(DataRequest.kind == kind)).one()
                for name, kind in (("fix", "correct"), ("wish", "object"), ("erasure", "erase"))
            },
            "plan": 1,
            "renamed": 2,
            "invitation": session.exec(select(Invitation.id)).one(),
            "paper": session.exec(select(Paper.id).where(Paper.team == "Tổ 1")).one(),
            "post": session.exec(
                select(Outbox.id).where(
                    Outbox.subject == "directive:1", Outbox.chat == cast.k8.address
                )
            ).one(),
        }
    return found | {
        **register_things(cast),
        "an": cast.an.member.id,
        "dung": cast.dung.member.id,
        "k8": cast.unit("P5-K8").id,
        "p5": cast.unit("P5").id,
        "tp": cast.unit("TP").id,
    }


def outcome(cast: Cast, key: str, line: str) -> str:
    """What becomes of a line: "done", or the template that refuses. Nothing of it is kept."""
    now = cast.clock.now()
    address = f"sandbox:{key}"
    incoming = Incoming(
        "sandbox", f"walk:{key}:{line}", f"sandbox:{key}@sandbox", address, now,
        kind=Kind.PRESS, private=True, text=line, press_id=f"{key}/1", to_bot=True,
    )  # fmt: skip
    with cast.engine.connect() as connection, connection.begin() as whole:
        try:
            with savepoint(connection) as session:
                actor = recognise(session, address=address, name=key, now=now)
                call = Call(session, actor, now, incoming, links=Links(PUBLIC_URL), run=run_line)
                replies = run_line(call, line) or []
                found = next((r.template for r in replies if r.template in DENIED), "done")
        except Refusal as refusal:
            found = refusal.template if refusal.template in DENIED else "done"
        whole.rollback()
    return found


@pytest.fixture
async def walkers(cast: Cast) -> tuple[Cast, dict[str, int | None]]:
    return cast, await furnished(cast)


@pytest.mark.slow
@pytest.mark.sqlite
async def test_each_line_is_done_for_whom_it_is_meant_and_refused_to_all_others(
    walkers: tuple[Cast, dict[str, int | None]],
) -> None:
    cast, ids = walkers
    wrong = []
    for pattern, allowed in WALK:
        line = pattern.format(**ids)
        found = {key for key in ACTORS if outcome(cast, key, line) == "done"}
        if found != set(allowed):
            wrong.append(f"{line}: {sorted(found)} instead of {sorted(allowed)}")

    assert not wrong, "\n".join(wrong)


def test_every_command_is_walked() -> None:
    walked = {pattern.split()[0] for pattern, _ in WALK}
    by_event = RESERVED

    assert set(ROUTES) - walked - by_event - DRAFT_LINES == set()


async def test_what_is_absent_and_what_is_not_hers_look_alike(
    walkers: tuple[Cast, dict[str, int | None]],
) -> None:
    cast, ids = walkers
    for pattern, allowed in WALK:
        if "{" not in pattern or "sau" in allowed or pattern.split()[0] in TELLING:
            continue
        there = outcome(cast, "sau", pattern.format(**ids))
        absent = outcome(cast, "sau", pattern.format(**dict.fromkeys(ids, 999_999)))
        assert there == absent, pattern


async def test_without_the_doors_the_walk_would_fail(
    walkers: tuple[Cast, dict[str, int | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: let `leads` and `governs` say yes to all, and strangers get in."""
    cast, ids = walkers
    monkeypatch.setattr("handlers.rolls.access.leads", lambda *_: True)
    monkeypatch.setattr("handlers.directives.access.governs", lambda *_: True)

    assert outcome(cast, "ty", "roll_sheet {roll}".format(**ids)) == "done"
    assert outcome(cast, "an", "recall {sent} yes".format(**ids)) == "done"
