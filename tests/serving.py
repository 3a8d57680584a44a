"""`chihoi demo` as a process of its own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path


def free_port() -> int:
    """A port nobody listens on just now."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def command(folder: Path, *arguments: str, **settings: str) -> subprocess.Popen[str]:
    """The command, started with these settings alone."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CHIHOI_")}
    return subprocess.Popen(
        [sys.executable, "-c", "from bot.cli import main; main()", "demo", *arguments],
        env={**kept, "CHIHOI_DEMO_DIR": str(folder), **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def refused(folder: Path, *arguments: str, **settings: str) -> tuple[int, str]:
    """The exit code and the one line of a start that must not succeed."""
    process = command(folder, *arguments, **settings)
    out, err = process.communicate(timeout=20)
    assert out == ""
    assert len(err.splitlines()) == 1, err
    return process.returncode, err


def address_of(process: subprocess.Popen[str]) -> str:
    """Where it serves, once it says so."""
    assert process.stdout is not None
    line = next((line for line in process.stdout if "The union is open" in line), "")
    assert line, process.communicate()
    return line.split("open: ")[1].split()[0]


@dataclass
class Serving:
    """A demo that runs."""

    process: subprocess.Popen[str]
    address: str
    port: int


@contextmanager
def serving(folder: Path, *arguments: str, **settings: str) -> Iterator[Serving]:
    """A demo on a free port, killed at the end if it has not ended by itself."""
    port = free_port()
    process = command(folder, *arguments, CHIHOI_DEMO_PORT=str(port), **settings)
    with process:
        try:
            yield Serving(process, address_of(process), port)
        finally:
            process.kill()
