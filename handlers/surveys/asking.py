"""A survey answered in private: one question at a time, left and taken up again at will."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.access import row_id
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.rolls import listening
from handlers.surveys import finishing, questioning
from handlers.surveys.access import access_answerer, access_running, own_people, place
from handlers.surveys.answers import AnswerProblem, check_answer
from handlers.surveys.forms import Question, QuestionKind, Value
from handlers.surveys.questioning import Talk
from handlers.surveys.showing import START
from handlers.surveys.values import encode, form_of, on_the_way, speak
from storage import forgetting, survey_answers, survey_runs
from storage.members import Member
from storage.survey_runs import SurveyRun
from storage.surveys import Survey
from storage.vietnamese import fold

PAUSE = frozenset({"thoi", "huy", "khong lam nua", "de sau", "dung lai", "tam dung"})


def start(call: Call, rest: str) -> Reply | Replies:
    """`survey_start SURVEY [MEMBERS]`: the first question, or the next where she left off."""
    number, ids = (*rest.split(maxsplit=1), "", "")[:2]
    survey = access_running(call, number)
    if not call.actor.member_ids:
        raise Refusal("surveys/join_first.j2")
    if not call.incoming.private and not call.actor.private_chat:
        raise Refusal("surveys/open_door.j2")
    if ids:
        people = [access_answerer(call, survey, word) for word in ids.split(",")]
        return begin(call, survey, (_left(call, survey, people) or people)[0])
    people = own_people(call, survey)
    if not people:
        raise Refusal("surveys/not_for_you.j2")
    if survey.anonymous and len(people) > 1:
        people = _left(call, survey, people) or people
    if len(people) > 1:
        raise _ask_whom(survey, people)
    return begin(call, survey, people[0])


def _left(call: Call, survey: Survey, people: Sequence[Member]) -> list[Member]:
    """Those of these people who have not answered."""
    ids = [member.id for member in people if member.id is not None]
    return survey_runs.silent_among(call.session, survey.number, ids)


def _ask_whom(survey: Survey, people: Sequence[Member]) -> Refusal:
    line = f"survey_start {survey.number}"
    choices = tuple(Choice(member.name, f"{line} {member.id}") for member in people)
    return Refusal("surveys/whom.j2", choices=choices, title=survey.title, private=True)


def begin(call: Call, survey: Survey, member: Member) -> Reply | Replies:
    """Ask a member, or her leader in her place, the first question still open."""
    talk = _talk(call, survey, member)
    return _step(talk, first=not talk.run.answers, changed=False)


def _talk(call: Call, survey: Survey, member: Member) -> Talk:
    """The run of one member, begun or taken up again here."""
    assert member.id is not None
    taken = bool(survey_runs.who_took(call.session, survey.number, [member.id]))
    if taken and survey.anonymous:
        raise Refusal("surveys/already_cast.j2", forget=True)
    run = survey_runs.run(call.session, survey.number, member.id)
    if run is None:
        run = SurveyRun(
            survey_id=survey.number,
            member_id=member.id,
            started_at=call.now,
            after=forgetting.newest_event(call.session),
        )
        if taken:
            kept = survey_answers.of_member(call.session, survey.number, member.id)
            run.answers = {str(index): value for index, value in kept.items()}
    chat = call.incoming.chat if call.incoming.private else call.actor.private_chat
    run.chat = chat
    run.chats = list(dict.fromkeys([*run.chats, chat]))
    call.session.add(run)
    call.session.flush()
    return Talk(call, survey, form_of(survey), member, run, taken=taken)


def _step(
    talk: Talk, *, said: str = "", first: bool = False, changed: bool = True
) -> Reply | Replies:
    """The next open question; when none is, what was answered."""
    answers, following = on_the_way(talk.form, talk.run.answers)
    if following is not None:
        return questioning.ask(talk, following, said=said, first=first)
    if talk.survey.anonymous:
        return finishing.confirm(talk, answers)
    return finishing.recorded(talk, answers, changed=changed)


def _answering(call: Call, rest: str) -> tuple[Talk, int, str]:
    """`SURVEY MEMBER QUESTION WORDS`, of a survey that is open."""
    number, member_id, at, words = (*rest.split(maxsplit=3), "", "", "", "")[:4]
    survey = access_running(call, number)
    member = access_answerer(call, survey, member_id)
    talk = _talk(call, survey, member)
    return talk, place(at, len(talk.form.questions)), words


def say(call: Call, rest: str) -> Reply | Replies:
    """`survey_say SURVEY MEMBER QUESTION WORDS`: an answer, pressed or in words."""
    talk, index, words = _answering(call, rest)
    if fold(words) in PAUSE:
        return questioning.paused(talk)
    question = talk.form.questions[index]
    value = read(question, words)
    if isinstance(value, AnswerProblem):
        meant = listening.instead(call, words)
        if meant is not None:  # of the roll that is open beside the survey
            return [*meant, questioning.ask(talk, index)]
        return questioning.ask(talk, index, problem=value)
    return _keep(talk, index, value)


def read(question: Question, words: str) -> Value | AnswerProblem:
    """The answer in some words; a text without a single letter or digit is none."""
    value = check_answer(question, words)
    is_text = question.kind is QuestionKind.SHORT_TEXT and isinstance(value, str)
    if is_text and not any(letter.isalnum() for letter in str(value)):
        return AnswerProblem("no_words")
    return value


def _keep(talk: Talk, index: int, value: Value) -> Reply | Replies:
    answer = encode(value)
    talk.run.answers = {**talk.run.answers, str(index): answer}
    talk.run.picked = {k: v for k, v in talk.run.picked.items() if k != str(index)}
    talk.call.session.add(talk.run)
    talk.call.session.flush()
    return _step(talk, said=speak(talk.form.questions[index], answer))


def tick(call: Call, rest: str) -> Reply:
    """`survey_tick SURVEY MEMBER QUESTION OPTION`: one of several options, on or off."""
    talk, index, word = _answering(call, rest)
    question = talk.form.questions[index]
    option = place(word, len(question.options) + 1)
    if question.kind is not QuestionKind.SEVERAL_CHOICES or not option:
        raise NotYoursError
    picked = set(questioning.picked(talk, index)) ^ {option}
    talk.run.picked = {**talk.run.picked, str(index): sorted(picked)}
    call.session.add(talk.run)
    return questioning.ticked(talk, index)


def done(call: Call, rest: str) -> Reply | Replies:
    """`survey_done SURVEY MEMBER QUESTION`: the options ticked are the answer."""
    talk, index, _ = _answering(call, rest)
    picked = questioning.picked(talk, index)
    if not picked:
        return questioning.ask(talk, index, problem=AnswerProblem("none_picked"))
    return _keep(talk, index, tuple(picked))


def change(call: Call, rest: str) -> Reply:
    """`survey_change SURVEY MEMBER QUESTION`: one question once more."""
    talk, index, _ = _answering(call, rest)
    return questioning.ask(talk, index)


def finish(call: Call, rest: str) -> Reply | Replies:
    """`survey_finish SURVEY MEMBER`: the anonymous ballot is sent, for good."""
    number, member_id = (*rest.split(), "", "")[:2]
    survey = access_running(call, number)
    member = access_answerer(call, survey, member_id)
    if not survey.anonymous:
        raise NotYoursError
    talk = _talk(call, survey, member)
    answers, following = on_the_way(talk.form, talk.run.answers)
    if following is not None:
        return questioning.ask(talk, following)
    return finishing.sent(talk, answers)


def leave(call: Call, rest: str) -> Reply:
    """`survey_leave SURVEY MEMBER`: she will not answer; what she said so far is forgotten."""
    number, member_id = (*rest.split(), "", "")[:2]
    survey = access_running(call, number)
    member = access_answerer(call, survey, member_id)
    run = survey_runs.run(call.session, survey.number, member.id or 0)
    return finishing.left(call, survey, run)


def hear(call: Call, text: str) -> Reply | Replies | None:
    """Words in private long after a question: it is asked once more, nothing is guessed."""
    run = survey_runs.run_in(call.session, call.incoming.chat) if call.incoming.private else None
    if run is None or run.member_id not in call.actor.member_ids:
        return None
    survey = access_running(call, str(run.survey_id))
    member = access_answerer(call, survey, str(run.member_id))
    talk = Talk(call, survey, form_of(survey), member, run)
    following = on_the_way(talk.form, run.answers)[1]
    return questioning.taken_up(talk, following) if following is not None else _step(talk)


def read_start(words: str) -> str:
    """The line a start link's code means; "" if it is no survey's."""
    number = row_id(words.removeprefix(START)) if words.startswith(START) else 0
    return f"survey_start {number}" if number else ""
