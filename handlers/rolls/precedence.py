"""Which of several answers about one member counts.

1. There are four voices, the weightiest first: the leader's hand, for she stood in the hall; a
   signature on paper, given in the hall; the person herself; whoever answers for her: on a phone
   they share, as head of her tổ, or by the link of a group or the code at the door, where she
   only says who she is. A row of a sheet that is not signed is no word of hers, and weighs no more
   than such an answer. In each voice the newest counts, and an answer taken back is no answer.
2. The weightiest voice that said anything counts, however the voices took turns.
3. What a lighter voice says *after* it, if it differs, changes nothing by itself: it is shown to
   the leader as differing until she marks again, or the voice that counts speaks again. Nothing
   is overwritten in silence.
4. Newest and after go by the time something was said; within one moment, by what came in first.
   So it does not matter in which order evidence arrives.
5. What a voice says again and again is one answer, as old as the first time she said it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum

from storage.roll_marks import Mark
from storage.rolls import Source, Status


class Voice(IntEnum):
    """Who speaks, by weight."""

    HELPER = 1
    SELF = 2
    PAPER = 3
    LEADER = 4


_VOICES = {
    Source.LEADER: Voice.LEADER,
    Source.HELPER: Voice.HELPER,
    Source.LINK: Voice.HELPER,
    Source.QR: Voice.HELPER,
    Source.TEAM_HEAD: Voice.HELPER,
    Source.PAPER: Voice.PAPER,
}
UNSIGNED = frozenset({Status.ABSENT, Status.ABSENT_EXCUSED, Status.ABSENT_UNEXCUSED})
"""What the row of a sheet says of somebody who did not sign in it."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The evidence that counts, or None for silence; and the last answer that differs, if any.

    Of an answer given several times in a row it is the first: since then she has said so.
    """

    counts: Mark | None
    differs: str = ""


def voice(mark: Mark) -> Voice:
    """Whose word this is."""
    if mark.source == Source.PAPER and mark.status in UNSIGNED:
        return Voice.HELPER
    return _VOICES.get(Source(mark.source), Voice.SELF)


def decide(evidence: Sequence[Mark]) -> Decision:
    """Judge the evidence about one member, oldest first."""
    last = [newest(mark for mark in evidence if voice(mark) is who) for who in reversed(Voice)]
    heard = [mark for mark in last if mark is not None]
    if not heard:
        return Decision(None)
    newest_of_weightiest, *lighter = heard
    same = [mark for mark in evidence if voice(mark) is voice(newest_of_weightiest)]
    counts = answers(same)[-1]
    for mark in reversed(evidence):
        if mark is newest_of_weightiest:
            break
        if any(mark is other for other in lighter) and mark.status != counts.status:
            return Decision(counts, mark.status)
    return Decision(counts)


def answers(said: Iterable[Mark]) -> list[Mark]:
    """What one voice said, oldest first, each answer once however often she repeated it."""
    found: list[Mark] = []
    for mark in said:
        if not found or not repeats(found[-1], mark):
            found.append(mark)
    return found


def repeats(before: Mark, mark: Mark) -> bool:
    """Whether this says again what the same voice said just before."""
    same_word = before.status == mark.status and mark.reason in {"", before.reason}
    return voice(before) is voice(mark) and same_word


def said_until(evidence: Iterable[Mark], mark: Mark) -> list[Mark]:
    """What the voice of a piece of evidence had said until then, oldest first."""
    return [one for one in evidence if one.at <= mark.at and voice(one) is voice(mark)]


def is_news(evidence: Iterable[Mark], mark: Mark) -> bool:
    """Whether this tells more than what its voice had said until then."""
    before = [one for one in said_until(evidence, mark) if one != mark][-1:]
    return not any(repeats(one, mark) and one.late is mark.late for one in before)


def newest(evidence: Iterable[Mark]) -> Mark | None:
    """The last word of one voice; None if it was taken back."""
    last = None
    for mark in evidence:
        last = mark
    return None if last is None or last.status == Status.UNANSWERED else last
