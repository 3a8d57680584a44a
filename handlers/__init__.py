"""What the organisation does. ROUTES is every command, in the order in which help lists them;
TICKS is everything that comes due.
"""

from handlers import (
    accounts,
    audience,
    catching_up,
    clubs,
    deliveries,
    detours,
    directives,
    dues,
    greeting,
    groups,
    invitations,
    joining,
    labels,
    meetings,
    papers,
    privacy,
    relaying,
    reopening,
    reorganisations,
    retention,
    rolls,
    surveys,
    talk,
    whoami,
)
from handlers.answer_links import commands as answer_links
from handlers.chat import Route, Tick, Who
from handlers.files import Files, Taker
from handlers.hall import commands as hall
from handlers.help import Help
from handlers.lines import Lines
from handlers.members import commands as register
from handlers.mine import Mine
from handlers.which import Which

TAKERS: tuple[Taker, ...] = (
    surveys.take_file,
    register.take_workbook,
    directives.take_file,  # last: it refuses what it does not take
)
WHICH = Which(
    {
        "mark": rolls.means,
        "survey_pick": surveys.means,
        "survey_start": surveys.begins,
        "received": directives.means,
    },
    (surveys.hear, meetings.hear, rolls.hear),
)
LISTENERS: tuple[talk.Listener, ...] = (
    greeting.hear_code,  # first
    WHICH.hear,
    surveys.hear,  # of talk only what quotes a survey
    directives.hear,
    meetings.hear,  # before rolls: it knows what an answer to a reminder answers
    papers.hear,
    rolls.hear,
    register.hear,
    labels.hear,  # before the guesses
    surveys.wonder,
    rolls.wonder,  # after all that understand something surely
    greeting.hear_first,  # last
)
ROUTES: dict[str, Route] = {
    **rolls.ROUTES,
    **papers.ROUTES,
    **hall.ROUTES,
    **meetings.ROUTES,
    **surveys.ROUTES,
    **directives.ROUTES,
    **register.ROUTES,
    **clubs.ROUTES,
    **dues.ROUTES,
    **reorganisations.ROUTES,
    **joining.ROUTES,
    **invitations.ROUTES,
    **groups.ROUTES,
    **audience.ROUTES,
    **relaying.ROUTES,
    **answer_links.ROUTES,
    **catching_up.ROUTES,
    **deliveries.ROUTES,
    **greeting.ROUTES,
    **whoami.ROUTES,
    **privacy.ROUTES,
    **accounts.ROUTES,
    **talk.ROUTES,
    "mine": Route(Mine((rolls.mine, surveys.mine)).show, ("cuatoi", "cua toi"), Who.MEMBER),
    "file": Route(Files(TAKERS).take, listed=False),
    "words": Route(talk.Talk(LISTENERS).words, listed=False),
}
ROUTES["help"] = Route(Help(ROUTES).show, ("trogiup", "tro giup", "giup", "huong dan"))
LINES = Lines(ROUTES)
TICKS: dict[str, Tick] = {
    **directives.TICKS,
    **rolls.TICKS,
    **meetings.TICKS,
    **surveys.TICKS,
    **register.TICKS,
    **privacy.TICKS,
    **reorganisations.TICKS,
    **retention.TICKS,
    **detours.TICKS,
    **relaying.TICKS,
    **reopening.TICKS,
}
