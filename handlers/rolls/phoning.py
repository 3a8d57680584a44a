"""Who telephones whom after the deadline: the silent, who takes them on, and what came of it.

The leader and her deputy see everybody, the head of a tổ her own; all of it in private. Whoever has
answered meanwhile, or is away, is on no list.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers import audit
from handlers.access import LEADERS, leads, row_id
from handlers.chat import Call, Choice, Replies, Reply, Route, Who
from handlers.errors import NotYoursError, Refusal
from handlers.rolls import actions, desk, showing, words
from handlers.rolls.access import headed
from handlers.rolls.commands import named
from handlers.understanding.zone import local_date
from storage import accounts, members, phone_calls, roll_heirs, roll_lists, rolls, units
from storage.audit import Deed
from storage.members import Member, RoleKind
from storage.phone_calls import PhoneCall
from storage.rolls import Purpose, Roll, RollState, Source, Status
from storage.vietnamese import display_phone

PAGE = 8
"""People in one message: each has a button."""
ANSWERS = (Status.PRESENT, Status.PRESENT_ONLINE, Status.LATE, Status.ABSENT_EXCUSED)
UNREACHED = {"no_answer": "không nghe máy", "wrong": "sai số", "later": "hẹn gọi lại"}
REASON = "gọi điện"
EVERYBODY = "all"


@dataclass(frozen=True, slots=True)
class Line:
    """One person to call."""

    member: Member
    phone: str
    caller: str
    mine: bool
    result: str
    since: datetime | None  # taken, and not called yet


def access_calls(call: Call, words_: str) -> tuple[Roll, list[str] | None]:
    """A roll the speaker may call for, and the tổ of it that are hers; None for all.

    Raises:
        NotYoursError: there is no such roll, or she neither leads its unit nor heads a tổ of it.
        Refusal: this is a group.
    """
    roll, teams = _hers(call, roll_heirs.get(call.session, row_id(words_)))
    if not call.incoming.private:
        raise Refusal("rolls/in_private.j2")
    return roll, teams


def _hers(call: Call, roll: Roll | None) -> tuple[Roll, list[str] | None]:
    if roll is None:
        raise NotYoursError
    if leads(call.session, call.actor, roll.unit_id):
        return roll, None
    teams = headed(call.actor, roll.unit_id)
    if not teams:
        raise NotYoursError
    return roll, teams


def _waiting(call: Call, roll: Roll, teams: Sequence[str] | None) -> list[Member]:
    silent = roll_lists.silent(call.session, roll)
    return [member for member in silent if teams is None or member.team in teams]


def mine(call: Call, rest: str) -> Replies | Reply:
    """`danh sách gọi`: the list of the roll that is open; of several she is asked which.

    Raises:
        NotYoursError: she leads nobody.
        Refusal: none is open for her.
    """
    if not call.actor.standings:
        raise NotYoursError
    held = units.subtree(call.session, call.actor.units(*LEADERS, RoleKind.OFFICER))
    opened = rolls.opened(call.session, [*held, *call.actor.units(RoleKind.TEAM_HEAD)])
    attended = [roll for roll in opened if roll.purpose == Purpose.ATTENDANCE] or opened
    if not attended:
        raise Refusal("rolls/none_to_call.j2")
    door = desk.door(call)
    if not door:
        return Reply("rolls/open_door.j2", {"open": False})
    if len(attended) > 1:
        choices = named(call, "roll_calls", attended)
        return Reply("rolls/which.j2", to=door, choices=choices)
    roll, teams = _hers(call, attended[0])
    return replace(listed(call, roll, teams), to=door)


def show(call: Call, rest: str) -> Reply:
    """`roll_calls ROLL [PAGE]`: whom to call, by whom, and what came of it."""
    number, _, at = rest.partition(" ")
    roll, teams = access_calls(call, number)
    return listed(call, roll, teams, row_id(at))


def listed(call: Call, roll: Roll, teams: Sequence[str] | None, at: int = 0) -> Reply:
    """One page of the list."""
    waiting = _waiting(call, roll, teams)
    last = max(0, (len(waiting) - 1) // PAGE)
    page = min(at, last)
    lines = _lines(call, roll, waiting[page * PAGE : (page + 1) * PAGE])
    audit.saw(call, Deed.FOUND, [line.member for line in lines], f"calls:{roll.number}")
    context = {
        **showing.context(call.session, roll),
        "lines": lines,
        "left": len(waiting),
        "page": page + 1,
        "pages": last + 1,
    }
    return Reply("rolls/calls.j2", context, choices=_choices(roll, lines, page, last), columns=2)


def _lines(call: Call, roll: Roll, people: Sequence[Member]) -> list[Line]:
    taken = phone_calls.of_roll(call.session, roll.number)
    callers = phone_calls.callers(call.session, roll.number)
    me = audit.acting(call.actor)
    return [_line(member, taken.get(member.id or 0), callers, me) for member in people]


def _line(member: Member, taken: PhoneCall | None, callers: dict[int, str], me: int | None) -> Line:
    result = taken.result if taken else ""
    return Line(
        member,
        display_phone(member.phone) if member.phone else "",
        callers.get(taken.caller_id or 0, "") if taken else "",
        mine=taken is not None and taken.caller_id == me,
        result=UNREACHED.get(result, words.LABELS.get(result, result)),
        since=taken.taken_at if taken and not result else None,
    )


def _choices(roll: Roll, lines: Sequence[Line], page: int, last: int) -> tuple[Choice, ...]:
    number = roll.number
    choices = []
    for line in lines:
        name, who = line.member.name, line.member.id
        if line.mine:
            choices.append(Choice(f"📞 {name}: đã gọi", f"roll_called {number} {who}"))
        elif not line.caller:
            choices.append(Choice(f"✋ Nhận {name}", f"roll_take {number} {who} {page}"))
    free = [line for line in lines if not line.caller]
    if len(free) > 1:
        choices.append(
            Choice(
                f"✋ Nhận cả {len(free)} chị ở trang này", f"roll_take {number} {EVERYBODY} {page}"
            )
        )
    if page > 0:
        choices.append(Choice("◀️ Trang trước", f"roll_calls {number} {page - 1}"))
    if page < last:
        choices.append(Choice("Trang sau ▶️", f"roll_calls {number} {page + 1}"))
    if lines:
        choices.append(Choice("📨 Nhờ tổ trưởng gọi", f"roll_share {number}"))
    return tuple(choices)


def take(call: Call, rest: str) -> Reply:
    """`roll_take ROLL MEMBER|all PAGE`: she calls them."""
    number, who, at = (*rest.split(), "", "", "")[:3]
    roll, teams = access_calls(call, number)
    waiting = _waiting(call, roll, teams)
    page = row_id(at)
    if who == EVERYBODY:
        wanted = waiting[page * PAGE : (page + 1) * PAGE]
    else:
        wanted = [member for member in waiting if member.id == row_id(who)]
        if not wanted and not _knows(call, roll, who):
            raise NotYoursError
    ids = [member.id for member in wanted if member.id is not None]
    phone_calls.take(call.session, roll.number, ids, audit.acting(call.actor), call.now)
    return listed(call, roll, teams, page)


def _knows(call: Call, roll: Roll, who: str) -> bool:
    """Whether somebody is of the roll's unit: she may have answered a moment ago."""
    member = members.get(call.session, row_id(who))
    return member is not None and member.unit_id == roll.unit_id


def called(call: Call, rest: str) -> Reply | Replies:
    """`roll_called ROLL MEMBER [RESULT]`: she has called; what came of it?"""
    number, who, result = (*rest.split(), "", "", "")[:3]
    roll, teams = access_calls(call, number)
    member = members.get(call.session, row_id(who))
    if member is None or member.unit_id != roll.unit_id:
        raise NotYoursError
    if teams is not None and member.team not in teams:
        raise NotYoursError
    taken = phone_calls.get(call.session, roll.number, member.id or 0)
    if taken is None:
        raise NotYoursError
    if not result:
        return _ask(roll, member)
    if result == "not":
        phone_calls.let_go(call.session, taken)
        return listed(call, roll, teams)
    if result not in {*ANSWERS, *UNREACHED}:
        raise NotYoursError
    taken.result, taken.called_at = result, call.now
    call.session.add(taken)
    tallied = _marked(call, roll, member, result) if result in ANSWERS else []
    return [listed(call, roll, teams), *tallied]


def _ask(roll: Roll, member: Member) -> Reply:
    labels = words.labels(roll)
    tail = f"{roll.number} {member.id}"
    choices = [
        Choice(
            f"{words.MARKS[status]} {labels[status].capitalize()}", f"roll_called {tail} {status}"
        )
        for status in ANSWERS
    ]
    choices += [
        Choice(f"📵 {said.capitalize()}", f"roll_called {tail} {code}")
        for code, said in UNREACHED.items()
    ]
    choices.append(Choice("↩️ Thôi, em không gọi", f"roll_called {tail} not"))
    phone = display_phone(member.phone) if member.phone else ""
    context = {"name": member.name, "phone": phone}
    return Reply("rolls/call_result.j2", context, choices=tuple(choices), columns=2)


def _marked(call: Call, roll: Roll, member: Member, result: str) -> Replies:
    """What she said on the telephone, written down by whoever called."""
    if roll.state == RollState.CLOSED:
        raise Refusal("rolls/closed_to_hand.j2", roll=roll)
    hers = leads(call.session, call.actor, roll.unit_id)
    assert member.id is not None
    actions.record(
        call.moment(),
        roll,
        member.id,
        Status(result),
        source=Source.LEADER if hers else Source.TEAM_HEAD,
        by=call.actor.account_id,
        reason=REASON,
    )
    return showing.tally(call.moment(), roll)


def share(call: Call, rest: str) -> Replies:
    """`roll_share ROLL`: ask each head of a tổ to call her own; only what she may see goes to her."""
    roll, teams = access_calls(call, rest)
    if teams is not None:
        raise NotYoursError
    waiting = _waiting(call, roll, None)
    replies: Replies = []
    told: list[str] = []
    heads = _heads(call, roll.unit_id)
    doors = accounts.reachable(call.session, [head for head, _ in heads])
    for head, team in heads:
        count = sum(member.team == team for member in waiting)
        chat = next(iter(doors.get(head, ())), "")
        if count and chat and head not in call.actor.member_ids:
            context = {**showing.context(call.session, roll), "team": team, "count": count}
            choice = Choice(f"📞 Xem {count} chị", f"roll_calls {roll.number}")
            key = f"roll:{roll.number}:calls:{head}:{local_date(call.now)}"
            replies.append(
                Reply("rolls/calls_wanted.j2", context, to=chat, choices=(choice,), key=key)
            )
            told.append(team)
    return [Reply("rolls/calls_shared.j2", {"teams": told}), *replies]


def _heads(call: Call, unit_id: int) -> list[tuple[int, str]]:
    """Who heads which tổ of a unit."""
    today = local_date(call.now)
    people = members.holders(call.session, unit_id, [RoleKind.TEAM_HEAD], today)
    roles = members.roles_of(call.session, [head.id or 0 for head in people], today)
    return [
        (role.member_id, role.team)
        for role in roles
        if role.kind == RoleKind.TEAM_HEAD and role.unit_id == unit_id and role.team
    ]


ROUTES = {
    "calls": Route(mine, ("danhsachgoi", "danh sach goi"), Who.TEAM_HEAD),
    "roll_calls": Route(show, listed=False),
    "roll_take": Route(take, listed=False),
    "roll_called": Route(called, listed=False),
    "roll_share": Route(share, listed=False),
}
