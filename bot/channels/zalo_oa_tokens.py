"""Authorisation by an Official Account (OAuth v4, PKCE), and its tokens kept fresh.

An access token lasts 25 hours, a refresh token three months and one use. One that was used up
unheard cannot be had back: an admin of the account must authorise again. So a refresh runs to its
end whatever happens to whoever asked, long before the access token is over, by one process only,
and everything is in the database before it is used.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import ParamSpec, TypeVar
from urllib.parse import urlencode

import aiohttp
import msgspec
import structlog
from aiohttp import ClientTimeout

from bot.channels.zalo_client import NoAnswerError
from bot.channels.zalo_oa_api import OaError, spoken
from bot.clock import Clock
from storage import oa_tokens
from storage.database import Engine, begin, is_away, reading
from storage.locks import Lock
from storage.oa_tokens import OaToken

log = structlog.get_logger()
P = ParamSpec("P")
T = TypeVar("T")
OAUTH = "https://oauth.zaloapp.com"
CALL_SECONDS = 60.0
EARLY = timedelta(hours=6)
"""So long before its end a token is renewed: there is time to try again, and to be told."""
TRIES = 20
PAUSE = 0.5
FOR_GOOD = frozenset({-14014, -14020, -118, -14029})
"""The refresh token is used up or too old, or the app is not approved: asking again is no use."""


@dataclass(frozen=True, slots=True)
class Pair:
    """What an authorisation or a refresh brings; `seconds` until the access token is over."""

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    seconds: int


class _Answer(msgspec.Struct):
    access_token: str = ""
    refresh_token: str = ""
    expires_in: str | int = "90000"
    error: int = 0
    error_name: str = ""
    error_description: str = ""


def new_verifier() -> str:
    """A secret of 43 letters for one authorisation (RFC 7636)."""
    return secrets.token_urlsafe(32)


def challenge(verifier: str) -> str:
    """What may be shown of it beforehand."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@dataclass(frozen=True)
class OAuth:
    """An app at Zalo. `api` is another server that speaks the same."""

    app_id: str
    app_secret: str = field(repr=False)
    api: str = ""

    def consent_url(self, redirect: str, state: str, verifier: str) -> str:
        """Where an admin of the account says yes."""
        asked = {
            "app_id": self.app_id,
            "redirect_uri": redirect,
            "code_challenge": challenge(verifier),
            "code_challenge_method": "S256",
            "state": state,
        }
        return f"{self.api or OAUTH}/v4/oa/permission?{urlencode(asked)}"

    async def exchange(self, code: str, verifier: str) -> Pair:
        """A pair for the code that came back; a code is good for ten minutes, once.

        Raises:
            OaError: Zalo refused.
            NoAnswerError: it did not answer in words.
        """
        return await self._ask(
            {"code": code, "grant_type": "authorization_code", "code_verifier": verifier}
        )

    async def refresh(self, refresh_token: str) -> Pair:
        """A pair for a refresh token, which is used up by it. Raises like `exchange`."""
        return await self._ask({"refresh_token": refresh_token, "grant_type": "refresh_token"})

    async def _ask(self, form: dict[str, str]) -> Pair:
        url = f"{self.api or OAUTH}/v4/oa/access_token"
        async with aiohttp.ClientSession(timeout=ClientTimeout(CALL_SECONDS)) as client:
            told = {"app_id": self.app_id, **form}
            _, body = await spoken(
                client.post(url, data=told, headers={"secret_key": self.app_secret})
            )
        try:
            found = msgspec.json.decode(body, type=_Answer)
            seconds = int(found.expires_in)
        except (msgspec.MsgspecError, UnicodeDecodeError, ValueError):
            raise NoAnswerError("an answer nobody can read", left=True) from None
        if found.error or not found.access_token:
            raise OaError(found.error, found.error_description or found.error_name)
        return Pair(found.access_token, found.refresh_token, seconds)


@dataclass
class TokenKeeper:
    """The tokens of one channel, shared by every process through the database."""

    engine: Engine
    channel: str
    oauth: OAuth
    clock: Clock

    def __post_init__(self) -> None:
        self._known: OaToken | None = None
        self._flight = asyncio.Lock()

    async def access(self) -> str:
        """The access token that is good now.

        Raises:
            OaError: it is over, and Zalo gives no other.
            NoAnswerError: there is none yet, or Zalo is silent.
        """
        known = self._known
        if known is None or known.expires_at <= self.clock.now():
            known = self._known = await self._load()
        if known.expires_at <= self.clock.now():
            return await self.renew(known.access_token)
        return known.access_token

    async def keep_fresh(self) -> None:
        """Renew early. Raises like `access`."""
        row = await self._load()
        if row.expires_at - self.clock.now() < EARLY:
            await self.renew(row.access_token)

    async def renew(self, spent: str) -> str:
        """Another access token than this one; if somebody else has renewed it, that one. Raises
        like `access`.
        """
        async with self._flight:
            for _ in range(TRIES):
                row = self._known = await self._load()
                if row.access_token != spent and row.expires_at > self.clock.now():
                    return row.access_token
                if row.problem:
                    raise OaError(-14014, row.problem)
                pair = await self._refresh_alone(row)
                if pair is not None:
                    return pair.access_token
                await asyncio.sleep(PAUSE)
        raise NoAnswerError("another process is renewing the token", left=False)

    async def take(self, pair: Pair, oa_id: str = "") -> None:
        """Keep a pair that was just given."""
        await asyncio.to_thread(self._keep, pair, oa_id)

    async def _load(self) -> OaToken:
        row = await _in_thread(self._read)
        if row is None:
            raise NoAnswerError("not authorised: run `chihoi channel oa login`", left=False)
        return row

    async def _refresh_alone(self, row: OaToken) -> Pair | None:
        """None where another process is at it. What has begun goes on when we are cancelled."""
        lock = Lock(self.engine, f"token:{self.channel}")
        if not await asyncio.to_thread(lock.acquire):
            return None
        try:
            if not await _in_thread(self._begin, row.refresh_token):
                return None
            return await asyncio.shield(self._refresh(row.refresh_token))
        finally:
            await asyncio.to_thread(lock.release)

    async def _refresh(self, refresh_token: str) -> Pair:
        try:
            pair = await self.oauth.refresh(refresh_token)
        except OaError as error:
            problem = str(error) if error.code in FOR_GOOD else ""
            log.error("oa_token_refused", channel=self.channel, reason=str(error))  # noqa: TRY400
            await _in_thread(self._end, problem)
            raise
        except NoAnswerError as error:
            log.warning("oa_token_unanswered", channel=self.channel, reason=str(error))
            await _in_thread(self._end, "")
            raise
        await self._keep_at_last(pair)
        log.info("oa_token_renewed", channel=self.channel)
        return pair

    async def _keep_at_last(self, pair: Pair) -> None:
        """There is no other copy of it anywhere: a busy or full database is waited for."""
        while True:
            try:
                await asyncio.to_thread(self._keep, pair, "")
            except Exception as error:
                if not is_away(error):
                    raise
                log.warning("oa_token_not_kept_yet", channel=self.channel)
                await asyncio.sleep(PAUSE)
            else:
                return

    def _read(self) -> OaToken | None:
        with reading(self.engine) as session:
            row = oa_tokens.get(session, self.channel)
            if row is not None:
                session.expunge(row)
            return row

    def _begin(self, refresh_token: str) -> bool:
        with begin(self.engine) as session:
            return oa_tokens.begin_refresh(session, self.channel, refresh_token, self.clock.now())

    def _end(self, problem: str) -> None:
        with begin(self.engine) as session:
            oa_tokens.end_refresh(session, self.channel, problem)

    def _keep(self, pair: Pair, oa_id: str) -> None:
        now = self.clock.now()
        with begin(self.engine) as session:
            oa_tokens.keep(
                session,
                self.channel,
                access_token=pair.access_token,
                refresh_token=pair.refresh_token,
                expires_at=now + timedelta(seconds=pair.seconds),
                now=now,
                oa_id=oa_id,
            )
        self._known = None


async def _in_thread(work: Callable[P, T], *told: P.args, **named: P.kwargs) -> T:
    """Ask the database.

    Raises:
        NoAnswerError: it is busy or away; ask again.
    """
    try:
        return await asyncio.to_thread(work, *told, **named)
    except Exception as error:
        if is_away(error):
            raise NoAnswerError("the database is away", left=False) from error
        raise
