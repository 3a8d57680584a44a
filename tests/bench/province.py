"""A province in a database: every unit, member, role, account and group, written in bulk.

`Province()` is the size the issue names; smaller ones have branches of the same size, so that what
grows with the whole can be told from what grows with a branch.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, Table, insert, text

from bot.posting import Body
from storage import tables  # noqa: F401 - all of them
from storage.accounts import Account, AccountMember
from storage.database import table
from storage.groups import Group
from storage.mail import Outbox, OutboxState
from storage.members import Member, Role, RoleKind
from storage.rolls import Roll
from storage.units import Unit
from storage.vietnamese import fold, name_key

CHANNEL = "fake"
PROMPT = "11"
"""The message id of every group's roll call."""
BATCH = 5_000
OFFERS = ("present", "present_online", "late", "absent_excused")
FAMILIES = (
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Huỳnh",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
)
MIDDLES = ("Thị", "Thị Kim", "Thị Ngọc", "Thị Mỹ", "Thị Thu", "Kim", "Ngọc", "Thúy")
GIVEN = (
    "An", "Ánh", "Bích", "Cúc", "Diệu", "Dung", "Đào", "Hà", "Hạnh", "Hoa", "Hồng", "Hương",
    "Kiều", "Lài", "Lan", "Liên", "Loan", "Mai", "Mỹ", "Nga", "Ngân", "Oanh", "Phượng", "Quyên",
    "Sáu", "Tám", "Thảo", "Thơ", "Tuyết", "Út", "Vân", "Xuân", "Yến",
)  # fmt: skip
Say = Callable[[str, int], None]
"""Hears a table's name and how many more of its rows are there."""


@dataclass(frozen=True, slots=True)
class Province:
    """So many of each; ids count from 1: the province is unit 1, then its wards, then branches.

    Every `linked`-th member has an account; leaders, deputies and officers all have one.
    """

    members: int = 400_000
    branches: int = 1_400
    wards: int = 64
    linked: int = 4

    def of_branches(self, branches: int) -> Province:
        """A smaller one, whose branches are as large."""
        members = round(self.members * branches / self.branches)
        return Province(members, branches, max(1, round(self.wards * branches / self.branches)))

    def ward(self, number: int) -> int:
        """The unit id of a ward, counted from 0."""
        return 2 + number

    def branch(self, number: int) -> int:
        """The unit id of a branch, counted from 0."""
        return 2 + self.wards + number

    def branch_of(self, member: int) -> int:
        """The branch (from 0) of a member (from 1): they are dealt out evenly."""
        return (member - 1) % self.branches

    def leader(self, branch: int) -> int:
        """The member who leads a branch; the next round has its deputy."""
        return branch + 1

    @property
    def officers(self) -> range:
        """Members who are officers: of the province, then one of each ward."""
        return range(self.members + 1, self.members + 2 + self.wards)

    def has_account(self, member: int) -> bool:
        """Whether a member writes to the bot."""
        return member % self.linked == 0 or member <= 2 * self.branches or member > self.members


def address(member: int) -> str:
    """Whence a member writes; also her private talk."""
    return f"{CHANNEL}:p{member}"


def group_address(branch: int) -> str:
    """The group of a branch (from 0)."""
    return f"{CHANNEL}:g{branch}"


def name(member: int) -> str:
    """A member's full name; as in life many share one."""
    family, rest = FAMILIES[member % len(FAMILIES)], member // len(FAMILIES)
    middle, rest = MIDDLES[rest % len(MIDDLES)], rest // len(MIDDLES)
    return f"{family} {middle} {GIVEN[(rest + member) % len(GIVEN)]}"


def seed(
    engine: Engine, province: Province, now: datetime, say: Say = lambda _table, _rows: None
) -> None:
    """Fill the empty tables of a database with a province in which a roll is open everywhere."""
    began = now - timedelta(minutes=5)
    with engine.begin() as connection:
        for model, rows in _tables(province, began):
            _write(connection, table(model), rows, say)
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("ANALYZE"))


def _write(connection: Connection, into: Table, rows: Iterable[dict[str, Any]], say: Say) -> None:
    postgresql = connection.dialect.name == "postgresql"
    write = _copy if postgresql else _insert
    for batch in _batches(rows):
        write(connection, into, batch)
        say(into.name, len(batch))
    if postgresql and "id" in into.columns:
        sequence = f"pg_get_serial_sequence('{into.name}', 'id')"
        connection.execute(text(f"SELECT setval({sequence}, (SELECT max(id) FROM {into.name}))"))


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    waiting = iter(rows)
    while batch := list(itertools.islice(waiting, BATCH)):
        yield batch


def _insert(connection: Connection, into: Table, rows: list[dict[str, Any]]) -> None:
    connection.execute(insert(into), rows)


def _copy(connection: Connection, into: Table, rows: list[dict[str, Any]]) -> None:
    """PostgreSQL's COPY: some five times as fast as INSERT."""
    quote = connection.dialect.identifier_preparer.quote
    columns = [column for column in into.columns if column.name in rows[0] or column.default]
    names = ", ".join(quote(column.name) for column in columns)
    driver: Any = connection.connection.driver_connection
    with driver.cursor().copy(f"COPY {quote(into.name)} ({names}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row([_value(row, column) for column in columns])


def _value(row: dict[str, Any], column: Any) -> Any:
    if column.name not in row:
        return column.default.arg
    value = row[column.name]
    return msgspec.json.encode(value).decode() if isinstance(value, list | dict) else value


def _tables(province: Province, at: datetime) -> Iterator[tuple[Any, Iterator[dict[str, Any]]]]:
    branches = range(province.branches)
    everybody = [*range(1, province.members + 1), *province.officers]
    linked = [member for member in everybody if province.has_account(member)]
    yield Unit, _units(province)
    yield Member, (_member(province, member, at) for member in everybody)
    yield Role, _roles(province)
    yield Account, (_account(member, at) for member in linked)
    yield AccountMember, (_link(member, at) for member in linked)
    yield Group, (_group(province, branch, at) for branch in branches)
    yield Roll, (_roll(province, branch, at) for branch in branches)
    yield Outbox, (_prompt(branch, at) for branch in branches)


def _units(province: Province) -> Iterator[dict[str, Any]]:
    yield {"id": 1, "code": "T", "name": "Hội LHPN tỉnh", "kind": "tỉnh", "parent_id": None}
    for number in range(province.wards):
        yield {
            "id": province.ward(number),
            "code": f"X{number + 1}",
            "name": f"Hội LHPN xã số {number + 1}",
            "kind": "xã",
            "parent_id": 1,
        }
    for number in range(province.branches):
        ward, own = number % province.wards, number // province.wards + 1
        yield {
            "id": province.branch(number),
            "code": f"X{ward + 1}-K{own}",
            "name": f"Chi hội Khóm {own}",
            "kind": "chi hội",
            "parent_id": province.ward(ward),
        }


def _home(province: Province, member: int) -> int:
    if member <= province.members:
        return province.branch(province.branch_of(member))
    return 1 + province.officers.index(member)  # unit 1 is the province, the wards follow


def _member(province: Province, member: int, at: datetime) -> dict[str, Any]:
    full = name(member)
    return {
        "id": member,
        "unit_id": _home(province, member),
        "team": f"Tổ {member % 6 + 1}",
        "name": full,
        "folded": fold(full),
        "name_key": name_key(full),
        "birth": str(1950 + member % 55),
        "phone": f"09{member:08d}",
        "address": f"Số {member % 300}, đường số {member % 40}",
        "job": "Nội trợ" if member % 3 else "Buôn bán",
        "created_at": at,
        "changed_at": at,
    }


def _roles(province: Province) -> Iterator[dict[str, Any]]:
    for branch in range(province.branches):
        unit = province.branch(branch)
        leader = province.leader(branch)
        yield {"member_id": leader, "unit_id": unit, "kind": RoleKind.LEADER.value}
        deputy = leader + province.branches
        yield {"member_id": deputy, "unit_id": unit, "kind": RoleKind.DEPUTY.value}
    for member in province.officers:
        unit = _home(province, member)
        yield {"member_id": member, "unit_id": unit, "kind": RoleKind.OFFICER.value}


def _account(member: int, at: datetime) -> dict[str, Any]:
    own = address(member)
    return {
        "id": member,
        "address": own,
        "name": name(member),
        "private_chat": own,
        "created_at": at,
    }


def _link(member: int, at: datetime) -> dict[str, Any]:
    return {
        "id": member,
        "account_id": member,
        "member_id": member,
        "linked_at": at,
        "linked_by": "bench",
    }


def _group(province: Province, branch: int, at: datetime) -> dict[str, Any]:
    return {
        "id": branch + 1,
        "address": group_address(branch),
        "title": f"CH Khóm {branch + 1}",
        "unit_id": province.branch(branch),
        "main": True,
        "hears_all": True,
        "state": "active",
        "seen_at": at,
    }


def _roll(province: Province, branch: int, at: datetime) -> dict[str, Any]:
    return {
        "id": branch + 1,
        "unit_id": province.branch(branch),
        "purpose": "attendance",
        "offers": list(OFFERS),
        "template": "rolls/prompt.j2",
        "context": {},
        "state": "open",
        "opened_at": at,
        "opened_by": province.leader(branch),
        "digest_at": at,
    }


def _prompt(branch: int, at: datetime) -> dict[str, Any]:
    chat = group_address(branch)
    return {
        "id": branch + 1,
        "key": f"roll:{branch + 1}:{chat}",
        "channel": CHANNEL,
        "chat": chat,
        "body": msgspec.json.encode(Body(text="📋 Điểm danh")).decode(),
        "choices": [f"mark {branch + 1} {status}" for status in OFFERS],
        "subject": f"roll:{branch + 1}",
        "state": OutboxState.SENT.value,
        "created_at": at,
        "sent_at": at,
        "message_id": PROMPT,
    }
