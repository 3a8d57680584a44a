"""One-question surveys: answered by one press, number or word in the group."""

from __future__ import annotations

from collections.abc import Sequence

from handlers import accounts
from handlers.chat import Call, Choice, How, Kind, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.surveys import recording, showing
from handlers.surveys.access import access_answerer, access_running, find, own_people
from handlers.surveys.answers import AnswerProblem, check_answer
from handlers.surveys.values import encode, form_of, is_short, label, possible
from storage import mail
from storage.members import Member
from storage.surveys import Survey


def pick(call: Call, rest: str) -> Replies | Reply:
    """`survey_pick SURVEY VALUE [MEMBERS]`: an answer to a survey of one question."""
    number, value, ids = (*rest.split(maxsplit=2), "", "", "")[:3]
    survey = access_running(call, number)
    form = form_of(survey)
    if not is_short(form) or value not in possible(form.questions[0]):
        raise NotYoursError
    if survey.anonymous:
        return _ballot(call, survey, value)
    if not call.actor.member_ids:
        line = f"survey_pick {number} {value}"
        return [accounts.keep_pending(call, f"survey:{number}", line)]
    people = [access_answerer(call, survey, word) for word in ids.split(",")] if ids else []
    people = people or own_people(call, survey)
    if not people:
        raise Refusal("surveys/not_for_you.j2")
    if len(people) > 1 and not ids:
        raise _ask_whom(call, people, f"survey_pick {number} {value}")
    replies: Replies = []
    for member in people:
        recording.record(call, survey, member, {0: value})
    context = {
        "answer": label(form.questions[0], value),
        "names": [m.name for m in people] if len(call.actor.member_ids) > 1 else [],
        "pressed": call.incoming.kind is Kind.PRESS,
    }
    replies.append(Reply("surveys/picked.j2", context, how=How.ECHO))
    return [*replies, *_tallies(call, survey, people)]


def _tallies(call: Call, survey: Survey, people: Sequence[Member]) -> Replies:
    moment = call.moment()
    units = dict.fromkeys(member.unit_id for member in people)
    return [reply for unit_id in units for reply in showing.tally(moment, survey, unit_id)]


def _ask_whom(call: Call, people: Sequence[Member], line: str) -> Refusal:
    """Several people share the account: whom she means is asked in private, by name."""
    if not call.incoming.private and not call.actor.private_chat:
        return Refusal("accounts/open_private.j2")
    choices = [Choice(member.name, f"{line} {member.id}") for member in people]
    ids = ",".join(str(member.id) for member in people)
    everyone = Choice("Cả hai" if len(people) == 2 else "Tất cả", f"{line} {ids}")
    return Refusal("accounts/whom.j2", choices=(*choices, everyone), private=True)


def _ballot(call: Call, survey: Survey, value: str) -> Replies | Reply:
    """One anonymous press. It is asked back by no question that would carry the answer, kept for
    nobody who is not known yet, and taken only where nobody else can read it.
    """
    if call.incoming.kind is not Kind.PRESS:
        return aloud(survey)
    people = own_people(call, survey)
    if not people:
        why = "not_for_you" if call.actor.member_ids else "join_first"
        raise Refusal(f"surveys/{why}.j2", forget=True)
    if len(people) > 1:
        raise Refusal("surveys/shared_phone.j2", forget=True)
    if not recording.cast(call, survey, form_of(survey), people[0], {0: value}):
        raise Refusal("surveys/already_cast.j2", forget=True)
    thanks = Reply("surveys/cast.j2", {"short": True}, how=How.ECHO, forget=True)
    return [thanks, *_tallies(call, survey, people)]


def aloud(survey: Survey) -> Reply:
    """She would answer an anonymous survey where everybody can read it."""
    press = Choice("✍️ Trả lời riêng với em", f"survey_start {survey.number}")
    return Reply("surveys/aloud.j2", choices=(press,), private=True, forget=True)


def hear(call: Call, text: str) -> Replies | None:
    """Words that quote a survey's message in a group: "có", or an option in words."""
    if call.incoming.private or not call.incoming.reply_to:
        return None
    quoted = mail.by_message(call.session, call.incoming.chat, call.incoming.reply_to)
    if quoted is None or not quoted.subject.startswith("survey:"):
        return None
    survey = find(call.session, quoted.subject.partition(":")[2])
    form = form_of(survey)
    if not is_short(form):
        return None
    if survey.anonymous:
        return [aloud(survey)]
    value = check_answer(form.questions[0], text)
    if value is None or isinstance(value, AnswerProblem):
        choices = showing.answers(survey, form)
        context = {"title": survey.title, "question": form.questions[0].text}
        return [Reply("surveys/unclear.j2", context, choices=choices, private=True)]
    replies = pick(call, f"{survey.number} {encode(value)}")
    return [replies] if isinstance(replies, Reply) else replies
