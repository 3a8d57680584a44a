"""Every line about roll calls."""

from handlers.rolls import all_but, by_name, commands, hands, own

ROUTES = {**commands.ROUTES, **own.ROUTES, **hands.ROUTES, **by_name.ROUTES, **all_but.ROUTES}
