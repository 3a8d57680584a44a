"""A member's own answers: given, changed, taken back, explained, kept until she is known."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from handlers import accounts
from handlers.access import row_id
from handlers.chat import Call, Choice, How, Kind, Replies, Reply, Route
from handlers.errors import NotYoursError, Refusal
from handlers.mine import Part
from handlers.rolls import actions, showing, words
from handlers.rolls.access import answerable, elsewhere, own_people
from storage import members, roll_lists, rolls
from storage.members import Person
from storage.rolls import Roll, RollState, RollVerdict, Source, Status

OWN = (
    Status.PRESENT,
    Status.PRESENT_ONLINE,
    Status.LATE,
    Status.ABSENT,
    Status.ABSENT_EXCUSED,
)
"""What a member may say of herself."""
SELF = (Source.BUTTON, Source.NUMBER, Source.WORDS)
LATE_FOR = timedelta(days=1)
"""How long after the close an answer is still passed on to the leader."""
SHOWN_FOR = timedelta(days=14)
"""How long after the close a member still sees what was recorded of her."""
REASON_LENGTH = 200


def mark(call: Call, rest: str) -> Replies:
    """`mark ROLL STATUS [MEMBERS]`: an answer by a button, or by the number it has in a list."""
    roll_id, status, ids = (*rest.split(maxsplit=2), "", "", "")[:3]
    roll = answerable(call, roll_id)
    return answer(call, roll, status, source=_source(call), ids=ids)


def _source(call: Call) -> Source:
    return Source.BUTTON if call.incoming.kind is Kind.PRESS else Source.NUMBER


def answer(
    call: Call, roll: Roll, status: str, *, source: Source, reason: str = "", ids: str = ""
) -> Replies:
    """Record what the speaker says of herself; a stranger's answer is kept until she is known.

    Raises:
        NotYoursError: this is no answer, or she does not speak for these people.
        Refusal: the roll was closed long ago; or it asks which of the household is meant.
    """
    if status not in OWN:
        raise NotYoursError
    if roll.state == RollState.CLOSED and not _just_closed(roll, call.now):
        raise Refusal("rolls/closed.j2", roll=roll)
    if not call.actor.member_ids:
        line = f"roll_kept {roll.number} {status} {source} {int(call.now.timestamp())} {reason}"
        return [accounts.keep_pending(call, f"roll:{roll.number}", line.strip())]
    people = _people(call, roll, f"mark {roll.number} {status}", ids)
    return _record(call, roll, people, Status(status), source, reason=reason)


def _just_closed(roll: Roll, now: datetime) -> bool:
    return roll.closed_at is not None and now - roll.closed_at <= LATE_FOR


def _people(call: Call, roll: Roll, line: str, ids: str) -> list[Person]:
    """For whom she answers; who shares a phone is asked, and only in private."""
    mine = own_people(call, roll)
    if ids:
        chosen = accounts.spoken_for(call, ids)
        mine = [member for member in mine if member.id in chosen]
        if not mine:
            raise NotYoursError
        return mine
    if len(mine) > 1:
        accounts.whom(call, roll.unit_id, line)
    return mine


def _record(
    call: Call,
    roll: Roll,
    people: Sequence[Person],
    status: Status,
    source: Source,
    *,
    reason: str = "",
    at: datetime | None = None,
) -> Replies:
    moment = call.moment()
    differs = ""
    for member in people:
        decision = actions.record(
            moment,
            roll,
            member.id,
            status,
            source=_said_by(call, member, source),
            by=call.actor.account_id,
            reason=reason,
            at=at,
        )
        if decision.differs and decision.counts is not None:
            differs = decision.counts.source
    echo = Reply(
        "rolls/recorded.j2",
        {
            "names": [member.name for member in people] if len(call.actor.member_ids) > 1 else [],
            "status": words.labels(roll)[status],
            "pressed": call.incoming.kind is Kind.PRESS,
            "closed": roll.state == RollState.CLOSED,
            "differs": differs,
            "reason": reason,
            "taken_back": status == Status.UNANSWERED,
            "others": False,
        },
        how=How.ECHO,
        choices=_after(roll, people, status, reason),
    )
    return [echo, *(showing.tally(moment, roll) if roll.state == RollState.OPEN else [])]


def _said_by(call: Call, member: Person, source: Source) -> Source:
    """On a shared phone only its owner, the first one linked, answers for herself."""
    return source if member.id == call.actor.member_ids[0] else Source.HELPER


def _after(roll: Roll, people: Sequence[Person], status: Status, reason: str) -> tuple[Choice, ...]:
    """What she may do next; shown where the echo is a message, not where it is a toast."""
    if len(people) != 1 or roll.state == RollState.CLOSED:
        return ()
    tail = f"{roll.number} {people[0].id}"
    change = Choice("✏️ Đổi câu trả lời", f"roll_mine {tail}")
    if status == Status.UNANSWERED:
        return (change,)
    explain = status in {Status.ABSENT, Status.ABSENT_EXCUSED} and not reason
    more = (Choice("💬 Nhắn lý do", f"roll_reason {tail}"),) if explain else ()
    return (change, *more, Choice("↩️ Bỏ câu trả lời", f"unmark {tail}"))


def _hers(call: Call, rest: str) -> tuple[Roll, Person, str]:
    """The open roll and the member of hers that a line is about, and what is left of it."""
    roll_id, member_id, more = (*rest.split(maxsplit=2), "", "", "")[:3]
    roll = answerable(call, roll_id)
    member = next((m for m in own_people(call, roll) if str(m.id) == member_id), None)
    if member is None:
        raise NotYoursError
    if roll.state == RollState.CLOSED:
        raise Refusal("rolls/closed.j2", roll=roll)
    return roll, member, more


def unmark(call: Call, rest: str) -> Replies:
    """`unmark ROLL MEMBER`: she takes her answer back."""
    roll, member, _ = _hers(call, rest)
    return _record(call, roll, [member], Status.UNANSWERED, _source(call))


def take_back(call: Call, roll: Roll, source: Source) -> Replies:
    """The same from a page, for the one person who answers there.

    Raises:
        Refusal: the roll is closed.
    """
    if roll.state == RollState.CLOSED:
        raise Refusal("rolls/closed.j2", roll=roll)
    return _record(call, roll, own_people(call, roll), Status.UNANSWERED, source)


def change(call: Call, rest: str) -> Reply:
    """`roll_mine ROLL MEMBER`: the answers she may choose from."""
    roll, member, _ = _hers(call, rest)
    context = showing.context(call.session, roll)
    shared = len(call.actor.member_ids) > 1
    return Reply(
        "rolls/change.j2",
        {**context, "name": member.name if shared else ""},
        choices=words.answers(roll, str(member.id)),
        private=True,
    )


def explain(call: Call, rest: str) -> Replies | Reply:
    """`roll_reason ROLL MEMBER [words]`: why she cannot come."""
    roll, member, reason = _hers(call, rest)
    if not reason:
        line = f"roll_reason {roll.number} {member.id}"
        return Reply("rolls/reason.j2", {"name": ""}, expects=line, private=True)
    return _record(
        call,
        roll,
        [member],
        Status.ABSENT_EXCUSED,
        Source.WORDS,
        reason=reason[:REASON_LENGTH],
    )


def kept(call: Call, rest: str) -> Replies:
    """`roll_kept ROLL STATUS SOURCE SECONDS [reason]`: what she said before anybody knew her.

    Run in her name once her leader has confirmed her. If the roll is closed by now the leader
    hears of it, like of any answer that comes late.
    """
    roll_id, status, source, seconds, reason = (*rest.split(maxsplit=4), "", "", "", "", "")[:5]
    roll = rolls.get(call.session, row_id(roll_id))
    known = roll is not None and status in OWN and source in SELF
    if roll is None or not known or row_id(seconds) > call.now.timestamp():
        raise NotYoursError
    roll = elsewhere(call, roll)
    if not own_people(call, roll):
        return [accounts.keep_pending(call, f"roll:{roll.number}", f"roll_kept {rest}")]
    people = _people(call, roll, f"mark {roll.number} {status}", "")
    at = datetime.fromtimestamp(row_id(seconds), UTC)
    return _record(call, roll, people, Status(status), Source(source), reason=reason, at=at)


def mine(call: Call) -> list[Part]:
    """Her answers in rolls that are open or were closed lately, and how to change them."""
    people = {m.id: m for m in members.people(call.session, call.actor.member_ids)}
    parts: list[Part] = []
    for roll, verdicts in _hers_lately(call, list(people.values())):
        for member_id, verdict in verdicts.items():
            name = people[member_id].name if len(people) > 1 else ""
            parts.append(_part(call, roll, member_id, name, verdict))
    return parts


def _hers_lately(
    call: Call, people: Sequence[Person]
) -> list[tuple[Roll, dict[int, RollVerdict | None]]]:
    """Rolls, newest first, and what counts in them for each of these people."""
    ids = [member.id for member in people]
    found: dict[int, tuple[Roll, dict[int, RollVerdict | None]]] = {}
    for roll in rolls.opened(call.session, [member.unit_id for member in people]):
        silent = {m.id: None for m in people if m.unit_id == roll.unit_id}
        found[roll.number] = (roll, dict(silent))
    for roll, verdict in roll_lists.answers_of(call.session, ids, call.now - SHOWN_FOR):
        found.setdefault(roll.number, (roll, {}))[1][verdict.member_id] = verdict
    return [found[number] for number in sorted(found, reverse=True)]


def _part(call: Call, roll: Roll, member_id: int, name: str, verdict: RollVerdict | None) -> Part:
    status = verdict.status if verdict else Status.UNANSWERED
    context = showing.context(call.session, roll)
    about = " ".join(filter(None, [context["title"] or "điểm danh", name]))
    tail = f"{roll.number} {member_id}"
    choices = []
    if roll.state == RollState.OPEN:
        verb = "Trả lời" if status == Status.UNANSWERED else "Đổi"
        choices.append(Choice(f"✏️ {verb}: {about}", f"roll_mine {tail}"))
        if status != Status.UNANSWERED:
            choices.append(Choice(f"↩️ Bỏ: {about}", f"unmark {tail}"))
    context |= {"name": name, "status": context["labels"][status], "verdict": verdict}
    return Part("rolls/mine.j2", context, tuple(choices))


ROUTES = {
    "mark": Route(mark, listed=False),
    "unmark": Route(unmark, listed=False),
    "roll_mine": Route(change, listed=False),
    "roll_reason": Route(explain, listed=False),
    "roll_kept": Route(kept, listed=False),
}
