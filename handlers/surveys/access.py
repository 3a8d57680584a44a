"""Whose a survey is: who may steer it, who may see how much, and who may answer for whom."""

from __future__ import annotations

from dataclasses import dataclass

from handlers.access import LEADERS, Actor, leads, row_id
from handlers.chat import Call
from handlers.errors import NotYoursError, Refusal
from storage import accounts, members, pasts, surveys, units
from storage.database import Session
from storage.members import Member, RoleKind
from storage.surveys import Survey, SurveyState

SENT = frozenset({SurveyState.SCHEDULED, SurveyState.OPEN, SurveyState.CLOSED})


@dataclass(frozen=True, slots=True)
class View:
    """A survey as one leader or officer sees it: the asked units that are hers.

    `whole` if it is her own unit's survey, or one of below: she may steer it. What a reorganisation
    took out of the unit while the survey was open is not hers any more. `names` if she may
    see who answered what: only in the unit that asks, and never in an anonymous survey.
    """

    survey: Survey
    unit_ids: tuple[int, ...]
    whole: bool
    names: bool


def find(session: Session, words: str) -> Survey:
    """The survey with this id in words.

    Raises:
        NotYoursError: there is none.
    """
    survey = surveys.get(session, row_id(words))
    if survey is None:
        raise NotYoursError
    return survey


def access_survey(session: Session, actor: Actor, words: str) -> Survey:
    """A survey of a unit the person leads or governs.

    Raises:
        NotYoursError: there is no such survey, or it is not hers.
    """
    survey = find(session, words)
    if not leads(session, actor, survey.unit_id):
        raise NotYoursError
    return survey


def access_draft(session: Session, actor: Actor, words: str) -> Survey:
    """A draft of the person's own.

    Raises:
        NotYoursError: there is no such survey, or it is not hers.
        Refusal: it was sent or thrown away.
    """
    survey = access_survey(session, actor, words)
    if survey.author_id != actor.account_id:
        raise NotYoursError
    if survey.state != SurveyState.DRAFT:
        raise Refusal("surveys/draft_gone.j2")
    return survey


def access_view(session: Session, actor: Actor, words: str) -> View:
    """A sent survey as far as the person may see it.

    Raises:
        NotYoursError: there is no such survey, or it asks nobody of hers.
    """
    survey = find(session, words)
    if survey.state not in SENT:
        raise NotYoursError
    asked = [row.unit_id for row in surveys.asked_units(session, survey.number)]
    whole = leads(session, actor, survey.unit_id)
    reach = set(answers_for(session, actor))
    if whole:
        reach |= pasts.inside_on(session, survey.unit_id, survey.closed_at)
    hers = reach.intersection(asked)
    if not hers and not whole:
        raise NotYoursError
    owns = survey.unit_id in actor.units(*LEADERS, RoleKind.OFFICER)
    return View(
        survey,
        tuple(unit_id for unit_id in asked if unit_id in hers),
        whole=whole,
        names=owns and not survey.anonymous,
    )


def answers_for(session: Session, actor: Actor) -> list[int]:
    """Every unit the person leads, or governs from above."""
    governed, led = actor.units(RoleKind.OFFICER), actor.units(*LEADERS)
    below = units.subtree(session, governed) if governed else []
    return list(dict.fromkeys([*led, *below, *(units.with_taken_in(session, led) if led else [])]))


def access_running(call: Call, words: str) -> Survey:
    """A survey that can be answered now.

    Raises:
        NotYoursError: there is no such survey.
        Refusal: it is closed; an answer that came along is forgotten if it was anonymous.
    """
    survey = find(call.session, words)
    if survey.state not in {SurveyState.OPEN, SurveyState.CLOSED}:
        raise NotYoursError
    over = survey.deadline is not None and survey.deadline <= call.now
    if survey.state == SurveyState.CLOSED or over:
        raise Refusal("surveys/closed.j2", survey=survey, forget=bool(survey.anonymous))
    return survey


def own_people(call: Call, survey: Survey) -> list[Member]:
    """For whom of those a survey asks the speaker answers.

    In the group of one unit these are its members, if there are any.
    """
    ids = call.actor.member_ids
    people = surveys.people(call.session, survey.number, ids) if ids else []
    here = call.group.unit_id if call.group is not None else None
    return [member for member in people if member.unit_id == here] or people


def access_answerer(call: Call, survey: Survey, words: str) -> Member:
    """A member (by her id in words) whom the speaker may answer for.

    A leader may write down the answers of her members, on their word; not in an anonymous
    survey, which would be none if she did.

    Raises:
        NotYoursError: there is no such member, or the speaker does not answer for her.
    """
    member = members.get(call.session, row_id(words))
    if member is None or member.id is None:
        raise NotYoursError
    asked = bool(surveys.people(call.session, survey.number, [member.id]))
    hers = member.id in call.actor.member_ids
    by_hand = not survey.anonymous and leads(call.session, call.actor, member.unit_id)
    if not asked or not (hers or by_hand):
        raise NotYoursError
    return member


def place(words: str, size: int) -> int:
    """The index in a word, of a list of some size.

    Raises:
        NotYoursError: there is no such place: the line was forged, or is of another time.
    """
    known = words.isascii() and words.isdecimal() and len(words) < 4
    if not known or int(words) >= size:
        raise NotYoursError
    return int(words)


def door_of(session: Session, survey: Survey) -> str:
    """The private talk of whoever made the survey; "" if she cannot be written to."""
    account = accounts.get(session, survey.author_id) if survey.author_id else None
    return account.private_chat if account is not None and not account.blocked else ""
