"""`chihoi mail`: what waits to be sent, what may not have arrived, and sending it again."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli.errors import CommandError
from bot.clock import SystemClock
from bot.settings import load

mail = typer.Typer(help="Messages on their way out.", no_args_is_help=True)
SHOWN = 50


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
