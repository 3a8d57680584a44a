"""When a channel is lost, what is open goes by the other doors of each unit, and comes back."""

from handlers.chat import Tick
from handlers.detours.moving import due, fire

TICKS = {"detours.move": Tick(due, fire)}
