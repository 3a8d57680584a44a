"""A directive as a page: its words, its file, and the receipt of whoever leads the unit."""

from __future__ import annotations

from typing import Any

from handlers.access import RECEIVERS
from handlers.answer_links.opening import LinkError, Opened
from handlers.chat import Call, Moment, Replies
from handlers.directives import receipts
from handlers.errors import NotYoursError
from handlers.understanding.zone import local_date
from storage import directives, members
from storage.directives import Directive, DirectiveState
from storage.members import RoleKind


def _directive(moment: Moment, found: Opened) -> Directive:
    directive = directives.get(moment.session, int(found.number))
    part = directives.target(moment.session, int(found.number), found.row.unit_id)
    if directive is None or part is None:
        raise LinkError("unknown")
    return directive


def about(moment: Moment, found: Opened) -> dict[str, Any]:
    """All that the groups were told; a recalled one says only that."""
    directive = _directive(moment, found)
    part = directives.target(moment.session, int(found.number), found.row.unit_id)
    assert part is not None
    by = members.get(moment.session, part.received_by) if part.received_by else None
    return {
        "title": directive.summary,
        "directive": directive,
        "todo": directive.todo,
        "corrections": directives.corrections(moment.session, int(found.number)),
        "recalled": directive.state == DirectiveState.RECALLED,
        "file": directive.file_name if directive.blob_id else "",
        "part": part,
        "by": by.name if by else "",
        "anonymous": False,
    }


def show(moment: Moment, found: Opened) -> dict[str, Any]:
    """Whether the receipt is hers to give."""
    assert found.member is not None and found.member.id is not None
    return {"receives": found.member.id in _receivers(moment, found)}


def _receivers(moment: Moment, found: Opened) -> set[int | None]:
    today, kinds = local_date(moment.now), (*RECEIVERS, RoleKind.OFFICER)
    people = members.holders(moment.session, found.row.unit_id, kinds, today)
    return {person.id for person in people}


def answer(call: Call, found: Opened, form: object) -> Replies:
    """She confirms for her unit. A name and a year are too little for that.

    Raises:
        NotYoursError: by the link of a group.
    """
    if found.by_group:
        raise NotYoursError
    return receipts.received(call, found.number)


def file(moment: Moment, found: Opened) -> int | None:
    """The blob of its file, unless it was recalled."""
    directive = _directive(moment, found)
    return None if directive.state == DirectiveState.RECALLED else directive.blob_id
