"""Which of several answers about one member counts.

1. A person's own answers and the leader's hand are two voices; in each the newest counts, and an
   answer taken back is no answer.
2. The leader's hand outweighs the person's own answer: she stood in the hall.
3. What the person says *after* the leader's hand, if it differs, changes nothing by itself: it is
   shown to the leader as differing until she marks again. Nothing is overwritten in silence.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.roll_marks import Mark
from storage.rolls import Source, Status


@dataclass(frozen=True, slots=True)
class Decision:
    """The evidence that counts, or None for silence; and her own differing answer, if any."""

    counts: Mark | None
    differs: str = ""


def decide(evidence: Sequence[Mark]) -> Decision:
    """Judge the evidence about one member, oldest first."""
    own = newest(mark for mark in evidence if mark.source != Source.LEADER)
    hand = newest(mark for mark in evidence if mark.source == Source.LEADER)
    if own is None or hand is None:
        return Decision(hand or own)
    last = next(mark for mark in reversed(evidence) if mark is own or mark is hand)
    settled = last is hand or own.status == hand.status
    return Decision(hand, "" if settled else own.status)


def newest(evidence: Iterable[Mark]) -> Mark | None:
    """The last word of one voice; None if it was taken back."""
    last = None
    for mark in evidence:
        last = mark
    return None if last is None or last.status == Status.UNANSWERED else last
