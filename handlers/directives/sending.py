"""A confirmed directive on its way: twenty seconds to stop it, then every group at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import audience as audiences
from handlers.access import leader_chats
from handlers.chat import Call, Choice, Moment, Replies, Reply
from handlers.directives.access import access_directive, audience
from handlers.directives.drafting import preview, read_moment
from handlers.directives.showing import post
from handlers.errors import Refusal
from handlers.quiet import quiet_until
from handlers.understanding.zone import ZONE, local_date
from storage import directives, groups
from storage.directives import Directive, DirectiveState

REGRET = timedelta(seconds=20)
"""How long a confirmed directive may still be stopped."""


def send(call: Call, rest: str) -> Replies:
    """The one confirmation. At night it waits for the morning, unless it is KHẨN and she says so."""
    word, _, how = rest.partition(" ")
    directive = access_directive(call, word)
    _check_ready(directive)
    morning = quiet_until(call.now + REGRET)
    if morning is None or (how == "urgent" and directive.urgent):
        return _schedule(call, directive, call.now + REGRET)
    if how == "morning":
        return _schedule(call, directive, morning)
    choices = [Choice(f"Gửi lúc {morning:%H:%M} sáng", f"directive_send {directive.id} morning")]
    if directive.urgent:
        choices.append(Choice("KHẨN: gửi ngay", f"directive_send {directive.id} urgent"))
    context = {"urgent": directive.urgent}
    return [Reply("directives/at_night.j2", context, choices=tuple(choices))]


def send_at(call: Call, rest: str) -> Replies:
    """The officer names the hour it shall go out."""
    word, _, words = rest.partition(" ")
    directive = access_directive(call, word)
    _check_ready(directive)
    line = f"directive_at {directive.id}"
    if not words:
        return [Reply("directives/ask_at.j2", expects=line)]
    if words.startswith("@") and words[1:].isdigit():
        moment = datetime.fromtimestamp(int(words[1:]), ZONE)
    else:
        moment = read_moment(words, call.now, line)
    if moment <= call.now:
        raise Refusal("directives/doubtful_moment.j2", problem="past", expects=line)
    morning = None if directive.urgent else quiet_until(moment)
    return _schedule(call, directive, morning or moment, moved=morning is not None)


def _check_ready(directive: Directive) -> None:
    """Nothing goes out half-known, whatever line was typed.

    Raises:
        Refusal: it was sent or dropped already, or something is still missing.
    """
    if directive.state != DirectiveState.DRAFT:
        raise Refusal("directives/no_longer_draft.j2")
    known = directive.checked and directive.summary and directive.deadline_known
    if not (known and directive.reporter):
        raise Refusal("directives/not_ready.j2")


def _schedule(
    call: Call, directive: Directive, moment: datetime, *, moved: bool = False
) -> Replies:
    directive.state, directive.send_at = DirectiveState.SCHEDULED, moment
    call.session.add(directive)
    soon = moment - call.now <= REGRET
    return [
        Reply(
            "directives/scheduled.j2",
            {"soon": soon, "seconds": int(REGRET.total_seconds()), "at": moment, "moved": moved},
            choices=(Choice("✋ Dừng lại", f"directive_stop {directive.id}"),),
            subject=f"directive:{directive.id}:schedule",
        )
    ]


def stop(call: Call, rest: str) -> Replies:
    """Stop it before it goes; it becomes a draft again."""
    directive = access_directive(call, rest)
    if directive.state != DirectiveState.SCHEDULED:
        raise Refusal("directives/too_late.j2")
    directive.state, directive.send_at = DirectiveState.DRAFT, None
    call.session.add(directive)
    return [Reply("directives/stopped.j2"), preview(call, directive)]


def fire(moment: Moment, directive_id: int) -> Replies:
    """Send it to every group of every unit it is for, and to leaders who pass it on."""
    directive = directives.get(moment.session, directive_id)
    if directive is None or directive.state != DirectiveState.SCHEDULED:
        return []
    reached = audience(moment, directive.scope_id)
    directive.state, directive.sent_at = DirectiveState.SENT, moment.now
    moment.session.add(directive)
    directives.set_targets(moment.session, directive_id, reached)
    groups.load_of(moment.session, reached)
    replies: Replies = []
    shown = post(moment.session, directive)
    for unit_id in reached:
        replies += _to_unit(moment, directive, unit_id, shown)
    told = Reply(
        "directives/going_out.j2",
        {"directive": directive, "units": len(reached)},
        to=directive.author_chat,
        key=f"directive:{directive_id}:going",
        choices=(Choice("Xem tiến độ", f"progress {directive_id}"),),
    )
    return [*replies, told]


def receipts(moment: Moment, directive: Directive, unit_id: int) -> Replies:
    """Where no group shows the button, leaders are asked for the receipt in private."""
    return [
        Reply(
            "directives/receipt.j2",
            {"directive": directive},
            to=door,
            key=f"directive:{directive.id}:receipt:{unit_id}:{door}",
            subject=f"directive:{directive.id}:private",
            choices=(Choice("✅ Xác nhận đã nhận", f"received {directive.id}"),),
            bulk=True,
        )
        for door in leader_chats(moment.session, unit_id, local_date(moment.now))
    ]


def _to_unit(moment: Moment, directive: Directive, unit_id: int, shown: Reply) -> Replies:
    replies = audiences.show(moment, unit_id, shown)
    if groups.of_unit(moment.session, unit_id):
        return replies
    return [*replies, *receipts(moment, directive, unit_id)]
