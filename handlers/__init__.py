"""What the organisation does. ROUTES is every command; TICKS is everything that comes due."""

from handlers import (
    accounts,
    audience,
    greeting,
    groups,
    invitations,
    joining,
    meetings,
    retention,
    talk,
    whoami,
)
from handlers.chat import Route, Tick, Who
from handlers.directives import commands as directives
from handlers.directives.drafting import take_file as take_directive
from handlers.files import Files, Taker
from handlers.help import Help
from handlers.lines import Lines
from handlers.members import commands as members
from handlers.mine import Mine
from handlers.rolls import listening as rolls
from handlers.rolls import own as own_rolls
from handlers.rolls.routes import ROUTES as ROLLS
from handlers.rolls.ticks import TICKS as ROLL_TICKS

TAKERS: tuple[Taker, ...] = (members.take_workbook, take_directive)
LISTENERS: tuple[talk.Listener, ...] = (
    greeting.hear_code,  # first
    meetings.hear,  # before rolls: it knows what an answer to a reminder answers
    rolls.hear,
    rolls.wonder,  # after all that understand something surely
    greeting.hear_first,  # last
)
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
    **members.ROUTES,
    **ROLLS,
    **meetings.ROUTES,
    "mine": Route(Mine((own_rolls.mine,)).show, ("cuatoi", "cua toi"), Who.MEMBER),
    "file": Route(Files(TAKERS).take, listed=False),
    "words": Route(talk.Talk(LISTENERS).words, listed=False),
}
ROUTES["help"] = Route(Help(ROUTES).show, ("trogiup", "tro giup", "giup", "huong dan"))
LINES = Lines(ROUTES)
TICKS: dict[str, Tick] = {
    **directives.TICKS,
    **ROLL_TICKS,
    **meetings.TICKS,
    **members.TICKS,
    **retention.TICKS,
}
