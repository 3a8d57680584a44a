"""Databases and casts for every test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import structlog
from sqlalchemy import Engine

from storage import tables
from storage.database import open_engine
from tests import postgres
from tests.cast import Cast

if TYPE_CHECKING:
    from _pytest.terminal import TerminalReporter

ON_POSTGRES = os.environ.get("CHIHOI_TEST_POSTGRES") == "1"
structlog.configure(
    wrapper_class=structlog.make_filtering_bound_logger(50), cache_logger_on_first_use=False
)


@pytest.fixture(scope="session")
def blank_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A freshly migrated database to copy for each test: an SQLite file, or PostgreSQL."""
    if not ON_POSTGRES:
        path = tmp_path_factory.mktemp("blank") / "blank.db"
        engine = open_engine(f"sqlite:///{path}")
        tables.metadata.create_all(engine)
        engine.dispose()
        yield str(path)
        return
    with postgres.server(tmp_path_factory.mktemp("pg")) as uri:
        postgres.run(uri, "CREATE DATABASE blank")
        engine = open_engine(postgres.database(uri, "blank"))
        tables.metadata.create_all(engine)
        engine.dispose()
        yield uri


@pytest.fixture
def database_url(blank_database: str, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own."""
    if not ON_POSTGRES:
        target = tmp_path / "union.db"
        shutil.copyfile(blank_database, target)
        yield f"sqlite:///{target}"
        return
    with postgres.copy_of(blank_database, "blank") as url:
        yield url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An engine on it."""
    engine = open_engine(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
async def cast(engine: Engine) -> Any:
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


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Name what this run left out."""
    for report in terminalreporter.getreports("deselected"):
        terminalreporter.write_line(str(report))


def pytest_deselected(items: list[pytest.Item]) -> None:
    """Print by name what is skipped here and run by `make test-all`."""
    if items and not os.environ.get("PYTEST_XDIST_WORKER"):
        names = sorted({item.nodeid.partition("[")[0] for item in items})
        print("\nleft to `make test-all`:", *names, sep="\n  ")  # noqa: T201
