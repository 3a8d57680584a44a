"""The leader's hand: marking others from a list of names or in words, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import audit
from handlers.access import row_id
from handlers.chat import LINE_BYTES, Call, Choice, How, Replies, Reply, Route
from handlers.errors import NotYoursError, Refusal
from handlers.rolls import actions, showing, words
from handlers.rolls.access import access_listed, access_open
from handlers.rolls.sparing import blamable
from storage import roll_lists, roll_marks, rolls
from storage.audit import Deed
from storage.members import Member
from storage.rolls import Roll, Source, Status

HAND = (
    Status.PRESENT,
    Status.PRESENT_ONLINE,
    Status.LATE,
    Status.ABSENT_EXCUSED,
    Status.ABSENT,
    Status.ABSENT_UNEXCUSED,
)
"""What a leader may say of others, in the order it is offered."""
PAGE = 10
"""Names in one list to tap on."""
CANDIDATES = 6
REASON_LENGTH = 200
ANY = "-"
"""In place of a status that is not chosen yet."""
HANDED = "rolls/handed.j2"


def offer(call: Call, rest: str) -> Reply:
    """`roll_hand ROLL`: which status, before the names."""
    roll = open_in_private(call, rest)
    labels = words.labels(roll)
    choices = tuple(
        Choice(
            f"{words.MARKS[status]} {labels[status].capitalize()}", f"roll_pick {roll.id} {status}"
        )
        for status in HAND
    )
    return Reply(
        "rolls/hand.j2",
        showing.context(call.session, roll),
        choices=choices,
        columns=2,
        expects=expects(roll),
    )


def expects(roll: Roll, status: str = ANY) -> str:
    """What her next words complete while she marks others: names, for a status if there is one."""
    return f"hand_named {roll.id} {status}"


def expecting(replies: Replies, line: str) -> Replies:
    """The same, with her next words still completing `line` unless they ask something else."""
    if not line:
        return replies
    here = {How.MESSAGE, How.ECHO}
    return [
        replace(reply, expects=reply.expects or line)
        if reply.how in here and not reply.to
        else reply
        for reply in replies
    ]


def open_in_private(call: Call, words: str) -> Roll:
    """Names are shown in private or not at all.

    Raises:
        NotYoursError: the roll is not hers.
        Refusal: it is closed, or this is a group.
    """
    roll = access_open(call.session, call.actor, words)
    if not call.incoming.private:
        raise Refusal("rolls/in_private.j2")
    return roll


def pick(call: Call, rest: str) -> Reply:
    """`roll_pick ROLL STATUS [TEAM [PAGE]]`: names to tap on; a tổ first where there are many."""
    roll_id, status, team, page = (*rest.split(), "", "", "", "")[:4]
    roll = open_in_private(call, roll_id)
    if status not in HAND:
        raise NotYoursError
    if not team:
        silent = blamable(call.session, roll_lists.silent(call.session, roll), status)
        teams = roll_lists.teams(call.session, roll.unit_id)
        if len(silent) > PAGE and len(teams) > 1:
            return _teams(call, roll, status, teams, silent)
        team = "all"
    listed = len(roll_lists.silent(call.session, roll))
    audit.saw_all(call, Deed.LIST, roll.unit_id, listed, f"roll:{roll.number}")
    return _names(call, roll, status, team, page)


def _teams(
    call: Call, roll: Roll, status: str, teams: Sequence[str], silent: Sequence[Member]
) -> Reply:
    waiting = {name: sum(member.team == name for member in silent) for name in teams}
    choices = tuple(
        Choice(f"{name or 'Chưa rõ tổ'} ({waiting[name]})", f"roll_pick {roll.id} {status} {at}")
        for at, name in enumerate(teams)
        if waiting[name]
    )
    context = {**showing.context(call.session, roll), "status": words.labels(roll)[status]}
    return Reply(
        "rolls/pick_team.j2", context, choices=choices, columns=2, expects=expects(roll, status)
    )


def _names(call: Call, roll: Roll, status: str, team: str, shown: str) -> Reply:
    """One page of people not yet answered, each a tap away from `status`."""
    silent = blamable(call.session, roll_lists.silent(call.session, roll), status)
    if team != "all":
        teams = roll_lists.teams(call.session, roll.unit_id)
        name = teams[row_id(team)] if row_id(team) < len(teams) else ""
        silent = [member for member in silent if member.team == name]
    last = max(0, (len(silent) - 1) // PAGE)
    page = min(row_id(shown), last)
    choices = [
        Choice(described(member), f"hand {roll.id} {member.id} {status} {team} {page}")
        for member in silent[page * PAGE : (page + 1) * PAGE]
    ]
    turn = f"roll_pick {roll.id} {status} {team}"
    if page > 0:
        choices.append(Choice("◀️ Trang trước", f"{turn} {page - 1}"))
    if page < last:
        choices.append(Choice("Trang sau ▶️", f"{turn} {page + 1}"))
    choices.append(Choice("✔️ Xong", f"rolls {roll.id}"))
    context = {
        **showing.context(call.session, roll),
        "status": words.labels(roll)[status],
        "left": len(silent),
        "spares": status == Status.ABSENT_UNEXCUSED,
        "page": page + 1,
        "pages": last + 1,
    }
    return Reply(
        "rolls/pick.j2",
        context,
        choices=tuple(choices),
        subject=f"hand:{roll.id}",
        expects=expects(roll, status),
    )


def described(member: Member) -> str:
    """A person as her leader tells her from others of the same name."""
    about = ", ".join(filter(None, [member.birth[:4], member.team]))
    return f"{member.name} ({about})" if about else member.name


def hand(call: Call, rest: str) -> Replies:
    """`hand ROLL MEMBERS STATUS [yes | TEAM PAGE]`: the leader marks somebody.

    Her own answer is not overwritten in silence: the leader is asked first. Tapped in a list, the
    list goes on without the name.
    """
    roll_id, ids, status, *more = (*rest.split(), "", "", "")
    roll = open_in_private(call, roll_id)
    people = [access_listed(call.session, roll, one) for one in ids.split(",")]
    if status not in HAND:
        raise NotYoursError
    if more[0] == "yes":
        replies = put(call, roll, people, Status(status))
    else:
        replies = mark_all(call, roll, people, Status(status))
    if more[0] in {"", "yes"} or replies[0].template != HANDED:
        return expecting(replies, expects(roll))
    names = _names(call, roll, status, more[0], more[1])
    echo = replace(replies[0], how=How.ECHO, choices=names.choices, expects=names.expects)
    back = Choice(f"↩️ Bỏ: {people[0].name}", f"hand_undo {roll.id} {people[0].id}")
    edit = replace(names, how=How.EDIT, choices=(back, *names.choices))
    return [echo, edit, *replies[1:]]


def mark_all(
    call: Call, roll: Roll, people: Sequence[Member], status: Status, reason: str = ""
) -> Replies:
    """Mark these people; about whom it contradicts what she said of herself, ask first."""
    asked = {member.id: contradiction(call, roll, member, status) for member in people}
    plain = [member for member in people if asked[member.id] is None]
    done = put(call, roll, plain, status, reason) if plain else []
    return [*done, *(question for question in asked.values() if question)]


def contradiction(call: Call, roll: Roll, member: Member, status: str) -> Reply | None:
    """What to ask before the leader's hand contradicts what a member said of herself."""
    verdict = rolls.verdict(call.session, roll.number, member.id or 0)
    if verdict is None or verdict.status == Status.UNANSWERED:
        return None
    by_hand = verdict.source == Source.LEADER
    own = verdict.differs if by_hand else verdict.status
    if not own or own == status:
        return None
    labels = words.labels(roll)
    context = {
        "name": member.name,
        "own": labels[own],
        "status": labels[status],
        "source": verdict.source,
        "at": None if by_hand else verdict.at,
    }
    choices = (
        Choice(f"Ghi: {labels[status]}", f"hand {roll.id} {member.id} {status} yes"),
        Choice(f"Giữ: {labels[own]}", f"hand {roll.id} {member.id} {own} yes"),
    )
    return Reply("rolls/overwrite.j2", context, choices=choices)


def put(
    call: Call, roll: Roll, people: Sequence[Member], status: Status, reason: str = ""
) -> Replies:
    """Record the leader's hand, say so with a way back, and bring the group up to date."""
    moment = call.moment()
    for member in people:
        assert member.id is not None
        actions.record(
            moment,
            roll,
            member.id,
            status,
            source=Source.LEADER,
            by=call.actor.account_id,
            reason=reason,
        )
    echoes = [_handed(roll, some, status, reason) for some in _undoable(roll, people)]
    return [*echoes, *showing.tally(moment, roll)]


def _undoable(roll: Roll, people: Sequence[Member]) -> list[list[Member]]:
    """In order, so many together as one button can take back."""
    together: list[list[Member]] = [[]]
    for member in people:
        ids = ",".join(str(one.id) for one in [*together[-1], member])
        if len(f"hand_undo {roll.id} {ids}") > LINE_BYTES:
            together.append([])
        together[-1].append(member)
    return together


def _handed(roll: Roll, people: Sequence[Member], status: Status, reason: str = "") -> Reply:
    context = {
        "names": [member.name for member in people],
        "status": words.labels(roll)[status],
        "reason": reason,
        "silent": status == Status.UNANSWERED,
    }
    return Reply(HANDED, context, choices=_after(roll, people, status))


def _after(roll: Roll, people: Sequence[Member], status: Status) -> tuple[Choice, ...]:
    tail = f"{roll.id} {','.join(str(member.id) for member in people)}"
    excused = status in {Status.ABSENT, Status.ABSENT_EXCUSED} and len(people) == 1
    choices = [Choice("💬 Ghi lý do", f"hand_reason {tail}")] if excused else []
    if status != Status.UNANSWERED:
        choices.append(Choice("↩️ Hoàn tác", f"hand_undo {tail}"))
    return (*choices, Choice("✍️ Ghi tiếp", f"roll_hand {roll.id}"))


def undo(call: Call, rest: str) -> Replies:
    """`hand_undo ROLL MEMBERS`: back to what the leader's hand had said before of each."""
    roll_id, ids = (*rest.split(), "", "")[:2]
    roll = open_in_private(call, roll_id)
    before: dict[Status, list[Member]] = {}
    for one in ids.split(","):
        member = access_listed(call.session, roll, one)
        evidence = roll_marks.of_member(call.session, roll.number, member.id or 0)
        said = [mark.status for mark in evidence if mark.source == Source.LEADER]
        others = [status for status in said if status != said[-1]]
        back = Status(others[-1]) if others else Status.UNANSWERED
        before.setdefault(back, []).append(member)
    return [reply for status, people in before.items() for reply in put(call, roll, people, status)]


def explain(call: Call, rest: str) -> Replies | Reply:
    """`hand_reason ROLL MEMBER [words]`: why somebody is away, by the leader's word."""
    roll_id, member_id, reason = (*rest.split(maxsplit=2), "", "", "")[:3]
    roll = open_in_private(call, roll_id)
    member = access_listed(call.session, roll, member_id)
    if not reason:
        line = f"hand_reason {roll.id} {member.id}"
        return Reply("rolls/reason.j2", {"name": member.name}, expects=line)
    return put(call, roll, [member], Status.ABSENT_EXCUSED, reason[:REASON_LENGTH])


def differs(call: Call, rest: str) -> Reply:
    """`roll_differs ROLL`: of whom two answers differ; the leader settles it."""
    roll = open_in_private(call, rest)
    labels = words.labels(roll)
    rows = roll_lists.differing(call.session, roll.number)[:CANDIDATES]
    audit.saw(call, Deed.FOUND, [member for member, _ in rows], f"roll:{roll.number}")
    choices = tuple(
        Choice(f"{member.name}: {labels[status]}", f"hand {roll.id} {member.id} {status} yes")
        for member, verdict in rows
        for status in (verdict.status, verdict.differs)
    )
    others = {member.id: _last_source(call, roll, member) for member, _ in rows}
    context = {**showing.context(call.session, roll), "rows": rows, "others": others}
    return Reply("rolls/differs.j2", context, choices=choices, columns=2)


def _last_source(call: Call, roll: Roll, member: Member) -> str:
    """How what was said of somebody last came."""
    evidence = roll_marks.of_member(call.session, roll.number, member.id or 0)
    return evidence[-1].source if evidence else ""


ROUTES = {
    "roll_hand": Route(offer, listed=False),
    "roll_pick": Route(pick, listed=False),
    "roll_differs": Route(differs, listed=False),
    "hand": Route(hand, listed=False),
    "hand_undo": Route(undo, listed=False),
}
