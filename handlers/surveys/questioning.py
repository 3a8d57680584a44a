"""How one question is put to one person, in her private talk."""

from __future__ import annotations

from dataclasses import dataclass, replace

from handlers.chat import Call, Choice, How, Reply
from handlers.surveys.answers import AnswerProblem
from handlers.surveys.forms import Question, QuestionKind, SurveyForm
from handlers.surveys.recording import run_key
from handlers.surveys.showing import COLUMNS
from handlers.surveys.values import label, possible
from storage.members import Member
from storage.survey_runs import SurveyRun
from storage.surveys import Survey

LEFT_OUT = "-"


@dataclass(frozen=True, slots=True)
class Talk:
    """A survey as one member answers it; `taken` if she had answered before and changes it."""

    call: Call
    survey: Survey
    form: SurveyForm
    member: Member
    run: SurveyRun
    taken: bool = False

    @property
    def line(self) -> str:
        """Survey and member, as every line of this talk names them."""
        return f"{self.survey.number} {self.member.id}"

    @property
    def name(self) -> str:
        """Her name, where she shares the phone or her leader writes for her."""
        mine = self.call.actor.member_ids
        return "" if mine == (self.member.id,) else self.member.name

    def reply(self, template: str, **more: object) -> Reply:
        """A reply of this run, keyed so that all of a run's can be found and forgotten."""
        incoming = self.call.incoming
        assert self.member.id is not None
        key = run_key(self.survey.number, self.member.id)
        context = {
            "title": self.survey.title,
            "name": self.name,
            "anonymous": bool(self.survey.anonymous),
            **more,
        }
        return Reply(
            template,
            context,
            to=self.run.chat,
            key=f"{key}{incoming.channel}:{incoming.event_id}",
            forget=bool(self.survey.anonymous),
        )


def ask(
    talk: Talk,
    index: int,
    *,
    said: str = "",
    first: bool = False,
    problem: AnswerProblem | None = None,
) -> Reply:
    """Question `index`; before it what was understood last, or why it is asked again."""
    question = talk.form.questions[index]
    reply = talk.reply(
        "surveys/question.j2",
        number=index + 1,
        total=len(talk.form.questions),
        question=question,
        kind=question.kind,
        said=said,
        first=first,
        problem=problem,
        deadline=talk.survey.deadline,
        resumed=False,
    )
    return replace(
        reply,
        choices=_choices(talk, index, question),
        columns=COLUMNS.get(question.kind, 1),
        expects=f"{_taking(question)} {talk.line} {index}",
        subject=f"asked:{talk.line.replace(' ', ':')}:{index}",
    )


def _taking(question: Question) -> str:
    """What takes her words: only where any text is an answer is the name of a command one too."""
    return "survey_say" if question.kind is QuestionKind.SHORT_TEXT else "survey_choose"


def taken_up(talk: Talk, index: int) -> Reply:
    """The same after a pause: what she just wrote was not taken as its answer."""
    reply = ask(talk, index)
    return replace(reply, context={**reply.context, "resumed": True})


def _choices(talk: Talk, index: int, question: Question) -> tuple[Choice, ...]:
    """Numbers name buttons only where they mean the very same answer."""
    if question.kind is QuestionKind.SEVERAL_CHOICES:
        return _ticks(talk, index, question)
    line = f"survey_say {talk.line} {index}"
    is_scale = question.kind is QuestionKind.SCALE
    alike = not is_scale or question.least == 1
    offered = [
        Choice(
            label(question, value),
            f"{line} {value if is_scale else position}",
            numbered=alike,
        )
        for position, value in enumerate(possible(question), 1)
    ]
    return (*offered, *_leave_out(talk, index, question))


def _leave_out(talk: Talk, index: int, question: Question) -> tuple[Choice, ...]:
    if question.required:
        return ()
    return (Choice("Bỏ qua", f"survey_say {talk.line} {index} {LEFT_OUT}", numbered=False),)


def picked(talk: Talk, index: int) -> list[int]:
    """The options of a question ticked so far; those of an earlier answer to begin with."""
    if str(index) in talk.run.picked:
        return talk.run.picked[str(index)]
    before = talk.run.answers.get(str(index), "")
    return [int(part) for part in before.split(",") if part]


def _ticks(talk: Talk, index: int, question: Question) -> tuple[Choice, ...]:
    on = picked(talk, index)
    ticks = [
        Choice(
            f"{'☑' if number in on else '☐'} {option}",
            f"survey_tick {talk.line} {index} {number}",
            numbered=False,
            ticks=True,
        )
        for number, option in enumerate(question.options, 1)
    ]
    done = Choice("✅ Xong câu này", f"survey_done {talk.line} {index}", numbered=False, ticks=True)
    return (*ticks, done, *_leave_out(talk, index, question))


def ticked(talk: Talk, index: int) -> Reply:
    """The question's own message, with its ticks as they now are."""
    reply = replace(ask(talk, index), how=How.EDIT, expects="")
    return replace(reply, key=f"{reply.key}:ticks")


def paused(talk: Talk) -> Reply:
    """She stops for now; or for good, if she likes."""
    choices = (
        Choice("✍️ Trả lời tiếp", f"survey_start {talk.line}"),
        Choice("🗑 Bỏ, không trả lời nữa", f"survey_leave {talk.line}"),
    )
    reply = talk.reply("surveys/paused.j2", taken=talk.taken)
    return replace(reply, choices=choices)
