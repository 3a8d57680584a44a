"""Telegram: the token, the webhook, and what the bot may do in its groups. Asked plainly over HTTP:
the client costs seconds to load.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import Any, Self

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout
from aiohttp_socks import ProxyConnectionError, ProxyConnector, ProxyError, ProxyTimeoutError

from bot.doctor.findings import Finding, error, ok, warning
from bot.settings import PREFIX, Settings
from bot.web.telegram_hook import PATH

TELEGRAM = "https://api.telegram.org"
PATIENCE = ClientTimeout(total=10)
AT_ONCE = 8
NAMED = 5
MANY = 100
"""So many updates may wait on a busy evening."""
LATELY = timedelta(hours=1)
UNREACHABLE = (ClientError, OSError, ProxyConnectionError, ProxyError, ProxyTimeoutError,
               msgspec.MsgspecError)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Answer:
    """What Telegram said, and when by its own clock."""

    ok: bool
    result: Any
    description: str
    date: datetime | None


class Telegram:
    """Asks one bot's server; use it as a context manager."""

    def __init__(self, settings: Settings) -> None:
        self._base = f"{settings.telegram_api or TELEGRAM}/bot{settings.telegram_token}"
        self._proxy = settings.telegram_proxy

    async def __aenter__(self) -> Self:
        connector = ProxyConnector.from_url(self._proxy) if self._proxy else None
        self._session = ClientSession(connector=connector, timeout=PATIENCE)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        wrong: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def ask(self, method: str, **params: Any) -> Answer:
        """Make a call.

        Raises:
            ConnectionError: nobody answers; the message names no address, for that has the token.
        """
        try:
            async with self._session.post(f"{self._base}/{method}", json=params) as response:
                told = msgspec.json.decode(await response.read())
                date = response.headers.get("date")
        except (TimeoutError, *UNREACHABLE) as wrong:
            raise ConnectionError(type(wrong).__name__) from None
        at = parsedate_to_datetime(date).astimezone(UTC) if date else None
        return Answer(bool(told["ok"]), told.get("result"), told.get("description", ""), at)


def webhook(info: dict[str, Any], settings: Settings, now: datetime) -> Iterator[Finding]:
    """How Telegram hands over updates, against how it should."""
    url, wanted = info.get("url", ""), ""
    if settings.telegram_webhook:
        wanted = f"{settings.public_url}{PATH}"
    if url and not wanted:
        yield warning("webhook", "another program has set one, and takes the updates: `chihoi run`"
                      " removes it when it starts")  # fmt: skip
    elif wanted and not url:
        yield warning("webhook", "not set yet: `chihoi run` sets it when it starts")
    elif url != wanted:
        yield error("webhook", f"Telegram calls another address: restart `chihoi run`, and see that"
                    f" no other program uses this token and that {PREFIX}PUBLIC_URL is right")  # fmt: skip
    else:
        yield ok("webhook", "Telegram calls us" if wanted else "none, updates are asked for")
    waiting = info.get("pending_update_count", 0)
    at = datetime.fromtimestamp(info.get("last_error_date", 0), UTC)
    if wanted and now - at < LATELY:
        yield error("webhook", f"its last call failed: {info.get('last_error_message', '')}")
    if waiting > MANY:
        yield warning("webhook", f"{waiting} updates wait at Telegram: is `chihoi run` running?")


def privacy(me: dict[str, Any]) -> Finding:
    """Whether the bot hears what is said in groups."""
    if me.get("can_read_all_group_messages"):
        return ok("privacy", "the bot hears all that is said in its groups")
    return warning("privacy", "in groups it hears only commands, mentions and replies, except as"
                   " administrator: @BotFather, /setprivacy, Disable, then take it out of each"
                   " group and in again")  # fmt: skip


async def rights(
    server: Telegram, me: dict[str, Any], groups: Sequence[tuple[str, str]]
) -> list[Finding]:
    """What the bot may do in the groups given, as (chat id, unit's code)."""
    if not groups:
        return [warning("groups", "none is bound yet: a leader types /ketnoi in her group")]
    few = asyncio.Semaphore(AT_ONCE)

    async def ask(chat: str) -> str:
        async with few:
            try:
                answer = await server.ask("getChatMember", chat_id=int(chat), user_id=me["id"])
            except ConnectionError:
                return "unknown"
        return _standing(answer, hears=bool(me.get("can_read_all_group_messages")))

    found = await asyncio.gather(*(ask(chat) for chat, _ in groups))
    by: dict[str, list[str]] = {}
    for (_, code), standing in zip(groups, found, strict=True):
        by.setdefault(standing, []).append(code)
    return [_told(standing, codes) for standing, codes in sorted(by.items())]


def _standing(answer: Answer, *, hears: bool) -> str:
    if not answer.ok:
        return "unknown" if "Too Many" in answer.description else "out"
    member = answer.result
    if member["status"] in {"left", "kicked"}:
        return "out"
    if member["status"] == "restricted" and not member.get("can_send_messages"):
        return "mute"
    if hears or member["status"] in {"administrator", "creator"}:
        return "well"
    return "deaf"


def _told(standing: str, codes: list[str]) -> Finding:
    more = f" and {len(codes) - NAMED} more" if len(codes) > NAMED else ""
    names = f"{len(codes)} ({', '.join(sorted(codes)[:NAMED])}{more})"
    return {
        "well": ok("groups", f"in {len(codes)} the bot speaks and hears"),
        "deaf": warning("groups", f"in {names} it hears only commands, mentions and replies"),
        "mute": error("groups", f"in {names} it may not write: let it send messages"),
        "out": error("groups", f"in {names} it is not: let it in again, or bind another group"),
        "unknown": warning("groups", f"for {names} Telegram did not answer: ask again later"),
    }[standing]
