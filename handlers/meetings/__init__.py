"""Meetings: called in one line or by questions, announced, reminded of, changed, attended."""

from handlers.chat import Route, Where, Who
from handlers.meetings import agenda, calls, changes, drafts, running
from handlers.meetings.due import TICKS
from handlers.meetings.words import hear

__all__ = ["ROUTES", "TICKS", "hear"]

ROUTES = {
    "meet": Route(drafts.start, ("hop", "moi hop", "tao cuoc hop"), Who.LEADER),
    "meetings": Route(agenda.ahead, ("lichhop", "lich hop"), Who.MEMBER),
    "meet_ics": Route(agenda.calendar, ("lich", "tep lich"), Who.MEMBER, listed=False),
    "meet_to_change": Route(
        agenda.to_change,
        (
            "huy hop",
            "huy cuoc hop",
            "hoan hop",
            "hoan cuoc hop",
            "doi hop",
            "doi cuoc hop",
            "doi gio hop",
            "doi lich hop",
        ),
        Who.LEADER,
        Where.PRIVATE,
        listed=False,
    ),
    "meet_ask": Route(drafts.ask, who=Who.LEADER, listed=False),
    "meet_fill": Route(drafts.fill, who=Who.LEADER, listed=False, gives_way_at=frozenset({"when"})),
    "meet_at": Route(drafts.pick_moment, who=Who.LEADER, listed=False),
    "meet_day": Route(drafts.pick_day, who=Who.LEADER, listed=False),
    "meet_hour": Route(drafts.pick_hour, who=Who.LEADER, listed=False),
    "meet_mode": Route(drafts.pick_mode, who=Who.LEADER, listed=False),
    "meet_title": Route(drafts.pick_title, who=Who.LEADER, listed=False),
    "meet_for": Route(drafts.pick_whom, who=Who.LEADER, listed=False),
    "meet_drop": Route(drafts.drop, who=Who.LEADER, listed=False),
    "meet_call": Route(calls.confirm, who=Who.LEADER, listed=False),
    "meet_change": Route(changes.change, who=Who.LEADER, listed=False),
    "meet_cancel": Route(changes.cancel, who=Who.LEADER, listed=False),
    "meet_keep": Route(changes.keep, who=Who.LEADER, listed=False),
    "meet_off": Route(changes.call_off, who=Who.LEADER, listed=False),
    "meet_begin": Route(running.begin, who=Who.LEADER, listed=False),
    "meet_end": Route(running.end, who=Who.LEADER, listed=False),
    "meet_who": Route(running.who, who=Who.LEADER, listed=False),
}
