"""Whether a channel's month is so far used up that running tallies are spared; looked up rarely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from handlers import capacity
from handlers.capacity import Plan
from handlers.chat import Moment
from storage.database import Session

LOOK_EVERY = timedelta(minutes=1)


@dataclass
class Budget:
    """The plans of those channels whose platform counts messages."""

    plans: Mapping[str, Plan] = field(default_factory=dict)
    _known: dict[str, tuple[datetime, bool]] = field(default_factory=dict)

    def spares(self, session: Session, channel: str, now: datetime) -> bool:
        """Whether a message that only repeats a count is left out."""
        plan = self.plans.get(channel)
        if plan is None:
            return False
        looked, spares = self._known.get(channel, (None, False))
        if looked is None or not looked <= now < looked + LOOK_EVERY:
            spares = capacity.spares(Moment(session, now), channel, plan)
            self._known[channel] = (now, spares)
        return spares
