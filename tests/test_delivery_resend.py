"""What may not have arrived: seen by whoever answers for it, and sent again by one press."""

from __future__ import annotations

import sys

import pytest
from sqlmodel import select

from bot.channels.base import DeliveryError, Post, Sent
from bot.channels.sandbox import PLAIN, SandboxChannel
from bot.cli import main
from storage import groups, relays, units
from storage.database import begin
from storage.groups import GroupState
from storage.mail import Outbox, OutboxState
from tests.cast import Cast, Room
from tests.directives_scenes import PLAN


class Loses(SandboxChannel):
    """A Zalo group whose answers are lost: it may show the message, or not."""

    losing = True

    async def send(self, post: Post) -> Sent:
        if self.losing and post.chat.startswith("plain:g"):
            raise DeliveryError("timeout", in_doubt=True)
        return await super().send(post)


@pytest.fixture
async def room(cast: Cast) -> Room:
    """A branch whose group has swallowed a directive."""
    room = cast.add_room("gz", "CH Khóm 8 (Zalo)", unit="P5-K8", channel=PLAIN, main=False)
    channel = cast.channels[PLAIN]
    channel.__class__ = Loses
    await cast.mai.sends_file("109-KH-BTV.pdf", PLAN, mime="application/pdf")
    await cast.mai.presses("05/12/2026")
    await cast.mai.presses("Gửi ngay")
    await cast.passes(seconds=20)
    assert room.bot == []
    assert isinstance(channel, Loses)
    channel.losing = False
    return room


def doubtful(cast: Cast) -> Outbox:
    with cast.session() as session:
        return session.exec(select(Outbox).where(Outbox.state == OutboxState.IN_DOUBT)).one()


async def test_progress_says_how_far_it_has_come_and_leads_to_a_resend(
    cast: Cast, room: Room
) -> None:
    await cast.mai.says("tiến độ")
    assert "Tin đã tới 2/3 nhóm" in cast.mai.text
    assert "CH Khóm 8 (Zalo): chưa chắc đã gửi" in cast.mai.text

    await cast.mai.presses("chưa chắc tới")
    await cast.mai.presses("Gửi lại vào CH Khóm 8 (Zalo)")
    assert "(Em gửi lại, có thể chị thấy hai lần.)" in room.text
    await cast.mai.says("tiến độ")
    assert "Tin đã tới 3/3 nhóm" in cast.mai.text
    assert "Chưa tới nhóm" not in cast.mai.text


async def test_a_leader_sees_her_own_and_nobody_elses(cast: Cast, room: Room) -> None:
    await cast.lan.says("/chuachac")
    assert "CH Khóm 8 (Zalo)" in cast.lan.text
    await cast.sau.says("chưa chắc")
    assert "không có tin nào chưa chắc" in cast.sau.text
    await cast.sau.says(f"resend {doubtful(cast).id}")

    assert room.bot == []


async def test_a_second_press_sends_nothing_twice(cast: Cast, room: Room) -> None:
    await cast.lan.says("/chuachac")
    await cast.lan.presses("Gửi lại")
    await cast.lan.presses("Gửi lại")

    assert len(room.bot) == 1
    assert "đã tới hoặc đang được gửi lại" in cast.lan.text + cast.lan.toast


async def test_many_are_sent_again_at_once(cast: Cast, room: Room) -> None:
    with begin(cast.engine) as session:
        session.add(
            Outbox(
                key="another", channel="plain", chat=room.address, body='{"text":"hai"}',
                state=OutboxState.FAILED, created_at=cast.clock.now(),
            )
        )  # fmt: skip
    await cast.lan.says("/chuachac")
    assert "gửi không được" in cast.lan.text
    await cast.lan.presses("Gửi lại cả 2 tin")

    assert len(room.bot) == 2
    assert sum("gửi lại" in text for text in room.texts) == 1


def types(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.setattr(sys, "argv", ["chihoi", "mail", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return int(ended.value.code or 0)


async def test_the_command_line_shows_and_resends(
    cast: Cast,
    room: Room,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CHIHOI_DATABASE_URL", database_url)
    monkeypatch.setattr("bot.cli.database.is_current", lambda _engine: True)
    row = doubtful(cast)
    assert types(monkeypatch, "status") == 0
    out = capsys.readouterr().out
    assert "in_doubt          1" in out
    assert f"{row.id} in_doubt   plain:gz" in out
    assert "109" not in out

    assert types(monkeypatch, "resend") == 2
    assert types(monkeypatch, "resend", "--all") == 0
    assert "1 of 1 messages queued again" in capsys.readouterr().out
    assert types(monkeypatch, "resend", f"{row.id}") == 2
    assert f"not in doubt, nor given up: {row.id}" in capsys.readouterr().err
    await cast.settle()
    assert len(room.bot) == 1


async def test_the_command_line_shows_every_unit(
    cast: Cast,
    room: Room,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("CHIHOI_DATABASE_URL", database_url)
    monkeypatch.setattr("bot.cli.database.is_current", lambda _engine: True)
    row = doubtful(cast)
    with begin(cast.engine) as session:
        lost = groups.by_address(session, cast.k8.address)
        assert lost is not None
        lost.state = GroupState.GONE
        session.add(lost)
        k1 = units.by_code(session, "P5-K1")
        assert k1 is not None
        relays.ensure(session, k1.id or 0, row.subject, reached=1, now=cast.clock.now())

    def told(*arguments: str) -> dict[str, str]:
        assert types(monkeypatch, "units", "--days", "36500", *arguments) == 0
        lines = capsys.readouterr().out.splitlines()
        return {f"{line[:14].strip()} {line[15:43].strip()}": line[44:] for line in lines}

    found = told()
    assert "in_doubt 1" in found[f"P5-K8 {room.address}"]
    assert found[f"P5-K8 {cast.k8.address}"].endswith("(the group is gone)")
    assert found["P5-K1 by hand"] == "waiting 1"
    below = told("--under", "P6")
    assert below
    assert all(line.startswith("P6") for line in below)
    assert found != told("--directive", "9999")
    assert types(monkeypatch, "units", "--under", "X9") == 2
    assert capsys.readouterr().err == "chihoi: there is no unit X9\n"
