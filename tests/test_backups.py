"""A backup is made while the bot works, is whole, and gives the union back without saying it twice."""

from __future__ import annotations

import errno
import os
import re
import sqlite3
import stat
import threading
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from bot.app import App
from bot.cli.backup import backup, restore
from bot.cli.errors import CommandError, reason
from bot.clock import SystemClock
from storage import backups, chores, inbox, mail, sealing
from storage.copying import Summary, snapshot, summaries
from storage.database import begin, open_engine, reading
from storage.mail import OutboxState
from tests.cast import MONDAY_8AM, Cast
from tests.channels.fake_channel import FakeChannel
from tests.conftest import Databases
from tests.fresh import empty_database

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]


def held(url: str) -> dict[str, Summary]:
    engine = open_engine(url)
    with snapshot(engine) as connection:
        found = summaries(connection)
    engine.dispose()
    return found


@pytest.fixture
def world(demo_folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    url = f"sqlite:///{demo_folder / 'template' / 'union.db'}"
    monkeypatch.setenv("CHIHOI_DATABASE_URL", url)
    return url


def test_a_filled_union_comes_back_table_by_table(
    world: str, databases: Databases, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, before = tmp_path / "union.backup", held(world)
    backup(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.glob("union.backup*")] == ["union.backup"]

    there = empty_database(databases, tmp_path)
    monkeypatch.setenv("CHIHOI_DATABASE_URL", there)
    restore(file)
    assert held(there) == before

    again = tmp_path / "again.backup"
    backup(again)  # in test-all: of a PostgreSQL, row by row
    monkeypatch.setenv("CHIHOI_DATABASE_URL", f"sqlite:///{tmp_path / 'last.db'}")
    restore(again)
    after = held(f"sqlite:///{tmp_path / 'last.db'}")
    assert {name: found for name, found in after.items() if name != "chore"} == {
        name: found for name, found in before.items() if name != "chore"
    }


async def test_a_backup_made_while_people_answer_is_of_one_moment(
    cast: Cast, tmp_path: Path
) -> None:
    stop = threading.Event()

    def keep_writing() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            with begin(cast.engine) as session:
                row = {
                    "channel": "x", "event_id": str(number), "chat": "x", "body": "y" * 2000,
                    "received_at": MONDAY_8AM,
                }  # fmt: skip
                inbox.receive(session, [row])
                mail.post(session, key=f"k{number}", channel="x", chat="x", created_at=MONDAY_8AM)

    writer = threading.Thread(target=keep_writing)
    writer.start()
    try:
        for number in range(5):
            backups.back_up(cast.engine, tmp_path / f"{number}.backup", lambda _t, _n: None)
    finally:
        stop.set()
        writer.join()
    seen = []
    for number in range(5):
        with closing(sqlite3.connect(tmp_path / f"{number}.backup")) as made:
            came = made.execute("SELECT count(*) FROM inbox WHERE channel = 'x'").fetchone()
            went = made.execute("SELECT count(*) FROM outbox WHERE channel = 'x'").fetchone()
        assert came == went
        seen.append(came[0])
    assert seen[0] < seen[-1]


def queue(engine: Engine) -> None:
    """What was on its way when the backup was made: waiting, being sent, and due next year."""
    later = SystemClock().now() + timedelta(days=365)
    with begin(engine) as session:
        for key, state, not_before in (
            ("waits", OutboxState.QUEUED, None),
            ("goes", OutboxState.SENDING, None),
            ("later", OutboxState.QUEUED, later),
            ("sent", OutboxState.SENT, None),
        ):
            mail.post(
                session, key=key, channel="fake", chat=f"fake:{key}", state=state,
                body='{"text":"x"}', not_before=not_before, created_at=MONDAY_8AM,
            )  # fmt: skip


@pytest.mark.parametrize(
    ("moved", "found"),
    [
        (False, {"waits": "in_doubt", "goes": "in_doubt", "later": "queued", "sent": "sent"}),
        (True, {"waits": "queued", "goes": "sending", "later": "queued", "sent": "sent"}),
    ],
)
async def test_what_was_waiting_is_not_sent_a_second_time(
    cast: Cast,
    databases: Databases,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    moved: bool,
    found: dict[str, str],
) -> None:
    queue(cast.engine)
    file = tmp_path / "union.backup"
    backups.back_up(cast.engine, file, lambda _t, _n: None)
    there = empty_database(databases, tmp_path)
    monkeypatch.setenv("CHIHOI_DATABASE_URL", there)
    restore(file, moved=moved)

    engine = open_engine(there)
    with reading(engine) as session:
        rows = session.connection().execute(text("SELECT key, state FROM outbox")).all()
    assert {row.key: row.state for row in rows if row.key in found} == found
    channel = FakeChannel()
    await App(engine, {"fake": channel}, SystemClock()).settle()
    engine.dispose()
    assert len(channel.sent) == (1 if moved else 0)  # without the guard it is said again


def test_it_never_overwrites_nor_fills_what_is_filled(world: str, tmp_path: Path) -> None:
    file = tmp_path / "union.backup"
    file.write_text("a letter")
    with pytest.raises(CommandError, match="never overwritten"):
        backup(file)
    assert file.read_text() == "a letter"

    backup(tmp_path / "good.backup")
    before = held(world)
    with pytest.raises(CommandError, match="the database is not empty"):
        restore(tmp_path / "good.backup")
    assert held(world) == before


def test_a_damaged_or_foreign_file_is_refused(
    world: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, letter, torn, newer = (tmp_path / name for name in ("good", "letter", "torn", "newer"))
    backup(good)
    letter.write_text("a letter")
    whole = good.read_bytes()
    torn.write_bytes(whole[: len(whole) // 2])
    newer.write_bytes(whole)
    with closing(sqlite3.connect(newer)) as made:
        made.execute("UPDATE alembic_version SET version_num = '9999'")
        made.commit()
    there = tmp_path / "there.db"
    monkeypatch.setenv("CHIHOI_DATABASE_URL", f"sqlite:///{there}")

    for file, why in ((letter, "is not a union's"), (torn, "torn"), (newer, "newer chihoi")):
        with pytest.raises(CommandError, match=why):
            restore(file)
    restore(good)
    monkeypatch.setenv("CHIHOI_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    with pytest.raises(CommandError, match="nothing was restored"):
        restore(tmp_path / "absent")
    assert not (tmp_path / "new.db").exists()


def test_a_backup_that_fails_leaves_nothing_behind(world: str, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"no backup was made: there is no folder .*/nowhere$"):
        backup(tmp_path / "nowhere" / "union.backup")

    engine = open_engine(world)
    with pytest.raises(ZeroDivisionError):
        backups.back_up(engine, tmp_path / "union.backup", lambda _t, _n: 1 // 0)  # type: ignore[arg-type]
    engine.dispose()
    assert list(tmp_path.glob("union.backup*")) == []


def test_a_sealed_one_has_its_name_only_once_it_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, sealed = tmp_path / "plain", tmp_path / "union.backup.age"
    plain.write_bytes(b"x" * 1000)

    def full(_descriptor: int) -> None:
        assert not sealed.exists()
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        sealing.seal(plain, sealed, sealing.new_key()[0])
    assert [file.name for file in tmp_path.iterdir()] == ["plain"]


def test_what_was_left_half_made_counts_for_no_backup(world: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day, end in (("20250101", ""), ("20250102", ".part"), ("20250103", ".age.part")):
        (folder / f"chihoi-{day}-020000.backup{end}").write_text("old")
    os.utime(folder / "chihoi-20250102-020000.backup.part", (1, 1))
    backup(folder, keep=2)

    names = sorted(path.name for path in folder.iterdir())
    assert names[:2] == [
        "chihoi-20250101-020000.backup",
        "chihoi-20250103-020000.backup.age.part",  # somebody may be making it
    ]
    assert len(names) == 3


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.ENOENT, "No such file or directory", "/a/key"), "/a/key: No such file"),
        (OSError(errno.ENOSPC, "No space left on device"), "No space left on device"),
        (sqlite3.OperationalError("database or disk is full\nmore"), "database or disk is full$"),
    ],
)
def test_what_went_wrong_is_one_line_that_names_the_file(error: Exception, told: str) -> None:
    assert re.match(told, reason(error))


def test_in_a_folder_the_old_ones_go(world: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    for day in ("20250101", "20250102", "20250103"):
        (folder / f"chihoi-{day}-020000.backup").write_text("old")
    (folder / "letter.txt").write_text("not ours")
    backup(folder, keep=2)

    names = sorted(path.name for path in folder.iterdir())
    assert len(names) == 3
    assert names[0] == "chihoi-20250103-020000.backup"
    assert names[-1] == "letter.txt"


def test_the_day_of_the_last_backup_is_noted(world: str, tmp_path: Path) -> None:
    backup(tmp_path / "union.backup")
    engine = open_engine(world)
    with reading(engine) as session:
        assert chores.is_done(session, "backup", (SystemClock().now() - timedelta(days=1)).date())
    engine.dispose()
