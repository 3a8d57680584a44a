"""Every line about roll calls."""

from handlers.rolls import commands, hands, own

ROUTES = {**commands.ROUTES, **own.ROUTES, **hands.ROUTES}
