"""What a sheet says, shown by names and then written into its roll.

A signature was given in the hall. An empty row is no word of hers, so it never speaks against what
she said of herself: both are shown to the leader. The same sheet typed in twice adds nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from handlers.access import Actor, leads
from handlers.chat import Choice, Moment, Replies
from handlers.errors import Refusal
from handlers.papers import sheets
from handlers.papers.reading import CAME
from handlers.rolls import actions, showing, words
from storage import papers, roll_marks, rolls, units
from storage.database import Session
from storage.members import Member, MemberStatus
from storage.papers import Paper
from storage.roll_marks import Mark
from storage.rolls import Roll, RollState, Source, Status

ORDER = (
    Status.PRESENT,
    Status.PRESENT_ONLINE,
    Status.LATE,
    Status.ABSENT_EXCUSED,
    Status.ABSENT,
)


@dataclass(slots=True)
class Plan:
    """What a sheet comes to. `gone` are no members here any more, or away, and are left out;
    `differs` have said something else, or the leader has said it of them.
    """

    said: dict[Status, list[tuple[int, Member]]] = field(default_factory=dict)
    fresh: list[tuple[Member, Status]] = field(default_factory=list)
    known: int = 0
    gone: list[str] = field(default_factory=list)
    differs: list[tuple[str, str, str]] = field(default_factory=list)  # name, counts now, on paper

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many are what, in words."""
        return [
            (words.LABELS[status], len(self.said[status]))
            for status in ORDER
            if status in self.said
        ]


def roll_of(session: Session, actor: Actor, paper: Paper) -> Roll:
    """The roll a sheet counts in: the one that was open when it was printed, or the one now open.

    Raises:
        Refusal: it is closed, or there is none.
    """
    roll = rolls.get(session, paper.roll_id) if paper.roll_id else None
    roll = roll or sheets.attendance(session, paper.unit_id)
    mine = leads(session, actor, paper.unit_id)
    if roll is None:
        unit = units.get(session, paper.unit_id)
        assert unit is not None
        choices = (Choice("📋 Mở điểm danh", f"roll {unit.code}"),) if mine else ()
        raise Refusal("papers/no_roll.j2", choices=choices, paper=paper)
    if roll.state == RollState.CLOSED:
        again = (Choice("🔓 Mở lại", f"roll_reopen {roll.number}"),) if mine else ()
        raise Refusal("papers/closed.j2", choices=again, roll=roll, mine=mine)
    return roll


def plan(session: Session, paper: Paper, roll: Roll, said: Mapping[int, Status]) -> Plan:
    """What the rows of a sheet would change."""
    found = Plan()
    for row, member in papers.rows(session, paper.number).items():
        status = said[row]
        if not _counts_here(paper, member, status):
            found.gone.append(f"{row}. {member.name}")
            continue
        found.said.setdefault(status, []).append((row, member))
        before = _on_paper(session, roll, member)
        if before is not None and before.status == status:
            found.known += 1
            continue
        found.fresh.append((member, status))
        verdict = rolls.verdict(session, roll.number, member.id or 0)
        if verdict and verdict.status not in {Status.UNANSWERED, status} and before is None:
            now = f"{words.LABELS[verdict.status]}, {words.SOURCES[verdict.source]}"
            found.differs.append((member.name, now, words.LABELS[status]))
    return found


def _counts_here(paper: Paper, member: Member, status: Status) -> bool:
    """Whoever has left or moved is on another list by now; whoever is away is not missed."""
    if member.status == MemberStatus.LEFT or member.unit_id != paper.unit_id:
        return False
    return member.status != MemberStatus.AWAY or status in CAME


def _on_paper(session: Session, roll: Roll, member: Member) -> Mark | None:
    """What paper said of her last; None if it has said nothing, or took that back."""
    evidence = roll_marks.of_member(session, roll.number, member.id or 0)
    last = next((mark for mark in reversed(evidence) if mark.source == Source.PAPER), None)
    return None if last is None or last.status == Status.UNANSWERED else last


def write(moment: Moment, paper: Paper, roll: Roll, found: Plan, by: int | None) -> Replies:
    """Record what is new, and bring the groups up to date."""
    for member, status in found.fresh:
        assert member.id is not None
        before = _on_paper(moment.session, roll, member)
        if before is not None and before.status in CAME and status not in CAME:
            _record(moment, roll, member.id, Status.UNANSWERED, by)  # no signature after all
        _record(moment, roll, member.id, status, by)
    paper.roll_id, paper.draft = roll.number, ""
    moment.session.add(paper)
    if not found.fresh:
        return []
    rolls.note(moment.session, roll, f"paper {paper.number}", at=moment.now, by=by)
    return showing.tally(moment, roll)


def _record(moment: Moment, roll: Roll, member_id: int, status: Status, by: int | None) -> None:
    actions.record(moment, roll, member_id, status, source=Source.PAPER, by=by)
