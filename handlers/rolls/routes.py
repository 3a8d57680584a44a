"""Every line about roll calls."""

from handlers.rolls import by_name, commands, hands, own

ROUTES = {**commands.ROUTES, **own.ROUTES, **hands.ROUTES, **by_name.ROUTES}
