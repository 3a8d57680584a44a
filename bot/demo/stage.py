"""Who plays in the demo and in which chats: from the tables in `data/`."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlmodel import col, select

from bot.channels.platform import Platform
from bot.channels.sandbox import HAND, OA, SANDBOX, address_of, private_chat
from storage import accounts, units
from storage.database import Session
from storage.groups import Group
from storage.members import Member, Role, RoleKind
from storage.vietnamese import fold, name_key

DATA = Path(__file__).parent / "data"
PERSON_RANK = {"cán bộ": 0, "chi hội trưởng": 1, "chi hội phó": 2, "tổ trưởng": 3}


def table(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the demo's tables."""
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def set_stage(session: Session, platform: Platform, now: datetime) -> None:
    """People, their private talks, and the groups; leaders and members linked as told."""
    cast = list(table("cast.csv"))
    names = {unit.code: unit.name for unit in units.everything(session)}
    for number, row in enumerate(cast):
        _add_person(platform, row, number, _place(row["unit"], names))
        if row["linked"] == "1":
            _link(session, row, now)
    for number, row in enumerate(table("groups.csv")):
        _add_group(session, platform, row, number, cast, now)


def _place(code: str, names: dict[str, str]) -> str:
    """Where a branch lies, in few words; "" for a unit above branches."""
    ward, _, branch = code.partition("-")
    return ", ".join(_short(names[found]) for found in (code, ward)) if branch else ""


def _short(name: str) -> str:
    for kind in ("Chi hội ", "Hội LHPN "):
        name = name.removeprefix(kind)
    return name


def _add_person(platform: Platform, row: dict[str, str], number: int, place: str) -> None:
    rank = next((r for word, r in PERSON_RANK.items() if row["note"].startswith(word)), 4)
    platform.add_person(row["key"], row["name"], row["note"], rank * 1000 + number)
    for channel in _channels(row):
        chat = private_chat(channel, row["key"])
        platform.add_chat(
            chat, channel=channel, title=row["name"], private=True, rank=number, section=place
        )
        platform.join(chat, row["key"])


def _channels(row: dict[str, str]) -> list[str]:
    """Where she can be written to, the first one being her choice."""
    return row["channel"].split("|")


def _link(session: Session, row: dict[str, str], now: datetime) -> None:
    """Give a person the account of a member on each of her channels; officers their role as well."""
    unit = units.by_code(session, row["unit"])
    assert unit is not None and unit.id is not None
    officer = row["note"].startswith("cán bộ")
    if officer:
        found = [_officer(session, row["name"], unit.id, now)]
    else:
        names = row["speaks_for"].split("|") if row["speaks_for"] else [row["name"]]
        found = [_member(session, name, unit.id) for name in names]
    for channel in _channels(row):
        address = address_of(channel, row["key"])
        account = accounts.ensure(session, address=address, name=row["name"], now=now)
        account.private_chat = f"{channel}:{private_chat(channel, row['key'])}"
        session.add(account)
        assert account.id is not None
        for member in found:
            accounts.link(session, account.id, member, by="demo", now=now)


def _member(session: Session, name: str, unit_id: int) -> int:
    """The first of her name in the list of a unit: namesakes exist."""
    query = select(Member.id).where(Member.unit_id == unit_id, Member.name == name)
    found = session.exec(query.order_by(col(Member.id))).first()
    assert found is not None
    return found


def _officer(session: Session, name: str, unit_id: int, now: datetime) -> int:
    """Her own membership lies with the city, so that a ward counts its branches alone."""
    city = units.by_code(session, "TP")
    assert city is not None and city.id is not None
    member = Member(
        unit_id=city.id, name=name, folded=fold(name), name_key=name_key(name),
        created_at=now, changed_at=now,
    )  # fmt: skip
    session.add(member)
    session.flush()
    assert member.id is not None
    session.add(Role(member_id=member.id, unit_id=unit_id, kind=RoleKind.OFFICER))
    return member.id


def _add_group(
    session: Session,
    platform: Platform,
    row: dict[str, str],
    number: int,
    cast: list[dict[str, str]],
    now: datetime,
) -> None:
    """A group with the people of its unit, and its ward's officers where the channel is theirs."""
    unit = units.by_code(session, row["unit"])
    ward = row["unit"].partition("-")[0]
    above = units.by_code(session, ward)
    assert unit is not None and above is not None
    platform.add_chat(
        row["id"],
        channel=row["channel"],
        title=row["title"],
        rank=number,
        section=_short(above.name),
    )
    for person in cast:
        theirs = (
            person["unit"] == row["unit"]
            if row["channel"] == HAND
            else (person["unit"] in {row["unit"], ward} and row["channel"] in _channels(person))
        )
        if theirs:
            platform.join(row["id"], person["key"])
    if row["bot"] == "0":
        platform.set_bot(row["id"], inside=False)
        return
    session.add(
        Group(
            address=f"{row['channel']}:{row['id']}",
            title=row["title"],
            unit_id=unit.id,
            main=row["main"] == "1",
            hears_all=row["channel"] in {SANDBOX, OA},
            bound_at=now,
            seen_at=now,
        )
    )
