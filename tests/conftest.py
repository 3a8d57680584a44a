"""Databases and casts for every test."""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from hypothesis import settings
from sqlalchemy import Engine, event, text

from storage.database import begin, open_engine
from storage.migrations import upgrade
from tests import postgres
from tests.cast import MONDAY_8AM, Cast, fill

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

ON_POSTGRES = os.environ.get("CHIHOI_TEST_POSTGRES") == "1"
LEFT_OUT: set[str] = set()
settings.register_profile("short", max_examples=30)
if not ON_POSTGRES:  # the long run tries as many examples as Hypothesis thinks right
    settings.load_profile("short")
structlog.configure(
    wrapper_class=structlog.make_filtering_bound_logger(50), cache_logger_on_first_use=False
)


class Databases:
    """Databases to copy for each test: a blank one, and one with the cast's little union."""

    def __init__(self, folder: Path, server: str = "") -> None:
        self.folder = folder
        self.server = server
        for name in ("blank", "union"):
            if server:
                postgres.run(server, f'CREATE DATABASE "{name}"')  # UNION is a word of SQL
            upgrade(self._url(name))
        engine = open_engine(self._url("union"))
        with begin(engine) as session:
            fill(session, MONDAY_8AM)
        if not server:
            with engine.connect() as connection:
                connection.exec_driver_sql("ROLLBACK")
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        engine.dispose()

        # One engine on a database that is replaced: it compiles each statement once, not once a test.
        self._engine = open_engine(self._url("test"))
        if server:
            self._overseer = open_engine(server).connect()
            self._overseer.execution_options(isolation_level="AUTOCOMMIT")
        else:
            event.listen(self._engine, "connect", _unsynced)

    def _url(self, name: str) -> str:
        if self.server:
            return postgres.database(self.server, name)
        return f"sqlite:///{self.folder / name}.db"

    @contextmanager
    def copy(self, name: str) -> Iterator[Engine]:
        """An engine on a copy of one of them, for one test."""
        self._engine.dispose()
        if self.server:
            self._overseer.execute(text("DROP DATABASE IF EXISTS test WITH (FORCE)"))
            # Copied as files: the templates are small, and the log need not hold them.
            copied = f'CREATE DATABASE test TEMPLATE "{name}" STRATEGY file_copy'
            self._overseer.execute(text(copied))
        else:
            for end in ("", "-wal", "-shm"):
                (self.folder / f"test.db{end}").unlink(missing_ok=True)
            shutil.copyfile(self.folder / f"{name}.db", self.folder / "test.db")
        yield self._engine
        self._engine.dispose()

    def close(self) -> None:
        """Let go of the server, so that it can stop."""
        self._engine.dispose()
        self._overseer.close()
        self._overseer.engine.dispose()


def _unsynced(connection: Any, _record: object) -> None:
    """A test's database need not survive a power cut."""
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """The databases to copy: SQLite files, or a real PostgreSQL's."""
    folder = tmp_path_factory.mktemp("databases")
    if not ON_POSTGRES:
        yield Databases(folder)
        return
    with postgres.server(folder / "pg") as uri:
        databases = Databases(folder, uri)
        yield databases
        databases.close()


@pytest.fixture
def engine(databases: Databases, request: pytest.FixtureRequest) -> Iterator[Engine]:
    """An engine on a database of the test's own: blank, or the union where a cast plays in it."""
    name = "union" if "cast" in request.fixturenames else "blank"
    with databases.copy(name) as engine:
        yield engine


@pytest.fixture
def database_url(engine: Engine) -> str:
    """Its address, for commands that open it themselves."""
    return engine.url.render_as_string(hide_password=False)


@pytest.fixture
async def cast(engine: Engine) -> AsyncIterator[Cast]:
    """A small union on the sandbox: see `tests/cast.py` for who is who."""
    async with Cast(engine) as cast:
        yield cast


@pytest.fixture(scope="session")
def demo_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a freshly built demo world, to copy."""
    from bot.demo.build import build  # noqa: PLC0415 - most tests need none

    folder = tmp_path_factory.mktemp("demo")
    build(folder, lambda _stage: None)
    return folder


@pytest.fixture
def demo_folder(demo_template: Path, tmp_path: Path) -> Path:
    """A demo folder of the test's own."""
    folder = tmp_path / "demo-world"
    shutil.copytree(demo_template, folder)
    return folder


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Remember by name what this run leaves out; a worker tells the run it belongs to."""
    for item in items:
        LEFT_OUT.add(item.nodeid.partition("[")[0])
        told = getattr(item.config, "workeroutput", None)
        if told is not None:
            told["left_out"] = sorted(LEFT_OUT)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Take over what a worker left out."""
    LEFT_OUT.update(getattr(node, "workeroutput", {}).get("left_out", ()))


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Print it."""
    if LEFT_OUT:
        terminalreporter.write_line("\nleft to `make test-all`:")
        for name in sorted(LEFT_OUT):
            terminalreporter.write_line(f"  {name}")
