"""The files printed for systemd and containers are such as those tools take."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import zipfile
from getpass import getuser
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import app
from bot.cli.deploy import FILES, UNITS, Unit, compose, container, systemd
from bot.cli.serving import STOP_SECONDS
from bot.settings import NEEDS, PREFIX, Settings

HOUSE = Path(__file__).parent.parent


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
@pytest.mark.parametrize("unit", [Unit.RUN, Unit.BACKUP])
def test_systemd_takes_the_units(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, unit: Unit
) -> None:
    systemd(unit, getuser(), "/dev/null")
    file = tmp_path / UNITS[unit]
    file.write_text(printed(capsys))
    if unit is Unit.BACKUP:
        systemd(Unit.TIMER)
        (tmp_path / UNITS[Unit.TIMER]).write_text(printed(capsys))
        file = tmp_path / UNITS[Unit.TIMER]
    done = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", str(file)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert [line for line in done.stderr.splitlines() if "chihoi" in line] == []
    assert done.returncode == 0, done.stderr


def test_a_unit_names_this_program_and_gives_it_time_to_stop(
    capsys: pytest.CaptureFixture[str],
) -> None:
    systemd(user="hoi", environment="/etc/hoi.env")
    unit = printed(capsys)

    program = re.search(r"^ExecStart=(\S+) run$", unit, re.MULTILINE)
    assert program is not None
    assert Path(program[1]).name == "chihoi"
    assert "User=hoi\n" in unit
    assert "EnvironmentFile=/etc/hoi.env\n" in unit
    assert int(re.findall(r"TimeoutStopSec=(\d+)", unit)[0]) > STOP_SECONDS


def test_the_container_copies_what_is_there_and_is_not_root(
    capsys: pytest.CaptureFixture[str],
) -> None:
    container()
    text = printed(capsys)
    copied = [
        path
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE)
        for path in line.split()
    ]

    assert {"bot", "handlers", "storage", "templates", "requirements.lock"} <= set(copied)
    assert [path for path in copied if not (HOUSE / path).exists()] == []
    assert len(re.findall(r"^FROM ", text, re.MULTILINE)) == 2
    assert text.index("\nUSER 10001") < text.index("\nENTRYPOINT")
    assert "/health/live" in text
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(rf"{PREFIX}\w+(?==)", text)) <= known


def test_the_compose_file_gives_the_bot_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    compose()
    found: dict[str, Any] = yaml.safe_load(printed(capsys))
    services = found["services"]
    bot = services["bot"]

    assert {f"{PREFIX}{name.upper()}" for name in NEEDS["run"]} <= set(bot["environment"])
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert set(bot["environment"]) <= known
    # whatever else may be set, Zalo's tokens and the key of the backups among it, and nothing of it
    # is a must
    assert bot["env_file"] == services["migrate"]["env_file"] == [".env"]
    assert "CHIHOI_TELEGRAM_TOKEN" not in bot["environment"]
    assert bot["environment"]["CHIHOI_HOST"] == "0.0.0.0"
    assert bot["depends_on"] == {
        "database": {"condition": "service_healthy"},
        "migrate": {"condition": "service_completed_successfully"},
    }
    assert bot["read_only"] is True
    assert bot["cap_drop"] == ["ALL"]
    assert bot["build"]["dockerfile"] == (FILES / "Containerfile").name
    assert int(bot["stop_grace_period"].rstrip("s")) > STOP_SECONDS
    mounted = {
        volume.split(":")[0] for service in services.values() for volume in service["volumes"]
    }
    assert mounted == set(found["volumes"])
    commands = {getattr(command.callback, "__name__", "") for command in app.registered_commands}
    assert {services[name]["command"][0] for name in ("bot", "migrate")} <= commands


@pytest.mark.slow
def test_what_is_built_holds_all_that_the_program_reads(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=HOUSE, check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())

    for top in ("bot/deploy", "templates", "storage/migrations/versions", "bot/demo/data"):
        there = {
            str(path.relative_to(HOUSE))
            for path in (HOUSE / top).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts
        }
        assert there
        assert there <= held, top
