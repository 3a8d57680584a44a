"""Reorganisations: units are renamed, moved, merged, split, closed and reopened, and all that
hangs on them goes along.
"""

from handlers.reorganisations.commands import ROUTES
from handlers.reorganisations.telling import TICKS

__all__ = ["ROUTES", "TICKS"]
