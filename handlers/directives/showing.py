"""A directive as the groups see it: short enough to stand under its file, whatever was put right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from handlers import audience as audiences
from handlers.answer_links import minting
from handlers.chat import Choice, Document, How, Moment, Replies, Reply
from handlers.directives.text import shorten
from storage import deliveries, directives, groups, mail, relays
from storage.database import Session
from storage.directives import Directive, DirectiveCorrection, DirectiveTarget
from storage.groups import GroupState

ROOM = 700
"""Characters for the words of an officer in one post: with all that the bot adds it stays under
the 1,024 Telegram allows beneath a file, where it can still be edited.
"""
PREFIX = 48
FILE_NOTE = 90
"""What stands before a correction, and of a file that is out of date."""
SHOWN = 3
LEAST = 40
"""A shorter rest of what is to be done helps nobody: it is all in the file."""


def post(session: Session, directive: Directive, part: DirectiveTarget | None = None) -> Reply:
    """A directive as a group sees it; `part` is its unit's, once there is one."""
    put_right = directives.corrections(session, directive.id or 0)
    shown, todo = _fitting(directive, put_right)
    return Reply(
        "directives/post.j2",
        {
            "directive": directive,
            "part": part,
            "todo": todo,
            "corrections": shown,
            "times": len(put_right),
            "old_file": False,
            "relayed": False,
        },
        choices=(Choice("✅ Chi hội xác nhận đã nhận", f"received {directive.id}"),),
        document=document(directive),
        subject=f"directive:{directive.id}",
        key=f"directive:{directive.id}",
        bulk=True,
    )


def _fitting(
    directive: Directive, put_right: Sequence[DirectiveCorrection]
) -> tuple[list[DirectiveCorrection], str]:
    """The newest corrections there is room for (always the last), and what is to be done."""
    heading = (directive.kind, directive.number, directive.issuer, directive.summary)
    room = ROOM - sum(len(words) for words in heading)
    if any(correction.file_name for correction in put_right):
        room -= FILE_NOTE
    shown: list[DirectiveCorrection] = []
    for correction in reversed(put_right[-SHOWN:]):
        cost = len(correction.words) + PREFIX
        if shown and cost > room:
            break
        shown.insert(0, correction)
        room -= cost
    return shown, shorten(directive.todo, room) if room >= LEAST else ""


def todo_of(directive: Directive) -> str:
    """What is to be done, as it will stand in the post."""
    return _fitting(directive, ())[1]


def document(directive: Directive) -> Document | None:
    """Its file, which anyone in the group may have."""
    if not directive.blob_id:
        return None
    return Document(directive.blob_id, directive.file_name, shared=True)


def rewrite(
    moment: Moment, directive: Directive, row: DirectiveTarget, key: str, *, otherwise: str = ""
) -> Replies:
    """The post in each of a unit's groups, brought up to date."""
    shown = replace(
        post(moment.session, directive, row), how=How.EDIT, key=key, otherwise=otherwise
    )
    edits = audiences.change(moment, row.unit_id, shown)
    return [_aged(moment.session, directive, edit) for edit in edits]


def strays(session: Session, directive: Directive) -> list[str]:
    """Groups that got it and have since been taken from the units it is for: they hear on."""
    asked = {row.unit_id for row in directives.targets(session, directive.id or 0)}
    got = deliveries.states(session, f"directive:{directive.id}")
    return [
        group.address
        for group in groups.load(session, list(got))
        if group.state == GroupState.ACTIVE and group.unit_id not in asked
    ]


def rewrite_in(session: Session, directive: Directive, chat: str, key: str) -> Reply:
    """The post in one such group, brought up to date; nobody there is asked for a receipt."""
    shown = replace(post(session, directive), how=How.EDIT, to=chat, key=key, choices=())
    return _aged(session, directive, shown)


def rewrite_relayed(moment: Moment, directive: Directive, unit_id: int, key: str) -> Replies:
    """The words a leader has in private to pass on, brought up to date."""
    shown = post(moment.session, directive)
    context = {**shown.context, "relayed": True}
    page = minting.standing(moment, unit_id, shown.subject)
    shown = replace(shown, context=context, how=How.EDIT, choices=(), page=page)
    return [
        _aged(
            moment.session,
            directive,
            replace(shown, to=chat, subject=subject, key=f"{key}:{subject}:{chat}"),
        )
        for relay in relays.about(moment.session, shown.subject)
        if relay.unit_id == unit_id
        for subject in (f"relay:{relay.id}:words",)
        for chat in deliveries.states(moment.session, subject)
    ]


def _aged(session: Session, directive: Directive, edit: Reply) -> Reply:
    """An edit cannot change the file of a message: where that is the old one, the words say so."""
    if not edit.context["times"]:
        return edit
    replaced = directives.replaced_at(session, directive.id or 0)
    original = mail.shown(session, edit.to, edit.subject)
    if replaced is None or original is None or original.created_at > replaced:
        return edit
    return replace(edit, context={**edit.context, "old_file": True})
