"""What may be shown of the answers: all of them by name; of ballots only what points to nobody.

Of an anonymous survey nothing is shown before the close, because the difference between two views
is the answer given in between. And no count is shown of fewer than five ballots, nor one that
could be had by subtraction: units with too few are added together until they are enough.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from handlers.surveys.forms import QuestionKind, SurveyForm
from handlers.surveys.values import BALLOTS, COUNTED, form_of, label, possible, speak
from storage import pasts, survey_answers, surveys
from storage.database import Session
from storage.surveys import Survey, SurveyState
from storage.units import Unit

FEWEST = 5
"""Ballots under which a count could point to a person."""


@dataclass(frozen=True, slots=True)
class Part:
    """One unit's line in a breakdown, or several too small ones together (`unit` None)."""

    unit: Unit | None
    figures: Figures
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Figures:
    """What was answered to one question by some people; `answered` are those who said anything.

    `bars` are (answer, how many) of kinds with known answers, `texts` all others, sorted.
    """

    index: int
    text: str
    kind: QuestionKind
    answered: int
    bars: tuple[tuple[str, int], ...] = ()
    texts: tuple[str, ...] = ()


def may_show(survey: Survey) -> bool:
    """Whether anything may be shown yet."""
    return not survey.anonymous or survey.state == SurveyState.CLOSED


def people(values: Counter[str]) -> int:
    """How many people gave these answers to a question, those who left it out not counted."""
    if BALLOTS in values:
        return values[BALLOTS]
    return sum(number for value, number in values.items() if value)


def shown_and_merged(sizes: Mapping[int, int], at_least: int) -> tuple[list[int], list[int]]:
    """Units to show each for itself, and those to add together.

    Those added together have none or at least `at_least`; where they cannot, because all there
    are have fewer, they are every unit given.
    """
    shown = [unit for unit, size in sizes.items() if size >= at_least]
    merged = [unit for unit, size in sizes.items() if size < at_least]
    while shown and 0 < sum(sizes[unit] for unit in merged) < at_least:
        smallest = min(shown, key=lambda unit: sizes[unit])
        shown.remove(smallest)
        merged.append(smallest)
    return shown, merged


class Tree:
    """The units a survey was sent into; `below` a unit stand those of `children`."""

    def __init__(
        self, scope_id: int, children: Mapping[int | None, list[Unit]], asked: Iterable[int] = ()
    ) -> None:
        self.scope_id = scope_id
        self.asked = set(asked)
        self._children = children
        self.lineage = {child.id: above for above, below in children.items() for child in below}

    def below(self, unit_id: int) -> list[Unit]:
        """The units directly below one."""
        return self._children.get(unit_id, [])

    def inside(self, unit_id: int) -> Iterator[int]:
        """A unit and all below it."""
        yield unit_id
        for child in self.below(unit_id):
            assert child.id is not None
            yield from self.inside(child.id)

    def widest(self, hers: set[int]) -> int:
        """Of these units the one in which most were asked, if all asked in it are among them."""
        best, most = 0, 0
        for unit_id in self.inside(self.scope_id):
            asked = self.asked.intersection(self.inside(unit_id)) if unit_id in hers else set()
            if len(asked) > most and asked <= hers:
                best, most = unit_id, len(asked)
        return best


def tree_of(session: Session, survey: Survey, hers: Iterable[int]) -> Tree:
    """The units as they stood when the survey was sent, called as they were at its close. What has
    come to be asked since, when units were reorganised, stands right below its scope, if it is one
    of `hers`, the units of whoever looks.
    """
    assert survey.scope_id is not None
    then = pasts.units_on(session, None, survey.opened_at)
    named = pasts.units_on(session, None, survey.closed_at)
    asked = {row.unit_id for row in surveys.asked_units(session, survey.number)}
    children: dict[int | None, list[Unit]] = {}
    for unit_id, unit in sorted(then.items(), key=lambda item: item[1].code):
        shown = Unit(**{**unit.model_dump(), "name": named[unit_id].name})
        children.setdefault(unit.parent_id, []).append(shown)
    late = asked - set(Tree(survey.scope_id, children).inside(survey.scope_id))
    late.intersection_update(hers)
    for below in children.values():
        below[:] = [unit for unit in below if unit.id not in late]
    children.setdefault(survey.scope_id, []).extend(named[unit_id] for unit_id in sorted(late))
    return Tree(survey.scope_id, children, asked)


class Results:
    """All answers to a survey, counted once, and what may be seen of them where."""

    def __init__(self, session: Session, survey: Survey, hers: Iterable[int] = ()) -> None:
        self.tree = tree_of(session, survey, hers)
        self.form: SurveyForm = form_of(survey)
        self.at_least = FEWEST if survey.anonymous else 1
        load = survey_answers.cast_counts if survey.anonymous else survey_answers.counts
        self._counts = load(session, survey.number)

    def below(self, unit_id: int) -> list[Unit]:
        """The units directly below one."""
        return self.tree.below(unit_id)

    def inside(self, unit_id: int) -> Iterator[int]:
        """A unit and all below it."""
        return self.tree.inside(unit_id)

    def _values(self, unit_ids: Iterable[int], index: int) -> Counter[str]:
        total: Counter[str] = Counter()
        for unit_id in unit_ids:
            for inside in self.inside(unit_id):
                total.update(self._counts.get((inside, index), {}))
        return total

    def of(self, unit_id: int, index: int) -> Figures | None:
        """One question's figures of a unit and all below it; None if they may not be shown."""
        line = [unit_id]
        while line[-1] != self.tree.scope_id:
            above = self.tree.lineage.get(line[-1])
            if above is None:
                return None
            line.append(above)
        total = self._values([self.tree.scope_id], index)
        if people(total) < self.at_least:
            return None if self.at_least > 1 else self._figures(total, index)
        for above, below in pairwise(reversed(line)):
            if below not in self._split(above, index)[0]:
                return None if self.at_least > 1 else self._figures(Counter(), index)
        return self._figures(self._values([unit_id], index), index)

    def _split(self, unit_id: int, index: int) -> tuple[list[int], list[int]]:
        sizes = {
            child.id or 0: people(self._values([child.id or 0], index))
            for child in self.below(unit_id)
        }
        return shown_and_merged(sizes, self.at_least)

    def parts(self, unit_id: int, index: int, depth: int = 0) -> list[Part]:
        """One question by the units directly below one that may itself be shown."""
        shown, merged = self._split(unit_id, index)
        parts = [
            Part(unit, self._figures(self._values([unit.id or 0], index), index), depth)
            for unit in self.below(unit_id)
            if unit.id in shown
        ]
        rest = self._values(merged, index)
        if people(rest) >= self.at_least:
            parts.append(Part(None, self._figures(rest, index), depth))
        return parts

    def all_parts(self, unit_id: int, index: int, depth: int = 0) -> Iterator[Part]:
        """Every unit below that may be shown, each followed by those below it."""
        for part in self.parts(unit_id, index, depth):
            yield part
            if part.unit is not None and part.unit.id is not None:
                yield from self.all_parts(part.unit.id, index, depth + 1)

    def _figures(self, values: Counter[str], index: int) -> Figures:
        question = self.form.questions[index]
        answered = people(values)
        if question.kind in COUNTED:
            ticks = _ticks(question.kind, values)
            bars = tuple((label(question, value), ticks[value]) for value in possible(question))
            return Figures(index, question.text, question.kind, answered, bars)
        texts = sorted(speak(question, value) for value in values.elements() if value)
        return Figures(index, question.text, question.kind, answered, (), tuple(texts))


def _ticks(kind: QuestionKind, values: Counter[str]) -> Counter[str]:
    """Answers of several choices as ticks of each option."""
    if kind is not QuestionKind.SEVERAL_CHOICES:
        return values
    ticks: Counter[str] = Counter()
    for value, number in values.items():
        for part in value.split(","):
            ticks[part] += number
    return ticks
