"""Anonymous surveys: who answered is known, what was answered is known, and nothing joins them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlmodel import select

import bot.dispatch
from bot.channels.sandbox import PLAIN, SANDBOX
from handlers.surveys.figures import FEWEST, shown_and_merged
from storage import accounts, tables
from storage.database import begin
from storage.forgetting import forget_talk
from storage.inbox import Inbox
from storage.mail import Outbox
from storage.survey_answers import SurveyCount, SurveyText
from storage.survey_runs import SurveyRun, SurveyTaken
from tests.cast import Cast, Player
from tests.conftest import ON_POSTGRES
from tests.surveys_scenes import THREE, YES_NO, sends

START = "Trả lời riêng"
VOTERS = ("an", "binh", "cuc", "thu", "lan")
OLD, NEW = "OLDWORDS", "NEWWORDS"
"""Plain letters, so that no encoding hides them."""


async def votes(player: Player, words: str, before: str = "") -> None:
    """She goes through the three questions in private, changes her mind once, and sends."""
    await player.presses(START, player.cast.k8)
    await player.presses("Có")
    await player.says("2, 3")
    if before:
        await player.says(before)
        await player.presses("Sửa câu 3")
    await player.says(words)
    await player.presses("Gửi phiếu kín")


def rows(cast: Cast) -> list[tuple[str, str]]:
    """Every row of every table, as (table, all its columns in words)."""
    with cast.session() as session:
        return [
            (table.name, repr(tuple(row)))
            for table in tables.metadata.sorted_tables
            for row in session.execute(table.select())
        ]


def on_disk(cast: Cast, word: str) -> int:
    """How often a word stands in the database's file and its write-ahead log."""
    path = Path(str(cast.engine.url.database))
    found = 0
    for file in (path, path.with_name(f"{path.name}-wal")):
        found += file.read_bytes().count(word.encode()) if file.exists() else 0
    return found


async def test_no_row_of_any_table_joins_a_person_and_her_words(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    for key in VOTERS:
        await votes(cast.players[key], f"{NEW}{key}", before=f"{OLD}{key}")

    found = rows(cast)
    for key in VOTERS:
        assert [table for table, row in found if f"{NEW}{key}" in row] == ["survey_text"]
        assert [table for table, row in found if f"{OLD}{key}" in row] == []
    columns = set(tables.metadata.tables["survey_text"].columns.keys())
    assert columns == {"id", "survey_id", "unit_id", "question", "value"}
    counters = set(tables.metadata.tables["survey_count"].columns.keys())
    assert counters == {"survey_id", "unit_id", "question", "value", "number"}
    taken = set(tables.metadata.tables["survey_taken"].columns.keys())
    assert taken == {"survey_id", "member_id", "unit_id"}
    with cast.session() as session:
        assert session.exec(select(SurveyRun)).all() == []
        assert len(session.exec(select(SurveyTaken)).all()) == len(VOTERS)


@pytest.mark.skipif(ON_POSTGRES, reason="reads SQLite's files")
async def test_the_files_hold_the_words_once_and_drafts_nowhere(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    for key in ("an", "binh"):
        await votes(cast.players[key], f"{NEW}{key}", before=f"{OLD}{key}")

    assert [on_disk(cast, f"{NEW}{key}") for key in ("an", "binh")] == [1, 1]
    assert [on_disk(cast, f"{OLD}{key}") for key in ("an", "binh")] == [0, 0]


@pytest.mark.skipif(ON_POSTGRES, reason="reads SQLite's files")
async def test_without_scrubbing_the_log_they_would_be_read_there(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the test above, its guard off."""
    monkeypatch.setattr(bot.dispatch, "scrub_log", lambda _engine: None)
    await sends(cast.lan, THREE, secret=True)
    await votes(cast.an, f"{NEW}an", before=f"{OLD}an")

    assert on_disk(cast, f"{OLD}an") > 0


@pytest.mark.skipif(ON_POSTGRES, reason="reads SQLite's files")
async def test_what_a_kill_left_unscrubbed_goes_when_it_starts_again(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(bot.dispatch, "scrub_log", lambda _engine: None)
        await sends(cast.lan, THREE, secret=True)
        await votes(cast.an, f"{NEW}an", before=f"{OLD}an")
    assert on_disk(cast, f"{OLD}an") > 0

    running = asyncio.ensure_future(cast.app.run())
    for _ in range(100):
        await asyncio.sleep(0.02)
        if not on_disk(cast, f"{OLD}an"):
            break
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert on_disk(cast, f"{OLD}an") == 0


async def test_without_forgetting_the_talk_her_chat_would_hold_her_words(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another twin: the messages of the run stay where they were."""
    monkeypatch.setattr("storage.forgetting.forget_talk", lambda *_: None)
    await sends(cast.lan, THREE, secret=True)
    await votes(cast.an, f"{NEW}an")

    held = [row for table, row in rows(cast) if table == "outbox" and f"{NEW}an" in row]
    assert held
    assert all("an@sandbox" in row for row in held)


async def test_not_even_how_many_questions_she_was_asked_can_be_counted(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    await votes(cast.an, f"{NEW}an")
    with cast.session() as session:
        said = session.exec(select(Outbox).where(Outbox.chat == "sandbox:an@sandbox")).all()
        heard = session.exec(select(Inbox).where(Inbox.chat == "sandbox:an@sandbox")).all()

    assert sorted(row.how for row in said) == ["message", "toast"]  # of the last press alone
    assert [row.body for row in heard] == [""]


async def test_the_order_of_rows_says_nothing(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    seen: set[int] = set()
    for number, key in enumerate(VOTERS, 1):
        await votes(cast.players[key], f"{NEW}{key}")
        with cast.session() as session:
            ids = {row.id for row in session.exec(select(SurveyText))}
        assert len(ids) == number
        assert ids.isdisjoint(seen), "a row that stays where it is shows which one is new"
        seen |= ids


@pytest.mark.postgres
@pytest.mark.skipif(not ON_POSTGRES, reason="asks PostgreSQL")
async def test_nor_does_the_transaction_that_wrote_them(cast: Cast) -> None:
    """PostgreSQL shows which transaction wrote each row: all of a unit's are the newest's."""
    await sends(cast.lan, THREE, secret=True)
    for key in VOTERS:
        await votes(cast.players[key], f"{NEW}{key}")

    with cast.session() as session:
        for table in ("survey_count", "survey_text"):
            query = text(f"SELECT DISTINCT xmin::text FROM {table}")
            assert len(session.execute(query).all()) == 1


async def test_all_counters_are_there_before_the_first_ballot(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)

    def counters() -> dict[tuple[int, str], int]:
        with cast.session() as session:
            found = session.exec(select(SurveyCount))
            return {(row.question, row.value): row.number for row in found}

    before = counters()
    assert set(before.values()) == {0}
    await votes(cast.an, "x1")
    after = counters()
    assert before.keys() == after.keys()
    chosen = {(0, "1"), (1, "2"), (1, "3"), (1, "*")}
    assert {key for key, number in after.items() if number} == chosen


async def test_a_press_in_the_group_is_a_ballot_for_good(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, secret=True)
    assert "Chọn là gửi luôn" in cast.k8.text
    await cast.an.presses("Không", cast.k8)
    assert "phiếu kín" in cast.an.toast
    assert "Không" not in cast.an.toast
    await cast.an.presses("Có", cast.k8)
    assert "không đổi được" in cast.an.toast
    await cast.passes(seconds=6)

    assert "1/6" in cast.k8.text
    assert "Không: " not in cast.k8.text
    with cast.session() as session:
        numbers = {row.value: row.number for row in session.exec(select(SurveyCount))}
        bodies = [row.body for row in session.exec(select(Inbox)) if "survey_pick" in row.body]
    assert numbers == {"1": 0, "0": 1}
    assert bodies == []


async def test_a_number_in_the_group_is_not_taken_and_none_is_offered(cast: Cast) -> None:
    plain = cast.add_room("p8", "CH Khóm 8 B", unit="P5-K8", channel=PLAIN)
    await sends(cast.lan, YES_NO, secret=True)
    assert "1. ✍️ Trả lời riêng với em" in plain.text
    assert ". Có" not in plain.text

    prompt = cast.k8.last
    await cast.an.says("có", cast.k8, reply_to=prompt)
    assert "không nhận câu trả lời trong nhóm" in cast.an.text
    await cast.an.presses("Trả lời riêng")
    assert "Chị có đi chợ phiên không?" in cast.an.text
    await cast.an.presses("Có")
    assert "Chưa gửi thì chưa tính" in cast.an.text
    with cast.session() as session:
        assert session.exec(select(SurveyTaken)).all() == []
    await cast.an.presses("Gửi phiếu kín")
    with cast.session() as session:
        assert len(session.exec(select(SurveyTaken)).all()) == 1


async def test_nothing_is_kept_for_a_stranger(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, secret=True)
    await cast.ty.presses("Có", cast.k8)

    assert "đường dẫn tham gia" in cast.ty.toast
    assert [row for table, row in rows(cast) if table == "pending"] == []
    assert [row for _, row in rows(cast) if "survey_pick 1 1" in row and "sandbox:ty" in row] == []


async def test_a_shared_phone_is_led_aside_and_each_votes_once(cast: Cast) -> None:
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        dung = cast.member("Lý Thị Dung").id
        assert account is not None and account.id is not None and dung is not None
        accounts.link(session, account.id, dung, by="test", now=cast.clock.now())
    await sends(cast.lan, YES_NO, secret=True)

    await cast.an.presses("Có", cast.k8)
    assert "dùng chung" in cast.an.toast
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Lý Thị Dung")
    await cast.an.presses("Không")
    await cast.an.presses("Gửi phiếu kín")
    assert cast.an.labels == ["✍️ Trả lời cho Võ Thị An"]
    await cast.an.presses("Trả lời cho Võ Thị An")
    await cast.an.presses("Có")
    await cast.an.presses("Gửi phiếu kín")
    await cast.an.presses(START, cast.k8)

    with cast.session() as session:
        assert {r.value: r.number for r in session.exec(select(SurveyCount))} == {"1": 1, "0": 1}


async def test_a_leader_may_not_write_a_ballot_down(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    await cast.lan.presses("Theo dõi")
    assert not any("Ghi giúp" in label or "Ai chưa" in label for label in cast.lan.labels)
    await cast.lan.says("/survey_hand 1")
    assert "chính người đó" in cast.lan.text
    await cast.lan.says(f"/survey_start 1 {cast.member('Lý Thị Dung').id}")
    assert "không tìm thấy" in cast.lan.text


async def test_a_ballot_not_sent_by_the_close_is_forgotten(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True, deadline="17 giờ ngày 17/11/2026")
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Không")
    await cast.an.says(f"{NEW}an")
    assert "Chưa gửi thì chưa tính" in cast.an.text
    await cast.passes(days=1, hours=9)

    await cast.an.presses("Gửi phiếu kín")
    assert "đã chốt" in cast.an.toast
    assert [table for table, row in rows(cast) if f"{NEW}an" in row] == []
    if not ON_POSTGRES:
        assert on_disk(cast, f"{NEW}an") == 0


async def test_she_may_throw_her_ballot_away(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Không")
    await cast.an.says(f"{NEW}an")
    await cast.an.presses("Bỏ, không gửi")

    assert "không giữ lại câu nào" in cast.an.text
    assert [table for table, row in rows(cast) if f"{NEW}an" in row] == []


async def test_results_are_sealed_until_the_close_and_below_five(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, secret=True)
    for key in VOTERS[:4]:
        await cast.players[key].presses("Có", cast.k8)
    await cast.lan.says("kết quả")
    assert "chưa chốt" in cast.lan.text
    await cast.lan.says("/survey_sheet 1")
    assert "chưa chốt" in cast.lan.text
    await cast.lan.says("/survey_close 1 yes")
    await cast.lan.says("kết quả")
    assert "chưa đủ 5 phiếu" in cast.lan.text
    assert "Có: " not in cast.lan.text

    await cast.lan.says("/survey_reopen 1")
    assert "mở lại" in cast.lan.text
    await cast.lan.presses("Không", cast.k8)
    await cast.lan.says("/survey_close 1 yes")
    await cast.lan.says("kết quả")
    assert "Có: 4" in cast.lan.text
    assert cast.lan.private.last.file_name == "ket-qua.png"

    await cast.lan.says("/survey_reopen 1")
    assert "lộ phiếu" in cast.lan.text
    await cast.lan.says("/survey_extend 1 none")
    assert "lộ phiếu" in cast.lan.text


@given(st.dictionaries(st.integers(1, 20), st.integers(0, 12), max_size=20))
def test_no_count_of_fewer_than_five_can_be_had_by_subtraction(sizes: dict[int, int]) -> None:
    shown, merged = shown_and_merged(sizes, FEWEST)

    assert sorted(shown + merged) == sorted(sizes)
    assert all(sizes[unit] >= FEWEST for unit in shown)
    rest = sum(sizes[unit] for unit in merged)
    assert rest == 0 or rest >= FEWEST or not shown


def test_without_merging_the_small_one_is_the_difference() -> None:
    """The twin: shown each for itself, the third is 12 - 9 = 3."""
    sizes = {1: 9, 2: 3}

    assert [u for u, size in sizes.items() if size >= FEWEST] == [1]
    assert shown_and_merged(sizes, FEWEST) == ([], [2, 1])


async def test_what_is_being_sent_at_that_moment_is_emptied_too(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    await cast.an.presses(START, cast.k8)
    await cast.an.presses("Không")
    with begin(cast.engine) as session:
        row = session.exec(select(Outbox).where(Outbox.key.startswith("run:"))).first()
        assert row is not None
        row.state = "sending"
        session.add(row)
    with begin(cast.engine) as session:
        forget_talk(session, ["sandbox:an@sandbox"], 0, "run:1:")
    with cast.session() as session:
        left = session.exec(select(Outbox).where(Outbox.key.startswith("run:"))).all()
    assert [(row.body, row.choices) for row in left] == [("{}", [])]


async def test_the_sandbox_press_leaves_no_trace_in_private_either(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, secret=True)
    await cast.an.says("/start s-1")
    await cast.an.presses("Có")
    await cast.an.presses("Gửi phiếu kín")

    assert cast.an.channel == SANDBOX
    said = [row for _, row in rows(cast) if "survey_say" in row or "survey_finish" in row]
    assert said == []
