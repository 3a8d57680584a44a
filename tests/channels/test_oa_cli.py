"""`chihoi channel oa`: authorising the account, and its groups, as an operator does it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import Engine
from sqlmodel import delete
from typer.testing import CliRunner, Result

from bot.channels.zalo_oa import NAME
from bot.channels.zalo_oa_tokens import OAuth
from bot.cli import app
from bot.clock import SystemClock
from storage import groups, oa_tokens
from storage.database import begin, reading
from storage.oa_tokens import OaToken
from tests.channels.fake_oa import OaGroup
from tests.oa_cast import OaCast, OaRoom

URL = "https://hoi.example"


@pytest.fixture
async def cast(
    engine: Engine, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[OaCast]:
    async with OaCast(engine) as cast:
        monkeypatch.setattr(SystemClock, "now", lambda _: cast.clock.now())
        server = cast.server
        for name, value in {
            "DATABASE_URL": database_url,
            "PUBLIC_URL": URL,
            "ZALO_OA_APP_ID": server.app_id,
            "ZALO_OA_APP_SECRET": server.app_secret,
            "ZALO_OA_ID": server.id,
            "ZALO_OA_API": server.url,
        }.items():
            monkeypatch.setenv(f"CHIHOI_{name}", value)
        yield cast
        assert server.problems == []


async def run(*words: str) -> Result:
    """The command line, in a thread of its own: the server lives in this one's loop."""
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, ["channel", "oa", *words]))


def refused(done: Result) -> str:
    assert done.exit_code != 0
    return str(done.exception)


def forget_tokens(cast: OaCast) -> None:
    with begin(cast.engine) as session:
        session.exec(delete(OaToken))


def kept(cast: OaCast) -> OaToken | None:
    with reading(cast.engine) as session:
        return oa_tokens.get(session, NAME)


def admin_says_yes(
    cast: OaCast, monkeypatch: pytest.MonkeyPatch, **changed: str
) -> list[dict[str, list[str]]]:
    """Whoever is asked for the address opened the one that was shown; what was asked of her."""
    seen: list[dict[str, list[str]]] = []
    original = OAuth.consent_url

    def shown(self: OAuth, redirect: str, state: str, verifier: str) -> str:
        url = original(self, redirect, state, verifier)
        seen.append(parse_qs(urlsplit(url).query))
        return url

    def pasted(_asked: str, **_how: object) -> str:
        asked = {name: values[0] for name, values in seen[-1].items()}
        back = cast.server.tokens.consent(asked, cast.server.now())
        return f" {asked['redirect_uri']}?{urlencode(back | changed)} "

    monkeypatch.setattr(OAuth, "consent_url", shown)
    monkeypatch.setattr("typer.prompt", pasted)
    return seen


async def test_an_admin_authorises_and_the_tokens_are_kept(
    cast: OaCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_tokens(cast)
    seen = admin_says_yes(cast, monkeypatch)

    done = await run("login")

    assert done.exit_code == 0, done.exception
    assert f"authorised: {cast.server.name}" in done.output
    assert seen[0]["redirect_uri"] == [f"{URL}/huong-dan/zalo-oa"]
    assert seen[0]["code_challenge_method"] == ["S256"]
    row = kept(cast)
    assert row is not None and row.oa_id == cast.server.id
    assert row.access_token not in done.output and cast.server.app_secret not in done.output


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"state": "another"}, "another attempt"),
        ({"code": ""}, "brings no code"),
        ({"code": "stolen"}, "Zalo: -118"),
    ],
)
async def test_an_address_that_is_not_ours_is_refused(
    cast: OaCast, monkeypatch: pytest.MonkeyPatch, changed: dict[str, str], told: str
) -> None:
    forget_tokens(cast)
    admin_says_yes(cast, monkeypatch, **changed)

    assert told in refused(await run("login"))
    assert kept(cast) is None


async def test_another_account_is_named(cast: OaCast, monkeypatch: pytest.MonkeyPatch) -> None:
    admin_says_yes(cast, monkeypatch)
    monkeypatch.setenv("CHIHOI_ZALO_OA_ID", "1")
    assert f"account {cast.server.id} was authorised" in refused(await run("login"))
    monkeypatch.setenv("CHIHOI_PUBLIC_URL", "")
    assert "CHIHOI_PUBLIC_URL is not set" in refused(await run("login"))


async def test_a_refresh_token_of_the_explorer_does_as_well(
    cast: OaCast, monkeypatch: pytest.MonkeyPatch
) -> None:
    forget_tokens(cast)
    token = cast.server.tokens.pair(cast.server.now())["refresh_token"]
    monkeypatch.setattr("typer.prompt", lambda *_, **__: token)

    done = await run("login", "--explorer")

    assert done.exit_code == 0 and token not in done.output
    assert cast.server.tokens.used == [token]


async def test_before_that_it_says_what_to_do(cast: OaCast) -> None:
    forget_tokens(cast)
    assert "run `chihoi channel oa login`" in refused(await run("people"))


async def test_a_group_is_made_with_those_who_are_known_and_bound(cast: OaCast) -> None:
    cast.server.assets = {
        "a1": ("gmf10", "used"), "a2": ("gmf1000", "available"), "a3": ("gmf10", "available"),
    }  # fmt: skip
    admin = cast.server.person("Quản trị", admin=True)

    done = await run("create", "P5-K1", "--name", "Nhóm Khóm 1", "--admin", admin.id)
    assert done.exit_code == 0, done.exception
    await cast.settle()

    group = next(chat for chat in cast.server.chats.values() if getattr(chat, "asset", "") == "a3")
    assert isinstance(group, OaGroup)
    assert f"https://zalo.me/g/{group.id[-6:]}" in done.output
    assert group.members == [admin.id, cast.people["sau"].id, cast.people["tam"].id]
    cast.rooms["moi"] = group
    assert "đã kết nối với" in OaRoom(cast, "moi", NAME).text
    assert sum("đã kết nối với" in m.text for m in group.oa) == 1
    await cast.sau.says("điểm danh", OaRoom(cast, "moi", NAME))
    assert "Mời các chị" in OaRoom(cast, "moi", NAME).text

    listed = await run("groups")
    assert f"{group.id}  Nhóm Khóm 1  P5-K1" in listed.output
    assert "bound already" in refused(await run("bind", group.id, "P5-K8"))
    del cast.server.assets["a2"]
    assert "no package with a free place" in refused(
        await run("create", "P5-K1", "--name", "x", "--admin", admin.id)
    )


async def test_without_an_admin_zalo_makes_no_group(cast: OaCast) -> None:
    cast.server.assets = {"a1": ("gmf50", "available")}
    told = refused(await run("create", "P5-K1", "--name", "x", "--admin", cast.people["tam"].id))
    assert "Zalo: -201" in told


async def test_a_group_made_elsewhere_is_bound_and_filled(cast: OaCast) -> None:
    group = cast.server.group("Nhóm cũ")
    group.members = [cast.people["sau"].id]
    done = await run("bind", group.id, "P5-K1")
    assert done.exit_code == 0, done.exception
    done = await run("invite", "P5-K1")

    assert f"{group.id}: invited 1, 1 are in it" in done.output
    assert group.invited == [cast.people["tam"].id]
    with reading(cast.engine) as session:
        found = groups.of_unit(session, cast.unit("P5-K1").id or 0)
        assert [(room.title, room.main) for room in found][-1] == ("Nhóm cũ", False)
    assert "has no group" in refused(await run("invite", "P6-K8"))
    assert "there is no unit" in refused(await run("invite", "P9"))
    assert "no group nowhere" in refused(await run("bind", "nowhere", "P5-K1"))


async def test_people_are_listed_by_id_and_name(cast: OaCast) -> None:
    done = await run("people", "--most", "3")
    lines = done.output.splitlines()
    assert len(lines) == 3 and f"{cast.people['mai'].id}  Trần Thị Mai" in lines
    assert len((await run("people")).output.splitlines()) == len(cast.people)


async def test_the_status_counts_who_can_be_written_to(cast: OaCast) -> None:
    await cast.sau.says("trợ giúp")
    await cast.passes(days=4)
    await cast.an.says("trợ giúp")
    await cast.lan.says("trợ giúp")
    await cast.passes(days=4)
    await cast.lan.says("trợ giúp")

    words = ["channel", "status", "--dry-run"]
    done = await asyncio.to_thread(lambda: CliRunner().invoke(app, words))

    # not Sáu, nor Hoa, who was to be told of that and had been silent as well
    told = "zalo_oa: 1 people can be written to free of charge, 1 at a cost, 2 not until they write"
    assert told in done.output
