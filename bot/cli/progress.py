"""A bar on the terminal while every row of a union goes by; nothing where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def shown(title: str, total: int) -> Iterator[Callable[[str, int], None]]:
    """Yields what hears a table's name and how many more rows are done."""
    from rich.console import Console  # noqa: PLC0415 - heavy; `--help` needs none of it
    from rich.progress import Progress  # noqa: PLC0415

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        task = progress.add_task(title, total=total)

        def say(table: str, rows: int) -> None:
            progress.update(task, advance=rows, description=f"{title}: {table}")

        yield say
