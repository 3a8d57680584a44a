"""What hangs on a unit goes along: all of it to the unit it is merged into, the part of some
people to the unit they go to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from handlers.reorganisations.work import Event, Work
from storage import answer_links, directives, rehoming, relays, surveys
from storage.meetings import Meeting, MeetingState, Reminder, Scope
from storage.roll_heirs import MOVED, RollHeir
from storage.rolls import Roll, RollState, RollStep
from storage.surveys import SurveyUnit
from storage.units import Unit


def all_of(work: Work, event: Event, source: Unit, target: Unit) -> None:
    """Everything of a unit goes to the one it is merged into."""
    assert source.id is not None and target.id is not None
    _groups(work, event, source.id, target.id)
    for meeting in rehoming.coming_meetings(work.session, source.id, work.now):
        work.ledger.change(meeting, unit_id=target.id)
        event.count("meetings")
    for row in rehoming.rhythms(work.session, source.id):
        work.ledger.change(row, unit_id=target.id)
    for roll in rehoming.open_rolls(work.session, source.id):
        _whole_roll(work, event, roll, target.id)
    _directives(work, event, source.id, target.id)
    _surveys(work, event, source.id, target.id)
    for door in rehoming.doors(work.session, source.id):
        work.ledger.change(door, unit_id=target.id)
        event.count("doors")
    _belongings(work, source.id, target.id)
    _links(work, source.id, target.id)


def _belongings(work: Work, source: int, target: int) -> None:
    for row in rehoming.belongings(work.session, source):
        work.ledger.change(row, unit_id=target)
    for wish in rehoming.wishes(work.session, source):
        work.ledger.change(wish, **_instead(wish, source, target))
    rule = rehoming.rule(work.session, source)
    if rule is not None and rehoming.rule(work.session, target) is None:
        work.ledger.change(rule, unit_id=target)
    work.session.flush()


def _links(work: Work, source: int, target: int) -> None:
    """Where both have a link for the same thing, the one that went leads to the other one's
    (`handlers.answer_links.opening`).
    """
    for link in rehoming.answer_links(work.session, source, work.now):
        group = link.member_id is None
        if group and answer_links.group_token(work.session, link.subject, target):
            continue
        work.ledger.change(link, unit_id=target)
        work.session.flush()
    for relay in rehoming.relays(work.session, source):
        if relays.of_unit(work.session, target, relay.subject) is not None:
            work.ledger.remove(relay)
        else:
            work.ledger.change(relay, unit_id=target)
            work.session.flush()


def _groups(work: Work, event: Event, source: int, target: int) -> None:
    """Groups follow; the main group of the unit that was there first stays the main one."""
    has_main = any(group.main for group in rehoming.rooms(work.session, target))
    for group in rehoming.rooms(work.session, source):
        work.ledger.change(group, unit_id=target, main=group.main and not has_main)
        event.rooms.append(group.id or 0)
        event.count("groups")
    work.session.flush()


def _whole_roll(work: Work, event: Event, roll: Roll, target: int) -> None:
    """An open roll is now the other unit's or, if that asks the same, its answers join those."""
    twin = rehoming.same_roll(work.session, roll, target)
    event.count("rolls")
    if twin is None:
        work.ledger.change(roll, unit_id=target)
        event.rolls.append(roll.number)
        return
    _move_marks(work, roll, twin, None)
    for page in rehoming.pages(work.session, roll.number):
        work.ledger.change(page, roll_id=twin.number)
    work.ledger.change(roll, state=MOVED, meeting_id=None, stale=False, news=False)
    _lead(work, roll, target, twin)
    event.rolls.append(twin.number)


def _move_marks(work: Work, roll: Roll, twin: Roll, member_ids: Sequence[int] | None) -> None:
    for row in rehoming.marks(work.session, roll.number, member_ids):
        if not rehoming.knows(work.session, row, twin.number):
            work.ledger.change(row, roll_id=twin.number)
    work.session.flush()


def _lead(work: Work, roll: Roll, unit_id: int, twin: Roll) -> None:
    """Buttons under the old prompt go on working."""
    known = work.session.get(RollHeir, (roll.number, unit_id))
    if known is None:
        work.ledger.add(RollHeir(roll_id=roll.number, unit_id=unit_id, heir_id=twin.number))
    else:
        work.ledger.change(known, heir_id=twin.number)


def _directives(work: Work, event: Event, source: int, target: int) -> None:
    """What waits for a receipt waits for the other unit's, once; what it confirmed stays its own
    word. What is being written for the unit goes to the other one.
    """
    for row in rehoming.waiting_targets(work.session, source):
        event.count("directives")
        if directives.target(work.session, row.directive_id, target) is None:
            work.ledger.change(row, unit_id=target)
            work.session.flush()
            event.fresh = True
        else:
            work.ledger.remove(row)
    for draft in rehoming.unsent_directives(work.session, source):
        work.ledger.change(draft, **_instead(draft, source, target))


def _instead(row: Any, source: int, target: int) -> dict[str, int]:
    """The columns of a row in which a unit stands that gives way to another."""
    names = ("unit_id", "scope_id", "from_id", "to_id")
    return {name: target for name in names if getattr(row, name, None) == source}


def _surveys(work: Work, event: Event, source: int, target: int) -> None:
    """Whoever has not answered is asked in the other unit. Answers with names, and the note that
    one has answered, go along; ballots stay counted where they were cast.
    """
    for part, survey in rehoming.asked_now(work.session, source):
        event.count("surveys")
        other = surveys.asked_unit(work.session, survey.number, target)
        if survey.anonymous:
            _counters(work, survey.number, source, target)
        if other is None:
            work.ledger.change(part, unit_id=target)
            event.fresh = True
        else:
            sums = ("by_link", "erased", "erased_answered")
            both = {name: getattr(other, name) + getattr(part, name) for name in sums}
            work.ledger.change(other, **both)
            work.ledger.remove(part)
        for row in rehoming.answers(work.session, survey.number, source, None):
            work.ledger.change(row, unit_id=target)
    for survey in rehoming.running_surveys(work.session, source):
        work.ledger.change(survey, **_instead(survey, source, target))
    work.session.flush()


def _counters(work: Work, survey_id: int, source: int, target: int) -> None:
    for row in rehoming.lay_out_like(work.session, survey_id, source, target):
        work.ledger.add(row)


def part_of(
    work: Work, event: Event, source: Unit, target: Unit, member_ids: Sequence[int]
) -> None:
    """What is open for some people goes along with them; the rest stays where it is."""
    assert source.id is not None and target.id is not None
    event.fresh = True
    copies = _copied_meetings(work, event, source.id, target.id)
    for roll in rehoming.open_rolls(work.session, source.id):
        _part_of_roll(work, event, roll, target.id, member_ids, copies)
    for row in rehoming.waiting_targets(work.session, source.id):
        if directives.target(work.session, row.directive_id, target.id) is None:
            work.ledger.add(type(row)(directive_id=row.directive_id, unit_id=target.id))
            event.count("directives")
    for _, survey in rehoming.asked_now(work.session, source.id):
        event.count("surveys")
        if survey.anonymous:
            _counters(work, survey.number, source.id, target.id)
        if surveys.asked_unit(work.session, survey.number, target.id) is None:
            work.ledger.add(SurveyUnit(survey_id=survey.number, unit_id=target.id))
        for answer in rehoming.answers(work.session, survey.number, source.id, member_ids):
            work.ledger.change(answer, unit_id=target.id)
    _own(work, source.id, target.id, member_ids)


def _own(work: Work, source: int, target: int, member_ids: Sequence[int]) -> None:
    """What is about these people alone."""
    gone = set(member_ids)
    links = rehoming.answer_links(work.session, source, work.now)
    doors = [
        door
        for door in [*rehoming.doors(work.session, source), *links]
        if getattr(door, "member_id", None) in gone
    ]
    for row in [*rehoming.own(work.session, source, member_ids), *doors]:
        work.ledger.change(row, unit_id=target)
    work.session.flush()


def _copied_meetings(work: Work, event: Event, source: int, target: int) -> dict[int, int]:
    """A meeting that some were invited to is held for them, too: the same, for their new unit."""
    copies: dict[int, int] = {}
    for meeting in rehoming.coming_meetings(work.session, source, work.now):
        if meeting.state != MeetingState.CALLED or meeting.scope != Scope.UNIT:
            continue
        copy = Meeting(
            **meeting.model_dump(exclude={"id", "unit_id", "series_id", "planned_for"}),
            unit_id=target,
        )
        work.ledger.add(copy)
        assert meeting.id is not None and copy.id is not None
        copies[meeting.id] = copy.id
        event.count("meetings")
        for row in rehoming.reminders(work.session, meeting.id):
            work.ledger.add(Reminder(meeting_id=copy.id, kind=row.kind, due_at=row.due_at))
    return copies


def _part_of_roll(
    work: Work,
    event: Event,
    roll: Roll,
    target: int,
    member_ids: Sequence[int],
    copies: dict[int, int],
) -> None:
    """Their answers go into a roll of their new unit, opened as the old one was."""
    event.count("rolls")
    meeting_id = copies.get(roll.meeting_id or 0, roll.meeting_id)
    like = Roll(**{**roll.model_dump(exclude={"id"}), "meeting_id": meeting_id, "unit_id": target})
    twin = rehoming.same_roll(work.session, like, target)
    if twin is None:
        twin = like
        twin.group_id, twin.tallies, twin.tally_at = None, 0, None
        twin.stale, twin.news, twin.told = False, False, 0
        work.ledger.add(twin)
        step = RollStep(roll_id=twin.number, what="opened", at=roll.opened_at, by=roll.opened_by)
        work.ledger.add(step)
    _move_marks(work, roll, twin, member_ids)
    _lead(work, roll, target, twin)
    event.rolls += [roll.number, twin.number]


def let_go(work: Work, event: Event, unit: Unit) -> None:
    """Nothing is open any more for a unit that is closed without an heir."""
    assert unit.id is not None
    for group in rehoming.rooms(work.session, unit.id):
        work.ledger.change(group, unit_id=None, main=False, bound_by=None, bound_at=None)
        event.count("groups")
    for roll in rehoming.open_rolls(work.session, unit.id):
        closed = {"stale": False, "news": False, "closed_at": work.now}
        work.ledger.change(roll, state=RollState.CLOSED, **closed)
        event.count("rolls")
    for target in rehoming.waiting_targets(work.session, unit.id):
        work.ledger.remove(target)
        event.count("directives")
    for part, _ in rehoming.asked_now(work.session, unit.id):
        work.ledger.remove(part)
        event.count("surveys")
    for meeting in rehoming.coming_meetings(work.session, unit.id, work.now):
        work.ledger.change(meeting, state=MeetingState.CANCELLED)
        for reminder in rehoming.reminders(work.session, meeting.id or 0):
            work.ledger.change(reminder, state="dropped")
        event.count("meetings")
    _shut_doors(work, event, unit.id)


def _shut_doors(work: Work, event: Event, unit_id: int) -> None:
    for door in rehoming.doors(work.session, unit_id):
        name = next(n for n in ("ended_at", "revoked_at", "decided_at") if hasattr(door, n))
        state = {"state": "withdrawn"} if name == "decided_at" else {}
        work.ledger.change(door, **{name: work.now}, **state)
        event.count("doors")
    for link in rehoming.answer_links(work.session, unit_id, work.now):
        work.ledger.change(link, revoked_at=work.now)
    for row in rehoming.rhythms(work.session, unit_id):
        if hasattr(row, "ended"):
            work.ledger.change(row, ended=True)
        else:
            work.ledger.remove(row)
    for relay in rehoming.relays(work.session, unit_id):
        work.ledger.remove(relay)
    for draft in rehoming.unsent_directives(work.session, unit_id):
        work.ledger.change(draft, state="dropped")
    for survey in rehoming.running_surveys(work.session, unit_id):
        if survey.state != "open":
            work.ledger.change(survey, state="dropped")
    work.session.flush()
