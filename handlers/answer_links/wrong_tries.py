"""Wrong names and years on the link of a group: whoever answers for the unit learns, once a day and
in private, that the bot takes no more of them for a while.
"""

from __future__ import annotations

from collections.abc import Mapping

from handlers.access import answering_chats
from handlers.answer_links.naming import Tries, ends_so
from handlers.chat import Choice, Moment, Replies, Reply
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import units
from storage.answer_links import AnswerLink
from storage.members import Member

SHOWN = 3


def tell(moment: Moment, tries: Tries, reached: frozenset[str], link: AnswerLink | None) -> Replies:
    """What is told of the limits that a wrong try has just reached. Of nobody on the register no
    name is told: it is whatever a stranger typed.
    """
    day = f"{local_date(moment.now):%Y%m%d}"
    replies: Replies = []
    if "answer_day" in reached:
        people = ends_so(moment.session, tries.unit_id, tries.name)
        whose = "-".join(sorted(str(member.id) for member in people[:SHOWN]))
        context = {"names": [member.name for member in people[:SHOWN]]}
        choices = tuple(_link_for(member, link) for member in people[:SHOWN] if link)
        replies += _to_leaders(
            moment,
            tries.unit_id,
            "answer_links/tries_of_name.j2",
            context,
            f"{day}:{whose}",
            choices,
        )
    if "answer_link" in reached:
        replies += _to_leaders(moment, tries.unit_id, "answer_links/tries_of_link.j2", {}, day, ())
    return replies


def _link_for(member: Member, link: AnswerLink) -> Choice:
    return Choice(f"👤 Link riêng: {member.name}"[:60], f"link_for {link.id} #{member.id}")


def _to_leaders(
    moment: Moment,
    unit_id: int,
    template: str,
    context: Mapping[str, object],
    once: str,
    choices: tuple[Choice, ...],
) -> Replies:
    unit = units.get(moment.session, unit_id)
    assert unit is not None
    key = f"wrong_tries:{unit_id}:{once}"
    return [
        Reply(
            template,
            {"unit": unit.name, **context},
            to=door,
            key=f"{key}:{door}",
            choices=choices,
            bulk=True,
            not_before=quiet_until(moment.now),
        )
        for door in answering_chats(moment.session, unit_id, local_date(moment.now))
    ]
