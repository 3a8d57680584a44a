"""The end of a survey: by itself at its deadline, or by hand; and what an end can be undone to."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers.access import answering_chats
from handlers.chat import Call, Choice, Moment, Replies, Reply
from handlers.errors import Refusal
from handlers.quiet import quiet_until
from handlers.surveys import recording, showing, writing
from handlers.surveys.access import access_survey, door_of
from handlers.surveys.figures import FEWEST
from handlers.surveys.reminding import first_reminder
from handlers.understanding.zone import local_date
from storage import survey_runs, surveys
from storage.database import Session
from storage.surveys import Survey, SurveyState


def close(moment: Moment, survey: Survey) -> Replies:
    """Take no more answers, and say so where it was asked.

    Ballots begun and not sent are forgotten; answers by name may go on if it is reopened.
    """
    survey.state, survey.closed_at, survey.remind_at = SurveyState.CLOSED, moment.now, None
    surveys.save(moment.session, survey, moment.now)
    if survey.anonymous:
        for run in survey_runs.runs(moment.session, survey.number):
            recording.discard(moment.session, survey, run)
    replies: Replies = []
    for part in surveys.asked_units(moment.session, survey.number):
        for reply in showing.tally_now(moment, survey, part, bulk=True):
            replies.append(
                replace(reply, not_before=quiet_until(moment.now), forget=bool(survey.anonymous))
            )
    return replies


def due(session: Session, now: datetime) -> list[int]:
    """Surveys whose deadline has passed."""
    return surveys.due_to_close(session, now)


def fire(moment: Moment, survey_id: int) -> Replies:
    """Close it, and tell whoever made it; at night she is told in the morning."""
    survey = surveys.get(moment.session, survey_id)
    if survey is None or survey.state != SurveyState.OPEN:
        return []
    replies = close(moment, survey)
    today = local_date(moment.now)
    door = door_of(moment.session, survey)
    doors = [door] if door else answering_chats(moment.session, survey.unit_id, today)
    answered = sum(survey_runs.answered(moment.session, survey_id).values())
    asked = sum(surveys.asked(moment.session, survey_id).values())
    told = Reply(
        "surveys/closed_by_itself.j2",
        {"title": survey.title, "answered": answered, "asked": asked},
        choices=(
            Choice("📊 Xem kết quả", f"results {survey_id}"),
            Choice("🔓 Mở lại hoặc gia hạn", f"survey_reopen {survey_id}"),
        ),
        not_before=quiet_until(moment.now),
        # nobody presses "Gửi" here: what a closed ballot leaves in the log must go all the same
        forget=bool(survey.anonymous),
    )
    stamp = int(moment.now.timestamp())
    return [
        *replies,
        *(replace(told, to=to, key=f"survey:{survey_id}:over:{stamp}:{to}") for to in doors),
    ]


def press(call: Call, rest: str) -> Replies:
    """`survey_close SURVEY [yes]`: close by hand, after one question."""
    number, _, sure = rest.partition(" ")
    survey = access_survey(call.session, call.actor, number)
    if survey.state != SurveyState.OPEN:
        raise Refusal("surveys/not_open.j2")
    if sure != "yes":
        answered = sum(survey_runs.answered(call.session, survey.number).values())
        context = {
            "title": survey.title,
            "answered": answered,
            "asked": sum(surveys.asked(call.session, survey.number).values()),
            "final": bool(survey.anonymous) and answered >= FEWEST,
        }
        ways = (
            Choice("🔒 Chốt", f"survey_close {number} yes"),
            Choice("Để mở", f"survey_manage {number}"),
        )
        return [Reply("surveys/ask_close.j2", context, choices=ways, private=True)]
    replies = close(call.moment(), survey)
    choices = [Choice("📊 Xem kết quả", f"results {number}")]
    if not _is_sealed(call, survey):
        choices.append(Choice("🔓 Mở lại", f"survey_reopen {number}"))
    context = {"title": survey.title}
    told = Reply("surveys/now_closed.j2", context, choices=tuple(choices), private=True)
    return [replace(told, forget=bool(survey.anonymous)), *replies]


def reopen(call: Call, rest: str) -> Replies:
    """`survey_reopen SURVEY`: take answers again.

    Not of an anonymous survey whose results could be seen: who looked before and after would
    know what the ballots in between said.
    """
    survey = access_survey(call.session, call.actor, rest)
    if survey.state != SurveyState.CLOSED:
        raise Refusal("surveys/not_closed.j2")
    _check_unseen(call, survey)
    if survey.deadline is not None and survey.deadline <= call.now:
        return _ask_deadline(survey)
    return _open_again(call, survey)


def _check_unseen(call: Call, survey: Survey) -> None:
    if survey.state == SurveyState.CLOSED and _is_sealed(call, survey):
        raise Refusal("surveys/sealed_for_good.j2")


def _is_sealed(call: Call, survey: Survey) -> bool:
    """Whether a closed survey stays closed."""
    ballots = sum(survey_runs.answered(call.session, survey.number).values())
    return bool(survey.anonymous) and ballots >= FEWEST


def _ask_deadline(survey: Survey) -> Replies:
    line = f"survey_extend {survey.number}"
    none = Choice("Không có hạn", f"{line} none")
    return [Reply("surveys/ask_extension.j2", choices=(none,), expects=line, private=True)]


def _open_again(call: Call, survey: Survey) -> Replies:
    survey.state, survey.closed_at = SurveyState.OPEN, None
    survey.remind_at = first_reminder(call.now)
    surveys.save(call.session, survey, call.now)
    return [_told(survey, "surveys/reopened.j2"), *_show_again(call, survey)]


def _told(survey: Survey, template: str) -> Reply:
    follow = Choice("📋 Theo dõi khảo sát", f"survey_manage {survey.number}")
    context = {"title": survey.title, "deadline": survey.deadline}
    return Reply(template, context, choices=(follow,), private=True)


def _show_again(call: Call, survey: Survey) -> Replies:
    moment = call.moment()
    return [
        replace(reply, not_before=quiet_until(call.now))
        for part in surveys.asked_units(call.session, survey.number)
        for reply in showing.tally_now(moment, survey, part, bulk=True)
    ]


def extend(call: Call, rest: str) -> Replies:
    """`survey_extend SURVEY [WORDS]`: another deadline, or none; a closed survey opens again."""
    number, _, words = rest.partition(" ")
    survey = access_survey(call.session, call.actor, number)
    if survey.state not in {SurveyState.OPEN, SurveyState.CLOSED}:
        raise Refusal("surveys/not_open.j2")
    _check_unseen(call, survey)
    if not words:
        return _ask_deadline(survey)
    line = f"survey_extend {number}"
    survey.deadline = None if words == "none" else writing.future(call, words, line)
    if survey.state == SurveyState.CLOSED:
        return _open_again(call, survey)
    surveys.save(call.session, survey, call.now)
    return [_told(survey, "surveys/extended.j2"), *_show_again(call, survey)]
