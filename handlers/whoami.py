"""Who the bot takes somebody for, her agreement to that, and the way out of it."""

from __future__ import annotations

from handlers import linking
from handlers.access import row_id
from handlers.accounts import own, responsible
from handlers.chat import Call, Choice, How, Replies, Reply, Route, Where, Who
from handlers.errors import NotYoursError
from storage import consents, joining, members, units
from storage.members import Member


def whoami(call: Call, rest: str) -> Reply:
    """People and roles this account stands for, and what it still waits for."""
    account = own(call)
    assert account.id is not None
    known = {m.id: m for m in members.get_many(call.session, call.actor.member_ids)}
    people = [known[member_id] for member_id in call.actor.member_ids if member_id in known]
    context = {
        "account": account.name,
        "people": [_person(call, member) for member in people],
        "waiting": [
            {"name": request.name, "birth": request.birth, "unit": _unit(call, request.unit_id)}
            for request in joining.asked_by(call.session, account.id)
        ],
        "responsible": responsible(call.session, people[0].unit_id if people else None),
    }
    choices = tuple(
        Choice(f"Không phải tôi: {member.name}", f"notme {member.id}") for member in people
    )
    return Reply("accounts/whoami.j2", context, choices=choices)


def _person(call: Call, member: Member) -> dict[str, object]:
    return {
        "name": member.name,
        "unit": _unit(call, member.unit_id),
        "team": member.team,
        "roles": [
            {"role": standing.kind, "unit": _unit(call, standing.unit_id), "team": standing.team}
            for standing in call.actor.standings
            if standing.member_id == member.id
        ],
    }


def _unit(call: Call, unit_id: int) -> str:
    unit = units.get(call.session, unit_id)
    return unit.name if unit else ""


def notme(call: Call, rest: str) -> Reply | Replies:
    """The account speaks for this member no more, once that is confirmed."""
    id_, _, word = rest.partition(" ")
    member = members.get(call.session, row_id(id_))
    if member is None or member.id not in call.actor.member_ids:
        raise NotYoursError
    if word != "yes":
        choices = (
            Choice("Đúng, bỏ tên này", f"notme {member.id} yes"),
            Choice("Thôi, giữ lại", "cancel"),
        )
        return Reply("accounts/notme_sure.j2", {"member": member.name}, choices=choices)
    told = linking.unlink(call, own(call), member, told="accounts/unlinked_told.j2")
    return [Reply("accounts/unlinked.j2", {"member": member.name}), *told]


def agree(call: Call, rest: str) -> Reply:
    """She agrees to what she was shown."""
    account = own(call)
    assert account.id is not None
    consents.agree(call.session, account.id, call.now)
    return Reply("accounts/agreed.j2", {"standing": call.actor.highest()}, how=How.MESSAGE)


ROUTES = {
    "whoami": Route(whoami, ("toilaai", "toi la ai"), where=Where.PRIVATE),
    "notme": Route(notme, who=Who.MEMBER, where=Where.PRIVATE, listed=False),
    "agree": Route(agree, where=Where.PRIVATE, listed=False),
}
