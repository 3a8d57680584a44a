"""Zalo's bots: the tokens, the webhooks, and how much of the plan is left."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec

from bot.channels.zalo_api import ZaloApi
from bot.channels.zalo_bot import name_of
from bot.channels.zalo_client import NoAnswerError, ZaloError
from bot.clock import Clock
from bot.doctor.findings import Finding, error, ok, warning
from bot.settings import PREFIX, Settings
from bot.web.zalo_hook import path
from handlers import capacity
from handlers.capacity import Plan
from handlers.chat import Moment
from storage.database import Engine, reading

PATIENCE = 10.0


async def look(settings: Settings, engine: Engine | None, clock: Clock) -> AsyncIterator[Finding]:
    """Every bot, one after the other."""
    for number, token in settings.zalo_bot_tokens.items():
        api = ZaloApi(token, settings.zalo_bot_api)
        try:
            async for finding in _bot(api, settings, number):
                yield finding
        finally:
            await api.close()
        if engine is not None:
            yield _room(settings, engine, clock, number)
    if settings.zalo_bot_tokens and not settings.public_url:
        yield warning("zalo_bot", f"{PREFIX}PUBLIC_URL is not set: files and pictures cannot be"
                      " fetched, and people on Zalo get none")  # fmt: skip


async def _bot(api: ZaloApi, settings: Settings, number: int) -> AsyncIterator[Finding]:
    name = name_of(number)
    try:
        me = msgspec.json.decode(await api.call("getMe", seconds=PATIENCE))
    except NoAnswerError as wrong:
        yield error(name, f"cannot be reached ({wrong}): is there a network, or is"
                    f" {PREFIX}ZALO_BOT_API wrong?")  # fmt: skip
        return
    except ZaloError as wrong:
        yield error(name, f"it refuses the token ({wrong}): copy it anew from Bot Creator into"
                    f" {PREFIX}ZALO_BOT_TOKEN, in the same place between the commas")  # fmt: skip
        return
    yield ok(name, f"the token is that of {me.get('display_name') or me.get('account_name')}")
    for finding in _facts(me, settings, name):
        yield finding
    yield await _webhook(api, settings, number)


def _facts(me: dict[str, Any], settings: Settings, name: str) -> Iterator[Finding]:
    if not me.get("can_join_groups"):
        yield warning(name, "Zalo does not let it into groups: its units are served by relay")
    if not me.get("display_name") and not settings.zalo_bot_name:
        yield warning(name, f"what groups call it is not known: set {PREFIX}ZALO_BOT_NAME")


async def _webhook(api: ZaloApi, settings: Settings, number: int) -> Finding:
    """How Zalo hands over events, against how it should; without one it says 404."""
    name = name_of(number)
    wanted = f"{settings.public_url}{path(number)}" if settings.zalo_bot_webhook else ""
    try:
        info = msgspec.json.decode(await api.call("getWebhookInfo", seconds=PATIENCE) or b"{}")
        url = info.get("url", "")
    except NoAnswerError as wrong:
        return warning(name, f"it does not tell its webhook ({wrong}): ask again later")
    except ZaloError as wrong:
        if wrong.code != 404:
            return warning(name, f"it does not tell its webhook ({wrong}): ask again later")
        url = ""
    if url == wanted:
        how = "Zalo calls us" if wanted else "events are asked for: for trials only, some get lost"
        return (ok if wanted else warning)(name, how)
    return warning(name, "its webhook is another one: `chihoi run` puts it right when it starts")


def _room(settings: Settings, engine: Engine, clock: Clock, number: int) -> Finding:
    plan = Plan(settings.zalo_bot_messages, settings.zalo_bot_users, settings.zalo_bot_groups)
    with reading(engine) as session:
        used = capacity.use(Moment(session, clock.now()), name_of(number), plan)
    told = (
        f"{used.sent}/{plan.messages} messages this month, {used.users}/{plan.users} people,"
        f" {used.groups}/{plan.groups} groups"
    )
    more = f"{told}; forecast {used.forecast}: see `chihoi channel status`"
    return warning(used.channel, more) if used.tight else ok(used.channel, told)
