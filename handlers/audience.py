"""Showing one thing to a whole unit: in each of its groups, or by its leader's hand."""

from __future__ import annotations

from dataclasses import replace

from handlers.access import LEADERS, access_unit, leader_chats, officer_chats, row_id
from handlers.answer_links import minting
from handlers.chat import Call, Choice, How, Moment, Replies, Reply, Route
from handlers.errors import NotYoursError
from handlers.understanding.zone import local_date
from storage import detours, groups, relays, units, windows
from storage.database import Session
from storage.detours import channel_of


def show(moment: Moment, unit_id: int, reply: Reply, *, only: int | None = None) -> Replies:
    """`reply` for every group of a unit (or only one), keyed by its `subject`.

    A unit without a group, or with one that is on relay or lost, gets relay: its leader receives
    the same words in private, ready to paste, and presses "đã gửi" once they are in that group.
    """
    assert reply.subject, "what is shown to a unit can be found again"
    rooms = [g for g in groups.of_unit(moment.session, unit_id) if only in {None, g.id}]
    if rooms:
        link = minting.group_link(moment, unit_id, reply.subject)
        reply = replace(reply, page=minting.url(moment.links, link.token)) if link else reply
        base = reply.key or reply.subject
        shown = [replace(reply, to=room.address, key=f"{base}:{room.address}") for room in rooms]
        left = only is None and groups.on_relay(moment.session, unit_id)
        return [*shown, *(relay(moment, unit_id, reply, beside=True) if left else [])]
    return relay(moment, unit_id, reply)


def relay(moment: Moment, unit_id: int, reply: Reply, *, beside: bool = False) -> Replies:
    """The words of `reply` for the leader to paste into a group no bot can enter.

    Two messages: the bare words, to be copied or forwarded whole, and beneath them what to do.
    Buttons would mean nothing where they are pasted; templates learn from `relayed` to speak of
    none. Where no leader can be written to, the level above is told, once a unit; not if it is only
    `beside` groups that are served: then a leader whose own door is lost is spared it as well.
    """
    today = local_date(moment.now)
    doors = leader_chats(moment.session, unit_id, today)
    if beside:
        closed = detours.closed(moment.session)
        doors = [door for door in doors if channel_of(door) not in closed]
    row = relays.ensure(moment.session, unit_id, reply.subject, reached=len(doors), now=moment.now)
    unit = units.get(moment.session, unit_id)
    assert unit is not None
    if not doors and beside:
        return []
    if not doors:
        silent = bool(windows.silent(moment.session, [unit_id], LEADERS, today))
        when = f":silent:{today:%Y%m%d}" if silent else ""
        return [
            Reply(
                "relay/unreached.j2",
                {"unit": unit.name, "silent": silent},
                to=door,
                key=f"unreached:{unit_id}:{door}{when}",
                not_before=reply.not_before,
            )
            for door in officer_chats(moment.session, unit_id, today)
        ]
    done: tuple[Choice, ...] = (Choice("✅ Đã gửi vào nhóm", f"relayed {row.id}"),)
    link = minting.group_link(moment, unit_id, reply.subject)
    rooms, channel = _where(moment.session, unit_id)
    if link is not None:
        done = (*done, Choice("🖼 Lấy mã QR", f"link_qr {link.id}"))
    replies = []
    for door in doors:
        key = f"relay:{reply.key or reply.subject}:{unit_id}:{door}"
        context = {**reply.context, "relayed": True}
        words = replace(
            reply,
            context=context,
            to=door,
            key=key,
            subject=f"relay:{row.id}:words",
            choices=(),
            page=minting.url(moment.links, link.token) if link else reply.page,
        )
        asked = replace(
            reply,
            template="relay/paste.j2",
            context={
                **reply.context,
                "relayed": True,
                "unit_name": unit.name,
                "asks": reply.template,
                "rooms": rooms,
                "channel": channel,
            },
            to=door,
            key=f"{key}:ask",
            subject=f"relay:{row.id}",
            choices=done,
            document=None,
            chart=None,
            expects="",
            page="",
            share=minting.url(moment.links, link.token) if link else "",
        )
        replies += [words, asked]
    return replies


def _where(session: Session, unit_id: int) -> tuple[list[str], str]:
    """Into which groups it is to be pasted: their titles, and the channel if they share a lost one."""
    by_hand = groups.on_relay(session, unit_id)
    closed = detours.closed(session)
    channels = {channel_of(room.address) for room in by_hand}
    shared = channels.pop() if len(channels) == 1 else ""
    return [room.title for room in by_hand], shared if shared in closed else ""


def change(moment: Moment, unit_id: int, reply: Reply, *, only: int | None = None) -> Replies:
    """The same edit, tally or recall in every group of a unit (or only one). A change of what a
    group has seen waits there while its channel is down; a message of its own is left out.
    """
    page = minting.standing(moment, unit_id, reply.subject) if reply.choices else ""
    reply = replace(reply, page=page)  # what is closed has no door
    waits = reply.how is not How.MESSAGE
    return [
        replace(reply, to=room.address, key=f"{reply.key}:{room.address}")
        for room in groups.of_unit(moment.session, unit_id, closed_too=waits)
        if only in {None, room.id}
    ]


def relayed(call: Call, rest: str) -> Reply:
    """The leader says that she has pasted the text; the first one counts."""
    row = relays.get(call.session, row_id(rest))
    if row is None:
        raise NotYoursError
    access_unit(call.session, call.actor, row.unit_id)
    if row.passed_at is None:
        row.passed_at, row.passed_by = call.now, call.actor.account_id
        call.session.add(row)
    return Reply("relay/passed.j2", {"at": row.passed_at}, how=How.ECHO)


ROUTES = {"relayed": Route(relayed, listed=False)}
