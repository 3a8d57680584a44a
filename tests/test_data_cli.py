"""`chihoi data` and `chihoi breach`: for people without a phone, and for the day something leaks."""

from __future__ import annotations

import stat
from datetime import datetime
from pathlib import Path

import pytest

from bot.cli.breach import breach
from bot.cli.data import erase, export, find, requests, scrub, show_log
from bot.cli.errors import CommandError
from bot.clock import SystemClock
from storage.database import begin
from storage.members import Member
from storage.privacy import Sensitive, keep_fact
from tests import traces
from tests.cast import Cast

FOUND = datetime(2026, 11, 17, 8)


@pytest.fixture
def desk(
    cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> pytest.CaptureFixture[str]:
    """The union of the cast as the command line finds it, at the cast's time."""
    url = cast.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("CHIHOI_DATABASE_URL", url)
    monkeypatch.setenv("CHIHOI_ERASURE_LIST", str(tmp_path / "erased"))
    monkeypatch.setattr(SystemClock, "now", lambda _self: cast.clock.now())
    return capsys


@pytest.mark.slow
@pytest.mark.sqlite
async def test_somebody_without_a_phone_is_found_copied_and_erased(
    cast: Cast, desk: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    number = cast.dung.member.id or 0
    find("ly thi dung")
    assert f"{number}\tLý Thị Dung\t1949\tChi hội Khóm 8" in desk.readouterr().out
    export(tmp_path, member=number)
    assert "Họ và tên: Lý Thị Dung" in _text(tmp_path / f"du-lieu-{number}.txt")
    assert '"name": "Lý Thị Dung"' in _text(tmp_path / f"du-lieu-{number}.json")
    with pytest.raises(CommandError, match="cannot be written"):
        export(tmp_path, member=number)

    erase(member=number)
    assert "--yes erases her" in desk.readouterr().out
    erase(member=number, yes=True)

    assert traces.found(cast.engine, "Lý Thị Dung") == []
    assert f" {number}\n" in _text(tmp_path / "erased")
    desk.readouterr()
    requests("P5")
    assert "xoá dữ liệu" in desk.readouterr().out
    show_log()
    assert "người trông máy xoá dữ liệu, Chi hội Khóm 8" in desk.readouterr().out
    show_log("P5", datetime(2030, 1, 1))
    assert desk.readouterr().out == ""
    scrub()
    assert "written anew" in desk.readouterr().out


def _text(file: Path) -> str:
    return file.read_text("utf-8-sig")


def test_what_cannot_be_is_told_in_a_line(cast: Cast, desk: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(CommandError, match="no member 999"):
        erase(member=999)
    with pytest.raises(CommandError, match="holds an office"):
        erase(member=cast.lan.member.id or 0, yes=True)
    with pytest.raises(CommandError, match="no unit X"):
        requests("X")


async def test_a_breach_is_drafted_from_the_log_with_its_deadline(
    cast: Cast, desk: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    await cast.lan.says("/tim vo thi an")
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.presses("Ai chưa trả lời")
    with begin(cast.engine) as session:
        an = session.get_one(Member, cast.an.member.id)
        keep_fact(session, an.id or 0, Sensitive.HEALTH, "x", cast.clock.now())

    breach(found=FOUND, until=FOUND, under="P5", what="Máy của chi hội trưởng bị mất")
    said = desk.readouterr().out
    assert "HẠN GỬI: 8 giờ, thứ sáu 20/11/2026 (72 giờ" in said
    assert "Nguyễn Thị Lan: xem thông tin, 1 lần, 1 lượt người; Chi hội Khóm 8" in said
    assert "1 người có tên riêng trong nhật ký; nhiều nhất 7 người" in said
    assert "họ và tên, tên thường gọi, ngày sinh, điện thoại" in said
    assert "có 1 mục trong phạm vi này" in said
    assert "Máy của chi hội trưởng bị mất" in said

    account = 999
    breach(found=FOUND, until=FOUND, account=account, out=tmp_path / "b.txt")
    assert "Due: 2026-11-20 08:00" in desk.readouterr().out
    assert "Không có lượt xem" in _text(tmp_path / "b.txt")
    assert stat.S_IMODE((tmp_path / "b.txt").stat().st_mode) == 0o600
    with pytest.raises(CommandError, match="cannot be written"):
        breach(found=FOUND, out=tmp_path / "b.txt")
