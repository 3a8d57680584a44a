"""`chihoi mail`: what waits to be sent, what may not have arrived, and sending it again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated

import typer

from bot.cli.errors import CommandError
from bot.clock import SystemClock
from bot.settings import load

mail = typer.Typer(help="Messages on their way out.", no_args_is_help=True)
SHOWN = 50
ACTIVE = "active"
"""The state of a group the bot sits in (`storage.groups`)."""


@mail.command()
def status() -> None:
    """How many messages are in which state, and which may not have arrived."""
    settings = load("mail status")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from storage import deliveries  # noqa: PLC0415
    from storage.database import reading  # noqa: PLC0415

    now = SystemClock().now()
    with opened(settings) as engine, reading(engine) as session:
        counts = deliveries.counts(session)
        oldest = deliveries.oldest_waiting(session, now)
        unsure = deliveries.unsure(session, SHOWN)
    for (channel, state), count in sorted(counts.items()):
        print(f"{channel:<12} {state:<10} {count:>8}")
    if oldest is not None:
        print(f"the oldest message that may go waits since {oldest:%Y-%m-%d %H:%M:%S} UTC")
    for row, _channel, chat, state, queued_at, note in unsure:
        print(f"{row:>8} {state:<10} {chat:<32} {queued_at:%Y-%m-%d %H:%M} UTC  {note[:60]}")


@mail.command()
def units(
    under: Annotated[str, typer.Option(help="Only this unit and those below it, by its code")] = "",
    directive: Annotated[
        int, typer.Option(min=0, help="Only this directive, by the number /tiendo uses")
    ] = 0,
    days: Annotated[int, typer.Option(min=1, help="Messages of so many days")] = 7,
) -> None:
    """Every unit, a line for each of its groups: what reached it, what waits, what did not arrive."""
    settings = load("mail units")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from storage import deliveries, relays  # noqa: PLC0415
    from storage import units as tree  # noqa: PLC0415
    from storage.database import reading  # noqa: PLC0415

    since = SystemClock().now() - timedelta(days=days)
    subject = f"directive:{directive}" if directive else ""
    with opened(settings) as engine, reading(engine) as session:
        top = tree.by_code(session, under) if under else None
        if under and top is None:
            raise CommandError(f"there is no unit {under}")
        roots = tree.roots(session) if top is None else [top.id or 0]
        found = tree.load(session, tree.subtree(session, roots))
        standings = deliveries.by_group(session, since, subject)
        by_hand = relays.waiting(session, since, subject)
    above = {unit.parent_id for unit in found}
    for unit in sorted(found, key=lambda unit: unit.code):
        own = [standing for standing in standings if standing.unit_id == unit.id]
        lines = [(one.address, _told(one.states, one.group)) for one in own]
        if waits := by_hand.get(unit.id or 0, 0):
            lines.append(("by hand", f"waiting {waits}"))
        if not lines and unit.id not in above:
            lines.append(("by hand", "nothing"))
        for door, told in lines:
            print(f"{unit.code:<14} {door:<28} {told}")


def _told(states: Mapping[str, int], group: str) -> str:
    """A group's messages by state, and whether the bot has lost it."""
    told = [f"{state} {count}" for state, count in states.items()] or ["nothing"]
    return ", ".join(told) + ("" if group == ACTIVE else f" (the group is {group})")


@mail.command()
def resend(
    messages: Annotated[
        list[int] | None, typer.Argument(help="Numbers `mail status` prints")
    ] = None,
    *,
    all_unsure: Annotated[
        bool, typer.Option("--all", help="Everything that may not have arrived")
    ] = False,
) -> None:
    """Send again what may not have arrived; a message that may come twice says so."""
    settings = load("mail resend")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from storage import deliveries, signals  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    if bool(messages) == all_unsure:
        raise CommandError("name the messages, or say --all")
    now = SystemClock().now()
    with opened(settings) as engine, begin(engine) as session:
        rows = messages or [row[0] for row in deliveries.unsure(session, 1_000_000)]
        done = [row for row in rows if deliveries.resend(session, row, now)]
        signals.tell(session, signals.Signal.OUTBOX)
    print(f"{len(done)} of {len(rows)} messages queued again")
    if len(done) < len(rows) and messages:
        missing = ", ".join(str(row) for row in rows if row not in done)
        raise CommandError(f"not in doubt, nor given up: {missing}", 1 if done else 2)
