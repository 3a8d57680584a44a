"""What the stories of being let in have in common."""

from __future__ import annotations

import random
import re

from sqlmodel import select

from handlers import invitations
from handlers.access import recognise
from handlers.chat import Who
from storage import accounts, units
from storage.database import begin
from storage.members import Member, Role
from tests.cast import Cast, Player

CODE = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def issue(
    cast: Cast, unit: str, role: str, name: str = "", *, by: Player | None = None, seed: int = 1
) -> str:
    """A code, as the operator or a person would issue it."""
    with begin(cast.engine) as session:
        found = units.by_code(session, unit)
        assert found is not None and found.id is not None
        issuer = accounts.by_address(session, f"sandbox:{by.key}") if by else None
        return invitations.issue(
            session,
            found.id,
            role,
            cast.member(name).id if name else None,
            issued_by=issuer.id if issuer else None,
            now=cast.clock.now(),
            rng=random.Random(seed),
        ).code


def standing(cast: Cast, player: Player) -> Who:
    with cast.session() as session:
        return recognise(
            session, address=f"sandbox:{player.key}", name="", now=cast.clock.now()
        ).highest()


def drop_roles(cast: Cast, name: str) -> None:
    """She loses every role she holds."""
    with begin(cast.engine) as session:
        for role in session.exec(select(Role).where(Role.member_id == cast.member(name).id)):
            role.until = cast.clock.now().date()
            session.add(role)


def close_door(cast: Cast, address: str) -> None:
    """She blocks the bot."""
    with begin(cast.engine) as session:
        account = accounts.by_address(session, address)
        assert account is not None
        account.blocked = True
        session.add(account)


def code_in(player: Player) -> str:
    """The code in what the bot last sent for forwarding."""
    found = CODE.search(player.text)
    assert found is not None, player.text
    return found[0]


LINK = re.compile(r"start=([0-9A-Z]{26})")


async def link_of_k8(cast: Cast) -> str:
    """The token of Khóm 8's join link, as Lan gets it."""
    await cast.lan.says("/linkthamgia")
    found = LINK.search(cast.lan.text)
    assert found is not None, cast.lan.text
    return found[1]


async def ask(cast: Cast, player: Player, words: str, token: str) -> None:
    """She follows the link and says who she is."""
    await player.says(f"/start {token}")
    await player.says(words)


def people(cast: Cast, player: Player, channel: str = "sandbox") -> list[str]:
    """Whom her account speaks for."""
    with cast.session() as session:
        actor = recognise(session, address=f"{channel}:{player.key}", name="", now=cast.clock.now())
        found = [session.get(Member, id_) for id_ in actor.member_ids]
        return [member.name for member in found if member]
