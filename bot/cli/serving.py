"""The process of `chihoi run`: bot and pages until told to stop, and no longer than that."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import structlog
import uvicorn

from bot.cli.errors import CommandError
from bot.roles import Role
from bot.settings import Settings
from bot.watch import Watch

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from bot.app import App

log = structlog.get_logger()
DRAIN_SECONDS = 7.0
"""What is on its way may take so long to get its answer."""
PAGE_SECONDS = 3
"""What a page may still take."""
STOP_SECONDS = 9.5
"""Then the process ends however it stands: what it leaves is told apart at the next start."""


class _Server(uvicorn.Server):
    """uvicorn, without its own ear for signals: it would end the process by them."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave them to us."""
        yield


def server_of(site: ASGIApp) -> uvicorn.Server:
    """The web server. Its lines go where ours go: its own handler would write an error out with
    its message, and that may quote what people wrote (`bot.logs`).
    """
    return _Server(
        uvicorn.Config(
            site,
            log_config=None,
            log_level="warning",
            access_log=False,
            lifespan="off",
            timeout_graceful_shutdown=PAGE_SECONDS,
        )
    )


async def until_stopped(
    app: App, site: ASGIApp, listening: socket.socket, roles: frozenset[Role]
) -> None:
    """Run bot and pages until a signal comes. What is on its way then still gets its answer
    written; what waits stays queued. A second signal ends the process at once.
    """
    server = server_of(site)
    with _signals((signal.SIGTERM, signal.SIGINT)) as told:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(app.run(roles))]
            if Role.CLOCK in roles:
                tasks.append(group.create_task(Watch(app).run()))
            group.create_task(server.serve([listening]))
            await told.wait()
            log.info("stopping")
            server.should_exit = True
            await app.stop(DRAIN_SECONDS)
            for task in tasks:
                task.cancel()
    log.info("stopped")


@contextlib.contextmanager
def _signals(numbers: Sequence[signal.Signals]) -> Iterator[asyncio.Event]:
    """An event that the first of these signals sets."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()

    def hear(number: signal.Signals) -> None:
        if told.is_set():
            log.warning("stopped_at_once")
            os._exit(128 + number)
        told.set()
        threading.Thread(target=_end_in_time, daemon=True).start()

    for number in numbers:
        loop.add_signal_handler(number, hear, number)
    try:
        yield told
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


def _end_in_time() -> None:
    """A thread that hangs, in a database or a disk, must not keep the process."""
    time.sleep(STOP_SECONDS)
    log.error("stopped_by_force")
    os._exit(1)


def bound(settings: Settings) -> socket.socket:
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
