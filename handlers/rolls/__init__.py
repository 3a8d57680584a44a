"""Roll calls: opened with one word, answered by any door, kept by the leader."""

from handlers.rolls.listening import hear, wonder
from handlers.rolls.meaning import means
from handlers.rolls.own import mine
from handlers.rolls.routes import ROUTES
from handlers.rolls.ticks import TICKS

__all__ = ["ROUTES", "TICKS", "hear", "means", "mine", "wonder"]
