"""The units nobody can be told in: an officer must know of them before she relies on the bot."""

from __future__ import annotations

from collections.abc import Sequence

from handlers.access import LEADERS
from handlers.chat import Call
from handlers.understanding.zone import local_date
from handlers.windows import standing
from storage import accounts, groups, units

NAMED = 5
"""Most of them that are named."""


def unreached(call: Call, unit_ids: Sequence[int]) -> dict[str, object]:
    """What `directives/unreached.j2` says of those of these units that have neither a group nor a
    leader to pass it on.
    """
    groups.load_of(call.session, unit_ids)
    bare = [unit_id for unit_id in unit_ids if not groups.of_unit(call.session, unit_id)]
    doors = accounts.doors(call.session, bare, LEADERS, local_date(call.now))
    closed = standing(call, bare, doors)
    left = [unit_id for unit_id in bare if unit_id not in {*doors, *closed.silent}]
    names = units.full_names(call.session, left[:NAMED])
    listed = [names[unit_id] for unit_id in left[:NAMED]]
    return {"unreached": len(left), "names": listed, **closed._asdict()}
