"""What the organisation does. ROUTES is every command; TICKS is everything that comes due."""

from handlers import accounts, audience, talk
from handlers.chat import Route, Tick
from handlers.help import Help
from handlers.lines import Lines

LISTENERS: tuple[talk.Listener, ...] = ()
ROUTES: dict[str, Route] = {
    **talk.ROUTES,
    **accounts.ROUTES,
    **audience.ROUTES,
    "words": Route(talk.Talk(LISTENERS).words, listed=False),
}
ROUTES["help"] = Route(Help(ROUTES).show, ("trogiup", "tro giup", "giup", "huong dan"))
LINES = Lines(ROUTES)
TICKS: dict[str, Tick] = {}
