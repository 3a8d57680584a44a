"""Zalo's Official Account: is it authorised, does it answer, does it call us, has it groups?"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

from bot.channels.zalo_client import NoAnswerError
from bot.channels.zalo_oa import NAME
from bot.channels.zalo_oa_api import OaApi, OaError
from bot.channels.zalo_oa_rooms import OaRooms
from bot.cli.channels import oa_tokens as tokens_of
from bot.clock import Clock
from bot.doctor.findings import Finding, error, ok, warning
from bot.settings import PREFIX, Settings
from bot.web.zalo_oa_hook import PATH
from storage import checkups, oa_tokens
from storage.database import Engine, reading

LOGIN = "run `chihoi channel oa login` with an admin of the account at hand"
OLD = timedelta(days=2)
"""`chihoi run` renews a pair every day; one this old is renewed by nobody."""
QUIET = timedelta(days=3)


async def look(settings: Settings, engine: Engine | None, clock: Clock) -> AsyncIterator[Finding]:
    """Everything about the account, if one is set."""
    if not settings.zalo_oa_app_id or engine is None:
        return
    with reading(engine) as session:
        row = oa_tokens.get(session, NAME)
        renewed, problem = (row.renewed_at, row.problem) if row else (None, "")
        heard = checkups.last_heard(session, NAME)
    if renewed is None:
        yield error(NAME, f"it has not been authorised: {LOGIN}")
        return
    if problem:
        yield error(NAME, f"its refresh token is used up ({problem}): {LOGIN}")
        return
    if clock.now() - renewed > OLD:
        yield warning(NAME, "its tokens are renewed by nobody: is `chihoi run` running? After three"
                      " months without it the account must be authorised again")  # fmt: skip
    api = OaApi(tokens_of(settings, engine, clock), settings.zalo_oa_api)
    try:
        async for finding in _account(api, settings):
            yield finding
    finally:
        await api.close()
    if heard is None or clock.now() - heard > QUIET:
        since = f"since {heard:%Y-%m-%d}" if heard else "yet"
        yield warning(NAME, f"Zalo has not called {settings.public_url}{PATH} {since}: it switches"
                      " a webhook off that did not answer; look at the app's console")  # fmt: skip
    else:
        yield ok(NAME, f"Zalo called us last at {heard:%Y-%m-%d %H:%M} UTC")


async def _account(api: OaApi, settings: Settings) -> AsyncIterator[Finding]:
    try:
        given, name = await api.account()
    except NoAnswerError as wrong:
        yield error(NAME, f"cannot be reached ({wrong}): is there a network, or is"
                    f" {PREFIX}ZALO_OA_API wrong?")  # fmt: skip
        return
    except OaError as wrong:
        yield error(NAME, f"Zalo refuses us ({wrong}): {LOGIN}")
        return
    if given != settings.zalo_oa_id:
        yield error(NAME, f"the tokens are those of account {given}: set {PREFIX}ZALO_OA_ID to it")
    yield ok(NAME, f"the account is {name}")
    yield await _groups(OaRooms(api))


async def _groups(rooms: OaRooms) -> Finding:
    """Whether it may have groups: that takes a verified account, a paid plan, and a package."""
    try:
        made, places = await rooms.all(), await rooms.assets()
    except (OaError, NoAnswerError) as wrong:
        return warning(NAME, f"its groups cannot be seen ({wrong}): that needs a verified account on"
                       " a paid plan and the right to manage groups")  # fmt: skip
    free = sum(place.is_free for place in places)
    return ok(NAME, f"{len(made)} groups, {free} free places for more")
