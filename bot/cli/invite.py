"""`chihoi invite`: the first codes, before anybody can invite from chat."""

from __future__ import annotations

import json
import random
import sys
import urllib.request
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from bot.cli.errors import CommandError
from bot.settings import Settings, load

if TYPE_CHECKING:
    from datetime import date

    from storage.database import Session
    from storage.units import Unit

TELEGRAM = "https://api.telegram.org"
ASK_SECONDS = 5.0


class Role(StrEnum):
    """What a code makes of its holder."""

    OFFICER = "officer"
    LEADER = "leader"
    DEPUTY = "deputy"
    TEAM_HEAD = "team_head"
    MEMBER = "member"


def invite(
    unit: Annotated[str, typer.Option(help="Code of the unit, such as P5-K8")],
    role: Annotated[Role, typer.Option(help="What the person is there")],
    member: Annotated[
        int | None,
        typer.Option(
            min=1, max=2**63 - 1, help="Id of the person in the register; a leader is found alone"
        ),
    ] = None,
) -> None:
    """Print a code (line 1) and its link (line 2). It works once, within 24 hours."""
    settings = load("invite")
    from bot.cli.database import opened  # noqa: PLC0415 - heavy; `--help` needs none of it
    from bot.clock import SystemClock  # noqa: PLC0415
    from handlers import invitations  # noqa: PLC0415
    from handlers.chat import Links  # noqa: PLC0415
    from handlers.understanding.zone import local_date  # noqa: PLC0415
    from storage import doors, units  # noqa: PLC0415
    from storage.database import begin  # noqa: PLC0415

    now = SystemClock().now()
    with opened(settings) as engine, begin(engine) as session:
        found = units.by_code(session, unit)
        if found is None or found.id is None:
            raise CommandError(f"there is no unit with the code {unit}")
        person = _person(session, found, role, member, local_date(now))
        issued = invitations.issue(
            session,
            found.id,
            role.value,
            person,
            issued_by=None,
            now=now,
            rng=random.SystemRandom(),
        )
        link = Links(start=_asked(settings) or doors.patterns(session)).start_link(issued.code)
    print(issued.code)
    print(link)
    if not link:
        _note("no channel has told its link yet; the holder types the code to the bot instead")
    if role is Role.OFFICER and person is None:
        _note(
            "this code names nobody: whoever redeems it becomes an officer; hand it over yourself"
        )


def _person(
    session: Session, unit: Unit, role: Role, member_id: int | None, on: date
) -> int | None:
    """Whom the code names; None: the holder tells her name, and is written down."""
    from handlers import invitations  # noqa: PLC0415
    from storage import members, units  # noqa: PLC0415

    assert unit.id is not None
    if member_id is not None:
        member = members.get(session, member_id)
        if member is None or unit.id not in units.lineage(session, member.unit_id):
            raise CommandError(f"there is no member {member_id} in {unit.code}")
        return member_id
    if role in {Role.MEMBER, Role.TEAM_HEAD}:
        raise CommandError(f"a code for a {role} names its person: add --member ID")
    if role is not Role.LEADER:
        return None
    people = invitations.titled(session, unit.id, role, on)
    if len(people) > 1:
        listed = "\n".join(f"  --member {m.id}  {m.name} {m.birth}".rstrip() for m in people)
        raise CommandError(f"{unit.code} has several leaders; say which:\n{listed}")
    return people[0].id if people else None


def _asked(settings: Settings) -> dict[str, str]:
    """The link of the Telegram bot, asked of Telegram; empty without a bot, or if it is silent."""
    if not settings.telegram_token or settings.telegram_proxy:
        return {}
    url = f"{settings.telegram_api or TELEGRAM}/bot{settings.telegram_token}/getMe"
    try:
        with urllib.request.urlopen(url, timeout=ASK_SECONDS) as answer:  # noqa: S310
            name = json.load(answer)["result"]["username"]
    except (OSError, ValueError, KeyError):
        return {}
    return {"telegram": f"https://t.me/{name}?start={{code}}"}


def _note(line: str) -> None:
    print(f"chihoi: {line}", file=sys.stderr)
