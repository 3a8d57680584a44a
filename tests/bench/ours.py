"""Our bot, as it is measured: `python -m tests.bench.ours DATABASE URL` polls; `hook` and a count
instead of an address has it worked through the webhook, without sending; `evening` after them has
it send a directive meanwhile.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlmodel import col, func, select

from bot.app import App, warm_up
from bot.batch import Event
from bot.channels import telegram_updates
from bot.channels.telegram import TelegramChannel
from bot.clock import SystemClock
from bot.pacing import TELEGRAM_PACE
from bot.posting import Body
from bot.web import telegram_hook
from bot.web.site import site
from storage import mail
from storage.database import begin, open_engine, reading
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


async def evening(database: str, url: str, branches: int) -> None:
    """Serve as `poll` does while a directive goes out; print which events were committed when."""
    app, _ = build(database, url)
    work = app.dispatcher.work

    def worked(events: Sequence[Event], now: datetime, **options: Any) -> None:
        work(events, now, **options)
        numbers = [int(event.incoming.event_id) for event in events if event.incoming]
        sys.stdout.write(json.dumps([numbers, time.time()]) + "\n")
        sys.stdout.flush()

    app.dispatcher.work = worked  # type: ignore[method-assign]
    now = app.clock.now()
    body = msgspec.json.encode(Body(text="📢 <b>Chỉ đạo</b>: dự họp đầy đủ tối nay.")).decode()
    with begin(app.engine) as session:
        for branch in range(1, branches + 1):
            mail.post(
                session,
                key=f"directive:1:{branch}",
                channel="telegram",
                chat=f"telegram:{union.group_chat(branch)}",
                body=body,
                bulk=True,
                created_at=now,
            )
    await app.run()


async def hook(database: str, count: int, world: Union) -> None:
    """Work updates that come by webhook, and print what they cost."""
    app, channel = build(database, "http://127.0.0.1:9")
    channel._me = telegram_updates.Me(union.BOT_ID, str(union.BOT["username"]), True)
    warm_up()
    page = site([telegram_hook.route(app.receive, SECRET)], webhooks=[telegram_hook.PATH])

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
    elif sys.argv[3:] == ["evening"]:
        asyncio.run(evening(sys.argv[1], sys.argv[2], union.BRANCHES))
    else:
        asyncio.run(poll(sys.argv[1], sys.argv[2]))
