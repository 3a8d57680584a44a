"""Changing and cancelling: one meeting, or a recurring one from now on."""

from __future__ import annotations

from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import Refusal
from handlers.meetings import announce, series
from handlers.meetings.access import access_running
from handlers.meetings.announce import COMING, facts, reaches_in_time
from handlers.quiet import quiet_until
from handlers.rolls import actions
from handlers.understanding.zone import local
from storage import meetings
from storage.meetings import Details, Meeting, MeetingDraft, MeetingState


def change(call: Call, rest: str) -> Reply:
    """`meet_change MEETING [one|rest]`: what is to change?"""
    number, _, which = rest.partition(" ")
    meeting = _before_it_begins(call, number)
    if meeting.series_id is not None and which not in {"one", "rest"}:
        ways = (
            Choice("Chỉ kỳ này", f"meet_change {meeting.id} one"),
            Choice("Kỳ này và các kỳ sau", f"meet_change {meeting.id} rest"),
            Choice("❌ Huỷ họp", f"meet_cancel {meeting.id}"),
        )
        return Reply("meetings/which_ones.j2", facts(meeting), choices=ways, private=True)
    draft = _draft_of(call, meeting, rest=which == "rest")
    choices = (
        Choice("🕑 Đổi giờ", f"meet_ask {draft.id} when"),
        Choice("📍 Đổi nơi họp, đường dẫn", f"meet_ask {draft.id} where"),
        Choice("📝 Đổi nội dung", f"meet_ask {draft.id} title"),
        Choice("❌ Huỷ họp", f"meet_cancel {meeting.id}"),
        Choice("Giữ nguyên", f"meet_drop {draft.id}"),
    )
    return Reply("meetings/change.j2", facts(meeting), choices=choices, private=True)


def _before_it_begins(call: Call, number: str) -> Meeting:
    meeting = access_running(call.session, call.actor, number)
    if meeting.starts_at <= call.now:
        end = Choice("Kết thúc cuộc họp", f"meet_end {meeting.id}")
        raise Refusal("meetings/begun.j2", choices=(end,), **facts(meeting))
    return meeting


def _draft_of(call: Call, meeting: Meeting, *, rest: bool) -> MeetingDraft:
    assert call.actor.account_id is not None
    found = None
    if rest and meeting.series_id is not None:
        found = meetings.get_series(call.session, meeting.series_id)
    draft = MeetingDraft(
        **{name: getattr(meeting, name) for name in Details.model_fields},
        account_id=call.actor.account_id,
        meeting_id=meeting.id,
        rest=found is not None,
        rule=found.rule if found else "",
        day=local(meeting.starts_at).date(),
        starts_at=meeting.starts_at,
        created_at=call.now,
    )
    call.session.add(draft)
    call.session.flush()
    return draft


def cancel(call: Call, rest: str) -> Reply:
    """`meet_cancel MEETING`: is she sure?"""
    meeting = _before_it_begins(call, rest)
    assert meeting.id is not None
    said = actions.intents(call.session, meeting.id)
    context = {**facts(meeting), "coming": sum(status in COMING for status in said.values())}
    at_night = quiet_until(call.now) is not None
    choices: list[Choice] = []
    if reaches_in_time(call.now, meeting.starts_at):
        later = " (báo lúc 6 giờ 30)" if at_night else ""
        choices.append(Choice(f"❌ Huỷ cuộc họp này{later}", f"meet_off {meeting.id} one"))
        if meeting.series_id is not None:
            choices.append(Choice(f"❌ Huỷ cả các kỳ sau{later}", f"meet_off {meeting.id} rest"))
    if at_night:
        urgent = f"meet_off {meeting.id} one urgent"
        choices.append(Choice("🔴 KHẨN: huỷ và báo ngay trong đêm", urgent))
    choices.append(Choice("Giữ lại", f"meet_keep {meeting.id}"))
    return Reply("meetings/cancel_sure.j2", context, choices=tuple(choices), private=True)


def keep(call: Call, rest: str) -> Reply:
    """`meet_keep MEETING`: she thought better of it."""
    return Reply("meetings/kept.j2", facts(_before_it_begins(call, rest)), private=True)


def call_off(call: Call, rest: str) -> Replies:
    """`meet_off MEETING one|rest [urgent]`: it does not take place; all who were told hear it."""
    number, _, how = rest.partition(" ")
    meeting = _before_it_begins(call, number)
    assert meeting.id is not None
    urgent = "urgent" in how.split()
    if not urgent and not reaches_in_time(call.now, meeting.starts_at):
        return [cancel(call, number)]
    moment = call.moment()
    invited = meeting.state == MeetingState.CALLED
    meeting.state = MeetingState.CANCELLED
    meeting.revision += 1
    call.session.add(meeting)
    meetings.plan(call.session, meeting.id, {})
    news: Replies = []
    if invited:
        # who is still waiting for the invitation need not hear of it: ask before it is taken back
        news = announce.tell(moment, meeting, "cancelled", {}, urgent=urgent)
        news += announce.withdraw(moment, meeting)
    ending = "rest" in how.split()
    if meeting.series_id is not None and ending:
        rhythm = meetings.get_series(call.session, meeting.series_id)
        assert rhythm is not None
        rhythm.ended = True
        call.session.add(rhythm)
    context = {**facts(meeting), "ending": ending, "told": bool(news)}
    done = Reply("meetings/cancel_done.j2", context, private=True)
    return [done, *news, *series.follow(moment, meeting)]
