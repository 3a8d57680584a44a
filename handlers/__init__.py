"""What the organisation does. ROUTES is every command; TICKS is everything that comes due."""

from handlers import (
    accounts,
    audience,
    greeting,
    groups,
    invitations,
    joining,
    retention,
    talk,
    whoami,
)
from handlers.chat import Route, Tick
from handlers.directives import commands as directives
from handlers.directives.drafting import take_file as take_directive
from handlers.files import Files, Taker
from handlers.help import Help
from handlers.lines import Lines

TAKERS: tuple[Taker, ...] = (take_directive,)
LISTENERS: tuple[talk.Listener, ...] = (greeting.hear_code, greeting.hear_first)  # first, last
ROUTES: dict[str, Route] = {
    **talk.ROUTES,
    **accounts.ROUTES,
    **audience.ROUTES,
    **greeting.ROUTES,
    **groups.ROUTES,
    **invitations.ROUTES,
    **joining.ROUTES,
    **whoami.ROUTES,
    **directives.ROUTES,
    "file": Route(Files(TAKERS).take, listed=False),
    "words": Route(talk.Talk(LISTENERS).words, listed=False),
}
ROUTES["help"] = Route(Help(ROUTES).show, ("trogiup", "tro giup", "giup", "huong dan"))
LINES = Lines(ROUTES)
TICKS: dict[str, Tick] = {**directives.TICKS, **retention.TICKS}
