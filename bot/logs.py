"""Structured logs, one JSON object a line; never a text, a token or a phone.

What a person wrote must not come in through the back door either: an exception's own message may
quote it, so of an exception only its kind and its frames are written.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping
from typing import Any, TextIO

import structlog

_TOKEN = re.compile(r"(?<!\d)\d{6,}:[A-Za-z0-9_-]{20,}")
_PHONE = re.compile(r"(?<!\d)(?:\+?84|0)(?:[ .-]?\d){8,10}(?!\d)")


def covered(text: str) -> str:
    """A text without what looks like a token or a phone."""
    return _PHONE.sub("(phone)", _TOKEN.sub("(token)", text))


def scrub(_logger: object, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Cover tokens and phones, wherever a library put them."""
    for key, value in event.items():
        if value is not None and not isinstance(value, bool | int | float):
            event[key] = covered(str(value))
    return event


def frames(
    _logger: object, _name: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Write of an exception its kind and its frames."""
    found = event.pop("exc_info", None)
    if found is True:
        found = sys.exc_info()[1]
    elif isinstance(found, tuple):
        found = found[1]
    if isinstance(found, BaseException):
        event["exception"] = told(found)
    return event


def told(error: BaseException) -> str:
    """An exception and those it came from, without their messages."""
    return "\n".join(
        "".join([*traceback.format_tb(one.__traceback__), type(one).__qualname__])
        for one in _chain(error)
    )


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            for inner in error.exceptions:
                yield from _chain(inner)
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


class Plain(logging.Formatter):
    """The same for the libraries' own lines."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and the frames of an exception; asyncio's further lines quote exceptions."""
        line = record.getMessage()
        if record.name == "asyncio":
            line = line.partition("\n")[0]
        if record.exc_info and record.exc_info[1] is not None:
            line = f"{line}\n{told(record.exc_info[1])}"
        return f"{record.levelname.lower()} {record.name}: {covered(line)}"


def configure(*, level: int = logging.INFO, stream: TextIO | None = None) -> None:
    """Set up the process's logs, by default on stderr."""
    out = stream or sys.stderr
    handler = logging.StreamHandler(out)
    handler.setFormatter(Plain())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a tick left out is by design
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            frames,
            scrub,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(out),
        cache_logger_on_first_use=stream is None,
    )
    if stream is None:
        sys.excepthook = _crashed


def _crashed(_kind: type[BaseException], error: BaseException, _trace: object) -> None:
    """The program's last words, when an error ends it."""
    structlog.get_logger().critical("crashed", exc_info=error)
