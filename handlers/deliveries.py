"""What has not surely arrived: shown to whoever answers for it, and sent again by one press."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers.access import access_unit, led_units, officer_chats, row_id
from handlers.chat import Call, Choice, Moment, Replies, Reply, Route, Where, Who
from handlers.errors import NotYoursError, Refusal
from handlers.understanding.zone import local_date
from storage import accounts, deliveries, groups, members, units
from storage.deliveries import Doubt
from storage.mail import OutboxState
from storage.members import RoleKind

SHOWN = 8
LOOKED_BACK = timedelta(days=7)
"""What is older than this nobody needs any more."""
ANSWERING = {RoleKind.LEADER, RoleKind.DEPUTY}


@dataclass(frozen=True, slots=True)
class Reach:
    """How far something has come: groups it has reached, those it is on its way to, and what has
    gone wrong in others, as (title, state).
    """

    sent: int
    waiting: int
    trouble: list[tuple[str, str]]

    @property
    def unsure(self) -> bool:
        """Whether something could be sent again."""
        return any(state in {OutboxState.IN_DOUBT, OutboxState.FAILED} for _, state in self.trouble)

    @property
    def total(self) -> int:
        """How many groups it is for."""
        return self.sent + self.waiting + len(self.trouble)


def reach(call: Call | Moment, subject: str, within: Collection[int] | None = None) -> Reach:
    """The delivery of what is shown under a subject, group by group; in these units' groups only,
    if they are named.
    """
    found = deliveries.states(call.session, subject)
    groups.load(call.session, list(found))
    trouble = []
    sent = waiting = 0
    for chat, (_, state, _) in found.items():
        group = groups.by_address(call.session, chat)
        if within is not None and (group is None or group.unit_id not in within):
            continue
        if state == OutboxState.SENT:
            sent += 1
        elif state in {OutboxState.QUEUED, OutboxState.SENDING}:
            waiting += 1
        elif state != OutboxState.EXPIRED:
            trouble.append((group.title if group else chat, str(state)))
    return Reach(sent, waiting, trouble)


def in_doubt(call: Call, rest: str) -> Reply:
    """`/chuachac`: what may not have arrived in her units' groups."""
    found = _doubts(call)
    if not found:
        return Reply("delivery/none_in_doubt.j2")
    choices = [
        Choice(f"🔁 Gửi lại vào {doubt.title[:40]}", f"resend {doubt.id}")
        for doubt in found[:SHOWN]
    ]
    if len(found) > 1:
        choices.append(Choice(f"🔁 Gửi lại cả {len(found)} tin", "resend all"))
    context = {"doubts": found[:SHOWN], "more": max(0, len(found) - SHOWN)}
    return Reply("delivery/in_doubt.j2", context, choices=tuple(choices))


def resend(call: Call, rest: str) -> Reply:
    """Send one of them again, or all; it says of itself that it may come twice."""
    if rest == "all":
        rows = [doubt.id for doubt in _doubts(call)]
    else:
        chat = deliveries.chat_of(call.session, row_id(rest))
        group = groups.by_address(call.session, chat) if chat else None
        if group is None or group.unit_id is None:
            raise NotYoursError
        access_unit(call.session, call.actor, group.unit_id)
        rows = [row_id(rest)]
    done = sum(deliveries.resend(call.session, row, call.now) for row in rows)
    if not done:
        raise Refusal("delivery/resent_already.j2")
    return Reply("delivery/resent.j2", {"count": done})


def _doubts(call: Call) -> list[Doubt]:
    mine = [unit.id for unit in led_units(call.session, call.actor) if unit.id is not None]
    if not mine:
        raise NotYoursError
    below = units.subtree(call.session, mine)
    return deliveries.doubts_in(call.session, below, since=call.now - LOOKED_BACK)


def outage(moment: Moment, channel: str, since: datetime, until: datetime | None) -> Replies:
    """A whole channel does not answer, or does again: the officers at the top are told once. While
    it is down only those are told whom another channel reaches.
    """
    doors: dict[str, None] = {}
    without = channel if until is None else ""
    for unit_id in units.roots(moment.session):
        today = local_date(moment.now)
        doors |= dict.fromkeys(officer_chats(moment.session, unit_id, today, without))
    context = {"channel": channel, "since": since, "until": until}
    key = f"outage:{channel}:{since.timestamp():.0f}:{'up' if until else 'down'}"
    return [Reply("delivery/outage.j2", context, to=door, key=f"{key}:{door}") for door in doors]


def unreached(
    moment: Moment, chat: str, *, silent: bool = False, not_before: datetime | None = None
) -> Replies:
    """A leader's private talk is closed to the bot: the level above learns of it, once. `silent`:
    the platform has closed it, for she has not written for too long.
    """
    account = accounts.by_private_chat(moment.session, chat)
    if account is None or account.blocked or account.id is None:
        return []
    today = local_date(moment.now)
    replies: Replies = []
    people = accounts.members_of(moment.session, account.id)
    doors_of = accounts.reachable(moment.session, people)
    for member in members.get_many(moment.session, people):
        if silent and len(doors_of.get(member.id or 0, [])) > 1:
            continue  # another of her doors is open
        roles = members.roles_of(moment.session, [member.id or 0], today)
        for role in roles:
            unit = units.get(moment.session, role.unit_id)
            if role.kind not in ANSWERING or unit is None or unit.parent_id is None:
                continue
            context = {"name": member.name, "unit": unit.name, "silent": silent}
            doors = officer_chats(moment.session, unit.parent_id, today)
            key = f"unreached:{account.id}:{moment.now:%Y%m%d}"
            replies += [
                Reply(
                    "delivery/unreached.j2",
                    context,
                    to=door,
                    key=f"{key}:{door}",
                    not_before=not_before,
                )
                for door in doors
                if door != chat
            ]
    return replies


ROUTES = {
    "in_doubt": Route(in_doubt, ("chuachac", "chua chac"), Who.LEADER, Where.PRIVATE),
    "resend": Route(resend, who=Who.LEADER, where=Where.PRIVATE, listed=False),
}
