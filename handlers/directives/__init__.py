"""Directives: read, sent down the tree, received, corrected, recalled."""

from handlers.chat import Route, Tick, Where, Who
from handlers.directives import (
    changing,
    correcting,
    drafting,
    progress,
    receipts,
    reminding,
    sending,
)
from handlers.directives.drafting import take_file
from handlers.directives.hearing import hear
from handlers.directives.meaning import means
from storage import directives

__all__ = ["ROUTES", "TICKS", "hear", "means", "take_file"]

ROUTES = {
    "progress": Route(
        progress.progress, ("tiendo", "tien do"), who=Who.TEAM_HEAD, where=Where.PRIVATE
    ),
    "received": Route(receipts.received, listed=False),
    "directive_clean": Route(drafting.clean, listed=False),
    "directive_summary": Route(drafting.set_summary, listed=False),
    "directive_edit": Route(drafting.edit_summary, listed=False),
    "directive_todo": Route(drafting.set_todo, listed=False),
    "directive_due": Route(drafting.set_deadline, listed=False, gives_way=True),
    "directive_reporter": Route(drafting.set_reporter, listed=False),
    "directive_scope": Route(drafting.set_scope, listed=False),
    "directive_drop": Route(drafting.drop, listed=False),
    "directive_send": Route(sending.send, listed=False),
    "directive_at": Route(sending.send_at, listed=False, gives_way=True),
    "directive_stop": Route(sending.stop, listed=False),
    "directive_remind": Route(reminding.remind, listed=False),
    "directive_mark": Route(progress.mark, listed=False),
    "directive_unmark": Route(progress.unmark, listed=False),
    "correct": Route(correcting.correct, listed=False, files=("",)),
    "correct_yes": Route(correcting.correct_yes, listed=False),
    "correct_no": Route(correcting.correct_no, listed=False),
    "recall": Route(changing.recall, listed=False),
}
TICKS = {"directives.send": Tick(directives.due, sending.fire)}
