"""What must be true at the end of an evening, whatever went wrong in it.

A small model of what the people did, in the order in which it was first stored, knows what must
be in the database and on the screens; it shares nothing with the program.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise

from sqlalchemy import Engine
from sqlmodel import Session, select

from bot.pacing import TELEGRAM_PACE
from storage.accounts import Account, AccountMember
from storage.database import reading
from storage.directives import DirectiveTarget
from storage.groups import Group, GroupState
from storage.inbox import Inbox, InboxState
from storage.mail import Outbox, OutboxState
from storage.rolls import Purpose, Roll, RollMark, RollStep, RollVerdict
from storage.survey_answers import SurveyAnswer
from tests.torture.faults import Kind
from tests.torture.machine import Machine
from tests.torture.people import People
from tests.torture.town import POISON, Seen, Town
from tests.torture.world import PEOPLE, TOWN, group_of

SLACK = timedelta(seconds=12)
"""What was sent in time may still be on its way for so long."""
BUG = "torture_bug"
COPIES = 2


@dataclass
class Model:
    """What the people did, judged by the simplest rules."""

    answers: dict[int, dict[str, list[tuple[str, bool]]]] = field(
        default_factory=lambda: defaultdict(lambda: defaultdict(list))
    )
    """By roll and person: what she said, and whether it was after the close."""
    closed: set[int] = field(default_factory=set)
    received: dict[str, str] = field(default_factory=dict)
    survey: dict[str, str] = field(default_factory=dict)

    def hears(self, who: str, line: str) -> None:
        """The next thing somebody pressed."""
        word, *rest = line.split()
        if word == "mark":
            roll, status = int(rest[0]), rest[1]
            said, late = self.answers[roll][who], roll in self.closed
            if not said or said[-1] != (status, late):
                said.append((status, late))
        elif word == "roll_close":
            self.closed.add(int(rest[0]))
        elif word == "received":
            self.received.setdefault(who.partition("-")[0], who)
        elif word == "survey_pick":
            self.survey[who] = rest[1]

    def verdict(self, roll: int, who: str) -> str:
        """What counts."""
        in_time = [status for status, late in self.answers[roll][who] if not late]
        return in_time[-1] if in_time else "unanswered"


def model_of(machine: Machine, town: Town) -> Model:
    """What was stored, in its order."""
    model = Model()
    for number in machine.stored:
        incoming = town.updates[number].incoming
        if incoming is not None and incoming.press_id:
            model.hears(incoming.sender.removeprefix(f"{TOWN}:"), incoming.text)
    return model


def judge(engine: Engine, machine: Machine, town: Town, people: People) -> list[str]:
    """Everything that is wrong."""
    model = model_of(machine, town)
    wrong = [f"process ended: {crash}" for crash in machine.crashes]
    with reading(engine) as session:
        wrong += _inbox(session, machine, town)
        rows = {row.key: row for row in session.exec(select(Outbox))}
        wrong += _outbox(rows, machine, town)
        wrong += _vain(rows, people)
        wrong += _doubles(rows, town)
        wrong += _order(rows, town)
        wrong += _expired(rows, town)
        wrong += _pace(machine, town)
        names = _names(session)
        wrong += _rolls(session, model, names)
        wrong += _shown(session, rows, model, town)
        wrong += _receipts(session, model, names)
        wrong += _survey(session, model, names)
        wrong += _groups(session, rows, town, people)
    return wrong


def _names(session: Session) -> dict[int, str]:
    """Whose a member's row is."""
    found = session.exec(
        select(AccountMember.member_id, Account.address).join(
            Account,
            Account.id == AccountMember.account_id,  # type: ignore[arg-type]
        )
    )
    return {member: address.removeprefix(f"{TOWN}:") for member, address in found}


def _inbox(session: Session, machine: Machine, town: Town) -> Iterator[str]:
    """0 lost, 0 doubled; poison and bugs set aside."""
    rows = list(session.exec(select(Inbox.event_id, Inbox.state)))
    found = Counter(number for number, _ in rows)
    lost = set(town.updates) - set(found)
    if lost:
        yield f"updates lost: {sorted(lost)}"
    if set(machine.stored) != set(found):
        yield "what was committed is not what is there"
    for number, times in found.items():
        if times > 1:
            yield f"update {number} is there {times} times"
    for number, state in rows:
        update = town.updates.get(number)
        if update is None:
            yield f"update {number} came from nobody"
            continue
        due = InboxState.WORKED
        if update.body == POISON:
            due = InboxState.SET_ASIDE
        elif update.incoming is not None and update.incoming.text == BUG:
            due = InboxState.FAILED
        if state != due:
            yield f"update {number} is {state}, not {due}"


def _outbox(rows: dict[str, Outbox], machine: Machine, town: Town) -> Iterator[str]:
    """Every message has come to its end, and to the right one."""
    arrived = Counter(message.key for message in town.messages)
    doubts = len(machine.deaths) + sum(f.kind in {Kind.CUT, Kind.TIMEOUT} for f in town.plan)
    for key, row in rows.items():
        told = f"message {key} ({row.how} to {row.chat}, {row.subject}) is {row.state}"
        if row.state in {OutboxState.QUEUED, OutboxState.SENDING}:
            yield f"{told}: never finished"
        elif row.state == OutboxState.SENT and row.how == "message" and not arrived[key]:
            yield f"{told}, but nobody saw it"
        elif row.state == OutboxState.FAILED and row.how == "message":
            yield f"{told}: {row.note}"
        elif row.state == OutboxState.BLOCKED and row.chat not in town.closed:
            yield f"{told}, but the chat is open"
        elif row.state == OutboxState.EXPIRED and row.expires_at is None and not row.note:
            yield f"{told}, but it never expires"
        elif row.state == OutboxState.IN_DOUBT and doubts < COPIES:
            yield f"{told} after {doubts} doubts"
    for key in arrived:
        if key not in rows:
            yield f"message {key} came from nowhere"


def _vain(rows: dict[str, Outbox], people: People) -> Iterator[str]:
    """Everybody could do her part; where a message was in doubt twice, a leader is told instead."""
    doubtful = {row.chat for row in rows.values() if row.state == OutboxState.IN_DOUBT}
    for chat, what in people.waited_in_vain:
        if people.town.goes_on_in(chat) not in doubtful:
            yield f"in {chat} waited in vain: {what}"


def doubled(town: Town) -> int:
    """How many messages people saw twice."""
    copies = Counter(message.key for message in town.messages)
    return sum(number > 1 for number in copies.values())


def _doubles(rows: dict[str, Outbox], town: Town) -> Iterator[str]:
    """Only what was in doubt is there twice, and says so."""
    copies: dict[str, list[Seen]] = defaultdict(list)
    for message in town.messages:
        copies[message.key].append(message)
    for key, seen in copies.items():
        if len(seen) == 1:
            continue
        if len(seen) > COPIES:
            yield f"message {key} is there {len(seen)} times"
        for first, again in pairwise(seen):
            if not again.marked:
                yield f"message {key} is there twice, unmarked"
            heard = first.call.answered is not None and first.call.process == again.call.process
            if heard and not _in_doubt(town, first):
                yield f"message {key} was sent again though its answer was heard"


def _in_doubt(town: Town, message: Seen) -> bool:
    fault = town.fault_of(message.call.number)
    return fault is not None and fault.kind is Kind.TIMEOUT


def _order(rows: dict[str, Outbox], town: Town) -> Iterator[str]:
    """In a chat replies arrive in the order of their rows, and so does bulk. (What was on its way
    to the old address of a group is sent again to the new one, perhaps after something newer.)
    """
    newest: dict[tuple[str, bool], int] = {}
    known: set[str] = set()
    for message in town.messages:
        row = rows.get(message.key)
        if row is None or message.key in known or row.doubted_at is not None:
            continue
        if row.chat in town.moved.values():
            continue
        known.add(message.key)
        lane = (row.chat, row.bulk)
        number = row.id or 0
        if number < newest.get(lane, 0):
            yield f"in {row.chat} message {number} came after {newest[lane]}"
        newest[lane] = max(number, newest.get(lane, 0))


def _expired(rows: dict[str, Outbox], town: Town) -> Iterator[str]:
    """Nothing arrives after it has become useless."""
    for message in town.messages:
        row = rows.get(message.key)
        if row is not None and row.expires_at is not None and message.at > row.expires_at + SLACK:
            yield f"message {message.key} came {message.at - row.expires_at} too late"


def _pace(machine: Machine, town: Town) -> Iterator[str]:
    """Nobody had to tell the bot to be slower; and where somebody did, it obeyed."""
    window = 60.0
    for at, whose in town.refused_pace:
        if not any(death <= at < death + window + 40 for death in machine.deaths):
            yield f"too fast at {at:.2f}: {whose or 'overall'} ({TELEGRAM_PACE})"
    for early in town.early:
        yield f"spoke too early: {early}"


def _rolls(session: Session, model: Model, names: dict[int, str]) -> Iterator[str]:
    """Every answer is there once, the last in time counts, and a close closes once."""
    evidence: dict[tuple[int, str], list[tuple[str, bool]]] = defaultdict(list)
    for mark in session.exec(select(RollMark).order_by(RollMark.id)):  # type: ignore[arg-type]
        evidence[mark.roll_id, names[mark.member_id]].append((mark.status, mark.late))
    verdicts = {
        (verdict.roll_id, names[verdict.member_id]): verdict.status
        for verdict in session.exec(select(RollVerdict))
    }
    steps = Counter(
        step.roll_id for step in session.exec(select(RollStep)) if step.what == "closed"
    )
    for roll in session.exec(select(Roll)):
        number = roll.number
        by_hand = roll.purpose == Purpose.ATTENDANCE
        if steps[number] > 1 or (by_hand and steps[number] != (number in model.closed)):
            yield f"roll {number} was closed {steps[number]} times"
        people = {who for at, who in (*evidence, *verdicts) if at == number}
        for who in sorted(people | set(model.answers[number])):
            said = model.answers[number][who]
            if evidence[number, who] != said:
                yield f"roll {number}, {who}: {evidence[number, who]} is there, {said} was said"
            counts = verdicts.get((number, who), "unanswered")
            if counts != model.verdict(number, who):
                yield f"roll {number}, {who}: {counts} counts, not {model.verdict(number, who)}"


def _counts(model: Model, roll: int, branch: str) -> Counter[str]:
    people = [f"{branch}-{number}" for number in range(PEOPLE)]
    return Counter(model.verdict(roll, who) for who in people)


def _newest(rows: dict[str, Outbox], chat: str, subject: str) -> Outbox | None:
    found = [
        row
        for row in rows.values()
        if row.chat == chat and row.subject == subject and row.how == "message"
    ]
    return max(found, key=lambda row: row.id or 0, default=None)


def _shown(session: Session, rows: dict[str, Outbox], model: Model, town: Town) -> Iterator[str]:
    """The newest message about a roll or a survey shows what was answered."""
    groups = {group.unit_id: group.address for group in session.exec(select(Group))}
    for roll in session.exec(select(Roll)):
        chat = groups[roll.unit_id]
        branch = f"p{chat.removeprefix(f'{TOWN}:g').removesuffix('s')}"
        counts = _counts(model, roll.number, branch)
        absent = counts["absent"] + counts["absent_excused"]
        due = [
            f"Có mặt: <b>{counts['present']}</b>",
            f"Trực tuyến: <b>{counts['present_online']}</b>",
            f"Đi trễ: <b>{counts['late']}</b>",
            f"Vắng: <b>{absent}</b>",
        ]
        answered = counts.total() - counts["unanswered"]
        if roll.purpose == Purpose.ATTENDANCE and answered:  # before, no figures are shown
            yield from _shows(rows, town, chat, f"roll:{roll.number}", due)
    for chat in groups.values():
        branch = f"p{chat.removeprefix(f'{TOWN}:g').removesuffix('s')}"
        said = Counter(v for who, v in model.survey.items() if who.partition("-")[0] == branch)
        if said:
            due = [
                f"• Có: <b>{said['1']}</b>",
                f"• Không: <b>{said['0']}</b>",
                f"<b>{said.total()}/{PEOPLE}</b>",
            ]
            yield from _shows(rows, town, chat, "survey:1", due)


def _shows(
    rows: dict[str, Outbox], town: Town, chat: str, subject: str, due: list[str]
) -> Iterator[str]:
    row = _newest(rows, chat, subject)
    if chat in town.closed:
        return
    if row is None:
        yield f"{chat} was never shown {subject}"
        return
    message = town.message(row.message_id)
    sure = row.state != OutboxState.IN_DOUBT  # else nobody knows which message to change
    if message is None and sure and chat in town.moved.values():  # nothing was said of it since
        message = next((m for m in reversed(town.messages) if m.key == row.key), None)
    if message is None:
        if sure:
            yield f"{chat} does not see {subject}: {row.state}"
        return
    for words in due:
        if words not in message.text:
            yield f"{chat}, {subject}: {words!r} is not in {message.text!r}"


def _receipts(session: Session, model: Model, names: dict[int, str]) -> Iterator[str]:
    """The first confirmation of each branch counts."""
    found = {}
    for target in session.exec(select(DirectiveTarget)):
        if target.received_by is not None:
            who = names[target.received_by]
            found[who.partition("-")[0]] = who
    if found != model.received:
        yield f"receipts: {found}, not {model.received}"


def _survey(session: Session, model: Model, names: dict[int, str]) -> Iterator[str]:
    """The last answer of each counts."""
    found = {names[answer.member_id]: answer.value for answer in session.exec(select(SurveyAnswer))}
    if found != model.survey:
        yield f"survey: {found}, not {model.survey}"


def _groups(session: Session, rows: dict[str, Outbox], town: Town, people: People) -> Iterator[str]:
    """Every group has what was sent to all; a closed one is known to be, and left alone."""
    states = {group.address: group.state for group in session.exec(select(Group))}
    for branch in range(1, people.branches + 1):
        chat = group_of(branch)
        if chat in town.told_moved:
            chat = town.goes_on_in(chat)
        if chat not in states:
            yield f"{chat} is not known; {sorted(states)}"
            continue
        if chat in town.closed:
            if states[chat] != GroupState.GONE and town.forbidden[chat]:
                yield f"{chat} is closed, and nobody knows"
            continue
        for subject in ("directive:1", "survey:1"):
            if not any(
                row.subject == subject and row.chat in {chat, group_of(branch)}
                for row in rows.values()
            ):
                yield f"{chat} was never sent {subject}"
