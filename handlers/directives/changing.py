"""What was sent and is taken back, and what that shares with putting it right: who may, when it
is told, and to whom.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers import audience as audiences
from handlers.access import leader_chats
from handlers.chat import Call, Choice, How, Moment, Replies, Reply
from handlers.directives import reminding
from handlers.directives.access import access_directive
from handlers.directives.reminding import told
from handlers.directives.showing import strays
from handlers.errors import Refusal
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import directives, mail, relays
from storage.directives import Directive, DirectiveCorrection, DirectiveState


def choose_when(call: Call, directive: Directive, label: str, line: str) -> list[Choice]:
    """By day one press; at night everybody is told in the morning, unless it is KHẨN and the
    officer says so.
    """
    morning = quiet_until(call.now)
    if morning is None or not directive.urgent:
        return [Choice(f"📨 {label}", line)]
    return [
        Choice(f"📨 {label}, báo lúc {morning:%H:%M} sáng", line),
        Choice(f"🔴 KHẨN: {label}, báo ngay", f"{line} urgent"),
    ]


def told_at(call: Call, directive: Directive, how: str) -> datetime | None:
    """When everybody is told; None for at once."""
    return None if directive.urgent and how == "urgent" else quiet_until(call.now)


def recall(call: Call, rest: str) -> Replies:
    """The officer takes a directive back, after one confirmation: deleted where the platform
    still allows it, else changed, and every group told.
    """
    word, _, sure = rest.partition(" ")
    directive = sent_one(call, word)
    yes, _, how = sure.partition(" ")
    if yes != "yes":
        choices = (
            *choose_when(call, directive, "Thu hồi", f"recall {directive.id} yes"),
            Choice("Không, giữ nguyên", f"progress {directive.id}"),
        )
        context = {"directive": directive, "later": quiet_until(call.now)}
        return [Reply("directives/ask_recall.j2", context, choices=choices)]
    directive.state = DirectiveState.RECALLED
    call.session.add(directive)
    for draft in directives.correction_drafts(call.session, directive.id or 0):
        directives.drop_correction(call.session, draft)
    later = told_at(call, directive, how)
    notice = Reply(
        "directives/recalled.j2",
        {"directive": directive},
        key=f"directive:{directive.id}:recall",
        bulk=True,
        not_before=later,
    )
    _give_up(call, directive)
    moment = call.moment()
    changes = _take_back(directive, notice)
    replies: Replies = []
    for row in directives.targets(call.session, directive.id or 0):
        for change in changes:
            replies += audiences.change(moment, row.unit_id, change)
        replies += notice_to(moment, row.unit_id, notice)
    for chat in strays(call.session, directive):
        replies += [replace(each, to=chat, key=f"{each.key}:{chat}") for each in (*changes, notice)]
    replies += _withdraw_private(call, directive)
    replies += _withdraw_corrections(call, directive, notice)
    done = {"directive": directive, "later": later}
    return [*replies, Reply("directives/recall_sent.j2", done)]


def _give_up(call: Call, directive: Directive) -> None:
    """What about it still waits to be sent (reminders for the morning, say) never goes out."""
    about = f"directive:{directive.id}"
    for waiting in ("remind", "correction", "receipt"):
        mail.recall(call.session, f"{about}:{waiting}:")
    mail.recall(call.session, f"relay:{about}:")


def _take_back(directive: Directive, notice: Reply) -> Replies:
    """The edit goes before the deletion, so that what a platform no longer deletes at least says
    what it is.
    """
    shown = replace(notice, subject=f"directive:{directive.id}", not_before=None)
    return [replace(shown, how=how, key=f"{notice.key}:{how}") for how in (How.EDIT, How.DELETE)]


def _withdraw_private(call: Call, directive: Directive) -> Replies:
    """What leaders have of it in private says so too, and asks for no receipt any more."""
    about = f"directive:{directive.id}"
    targets = directives.targets(call.session, directive.id or 0)
    subjects = [f"{about}:private"]
    reminded = [row.unit_id for row in targets if row.reminded_at is not None]
    subjects += [reminding.subject(directive.id, unit_id) for unit_id in reminded]
    for row in relays.about(call.session, about):
        subjects += [f"relay:{row.id}:words", f"relay:{row.id}"]
    return [
        Reply(
            "directives/recalled.j2",
            {"directive": directive},
            how=How.EDIT,
            to=chat,
            subject=subject,
            key=f"{about}:recall:{subject}:{chat}",
            bulk=True,
        )
        for subject in subjects
        for chat in told(call, subject)
    ]


def correction_subject(correction: DirectiveCorrection) -> str:
    """Under which the notices of a correction are found again, in groups and with leaders."""
    return f"directive:{correction.directive_id}:correction:{correction.id}"


def _withdraw_corrections(call: Call, directive: Directive, notice: Reply) -> Replies:
    """What a correction brought goes the way of the post, the new file before all."""
    return [
        replace(
            notice,
            how=how,
            to=chat,
            subject=subject,
            key=f"{notice.key}:{subject}:{how}:{chat}",
            not_before=None,
        )
        for correction in directives.corrections(call.session, directive.id or 0)
        for subject in (correction_subject(correction),)
        for chat in told(call, subject)
        for how in (How.EDIT, How.DELETE)
    ]


def sent_one(call: Call, word: str) -> Directive:
    """A directive that has gone out and was not taken back, of an officer of its unit.

    Raises:
        Refusal: it is not out.
        NotYoursError: it is not hers.
    """
    directive = access_directive(call, word)
    if directive.state != DirectiveState.SENT:
        raise Refusal("directives/not_sent.j2")
    return directive


def notice_to(moment: Moment, unit_id: int, notice: Reply) -> Replies:
    """The notice in the unit's groups, or to its leader where she passed the text on herself."""
    said = audiences.change(moment, unit_id, notice)
    if said:
        return said
    doors = leader_chats(moment.session, unit_id, local_date(moment.now))
    return [
        Reply(
            "directives/pass_on.j2",
            {**notice.context, "template": notice.template},
            to=door,
            key=f"{notice.key}:{door}",
            subject=notice.subject,
            document=notice.document,
            bulk=True,
            not_before=notice.not_before,
        )
        for door in doors
    ]
