"""Correcting one question of a draft: its words, its kind, its skips, or out with it."""

from __future__ import annotations

from dataclasses import replace

from handlers.chat import Call, Choice, Reply
from handlers.errors import NotYoursError
from handlers.surveys.access import access_draft, place
from handlers.surveys.drafting import proceed
from handlers.surveys.forms import MAX_QUESTIONS, Condition, Question, QuestionKind, Skip
from handlers.surveys.steps import MAY_SKIP, order, skip_words
from handlers.surveys.values import label, possible, question_of, without, written
from storage.surveys import Survey


def _complete_question(call: Call, rest: str) -> tuple[Survey, int, str]:
    """A draft, the index of one of its finished questions, and what is left of the line."""
    number, at, more = (*rest.split(maxsplit=2), "", "", "")[:3]
    draft = access_draft(call.session, call.actor, number)
    index = place(at, len(draft.questions))
    one = draft.questions[index]
    if any(key not in one for key in order(one)):
        raise NotYoursError
    return draft, index, more


def question(call: Call, rest: str) -> Reply:
    """`survey_question DRAFT [INDEX]`: which question to correct, and what of it."""
    if " " not in rest:
        draft = access_draft(call.session, call.actor, rest)
        choices = tuple(
            Choice(f"Câu {n}: {one['text'][:40]}", f"survey_question {draft.number} {n - 1}")
            for n, one in enumerate(draft.questions, 1)
            if "text" in one
        )
        return Reply("surveys/ask_question.j2", choices=choices)
    draft, index, _ = _complete_question(call, rest)
    asked = question_of(draft.questions[index])
    context = {"question": asked, "number": index + 1, "skips": skip_words(asked)}
    return Reply("surveys/one_question.j2", context, choices=_corrections(draft, index, asked))


def _corrections(draft: Survey, index: int, asked: Question) -> tuple[Choice, ...]:
    own = draft.number
    flip = "no" if asked.required else "yes"
    may = "Cho phép bỏ qua" if asked.required else "Bắt buộc trả lời"
    offered = (
        (True, "Sửa lời câu hỏi", f"survey_edit {own} text {index}"),
        (True, "Đổi kiểu trả lời", f"survey_edit {own} kind {index}"),
        (asked.options, "Sửa các lựa chọn", f"survey_edit {own} options {index}"),
        (asked.kind is QuestionKind.SCALE, "Sửa thang điểm", f"survey_edit {own} range {index}"),
        (True, may, f"survey_put {own} required {index} {flip}"),
        (asked.kind in MAY_SKIP, "↪️ Điều kiện bỏ qua", f"survey_skip {own} {index}"),
        (True, "🗑 Xóa câu này", f"survey_remove {own} {index}"),
        (True, "↩️ Thôi, không sửa", f"survey_preview {own}"),
    )
    return tuple(Choice(label, line) for when, label, line in offered if when)


def remove(call: Call, rest: str) -> Reply:
    """`survey_remove DRAFT INDEX`: take a question out; skips to later ones follow them."""
    draft, index, _ = _complete_question(call, rest)
    left = [one for n, one in enumerate(draft.questions) if n != index]
    draft.questions = [
        written(without(question_of(one), removed=index)) if "required" in one else one
        for one in left
    ]
    return proceed(call, draft)


def skip(call: Call, rest: str) -> Reply:
    """`survey_skip DRAFT INDEX [VALUE [TARGET]]`: after which answer to go on where."""
    draft, index, more = _complete_question(call, rest)
    asked = question_of(draft.questions[index])
    value, _, target = more.partition(" ")
    line = f"survey_skip {draft.number} {index}"
    if value == "clear":
        return _set_skips(call, draft, index, ())
    if value not in possible(asked):
        choices = [
            Choice(f"Khi trả lời “{label(asked, v)}”", f"{line} {v}") for v in possible(asked)
        ]
        if asked.skips:
            choices.append(Choice("Bỏ mọi điều kiện của câu này", f"{line} clear"))
        choices.append(Choice("↩️ Thôi", f"survey_preview {draft.number}"))
        context = {"number": index + 1, "text": asked.text, "answer": ""}
        return Reply("surveys/ask_skip.j2", context, choices=tuple(choices))
    if target:
        to = None if target == "end" else place(target, MAX_QUESTIONS + 2)
        if to is not None and to <= index:
            raise NotYoursError
        rule = Skip(to, (Condition("=", int(value)),))
        kept = tuple(s for s in asked.skips if s.conditions != rule.conditions)
        return _set_skips(call, draft, index, (*kept, rule))
    context = {"number": index + 1, "text": asked.text, "answer": label(asked, value)}
    choices = _targets(draft, index, f"{line} {value}")
    return Reply("surveys/ask_skip.j2", context, choices=tuple(choices))


def _targets(draft: Survey, index: int, line: str) -> list[Choice]:
    """The end, the questions written after the next one, or what is still to be written."""
    choices = [Choice("Kết thúc khảo sát", f"{line} end")]
    later = range(index + 2, len(draft.questions))
    if later:
        return [*choices, *(Choice(f"Sang câu {n + 1}", f"{line} {n}") for n in later)]
    return [
        *choices,
        Choice("Bỏ qua 1 câu kế tiếp", f"{line} {index + 2}"),
        Choice("Bỏ qua 2 câu kế tiếp", f"{line} {index + 3}"),
    ]


def _set_skips(call: Call, draft: Survey, index: int, skips: tuple[Skip, ...]) -> Reply:
    one = written(replace(question_of(draft.questions[index]), skips=skips))
    draft.questions = [*draft.questions[:index], one, *draft.questions[index + 1 :]]
    return proceed(call, draft)
