"""The rules of the house that can be tests."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

HOUSE = Path(__file__).parent.parent
TOP = {
    ".ci", ".git", ".gitignore", "LICENSE", "Makefile", "README.md", "bot", "handlers",
    "pyproject.toml", "requirements-dev.lock", "requirements.lock", "storage", "templates", "tests",
}  # fmt: skip
PROJECT = tomllib.loads((HOUSE / "pyproject.toml").read_text())
SOURCES = [
    path
    for top in ("bot", "handlers", "storage")
    for path in (HOUSE / top).rglob("*.py")
    if "versions" not in path.parts
]


def tracked() -> list[str]:
    """What git knows, and what it would take in."""
    asked = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    return subprocess.run(
        asked, cwd=HOUSE, capture_output=True, text=True, check=True
    ).stdout.split("\n")[:-1]


def test_the_top_level_is_as_the_user_fixed_it() -> None:
    assert {path.partition("/")[0] for path in tracked()} <= TOP


def test_the_development_lock_contains_the_other() -> None:
    locks = [
        set(re.findall(r"^([\w-]+==\S+)", (HOUSE / name).read_text(), re.MULTILINE))
        for name in ("requirements.lock", "requirements-dev.lock")
    ]

    assert locks[0] < locks[1]


def test_locks_are_hashed_and_record_no_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (HOUSE / name).read_text()
        assert "://" not in text
        for entry in re.split(r"\n(?=[\w-]+==)", text):
            assert "--hash=sha256:" in entry, entry[:60]


def _imported() -> set[str]:
    """The packages whose modules the code imports."""
    code = "\n".join(path.read_text() for path in SOURCES)
    tops = set(re.findall(r"^\s*(?:import|from)\s+(\w+)", code, re.MULTILINE))
    return {
        name.lower().replace("_", "-")
        for top, names in packages_distributions().items()
        if top in tops
        for name in names
    } - {"chihoi"}


def _declared() -> set[str]:
    return {re.split(r"[\[>=<,]", line)[0].lower() for line in PROJECT["project"]["dependencies"]}


def test_every_dependency_is_used() -> None:
    """Imported in code, or needed by another library under the name given here."""
    by_name = {"psycopg", "aiohttp-socks", "python-multipart", "tzdata"}

    assert _declared() - _imported() - by_name == set()


def test_every_import_is_declared() -> None:
    assert _imported() - _declared() == set()


@pytest.mark.parametrize("path", [str(p.relative_to(HOUSE)) for p in SOURCES])
def test_no_file_is_too_long_to_read(path: str) -> None:
    assert len((HOUSE / path).read_text().splitlines()) <= 330, "split it under its own name"


@pytest.mark.slow
@pytest.mark.sqlite
def test_help_needs_no_heavy_import() -> None:
    """`chihoi --help` must answer at once: neither aiogram nor SQLAlchemy is loaded for it."""
    code = "import sys, bot.cli; print('aiogram' in sys.modules, 'sqlalchemy' in sys.modules)"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert seen.stdout.split() == ["False", "False"]


@pytest.mark.slow
@pytest.mark.sqlite
def test_the_core_runs_without_the_telegram_client() -> None:
    code = "import sys, bot.app, bot.web.site; print('aiogram' in sys.modules)"
    seen = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert seen.stdout.strip() == "False"


def test_the_locks_pin_extras_too() -> None:
    """pip 23 takes the newest release for `coverage[toml]` if only `coverage` is pinned, and then
    refuses it for want of a hash: the next release anywhere would break a fresh install.
    """
    lock = (HOUSE / "requirements-dev.lock").read_text()
    assert "\ncoverage[toml]==" in lock
    assert "\npsycopg[binary]==" in lock
