"""Structured logs, one JSON object a line; never a text, a token or a phone."""

from __future__ import annotations

import logging
import re
from collections.abc import MutableMapping
from typing import Any

import structlog

_TOKEN = re.compile(r"(?<!\d)\d{6,}:[A-Za-z0-9_-]{20,}")
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)\d{9,10}(?!\d)")


def scrub(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cover what looks like a token or a phone, wherever a library put it."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = _PHONE.sub("(phone)", _TOKEN.sub("(token)", value))
    return event


class ScrubFilter(logging.Filter):
    """The same for the libraries' own log lines."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the line; every line passes."""
        record.msg = _PHONE.sub("(phone)", _TOKEN.sub("(token)", record.getMessage()))
        record.args = ()
        return True


def configure(*, level: int = logging.INFO) -> None:
    """Set up the process's logs. Tracebacks keep frames, never the values in them."""
    handler = logging.StreamHandler()
    handler.addFilter(ScrubFilter())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick left out is by design
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            scrub,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
