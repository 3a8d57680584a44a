"""Every line about roll calls."""

from handlers.rolls import (
    all_but,
    by_name,
    commands,
    deadlines,
    hands,
    more,
    own,
    phoning,
    proxy,
    proxy_lists,
    quorum,
    sampling,
)

ROUTES = {
    **commands.ROUTES,
    **own.ROUTES,
    **hands.ROUTES,
    **by_name.ROUTES,
    **all_but.ROUTES,
    **proxy.ROUTES,
    **proxy_lists.ROUTES,
    **sampling.ROUTES,
    **more.ROUTES,
    **deadlines.ROUTES,
    **phoning.ROUTES,
    **quorum.ROUTES,
}
