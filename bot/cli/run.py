"""`chihoi run`: serve the real channels."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING

from bot.cli.errors import CommandError
from bot.settings import Settings, load

if TYPE_CHECKING:
    from bot.app import App
    from storage.database import Engine

DRAIN_SECONDS = 10.0


def run() -> None:
    """Serve the groups: listen, work, send, keep time, until stopped."""
    settings = load("run")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.logs import configure  # noqa: PLC0415

    configure()
    with opened(settings) as engine:
        asyncio.run(_serve(settings, engine))


async def _serve(settings: Settings, engine: Engine) -> None:
    """Build the bot on the union's database and run it."""
    from bot.app import App  # noqa: PLC0415
    from bot.channels.telegram import TelegramChannel  # noqa: PLC0415
    from bot.clock import SystemClock  # noqa: PLC0415
    from bot.commands import menu  # noqa: PLC0415
    from bot.pacing import TELEGRAM_PACE  # noqa: PLC0415
    from bot.web import telegram_hook  # noqa: PLC0415

    hook = None
    if settings.telegram_webhook:
        word = telegram_hook.secret(settings.secret_key)
        hook = (f"{settings.public_url}{telegram_hook.PATH}", word)
    channel = TelegramChannel(
        settings.telegram_token,
        api=settings.telegram_api,
        proxy=settings.telegram_proxy,
        webhook=hook,
        commands=menu(),
    )
    app = App(
        engine,
        {channel.name: channel},
        SystemClock(),
        public_url=settings.public_url,
        paces={channel.name: TELEGRAM_PACE},
        policy={"workbooks_in_chat": settings.workbooks_in_chat},
    )
    try:
        await _until_stopped(app, settings)
    finally:
        await channel.close()


async def _until_stopped(app: App, settings: Settings) -> None:
    """Run bot and pages until a signal comes; what is on its way then still gets its answer."""
    import uvicorn  # noqa: PLC0415

    from bot.web import registers, telegram_hook  # noqa: PLC0415
    from bot.web.site import site  # noqa: PLC0415

    async def app_of(_request: object) -> App:
        return app

    routes = registers.routes(app_of)
    if settings.telegram_webhook:
        routes.append(telegram_hook.route(app.receive, telegram_hook.secret(settings.secret_key)))
    server = uvicorn.Server(
        uvicorn.Config(
            site(routes, settings.public_url, [telegram_hook.PATH]),
            log_level="warning",
            access_log=False,
        )
    )
    listening = _bound(settings)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(app.run())
        await server.serve([listening])
        await app.stop(DRAIN_SECONDS)
        running.cancel()


def _bound(settings: Settings) -> socket.socket:
    """The web server's socket.

    Raises:
        CommandError: the port is taken, or the address is not this machine's.
    """
    try:
        return socket.create_server((settings.host, settings.port), reuse_port=False)
    except OSError as error:
        raise CommandError(
            f"CHIHOI_HOST and CHIHOI_PORT: {settings.host}:{settings.port} cannot be used:"
            f" {error.strerror}"
        ) from None
