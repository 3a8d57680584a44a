"""The leader's commands about a whole roll: open, look, close, reopen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import audit
from handlers.access import LEADERS, access_unit, led_units, row_id
from handlers.chat import Address, Call, Choice, Replies, Reply, Route, Who
from handlers.errors import NotYoursError, Refusal
from handlers.members.landmarks import team_order
from handlers.rolls import actions, desk, showing
from handlers.rolls.access import access_open, access_roll
from handlers.understanding.zone import local_date
from handlers.units import CHOICES, which
from storage import dialogues, roll_lists, rolls, units
from storage.audit import Deed
from storage.rolls import Purpose, Roll, RollState
from storage.units import Unit
from storage.vietnamese import fold

TITLE_LENGTH = 80
WANTED = "wanted"
"""Where the title of a roll that is not open yet is kept: with the one that is still open."""
HERE = ("nhom nay", "trong nhom nay", "rieng nhom nay")
"""What limits a roll to the group it is opened in."""


def open_roll(call: Call, rest: str) -> Replies:
    """`điểm danh [nhóm này] [title]`: open the unit's roll, or show the one that is open."""
    if not call.incoming.private and (call.group is None or call.group.unit_id is None):
        raise Refusal("rolls/unbound.j2")
    try:
        unit, words = which(call, "roll", rest)
        if call.incoming.private and words == rest:
            _ask_branch(call, unit)
    except Refusal as question:
        if question.choices and rest:
            question.expects = f"roll_where {rest} |"
        raise
    here, title = _limited(words or _asked_with(call))
    if len(title) > TITLE_LENGTH:
        again = f"roll {unit.code}{' nhóm này' if here else ''}"
        raise Refusal("rolls/long_title.j2", expects=again, length=len(title), limit=TITLE_LENGTH)
    group_id = call.group.id if here and call.group is not None else None
    found = [
        roll
        for roll in rolls.opened(call.session, [unit.id or 0])
        if roll.purpose == Purpose.ATTENDANCE and roll.group_id == group_id
    ]
    if not found:
        return _start(call, unit.id or 0, title, group_id)
    today = local_date(found[0].opened_at) == local_date(call.now)
    if today and fold(title) in {"", fold(found[0].title)}:
        return _again(call, found[0])
    return [_still_open(call, found[0], title)]


def _still_open(call: Call, roll: Roll, title: str) -> Reply:
    """Another one, or this one? The title she typed for it waits with the open roll."""
    waiting = {**roll.context.get(WANTED, {}), str(call.actor.account_id): title}
    roll.context = {**roll.context, WANTED: waiting}
    call.session.add(roll)
    rename = title and roll.meeting_id is None
    choices = (
        Choice("🔒 Chốt, mở điểm danh mới", f"roll_new {roll.id}"),
        *(
            [Choice("✏️ Đặt tên này cho điểm danh đang mở", f"roll_rename {roll.id}")]
            if rename
            else []
        ),
        Choice("📋 Dùng tiếp", f"roll_again {roll.id}"),
    )
    context = {**showing.context(call.session, roll), WANTED: title}
    return Reply("rolls/still_open.j2", context, choices=choices)


def _asked_with(call: Call) -> str:
    """The title she had typed when she was asked for which unit."""
    incoming = call.incoming
    asked = dialogues.asked(call.session, chat=incoming.chat, sender=incoming.sender)
    if asked is None or not asked.expects.startswith("roll_where ") or asked.lapses_at <= call.now:
        return ""
    return asked.expects.removeprefix("roll_where ").removesuffix("|").strip()


def where(call: Call, rest: str) -> Replies:
    """`roll_where TITLE | code`: the unit typed, where it was to be chosen from a list."""
    title, _, code = rest.rpartition("|")
    return open_roll(call, f"{code.strip()} {title.strip()}".strip())


def _ask_branch(call: Call, unit: Unit) -> None:
    """Who governs a ward most likely means one of its branches."""
    assert unit.id is not None
    branches = [branch for branch in units.leaves(call.session, unit.id) if branch.id != unit.id]
    if branches:
        offered = [*branches[: CHOICES - 1], unit]
        labels = units.labels(call.session, offered)
        choices = tuple(Choice(labels[u.id or 0], f"roll {u.code}") for u in offered)
        raise Refusal("units/which.j2", choices=choices)


def _limited(words: str) -> tuple[bool, str]:
    """Whether "nhóm này" stands in front, and the title behind it, in one line."""
    words = " ".join(words.split())
    for opening in HERE:
        count = len(opening.split())
        if fold(" ".join(words.split()[:count])) == opening:
            return True, " ".join(words.split()[count:])
    return False, words


def _start(call: Call, unit_id: int, title: str, group_id: int | None) -> Replies:
    moment = call.moment()
    roll = actions.start(moment, unit_id, title=title, group_id=group_id, by=call.actor.account_id)
    return [*showing.shown(moment, roll), control_of(call, roll)]


def control_of(call: Call, roll: Roll) -> Reply:
    """The control message, in private; in a group a hint for who has opened no private talk."""
    door = desk.door(call)
    if not door:
        return Reply("rolls/open_door.j2", {"open": roll.state == RollState.OPEN})
    return replace(desk.control(call.session, roll), to=door)


def _again(call: Call, roll: Roll) -> Replies:
    if call.incoming.private:
        return [desk.control(call.session, roll)]
    return [replace(showing.prompt(call.session, roll), to=call.incoming.chat)]


def again(call: Call, rest: str) -> Replies:
    """`roll_again ROLL`: show the open roll once more."""
    return _again(call, access_open(call.session, call.actor, rest))


def open_new(call: Call, rest: str) -> Replies:
    """`roll_new ROLL`: close this one and open another, with the title that was typed for it."""
    roll = access_open(call.session, call.actor, rest)
    closed = _close(call, roll)
    return [*closed, *_start(call, roll.unit_id, _wanted(call, roll), roll.group_id)]


def _wanted(call: Call, roll: Roll) -> str:
    """The title this person typed: others may be typing theirs."""
    titles: dict[str, str] = roll.context.get(WANTED, {})
    return titles.get(str(call.actor.account_id), "")


def rename(call: Call, rest: str) -> Replies:
    """`roll_rename ROLL`: give the open roll the title that was typed, where it stands."""
    roll = access_open(call.session, call.actor, rest)
    moment = call.moment()
    roll.title = _wanted(call, roll) or roll.title
    rolls.note(call.session, roll, "renamed", at=call.now, by=call.actor.account_id)
    return [*showing.tally_now(moment, roll, urgent=True), *_again(call, roll)]


def _one(call: Call, line: str, rest: str) -> Roll:
    """The roll a command is about: by its number, or the one open here.

    Raises:
        Refusal: none is open, or it asks which.
        NotYoursError: it is not hers.
    """
    if row_id(rest):
        return access_roll(call.session, call.actor, rest)
    if call.group is not None and call.group.unit_id is not None:
        unit = access_unit(call.session, call.actor, call.group.unit_id)
        mine = [unit.id or 0]
    else:
        mine = units.subtree(call.session, [u.id or 0 for u in led_units(call.session, call.actor)])
    if not mine:
        raise NotYoursError
    opened = rolls.opened(call.session, mine)
    attended = [roll for roll in opened if roll.purpose == Purpose.ATTENDANCE] or opened
    if not attended:
        last = rolls.last_closed(call.session, mine)
        earlier = (Choice("📋 Xem lần gần nhất", f"rolls {last.id}"),) if last else ()
        raise Refusal("rolls/none_open.j2", choices=earlier)
    if len(attended) > 1:
        raise Refusal("rolls/which.j2", choices=named(call, line, attended))
    return attended[0]


def named(call: Call, line: str, opened: Sequence[Roll]) -> tuple[Choice, ...]:
    """Open rolls to choose from, each under a line about it."""
    offered = opened[:CHOICES]
    asked = units.load(call.session, list({roll.unit_id for roll in offered}))
    names = units.labels(call.session, asked)
    return tuple(
        Choice(": ".join(filter(None, (names[roll.unit_id], roll.title))), f"{line} {roll.id}")
        for roll in offered
    )


def look(call: Call, rest: str) -> Reply:
    """`kết quả điểm danh`: how the roll stands, in private."""
    return control_of(call, _one(call, "rolls", rest))


def close_roll(call: Call, rest: str) -> Replies:
    """`chốt điểm danh`: freeze the figures; the list goes to her as a workbook."""
    roll = _one(call, "roll_close", rest)
    if roll.state == RollState.CLOSED:
        choices = (Choice("📋 Xem danh sách", f"rolls {roll.id}"),)
        raise Refusal("rolls/already_closed.j2", choices=choices, roll=roll)
    return _close(call, roll)


def _close(call: Call, roll: Roll) -> Replies:
    moment = call.moment()
    replies = actions.close(moment, roll, by=call.actor.account_id)
    return [*replies, _to_her(call, _listed(call, roll))]


def _listed(call: Call, roll: Roll) -> Reply:
    people = showing.figures(call.session, roll).total
    audit.saw_all(call, Deed.EXPORT, roll.unit_id, people, f"roll:{roll.id}")
    return desk.listed(call.moment(), roll)


def _to_her(call: Call, reply: Reply) -> Reply:
    """Names and files reach a leader in private or not at all."""
    door: Address = desk.door(call)
    if not door:
        return Reply("rolls/open_door.j2", {"open": False})
    return replace(reply, to=door)


def reopen(call: Call, rest: str) -> Replies:
    """`roll_reopen [ROLL]`: answers count again, in the roll closed last."""
    led = units.subtree(call.session, call.actor.units(*LEADERS)) if not rest else []
    last = rolls.last_closed(call.session, led) if led else None
    roll = access_roll(call.session, call.actor, str(last.id) if last else rest)
    if roll.state == RollState.OPEN:
        return [control_of(call, roll)]
    if roll.group_id is None and roll.purpose == Purpose.ATTENDANCE:
        _alone(call, roll)
    replies = actions.reopen(call.moment(), roll, by=call.actor.account_id)
    return [*replies, control_of(call, roll)]


def _alone(call: Call, roll: Roll) -> None:
    """A unit has one open attendance: another one must be closed first."""
    for other in rolls.opened(call.session, [roll.unit_id]):
        if other.purpose == Purpose.ATTENDANCE and other.group_id is None:
            choices = (Choice("📋 Xem điểm danh đang mở", f"rolls {other.id}"),)
            raise Refusal("rolls/other_open.j2", choices=choices, private=True)


def sheet(call: Call, rest: str) -> Reply:
    """`roll_sheet ROLL`: the list as it stands, as a workbook."""
    roll = access_roll(call.session, call.actor, rest)
    return _to_her(call, _listed(call, roll))


def names(call: Call, rest: str) -> Reply:
    """`roll_names [ROLL]`, "ai vắng": who answered what."""
    roll = _one(call, "roll_names", rest)
    rows = [row for row in roll_lists.sheet(call.session, roll) if row[1] is not None]
    audit.saw_all(call, Deed.LIST, roll.unit_id, len(rows), f"roll:{roll.id}")
    context = {**showing.context(call.session, roll), "rows": rows}
    return _to_her(call, Reply("rolls/names.j2", context))


def silent(call: Call, rest: str) -> Reply:
    """`roll_silent [ROLL]`, "ai chưa trả lời": who has not answered, by tổ."""
    roll = _one(call, "roll_silent", rest)
    teams: dict[str, list[str]] = {}
    quiet = roll_lists.silent(call.session, roll)
    audit.saw_all(call, Deed.LIST, roll.unit_id, len(quiet), f"roll:{roll.id}")
    for member in quiet:
        teams.setdefault(member.team, []).append(member.name)
    context = {
        **showing.context(call.session, roll),
        "teams": [(team, teams[team]) for team in sorted(teams, key=team_order)],
    }
    hand = Choice("✍️ Ghi giúp", f"roll_hand {roll.id}")
    phone = Choice(f"📞 Danh sách gọi ({len(quiet)})", f"roll_calls {roll.id}")
    offered = (hand, phone) if quiet else (hand,)
    opened = roll.state == RollState.OPEN
    return _to_her(call, Reply("rolls/silent.j2", context, choices=offered if opened else ()))


ROUTES = {
    "roll": Route(open_roll, ("diemdanh", "diem danh"), Who.LEADER),
    "rolls": Route(look, ("ketquadiemdanh", "ket qua diem danh", "xem diem danh"), Who.LEADER),
    "roll_close": Route(
        close_roll,
        (
            *("chotdiemdanh", "chot diem danh", "dong diem danh", "ket thuc diem danh"),
            *("chot so", "chot danh sach"),
        ),
        Who.LEADER,
    ),
    "roll_where": Route(where, listed=False, gives_way=True),
    "roll_again": Route(again, listed=False),
    "roll_new": Route(open_new, listed=False),
    "roll_rename": Route(rename, listed=False),
    "roll_reopen": Route(reopen, ("mo lai diem danh",), Who.LEADER, listed=False),
    "roll_sheet": Route(sheet, listed=False),
    "roll_names": Route(names, ("ai vang", "ai da tra loi", "ai co mat"), Who.LEADER, listed=False),
    "roll_silent": Route(
        silent,
        ("ai chua tra loi", "ai chua diem danh", "con ai chua tra loi", "con ai chua diem danh"),
        Who.LEADER,
        listed=False,
    ),
}
