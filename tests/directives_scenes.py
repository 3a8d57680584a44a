"""Documents of the city, and how an officer sends one to every group."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlmodel import select

from storage.directives import Directive
from tests.cast import Cast, Player

DATA = Path(__file__).parent / "data"
PLAN = (DATA / "109-KH-BTV.pdf").read_bytes()
URGENT = (DATA / "45-BTV-TG.pdf").read_bytes()
PDF = "application/pdf"
NIGHT = datetime(2026, 11, 16, 15, 0, tzinfo=UTC)  # 22:00 in Vietnam


async def sends_plan(officer: Player, caption: str = "") -> None:
    await officer.sends_file("109-KH-BTV.pdf", PLAN, caption, mime=PDF)


async def broadcasts(officer: Player) -> None:
    """The plan goes out: a deadline picked, sent, the twenty seconds over."""
    await sends_plan(officer)
    await officer.presses("05/12/2026")
    await officer.presses("Gửi ngay")
    await officer.cast.passes(seconds=20)


def directive(cast: Cast) -> Directive:
    with cast.session() as session:
        return session.exec(select(Directive)).one()
