"""Authorisation, and a refresh token that works once: written down before it is used, used by one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError

from bot.channels.zalo_client import NoAnswerError
from bot.channels.zalo_oa import NAME
from bot.channels.zalo_oa_api import OaApi, OaError
from bot.channels.zalo_oa_tokens import OAuth, TokenKeeper, challenge, new_verifier
from bot.clock import MovableClock
from storage import oa_tokens
from storage.database import begin, reading
from storage.locks import Lock
from storage.oa_tokens import OaToken
from tests.cast import MONDAY_8AM
from tests.channels.fake_oa import FakeOa
from tests.oa_cast import authorise

CLOCK = MovableClock(MONDAY_8AM, held=True)
BACK = "https://hoi.example/huong-dan/zalo-oa"


@pytest.fixture
async def server() -> AsyncIterator[FakeOa]:
    CLOCK.set(MONDAY_8AM)
    async with FakeOa(now=CLOCK.now) as server:
        yield server


def oauth(server: FakeOa) -> OAuth:
    return OAuth(server.app_id, server.app_secret, server.url)


def keeper(engine: Engine, server: FakeOa) -> TokenKeeper:
    """As another process has one."""
    return TokenKeeper(engine, NAME, oauth(server), CLOCK)


def kept(engine: Engine) -> OaToken:
    with reading(engine) as session:
        row = oa_tokens.get(session, NAME)
        assert row is not None
        session.expunge(row)
        return row


async def consent(server: FakeOa, verifier: str) -> dict[str, str]:
    """An admin says yes in her browser; what our page is opened with."""
    url = oauth(server).consent_url(BACK, "state-1", verifier)
    async with server.client.get(url, allow_redirects=False) as answer:
        where = urlsplit(answer.headers["Location"])
    assert f"{where.scheme}://{where.netloc}{where.path}" == BACK
    return {name: values[0] for name, values in parse_qs(where.query).items()}


def test_the_challenge_is_that_of_rfc_7636() -> None:
    assert challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == (
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


async def test_a_code_works_once_and_only_with_its_verifier(server: FakeOa) -> None:
    verifier = new_verifier()
    assert len(verifier) == 43
    back = await consent(server, verifier)
    assert (back["oa_id"], back["state"]) == (server.id, "state-1")
    stolen = await consent(server, verifier)

    pair = await oauth(server).exchange(back["code"], verifier)
    assert pair.seconds == 90_000 and pair.access_token not in repr(pair)
    for code, brought in ((back["code"], verifier), (stolen["code"], new_verifier())):
        with pytest.raises(OaError, match="-118"):
            await oauth(server).exchange(code, brought)
    late = await consent(server, verifier)
    CLOCK.advance(timedelta(minutes=11))
    with pytest.raises(OaError, match="-118"):
        await oauth(server).exchange(late["code"], verifier)


async def test_a_token_is_renewed_early_and_the_new_pair_kept_before_it_is_used(
    server: FakeOa, engine: Engine
) -> None:
    authorise(engine, server)
    first = kept(engine)
    tokens = keeper(engine, server)
    await tokens.keep_fresh()
    assert server.tokens.used == []
    CLOCK.advance(timedelta(hours=20))
    await tokens.keep_fresh()

    assert server.tokens.used == [first.refresh_token]
    second = kept(engine)
    assert second.refresh_token != first.refresh_token and second.using_since is None
    assert await tokens.access() == second.access_token


async def test_a_refused_access_token_is_renewed_once_and_the_call_made_again(
    server: FakeOa, engine: Engine
) -> None:
    authorise(engine, server)
    server.tokens.access.clear()
    api = OaApi(keeper(engine, server), server.url)

    found = await api.ask("/v2.0/oa/getoa")
    await api.close()

    assert found["name"] == server.name and len(server.tokens.used) == 1


async def test_of_many_who_find_it_refused_one_renews_it(server: FakeOa, engine: Engine) -> None:
    authorise(engine, server)
    spent = kept(engine).access_token
    two = [keeper(engine, server) for _ in range(2)]  # two processes, several calls in each

    found = await asyncio.gather(*(tokens.renew(spent) for tokens in two * 3))

    assert len(set(found)) == 1 and len(server.tokens.used) == 1


async def test_without_the_note_before_use_two_would_use_it_up(
    server: FakeOa, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin: whoever comes second is refused for good, and its refusal is what is kept."""
    authorise(engine, server)
    spent = kept(engine).access_token
    monkeypatch.setattr(oa_tokens, "begin_refresh", lambda *_: True)
    monkeypatch.setattr(Lock, "acquire", lambda _: True)  # PostgreSQL's, which would do as well
    server.fault("/v4/oa/access_token", delay=0.2, times=2)

    found = await asyncio.gather(
        *(keeper(engine, server).renew(spent) for _ in range(2)), return_exceptions=True
    )

    assert len(server.tokens.used) == 2
    assert any(isinstance(one, OaError) for one in found)


async def test_a_token_used_up_unheard_is_told_and_not_tried_for_ever(
    server: FakeOa, engine: Engine
) -> None:
    authorise(engine, server)
    CLOCK.advance(timedelta(hours=26))
    server.fault("/v4/oa/access_token", cut=True, after_effect=True)
    tokens = keeper(engine, server)
    with pytest.raises(NoAnswerError):
        await tokens.access()
    for _ in range(3):
        with pytest.raises(OaError, match="-14014"):
            await tokens.access()

    assert len(server.tokens.used) == 2
    assert "-14014" in kept(engine).problem
    pair = await oauth(server).exchange((await consent(server, "v" * 43))["code"], "v" * 43)
    await tokens.take(pair, server.id)
    assert await tokens.access() == pair.access_token
    assert kept(engine).problem == "" and kept(engine).oa_id == server.id


async def test_a_refresh_runs_to_its_end_though_whoever_asked_is_gone(
    server: FakeOa, engine: Engine
) -> None:
    authorise(engine, server)
    first = kept(engine)
    server.fault("/v4/oa/access_token", delay=0.2)
    task = asyncio.ensure_future(keeper(engine, server).renew(first.access_token))
    while not server.requests:
        await asyncio.sleep(0.01)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    while kept(engine).refresh_token == first.refresh_token:
        await asyncio.sleep(0.02)

    assert len(server.tokens.used) == 1


async def test_a_new_pair_waits_for_a_busy_database(
    server: FakeOa, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa_tokens.PAUSE", 0.0)
    authorise(engine, server)
    original, busy = oa_tokens.keep, [True, True]

    def keep(*told: Any, **named: Any) -> None:
        if busy:
            busy.pop()
            raise OperationalError("", {}, Exception("database is locked"))
        original(*told, **named)

    monkeypatch.setattr(oa_tokens, "keep", keep)
    token = await keeper(engine, server).renew(kept(engine).access_token)

    assert kept(engine).access_token == token and len(server.tokens.used) == 1


async def test_a_refresh_that_was_cut_off_by_a_kill_may_be_tried_again_later(
    server: FakeOa, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.zalo_oa_tokens.PAUSE", 0.0)
    authorise(engine, server)
    row = kept(engine)
    with begin(engine) as session:
        assert oa_tokens.begin_refresh(session, NAME, row.refresh_token, CLOCK.now())

    with pytest.raises(NoAnswerError, match="another process"):
        await keeper(engine, server).renew(row.access_token)
    CLOCK.advance(oa_tokens.LEASE)
    assert await keeper(engine, server).renew(row.access_token) != row.access_token


async def test_before_anybody_has_authorised_it_says_what_to_do(
    server: FakeOa, engine: Engine
) -> None:
    with pytest.raises(NoAnswerError, match="chihoi channel oa login"):
        await keeper(engine, server).access()


@pytest.mark.parametrize("told", [b"[]", b'{"expires_in":"soon"}'])
async def test_an_answer_nobody_can_read_is_no_pair(
    server: FakeOa, monkeypatch: pytest.MonkeyPatch, told: bytes
) -> None:
    async def spoken(call: object) -> tuple[int, bytes]:
        async with call:  # type: ignore[attr-defined]
            return 200, told

    monkeypatch.setattr("bot.channels.zalo_oa_tokens.spoken", spoken)
    with pytest.raises(NoAnswerError):
        await oauth(server).refresh("x")
