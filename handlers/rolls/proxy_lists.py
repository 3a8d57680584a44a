"""`/baoho`: the people somebody may report for, to tap on instead of typing their names."""

from __future__ import annotations

from dataclasses import replace

from handlers import audit
from handlers.access import row_id
from handlers.chat import Call, Choice, How, Replies, Reply, Route, Where, Who
from handlers.errors import NotYoursError, Refusal
from handlers.rolls import hands, proxy, showing, words
from storage import members, roll_heirs, roll_lists, rolls
from storage.audit import Deed
from storage.members import Member
from storage.rolls import Purpose, Roll

PAGE = 8
OFFERED = tuple(status for status in hands.HAND if status in proxy.SAID)


def start(call: Call, rest: str) -> Reply:
    """What to say of others in the roll that is open; then of whom."""
    opened = _open(call)
    if not opened:
        raise Refusal("rolls/proxy_none_open.j2")
    for roll in opened:
        if people := _waiting(call, roll):
            return _statuses(call, roll, people)
    raise Refusal("rolls/proxy_nobody.j2")


def _open(call: Call) -> list[Roll]:
    """The open rolls of her units, those of who is there before those of who will come."""
    people = members.get_many(call.session, call.actor.member_ids)
    opened = rolls.opened(call.session, [one.unit_id for one in people]) if people else []
    return sorted(opened, key=lambda roll: roll.purpose != Purpose.ATTENDANCE)


def _waiting(call: Call, roll: Roll) -> list[Member]:
    """The silent for whom she answers, herself left out."""
    silent = roll_lists.silent(call.session, roll)
    return [one for one in silent if proxy.source_of(call, roll, one) in proxy.CAPS]


def _statuses(call: Call, roll: Roll, people: list[Member]) -> Reply:
    labels = words.labels(roll)
    choices = tuple(
        Choice(
            f"{words.MARKS[status]} {labels[status].capitalize()}",
            f"proxy_list {roll.number} {status}",
        )
        for status in OFFERED
    )
    context = {**showing.context(call.session, roll), "left": len(people)}
    return Reply("rolls/proxy_status.j2", context, choices=choices, columns=2)


def show(call: Call, rest: str) -> Reply:
    """`proxy_list ROLL STATUS [PAGE]`: who of hers has not answered, a tap each."""
    number, status, at = (*rest.split(), "", "", "")[:3]
    roll = roll_heirs.get(call.session, row_id(number))
    if roll is None or status not in OFFERED or roll not in _open(call):
        raise NotYoursError
    return _list(call, roll, status, at)


def _list(call: Call, roll: Roll, status: str, at: str) -> Reply:
    waiting = _waiting(call, roll)
    last = max(0, (len(waiting) - 1) // PAGE)
    page = min(row_id(at), last)
    named = waiting[page * PAGE : (page + 1) * PAGE]
    audit.saw(call, Deed.FOUND, named, f"roll:{roll.number}")
    choices = [
        Choice(hands.described(one), f"proxy_tap {roll.number} {one.id} {status} {page}")
        for one in named
    ]
    turn = f"proxy_list {roll.number} {status}"
    if page > 0:
        choices.append(Choice("◀️ Trang trước", f"{turn} {page - 1}"))
    if page < last:
        choices.append(Choice("Trang sau ▶️", f"{turn} {page + 1}"))
    label = words.labels(roll)[status]
    context = {"status": label, "left": len(waiting), "page": page + 1, "pages": last + 1}
    choices.append(Choice("✔️ Câu khác", "proxies"))
    subject = f"proxy:{roll.number}"
    return Reply("rolls/proxy_pick.j2", context, choices=tuple(choices), subject=subject)


def tap(call: Call, rest: str) -> Replies:
    """`proxy_tap ROLL MEMBER STATUS PAGE`: one of the list; it goes on without the name."""
    number, who, status, at = (*rest.split(), "", "", "", "")[:4]
    told = proxy.report(call, f"{number} {who} {status}")
    roll = roll_heirs.get(call.session, row_id(number))
    member = members.get(call.session, row_id(who))
    assert roll is not None and member is not None, "she may report for her"
    shown = _list(call, roll, status, at)
    back = Choice(f"↩️ Bỏ: {member.name}", f"proxy_undo {number} {who}")
    echo = replace(told[0], choices=shown.choices)
    return [echo, replace(shown, how=How.EDIT, choices=(back, *shown.choices)), *told[1:]]


ROUTES = {
    "proxies": Route(
        start, ("baoho", "bao ho", "bao giup"), Who.MEMBER, Where.PRIVATE, listed=False
    ),
    "proxy_list": Route(show, where=Where.PRIVATE, listed=False),
    "proxy_tap": Route(tap, where=Where.PRIVATE, listed=False),
}
