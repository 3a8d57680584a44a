"""The first contact: `/start`, with a code or without, and first words of people nobody knows."""

from __future__ import annotations

from handlers import joining, papers, surveys
from handlers.accounts import own, responsible
from handlers.chat import Call, Replies, Reply, Route
from handlers.invitations import codes, redeeming


def start(call: Call, rest: str) -> Reply | Replies:
    """Greet; or redeem the code, or follow the join link, that came along."""
    if not call.incoming.private:
        return Reply("greeting/group.j2", {"code": bool(codes.find(rest) or codes.read_code(rest))})
    if not rest:
        return greet(call)
    if line := surveys.read_start(rest) or papers.read_start(rest):
        return call.run(call, line) or greet(call)
    if redeeming.exhausted(call):
        return Reply("invitations/too_many.j2")
    if token := codes.read_token(rest):
        return joining.arrive(call, token)
    if code := codes.read_code(rest):
        return redeeming.present(call, code)
    return redeeming.unknown(call)


def greet(call: Call) -> Reply:
    """A machine says that it is one, what it keeps and why, and what it never asks for."""
    account = own(call)
    account.greeted_at = account.greeted_at or call.now
    call.session.add(account)
    context = {
        "standing": call.actor.highest(),
        "responsible": responsible(call.session, None),
        "private": True,
    }
    return Reply("greeting/first.j2", context)


def hear_code(call: Call, text: str) -> Replies | None:
    """A code typed alone, or the whole link pasted, is as good as pressing the link."""
    found = codes.find(text) if call.incoming.private else ""
    if not found:
        return None
    replies = start(call, found)
    return [replies] if isinstance(replies, Reply) else replies


def hear_first(call: Call, text: str) -> Replies | None:
    """The first words of somebody nobody knows get a greeting, whatever they were."""
    if not call.incoming.private or call.actor.member_ids or own(call).greeted_at is not None:
        return None
    return [greet(call)]


ROUTES = {"start": Route(start, ("batdau", "bat dau"), listed=False)}
