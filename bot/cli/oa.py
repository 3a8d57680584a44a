"""`chihoi channel oa`: authorise the Zalo Official Account, see its people, try it out."""

from __future__ import annotations

import asyncio
import json
import secrets
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import parse_qs, urlsplit

import typer

from bot.cli.errors import CommandError
from bot.cli.files import write
from bot.cli.oa_desk import answered
from bot.cli.oa_desk import desk as opened_desk
from bot.cli.oa_groups import bind, create, groups, invite
from bot.settings import Settings

if TYPE_CHECKING:
    from bot.channels.zalo_oa_tokens import Pair, TokenKeeper

oa = typer.Typer(
    help="The Zalo Official Account: authorisation, people, groups.", no_args_is_help=True
)


@oa.command()
def login(
    *,
    explorer: Annotated[
        bool, typer.Option("--explorer", help="Paste a refresh token from Zalo's API Explorer")
    ] = False,
) -> None:
    """Let an admin of the account authorise the app; done once, and again after three months off."""
    from bot.cli.channels import oa_tokens  # noqa: PLC0415

    with opened_desk() as desk:
        keeper = oa_tokens(desk.settings, desk.engine)
        pair, oa_id = _pasted(keeper) if explorer else _consented(keeper, desk.settings)
        asyncio.run(keeper.take(pair, oa_id))
        given, name = desk.ask(desk.channel.api.account)
        if given != desk.settings.zalo_oa_id:
            raise CommandError(f"account {given} was authorised: set CHIHOI_ZALO_OA_ID to it")
    print(f"authorised: {name}; `chihoi run` keeps the tokens fresh from here on")


def _pasted(keeper: TokenKeeper) -> tuple[Pair, str]:
    token = typer.prompt("Refresh token", hide_input=True).strip()
    return asyncio.run(answered(lambda: keeper.oauth.refresh(token))), ""


def _consented(keeper: TokenKeeper, settings: Settings) -> tuple[Pair, str]:
    from bot.channels.zalo_oa_tokens import new_verifier  # noqa: PLC0415
    from bot.web.guide import ZALO_OA  # noqa: PLC0415 - it tells her what to do when she is back
    from handlers.help import GUIDE  # noqa: PLC0415

    if not settings.public_url:
        raise CommandError("CHIHOI_PUBLIC_URL is not set: Zalo sends the admin back to it")
    verifier, state = new_verifier(), secrets.token_urlsafe(16)
    redirect = f"{settings.public_url}/{GUIDE}/{ZALO_OA}"
    print(f"1. In the app's console the callback address must be {redirect}")
    print("2. As an admin of the account, open this and press the button:")
    print(f"   {keeper.oauth.consent_url(redirect, state, verifier)}")
    print("3. Within ten minutes, copy the whole address of the page you come back to.")
    code, oa_id = _came_back(typer.prompt("Address").strip(), state)
    return asyncio.run(answered(lambda: keeper.oauth.exchange(code, verifier))), oa_id


def _came_back(address: str, state: str) -> tuple[str, str]:
    """The code and the account's id of the address she came back to."""
    told = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
    if not told.get("code"):
        raise CommandError("this address brings no code; copy all of it, from https:// to its end")
    if not secrets.compare_digest(told.get("state", "").encode(), state.encode()):
        raise CommandError("this address is of another attempt; begin anew")
    return told["code"], told.get("oa_id", "")


@oa.command()
def people(
    most: Annotated[int, typer.Option("--most", min=1, help="How many at most")] = 50,
) -> None:
    """List ids and names of people who follow the account."""
    with opened_desk() as desk:
        for id_, name in desk.ask(lambda: desk.rooms.people(most)):
            print(f"{id_}  {name}")


@oa.command()
def probe(
    user: Annotated[str, typer.Argument(help="Id of somebody who has just written, see `people`")],
    *,
    group: Annotated[str, typer.Option(help="Id of a group for trials, see `groups`")] = "",
    out: Annotated[Path, typer.Option(help="Where the findings go")] = Path("zalo-oa-probe.json"),
) -> None:
    """Try with the real account what is not documented, with her phone at hand."""
    from bot.zalo_oa_probe import OaProbe  # noqa: PLC0415

    with opened_desk() as desk:
        looking = OaProbe(desk.channel.api, print, user, group)
        try:
            desk.ask(looking.run)
        finally:
            written = {"found": looking.found, "settings": looking.settings}
            told = json.dumps(written, ensure_ascii=False, indent=1)
            write(out, f"{told}\n".encode(), over=True)
    print(f"written to {out}")
    for name, value in looking.settings.items():
        print(f"set {name}={value}")


for command in (groups, create, bind, invite):
    oa.command()(command)
