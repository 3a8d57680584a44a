"""The rival on python-telegram-bot: `python -m tests.bench.rival_ptb DATABASE URL` polls."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    ApplicationBuilder,
    ApplicationHandlerStop,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    MessageHandler,
    TypeHandler,
    filters,
)

from tests.bench import rival_work, union
from tests.bench.rival_tables import Letter, RollCall
from tests.bench.rival_work import Tallies

SAID = {words.casefold(): status for status, words in union.WORDS.items()}
Context = ContextTypes.DEFAULT_TYPE


async def inbox(update: Update, context: Context) -> None:
    """Store every update before it is worked, and work none twice."""
    if not await rival_work.store(context.bot_data["sessions"], update.update_id, update.to_json()):
        raise ApplicationHandlerStop


async def start(update: Update, context: Context) -> None:
    """Greet."""
    assert update.effective_message is not None
    await update.effective_message.reply_text("Em chào chị!")


async def press(update: Update, context: Context) -> None:
    """An answer by a button."""
    query = update.callback_query
    assert query is not None and query.data is not None and query.message is not None
    _, roll_id, status = query.data.split()
    async with context.bot_data["sessions"]() as session:
        letter, roll = await rival_work.answer(
            session,
            update.update_id,
            query.from_user.id,
            query.message.chat.id,
            status,
            "button",
            int(roll_id),
        )
        await query.answer(letter.text)
        await finish(session, letter, roll, context)


async def say(update: Update, context: Context) -> None:
    """An answer in words."""
    message = update.effective_message
    assert message is not None and message.text is not None and message.from_user is not None
    async with context.bot_data["sessions"]() as session:
        letter, roll = await rival_work.answer(
            session,
            update.update_id,
            message.from_user.id,
            message.chat.id,
            SAID[message.text.casefold()],
            "words",
        )
        if roll is not None:
            await message.set_reaction("👍")
        await finish(session, letter, roll, context)


async def finish(session: Any, letter: Letter, roll: RollCall | None, context: Context) -> None:
    """Write down that it was sent, and let the group see."""
    await rival_work.sent(session, letter)
    if roll is not None:
        await context.bot_data["tallies"].changed(roll)


async def poll(database: str, url: str) -> None:
    """Serve a Bot API server until killed."""
    _, sessions = rival_work.open_database(database)
    app: Application[Any, Any, Any, Any, Any, Any] = (
        ApplicationBuilder().token(union.TOKEN).base_url(f"{url}/bot").build()
    )

    async def edit(roll: RollCall, text: str) -> object:
        return await app.bot.edit_message_text(
            text, chat_id=roll.chat_id, message_id=roll.message_id, parse_mode="HTML"
        )

    app.bot_data.update(sessions=sessions, tallies=Tallies(sessions, edit))
    app.add_handler(TypeHandler(Update, inbox), group=-1)
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CallbackQueryHandler(press, pattern="^mark "))
    groups = filters.ChatType.GROUPS & filters.Regex(f"(?i)^({'|'.join(SAID)})$")
    app.add_handler(MessageHandler(groups, say))
    async with app:
        await app.start()
        assert app.updater is not None
        await app.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(poll(sys.argv[1], sys.argv[2]))
