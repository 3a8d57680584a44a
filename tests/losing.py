"""A channel is lost and comes back, as an operator would say it."""

from __future__ import annotations

from handlers.detours import deciding
from storage import detours
from storage.database import begin, reading
from storage.detours import Detour, DetourUnit
from tests.cast import Cast


async def loses(cast: Cast, channel: str = "sandbox") -> bool:
    """It is put down, and all that is open moved; whether that was news."""
    with begin(cast.engine) as session:
        news = deciding.put_down(session, channel, cast.clock.now()) is not None
    await cast.tick()
    return news


async def regains(cast: Cast, channel: str = "sandbox") -> bool:
    """It is back, and so is all that is open; whether that was news."""
    with begin(cast.engine) as session:
        news = deciding.put_up(session, channel, cast.clock.now()) is not None
    await cast.tick()
    return news


def detour_of(cast: Cast, number: int = 1) -> Detour:
    with reading(cast.engine) as session:
        found = detours.get(session, number)
        assert found is not None
        return found


def parts(cast: Cast, number: int = 1) -> dict[str, DetourUnit]:
    """By code of the unit."""
    with reading(cast.engine) as session:
        rows = {part.unit_id: part for part in detours.parts(session, number)}
    codes = ("P5-K8", "P5-K1", "P6-K8")
    return {code: rows[i] for code in codes if (i := cast.unit(code).id or 0) in rows}


def mentions(texts: list[str], words: str) -> int:
    """In how many messages these words stand."""
    return sum(words in text for text in texts)
