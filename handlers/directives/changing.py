"""What was sent, put right or taken back: every post changed, everyone told."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from handlers import audience as audiences
from handlers.access import leader_chats
from handlers.chat import Call, Choice, How, Moment, Replies, Reply
from handlers.directives.access import access_directive
from handlers.directives.drafting import refused_file
from handlers.directives.pages import FileState
from handlers.directives.reading import read_directive
from handlers.directives.showing import (
    document,
    rewrite,
    rewrite_in,
    rewrite_relayed,
    strays,
)
from handlers.directives.stamps import secrecy_said
from handlers.errors import Refusal
from handlers.files import discard
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import blobs, deliveries, directives, mail, relays
from storage.directives import Directive, DirectiveCorrection, DirectiveState
from storage.mail import OutboxState

CORRECTION_LENGTH = 200


def correct(call: Call, rest: str) -> Replies:
    """The officer writes a correction, or sends a file in place of the old one: it is shown to
    her first. What may not be sent as a directive may not come in as a correction either.
    """
    word, _, words = rest.partition(" ")
    directive = _sent(call, word)
    line = f"correct {directive.id}"
    file = call.incoming.file
    blob_id = file.blob if file is not None else None
    if file is not None and blob_id is not None:
        refused = _refused(call, blob_id, file.name)
        if refused is not None:
            return [refused]
        words = words or call.incoming.text or f"Thay tệp: {file.name}"
    elif not words:
        return [Reply("directives/ask_correction.j2", expects=line)]
    if secrecy_said(words):
        return [Reply("directives/secret.j2", {"name": "đính chính"}, forget=True)]
    if len(words) > CORRECTION_LENGTH:
        most = {"most": CORRECTION_LENGTH}
        return [Reply("directives/correction_too_long.j2", most, expects=line)]
    _drop_draft(call, directive)
    directive.draft_correction = words
    directive.draft_blob_id = blob_id
    directive.draft_file_name = file.name if file is not None and blob_id is not None else ""
    call.session.add(directive)
    return [_preview(call, directive)]


def _preview(call: Call, directive: Directive) -> Reply:
    context = {
        "directive": directive,
        "units": len(directives.targets(call.session, directive.id or 0)),
        "later": quiet_until(call.now),
    }
    choices = (
        *_when(call, directive, "Gửi đính chính", f"correct_yes {directive.id}"),
        Choice("Viết lại", f"correct {directive.id}"),
        Choice("Bỏ", f"correct_no {directive.id}"),
    )
    return Reply("directives/correction_preview.j2", context, choices=choices)


def _when(call: Call, directive: Directive, label: str, line: str) -> list[Choice]:
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


def _told_at(call: Call, directive: Directive, how: str) -> datetime | None:
    return None if directive.urgent and how == "urgent" else quiet_until(call.now)


def _drop_draft(call: Call, directive: Directive) -> None:
    """A correction that never went out leaves no file behind."""
    blob_id, directive.draft_blob_id = directive.draft_blob_id, None
    directive.draft_correction = directive.draft_file_name = ""
    call.session.add(directive)
    call.session.flush()
    if blob_id is not None:
        blobs.drop(call.session, blob_id)


def _refused(call: Call, blob_id: int, name: str) -> Reply | None:
    blob = blobs.get(call.session, blob_id)
    assert blob is not None
    read = read_directive(blob.content, name=name, caption=call.incoming.text, now=call.now)
    refused = refused_file(call, name, read)
    if refused is None and read.state is not FileState.READ:
        discard(call)
        refused = Reply("directives/correction_unread.j2", {"name": name})
    return refused


def correct_no(call: Call, rest: str) -> Reply:
    """She thinks better of it: nothing goes out, and its file is deleted."""
    directive = _sent(call, rest)
    _drop_draft(call, directive)
    return Reply("directives/correction_dropped.j2")


def correct_yes(call: Call, rest: str) -> Replies:
    """Every group's post is changed, and each is told; at night the telling waits."""
    word, _, how = rest.partition(" ")
    directive = _sent(call, word)
    if not directive.draft_correction:
        raise Refusal("directives/no_correction.j2")
    correction = _apply(call, directive)
    notice = Reply(
        "directives/corrected.j2",
        {"directive": directive, "correction": correction},
        key=f"directive:{directive.id}:correction:{correction.id}",
        document=document(directive) if correction.file_name else None,
        bulk=True,
        not_before=_told_at(call, directive, how),
    )
    moment = call.moment()
    replies: Replies = []
    for row in directives.targets(call.session, directive.id or 0):
        key = f"{notice.key}:edit:{row.unit_id}"
        replies += rewrite(moment, directive, row, key)
        replies += rewrite_relayed(moment, directive, row.unit_id, key)
        replies += _notice(moment, row.unit_id, notice)
    for chat in strays(call.session, directive):
        replies.append(rewrite_in(call.session, directive, chat, f"{notice.key}:edit:{chat}"))
        replies.append(replace(notice, to=chat, key=f"{notice.key}:{chat}"))
    return [*replies, Reply("directives/correction_sent.j2", {"later": notice.not_before})]


def _apply(call: Call, directive: Directive) -> DirectiveCorrection:
    """The draft becomes one more correction; its file takes the place of the old one."""
    assert directive.id is not None
    replaced = None
    if directive.draft_blob_id is not None:
        replaced = directive.blob_id
        directive.blob_id, directive.file_name = directive.draft_blob_id, directive.draft_file_name
    correction = DirectiveCorrection(
        directive_id=directive.id,
        words=directive.draft_correction,
        file_name=directive.draft_file_name,
        replaced_blob_id=replaced,
        made_at=call.now,
        made_by=call.actor.account_id,
    )
    directive.draft_correction, directive.draft_file_name = "", ""
    directive.draft_blob_id = None
    call.session.add(correction)
    call.session.add(directive)
    call.session.flush()
    return correction


def recall(call: Call, rest: str) -> Replies:
    """The officer takes a directive back, after one confirmation: deleted where the platform
    still allows it, else changed, and every group told.
    """
    word, _, sure = rest.partition(" ")
    directive = _sent(call, word)
    yes, _, how = sure.partition(" ")
    if yes != "yes":
        choices = (
            *_when(call, directive, "Thu hồi", f"recall {directive.id} yes"),
            Choice("Không, giữ nguyên", f"progress {directive.id}"),
        )
        context = {"directive": directive, "later": quiet_until(call.now)}
        return [Reply("directives/ask_recall.j2", context, choices=choices)]
    directive.state = DirectiveState.RECALLED
    call.session.add(directive)
    later = _told_at(call, directive, how)
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
        replies += _notice(moment, row.unit_id, notice)
    for chat in strays(call.session, directive):
        replies += [replace(each, to=chat, key=f"{each.key}:{chat}") for each in (*changes, notice)]
    replies += _withdraw_private(call, directive)
    told = {"directive": directive, "later": later}
    return [*replies, Reply("directives/recall_sent.j2", told)]


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
    subjects = [f"{about}:private", f"{about}:reminder"]
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
        for chat, (_, state, _) in deliveries.states(call.session, subject).items()
        if state != OutboxState.EXPIRED
    ]


def _sent(call: Call, word: str) -> Directive:
    directive = access_directive(call, word)
    if directive.state != DirectiveState.SENT:
        raise Refusal("directives/not_sent.j2")
    return directive


def _notice(moment: Moment, unit_id: int, notice: Reply) -> Replies:
    """The notice in the unit's groups, or to its leader where she passed the text on herself."""
    told = audiences.change(moment, unit_id, notice)
    if told:
        return told
    doors = leader_chats(moment.session, unit_id, local_date(moment.now))
    return [
        Reply(
            "directives/pass_on.j2",
            {**notice.context, "template": notice.template},
            to=door,
            key=f"{notice.key}:{door}",
            document=notice.document,
            bulk=True,
            not_before=notice.not_before,
        )
        for door in doors
    ]
