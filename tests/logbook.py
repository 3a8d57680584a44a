"""All that the process logs, at its most talkative, to look through."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

from bot.logs import configure


@contextmanager
def kept() -> Iterator[io.StringIO]:
    """What is logged meanwhile."""
    before, handlers = structlog.get_config(), logging.getLogger().handlers[:]
    stream = io.StringIO()
    configure(level=logging.DEBUG, stream=stream)
    try:
        yield stream
    finally:
        structlog.configure(**before)
        logging.getLogger().handlers[:] = handlers
