"""`chihoi channel`: what a channel's plan has room for, and what a new one can really do."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.detours import down, print_standing, up
from bot.cli.errors import CommandError
from bot.cli.files import write
from bot.cli.oa import oa
from bot.settings import load

if TYPE_CHECKING:
    from datetime import datetime

    from bot.zalo_probe import Probe
    from handlers.capacity import Place, Use
    from storage.database import Session

channel = typer.Typer(help="Channels: room, first day, loss.", no_args_is_help=True)
channel.command()(down)
channel.command()(up)
channel.add_typer(oa, name="oa")


@channel.command()
def status(
    *,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show; put no group on relay")
    ] = False,
) -> None:
    """Count what Zalo's bots have used, show which groups fit, put the rest on relay; and say
    which channels are down.
    """
    settings = load("channel status")
    from bot.cli.channels import of_zalo, plans  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.cli.database import opened  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.dispatch import Dispatcher  # noqa: PLC0415
    from handlers import capacity  # noqa: PLC0415
    from handlers.chat import Moment  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    now = SystemClock().now()
    with opened(settings) as engine, begin(engine) as session:
        print_standing(session)
        moment = Moment(session, now)
        _print_windows(session, now)
        served = Dispatcher(engine, of_zalo(settings, engine), settings.public_url)
        for name, plan in plans(settings).items():
            used = capacity.use(moment, name, plan)
            _print(used, capacity.places(moment, used))
            if not dry_run:
                told = capacity.settle(moment, used)
                served.say(session, told, now=now, origin=f"status:{name}:{now.timestamp():.0f}")
    if not settings.zalo_bot_tokens:
        print("no channel with a plan: CHIHOI_ZALO_BOT_TOKEN is not set")


def _print_windows(session: Session, now: datetime) -> None:
    from storage import windows  # noqa: PLC0415

    free, paid, shut = windows.counts(session, now)
    if free or paid or shut:
        print(
            f"zalo_oa: {free} people can be written to free of charge, {paid} at a cost,"
            f" {shut} not until they write"
        )


def _print(used: Use, places: list[Place]) -> None:
    plan = used.plan
    print(
        f"{used.channel}: {used.sent}/{plan.messages} messages this month"
        f" ({used.share:.0%}, forecast {used.forecast}), {used.users}/{plan.users} people,"
        f" {used.groups}/{plan.groups} groups{'  ! tight' if used.tight else ''}"
    )
    for place in places:
        how = "fits" if place.fits else "relay"
        print(f"  {how:<6} {place.needs:>5} a month  {place.unit}: {place.group.title}")


@channel.command()
def probe(
    platform: Annotated[str, typer.Argument(help="zalo")],
    *,
    bot: Annotated[int, typer.Option(min=1, help="Which of the bots")] = 1,
    out: Annotated[Path, typer.Option(help="Where the findings go")] = Path("zalo-probe.json"),
    patience: Annotated[float, typer.Option(help="Seconds a person has for each step")] = 60.0,
    picture: Annotated[
        str, typer.Option(help="Address of a picture on your site: does Zalo fetch it?")
    ] = "",
    webhook: Annotated[
        bool, typer.Option("--webhook", help="Also try the webhook (`chihoi run` must be up)")
    ] = False,
) -> None:
    """Try with a real token what is not documented, with a phone at hand; writes down the findings."""
    if platform != "zalo":
        raise CommandError(f"only zalo can be probed, not {platform}")
    settings = load("channel probe")
    if bot not in settings.zalo_bot_tokens:
        raise CommandError(f"CHIHOI_ZALO_BOT_TOKEN has no bot number {bot}")
    if webhook and not (settings.public_url and settings.secret_key):
        raise CommandError("--webhook needs CHIHOI_PUBLIC_URL and CHIHOI_SECRET_KEY")
    from bot.channels.zalo_api import ZaloApi  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.web import zalo_hook  # noqa: PLC0415
    from bot.zalo_probe import Probe  # noqa: PLC0415

    api = ZaloApi(settings.zalo_bot_tokens[bot], settings.zalo_bot_api)
    looking = Probe(api, print, patience, picture=picture)
    word = zalo_hook.secret(settings.secret_key, bot)
    hook = (
        (f"{settings.public_url}{zalo_hook.path(bot)}", word)
        if settings.public_url and settings.secret_key
        else None
    )
    try:
        asyncio.run(_look(looking, hook, try_webhook=webhook))
    finally:
        written = {"found": looking.found, "settings": looking.settings}
        told = json.dumps(written, ensure_ascii=False, indent=1)
        write(out, f"{told}\n".encode(), over=True)
    print(f"written to {out}")
    for name, value in looking.settings.items():
        print(f"set {name}={value}")


async def _look(probe: Probe, hook: tuple[str, str] | None, *, try_webhook: bool) -> None:
    try:
        await probe.run(hook, try_webhook=try_webhook)
    finally:
        await probe.api.close()
