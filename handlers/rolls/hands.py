"""The leader's hand: marking others from a list of names or in words, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.access import row_id
from handlers.chat import Call, Choice, How, Replies, Reply, Route
from handlers.errors import NotYoursError, Refusal
from handlers.rolls import actions, naming, showing, words
from handlers.rolls.access import access_listed, access_open
from handlers.rolls.naming import Found, Report
from storage import roll_lists, roll_marks, rolls
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


def offer(call: Call, rest: str) -> Reply:
    """`roll_hand ROLL`: which status, before the names."""
    roll = _open_in_private(call, rest)
    labels = words.labels(roll)
    choices = tuple(
        Choice(
            f"{words.MARKS[status]} {labels[status].capitalize()}", f"roll_pick {roll.id} {status}"
        )
        for status in HAND
    )
    return Reply("rolls/hand.j2", showing.context(call.session, roll), choices=choices, columns=2)


def _open_in_private(call: Call, words: str) -> Roll:
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
    roll = _open_in_private(call, roll_id)
    if status not in HAND:
        raise NotYoursError
    if not team:
        silent = roll_lists.silent(call.session, roll)
        teams = roll_lists.teams(call.session, roll.unit_id)
        if len(silent) > PAGE and len(teams) > 1:
            return _teams(call, roll, status, teams, silent)
        team = "all"
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
    return Reply("rolls/pick_team.j2", context, choices=choices, columns=2)


def _names(call: Call, roll: Roll, status: str, team: str, shown: str) -> Reply:
    """One page of people not yet answered, each a tap away from `status`."""
    silent = roll_lists.silent(call.session, roll)
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
        "page": page + 1,
        "pages": last + 1,
    }
    return Reply("rolls/pick.j2", context, choices=tuple(choices), subject=f"hand:{roll.id}")


def described(member: Member) -> str:
    """A person as her leader tells her from others of the same name."""
    about = ", ".join(filter(None, [member.birth[:4], member.team]))
    return f"{member.name} ({about})" if about else member.name


def hand(call: Call, rest: str) -> Replies:
    """`hand ROLL MEMBER STATUS [yes | TEAM PAGE]`: the leader marks somebody.

    Her own answer is not overwritten in silence: the leader is asked first. Tapped in a list, the
    list goes on without the name.
    """
    roll_id, member_id, status, *more = (*rest.split(), "", "", "")
    roll = _open_in_private(call, roll_id)
    member = access_listed(call.session, roll, member_id)
    if status not in HAND:
        raise NotYoursError
    if more[0] != "yes":
        _ask_first(call, roll, member, status)
    replies = put(call, roll, member, Status(status))
    if more[0] in {"", "yes"}:
        return replies
    names = _names(call, roll, status, more[0], more[1])
    echo = Reply(replies[0].template, replies[0].context, how=How.ECHO, choices=names.choices)
    back = Choice(f"↩️ Bỏ: {member.name}", f"hand_undo {roll.id} {member.id}")
    edit = Reply(
        names.template,
        names.context,
        how=How.EDIT,
        choices=(back, *names.choices),
        subject=names.subject,
    )
    return [echo, edit, *replies[1:]]


def _ask_first(call: Call, roll: Roll, member: Member, status: str) -> None:
    """Ask before the leader's hand contradicts what a member said of herself."""
    verdict = rolls.verdict(call.session, roll.number, member.id or 0)
    if verdict is None or verdict.status == Status.UNANSWERED:
        return
    own = verdict.differs or (verdict.status if verdict.source != Source.LEADER else "")
    if not own or own == status:
        return
    labels = words.labels(roll)
    raise Refusal(
        "rolls/overwrite.j2",
        choices=(
            Choice(f"Ghi: {labels[status]}", f"hand {roll.id} {member.id} {status} yes"),
            Choice(f"Giữ: {labels[own]}", f"hand {roll.id} {member.id} {own} yes"),
        ),
        name=member.name,
        own=labels[own],
        status=labels[status],
        at=verdict.at,
    )


def put(call: Call, roll: Roll, member: Member, status: Status, reason: str = "") -> Replies:
    """Record the leader's hand, say so with a way back, and bring the group up to date."""
    assert member.id is not None
    moment = call.moment()
    actions.record(
        moment,
        roll,
        member.id,
        status,
        source=Source.LEADER,
        by=call.actor.account_id,
        reason=reason,
    )
    context = {
        "name": member.name,
        "status": words.labels(roll)[status],
        "reason": reason,
        "silent": status == Status.UNANSWERED,
    }
    return [
        Reply("rolls/handed.j2", context, choices=_after(roll, member, status)),
        *showing.tally(moment, roll),
    ]


def _after(roll: Roll, member: Member, status: Status) -> tuple[Choice, ...]:
    tail = f"{roll.id} {member.id}"
    excused = status in {Status.ABSENT, Status.ABSENT_EXCUSED}
    choices = [Choice("💬 Ghi lý do", f"hand_reason {tail}")] if excused else []
    if status != Status.UNANSWERED:
        choices.append(Choice("↩️ Hoàn tác", f"hand_undo {tail}"))
    return (*choices, Choice("✍️ Ghi tiếp", f"roll_hand {roll.id}"))


def undo(call: Call, rest: str) -> Replies:
    """`hand_undo ROLL MEMBER`: back to what the leader's hand had said before."""
    roll_id, member_id = (*rest.split(), "", "")[:2]
    roll = _open_in_private(call, roll_id)
    member = access_listed(call.session, roll, member_id)
    evidence = roll_marks.of_member(call.session, roll.number, member.id or 0)
    hands = [mark.status for mark in evidence if mark.source == Source.LEADER]
    before = Status(hands[-2]) if len(hands) > 1 else Status.UNANSWERED
    return put(call, roll, member, before)


def explain(call: Call, rest: str) -> Replies | Reply:
    """`hand_reason ROLL MEMBER [words]`: why somebody is away, by the leader's word."""
    roll_id, member_id, reason = (*rest.split(maxsplit=2), "", "", "")[:3]
    roll = _open_in_private(call, roll_id)
    member = access_listed(call.session, roll, member_id)
    if not reason:
        line = f"hand_reason {roll.id} {member.id}"
        return Reply("rolls/reason.j2", {"name": member.name}, expects=line)
    return put(call, roll, member, Status.ABSENT_EXCUSED, reason[:REASON_LENGTH])


def differs(call: Call, rest: str) -> Reply:
    """`roll_differs ROLL`: whose own answer differs from the leader's hand; she settles it."""
    roll = _open_in_private(call, rest)
    labels = words.labels(roll)
    rows = roll_lists.differing(call.session, roll.number)[:CANDIDATES]
    choices = tuple(
        Choice(f"{member.name}: {labels[status]}", f"hand {roll.id} {member.id} {status} yes")
        for member, verdict in rows
        for status in (verdict.status, verdict.differs)
    )
    context = {**showing.context(call.session, roll), "rows": rows}
    return Reply("rolls/differs.j2", context, choices=choices, columns=2)


def say(call: Call, opened: Sequence[Roll], report: Report) -> Replies:
    """What the leader of open rolls says of others, in private: "bà Bình, chị Cúc vắng"."""
    lists = {roll.number: roll_lists.people(call.session, roll.unit_id) for roll in opened}
    replies: Replies = []
    for name in report.names:
        found = {roll.number: naming.find(name, lists[roll.number]) for roll in opened}
        sure = [roll for roll in opened if found[roll.number].people]
        if len(sure) == 1 and found[sure[0].number].sure:
            replies += _marked(call, sure[0], found[sure[0].number].people[0], report.status)
        else:
            replies.append(_which(opened, found, name, report.status))
    return replies


def _marked(call: Call, roll: Roll, member: Member, status: Status) -> Replies:
    try:
        _ask_first(call, roll, member, status)
    except Refusal as refusal:
        return [Reply(refusal.template, refusal.context, choices=refusal.choices)]
    return put(call, roll, member, status)


def _which(opened: Sequence[Roll], found: dict[int, Found], name: str, status: Status) -> Reply:
    """A name that could be several people, or was typed without marks, is asked about."""
    meant = [(roll, person) for roll in opened for person in found[roll.number].people]
    choices = tuple(
        Choice(described(person), f"hand {roll.id} {person.id} {status}")
        for roll, person in meant[:CANDIDATES]
    )
    if choices:
        choices = (*choices, Choice("Không phải", "cancel"))
    label = words.labels(opened[0])[status]
    context = {"name": name, "status": label, "more": max(0, len(meant) - CANDIDATES)}
    return Reply("rolls/which_member.j2", {**context, "found": len(meant)}, choices=choices)


ROUTES = {
    "roll_hand": Route(offer, listed=False),
    "roll_pick": Route(pick, listed=False),
    "roll_differs": Route(differs, listed=False),
    "hand": Route(hand, listed=False),
    "hand_undo": Route(undo, listed=False),
    "hand_reason": Route(explain, listed=False),
}
