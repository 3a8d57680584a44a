"""Sign-in sheets on paper: printed by tổ, typed in again by the numbers of their rows."""

from handlers.papers.commands import ROUTES, hear
from handlers.papers.starting import read_start

__all__ = ["ROUTES", "hear", "read_start"]
