"""A leader's or officer's surveys: which there are, how one stands, and all she can do with it."""

from __future__ import annotations

from collections import Counter

from handlers import audit, unpassed
from handlers.access import access_member
from handlers.chat import Call, Choice, Replies, Reply, Who
from handlers.errors import Refusal
from handlers.surveys import asking, drafting, own, showing
from handlers.surveys.access import View, access_running, access_view, answers_for
from handlers.surveys.figures import FEWEST, may_show
from handlers.surveys.values import form_of
from handlers.understanding.people import spell
from storage import pasts, survey_runs, surveys
from storage.audit import Deed
from storage.members import Member
from storage.surveys import SurveyState
from storage.vietnamese import fold

LISTED = 6
NAMES = 40
"""Most names in one message; the workbook has all."""
HANDS = 10
"""Most people offered to write an answer down for."""


def menu(call: Call, rest: str) -> Reply | Replies:
    """`/khaosat`: a new survey, a draft to go on with, or one that runs; for a member, those
    she may answer.
    """
    if not call.actor.stands(Who.LEADER):
        return own.offered(call)
    if not call.incoming.private and not call.actor.private_chat:
        raise Refusal("accounts/open_private.j2")
    if rest:
        return drafting.begin(call, rest)
    hers = answers_for(call.session, call.actor)
    drafts = surveys.drafts(call.session, call.actor.account_id or 0, LISTED)
    sent = surveys.recent(call.session, hers, hers, LISTED)
    if not drafts and not sent:
        return drafting.begin(call, "")
    choices = [Choice("➕ Khảo sát mới", "survey_new")]
    choices += [
        Choice(f"✏️ Soạn tiếp: {draft.title or 'chưa có tên'}", f"survey_preview {draft.number}")
        for draft in drafts
    ]
    for survey in sent:
        icon = "🔒" if survey.state == SurveyState.CLOSED else "📋"
        choices.append(Choice(f"{icon} {survey.title}", f"survey_manage {survey.number}"))
    return Reply("surveys/menu.j2", choices=tuple(choices), private=True)


def manage(call: Call, rest: str) -> Reply:
    """`survey_manage SURVEY`: how it stands."""
    view = access_view(call.session, call.actor, rest)
    survey = view.survey
    answered = survey_runs.answered(call.session, survey.number)
    asked = surveys.asked(call.session, survey.number)
    named = pasts.units_on(call.session, view.unit_ids, survey.closed_at)
    lines = [
        (named[unit_id].name, answered.get(unit_id, 0), asked.get(unit_id, 0))
        for unit_id in view.unit_ids[:NAMES]
    ]
    subject = f"survey:{survey.number}"
    waiting = unpassed.of(call.session, subject, view.unit_ids)
    context = {
        **showing.facts(call.moment(), survey, form_of(survey)),
        "state": survey.state,
        "open_at": survey.open_at,
        "closed_at": survey.closed_at,
        "answered": sum(answered.get(unit_id, 0) for unit_id in view.unit_ids),
        "asked": sum(asked.get(unit_id, 0) for unit_id in view.unit_ids),
        "lines": lines if len(view.unit_ids) > 1 else [],
        "more": max(0, len(view.unit_ids) - NAMES),
        "fewest": FEWEST,
        "unpassed": unpassed.names(call.session, waiting)[:NAMES],
    }
    choices = _controls(view, context)
    if survey.state == SurveyState.OPEN and call.actor.stands(Who.OFFICER):
        choices += unpassed.press(subject, waiting)
    return Reply("surveys/manage.j2", context, choices=choices, private=True)


def _controls(view: View, context: dict[str, object]) -> tuple[Choice, ...]:
    survey, own_id = view.survey, view.survey.number
    opened = survey.state == SurveyState.OPEN
    silent = int(str(context["asked"])) - int(str(context["answered"]))
    named = not survey.anonymous
    sealed = survey.anonymous and int(str(context["answered"])) >= FEWEST
    offered = (
        (survey.state == SurveyState.SCHEDULED and view.whole, "✋ Dừng lại", "survey_stop"),
        (survey.state != SurveyState.SCHEDULED and may_show(survey), "📊 Kết quả", "results"),
        (opened and silent > 0, f"🔔 Nhắc {silent} chị chưa trả lời", "survey_remind"),
        (named and silent > 0, "❔ Ai chưa trả lời", "survey_silent"),
        (opened and named, "✍️ Ghi giúp", "survey_hand"),
        (opened and view.whole, "⏰ Đổi hạn", "survey_extend"),
        (opened and view.whole, "🔒 Chốt", "survey_close"),
        (
            survey.state == SurveyState.CLOSED and view.whole and not sealed,
            "🔓 Mở lại",
            "survey_reopen",
        ),
    )
    return tuple(Choice(label, f"{line} {own_id}") for when, label, line in offered if when)


def silent(call: Call, rest: str) -> Reply:
    """`survey_silent SURVEY`: who has not answered, for whoever may know names there."""
    view = access_view(call.session, call.actor, rest)
    hers = _named_units(call, view)
    if view.survey.anonymous or not hers:
        raise Refusal("surveys/no_names.j2", private=True)
    people = survey_runs.silent(call.session, view.survey.number, hers)
    about = f"survey:{view.survey.number}"
    for unit_id, number in Counter(member.unit_id for member in people).items():
        audit.saw_all(call, Deed.LIST, unit_id, number, about)
    context = {
        "title": view.survey.title,
        "people": [(member.name, member.team) for member in people[:NAMES]],
        "more": max(0, len(people) - NAMES),
    }
    back = Choice("📋 Theo dõi khảo sát", f"survey_manage {rest}")
    return Reply("surveys/silent.j2", context, choices=(back,), private=True)


def _named_units(call: Call, view: View) -> list[int]:
    """Whose names she may see: the survey is her unit's own, or she leads these branches."""
    led = [s.unit_id for s in call.actor.standings if s.kind in {"leader", "deputy"}]
    return list(view.unit_ids) if view.names else [u for u in view.unit_ids if u in led]


def hand(call: Call, rest: str) -> Reply | Replies:
    """`survey_hand SURVEY [NAME]`: a leader writes down what a member told her."""
    number, _, name = rest.partition(" ")
    survey = access_running(call, number)
    view = access_view(call.session, call.actor, number)
    if survey.anonymous:
        raise Refusal("surveys/own_hand_only.j2", private=True)
    people = survey_runs.silent(call.session, survey.number, view.unit_ids)
    words = fold(name).split()
    found = [member for member in people if all(word in member.folded.split() for word in words)]
    if name and len(found) == 1:
        assert found[0].id is not None
        access_member(call.session, call.actor, found[0].id)
        return asking.begin(call, survey, found[0])
    line = f"survey_hand {survey.number}"
    audit.saw(call, Deed.FOUND, found[:HANDS], f"survey:{survey.number}")
    choices = tuple(_hand_choice(survey.number, member) for member in found[:HANDS])
    context = {"name": name, "found": len(found), "silent": len(people), "shown": HANDS}
    return Reply("surveys/hand.j2", context, choices=choices, expects=line, private=True)


def _hand_choice(number: int, member: Member) -> Choice:
    return Choice(spell(member), f"survey_start {number} {member.id}")
