"""What a process does for its union; on SQLite one does everything, on PostgreSQL they share."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from storage.locks import Lock

log = structlog.get_logger()
CHECK_SECONDS = 1.0
"""How often a lock is asked for, and asked whether it is still held."""
ANSWER_SECONDS = 8.0
"""A database that does not say so long whether we hold a lock: we do not."""


class Role(StrEnum):
    """A part of the work; each may run in any number of processes."""

    INTAKE = "intake"  # stores what comes in; one process polls a channel, any takes webhooks
    WORKER = "worker"  # works events; a chat belongs to one worker at a time
    DELIVERY = "delivery"  # sends; one process a channel
    CLOCK = "clock"  # fires what is due; one process
    WEB = "web"  # serves pages


ALL = frozenset(Role)


async def alone(lock: Lock, work: Callable[[], Awaitable[None]]) -> None:
    """Do `work` while this process holds the lock: wait for it, and stop when it is lost."""
    try:
        while True:
            if await _holds(lock):
                log.info("role_taken", role=lock.name)
                await _while_held(lock, work)
            await asyncio.sleep(CHECK_SECONDS)
    finally:
        await asyncio.to_thread(lock.release)


async def _while_held(lock: Lock, work: Callable[[], Awaitable[None]]) -> None:
    task = asyncio.ensure_future(work())
    try:
        while not task.done() and await _holds(lock):
            await asyncio.wait([task], timeout=CHECK_SECONDS)
        if not task.done():
            log.warning("role_lost", role=lock.name)
    finally:
        if not task.done():
            task.cancel()
        outcome = (await asyncio.gather(task, return_exceptions=True))[0]
    if isinstance(outcome, Exception):
        raise outcome


async def _holds(lock: Lock) -> bool:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            return await asyncio.to_thread(lock.acquire)
    except TimeoutError:
        return False
