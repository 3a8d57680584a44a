"""A province in small: what an officer or a member does must not cost more, the larger it is."""

from __future__ import annotations

import io

import openpyxl
import pytest
from sqlalchemy import Engine
from sqlmodel import col, select

from bot.clock import MovableClock
from handlers.directives import progress
from handlers.rolls import by_name
from handlers.surveys import results
from storage import accounts
from storage.blobs import Blob
from storage.database import begin, reading
from storage.mail import Outbox
from storage.rolls import RollVerdict
from tests.bench import province
from tests.bench.province import Province
from tests.bench.province_life import Life
from tests.cast import MONDAY_8AM
from tests.conftest import ON_POSTGRES

SIZE = Province(members=240, branches=24, wards=2)
GROWING = ("member", "account", "account_member", "outbox", "inbox", "roll_verdict", "role")
"""Tables with a row for every member or message."""
counts_statements = pytest.mark.skipif(ON_POSTGRES, reason="only SQLite tells every statement")


def moved_in(engine: Engine, size: Province = SIZE) -> Life:
    province.seed(engine, size, MONDAY_8AM)
    return Life(engine, size, MovableClock(MONDAY_8AM, held=True))


@pytest.fixture
def life(engine: Engine) -> Life:
    return moved_in(engine)


def test_the_seed_is_a_union_the_bot_can_serve(life: Life) -> None:
    life.presses(1, "mark 1 present", 0)
    with reading(life.engine) as session:
        verdict = session.get(RollVerdict, (1, 1))
    assert verdict is not None
    assert verdict.status == "present"

    life.says(life.officer, f"/tim {province.name(77)}")
    assert province.name(77) in life.last_text(life.officer)


def test_after_the_seed_new_rows_find_free_ids(life: Life) -> None:
    with begin(life.engine) as session:
        stranger = accounts.ensure(session, address="fake:tý", name="Tý", now=MONDAY_8AM)
        assert stranger.id == max(SIZE.officers) + 1


def test_a_directive_goes_to_every_group_and_its_progress_is_told_by_ward(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "NAMED", 10)
    monkeypatch.setattr(progress, "OFFERED", 12)
    number = life.has_directive()
    life.ticks()
    assert sum(life.waits_in_group(branch) for branch in range(24)) == 24

    life.says(life.officer, "tiến độ")
    told = life.last_text(life.officer)
    assert "0/24" in told
    assert "Hội LHPN xã số 2: 12 đơn vị" in told
    assert "Khóm 3" not in told

    life.presses(life.officer, f"directive_mark {number}")
    assert f"directive_mark {number} u3" in life.last_lines(life.officer)
    life.presses(life.officer, f"directive_mark {number} u3")
    offered = life.last_lines(life.officer)
    assert len(offered) == 12
    life.presses(life.officer, f"{offered[0]} chị ấy gọi điện")
    life.says(life.officer, "tiến độ")
    assert "1/24" in life.last_text(life.officer)


def test_a_leader_of_another_ward_finds_no_units_behind_a_forged_choice(life: Life) -> None:
    number = life.has_directive()
    life.ticks()
    before = life.last_text(SIZE.officers[1])
    life.presses(SIZE.officers[1], f"directive_mark {number} u3")
    assert "directive_mark" not in life.last_text(SIZE.officers[1]).removeprefix(before)


@counts_statements
@pytest.mark.parametrize(
    ("words", "most"),
    [("tiến độ", 40), ("/tim Lan", 40), ("kết quả điểm danh", 70), ("nay trời đẹp quá", 40)],
)
def test_what_an_officer_asks_takes_no_statement_for_each_branch(
    life: Life, words: str, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(by_name, "LISTED", 50)
    life.has_directive()
    life.ticks()
    assert life.says(life.officer, words).statements <= most


def test_a_bare_name_is_looked_for_only_where_that_is_quick(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ward's officer may name anybody of her ward, the province's must open the roll first."""
    monkeypatch.setattr(by_name, "LISTED", 150)
    ward_officer = SIZE.officers[1]
    named = f"{province.name(1)} vắng"
    life.says(life.officer, named)
    assert "Em chưa hiểu" in life.last_text(life.officer)
    life.says(ward_officer, named)
    assert province.name(1) in life.last_text(ward_officer)


@counts_statements
def test_no_answer_and_no_command_looks_through_a_whole_table(life: Life) -> None:
    scanned: set[str] = set()

    def note() -> None:
        scanned.update(life.scans(GROWING))

    life.presses(2, "mark 2 present", 1)
    note()
    life.says(3, "có mặt", 2)
    note()
    life.says(5, "trợ giúp")
    note()
    number = life.has_directive()
    life.ticks()
    note()
    life.presses(life.officer, f"directive_remind {number}")
    note()
    life.says(life.officer, "tiến độ")
    note()
    life.has_survey()
    life.ticks()
    note()
    life.says(life.officer, "kết quả")
    note()
    assert scanned == set()


@counts_statements
def test_the_guard_sees_a_scan(life: Life) -> None:
    """Without its index the account of a private chat is looked for row by row."""
    with life.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_account_private_chat")
    life.has_directive()
    life.ticks()
    assert any(found.startswith("account:") for found in life.scans(GROWING))


def test_many_people_are_asked_for_in_several_statements(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = list(range(1, SIZE.members + 1))
    with reading(life.engine) as session:
        at_once = accounts.reachable(session, everybody)
        monkeypatch.setattr(accounts, "BATCH", 7)
        assert accounts.reachable(session, everybody) == at_once
    assert set(at_once) == {member for member in everybody if SIZE.has_account(member)}


def test_a_workbook_of_too_many_people_has_figures_and_no_names(
    life: Life, monkeypatch: pytest.MonkeyPatch
) -> None:
    survey = life.has_survey()
    life.ticks()
    life.was_answered(survey, 3, lambda _rows: None)
    life.presses(life.officer, f"survey_sheet {survey}")
    assert "Bảng có tên từng người" in life.last_text(life.officer)

    monkeypatch.setattr(results, "MOST_NAMED", SIZE.members - 1)
    life.presses(life.officer, f"survey_sheet {survey}")
    assert "không kèm tên" in life.last_text(life.officer)
    with reading(life.engine) as session:
        books = [
            [sheet.title for sheet in openpyxl.load_workbook(io.BytesIO(blob.content))]
            for blob in session.exec(select(Blob).order_by(col(Blob.id)))
        ]
    assert [("Từng người" in sheets) for sheets in books] == [True, False]


@counts_statements
def test_the_workbook_of_a_survey_takes_no_statement_for_each_branch(life: Life) -> None:
    survey = life.has_survey()
    life.ticks()
    life.was_answered(survey, 3, lambda _rows: None)
    assert life.presses(life.officer, f"survey_sheet {survey}").statements <= 60


def test_in_the_evening_all_units_are_reminded_some_at_a_time(life: Life) -> None:
    survey = life.has_survey()
    life.ticks()
    life.was_answered(survey, 7, lambda _rows: None)
    life.clock.set(MONDAY_8AM.replace(hour=11, minute=30))

    def reminded() -> list[int]:
        with reading(life.engine) as session:
            rows = session.exec(select(Outbox).where(col(Outbox.key).contains(":remind:")))
            return [int(row.chat.removeprefix("fake:g")) for row in rows if ":g" in row.chat]

    found = []
    for _ in range(4):
        life.ticks()
        found.append(reminded())
    assert [len(chats) for chats in found] == [10, 20, 24, 24]
    assert sorted(found[-1]) == list(range(24))
