"""What the law gives a person over her own data: to see, correct, take out, restrict, erase it."""

from handlers.privacy.commands import ROUTES, TICKS

__all__ = ["ROUTES", "TICKS"]
