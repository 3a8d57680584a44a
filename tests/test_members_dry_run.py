"""A look at a file before anything is decided: without a database, under a code nobody has."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from bot.cli import main
from tests.spreadsheets import HEADER, Row, workbook
from tests.test_members_cli import Terminal, lines


@pytest.fixture
def terminal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Terminal:
    """Where nobody has run `chihoi migrate`."""
    return Terminal(f"sqlite:///{tmp_path / 'none.db'}", monkeypatch, capsys)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    rows: list[Row] = [HEADER, [1, "Lê Thị Lan", "khoảng 1960"], [2, "Trần Thị Mai (mất 2021)", ""]]
    file = tmp_path / "ds.xlsx"
    sums: list[Row] = [["Tổ", "Số"], ["Tổ 1", 2]]
    file.write_bytes(workbook({"DS": rows, "Tổng hợp": sums}))
    return file


def test_a_file_alone_needs_no_database(terminal: Terminal, book: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.tsv"
    assert terminal.types("import", book, "--dry-run", "--report", report) == 0
    assert "Thêm mới: 2 người" in terminal.out  # though no row says which branch it is of
    assert not (tmp_path / "none.db").exists()
    assert [list(row.values()) for row in lines(report)] == [
        ["2", "imported", "Lê Thị Lan", "1960", "", "ngày sinh ghi chưa chắc: khoảng 1960"],
        ["3", "imported", "Trần Thị Mai", "", "", "ghi là không còn trong Hội: mất 2021"],
    ]
    assert stat.S_IMODE(report.stat().st_mode) == 0o600


def test_a_database_that_is_named_must_be_there(terminal: Terminal, book: Path) -> None:
    assert terminal.types("import", book, "--under", "P5", "--dry-run") == 2
    assert "chihoi migrate" in terminal.err


def test_only_a_workbook_goes_out(terminal: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "ds.pdf"
    assert terminal.types("export", file, "--under", "P5") == 2
    assert "name it FILE.xlsx" in terminal.err and not file.exists()


def test_a_tree_kept_as_a_workbook_is_told_how_to_be_saved(
    terminal: Terminal, book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["chihoi", "units", "load", str(book)])
    with pytest.raises(SystemExit):
        main()
    assert "save it as “CSV UTF-8" in terminal.captured.readouterr().err
