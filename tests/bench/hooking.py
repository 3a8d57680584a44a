"""Calls a webhook in the very process that is measured: what an update costs without a network."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from typing import Any

from starlette.types import ASGIApp, Message

from tests.bench import union
from tests.bench.measuring import report
from tests.bench.union import Union

WARM = 40
"""So many answers come first and are not counted: tables are built, statements compiled."""
AT_ONCE = 100
"""Telegram's most connections to one webhook (core.telegram.org/bots/api#setwebhook)."""


async def measured(
    app: ASGIApp,
    path: str,
    headers: Mapping[str, str],
    count: int,
    settled: Callable[[], Awaitable[None]] | None = None,
    world: Union | None = None,
) -> None:
    """Post `count` answers, at most 100 at once, and report the process' CPU time for one."""
    updates = union.updates(world or Union(), WARM + count)
    lines = [(name.lower().encode(), value.encode()) for name, value in headers.items()]

    async def line(waiting: Iterator[bytes]) -> None:
        for body in waiting:
            await _post(app, path, lines, body)

    async def post(bodies: Sequence[bytes]) -> None:
        waiting = iter(bodies)
        async with asyncio.TaskGroup() as group:
            for _ in range(AT_ONCE):
                group.create_task(line(waiting))
        if settled is not None:
            await settled()

    await post(updates[:WARM])
    wall, cpu = time.perf_counter(), time.process_time()
    await post(updates[WARM:])
    report(
        cpu=(time.process_time() - cpu) / count,
        wall=(time.perf_counter() - wall) / count,
    )


async def _post(app: ASGIApp, path: str, lines: list[tuple[bytes, bytes]], body: bytes) -> None:
    scope: dict[str, Any] = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "POST",
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [
            (b"host", b"127.0.0.1"),
            (b"content-type", b"application/json"),
            (b"content-length", str(len(body)).encode()),
            *lines,
        ],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 80),
    }
    statuses = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])

    await app(scope, receive, send)
    assert statuses == [200], statuses
