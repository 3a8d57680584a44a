"""The end of a survey answered in private: recorded by name, or sent as a ballot for good."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import Refusal
from handlers.surveys import recording, showing
from handlers.surveys.questioning import Talk
from handlers.surveys.values import speak
from storage import survey_runs
from storage.survey_runs import SurveyRun
from storage.surveys import Survey


def summary(talk: Talk, answers: Mapping[int, str]) -> list[tuple[int, str, str]]:
    """(number, question, answer) of all that was answered."""
    asked = talk.form.questions
    return [(i + 1, asked[i].text, speak(asked[i], answer)) for i, answer in answers.items()]


def _corrections(talk: Talk, answers: Mapping[int, str]) -> tuple[Choice, ...]:
    return tuple(
        Choice(f"✏️ Sửa câu {index + 1}", f"survey_change {talk.line} {index}") for index in answers
    )


def recorded(talk: Talk, answers: Mapping[int, str], *, changed: bool) -> Replies:
    """With names: kept at once, shown, and open to change until the close."""
    call, survey = talk.call, talk.survey
    replies: Replies = []
    if changed:
        recording.record(call, survey, talk.member, answers)
        replies = showing.tally(call.moment(), survey, talk.member.unit_id)
    survey_runs.drop_run(call.session, talk.run)
    shown = talk.reply(
        "surveys/recorded.j2", summary=summary(talk, answers), deadline=survey.deadline
    )
    choices = (*_corrections(talk, answers), *_household(talk))
    return [replace(shown, choices=choices, columns=3), *replies]


def _household(talk: Talk) -> tuple[Choice, ...]:
    """Others who share the phone and have not answered."""
    mine = [id_ for id_ in talk.call.actor.member_ids if id_ != talk.member.id]
    if not mine:
        return ()
    number = talk.survey.number
    return tuple(
        Choice(f"✍️ Trả lời cho {member.name}", f"survey_start {number} {member.id}")
        for member in survey_runs.silent_among(talk.call.session, number, mine)
    )


def confirm(talk: Talk, answers: Mapping[int, str]) -> Reply:
    """Anonymous: nothing counts until she sends it, and then nothing can be changed."""
    shown = talk.reply("surveys/confirm.j2", summary=summary(talk, answers))
    choices = (
        Choice("📮 Gửi phiếu kín", f"survey_finish {talk.line}"),
        *_corrections(talk, answers),
        Choice("🗑 Bỏ, không gửi", f"survey_leave {talk.line}"),
    )
    return replace(shown, choices=choices)


def sent(talk: Talk, answers: Mapping[int, str]) -> Replies:
    """The ballot is counted, and every trace of how she gave it is gone.

    Raises:
        Refusal: she had voted before.
    """
    call, survey = talk.call, talk.survey
    chat = talk.run.chat
    if not recording.cast(call, survey, talk.form, talk.member, answers):
        raise Refusal("surveys/already_cast.j2", forget=True)
    thanks = Reply(
        "surveys/cast.j2", {"short": False}, to=chat, choices=_household(talk), forget=True
    )
    return [thanks, *showing.tally(call.moment(), survey, talk.member.unit_id)]


def left(call: Call, survey: Survey, run: SurveyRun | None) -> Reply:
    """What was being answered is thrown away; what was recorded before stands."""
    if run is not None:
        recording.discard(call.session, survey, run)
    context = {"title": survey.title, "anonymous": bool(survey.anonymous)}
    return Reply("surveys/left.j2", context, private=True, forget=bool(survey.anonymous))
