"""`chihoi channel down` and `up`: a channel is lost, or back; a running `chihoi run` does the rest."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import CommandError
from bot.settings import Settings, load

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from storage.database import Engine, Session
    from storage.detours import Detour, DetourUnit

    Put = Callable[[Session, str, datetime], Detour | None]

WAIT_SECONDS = 30.0
LOOK_SECONDS = 0.3
PLATFORMS = {"zalo": ("zalo_bot", "zalo_oa")}
Name = Annotated[str, typer.Argument(help="telegram, zalo (all of Zalo's), zalo_bot, zalo_bot:2 …")]
Wait = Annotated[float, typer.Option(min=0, help="Seconds to wait for `chihoi run` to do it")]


def down(name: Name, *, wait: Wait = WAIT_SECONDS) -> None:
    """Take a channel out of use: what is open goes by the other doors of each unit."""
    from handlers.detours import deciding  # noqa: PLC0415 - heavy; `--help` needs none of it

    _change(load("channel down"), name, deciding.put_down, "down", wait)


def up(name: Name, *, wait: Wait = WAIT_SECONDS) -> None:
    """Take it into use again: what is open comes back to its groups."""
    from handlers.detours import deciding  # noqa: PLC0415

    _change(load("channel up"), name, deciding.put_up, "up", wait)


def _change(settings: Settings, name: str, put: Put, word: str, wait: float) -> None:
    from bot.cli.channels import names  # noqa: PLC0415
    from bot.cli.database import is_served, opened  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415
    from storage import signals  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    with opened(settings) as engine:
        now = SystemClock().now()
        found: list[Detour] = []
        with begin(engine) as session:
            for channel in _named(session, name, names(settings)):
                detour = put(session, channel, now)
                if detour is None:
                    print(f"{channel} is {word} already; nothing to do")
                else:
                    found.append(detour)
                    print(f"{channel} is {word} since {now:%Y-%m-%d %H:%M:%S} UTC")
            signals.tell(session, signals.Signal.OUTBOX)
        if found and not is_served(engine):
            print("no `chihoi run` serves this database: the rest is done when one starts")
        elif found:
            _watch(engine, found, word, wait)


def _named(session: Session, name: str, configured: Sequence[str]) -> list[str]:
    """The channels a word means, of those that are set or that anybody was ever met over.

    Raises:
        CommandError: there is none.
    """
    from storage import detours, groups, sends, stranded  # noqa: PLC0415

    name = name.strip().lower()
    standing = (detour.channel for detour in detours.all_standing(session))
    known = sorted({*configured, *standing, *stranded.channels(session)})
    kinds = PLATFORMS.get(name, (name,))
    several = name in PLATFORMS
    found = [c for c in known if c in kinds or (several and c.partition(":")[0] in kinds)]
    if not found and (groups.of_channel(session, name) or sends.users(session, name)):
        found = [name]
    if not found:
        raise CommandError(f"no channel {name}; there are: {', '.join(known) or 'none yet'}")
    return found


def _watch(engine: Engine, found: list[Detour], word: str, wait: float) -> None:
    """Wait until all is moved, and say what has become of it."""
    from storage import detours  # noqa: PLC0415
    from storage.database import reading  # noqa: PLC0415

    until = time.monotonic() + wait
    waiting = [detour.id or 0 for detour in found]
    while waiting and time.monotonic() < until:
        time.sleep(LOOK_SECONDS)
        with reading(engine) as session:
            for detour_id in list(waiting):
                detour = detours.get(session, detour_id)
                assert detour is not None
                if (detour.moved_at if word == "down" else detour.back_at) is not None:
                    waiting.remove(detour_id)
                    _print(detour, detours.parts(session, detour_id), word)
    if waiting:
        print("still under way; `chihoi run` goes on with it")


def _print(detour: Detour, parts: list[DetourUnit], word: str) -> None:
    from storage.detours import Way  # noqa: PLC0415

    moved = [part for part in parts if part.prompts]
    prompts = sum(part.prompts for part in moved)
    if word == "up":
        print(f"{detour.channel}: what is open is back in its groups ({len(parts)} units)")
        return
    print(f"{detour.channel}: {prompts} open prompts of {len(moved)} units go by other doors")
    told = {
        Way.GROUP: "another group",
        Way.TALKS: "private talks",
        Way.RELAY: "the leader passes on",
        Way.NONE: "no other door: waits",
    }
    for way, words in told.items():
        if count := sum(part.way == way for part in moved):
            print(f"  {count:>5} {words}")


def print_standing(session: Session) -> None:
    """Which channels are down, and how their units are reached meanwhile."""
    from storage import detours  # noqa: PLC0415

    for detour in detours.all_standing(session):
        how = "put down" if detour.by == "operator" else f"answers nobody ({detour.state})"
        print(f"{detour.channel}: {how} since {detour.since:%Y-%m-%d %H:%M:%S} UTC")
        if detour.moved_at is not None:
            _print(detour, detours.parts(session, detour.id or 0), "down")
