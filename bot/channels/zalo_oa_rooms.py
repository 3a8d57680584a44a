"""The Official Account's own groups (GMF), and the people who follow it: made, listed, invited.

A group needs a place in a package the account has bought (an asset), and one of the account's
admins in it. The OpenAPI's field names differ from page to page, so several are read.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

from bot.channels.zalo_oa_api import OaApi

GROUPS = "/v3.0/oa/group/"
AT_ONCE = 50
MOST_INVITED = 99
KINDS = {"gmf10": 10, "gmf50": 50, "gmf100": 100, "gmf1000": 1000}
"""Packages by name; whether the number counts people or groups is not sure."""


@dataclass(frozen=True, slots=True)
class OaRoom:
    """A group as the account knows it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Asset:
    """A place for one group."""

    id: str
    kind: str
    is_free: bool


@dataclass(frozen=True)
class OaRooms:
    """What an account may do with groups. Everything raises like `OaApi.get`."""

    api: OaApi

    async def all(self) -> list[OaRoom]:
        """Every group of the account's."""
        pages = self._pages("getgroupsofoa", "groups")
        return [
            OaRoom(_first(row, "group_id"), _first(row, "name", "group_name"))
            async for row in pages
        ]

    async def members(self, group_id: str) -> list[str]:
        """The ids of those in a group."""
        pages = self._pages("listmember", "members", group_id=group_id)
        return [_first(row, "user_id", "oa_id_or_user_id", "id") async for row in pages]

    async def assets(self) -> list[Asset]:
        """Places for groups, taken and free."""
        found = []
        for kind in KINDS:
            told = {"quota_owner": "OA", "product_type": kind, "quota_type": "sub_quota"}
            rows = await self.api.post("/v3.0/oa/quota/group", told)
            found += [
                Asset(_first(row, "asset_id"), kind, _first(row, "status") == "available")
                for row in _rows(rows, "assets", "data")
            ]
        return found

    async def create(self, name: str, asset: str, people: Sequence[str]) -> tuple[str, str]:
        """Make a group of these people, one of whom is an admin of the account; its id, and the link
        that leads others in.
        """
        told = {"group_name": name, "asset_id": asset, "member_user_ids": list(people)}
        made = await self.api.post(f"{GROUPS}creategroupwithoa", told)
        return _first(made, "group_id"), _first(made, "group_link")

    async def invite(self, group_id: str, people: Sequence[str]) -> None:
        """Invite these people."""
        for at in range(0, len(people), MOST_INVITED):
            some = list(people[at : at + MOST_INVITED])
            await self.api.post(f"{GROUPS}invite", {"group_id": group_id, "member_user_ids": some})

    async def people(self, most: int) -> list[tuple[str, str]]:
        """(id, shown name) of those who follow the account, at most so many."""
        found: list[tuple[str, str]] = []
        while len(found) < most:
            page = await self.api.get(
                "/v3.0/oa/user/getlist", offset=len(found), count=min(AT_ONCE, most - len(found))
            )
            ids = [_first(row, "user_id") for row in _rows(page, "users")]
            for id_ in ids:
                told = await self.api.get("/v3.0/oa/user/detail", user_id=id_)
                found.append((id_, _first(told, "display_name")))
            if not ids:
                break
        return found

    async def _pages(self, call: str, field: str, **asked: str) -> AsyncIterator[Any]:
        at = 0
        while True:
            page = await self.api.ask(f"{GROUPS}{call}", offset=at, count=AT_ONCE, **asked)
            rows = _rows(page, field)
            for row in rows:
                yield row
            at += len(rows)
            if len(rows) < AT_ONCE:
                return


def _rows(found: Any, *fields: str) -> list[Any]:
    if isinstance(found, list):
        return found
    if isinstance(found, dict):
        for field in fields:
            if isinstance(found.get(field), list):
                return list(found[field])
    return []


def _first(row: Any, *fields: str) -> str:
    """The first of these fields that is there; a row may be the bare value."""
    if isinstance(row, dict):
        return next((str(row[field]) for field in fields if row.get(field)), "")
    return str(row or "")
