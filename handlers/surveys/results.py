"""What came of a survey: counts in words and as pictures, by unit, and as a workbook."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from handlers import audit
from handlers.access import row_id
from handlers.chat import Call, Chart, Choice, Document, Moment, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.quiet import quiet_until
from handlers.surveys import showing
from handlers.surveys.access import View, access_survey, access_view, answers_for, place
from handlers.surveys.figures import FEWEST, Figures, Part, Results, may_show, tree_of
from handlers.surveys.sheets import workbook
from handlers.understanding.zone import local_date
from handlers.workbooks import MIME
from storage import blobs, pasts, survey_runs, surveys
from storage.audit import Deed
from storage.surveys import Survey, SurveyState

LISTED = 8
PICTURES = 3
"""Most pictures sent along with the words; the others are behind buttons."""
TEXTS = 10
"""Most written answers in a message; the workbook has all."""
UNITS_SHOWN = 30
MOST_NAMED = 20_000
"""Most people a workbook lists by name: of more it would take a minute, in which nobody is served,
and be too large to open on a phone.
"""


def results(call: Call, rest: str) -> Reply | Replies:
    """`/ketqua [SURVEY]`: the results of one survey, or which are there."""
    if rest:
        return overview(call, access_view(call.session, call.actor, rest))
    hers = answers_for(call.session, call.actor)
    found = [
        survey
        for survey in surveys.recent(call.session, hers, hers, LISTED)
        if survey.state != SurveyState.SCHEDULED
    ]
    if not found:
        raise Refusal("surveys/none_yet.j2")
    if len(found) == 1:
        return overview(call, access_view(call.session, call.actor, str(found[0].number)))
    choices = tuple(Choice(survey.title, f"results {survey.number}") for survey in found)
    return Reply("surveys/which.j2", choices=choices)


def root(call: Call, view: View) -> int:
    """The unit whose figures the view begins with: all that was asked, or her own part of it."""
    scope_id = view.survey.scope_id
    assert scope_id is not None
    if view.whole:
        return scope_id
    hers = set(answers_for(call.session, call.actor))
    return tree_of(call.session, view.survey, view.unit_ids).widest(hers) or view.unit_ids[0]


def turnout(moment: Moment, survey: Survey, unit_ids: tuple[int, ...]) -> tuple[int, int]:
    """(answered, asked) of some of a survey's units."""
    answered = survey_runs.answered(moment.session, survey.number)
    asked = surveys.asked(moment.session, survey.number)
    return sum(answered.get(u, 0) for u in unit_ids), sum(asked.get(u, 0) for u in unit_ids)


def facts(call: Call, view: View, unit_id: int) -> dict[str, Any]:
    """What every message about results says first."""
    answered, asked = turnout(call.moment(), view.survey, view.unit_ids)
    unit = pasts.unit_on(call.session, unit_id, view.survey.closed_at)
    return {
        "title": view.survey.title,
        "unit": unit.name,
        "anonymous": bool(view.survey.anonymous),
        "open": view.survey.state == SurveyState.OPEN,
        "answered": answered,
        "asked": asked,
        "fewest": FEWEST,
        "in_private": call.incoming.private,
    }


def overview(call: Call, view: View) -> Replies:
    """Every question's counts in words; a picture each while they are few."""
    survey = view.survey
    unit_id = root(call, view)
    context = facts(call, view, unit_id)
    own = survey.number
    if not may_show(survey):
        raise Refusal("surveys/sealed.j2", **context)
    found = Results(call.session, survey, view.unit_ids)
    shown = [(found.of(unit_id, index), q) for index, q in enumerate(found.form.questions)]
    questions = [(n, figures, q.text) for n, (figures, q) in enumerate(shown, 1)]
    context |= {"questions": questions, "texts": TEXTS}
    charts = [figures for figures, _ in shown if figures is not None and figures.bars]
    choices = [
        Choice(f"📊 Câu {figures.index + 1}", f"survey_result {own} {unit_id} {figures.index}")
        for figures in (charts if len(shown) > 1 or found.below(unit_id) else [])
    ]
    if call.incoming.private:
        choices.append(Choice("📄 Tải bảng Excel", f"survey_sheet {own}"))
        if view.whole:
            choices.append(Choice("📣 Đăng vào nhóm", f"survey_publish {own}"))
    reply = Reply("surveys/results.j2", context, choices=tuple(choices), columns=2)
    if len(shown) == 1 and charts:
        return [replace(reply, chart=picture(charts[0]))]
    pictures = charts if len(charts) <= PICTURES else []
    return [*(_pictured(context, figures) for figures in pictures), reply]


def picture(figures: Figures) -> Chart:
    """The counts of one question as bars."""
    note = f"{figures.answered} chị trả lời"
    return Chart(figures.text, figures.bars, note, figures.answered or None)


def _pictured(context: dict[str, Any], figures: Figures) -> Reply:
    shown = {**context, "figures": figures, "number": figures.index + 1, "parts": []}
    return Reply("surveys/result.j2", shown, chart=picture(figures))


def question(call: Call, rest: str) -> Reply:
    """`survey_result SURVEY UNIT QUESTION`: one question as a picture, and unit by unit."""
    number, unit_id, at = (*rest.split(), "", "", "")[:3]
    view = access_view(call.session, call.actor, number)
    allowed = set(tree_of(call.session, view.survey, view.unit_ids).inside(root(call, view)))
    if row_id(unit_id) not in allowed:
        raise NotYoursError
    context = facts(call, view, row_id(unit_id))
    if not may_show(view.survey):
        raise Refusal("surveys/sealed.j2", **context)
    found = Results(call.session, view.survey, view.unit_ids)
    index = place(at, len(found.form.questions))
    figures = found.of(row_id(unit_id), index)
    if figures is None:
        raise Refusal("surveys/too_few.j2", **context)
    parts = found.parts(row_id(unit_id), index)
    context |= {"figures": figures, "number": index + 1, "parts": parts[:UNITS_SHOWN]}
    return Reply(
        "surveys/result.j2",
        context,
        chart=picture(figures) if figures.bars else None,
        choices=_deeper(found, parts, f"survey_result {number}", at),
    )


def _deeper(found: Results, parts: list[Part], line: str, at: str) -> tuple[Choice, ...]:
    """Into the units that have units below them."""
    inner = [p.unit for p in parts if p.unit and p.unit.id and found.below(p.unit.id)]
    return tuple(Choice(f"▸ {unit.name}", f"{line} {unit.id} {at}") for unit in inner)


def sheet(call: Call, rest: str) -> Reply:
    """`survey_sheet SURVEY`: the workbook, for a leader's or officer's eyes."""
    view = access_view(call.session, call.actor, rest)
    if not call.incoming.private and not call.actor.private_chat:
        raise Refusal("accounts/open_private.j2")
    if not may_show(view.survey):
        raise Refusal("surveys/sealed.j2", private=True, **facts(call, view, root(call, view)))
    few = turnout(call.moment(), view.survey, view.unit_ids)[1] <= MOST_NAMED
    shown = replace(view, names=view.names and few)
    if shown.names:
        people = turnout(call.moment(), view.survey, view.unit_ids)[1]
        about = f"survey:{view.survey.number}"
        audit.saw_all(call, Deed.EXPORT, root(call, view), people, about)
    name, content = workbook(call.session, shown, root(call, view), call.now)
    blob = blobs.keep(call.session, name=name, mime=MIME, content=content, now=call.now)
    assert blob.id is not None
    context = {"title": view.survey.title, "names": shown.names, "left_out": view.names and not few}
    return Reply("surveys/sheet.j2", context, document=Document(blob.id, name), private=True)


def publish(call: Call, rest: str) -> Replies:
    """`survey_publish SURVEY`: the counts for every group that was asked; never words or names."""
    survey = access_survey(call.session, call.actor, rest)
    view = access_view(call.session, call.actor, rest)
    assert survey.scope_id is not None
    context = facts(call, view, survey.scope_id)
    if not may_show(survey):
        raise Refusal("surveys/sealed.j2", **context)
    found = Results(call.session, survey, view.unit_ids)
    counted = [found.of(survey.scope_id, i) for i in range(len(found.form.questions))]
    charts = [figures for figures in counted if figures is not None and figures.bars]
    if not charts:
        raise Refusal("surveys/nothing_to_show.j2", **context)
    day = f"{local_date(call.now):%Y%m%d}:{call.incoming.event_id}"
    reply = Reply(
        "surveys/published.j2",
        {**context, "questions": charts},
        chart=picture(charts[0]) if len(charts) == 1 else None,
        key=f"survey:{survey.number}:published:{day}",
        subject=f"published:{survey.number}",
        bulk=True,
        not_before=quiet_until(call.now),
    )
    replies = showing.everywhere(call.moment(), survey, reply)
    context = {"later": quiet_until(call.now)}
    return [*replies, Reply("surveys/published_told.j2", context)]
