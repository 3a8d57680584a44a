"""A member who is another in the group than in private says her name where she is heard.

The year of her birth is not asked there: everybody reads along, and her leader knows her.
"""

from __future__ import annotations

from handlers.accounts import own
from handlers.chat import Call, Replies, Reply
from handlers.errors import NotYoursError, Refusal
from handlers.joining.asking import PER, REQUESTS
from handlers.joining.listing import announce
from handlers.understanding.people import read_person
from handlers.understanding.zone import local_date
from storage import attempts, joining
from storage.joining import JoinRequest, JoinState


def join_here(call: Call, rest: str) -> Replies:
    """Pass her name on to the leader of this group's unit; what she answered stays kept."""
    unit_id = call.group.unit_id if call.group is not None else None
    account = own(call)
    if unit_id is None or account.id is None or not call.incoming.apart:
        raise NotYoursError
    name, birth = read_person(rest, local_date(call.now))
    if not name:
        raise Refusal("joining/bad_name.j2", expects="join_here")
    if attempts.since(call.session, account.address, "join", call.now - PER) >= REQUESTS:
        raise Refusal("joining/too_many.j2")
    attempts.note(call.session, account.address, "join", call.now)
    request = joining.open_of(call.session, account.id, unit_id, relative=False)
    request = request or JoinRequest(unit_id=unit_id, account_id=account.id, asked_at=call.now)
    request.name, request.birth, request.state = name, birth, JoinState.WAITING
    call.session.add(request)
    call.session.flush()
    return [Reply("joining/sent_here.j2", {"name": name}), *announce(call, unit_id)]
