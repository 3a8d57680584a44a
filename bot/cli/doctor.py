"""`chihoi doctor`: is all well, and if not, what to do."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer


def doctor(
    deep: Annotated[
        bool, typer.Option(help="Read the whole SQLite file (minutes for gigabytes)")
    ] = False,
) -> None:
    """Look at settings, database, disk, clock, backups, Telegram and groups; 1 if anything is wrong."""
    from bot.clock import SystemClock  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.doctor import Level  # noqa: PLC0415
    from bot.doctor.examine import examine  # noqa: PLC0415

    async def look() -> bool:
        well = True
        async for finding in examine(SystemClock(), deep=deep):
            print(f"{finding.level:8} {finding.item:9} {finding.text}", flush=True)
            well = well and finding.level is not Level.ERROR
        return well

    if not asyncio.run(look()):
        raise typer.Exit(1)
