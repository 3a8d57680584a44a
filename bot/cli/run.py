"""`chihoi run`: serve the real channels."""

from __future__ import annotations

import asyncio
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import CommandError
from bot.roles import ALL, Role
from bot.settings import Settings, load

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from bot.app import App
    from storage.database import Engine


def run(
    role: Annotated[
        list[Role] | None,
        typer.Option(help="Do only this part of the work (PostgreSQL; may be given several times)"),
    ] = None,
) -> None:
    """Serve the groups: listen, work, send, keep time, until stopped."""
    settings = load("run")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.logs import configure  # noqa: PLC0415

    configure()
    with opened(settings) as engine, _alone(engine, role or []):
        asyncio.run(_serve(settings, engine, frozenset(role or ALL)))


@contextmanager
def _alone(engine: Engine, roles: list[Role]) -> Iterator[None]:
    """SQLite is for one process; PostgreSQL's own locks sort out any number.

    Raises:
        CommandError: another process serves this file, or roles were asked for.
    """
    file = engine.url.database
    if engine.dialect.name != "sqlite" or not file or file == ":memory:":
        yield
        return
    if roles:
        raise CommandError("--role needs PostgreSQL: with SQLite one process does everything")
    with Path(f"{file}.lock").open("w") as held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CommandError(
                f"another `chihoi run` serves {file} already; stop it first"
            ) from None
        yield


async def _serve(settings: Settings, engine: Engine, roles: frozenset[Role]) -> None:
    """Build the bot on the union's database and run it."""
    from bot.app import App  # noqa: PLC0415
    from bot.cli.channels import plans, served  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.file_links import FileLinks  # noqa: PLC0415

    doors = served(settings, engine)
    app = App(
        engine,
        {door.channel.name: door.channel for door in doors},
        SystemClock(),
        public_url=settings.public_url,
        paces={door.channel.name: door.pace for door in doors},
        policy={"workbooks_in_chat": settings.workbooks_in_chat},
        file_links=FileLinks(settings.public_url, settings.secret_key),
        plans=plans(settings),
        erasures=settings.erasures,
        patience=timedelta(minutes=settings.detour_minutes) if settings.detour_minutes else None,
    )
    try:
        await _until_stopped(app, settings, roles)
    finally:
        for door in doors:
            await door.channel.close()


async def _until_stopped(app: App, settings: Settings, roles: frozenset[Role]) -> None:
    """Serve bot and pages until a signal comes."""
    from bot.cli.channels import hooks, leading_in  # noqa: PLC0415
    from bot.cli.serving import bound, until_stopped  # noqa: PLC0415
    from bot.web import (  # noqa: PLC0415
        answer_pages,
        files,
        hall_pages,
        health,
        own_data,
        papers,
        registers,
    )
    from bot.web.site import site  # noqa: PLC0415

    async def app_of(_request: object) -> App:
        return app

    routes: list[BaseRoute] = [*health.routes(app, settings.metrics_token)]
    if Role.WEB in roles:
        routes += [*registers.routes(app_of), *files.routes(app_of), *answer_pages.routes(app_of)]
        routes += [*papers.routes(app_of), *hall_pages.routes(app_of)]
        routes += own_data.routes(app_of)
        routes += leading_in(settings)
    called = hooks(settings, app.receive) if Role.INTAKE in roles else []
    pages = site([*routes, *called], settings.public_url, [hook.path for hook in called])
    await until_stopped(app, pages, bound(settings), roles)
