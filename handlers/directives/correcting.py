"""What was sent, put right: shown to its author first, then every post changed, everyone told."""

from __future__ import annotations

from dataclasses import replace

from handlers.access import row_id
from handlers.chat import Call, Choice, Replies, Reply
from handlers.directives.changing import (
    choose_when,
    correction_subject,
    notice_to,
    sent_one,
    told_at,
)
from handlers.directives.drafting import refused_file
from handlers.directives.new_deadline import read_new_deadline
from handlers.directives.pages import FileState
from handlers.directives.reading import read_directive
from handlers.directives.reminding import rewrite_reminders
from handlers.directives.showing import (
    document,
    rewrite,
    rewrite_in,
    rewrite_relayed,
    strays,
)
from handlers.directives.stamps import secrecy_said
from handlers.directives.unreached import unreached
from handlers.errors import Refusal
from handlers.files import discard
from handlers.quiet import quiet_until
from storage import blobs, directives
from storage.directives import CorrectionState, Directive, DirectiveCorrection

CORRECTION_LENGTH = 200


def correct(call: Call, rest: str) -> Replies:
    """The officer writes a correction, or sends a file in place of the old one: it is shown to
    her first. What may not be sent as a directive may not come in as a correction either.
    """
    word, _, words = rest.partition(" ")
    directive = sent_one(call, word)
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
    name = file.name if file is not None and blob_id is not None else ""
    return [_draft(call, directive, words, blob_id, name)]


def _refused(call: Call, blob_id: int, name: str) -> Reply | None:
    blob = blobs.get(call.session, blob_id)
    assert blob is not None
    read = read_directive(blob.content, name=name, caption=call.incoming.text, now=call.now)
    refused = refused_file(call, name, read)
    if refused is None and read.state is not FileState.READ:
        discard(call)
        refused = Reply("directives/correction_unread.j2", {"name": name})
    return refused


def _draft(call: Call, directive: Directive, words: str, blob_id: int | None, name: str) -> Reply:
    """Each officer has her own draft: what she writes anew takes the place of hers alone."""
    assert directive.id is not None
    for earlier in directives.correction_drafts(call.session, directive.id):
        if earlier.made_by == call.actor.account_id:
            directives.drop_correction(call.session, earlier)
    deadline = read_new_deadline(words, directive.deadline, call.now)
    draft = DirectiveCorrection(
        directive_id=directive.id,
        words=words,
        file_name=name,
        blob_id=blob_id,
        deadline=deadline.at,
        state=CorrectionState.DRAFT,
        made_at=call.now,
        made_by=call.actor.account_id,
    )
    call.session.add(draft)
    call.session.flush()
    return _preview(call, directive, draft, doubtful=deadline.doubtful)


def _preview(
    call: Call, directive: Directive, draft: DirectiveCorrection, *, doubtful: bool
) -> Reply:
    rows = directives.targets(call.session, directive.id or 0)
    context = {
        "directive": directive,
        "draft": draft,
        "units": len(rows),
        "later": quiet_until(call.now),
        "doubtful": doubtful,
        **unreached(call, [row.unit_id for row in rows]),
    }
    own = f"{directive.id} {draft.id}"
    if draft.deadline is None:
        send = choose_when(call, directive, "Gửi đính chính", f"correct_yes {own}")
    else:
        send = [
            *choose_when(call, directive, "Gửi đính chính, sửa hạn", f"correct_yes {own}"),
            *choose_when(call, directive, "Chỉ báo, giữ hạn cũ", f"correct_yes {own} keep"),
        ]
    choices = (
        *send,
        Choice("Viết lại", f"correct {directive.id}"),
        Choice("Bỏ", f"correct_no {own}"),
    )
    return Reply("directives/correction_preview.j2", context, choices=choices)


def _own_draft(call: Call, rest: str) -> tuple[Directive, DirectiveCorrection, str]:
    """The draft a button of its preview names; nobody sends or drops another's.

    Raises:
        Refusal: it is sent, dropped, written anew, or another officer's.
    """
    word, _, more = rest.partition(" ")
    directive = sent_one(call, word)
    number, _, how = more.partition(" ")
    draft = directives.correction(call.session, row_id(number)) if number else None
    if (
        draft is None
        or draft.directive_id != directive.id
        or draft.state != CorrectionState.DRAFT
        or draft.made_by != call.actor.account_id
    ):
        raise Refusal("directives/no_correction.j2")
    return directive, draft, how


def correct_no(call: Call, rest: str) -> Reply:
    """She thinks better of it: nothing goes out, and its file is deleted."""
    _, draft, _ = _own_draft(call, rest)
    directives.drop_correction(call.session, draft)
    return Reply("directives/correction_dropped.j2")


def correct_yes(call: Call, rest: str) -> Replies:
    """Every group's post is changed, and each is told; at night the telling waits. The deadline
    moves with it unless she says "keep".
    """
    directive, correction, how = _own_draft(call, rest)
    _apply(call, directive, correction, keep=how.startswith("keep"))
    subject = correction_subject(correction)
    notice = Reply(
        "directives/corrected.j2",
        {"directive": directive, "correction": correction},
        key=subject,
        subject=subject,
        document=document(directive) if correction.file_name else None,
        bulk=True,
        not_before=told_at(call, directive, how.removeprefix("keep").strip()),
    )
    moment = call.moment()
    replies: Replies = []
    rows = directives.targets(call.session, directive.id or 0)
    for row in rows:
        key = f"{notice.key}:edit:{row.unit_id}"
        replies += rewrite(moment, directive, row, key)
        replies += rewrite_relayed(moment, directive, row.unit_id, key)
        replies += notice_to(moment, row.unit_id, notice)
    for chat in strays(call.session, directive):
        replies.append(rewrite_in(call.session, directive, chat, f"{notice.key}:edit:{chat}"))
        replies.append(replace(notice, to=chat, key=f"{notice.key}:{chat}"))
    if correction.deadline is not None:
        replies += rewrite_reminders(call, directive, notice.key)
    told = {
        "later": notice.not_before,
        "deadline": correction.deadline,
        **unreached(call, [row.unit_id for row in rows]),
    }
    return [*replies, Reply("directives/correction_sent.j2", told)]


def _apply(
    call: Call, directive: Directive, correction: DirectiveCorrection, *, keep: bool
) -> None:
    """The draft becomes one more correction; its file takes the place of the old one."""
    if correction.blob_id is not None:
        correction.replaced_blob_id = directive.blob_id
        directive.blob_id, directive.file_name = correction.blob_id, correction.file_name
        correction.blob_id = None
    if keep:
        correction.deadline = None
    elif correction.deadline is not None:
        directive.deadline, directive.deadline_known = correction.deadline, True
    correction.state, correction.made_at = CorrectionState.SENT, call.now
    call.session.add(correction)
    call.session.add(directive)
    call.session.flush()
