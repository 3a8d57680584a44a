"""Whose data a command is about: the speaker's own, or that of a member of a unit she leads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from handlers.access import access_member, row_id
from handlers.audit import acting
from handlers.chat import Call, Choice
from handlers.errors import Refusal
from handlers.privacy import limits
from storage import members, privacy
from storage.members import Member
from storage.privacy import DataRequest, RequestState, Right


@dataclass(frozen=True, slots=True)
class Subject:
    """A person, and whether it is the speaker herself (or somebody she shares her phone with)."""

    member: Member
    own: bool

    @property
    def id(self) -> int:
        """The id of a stored member."""
        assert self.member.id is not None
        return self.member.id


def subject(call: Call, words: str) -> Subject:
    """The person with this id.

    Raises:
        NotYoursError: there is none, or she is neither the speaker nor led by her.
    """
    number = row_id(words)
    if number in call.actor.member_ids:
        member = members.get(call.session, number)
        assert member is not None
        return Subject(member, own=True)
    return Subject(access_member(call.session, call.actor, number), own=False)


def own(call: Call, line: str) -> Subject:
    """The speaker herself.

    Raises:
        Refusal: nobody knows her, or several people share her phone: it asks whom she means.
    """
    people = members.get_many(call.session, call.actor.member_ids)
    if not people:
        raise Refusal("mine/unknown.j2", private=True)
    if len(people) > 1:
        choices = tuple(Choice(member.name, f"{line} {member.id}") for member in people)
        raise Refusal("privacy/whose.j2", choices=choices, private=True)
    return Subject(people[0], own=True)


def chosen(call: Call, line: str, rest: str) -> Subject:
    """The person an id names or, without one, the speaker."""
    return subject(call, rest) if rest else own(call, line)


def ask(
    call: Call,
    about: Subject,
    kind: Right,
    *,
    field: str = "",
    value: str = "",
    act_in: timedelta | None = None,
) -> DataRequest:
    """Write a request into the log, in place of an open one for the same."""
    earlier = privacy.open_of(call.session, about.id, kind, field)
    if earlier is not None:
        privacy.close(call.session, earlier, RequestState.DROPPED, call.now, None)
    request = DataRequest(
        member_id=about.id,
        unit_id=about.member.unit_id,
        kind=kind,
        by_member=about.id if about.own else acting(call.actor),
        chat=call.actor.private_chat or call.incoming.chat,
        field=field,
        value=value,
        asked_at=call.now,
        answer_by=limits.answer_by(call.now),
        due_at=limits.due(kind, call.now),
        act_at=call.now + act_in if act_in is not None else None,
        answered_at=call.now if about.own else None,
    )
    return privacy.add(call.session, request)


def done_at_once(call: Call, about: Subject, kind: Right, field: str = "") -> None:
    """Write down a request that was asked and done in one."""
    request = ask(call, about, kind, field=field)
    privacy.close(call.session, request, RequestState.DONE, call.now, request.by_member)
