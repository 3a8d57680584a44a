"""`chihoi units reorganise`, `undo` and `history`: what an operator types and sees."""

from __future__ import annotations

import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from bot.cli import main
from bot.clock import SystemClock
from handlers.reorganisations import telling
from handlers.understanding.zone import local_date
from storage import members, reorganisations, rolls, units
from storage.database import begin, reading
from storage.rolls import Roll
from tests.cast import MONDAY_8AM, Cast, fill
from tests.reorganising import HEADER, state
from tests.traces import found

P5 = " (Hội LHPN Phường 5)"
MERGED = "2 hội viên, 1 chức vụ, 1 điểm danh đang mở"
SPLIT = "4 hội viên, 1 điểm danh đang mở"
UNLED = "Đơn vị này chưa có người phụ trách."
ACTIONS = "lập, đổi tên, chuyển, gộp, tách, đóng hoặc mở lại"


class Terminal:
    """Types commands against one database."""

    def __init__(
        self,
        url: str,
        folder: Path,
        patch: pytest.MonkeyPatch,
        captured: pytest.CaptureFixture[str],
    ) -> None:
        self.folder = folder
        self.patch = patch
        self.captured = captured
        self.out = self.err = ""
        patch.setenv("CHIHOI_DATABASE_URL", url)

    def types(self, *arguments: object) -> int:
        self.patch.setattr(sys, "argv", ["chihoi", "units", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        self.out, self.err = self.captured.readouterr()
        return int(ended.value.code or 0)

    def plan(self, *lines: str, name: str = "ke-hoach.csv") -> Path:
        """A plan in a file, as Excel writes it."""
        path = self.folder / name
        path.write_text("\n".join([HEADER, *lines, ""]), encoding="utf-8-sig")
        return path


@pytest.fixture
def terminal(
    engine: Engine,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:
    with begin(engine) as session:
        fill(session, MONDAY_8AM)
        unit = units.by_code(session, "P5-K1")
        assert unit is not None and unit.id is not None
        rolls.add(
            session,
            Roll(
                unit_id=unit.id, title="họp", template="rolls/prompt.j2",
                opened_at=MONDAY_8AM, digest_at=MONDAY_8AM,
            ),
        )  # fmt: skip
    return Terminal(database_url, tmp_path, monkeypatch, capsys)


def test_a_dry_run_says_who_and_what_moves_and_changes_nothing(
    terminal: Terminal, engine: Engine
) -> None:
    before = state(engine)
    plan = terminal.plan("gộp,P5-K1,P5-K8,,,,", "tách,P5-K8,P5-K9,Chi hội Khóm 9,,,Võ Thị An; Tổ 2")

    assert terminal.types("reorganise", plan, "--dry-run") == 0
    assert terminal.out.splitlines() == [
        f"dòng 2: Chi hội Khóm 1{P5} nhập vào Chi hội Khóm 8{P5} (đi theo: {MERGED}).",
        "   Cao Thị Sáu: chi hội trưởng → chi hội phó",
        f"dòng 3: Một phần Chi hội Khóm 8 chuyển sang Chi hội Khóm 9{P5} (đi theo: {SPLIT}). {UNLED}",
        "   Võ Thị An, Đặng Thị Bình, Huỳnh Kim Cúc, Lý Thị Dung",
        "dry run: nothing was changed",
    ]
    assert state(engine) == before


def test_it_is_done_and_undone(terminal: Terminal, engine: Engine) -> None:
    before = state(engine)
    assert terminal.types("reorganise", terminal.plan("merge,P5-K1,P5-K8,,,,")) == 0
    assert "done as 1; `chihoi units undo 1` gives back" in terminal.out
    today = local_date(SystemClock().now())
    line = f"Chi hội Khóm 1{P5} nhập vào Chi hội Khóm 8{P5} (đi theo: {MERGED})."
    assert terminal.types("history", "P5-K1") == 0
    assert terminal.out.splitlines() == [
        f"until {today}\tP5-K1\tChi hội Khóm 1 (Hội LHPN Phường 5)",
        f"on {today}\t{line}",
        "closed\tP5-K1\tChi hội Khóm 1 (Chi hội Khóm 8)",
    ]
    assert terminal.types("history", "P5-K8") == 0
    assert terminal.out.splitlines() == [f"on {today}\t{line}", f"now\tP5-K8\tChi hội Khóm 8{P5}"]

    assert terminal.types("undo", 1) == 0
    assert terminal.out == "undone: all is as it was before\n"
    assert state(engine) == before
    assert terminal.types("undo", 1) == 2
    assert "đã hoàn tác trước đó rồi. Chị có thể làm" in terminal.err
    assert terminal.types("undo", 9) == 2
    assert terminal.err == "chihoi: there is no reorganisation 9\n"
    assert terminal.types("history") == 0
    assert terminal.out.split("\t")[2:] == ["undone", "ke-hoach.csv\n"]


def test_each_mistake_is_one_line_with_its_row(terminal: Terminal, engine: Engine) -> None:
    before = state(engine)
    plan = terminal.plan(
        "gộp,P5-K9,P5-K8,,,,", "nấu cơm,P5-K1,,,,,", "đổi tên,,,Khóm 3,,,", "gộp,P5-K1,,,,,",
    )  # fmt: skip

    assert terminal.types("reorganise", plan) == 2
    assert terminal.out.splitlines() == [
        f"ke-hoach.csv, dòng 3: không hiểu việc “nấu cơm”; hãy ghi: {ACTIONS}",
    ]
    assert terminal.err == (
        "chihoi: ke-hoach.csv, dòng 4: chưa ghi mã đơn vị; nothing was changed\n"
    )
    plan = terminal.plan("gộp,P5-K9,P5-K8,,,,", "gộp,P5-K1,,,,,", "tách,P6-K8,X 1,Tên,,,An")
    assert terminal.types("reorganise", plan) == 2
    assert terminal.out.splitlines() == [
        "ke-hoach.csv, dòng 2: không có đơn vị mã P5-K9",
        "ke-hoach.csv, dòng 3: chưa ghi chuyển sang đơn vị nào (cột “đến”)",
    ]
    assert "dòng 4: mã “X 1” phải viết liền" in terminal.err
    assert state(engine) == before


WRONG = (
    ("gộp,P5-K1,P5,,,,", "P5 có các chi hội bên dưới"),
    ("gộp,P5-K1,P5-K1,,,,", "P5-K1 không thể nhập vào chính nó"),
    ("gộp,P5-K1,P5-K77,,,,", "chưa ghi tên của P5-K77"),
    ("lập,P5-K7,,Khóm 7,,P5,", "chưa ghi P5-K7 là loại đơn vị gì"),
    ("lập,P5-K7,,Khóm 7,chi hội,P9,", "không có đơn vị mã P9"),
    ("chuyển,P5-K1,,,,,", "chưa ghi mã đơn vị cấp trên"),
    ("đóng,P5-K1,,,,,", "P5-K1 còn 2 hội viên; hãy gộp"),
    ("đóng,P5,,,,,", "P5 còn 1 hội viên"),
    ("mở lại,P5-K1,,,,,", "P5-K1 đang hoạt động"),
    ("mở lại,P5-K77,,,,,", "không có đơn vị mã P5-K77"),
    ("tách,P5-K8,P5-K1,,,,", "chưa ghi tách những ai"),
    ("tách,P5-K8,P5-K1,,,,địa chỉ: Đường Trăng", "không tìm thấy ai cho “địa chỉ: Đường Trăng”"),
    ("tách,P5-K8,P5,,,,Võ Thị An", "P5 có các chi hội bên dưới"),
    ("tách,P5-K8,P5-K8,,,,Võ Thị An", "P5-K8 không thể nhập vào chính nó"),
    ("đổi tên,P5-K1,P5-K8,,,,", "mã P5-K8 đã có đơn vị khác dùng"),
    ("chuyển,P5-K1,,,,P5,", "P5-K1 đã thuộc đơn vị đó"),
    ("đổi tên,P5-K1,,Chi hội Khóm 1,,,", "P5-K1 đang mang đúng tên và mã đó"),
    ("gộp,TP,P5,,,,", "P5 sẽ nằm dưới chính nó"),
    (",P5-K1,,,,,", "không hiểu việc “”"),
)


@pytest.mark.slow
@pytest.mark.sqlite
def test_what_cannot_be_is_said_in_plain_words(terminal: Terminal) -> None:
    for line, words in WRONG:
        assert terminal.types("reorganise", terminal.plan(line)) == 2, line
        assert f"dòng 2: {words}" in terminal.err


def test_a_file_that_is_no_plan_is_named(terminal: Terminal) -> None:
    path = terminal.folder / "x.csv"
    path.write_text("a,b\n1,2\n")
    assert terminal.types("reorganise", path) == 2
    assert "thiếu cột việc (action)" in terminal.err
    assert terminal.types("reorganise", terminal.plan()) == 2
    assert "tệp không có bước nào" in terminal.err
    assert terminal.types("reorganise", terminal.folder / "none.csv") == 2
    assert "none.csv cannot be read" in terminal.err


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_day_to_come_is_kept_and_may_be_dropped(terminal: Terminal, engine: Engine) -> None:
    before = state(engine)
    day = local_date(SystemClock().now()) + timedelta(days=40)
    plan = terminal.plan("merge,P5-K1,P5-K8,,,,")
    assert terminal.types("reorganise", plan, "--on", day) == 0
    assert f"planned as 1 for {day}" in terminal.out
    assert state(engine) == before
    with reading(engine) as session:
        assert telling.due(session, SystemClock().now()) == []
        assert telling.due(session, SystemClock().now() + timedelta(days=41)) == [1]
    assert terminal.types("undo", 1) == 0
    assert terminal.out == "dropped\n"


def test_two_of_one_name_need_a_year(terminal: Terminal, engine: Engine) -> None:
    with begin(engine) as session:
        unit = units.by_code(session, "P5-K8")
        assert unit is not None and unit.id is not None
        members.add(session, unit_id=unit.id, name="Võ Thị An", now=MONDAY_8AM, birth="1991-02-03")
    split = "tách,P5-K8,P5-K9,Chi hội Khóm 9,,,{}"
    assert terminal.types("reorganise", terminal.plan(split.format("vo thi an"))) == 2
    assert "có 2 người tên “vo thi an”; hãy thêm năm sinh" in terminal.err
    assert terminal.types("reorganise", terminal.plan(split.format("Vo Thi An (1991); #5"))) == 0
    assert "đi theo: 2 hội viên" in terminal.out


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_plan_keeps_numbers_in_place_of_names(terminal: Terminal, engine: Engine) -> None:
    plan = terminal.plan("tách,P5-K8,P5-K9,Chi hội Khóm 9,,,Võ Thị An; tổ 2; địa chỉ: Nguyễn Trãi")
    assert terminal.types("reorganise", plan) == 2
    day = local_date(SystemClock().now()) + timedelta(days=9)
    plan = terminal.plan("tách,P5-K8,P5-K9,Chi hội Khóm 9,,,Võ Thị An; tổ 2")
    for more in ((), ("--on", day)):
        assert terminal.types("reorganise", plan, *more) == 0
        with reading(engine) as session:
            row = reorganisations.listed(session, 1)[0]
            assert row.steps[0]["who"] == "#5; tổ 2"
        assert terminal.types("undo", row.number) == 0
    assert {*found(engine, "Võ Thị An")} - {"file"} == {"account.name", "member.name"}


@pytest.mark.slow
@pytest.mark.sqlite
def test_after_a_year_nothing_is_left_to_undo_by(terminal: Terminal, engine: Engine) -> None:
    assert terminal.types("reorganise", terminal.plan("merge,P5-K1,P5-K8,,,,")) == 0
    later = SystemClock().now() + timedelta(days=366)
    assert (
        terminal.types("reorganise", terminal.plan("merge,P6-K8,P5-K8,,,,"), "--on", later.date())
        == 0
    )
    assert terminal.types("undo", 2) == 0
    with begin(engine) as session:
        reorganisations.drop_old(session, later)
        assert [row.number for row in reorganisations.listed(session, 9)] == [1]
    assert terminal.types("undo", 1) == 2
    assert "đã quá một năm" in terminal.err


@pytest.mark.slow
@pytest.mark.sqlite
async def test_undoing_is_refused_while_something_newer_depends_on_it(
    cast: Cast, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    terminal = Terminal(database_url, tmp_path, monkeypatch, capsys)
    monkeypatch.setattr(SystemClock, "now", lambda _: cast.clock.now())
    terminal.types("reorganise", terminal.plan("merge,P5-K1,P5-K8,,,,"))
    await cast.passes(minutes=1)
    await cast.lan.says("/diemdanh họp", cast.k8)
    await cast.tam.presses("Có mặt", cast.k1)

    assert terminal.types("undo", 1) == 2
    assert "từ đó đến nay đã có 1 lần điểm danh, 1 lượt ghi điểm danh ở đơn vị mới" in terminal.err
    terminal.types("reorganise", terminal.plan("rename,P5-K8,,Chi hội Khóm 18,,,", name="b.csv"))
    assert terminal.types("undo", 1) == 2
    assert "sắp xếp lại lần sau (số 2, “b.csv”)" in terminal.err
