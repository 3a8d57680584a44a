"""The standing join link of a branch: shown, posted, renewed, closed."""

from __future__ import annotations

from dataclasses import replace

from handlers import audience
from handlers.access import access_unit, led_units
from handlers.chat import Call, Choice, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.invitations.codes import make_token
from storage import groups, joining, units
from storage.detours import channel_of
from storage.joining import JoinLink
from storage.units import Unit

SHOWN = 12


def joinlink(call: Call, rest: str) -> Reply | Replies:
    """The link of a branch. `rest`: code or id of the unit, then `post`, `new`, `end` or nothing."""
    unit, verb = _branch(call, rest)
    assert unit.id is not None
    link = joining.link_of(call.session, unit.id)
    if verb == "end":
        if link is not None:
            link.ended_at = call.now
            call.session.add(link)
        again = Choice("Mở đường dẫn mới", f"joinlink {unit.code}")
        return Reply("joining/link_ended.j2", {"unit": unit.name}, choices=(again,))
    if verb == "new" and link is not None:
        link.ended_at = call.now
        call.session.add(link)
    if link is None or verb == "new":
        link = _make(call, unit.id)
    if verb == "post" or not call.incoming.private:
        return _post(call, unit, link)
    context = {
        "unit": unit.name,
        "link": call.links.start_link(link.token, call.incoming.channel),
        "token": link.token,
        "renewed": verb == "new",
    }
    choices = (
        Choice("📌 Đăng vào nhóm", f"joinlink {unit.code} post"),
        Choice("Đổi đường dẫn mới", f"joinlink {unit.code} new"),
        Choice("Ngừng nhận", f"joinlink {unit.code} end"),
    )
    return [
        Reply("joining/link.j2", context, choices=choices),
        Reply("joining/poster.j2", context),
    ]


def _branch(call: Call, rest: str) -> tuple[Unit, str]:
    """A branch (a unit without units below) that the person leads or governs."""
    first, _, verb = rest.partition(" ")
    named = units.by_code(call.session, first) if first else None
    if named is None and call.group is not None and call.group.unit_id is not None:
        named, verb = units.get(call.session, call.group.unit_id), rest
    if named is not None and named.id is not None:
        access_unit(call.session, call.actor, named.id)
        leaves = units.leaves(call.session, named.id)
    else:
        verb = rest
        leaves = [
            leaf
            for unit in led_units(call.session, call.actor)
            for leaf in units.leaves(call.session, unit.id or 0)
        ]
        leaves = list({leaf.id: leaf for leaf in leaves}.values())
    if not leaves:
        raise NotYoursError
    if len(leaves) == 1:
        return leaves[0], verb
    labels = units.labels(call.session, leaves[:SHOWN])
    choices = tuple(Choice(labels[u.id or 0], f"joinlink {u.code}") for u in leaves[:SHOWN])
    raise Refusal("joining/which_branch.j2", choices=choices, more=len(leaves) > SHOWN)


def _make(call: Call, unit_id: int) -> JoinLink:
    link = JoinLink(
        unit_id=unit_id,
        token=make_token(call.rng),
        created_at=call.now,
        created_by=call.actor.account_id,
    )
    call.session.add(link)
    call.session.flush()
    return link


def _post(call: Call, unit: Unit, link: JoinLink) -> Replies:
    """Hang the link in the unit's groups, each with the address of its own channel."""
    assert unit.id is not None
    subject = f"joinlink:{link.id}"
    poster = Reply("joining/poster.j2", {"unit": unit.name}, subject=subject)
    here = call.incoming.chat
    rooms = [room.address for room in groups.of_unit(call.session, unit.id)]
    if not call.incoming.private:
        rooms = [here]
    if not rooms:
        link_here = call.links.start_link(link.token, call.incoming.channel)
        return audience.relay(call.moment(), unit.id, _with_link(poster, link_here, link.token))
    posted = []
    for room in rooms:
        address = call.links.start_link(link.token, channel_of(room))
        posted.append(replace(_with_link(poster, address, link.token), to=room))
    if call.incoming.private:
        posted.append(Reply("joining/link_posted.j2", {"unit": unit.name, "groups": len(rooms)}))
    return posted


def _with_link(poster: Reply, address: str, token: str) -> Reply:
    return replace(poster, context={**poster.context, "link": address, "token": token})
