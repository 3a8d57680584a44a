"""Whether the process lives and the union is served, for a supervisor; numbers for Prometheus.

`/health/live`: this process works. `/health`: all that serves people works, else 503 and the names
of what does not. `/metrics` only with the token of its setting: behind a reverse proxy everybody
seems to come from this machine.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from sqlalchemy.exc import SQLAlchemyError
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from bot.app import App
from bot.metrics import DONE, Waiting
from storage import queues
from storage.database import alone_here, reading

PATIENCE = timedelta(minutes=2)
"""An event or a tick older than this does not just wait: something stands still."""


class Health:
    """The pages, for one union's process."""

    def __init__(self, app: App, token: str = "") -> None:
        self.app = app
        self.token = token
        self._waiting = CollectorRegistry()
        self._waiting.register(Waiting(app))

    def live(self, request: Request) -> Response:
        """Whether this process works."""
        standing = self._stands_still(self.app.clock.now())
        return PlainTextResponse("standing still" if standing else "ok", 503 if standing else 200)

    def ready(self, request: Request) -> Response:
        """Whether people are served."""
        problems = list(self._problems(self.app.clock.now()))
        found = {"status": "failing" if problems else "ok", "problems": problems}
        return JSONResponse(found, 503 if problems else 200)

    def metrics(self, request: Request) -> Response:
        """Numbers, in Prometheus' text format."""
        brought = request.headers.get("authorization", "").removeprefix("Bearer ")
        if not self.token or not hmac.compare_digest(brought.encode(), self.token.encode()):
            return PlainTextResponse("", 404 if not self.token else 401)
        told = generate_latest(DONE) + generate_latest(self._waiting)
        return Response(told, media_type=CONTENT_TYPE_PLAIN_0_0_4)

    def _stands_still(self, now: datetime) -> bool:
        """With PostgreSQL another process may have become the clock."""
        ticked = self.app.ticked_at
        return alone_here(self.app.engine) and ticked is not None and now - ticked > PATIENCE

    def _problems(self, now: datetime) -> Iterator[str]:
        if self._stands_still(now):
            yield "clock"
        try:
            with reading(self.app.engine) as session:
                oldest = queues.depths(session, now).oldest_event
        except SQLAlchemyError:
            yield "database"
        else:
            if oldest is not None and now - oldest > PATIENCE:
                yield "worker"
        for name, channel in self.app.channels.items():
            if not channel.ready or self.app.delivery.lanes[name].breaker.is_open:
                yield name


def routes(app: App, token: str = "") -> list[Route]:
    """Where a supervisor looks."""
    health = Health(app, token)
    return [
        Route("/health", health.ready),
        Route("/health/live", health.live),
        Route("/metrics", health.metrics),
    ]
