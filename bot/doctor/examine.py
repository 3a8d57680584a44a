"""One look at everything, as far as it can be reached."""

from __future__ import annotations

from collections.abc import AsyncIterator

from aiohttp import ClientError, ClientSession
from sqlalchemy.exc import SQLAlchemyError

from bot.clock import Clock
from bot.doctor import configuration, machine, telegram, zalo, zalo_oa
from bot.doctor.findings import Finding, error, ok, warning
from bot.settings import Settings
from storage import checkups
from storage.database import Engine, open_engine, reading

CHANNEL = "telegram"


async def examine(clock: Clock, *, deep: bool) -> AsyncIterator[Finding]:
    """Every finding, one after the other; a thing that cannot be looked at hides no other."""
    settings, found = configuration.read()
    for finding in found:
        yield finding
    if settings is None:
        return
    try:
        engine = open_engine(settings.database_url)
    except (SQLAlchemyError, ImportError, ValueError) as wrong:
        yield error("database", f"CHIHOI_DATABASE_URL cannot be used: {wrong}")
        return
    sound = True
    for finding in machine.look(engine, clock, deep=deep):
        sound = sound and not (finding.item == "database" and finding.level == "error")
        yield finding
    if settings.telegram_token:
        async for finding in _telegram(settings, engine if sound else None, clock):
            yield finding
    for looks in (zalo.look, zalo_oa.look):
        async for finding in looks(settings, engine if sound else None, clock):
            yield finding
    if settings.public_url:
        yield await _reached(settings)
    engine.dispose()


async def _telegram(
    settings: Settings, engine: Engine | None, clock: Clock
) -> AsyncIterator[Finding]:
    async with telegram.Telegram(settings) as server:
        try:
            me = await server.ask("getMe")
            info = await server.ask("getWebhookInfo") if me.ok else me
        except ConnectionError as wrong:
            yield error(CHANNEL, f"cannot be reached ({wrong}): is there a network, or is"
                        " CHIHOI_TELEGRAM_PROXY or CHIHOI_TELEGRAM_API wrong?")  # fmt: skip
            return
        if not me.ok:
            yield error(CHANNEL, f"it refuses the token ({me.description}): ask @BotFather for a new"
                        " one and set CHIHOI_TELEGRAM_TOKEN")  # fmt: skip
            return
        yield ok(CHANNEL, f"the token is that of @{me.result['username']}")
        if me.date is not None:
            yield machine.skew("clock", "Telegram", me.date, clock.now())
        for finding in telegram.webhook(info.result or {}, settings, clock.now()):
            yield finding
        yield telegram.privacy(me.result)
        if engine is not None:
            with reading(engine) as session:
                groups = checkups.bound_groups(session, CHANNEL)
            bare = [(address.partition(":")[2], code) for address, code in groups]
            for finding in await telegram.rights(server, me.result, bare):
                yield finding


async def _reached(settings: Settings) -> Finding:
    """Whether our own pages are found under their address."""
    try:
        async with (
            ClientSession(timeout=telegram.PATIENCE) as session,
            session.get(f"{settings.public_url}/health/live") as answer,
        ):
            found = answer.status == 200 and await answer.text() == "ok"
    except (ClientError, OSError, TimeoutError) as wrong:
        return warning("pages", f"{settings.public_url} does not answer this machine"
                       f" ({type(wrong).__name__}): is `chihoi run` running, and the proxy before"
                       " it?")  # fmt: skip
    if not found:
        return warning("pages", f"something else answers at {settings.public_url}")
    return ok("pages", f"{settings.public_url} leads here")
