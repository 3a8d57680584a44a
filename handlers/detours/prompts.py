"""What is open for a unit, and how it is asked by another door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers import audience
from handlers.answer_links import minting
from handlers.chat import Choice, Moment, Replies, Reply
from handlers.directives.sending import receipts
from handlers.directives.showing import post
from handlers.quiet import quiet_until
from handlers.rolls import showing as rolls_showing
from handlers.surveys import showing as surveys_showing
from storage import (
    accounts,
    detours,
    directives,
    mail,
    relays,
    roll_lists,
    rolls,
    survey_runs,
    surveys,
)
from storage.detours import Detour
from storage.directives import Directive
from storage.mail import OutboxState
from storage.members import Member
from storage.rolls import Roll
from storage.surveys import Survey

RECENT = 20
"""So many of a unit's newest directives may still wait for its receipt."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """One thing that is asked of a unit, as its groups see it now."""

    reply: Reply
    roll: Roll | None = None
    survey: Survey | None = None
    directive: Directive | None = None

    @property
    def subject(self) -> str:
        """Under which it is found again."""
        return self.reply.subject

    @property
    def only(self) -> int | None:
        """The one group it is for, if it is not for all."""
        return self.roll.group_id if self.roll else None


def open_prompts(moment: Moment, unit_id: int) -> list[Prompt]:
    """What still waits for a unit's answers: rolls, of meetings too, surveys, and directives of
    which its receipt is missing.
    """
    session = moment.session
    found = [
        Prompt(rolls_showing.prompt(session, roll), roll=roll)
        for roll in rolls.opened(session, [unit_id])
    ]
    found += [
        Prompt(surveys_showing.prompt(moment, survey, unit_id), survey=survey)
        for survey in surveys.opened(session, [unit_id])
    ]
    for directive in directives.received_by_unit(session, [unit_id], RECENT):
        part = directives.target(session, directive.id or 0, unit_id)
        late = directive.deadline is not None and directive.deadline < moment.now
        if part is not None and not part.done and not late:
            found.append(Prompt(post(session, directive, part), directive=directive))
    return found


def in_groups(moment: Moment, unit_id: int, prompt: Prompt) -> Replies:
    """The prompt for those groups of the unit that have not seen it."""
    if prompt.survey is not None:
        shown = surveys_showing.show(moment, prompt.survey, unit_id)
    else:
        shown = audience.show(moment, unit_id, prompt.reply, only=prompt.only)
    here = [r for r in shown if r.subject == prompt.subject]
    return [r for r in here if mail.shown(moment.session, r.to, r.subject) is None]


def by_hand(moment: Moment, detour: Detour, unit_id: int, prompt: Prompt) -> Replies:
    """The same for the leader to pass on, unless she has: with what only she answers."""
    replies = _passed_on(moment, detour, unit_id, prompt)
    if prompt.directive is not None:
        replies = [*replies, *receipts(moment, prompt.directive, unit_id)]
    return _in_the_morning(moment, replies)


def beside(moment: Moment, detour: Detour, unit_id: int, prompt: Prompt) -> Replies:
    """The same for her to pass on into the lost groups of a unit whose other groups see it."""
    if prompt.only is not None:
        return []
    return _in_the_morning(moment, _passed_on(moment, detour, unit_id, prompt, beside=True))


def _passed_on(
    moment: Moment, detour: Detour, unit_id: int, prompt: Prompt, *, beside: bool = False
) -> Replies:
    row = relays.of_unit(moment.session, unit_id, prompt.subject)
    if row is not None and row.passed_at is not None and row.passed_by is not None:
        return []
    if row is not None:
        row.passed_at = None
    reply = replace(prompt.reply, key=f"{prompt.subject}:detour{detour.id}")
    return audience.relay(moment, unit_id, reply, beside=beside)


def _in_the_morning(moment: Moment, replies: Replies) -> Replies:
    later = quiet_until(moment.now)
    return [replace(reply, bulk=True, not_before=later) for reply in replies]


def silent(moment: Moment, unit_id: int, prompt: Prompt) -> Sequence[Member]:
    """Who has not answered it yet; of a directive nobody, for its receipt is the leader's."""
    if prompt.roll is not None:
        return roll_lists.silent(moment.session, prompt.roll)
    if prompt.survey is not None:
        return survey_runs.silent(moment.session, prompt.survey.number, [unit_id])
    return ()


def in_private(
    moment: Moment, detour: Detour, unit_id: int, prompt: Prompt
) -> tuple[Replies, bool]:
    """The same in the private talks of those who have not answered, once at each door; and whether
    that reaches all of them.
    """
    people = [m.id for m in silent(moment, unit_id, prompt) if m.id is not None]
    doors = accounts.reachable(moment.session, people)
    closed = detours.closed(moment.session)
    first = [chats[0] for chats in doors.values()]
    open_ones = [chat for chat in first if detours.channel_of(chat) not in closed]
    replies = [
        _asked(moment, detour, unit_id, prompt, chat)
        for chat in dict.fromkeys(open_ones)
        if not _asked_before(moment, chat, prompt)
    ]
    return replies, bool(people) and len(open_ones) == len(people)


def _asked_before(moment: Moment, chat: str, prompt: Prompt) -> bool:
    before = mail.shown(moment.session, chat, _about(prompt))
    return before is not None and before.state != OutboxState.EXPIRED


def _about(prompt: Prompt) -> str:
    return f"{prompt.subject}:asked"


def _asked(moment: Moment, detour: Detour, unit_id: int, prompt: Prompt, chat: str) -> Reply:
    reply = prompt.reply
    choices = reply.choices
    if prompt.survey is not None and (prompt.survey.anonymous or not choices):
        choices = (Choice("✍️ Trả lời", f"survey_start {prompt.survey.number}"),)
    link = minting.group_link(moment, unit_id, prompt.subject)
    return replace(
        reply,
        template="detours/asked.j2",
        context={**reply.context, "asks": reply.template, "channel": detour.channel},
        to=chat,
        choices=choices,
        key=f"detour:{detour.id}:{prompt.subject}:{unit_id}:{chat}",
        subject=_about(prompt),
        bulk=True,
        not_before=quiet_until(moment.now),
        page=minting.url(moment.links, link.token) if link else "",
    )


def withdraw(moment: Moment, detour: Detour, unit_id: int, prompt: Prompt) -> None:
    """What still waits for the morning to be asked in private, or passed on, need not be."""
    mail.recall(moment.session, f"detour:{detour.id}:{prompt.subject}:{unit_id}:")
    mail.recall(moment.session, f"relay:{prompt.subject}:detour{detour.id}:{unit_id}:")
