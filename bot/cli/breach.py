"""`chihoi breach`: a report on lost or leaked data, drafted from the log."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.files import write
from bot.cli.words import words

Moment = Annotated[datetime | None, typer.Option(help="Vietnamese time, as 2026-11-24T08:00")]


def breach(
    *,
    found: Moment = None,
    since: Moment = None,
    until: Moment = None,
    under: Annotated[str, typer.Option(help="Only people of this unit and below, as P5")] = "",
    account: Annotated[int | None, typer.Option(help="Only what this account did")] = None,
    what: Annotated[str, typer.Option(help="What happened, in a sentence")] = "",
    out: Annotated[Path | None, typer.Option(help="Write into this new file")] = None,
) -> None:
    """Draft the notice to the Ministry of Public Security: who saw what of how many people, when.

    It is due 72 hours after the breach was found (Law 91/2025/QH15, Article 23). Without --since the
    last thirty days are looked at.
    """
    from bot.cli.data import inside, working  # noqa: PLC0415 - heavy; `--help` needs none of it
    from handlers.privacy.breach import draft  # noqa: PLC0415
    from handlers.understanding.zone import ZONE  # noqa: PLC0415

    def here(moment: datetime | None, otherwise: datetime) -> datetime:
        return moment.replace(tzinfo=ZONE) if moment is not None else otherwise

    with working("breach") as (session, now):
        at = here(found, now)
        facts = draft(
            session,
            inside(session, under),
            found=at,
            since=here(since, at - timedelta(days=30)),
            until=here(until, now),
            account_id=account,
        )
        text = words("privacy/breach.j2", {**facts, "what": what})
    if out is None:
        print(text)
        return
    write(out, f"{text}\n".encode())
    print(f"Drafted into {out}; fill in what is left open. Due: {facts['deadline']:%Y-%m-%d %H:%M}")
