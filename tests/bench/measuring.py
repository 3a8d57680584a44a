"""What a measured process says of itself, and what the driver sees of it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import psutil


def report(**figures: object) -> None:
    """Tell the driver."""
    figures["rss_mb"] = peak_mb(psutil.Process().pid)
    sys.stdout.write(json.dumps(figures) + "\n")
    sys.stdout.flush()


def peak_mb(pid: int) -> float:
    """The most memory a process ever had, in MB (Linux)."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) / 1024
    return 0.0


def cpu_seconds(pid: int) -> float:
    """What a process has used so far."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)
