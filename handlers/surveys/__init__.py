"""Surveys: made, asked, answered by name or as ballots, and counted."""

from handlers.chat import Route, Tick, Who
from handlers.surveys import (
    asking,
    closing,
    correcting,
    desk,
    drafting,
    opening,
    picking,
    reminding,
    results,
    showing,
)
from handlers.surveys.asking import read_start
from handlers.surveys.drafting import FORM_FILES, take_file
from handlers.surveys.listening import hear, wonder
from handlers.surveys.meaning import begins, means
from handlers.surveys.own import mine

__all__ = [
    "ROUTES",
    "TICKS",
    "begins",
    "hear",
    "means",
    "mine",
    "read_start",
    "take_file",
    "wonder",
]

ROUTES = {
    "survey": Route(desk.menu, ("khaosat", "khao sat"), who=Who.LEADER),
    "results": Route(results.results, ("ketqua", "ket qua"), who=Who.LEADER),
    "survey_new": Route(drafting.new, listed=False),
    "survey_put": Route(
        drafting.put,
        listed=False,
        hears_cancel=True,
        gives_way_at=frozenset({"kind", "range", "required", "deadline", "secret"}),
        files=FORM_FILES,
    ),
    "survey_back": Route(drafting.back, listed=False),
    "survey_edit": Route(drafting.edit, listed=False),
    "survey_within": Route(drafting.within, listed=False),
    "survey_preview": Route(drafting.show, listed=False),
    "survey_drop": Route(drafting.drop, listed=False),
    "survey_question": Route(correcting.question, listed=False),
    "survey_remove": Route(correcting.remove, listed=False),
    "survey_skip": Route(correcting.skip, listed=False),
    "survey_send": Route(opening.send, listed=False),
    "survey_stop": Route(opening.stop, listed=False),
    "survey_manage": Route(desk.manage, listed=False),
    "survey_silent": Route(desk.silent, listed=False),
    "survey_hand": Route(desk.hand, listed=False),
    "survey_remind": Route(reminding.press, listed=False),
    "survey_close": Route(closing.press, listed=False),
    "survey_reopen": Route(closing.reopen, listed=False),
    "survey_extend": Route(closing.extend, listed=False, gives_way=True),
    "survey_result": Route(results.question, listed=False),
    "survey_sheet": Route(results.sheet, listed=False),
    "survey_publish": Route(results.publish, listed=False),
    "survey_pick": Route(picking.pick, listed=False),
    "survey_start": Route(asking.start, listed=False),
    "survey_say": Route(asking.say, listed=False, hears_cancel=True),
    "survey_choose": Route(asking.say, listed=False, hears_cancel=True, gives_way=True),
    "survey_tick": Route(asking.tick, listed=False),
    "survey_done": Route(asking.done, listed=False),
    "survey_change": Route(asking.change, listed=False),
    "survey_finish": Route(asking.finish, listed=False),
    "survey_leave": Route(asking.leave, listed=False),
}
TICKS = {
    "surveys.open": Tick(opening.due, opening.fire),
    "surveys.close": Tick(closing.due, closing.fire),
    "surveys.remind": Tick(reminding.due, reminding.fire),
    "surveys.tally": Tick(showing.due, showing.fire),
}
