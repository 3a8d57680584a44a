"""A backup made before an erasure does not bring the person back, and can be sealed with a key."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot.cli.backup import backup, backup_key, restore
from bot.cli.errors import CommandError
from storage import erasure_list, privacy, sealing
from storage.database import begin, open_engine, reading
from storage.members import Member
from tests import traces
from tests.cast import Cast
from tests.test_erasing import WORDS, erase, figures, lives

pytestmark = pytest.mark.sqlite


@pytest.fixture
def listed(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The union of the cast as the command line finds it; the file beside it that outlives it."""
    file = tmp_path / "union.erased"
    url = cast.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("CHIHOI_DATABASE_URL", url)
    monkeypatch.setenv("CHIHOI_ERASURE_LIST", str(file))
    return file


def restored(
    file: Path,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    *,
    key: Path | None = None,
    erased: Path | None = None,
) -> str:
    url = f"sqlite:///{folder / 'new.db'}"
    monkeypatch.setenv("CHIHOI_DATABASE_URL", url)
    restore(file, key=key, erased=erased)
    return url


@pytest.mark.slow
async def test_she_stays_erased_in_a_union_restored_from_before(
    cast: Cast,
    listed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    await lives(cast)
    before = figures(cast)
    old = tmp_path / "old.backup"
    backup(old)
    number = cast.an.member.id
    erase(cast)
    assert erasure_list.note_new(cast.engine, listed) == 1
    assert erasure_list.note_new(cast.engine, listed) == 0, "once is enough"
    assert erasure_list.read(listed) == [(cast.clock.now(), number)]

    engine = open_engine(restored(old, tmp_path, monkeypatch))

    assert "1 people who were erased since the backup are erased again" in capsys.readouterr().out
    assert traces.found(engine, *WORDS) == []
    there = Cast(engine)
    assert figures(there) == before
    with reading(engine) as session:
        assert [row.listed for row in privacy.erasures(session)] == [True]
    engine.dispose()


@pytest.mark.slow
def test_without_the_list_she_would_be_back_and_the_operator_is_told(
    cast: Cast,
    listed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The twin: the list is what keeps her out."""
    old = tmp_path / "old.backup"
    backup(old)
    erase(cast)
    erasure_list.note_new(cast.engine, listed)
    away = listed.rename(tmp_path / "elsewhere")

    engine = open_engine(restored(old, tmp_path, monkeypatch))

    assert "whoever was erased since the backup is back" in capsys.readouterr().out
    assert traces.found(engine, "Võ Thị An")
    engine.dispose()
    (tmp_path / "new.db").unlink()
    engine = open_engine(restored(old, tmp_path, monkeypatch, erased=away))
    assert traces.found(engine, "Võ Thị An") == []
    engine.dispose()


def test_the_bot_keeps_the_list_itself_and_a_new_person_with_an_old_id_is_safe(
    cast: Cast, listed: Path
) -> None:
    cast.app.erasures = listed
    number = cast.an.member.id
    erase(cast)
    cast.app.tick()
    assert [id_ for _, id_ in erasure_list.read(listed)] == [number]
    with begin(cast.engine) as session:
        later = cast.clock.now() + timedelta(days=1)
        session.add(
            Member(
                id=number, unit_id=1, name="Người Mới", folded="nguoi moi", name_key="x",
                created_at=later, changed_at=later,
            )
        )  # fmt: skip

    with cast.engine.begin() as connection:
        assert erasure_list.erase_again(connection, erasure_list.read(listed)) == 0


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_sealed_backup_is_read_by_the_holder_of_the_key_alone(
    cast: Cast,
    listed: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    key, other = tmp_path / "key.txt", tmp_path / "other.txt"
    backup_key(key)
    public = capsys.readouterr().out.strip()
    backup_key(other)
    with pytest.raises(CommandError, match="cannot be written"):
        backup_key(key)
    monkeypatch.setenv("CHIHOI_BACKUP_KEY", public)
    backup(tmp_path, keep=3)
    assert "encrypted, in" in capsys.readouterr().out
    (sealed,) = tmp_path.glob("chihoi-*.backup.age")
    assert "Võ Thị An".encode() not in sealed.read_bytes()
    assert sealing.is_sealed(sealed)

    with pytest.raises(CommandError, match="--key FILE"):
        restored(sealed, tmp_path, monkeypatch)
    with pytest.raises(CommandError, match="not opened by this key"):
        restored(sealed, tmp_path, monkeypatch, key=other)
    torn = tmp_path / "torn.age"
    torn.write_bytes(sealed.read_bytes()[:-1000])
    with pytest.raises(CommandError, match=r"torn.age is not opened by this key, or is not whole"):
        restored(torn, tmp_path, monkeypatch, key=key)
    other.write_text("nothing")
    with pytest.raises(CommandError, match="has no line"):
        restored(sealed, tmp_path, monkeypatch, key=other)
    engine = open_engine(restored(sealed, tmp_path, monkeypatch, key=key))
    assert "member.name" in traces.found(engine, "Võ Thị An")
    engine.dispose()


def test_a_wrong_public_key_makes_no_backup(cast: Cast, listed: Path, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="must be like age1"):
        backup(tmp_path / "x.backup", encrypt="nonsense")
    assert not (tmp_path / "x.backup").exists()
    (tmp_path / "y").write_text("")
    with pytest.raises(CommandError, match="exists already"):
        backup(tmp_path / "y", encrypt=sealing.new_key()[0])


def test_a_list_that_is_damaged_restores_nothing(
    cast: Cast, listed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(tmp_path / "old.backup")
    listed.write_text("yesterday 5\n")

    with pytest.raises(CommandError, match="nothing was restored"):
        restored(tmp_path / "old.backup", tmp_path, monkeypatch)
