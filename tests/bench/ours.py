"""Our bot, as it is measured: `python -m tests.bench.ours DATABASE URL` polls; `hook` and a count
instead of an address has it worked through the webhook, without sending.
"""

from __future__ import annotations

import asyncio
import sys

from sqlmodel import col, func, select

from bot.app import App
from bot.channels import telegram_updates
from bot.channels.telegram import TelegramChannel
from bot.clock import SystemClock
from bot.pacing import TELEGRAM_PACE
from bot.web import telegram_hook
from bot.web.site import site
from storage.database import open_engine, reading
from storage.inbox import Inbox, InboxState
from tests.bench import hooking, union
from tests.bench.union import Union

SECRET = "word"


def build(database: str, url: str) -> tuple[App, TelegramChannel]:
    """The bot as `chihoi run` builds it."""
    channel = TelegramChannel(union.TOKEN, api=url)
    engine = open_engine(f"sqlite:///{database}")
    app = App(engine, {channel.name: channel}, SystemClock(), paces={channel.name: TELEGRAM_PACE})
    return app, channel


async def poll(database: str, url: str) -> None:
    """Serve a Bot API server until killed."""
    app, _ = build(database, url)
    await app.run()


async def hook(database: str, count: int, world: Union) -> None:
    """Work updates that come by webhook, and print what they cost."""
    app, channel = build(database, "http://127.0.0.1:9")
    channel._me = telegram_updates.Me(union.BOT_ID, str(union.BOT["username"]), True)
    page = site(
        [telegram_hook.route(app.receive, SECRET)], webhooks=[telegram_hook.PATH]
    )

    async def settled() -> None:
        while left(app):
            await asyncio.sleep(0.005)

    async with asyncio.TaskGroup() as group:
        working = group.create_task(app._work())
        await hooking.measured(
            page,
            telegram_hook.PATH,
            {"x-telegram-bot-api-secret-token": SECRET},
            count,
            settled,
            world,
        )
        working.cancel()
    app.engine.dispose()


def left(app: App) -> int:
    """How many events are not worked yet."""
    with reading(app.engine) as session:
        new = select(func.count()).where(col(Inbox.state) == InboxState.NEW)
        return session.exec(new).one()


if __name__ == "__main__":
    if sys.argv[2] == "hook":
        size = Union(*map(int, sys.argv[4:6]))
        asyncio.run(hook(sys.argv[1], int(sys.argv[3]), size))
    else:
        asyncio.run(poll(sys.argv[1], sys.argv[2]))
