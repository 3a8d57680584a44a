"""A person is erased: asked twice, with some minutes to change her mind, and then for good."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.access import access_unit, officer_chats, row_id
from handlers.audit import acting
from handlers.chat import Call, Choice, Moment, Replies, Reply
from handlers.errors import NotYoursError
from handlers.privacy import words
from handlers.privacy.gathering import unit_name
from handlers.privacy.subjects import Subject, ask, chosen
from handlers.understanding.zone import local_date
from storage import audit as log
from storage import erasing, mail, members, privacy
from storage.audit import Deed
from storage.database import Session
from storage.members import Role
from storage.privacy import DataRequest, RequestState, Right

OWN_PAUSE = timedelta(minutes=10)
"""In which she can take it back; her last message must have gone out, too."""
LEADER_PAUSE = timedelta(hours=24)
"""The same where a leader asks for somebody: the level above is told, and can stop it."""


def erase(call: Call, rest: str) -> Reply | Replies:
    """`data_erase 5`, `data_erase 5 sure`, `data_erase 5 yes`: what it means, once more, and begun."""
    id_, _, word = rest.partition(" ")
    about = chosen(call, "data_erase", id_)
    if roles := members.roles_of(call.session, [about.id], local_date(call.now)):
        return _office_first(call, about, roles)
    context = {"own": about.own, "name": about.member.name}
    keep = Choice("Thôi, giữ lại", "cancel")
    if word == "yes":
        return _begin(call, about)
    if word == "sure":
        choices = (Choice("🗑️ Xoá hẳn", f"data_erase {about.id} yes"), keep)
        return Reply("privacy/erase_sure.j2", context, choices=choices, private=True)
    choices = (Choice("Tôi muốn xoá", f"data_erase {about.id} sure"), keep)
    return Reply("privacy/erase_what.j2", context, choices=choices, private=True)


def _office_first(call: Call, about: Subject, roles: Sequence[Role]) -> Replies:
    """Whoever holds an office hands it over first: else her branch would have nobody. Her request
    stands in the log all the same, and the level above is told.
    """
    held = [f"{words.ROLES[r.kind]}, {unit_name(call.session, r.unit_id)}" for r in roles]
    context = {"own": about.own, "name": about.member.name, "roles": held}
    told = [Reply("privacy/office_first.j2", context, private=True)]
    if privacy.open_of(call.session, about.id, Right.ERASE) is not None:
        return told
    request = ask(call, about, Right.ERASE)
    above = officer_chats(call.session, about.member.unit_id, local_date(call.now))
    return told + [
        Reply("privacy/office_told.j2", {**context, "due": request.due_at}, to=door)
        for door in above
        if door != call.actor.private_chat
    ]


def _begin(call: Call, about: Subject) -> Replies:
    pause = OWN_PAUSE if about.own else LEADER_PAUSE
    request = ask(call, about, Right.ERASE, act_in=pause)
    assert request.act_at is not None
    stop = (Choice("↩️ Thôi, giữ lại", f"data_keep {request.id}"),)
    context = {
        "own": about.own,
        "name": about.member.name,
        "number": request.id,
        "at": request.act_at,
        "minutes": int(pause.total_seconds()) // 60,
        "unit": unit_name(call.session, about.member.unit_id),
        "by": call.actor.name,
    }
    told = [Reply("privacy/erase_begun.j2", context, choices=stop, private=True)]
    if about.own:
        return told
    today = local_date(call.now)
    doors = officer_chats(call.session, about.member.unit_id, today)
    return told + [
        Reply("privacy/erase_told.j2", context, to=door, choices=stop)
        for door in doors
        if door != call.actor.private_chat
    ]


def keep(call: Call, rest: str) -> Reply:
    """She, or whoever leads her, thinks better of it."""
    request = privacy.get(call.session, row_id(rest))
    if request is None or request.kind != Right.ERASE:
        raise NotYoursError
    if request.member_id not in call.actor.member_ids:
        access_unit(call.session, call.actor, request.unit_id)
    if request.state != RequestState.OPEN:
        return Reply("privacy/settled.j2")
    by = acting(call.actor)
    privacy.close(call.session, request, RequestState.DROPPED, call.now, by)
    return Reply("privacy/kept.j2")


def due(session: Session, now: datetime) -> list[int]:
    """Erasures nobody has stopped."""
    return privacy.to_act(session, now)


def fire(moment: Moment, request_id: int) -> Replies:
    """Erase her, unless something is on its way to her just now: then a little later."""
    request = privacy.get(moment.session, request_id)
    if request is None or request.state != RequestState.OPEN:
        return []
    if mail.is_sending(moment.session, request.chat):
        request.act_at = moment.now + timedelta(minutes=1)
        moment.session.add(request)
        return []
    return carry_out(moment, request)


def carry_out(moment: Moment, request: DataRequest) -> Replies:
    """Erase the person of a request; whoever asked in her place is told by number."""
    session, member_id, chat = moment.session, request.member_id, request.chat
    unit_id, by = request.unit_id, request.by_member
    number = request.id
    log.note(
        session, Deed.ERASED, at=moment.now, account_id=None, actor_id=by,
        about=[(member_id, unit_id)],
    )  # fmt: skip
    privacy.close(session, request, RequestState.DONE, moment.now, by)
    erasing.erase(session, member_id, moment.now)
    if by == member_id or not chat:
        return []
    return [Reply("privacy/erased_told.j2", {"number": number}, to=chat, key=f"erased:{number}")]
