"""Serving the demo: one port on this machine, the worlds behind it, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import socket
from collections.abc import Callable
from pathlib import Path

import uvicorn

from bot.demo.worlds import HOME, WorldKeeper
from bot.web.sandbox import sandbox_site

HOST = "127.0.0.1"
GRACE_SECONDS = 2


class PortTakenError(Exception):
    """Something else listens there."""


def bind(port: int) -> socket.socket:
    """A socket that only this machine reaches.

    Raises:
        PortTakenError: the port is in use.
    """
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
        taken.listen()
    except OSError:
        taken.close()
        raise PortTakenError from None
    return taken


def serve(
    folder: Path,
    listening: socket.socket,
    *,
    public_url: str,
    shared: bool,
    ready: Callable[[], None],
) -> None:
    """Serve until a signal comes; `ready` is called once pages can be opened."""

    async def run() -> None:
        async with asyncio.TaskGroup() as group:
            keeper = WorldKeeper(folder, group, public_url, shared=shared)
            config = uvicorn.Config(
                sandbox_site(keeper, public_url),
                log_config=None,  # as ours: its own would quote what errors say
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=GRACE_SECONDS,
                lifespan="off",
            )
            tending = group.create_task(keeper.tend())
            if not shared:
                await keeper.of(HOME)
            ready()
            try:
                await uvicorn.Server(config).serve(sockets=[listening])
            finally:
                tending.cancel()
                await keeper.close()

    # uvicorn hands a signal on once it has stopped: let TERM end as gently as Ctrl-C
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(run())
