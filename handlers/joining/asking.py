"""A newcomer, or a member for somebody of her household, tells name and year of birth.

Whatever she says, the bot only passes it on: it never tells whether the register has such a
person, so nobody can read the register by asking.
"""

from __future__ import annotations

from datetime import timedelta

from handlers import linking
from handlers.access import row_id
from handlers.accounts import own, responsible
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.joining.listing import announce
from handlers.understanding.people import read_person, read_year
from handlers.understanding.zone import local_date
from storage import attempts, joining, members, units
from storage.joining import JoinRequest, JoinState

REQUESTS = 5
PER = timedelta(hours=24)
"""How often one account may send its name to leaders in so much time."""


def arrive(call: Call, token: str) -> Reply:
    """Somebody followed a branch's join link."""
    link = joining.by_token(call.session, token)
    if link is None:
        attempts.note(call.session, call.incoming.sender, "code", call.now)
        return Reply("joining/no_such_link.j2")
    mine = members.get_many(call.session, call.actor.member_ids)
    here = [member.name for member in mine if member.unit_id == link.unit_id]
    if here:
        more = Choice("Thêm người nhà dùng chung máy", f"relative {link.unit_id}")
        context = {"people": here, "unit": _unit(call, link.unit_id)}
        return Reply("joining/known.j2", context, choices=(more,))
    return _begin(call, link.unit_id, relative=False)


def relative(call: Call, rest: str) -> Reply:
    """A member asks to answer for another person who shares her phone."""
    mine = members.get_many(call.session, call.actor.member_ids)
    branches = list(dict.fromkeys(member.unit_id for member in mine))
    if not branches:
        raise Refusal("joining/first_yourself.j2")
    if row_id(rest) in branches:
        return _begin(call, row_id(rest), relative=True)
    if len(branches) > 1:
        choices = tuple(Choice(_unit(call, id_), f"relative {id_}") for id_ in branches)
        raise Refusal("joining/whose_branch.j2", choices=choices)
    return _begin(call, branches[0], relative=True)


def _begin(call: Call, unit_id: int, *, relative: bool) -> Reply:
    account = own(call)
    assert account.id is not None
    request = joining.open_of(call.session, account.id, unit_id, relative=relative)
    if request is not None and request.state == JoinState.WAITING and not relative:
        choices = (
            Choice("Sửa lại tên, năm sinh", f"joining {request.id} again"),
            Choice("Rút lại, không xin nữa", f"joining {request.id} drop"),
        )
        context = {"name": request.name, "birth": request.birth, "unit": _unit(call, unit_id)}
        return Reply("joining/waiting.j2", context, choices=choices)
    if request is None or request.state == JoinState.WAITING:
        request = JoinRequest(
            unit_id=unit_id, account_id=account.id, relative=relative, asked_at=call.now
        )
        call.session.add(request)
        call.session.flush()
    account.greeted_at = account.greeted_at or call.now
    call.session.add(account)
    return _ask_name(call, request)


def _ask_name(call: Call, request: JoinRequest) -> Reply:
    template = "joining/ask_relative.j2" if request.relative else "joining/ask_name.j2"
    context = {
        "unit": _unit(call, request.unit_id),
        "responsible": responsible(call.session, request.unit_id),
    }
    return Reply(template, context, expects=f"joining {request.id} name")


def joining_step(call: Call, rest: str) -> Reply | Replies:
    """The next word of a newcomer: her name, her year, a change of mind."""
    id_, _, words = rest.partition(" ")
    verb, _, text = words.partition(" ")
    request = joining.get(call.session, row_id(id_))
    if request is None or request.account_id != own(call).id:
        raise NotYoursError
    if request.state not in {JoinState.DRAFT, JoinState.WAITING}:
        return Reply("joining/settled.j2")
    if verb == "drop":
        return _drop(call, request)
    if verb == "name":
        return _take_name(call, request, text)
    if verb == "year" and request.name:
        return _take_year(call, request, text)
    request.state = JoinState.DRAFT  # nothing is decided while she corrects it
    call.session.add(request)
    return _ask_name(call, request)


def _drop(call: Call, request: JoinRequest) -> Reply:
    request.state, request.name, request.birth = JoinState.WITHDRAWN, "", ""
    request.decided_at = call.now
    call.session.add(request)
    return Reply("joining/dropped.j2")


def _take_name(call: Call, request: JoinRequest, text: str) -> Reply | Replies:
    name, year = read_person(text, local_date(call.now))
    if not name:
        raise Refusal("joining/bad_name.j2", expects=f"joining {request.id} name")
    request.name, request.state = name, JoinState.DRAFT
    call.session.add(request)
    if year:
        return _submit(call, request, year)
    return Reply(
        "joining/ask_year.j2",
        {"name": name, "relative": request.relative},
        expects=f"joining {request.id} year",
    )


def _take_year(call: Call, request: JoinRequest, text: str) -> Reply | Replies:
    year = read_year(text, local_date(call.now))
    if not year:
        raise Refusal("joining/bad_year.j2", expects=f"joining {request.id} year")
    return _submit(call, request, year)


def _submit(call: Call, request: JoinRequest, year: str) -> Reply | Replies:
    """Pass it on to the leader; telling it after the terms were shown is agreeing to them."""
    account = own(call)
    if attempts.since(call.session, account.address, "join", call.now - PER) >= REQUESTS:
        raise Refusal("joining/too_many.j2")
    attempts.note(call.session, account.address, "join", call.now)
    request.birth, request.state, request.asked_at = year, JoinState.WAITING, call.now
    call.session.add(request)
    call.session.flush()
    if not request.relative:
        linking.show_terms(call, account, None, agreed=True)
    told = announce(call, request.unit_id)
    context = {
        "name": request.name,
        "birth": year,
        "unit": _unit(call, request.unit_id),
        "relative": request.relative,
        "heard": bool(told),
    }
    choices = (
        Choice("Sửa lại", f"joining {request.id} again"),
        Choice("Rút lại", f"joining {request.id} drop"),
    )
    return [Reply("joining/sent.j2", context, choices=choices, columns=2), *told]


def _unit(call: Call, unit_id: int) -> str:
    unit = units.get(call.session, unit_id)
    return unit.name if unit else ""
