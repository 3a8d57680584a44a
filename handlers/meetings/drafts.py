"""Putting a meeting together: one line, or one question after another, until it is confirmed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar

from handlers.access import access_unit, leads, row_id
from handlers.chat import Call, Choice, Replies, Reply, Who
from handlers.errors import NotYoursError
from handlers.meetings import hearing
from handlers.meetings.access import access_draft, audience_of
from handlers.meetings.announce import facts, reaches_in_time
from handlers.meetings.circles import PICK, branches, circles
from handlers.meetings.hearing import Doubt
from handlers.meetings.timetable import NOTICES, notices
from handlers.quiet import quiet_until
from handlers.understanding.meeting_lines import Mode, read_meeting
from handlers.understanding.recurrence import next_occurrences
from handlers.understanding.spoken import speak_date, speak_moment, speak_rule
from handlers.understanding.zone import local_date
from storage import groups, meetings, members, units
from storage.meetings import MeetingDraft, Scope
from storage.vietnamese import fold

T = TypeVar("T")
USUAL = "Sinh hoạt chi hội định kỳ"
OPENINGS = ("hop ", "moi hop ", "cuoc hop ", "to chuc hop ", "sinh hoat chi hoi ")
"""How a line about a meeting begins, without marks."""


def start(call: Call, rest: str) -> Reply:
    """Begin a meeting from what was said after "họp"; nothing at all is fine too."""
    draft = _begin(call)
    text = rest if f"{fold(rest)} ".startswith(OPENINGS) else f"họp {rest}"
    return proceed(call, draft, hearing.hear_line(draft, text, call.now) if rest else None)


def _begin(call: Call) -> MeetingDraft:
    here = call.group.unit_id if call.group is not None else None
    known = circles(call.session, call.actor, here)
    if not known or call.actor.account_id is None:
        raise NotYoursError
    meetings.drop_old_drafts(call.session, call.actor.account_id, call.now)
    draft = MeetingDraft(account_id=call.actor.account_id, created_at=call.now)
    if here is not None or len(known) == 1:
        draft.unit_id, draft.scope = known[0].unit_id, known[0].scope
    if len(known) > 1:
        draft.scope = ""
    call.session.add(draft)
    call.session.flush()
    return draft


def overhear(call: Call, text: str) -> Replies | None:
    """A leader tells her group of a meeting; in private she is offered to have it called.

    Not of one that is called already, nor where the moment is unclear: that may well be talk.
    """
    here = call.group.unit_id if call.group is not None else None
    line = read_meeting(text, call.now)
    if here is None or line.starts is None or not call.actor.private_chat:
        return None
    if not leads(call.session, call.actor, here):
        return None
    above = units.lineage(call.session, here)
    if meetings.spoken_of(call.session, here, above, line.starts):
        return None
    draft = _begin(call)
    hearing.hear_line(draft, text, call.now)
    context = {"moment": speak_moment(line.starts)}
    choices = (
        Choice("📅 Soạn lời mời họp", f"meet_fill {draft.id}"),
        Choice("🗑 Không cần", f"meet_drop {draft.id}"),
    )
    return [Reply("meetings/overheard.j2", context, choices=choices, private=True)]


def proceed(call: Call, draft: MeetingDraft, doubt: Doubt | None = None) -> Reply:
    """Ask for what is missing, one thing at a time; then show all of it to be confirmed."""
    call.session.add(draft)
    call.session.flush()
    if doubt is not None:
        return _ask_when(draft, doubt)
    if draft.starts_at is None:
        return _ask_when(draft, hearing.no_hour(draft) if draft.day else Doubt("no_date"))
    if not draft.mode:
        return _ask_where(draft)
    if not draft.title:
        return _ask_title(draft)
    if not draft.scope:
        return _ask_whom(call, draft)
    return _echo(call, draft)


def ask(call: Call, rest: str) -> Reply:
    """Ask anew for one thing: when, where or title."""
    number, _, what = rest.partition(" ")
    draft = access_draft(call.session, call.actor, number)
    if what == "where":
        return _ask_where(draft)
    if what == "title":
        return _ask_title(draft)
    return _ask_when(draft, Doubt("changed"))


def fill(call: Call, rest: str) -> Reply:
    """Her words in answer to a question."""
    number, _, tail = rest.partition(" ")
    what, _, words = tail.partition(" ")
    draft = access_draft(call.session, call.actor, number)
    if not words.strip():
        return proceed(call, draft)
    if what == "where":
        hearing.hear_where(draft, words, call.now)
    elif what == "title":
        draft.title = " ".join(words.split())[: hearing.TITLE_LENGTH]
    else:
        return proceed(call, draft, hearing.hear_when(draft, words, call.now))
    return proceed(call, draft)


def pick_moment(call: Call, rest: str) -> Reply:
    """One of the moments offered."""
    number, _, seconds = rest.partition(" ")
    draft = access_draft(call.session, call.actor, number)
    moment = _read(lambda word: datetime.fromtimestamp(int(word), UTC), seconds)
    return proceed(call, draft, hearing.on(draft, moment, call.now))


def pick_day(call: Call, rest: str) -> Reply:
    """One of the days offered; its hour comes next."""
    number, _, day = rest.partition(" ")
    draft = access_draft(call.session, call.actor, number)
    draft.day, draft.starts_at = _read(date.fromisoformat, day), None
    return proceed(call, draft)


def pick_hour(call: Call, rest: str) -> Reply:
    """One of the hours offered."""
    number, _, hour = rest.partition(" ")
    draft = access_draft(call.session, call.actor, number)
    at = _read(time.fromisoformat, hour)
    if draft.day is None and not draft.rule:
        raise NotYoursError
    return proceed(call, draft, hearing.at(draft, at, call.now))


def pick_mode(call: Call, rest: str) -> Reply:
    """In person, online or both."""
    number, _, mode = rest.partition(" ")
    draft = access_draft(call.session, call.actor, number)
    hearing.set_mode(draft, _read(Mode, mode))
    return proceed(call, draft)


def pick_title(call: Call, rest: str) -> Reply:
    """The usual subject."""
    draft = access_draft(call.session, call.actor, rest)
    draft.title = USUAL
    return proceed(call, draft)


def pick_whom(call: Call, rest: str) -> Reply:
    """Whom to invite: a branch, all below a unit, or first see which branches there are."""
    number, unit, scope, skip = [*rest.split(), "", "", "", ""][:4]
    draft = access_draft(call.session, call.actor, number)
    who = Who.LEADER if scope == Scope.UNIT else Who.OFFICER
    found = access_unit(call.session, call.actor, row_id(unit), who)
    assert found.id is not None
    if scope == PICK:
        choices = branches(call.session, found.id, row_id(number), row_id(skip))
        return _question("meetings/ask_branch.j2", {"unit": found.name}, choices)
    draft.unit_id, draft.scope = found.id, _read(Scope, scope)
    return proceed(call, draft)


def drop(call: Call, rest: str) -> Reply:
    """Throw the draft away: nobody was told anything."""
    draft = access_draft(call.session, call.actor, rest)
    changing = draft.meeting_id is not None
    assert draft.id is not None
    meetings.drop_draft(call.session, draft.id)
    return Reply("meetings/dropped.j2", {"changing": changing}, private=True)


def _read(kind: Callable[[str], T], word: str) -> T:
    """What a button's word says; somebody may have typed another one."""
    try:
        return kind(word)
    except (ValueError, OverflowError, OSError):
        raise NotYoursError from None


def _question(
    template: str, context: dict[str, Any], choices: tuple[Choice, ...], expects: str = ""
) -> Reply:
    return Reply(template, context, choices=choices, expects=expects, private=True)


def _ask_when(draft: MeetingDraft, doubt: Doubt) -> Reply:
    context = {"said": "", "day": "", **doubt.context, "problem": doubt.problem}
    return _question(
        "meetings/ask_when.j2",
        {**context, "choosing": bool(doubt.choices)},
        doubt.choices,
        f"meet_fill {draft.id} when",
    )


def _ask_where(draft: MeetingDraft) -> Reply:
    ways = {Mode.ONLINE: "💻 Chỉ trực tuyến", Mode.IN_PERSON: "📍 Chỉ trực tiếp"}
    if not draft.mode:
        ways = {Mode.ONLINE: "💻 Trực tuyến, gửi link sau"}
    choices = tuple(Choice(label, f"meet_mode {draft.id} {mode}") for mode, label in ways.items())
    context = {"known": bool(draft.mode)}
    return _question("meetings/ask_where.j2", context, choices, f"meet_fill {draft.id} where")


def _ask_title(draft: MeetingDraft) -> Reply:
    usual = Choice(USUAL, f"meet_title {draft.id}")
    return _question("meetings/ask_title.j2", {}, (usual,), f"meet_fill {draft.id} title")


def _ask_whom(call: Call, draft: MeetingDraft) -> Reply:
    assert draft.id is not None
    offered = circles(call.session, call.actor, draft.unit_id)
    choices = tuple(circle.choice(draft.id) for circle in offered)
    return _question("meetings/ask_whom.j2", {}, choices)


def _echo(call: Call, draft: MeetingDraft) -> Reply:
    """All that was understood, to be confirmed by one press."""
    assert draft.unit_id is not None and draft.starts_at is not None
    unit = access_unit(call.session, call.actor, draft.unit_id)
    invited = audience_of(call.session, draft.unit_id, draft.scope)
    ids = [branch.id for branch in invited if branch.id is not None]
    rooms = [len(groups.of_unit(call.session, unit_id)) for unit_id in ids]
    due = notices(draft.starts_at)
    following = next_occurrences(draft.rule, draft.starts_at, 2) if draft.rule else ()
    context = {
        **facts(draft),
        "changing": draft.meeting_id is not None,
        "rest": draft.rest,
        "unit": unit.name,
        "branches": len(ids) if draft.scope == Scope.BELOW else 0,
        "members": members.count(call.session, ids),
        "rooms": sum(rooms),
        "without": rooms.count(0),
        "days": (local_date(draft.starts_at) - local_date(call.now)).days,
        "reminders": [kind for kind in NOTICES if due.get(kind, call.now) > call.now],
        "rule": speak_rule(draft.rule) if draft.rule else "",
        "following": [speak_date(each) for each in following],
        "waits": quiet_until(call.now) is not None,
    }
    return _question("meetings/echo.j2", context, _confirmations(call, draft))


def _confirmations(call: Call, draft: MeetingDraft) -> tuple[Choice, ...]:
    assert draft.starts_at is not None
    yes = "Đúng rồi, báo mọi người" if draft.meeting_id else "Đúng rồi, mời họp"
    at_night = quiet_until(call.now) is not None
    later = " (gửi lúc 6 giờ 30)" if at_night else ""
    choices = []
    if reaches_in_time(call.now, draft.starts_at):
        choices.append(Choice(f"✅ {yes}{later}", f"meet_call {draft.id}"))
    if at_night:
        choices.append(Choice("🔴 KHẨN: gửi ngay trong đêm", f"meet_call {draft.id} urgent"))
    return (
        *choices,
        Choice("🕑 Sửa giờ", f"meet_ask {draft.id} when"),
        Choice("📍 Sửa nơi họp", f"meet_ask {draft.id} where"),
        Choice("📝 Sửa nội dung", f"meet_ask {draft.id} title"),
        Choice("🗑 Bỏ", f"meet_drop {draft.id}"),
    )
