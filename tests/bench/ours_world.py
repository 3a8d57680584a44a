"""Our own database with the benchmarks' union in it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from sqlalchemy import insert
from sqlmodel import SQLModel

from bot.posting import Body
from storage import tables  # noqa: F401 - all of them
from storage.accounts import Account, AccountMember
from storage.database import open_engine
from storage.groups import Group
from storage.mail import Outbox, OutboxState
from storage.members import Member, Role, RoleKind
from storage.rolls import Roll
from storage.units import Unit
from storage.vietnamese import fold, name_key
from tests.bench import union
from tests.bench.union import Union

WARD = 1_000_000
"""The ward's unit id; those of the branches are 1, 2, 3 …, like their rolls'."""


def build(path: Path, world: Union, now: datetime) -> None:
    """A database with everybody in it and a roll call open in every group."""
    engine = open_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    with engine.begin() as connection:
        for model, rows in _tables(world, now - timedelta(minutes=5)):
            connection.execute(insert(model), list(rows))
    engine.dispose()


def _tables(world: Union, now: datetime) -> Iterator[tuple[Any, Iterator[dict[str, Any]]]]:
    branches = range(1, world.branches + 1)
    members = range(1, world.members + 1)
    yield (
        Unit,
        iter([{"id": WARD, "code": "P", "name": "Phường", "kind": "phường", "parent_id": None}]),
    )
    yield Unit, (_branch(branch) for branch in branches)
    yield Member, (_member(member, world, now) for member in members)
    yield Account, (_account(member, world, now) for member in members)
    yield (
        AccountMember,
        (
            {"account_id": member, "member_id": member, "linked_at": now, "linked_by": "bench"}
            for member in members
        ),
    )
    yield (
        Role,
        (
            {"member_id": branch, "unit_id": branch, "kind": RoleKind.LEADER, "team": ""}
            for branch in branches
        ),
    )
    yield Group, (_group(branch, now) for branch in branches)
    yield Roll, (_roll(branch, now) for branch in branches)
    yield Outbox, (_prompt(branch, now) for branch in branches)


def _branch(branch: int) -> dict[str, Any]:
    return {
        "id": branch,
        "code": f"P-K{branch}",
        "name": f"Chi hội Khóm {branch}",
        "kind": "chi hội",
        "parent_id": WARD,
    }


def _member(member: int, world: Union, now: datetime) -> dict[str, Any]:
    name = union.name(member)
    return {
        "id": member,
        "unit_id": world.branch_of(member),
        "team": f"Tổ {member % 3 + 1}",
        "name": name,
        "folded": fold(name),
        "name_key": name_key(name),
        "created_at": now,
        "changed_at": now,
    }


def _account(member: int, world: Union, now: datetime) -> dict[str, Any]:
    address = f"telegram:{union.user(member)}"
    return {
        "id": member,
        "address": address,
        "name": union.name(member),
        "private_chat": address if member <= world.branches else "",
        "created_at": now,
    }


def _group(branch: int, now: datetime) -> dict[str, Any]:
    return {
        "id": branch,
        "address": f"telegram:{union.group_chat(branch)}",
        "title": f"Chi hội {branch}",
        "unit_id": branch,
        "main": True,
        "hears_all": True,
        "state": "active",
        "seen_at": now,
    }


def _roll(branch: int, now: datetime) -> dict[str, Any]:
    return {
        "id": branch,
        "unit_id": branch,
        "purpose": "attendance",
        "offers": list(union.WORDS),
        "template": "rolls/prompt.j2",
        "context": {},
        "state": "open",
        "opened_at": now,
        "opened_by": branch,
        "digest_at": now,
    }


def _prompt(branch: int, now: datetime) -> dict[str, Any]:
    chat = f"telegram:{union.group_chat(branch)}"
    return {
        "key": f"roll:{branch}:{chat}",
        "channel": "telegram",
        "chat": chat,
        "how": "message",
        "body": msgspec.json.encode(Body(text="📋 Điểm danh")).decode(),
        "choices": [f"mark {branch} {status}" for status in union.WORDS],
        "subject": f"roll:{branch}",
        "state": OutboxState.SENT,
        "created_at": now,
        "sent_at": now,
        "message_id": str(union.PROMPT_ID),
    }
