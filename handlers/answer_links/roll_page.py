"""A roll call, or who will come to a meeting, as a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from handlers.answer_links.opening import LinkError, Opened
from handlers.chat import Call, Moment, Replies
from handlers.meetings.agenda import to_ics
from handlers.meetings.announce import facts
from handlers.rolls import own, sheets, words
from handlers.rolls.access import answerable
from storage import meetings, roll_heirs, rolls
from storage.meetings import Meeting
from storage.rolls import Purpose, Roll, RollState, Source, Status

TAKE_BACK = "bo"


class NoAnswerError(Exception):
    """Nothing came that could be an answer: the question is shown once more."""


def _roll(moment: Moment, found: Opened) -> Roll:
    roll = rolls.get(moment.session, int(found.number))
    if roll is not None:
        roll = roll_heirs.followed(moment.session, roll, [found.row.unit_id])
    if roll is None or roll.unit_id != found.row.unit_id:
        raise LinkError("unknown")
    return roll


def _meeting(moment: Moment, roll: Roll) -> Meeting | None:
    return meetings.get(moment.session, roll.meeting_id) if roll.meeting_id else None


def about(moment: Moment, found: Opened) -> dict[str, Any]:
    """What is asked."""
    roll = _roll(moment, found)
    meeting = _meeting(moment, roll)
    return {
        "title": roll.title,
        "intent": roll.purpose == Purpose.INTENT,
        "meeting": facts(meeting) if meeting is not None else None,
        "open": roll.state == RollState.OPEN,
        "opened_at": roll.opened_at,
        "closed_at": roll.closed_at,
        "anonymous": False,
    }


def show(moment: Moment, found: Opened) -> dict[str, Any]:
    """What counts for her, and what she may answer."""
    roll = _roll(moment, found)
    assert found.member is not None and found.member.id is not None
    labels = words.labels(roll)
    verdict = rolls.verdict(moment.session, roll.number, found.member.id)
    status = verdict.status if verdict else Status.UNANSWERED
    offered = [*roll.offers]
    if status in own.OWN and status not in offered and status != Status.ABSENT_EXCUSED:
        offered.append(status)
    return {
        "offers": [(one, words.choice(roll, one, "x").label) for one in offered],
        "status": status,
        "said": labels[status],
        "answered": status != Status.UNANSWERED,
        "own": verdict is not None and verdict.source not in sheets.BY_OTHERS,
        "source": words.SOURCES[verdict.source] if verdict else "",
        "differs": labels[verdict.differs] if verdict and verdict.differs else "",
        "away": status in {Status.ABSENT, Status.ABSENT_EXCUSED},
        "reason": verdict.reason if verdict and not found.by_group else "",
        "take_back": TAKE_BACK,
        "unread": False,
    }


def answer(call: Call, found: Opened, form: Mapping[str, str]) -> Replies:
    """Record what she pressed; the same doors and the same weighing as in a chat.

    Raises:
        NoAnswerError: she pressed nothing that is offered.
    """
    roll = answerable(call, found.number)
    source = Source.LINK if found.by_group else Source.PAGE
    pressed, reason = form.get("tra_loi", ""), form.get("ly_do", "").strip()
    if pressed not in {TAKE_BACK, *own.OWN}:
        raise NoAnswerError
    if pressed == TAKE_BACK:
        return own.take_back(call, roll, source)
    if reason and pressed in {Status.ABSENT, Status.ABSENT_EXCUSED}:
        short = " ".join(reason.split())[: own.REASON_LENGTH]
        return own.answer(call, roll, Status.ABSENT_EXCUSED, source=source, reason=short)
    return own.answer(call, roll, pressed, source=source)


def calendar(moment: Moment, found: Opened) -> bytes | None:
    """The meeting for the calendar of her telephone; None if there is none."""
    meeting = _meeting(moment, _roll(moment, found))
    return to_ics(meeting, moment.now) if meeting is not None else None
