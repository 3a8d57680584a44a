"""The rival on aiogram: routers, F filters, middlewares, async SQLModel sessions.

`python -m tests.bench.rival_aiogram DATABASE URL` polls; `hook` and a count instead of an address
has it worked through a webhook in our own Starlette app, without sending.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from aiogram import BaseMiddleware, Bot, Dispatcher, F, Router
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.enums import ChatType
from aiogram.filters import Command, CommandStart
from aiogram.types import CallbackQuery, Message, ReactionTypeEmoji, TelegramObject, Update
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot.web.site import site
from tests.bench import hooking, rival_work, union
from tests.bench.rival_tables import Letter, RollCall
from tests.bench.rival_work import Sessions, Tallies

GROUPS = {ChatType.GROUP, ChatType.SUPERGROUP}
SAID = {words.casefold(): status for status, words in union.WORDS.items()}
PATH = "/telegram/webhook"
Handler = Callable[[TelegramObject, dict[str, Any]], Awaitable[Any]]
router = Router()


class Inbox(BaseMiddleware):
    """Stores every update before it is worked, and works none twice."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Store, then go on."""
        assert isinstance(event, Update)
        body = event.model_dump_json(exclude_none=True)
        if await rival_work.store(self.sessions, event.update_id, body):
            return await handler(event, data)
        return None


class Database(BaseMiddleware):
    """Gives every handler a session."""

    def __init__(self, sessions: Sessions) -> None:
        self.sessions = sessions

    async def __call__(self, handler: Handler, event: TelegramObject, data: dict[str, Any]) -> Any:
        """Open one for this event."""
        async with self.sessions() as session:
            data["session"] = session
            return await handler(event, data)


@router.message(CommandStart())
async def start(message: Message) -> None:
    """Greet."""
    await message.answer("Em chào chị!")


@router.message(Command("trogiup"))
async def explain(message: Message) -> None:
    """Help."""
    await message.answer("Chị bấm một nút dưới tin điểm danh ạ.")


@router.callback_query(F.data.startswith("mark "))
async def press(query: CallbackQuery, event_update: Update, **data: Any) -> None:
    """An answer by a button."""
    assert query.data is not None and query.message is not None
    _, roll_id, status = query.data.split()
    letter, roll = await rival_work.answer(
        data["session"],
        event_update.update_id,
        query.from_user.id,
        query.message.chat.id,
        status,
        "button",
        int(roll_id),
    )
    if data["sends"]:
        await query.answer(letter.text)
    await finish(letter, roll, data)


@router.message(F.chat.type.in_(GROUPS), F.text.casefold().in_(SAID))
async def say(message: Message, event_update: Update, **data: Any) -> None:
    """An answer in words."""
    assert message.from_user is not None and message.text is not None
    letter, roll = await rival_work.answer(
        data["session"],
        event_update.update_id,
        message.from_user.id,
        message.chat.id,
        SAID[message.text.casefold()],
        "words",
    )
    if data["sends"] and roll is not None:
        await message.react([ReactionTypeEmoji(emoji="👍")])
    await finish(letter, roll, data)


async def finish(letter: Letter, roll: RollCall | None, data: dict[str, Any]) -> None:
    """Write down that it was sent, and let the group see."""
    if not data["sends"]:
        return
    await rival_work.sent(data["session"], letter)
    if roll is not None:
        await data["tallies"].changed(roll)


def build(bot: Bot, sessions: Sessions, *, sends: bool) -> Dispatcher:
    """The bot, ready to be fed."""

    async def edit(roll: RollCall, text: str) -> object:
        return await bot.edit_message_text(
            text, chat_id=roll.chat_id, message_id=roll.message_id, parse_mode="HTML"
        )

    dispatcher = Dispatcher(sends=sends, tallies=Tallies(sessions, edit))
    dispatcher.update.outer_middleware(Inbox(sessions))
    dispatcher.update.middleware(Database(sessions))
    dispatcher.include_router(router)
    return dispatcher


async def poll(database: str, url: str) -> None:
    """Serve a Bot API server until killed."""
    engine, sessions = rival_work.open_database(database)
    session = AiohttpSession(api=TelegramAPIServer.from_base(url))
    bot = Bot(union.TOKEN, session=session)
    await build(bot, sessions, sends=True).start_polling(bot, handle_signals=False)
    await engine.dispose()


async def hook(database: str, count: int) -> None:
    """Work updates that come by webhook, and print what they cost."""
    engine, sessions = rival_work.open_database(database)
    bot = Bot(union.TOKEN)
    dispatcher = build(bot, sessions, sends=False)

    async def called(request: Request) -> Response:
        await dispatcher.feed_update(
            bot, Update.model_validate(await request.json(), context={"bot": bot})
        )
        return PlainTextResponse("")

    app = site([Route(PATH, called, methods=["POST"])], webhooks=[PATH])
    await hooking.measured(app, PATH, {}, count)
    await engine.dispose()


if __name__ == "__main__":
    if sys.argv[2] == "hook":
        asyncio.run(hook(sys.argv[1], int(sys.argv[3])))
    else:
        asyncio.run(poll(sys.argv[1], sys.argv[2]))
