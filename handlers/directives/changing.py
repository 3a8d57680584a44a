"""What was sent, put right or taken back: every post changed, everyone told."""

from __future__ import annotations

from handlers import audience as audiences
from handlers.access import leader_chats, row_id
from handlers.chat import Call, Choice, How, Moment, Replies, Reply
from handlers.directives.access import access_directive
from handlers.directives.drafting import refused_file
from handlers.directives.pages import FileState
from handlers.directives.reading import read_directive
from handlers.directives.sending import document, post
from handlers.directives.stamps import secrecy_said
from handlers.errors import Refusal
from handlers.files import discard
from handlers.quiet import quiet_until
from handlers.understanding.zone import local_date
from storage import blobs, deliveries, directives, relays
from storage.directives import Directive, DirectiveCorrection, DirectiveState

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
    directive.draft_correction = words
    directive.draft_blob_id = blob_id
    directive.draft_file_name = file.name if file is not None and blob_id is not None else ""
    call.session.add(directive)
    context = {
        "directive": directive,
        "units": len(directives.targets(call.session, directive.id or 0)),
        "later": None if directive.urgent else quiet_until(call.now),
    }
    choices = (
        Choice("📨 Gửi đính chính", f"correct_yes {directive.id}"),
        Choice("Viết lại", line),
        Choice("Bỏ", f"correct_no {directive.id}"),
    )
    return [Reply("directives/correction_preview.j2", context, choices=choices)]


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
    blob_id, directive.draft_blob_id = directive.draft_blob_id, None
    directive.draft_correction = directive.draft_file_name = ""
    call.session.add(directive)
    call.session.flush()
    if blob_id is not None:
        blobs.drop(call.session, blob_id)
    return Reply("directives/correction_dropped.j2")


def correct_yes(call: Call, rest: str) -> Replies:
    """Every group's post is changed, and each is told; at night the telling waits."""
    directive = _sent(call, rest)
    if not directive.draft_correction:
        raise Refusal("directives/no_correction.j2")
    file = None
    if directive.draft_blob_id is not None:
        directive.blob_id, directive.file_name = directive.draft_blob_id, directive.draft_file_name
        file = document(directive)
    correction = DirectiveCorrection(
        directive_id=row_id(rest),
        words=directive.draft_correction,
        file_name=directive.draft_file_name,
        made_at=call.now,
        made_by=call.actor.account_id,
    )
    call.session.add(correction)
    directive.draft_correction, directive.draft_file_name = "", ""
    directive.draft_blob_id = None
    call.session.add(directive)
    call.session.flush()
    later = None if directive.urgent else quiet_until(call.now)
    notice = Reply(
        "directives/corrected.j2",
        {"directive": directive, "correction": correction},
        key=f"directive:{directive.id}:correction:{correction.id}",
        document=file,
        bulk=True,
        not_before=later,
    )
    replies = _tell_all(call, directive, notice, edit=True)
    return [*replies, Reply("directives/correction_sent.j2", {"later": later})]


def recall(call: Call, rest: str) -> Replies:
    """The officer takes a directive back, after one confirmation: deleted where the platform
    still allows it, else changed, and every group told.
    """
    word, _, sure = rest.partition(" ")
    directive = _sent(call, word)
    if sure != "yes":
        choices = (
            Choice("Thu hồi", f"recall {directive.id} yes"),
            Choice("Không, giữ nguyên", f"progress {directive.id}"),
        )
        return [Reply("directives/ask_recall.j2", {"directive": directive}, choices=choices)]
    directive.state = DirectiveState.RECALLED
    call.session.add(directive)
    notice = Reply(
        "directives/recalled.j2",
        {"directive": directive},
        key=f"directive:{directive.id}:recall",
        bulk=True,
        not_before=None if directive.urgent else quiet_until(call.now),
    )
    replies = _tell_all(call, directive, notice, edit=True, delete=True)
    replies += _withdraw_private(call, directive)
    return [*replies, Reply("directives/recall_sent.j2", {"directive": directive})]


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
        for chat in deliveries.states(call.session, subject)
    ]


def _sent(call: Call, word: str) -> Directive:
    directive = access_directive(call, word)
    if directive.state != DirectiveState.SENT:
        raise Refusal("directives/not_sent.j2")
    return directive


def _tell_all(
    call: Call, directive: Directive, notice: Reply, *, edit: bool, delete: bool = False
) -> Replies:
    """Change the post and give notice wherever it went. The edit goes before the deletion, so
    that what a platform no longer deletes at least says what it is.
    """
    changes = [How.EDIT] if edit else []
    changes += [How.DELETE] if delete else []
    replies: Replies = []
    moment = call.moment()
    for row in directives.targets(call.session, directive.id or 0):
        for how in changes:
            shown = post(call.session, directive, row)
            key = f"{notice.key}:{how}:{row.unit_id}"
            changed = Reply(
                "directives/recalled.j2" if delete else shown.template,
                shown.context,
                how=how,
                subject=shown.subject,
                key=key,
                choices=() if delete else shown.choices,
                bulk=True,
            )
            replies += audiences.change(moment, row.unit_id, changed)
        replies += _notice(moment, row.unit_id, notice)
    return replies


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
