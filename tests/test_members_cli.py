"""`chihoi members`: what an operator types, sees, and gets back as an exit code."""

from __future__ import annotations

import csv
import os
import pty
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import func, select

from bot.cli import main
from storage.database import open_engine, reading
from storage.members import Member
from storage.migrations import upgrade
from tests.spreadsheets import HEADER, WARD, messy, workbook
from tests.test_units import load_file


class Terminal:
    """Types commands against one database."""

    def __init__(
        self, url: str, patch: pytest.MonkeyPatch, captured: pytest.CaptureFixture[str]
    ) -> None:
        self.patch = patch
        self.captured = captured
        self.out = self.err = ""
        patch.setenv("CHIHOI_DATABASE_URL", url)

    def types(self, *arguments: str | Path) -> int:
        self.patch.setattr(sys, "argv", ["chihoi", "members", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        self.out, self.err = self.captured.readouterr()
        return int(ended.value.code or 0)


@pytest.fixture
def terminal(
    engine: Engine,
    database_url: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Terminal:
    load_file(engine)
    monkeypatch.setattr("bot.cli.database.is_current", lambda _engine: True)
    return Terminal(database_url, monkeypatch, capsys)


@pytest.fixture
def messy_file(tmp_path: Path) -> Path:
    file = tmp_path / "lộn xộn.xlsx"
    file.write_bytes(workbook({"Sheet1": messy()[0]}))
    return file


def people(engine: Engine) -> int:
    with reading(engine) as session:
        return session.exec(select(func.count()).select_from(Member)).one()


def lines(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as report:
        return list(csv.DictReader(report, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_a_dry_run_reports_on_a_database_fresh_from_migrate(
    tmp_path: Path,
    messy_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    upgrade(url)
    terminal = Terminal(url, monkeypatch, capsys)
    report = tmp_path / "report.tsv"

    for under in ((), ("--under", "P5")):
        assert terminal.types("import", messy_file, *under, "--dry-run", "--report", report) == 0
        assert terminal.err == ""
        assert "Xem thử, chưa ghi gì" in terminal.out
        assert ("chưa có đơn vị mã P5" in terminal.out) == bool(under)
        expected = messy()[1]
        got = {
            int(row["line"]): (row["class"], row["name"], row["birth"], row["phone"])
            for row in lines(report)
        }
        assert got == expected
    assert report.read_text(encoding="utf-8").startswith("line\tclass\tname\tbirth\tphone\tnote\n")
    engine = open_engine(url)
    assert people(engine) == 0
    engine.dispose()


def test_a_list_comes_in_once_and_the_summary_names_the_ground(
    terminal: Terminal, engine: Engine, tmp_path: Path
) -> None:
    assert terminal.types("import", WARD, "--under", "p5", "--ground", "consent") == 0
    assert "Thêm mới: 2.575 người" in terminal.out
    assert "Căn cứ lưu dữ liệu: hội viên đã đồng ý" in terminal.out
    assert "Chi hội Khóm 8: 376 người" in terminal.out
    assert people(engine) == 2575

    report = tmp_path / "again.tsv"
    assert terminal.types("import", WARD, "--under", "P5", "--report", report) == 0
    rows = lines(report)
    assert {(row["class"], row["note"]) for row in rows} == {("duplicate", "đã có")}
    assert len(rows) == 2575 and rows[0]["line"] == "CH Khóm 1!8"


def test_another_ground_is_not_told_of_people_kept_on_the_old_one(
    terminal: Terminal, engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "k8.xlsx"
    file.write_bytes(workbook({"CH Khóm 8": [HEADER, [1, "Ngô Thị Sen", "1970"]]}))
    again = ("import", file, "--under", "P5", "--ground", "consent")
    assert terminal.types("import", file, "--under", "P5") == 0

    def kept() -> tuple[str, list[str]]:
        with reading(engine) as session:
            return terminal.out, list(session.exec(select(Member.ground)))

    assert terminal.types(*again) == 0
    assert "của 1 người đã có: quản lý hội viên theo Điều lệ Hội" in terminal.out
    assert "đã đồng ý" not in terminal.out
    assert kept()[1] == ["membership"]

    assert terminal.types(*again, "--change-ground", "--dry-run") == 0
    assert kept()[1] == ["membership"]
    assert terminal.types(*again, "--change-ground") == 0
    assert "của 1 người đã có: hội viên đã đồng ý" in terminal.out
    assert kept()[1] == ["consent"]


def test_held_and_wrong_rows_are_no_failure(
    terminal: Terminal, engine: Engine, messy_file: Path
) -> None:
    assert terminal.types("import", messy_file, "--under", "P5") == 0
    assert "Chờ xem lại:" in terminal.out and "Sai:" in terminal.out
    assert "Dương Thị Nở (dòng 23): ngày sinh ở tương lai" in terminal.out


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("khoa.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "mật khẩu"),
        ("hong.xlsx", WARD.read_bytes()[:9000], "bị hỏng"),
        ("to.xlsx", bytes(60 * 1024 * 1024), "lớn quá 50 MB"),
        ("rong.csv", b"", "không có người nào"),
        ("tieu-de.csv", "STT,Họ và tên,Năm sinh\n".encode(), "không có người nào"),
        ("anh.png", b"\x89PNG....", "không phải bảng tính"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_one_line_and_code_2(
    terminal: Terminal, engine: Engine, tmp_path: Path, name: str, content: bytes, words: str
) -> None:
    file = tmp_path / name
    file.write_bytes(content)
    assert terminal.types("import", file, "--under", "P5") == 2
    assert terminal.err.startswith(f"chihoi: Tệp {name} ") and words in terminal.err
    assert terminal.err.count("\n") == 1 and terminal.out == ""
    assert people(engine) == 0


def test_unknown_units_refuse_the_file_by_name(
    terminal: Terminal, engine: Engine, tmp_path: Path
) -> None:
    file = tmp_path / "k9.xlsx"
    file.write_bytes(workbook({"CH Khóm 9": [HEADER, [1, "Ngô Thị Sen", "1970"]]}))
    assert terminal.types("import", file, "--under", "P5") == 2
    assert "chưa có đơn vị này: Khóm 9" in terminal.err and "--create-units" in terminal.err
    assert terminal.types("import", file, "--under", "XX") == 2
    assert terminal.err == "chihoi: --under: there is no unit XX; `chihoi units load` makes units\n"
    assert terminal.types("import", file) == 2
    assert people(engine) == 0

    assert terminal.types("import", file, "--under", "P5", "--dry-run") == 0
    assert "chưa có đơn vị này: Khóm 9" in terminal.out
    assert people(engine) == 0
    assert terminal.types("import", file, "--under", "P5", "--create-units") == 0
    assert "Chi hội mới lập: Khóm 9" in terminal.out
    assert people(engine) == 1


@pytest.mark.slow
@pytest.mark.sqlite
def test_what_cannot_be_opened_or_written_is_named(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal.types("import", tmp_path / "none.xlsx", "--under", "P5") == 2
    assert "none.xlsx cannot be read: No such file" in terminal.err
    nowhere = tmp_path / "no" / "r.tsv"
    assert terminal.types("import", WARD, "--dry-run", "--report", nowhere) == 2
    assert "--report" in terminal.err
    assert terminal.types("import", WARD, "--under", "P5", "--ground", " ") == 2
    assert terminal.types("export", tmp_path / "no" / "x.xlsx", "--under", "P5") == 2
    assert terminal.types("export", tmp_path / "x.xlsx", "--under", "XX") == 2


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_bar_shows_on_a_terminal_only(tmp_path: Path, messy_file: Path) -> None:
    url = f"sqlite:///{tmp_path / 'fresh.db'}"
    upgrade(url)
    ours, theirs = pty.openpty()
    words = ["members", "import", str(messy_file), "--dry-run"]
    done = subprocess.run(
        [sys.executable, "-c", "from bot.cli import main; main()", *words],
        env={**os.environ, "CHIHOI_DATABASE_URL": url, "TERM": "xterm", "COLUMNS": "80"},
        stdout=subprocess.PIPE,
        stderr=theirs,
        text=True,
        check=True,
    )
    os.close(theirs)
    assert "Đọc lộn xộn.xlsx" in os.read(ours, 65_536).decode(errors="replace")
    os.close(ours)
    assert "Đọc" not in done.stdout


def test_the_list_goes_out_for_its_owner_only_and_comes_back_unchanged(
    terminal: Terminal, messy_file: Path, tmp_path: Path
) -> None:
    terminal.types("import", messy_file, "--under", "P5")
    file = tmp_path / "ra.xlsx"
    assert terminal.types("export", file, "--under", "P5-K8") == 0
    assert "Chi hội Khóm 8: 21" in terminal.out
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert terminal.types("import", file, "--under", "P5-K8") == 0
    assert "Thêm mới" not in terminal.out and "Cập nhật" not in terminal.out
