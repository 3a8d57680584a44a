"""Every command × every standing × own unit, below, above and sideways.

The rows are lines about things of P5-K8, of Phường 5 and of the city; a row names who may give
the line. Everybody else must be refused, in words that do not tell whether the thing exists.
"""

from __future__ import annotations

import pytest

from bot.batch import run_line
from handlers import ROUTES
from handlers.access import recognise
from handlers.chat import Call, Incoming, Kind, Links
from handlers.errors import Refusal
from handlers.lines import RESERVED
from storage.database import savepoint
from tests.cast import PUBLIC_URL, Cast
from tests.permissions_scenes import furnished
from tests.permissions_walk import ACTORS, DRAFT_LINES, TELLING, WALK

DENIED = {
    "refusals/not_yours.j2",
    "directives/leaders_confirm.j2",
    "directives/officers_only.j2",
    "rolls/not_member.j2",
    "surveys/not_for_you.j2",
    "surveys/join_first.j2",
    "accounts/pending.j2",
    "dues/leaders_only.j2",
}


def outcome(cast: Cast, key: str, line: str) -> str:
    """What becomes of a line: "done", or the template that refuses. Nothing of it is kept."""
    now = cast.clock.now()
    address = f"sandbox:{key}"
    incoming = Incoming(
        "sandbox", f"walk:{key}:{line}", f"sandbox:{key}@sandbox", address, now,
        kind=Kind.PRESS, private=True, text=line, press_id=f"{key}/1", to_bot=True,
    )  # fmt: skip
    with cast.engine.connect() as connection, connection.begin() as whole:
        try:
            with savepoint(connection) as session:
                actor = recognise(session, address=address, name=key, now=now)
                call = Call(session, actor, now, incoming, links=Links(PUBLIC_URL), run=run_line)
                replies = run_line(call, line) or []
                found = next((r.template for r in replies if r.template in DENIED), "done")
        except Refusal as refusal:
            found = refusal.template if refusal.template in DENIED else "done"
        whole.rollback()
    return found


@pytest.fixture
async def walkers(cast: Cast) -> tuple[Cast, dict[str, int | None]]:
    return cast, await furnished(cast)


@pytest.mark.slow
@pytest.mark.sqlite
async def test_each_line_is_done_for_whom_it_is_meant_and_refused_to_all_others(
    walkers: tuple[Cast, dict[str, int | None]],
) -> None:
    cast, ids = walkers
    wrong = []
    for pattern, allowed in WALK:
        line = pattern.format(**ids)
        found = {key for key in ACTORS if outcome(cast, key, line) == "done"}
        if found != set(allowed):
            wrong.append(f"{line}: {sorted(found)} instead of {sorted(allowed)}")

    assert not wrong, "\n".join(wrong)


def test_every_command_is_walked() -> None:
    walked = {pattern.split()[0] for pattern, _ in WALK}
    by_event = RESERVED

    assert set(ROUTES) - walked - by_event - DRAFT_LINES == set()


async def test_what_is_absent_and_what_is_not_hers_look_alike(
    walkers: tuple[Cast, dict[str, int | None]],
) -> None:
    cast, ids = walkers
    for pattern, allowed in WALK:
        if "{" not in pattern or "sau" in allowed or pattern.split()[0] in TELLING:
            continue
        there = outcome(cast, "sau", pattern.format(**ids))
        absent = outcome(cast, "sau", pattern.format(**dict.fromkeys(ids, 999_999)))
        assert there == absent, pattern


async def test_without_the_doors_the_walk_would_fail(
    walkers: tuple[Cast, dict[str, int | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: let `leads` and `governs` say yes to all, and strangers get in."""
    cast, ids = walkers
    monkeypatch.setattr("handlers.rolls.access.leads", lambda *_: True)
    monkeypatch.setattr("handlers.directives.access.governs", lambda *_: True)

    assert outcome(cast, "ty", "roll_sheet {roll}".format(**ids)) == "done"
    assert outcome(cast, "an", "recall {sent} yes".format(**ids)) == "done"
