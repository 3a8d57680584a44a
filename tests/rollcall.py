"""What the roll-call stories share: speaking and answering on both kinds of group, and looking."""

from __future__ import annotations

from sqlmodel import select

from bot.channels.sandbox import PLAIN, SANDBOX
from storage import accounts
from storage.database import begin
from storage.members import Member
from storage.rolls import Roll, RollMark, RollVerdict
from storage.vietnamese import fold, name_key
from tests.cast import Cast, Player, Room


def branch_room(cast: Cast, channel: str) -> Room:
    """The group of Khóm 8: with everything, or without buttons, edits and reactions."""
    if channel == SANDBOX:
        return cast.k8
    for player in cast.players.values():
        player.channel = PLAIN
    return cast.add_room("p8", "CH Khóm 8 (không nút)", unit="P5-K8", channel=PLAIN)


async def says(player: Player, text: str, room: Room) -> None:
    """She speaks so that the bot can hear it there."""
    await player.says(text if room.channel == SANDBOX else f"@chihoi {text}", room)


async def answers(player: Player, label: str, room: Room) -> None:
    """She taps an answer, or quotes the prompt with the answer's number."""
    if room.channel == SANDBOX:
        await player.presses(label, room)
        return
    line = next(line for line in room.text.splitlines() if label in line and line[0].isdigit())
    await player.says(line.split(".")[0], room, reply_to=room.last)


def confirmation(player: Player, room: Room) -> str:
    """What told her that her tap was recorded."""
    return player.toast if room.channel == SANDBOX else player.text


def verdicts(cast: Cast) -> dict[str, str]:
    """Given name → what counts in the newest roll."""
    with cast.session() as session:
        rows = session.exec(
            select(Member.name, RollVerdict.status)
            .join(RollVerdict, RollVerdict.member_id == Member.id)  # type: ignore[arg-type]
            .order_by(RollVerdict.roll_id)  # type: ignore[arg-type]
        )
        return {name.split()[-1]: status for name, status in rows}


def evidence(cast: Cast) -> list[tuple[str, str, str]]:
    """Given name, status and source of every mark, in order."""
    with cast.session() as session:
        rows = session.exec(
            select(Member.name, RollMark.status, RollMark.source)
            .join(RollMark, RollMark.member_id == Member.id)  # type: ignore[arg-type]
            .order_by(RollMark.id)  # type: ignore[arg-type]
        )
        return [(name.split()[-1], status, source) for name, status, source in rows]


def rolls(cast: Cast) -> list[Roll]:
    with cast.session() as session:
        return list(session.exec(select(Roll).order_by(Roll.id)))  # type: ignore[arg-type]


def share_phone(cast: Cast, room: Room, key: str, other: str, door: str | None = None) -> None:
    """Let somebody's account there speak for another member too."""
    with begin(cast.engine) as session:
        account = accounts.by_address(session, f"{room.channel}:{key}")
        assert account is not None and account.id is not None
        member = cast.member(other)
        assert member.id is not None
        accounts.link(session, account.id, member.id, by="test", now=cast.clock.now())
        if door is not None:
            account.private_chat = door
        session.add(account)


async def picks(player: Player, label: str) -> None:
    """She taps a button of the last list, or answers with its number."""
    if player.channel == SANDBOX:
        await player.presses(label)
        return
    shown = next(text for text in reversed(player.texts) if "\n1. " in f"\n{text}")
    line = next(line for line in shown.splitlines() if label in line and line[0].isdigit())
    await player.says(line.split(".")[0])


def add_members(cast: Cast, *people: tuple[str, str]) -> None:
    """More people of Khóm 8: (name, tổ)."""
    with begin(cast.engine) as session:
        for name, team in people:
            session.add(
                Member(
                    unit_id=cast.unit("P5-K8").id or 0,
                    name=name,
                    team=team,
                    folded=fold(name),
                    name_key=name_key(name),
                    created_at=cast.clock.now(),
                    changed_at=cast.clock.now(),
                )
            )
