"""A post office that the stories of delivery share."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Engine
from sqlmodel import select

from bot.app import App
from bot.clock import MovableClock
from handlers.chat import Reply
from storage.database import begin, reading
from storage.mail import Outbox
from tests.cast import MONDAY_8AM
from tests.channels.fake_channel import FakeChannel

CHAT = "fake:an"
HELLO = "talk/cancelled.j2"


class Post:
    """A post office with a fake channel at its far end."""

    def __init__(self, engine: Engine, channel: FakeChannel) -> None:
        self.engine = engine
        self.channel = channel
        self.clock = MovableClock(MONDAY_8AM, held=True)
        self.app = App(engine, {"fake": channel}, self.clock)

    def queue(self, *replies: Reply) -> None:
        with begin(self.engine) as session:
            poster = self.app.dispatcher.poster
            for number, reply in enumerate(replies):
                poster.queue(
                    session, [reply], now=self.clock.now(), origin=f"test:{number}:{reply}"
                )

    async def send(self, **later: float) -> None:
        self.clock.advance(timedelta(**later))
        await self.app.delivery.drain()

    def fates(self) -> list[str]:
        with reading(self.engine) as session:
            return [row.state for row in session.exec(select(Outbox).order_by(Outbox.id))]  # type: ignore[arg-type]


class Watch:
    """A monotonic clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def office(engine: Engine, channel: FakeChannel | None = None) -> tuple[Post, Watch]:
    post = Post(engine, channel or FakeChannel())
    watch = Watch()
    post.app.delivery.monotonic = watch
    post.app.delivery.__post_init__()
    return post, watch


def rows(engine: Engine) -> list[Outbox]:
    with reading(engine) as session:
        return list(session.exec(select(Outbox).order_by(Outbox.id)))  # type: ignore[arg-type]
