"""What the leader makes of people who ask to be recognised."""

from __future__ import annotations

from dataclasses import replace

from handlers import audit, linking
from handlers.access import access_code, access_unit, led_units, may_vouch, row_id
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.joining.listing import SHOWN, asker, candidates, listing, match, refresh
from handlers.understanding.people import spell
from handlers.understanding.zone import local_date
from storage import accounts, consents, joining, members, units
from storage.accounts import Account
from storage.audit import Deed
from storage.joining import JoinRequest, JoinState
from storage.members import Member
from storage.units import Unit
from storage.vietnamese import fold


def joins(call: Call, rest: str) -> Reply | Replies:
    """The list on demand. `rest`: code of the unit, then `all` to accept every clear match."""
    code, _, verb = rest.partition(" ")
    if not code:
        return _which(call)
    unit = access_code(call.session, call.actor, code)
    assert unit.id is not None
    if verb == "all":
        return _accept_all(call, unit)
    return listing(call, unit) if joining.waiting(call.session, unit.id) else _nobody()


def _nobody() -> Reply:
    return Reply("joining/nobody_waits.j2")


def _which(call: Call) -> Reply:
    session = call.session
    led = [unit.id for unit in led_units(session, call.actor) if unit.id is not None]
    if not led:
        raise NotYoursError
    counts = joining.waiting_counts(session, units.subtree(session, led))
    found = [unit for id_ in sorted(counts) if (unit := units.get(session, id_)) is not None]
    if not found:
        return _nobody()
    if len(found) == 1:
        return listing(call, found[0])
    choices = tuple(
        Choice(f"{unit.name}: {counts[unit.id or 0]} người", f"joins {unit.code}")
        for unit in found[:SHOWN]
    )
    return Reply("joining/which_list.j2", choices=choices)


def join(call: Call, rest: str) -> Reply | Replies:
    """One request: looked at, or decided. `rest`: its id, then `is M`, `find`, `new`, `add`, `no`."""
    id_, _, words = rest.partition(" ")
    verb, _, text = words.partition(" ")
    request = joining.get(call.session, row_id(id_))
    if request is None:
        raise NotYoursError
    unit = access_unit(call.session, call.actor, request.unit_id)
    if request.state != JoinState.WAITING:
        return Reply("joining/settled.j2")
    if verb == "is":
        return _accept(call, unit, request, _vouched(call, request, text))
    if verb == "find":
        return _find(call, unit, request, text)
    if verb in {"new", "add"}:
        return _add(call, unit, request, sure=verb == "add")
    if verb == "no":
        return _reject(call, unit, request)
    return _look(call, unit, request, candidates(call, request), searched="")


def _look(
    call: Call, unit: Unit, request: JoinRequest, found: list[Member], *, searched: str
) -> Reply:
    shown = found[:SHOWN]
    audit.saw(call, Deed.FOUND, shown)
    taken = accounts.linked(call.session, [m.id for m in shown if m.id is not None])
    choices = [
        Choice(
            f"✅ Là {spell(m)}" + (" (đã có máy khác)" if m.id in taken else ""),
            f"join {request.id} is {m.id}",
        )
        for m in shown
    ]
    choices += [
        Choice("🔍 Tìm người khác", f"join {request.id} find"),
        Choice("Chưa có trong danh sách", f"join {request.id} new"),
        Choice("Không nhận", f"join {request.id} no"),
    ]
    context = {
        "name": request.name,
        "birth": request.birth,
        "unit": unit.name,
        "for": asker(call, request) if request.relative else "",
        "found": len(found),
        "searched": searched,
    }
    return Reply("joining/look.j2", context, choices=tuple(choices))


def _find(call: Call, unit: Unit, request: JoinRequest, text: str) -> Reply:
    if not text:
        return Reply("joining/find.j2", {"unit": unit.name}, expects=f"join {request.id} find")
    found = members.search(call.session, fold(text), [request.unit_id], SHOWN)
    return _look(call, unit, request, found, searched=text)


def _vouched(call: Call, request: JoinRequest, id_: str) -> Member:
    """A member of this unit whom the leader may vouch for.

    Raises:
        NotYoursError: of another unit, or an officer, whose door only a code from above opens.
    """
    member = members.get(call.session, row_id(id_))
    if member is None or member.unit_id != request.unit_id:
        raise NotYoursError
    if not may_vouch(call.session, call.actor, member, local_date(call.now)):
        raise Refusal("joining/needs_code.j2", member=member.name)
    return member


def _add(call: Call, unit: Unit, request: JoinRequest, *, sure: bool) -> Reply | Replies:
    """She is not in the register: the leader adds her, on the ground of membership."""
    if not sure:
        choices = (
            Choice("✅ Thêm vào danh sách", f"join {request.id} add"),
            Choice("Thôi, xem lại", f"join {request.id}"),
        )
        context = {"name": request.name, "birth": request.birth, "unit": unit.name}
        return Reply("joining/add_sure.j2", context, choices=choices)
    member = members.add(
        call.session, unit_id=request.unit_id, name=request.name, birth=request.birth, now=call.now
    )
    return _accept(call, unit, request, member)


def _accept(call: Call, unit: Unit, request: JoinRequest, member: Member) -> Reply | Replies:
    told = _settle(call, request, member)
    if told is None:
        return Reply("joining/settled.j2")
    return [*_decided(call, unit, "joining/accepted.j2", [member.name]), *told]


def _accept_all(call: Call, unit: Unit) -> Reply | Replies:
    assert unit.id is not None
    names, told = [], []
    for request in joining.waiting(call.session, unit.id):
        member = match(call, request)  # looked up anew: two may have named the same person
        replies = _settle(call, request, member) if member else None
        if member is not None and replies is not None:
            names.append(member.name)
            told += replies
    if not names:
        return Reply("joining/settled.j2")
    return [*_decided(call, unit, "joining/accepted.j2", names), *told]


def _settle(call: Call, request: JoinRequest, member: Member) -> Replies | None:
    """Link her, count what she had said before, tell her; None if it was decided meanwhile."""
    assert request.id is not None and member.id is not None
    by = call.actor.account_id
    if not joining.decide(
        call.session, request.id, JoinState.ACCEPTED, member_id=member.id, by=by, now=call.now
    ):
        return None
    account = accounts.get(call.session, request.account_id)
    assert account is not None and account.id is not None
    linked = linking.link(call, account, member, by=f"join:{request.id}")
    if not request.relative:
        consents.name_member(call.session, account.id, member.id)
    context = {
        "member": member.name,
        "relative": request.relative,
        "counted": linked.counted,
        "unit": _name(call, member.unit_id),
    }
    welcome = Reply("joining/confirmed.j2", context)
    return [*_for(account, welcome), *linked.replies]


def _reject(call: Call, unit: Unit, request: JoinRequest) -> Reply | Replies:
    """Not recognised: she is told kindly, and what she told us is forgotten."""
    assert request.id is not None
    by = call.actor.account_id
    if not joining.decide(call.session, request.id, JoinState.REJECTED, by=by, now=call.now):
        return Reply("joining/settled.j2")
    name, relative = request.name, request.relative
    request.name, request.birth = "", ""
    call.session.add(request)
    account = accounts.get(call.session, request.account_id)
    assert account is not None
    context = {"unit": unit.name, "name": name, "relative": relative}
    told = _for(account, Reply("joining/not_found.j2", context))
    return [*_decided(call, unit, "joining/rejected.j2", [name]), *told]


def _for(account: Account, reply: Reply) -> Replies:
    if not account.private_chat or account.blocked:
        return []
    return [replace(reply, to=account.private_chat)]


def _decided(call: Call, unit: Unit, template: str, names: list[str]) -> Replies:
    """What was done, how many still wait, and every copy of the list brought up to date."""
    assert unit.id is not None
    left = len(joining.waiting(call.session, unit.id))
    more = (Choice(f"Xem {left} người còn lại", f"joins {unit.code}"),) if left else ()
    done = Reply(template, {"names": names, "left": left}, choices=more)
    return [done, *refresh(call, unit)]


def _name(call: Call, unit_id: int) -> str:
    unit = units.get(call.session, unit_id)
    return unit.name if unit else ""
