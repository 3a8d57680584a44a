"""A confirmed directive on its way: twenty seconds to stop it, then every group at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from handlers import audience as audiences
from handlers.access import leader_chats
from handlers.chat import Call, Choice, Document, How, Moment, Replies, Reply
from handlers.directives.access import access_directive, audience
from handlers.directives.drafting import preview, read_moment, refused_file
from handlers.directives.pages import FileState
from handlers.directives.reading import read_directive
from handlers.directives.stamps import secrecy_said
from handlers.errors import Refusal
from handlers.files import discard
from handlers.quiet import quiet_until
from handlers.understanding.zone import ZONE, local_date
from storage import blobs, directives, groups
from storage.directives import Directive, DirectiveState

REGRET = timedelta(seconds=20)
"""How long a confirmed directive may still be stopped."""
CORRECTION_LENGTH = 200


def send(call: Call, rest: str) -> Replies:
    """The one confirmation. At night it waits for the morning, unless it is KHẨN and she says so."""
    word, _, how = rest.partition(" ")
    directive = access_directive(call, word)
    _check_ready(directive)
    morning = quiet_until(call.now + REGRET)
    if morning is None or (how == "urgent" and directive.urgent):
        return _schedule(call, directive, call.now + REGRET)
    if how == "morning":
        return _schedule(call, directive, morning)
    choices = [Choice(f"Gửi lúc {morning:%H:%M} sáng", f"directive_send {directive.id} morning")]
    if directive.urgent:
        choices.append(Choice("KHẨN: gửi ngay", f"directive_send {directive.id} urgent"))
    context = {"urgent": directive.urgent}
    return [Reply("directives/at_night.j2", context, choices=tuple(choices))]


def send_at(call: Call, rest: str) -> Replies:
    """The officer names the hour it shall go out."""
    word, _, words = rest.partition(" ")
    directive = access_directive(call, word)
    _check_ready(directive)
    line = f"directive_at {directive.id}"
    if not words:
        return [Reply("directives/ask_at.j2", expects=line)]
    if words.startswith("@") and words[1:].isdigit():
        moment = datetime.fromtimestamp(int(words[1:]), ZONE)
    else:
        moment = read_moment(words, call.now, line)
    if moment <= call.now:
        raise Refusal("directives/doubtful_moment.j2", problem="past", expects=line)
    if not directive.urgent:
        moment = quiet_until(moment) or moment
    return _schedule(call, directive, moment)


def _check_ready(directive: Directive) -> None:
    """Nothing goes out half-known, whatever line was typed.

    Raises:
        Refusal: it was sent or dropped already, or something is still missing.
    """
    if directive.state != DirectiveState.DRAFT:
        raise Refusal("directives/no_longer_draft.j2")
    known = directive.checked and directive.summary and directive.deadline_known
    if not (known and directive.reporter):
        raise Refusal("directives/not_ready.j2")


def _schedule(call: Call, directive: Directive, moment: datetime) -> Replies:
    directive.state, directive.send_at = DirectiveState.SCHEDULED, moment
    call.session.add(directive)
    soon = moment - call.now <= REGRET
    return [
        Reply(
            "directives/scheduled.j2",
            {"soon": soon, "seconds": int(REGRET.total_seconds()), "at": moment},
            choices=(Choice("✋ Dừng lại", f"directive_stop {directive.id}"),),
            subject=f"directive:{directive.id}:schedule",
        )
    ]


def stop(call: Call, rest: str) -> Replies:
    """Stop it before it goes; it becomes a draft again."""
    directive = access_directive(call, rest)
    if directive.state != DirectiveState.SCHEDULED:
        raise Refusal("directives/too_late.j2")
    directive.state, directive.send_at = DirectiveState.DRAFT, None
    call.session.add(directive)
    return [Reply("directives/stopped.j2"), preview(call, directive)]


def fire(moment: Moment, directive_id: int) -> Replies:
    """Send it to every group of every unit it is for, and to leaders who pass it on."""
    directive = directives.get(moment.session, directive_id)
    if directive is None or directive.state != DirectiveState.SCHEDULED:
        return []
    reached = audience(moment, directive.scope_id)
    directive.state, directive.sent_at = DirectiveState.SENT, moment.now
    moment.session.add(directive)
    directives.set_targets(moment.session, directive_id, reached)
    replies: Replies = []
    for unit_id in reached:
        replies += _to_unit(moment, directive, unit_id)
    told = Reply(
        "directives/going_out.j2",
        {"directive": directive, "units": len(reached)},
        to=directive.author_chat,
        key=f"directive:{directive_id}:going",
        choices=(Choice("Xem tiến độ", f"progress {directive_id}"),),
    )
    return [*replies, told]


def post(directive: Directive, received_at: datetime | None = None) -> Reply:
    """A directive as a group sees it."""
    return Reply(
        "directives/post.j2",
        {"directive": directive, "received_at": received_at},
        choices=(Choice("✅ Chi hội xác nhận đã nhận", f"received {directive.id}"),),
        document=_document(directive),
        subject=f"directive:{directive.id}",
        key=f"directive:{directive.id}",
        bulk=True,
    )


def _document(directive: Directive) -> Document | None:
    if not directive.blob_id:
        return None
    return Document(directive.blob_id, directive.file_name, shared=True)


def _to_unit(moment: Moment, directive: Directive, unit_id: int) -> Replies:
    replies = audiences.show(moment, unit_id, post(directive))
    if groups.of_unit(moment.session, unit_id):
        return replies
    for door in leader_chats(moment.session, unit_id, local_date(moment.now)):
        replies.append(
            Reply(
                "directives/receipt.j2",
                {"directive": directive},
                to=door,
                key=f"directive:{directive.id}:receipt:{unit_id}:{door}",
                choices=(Choice("✅ Xác nhận đã nhận", f"received {directive.id}"),),
                bulk=True,
            )
        )
    return replies


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
    document = None
    if directive.draft_blob_id is not None:
        directive.blob_id, directive.file_name = directive.draft_blob_id, directive.draft_file_name
        document = _document(directive)
    directive.correction, directive.draft_correction = directive.draft_correction, ""
    directive.draft_blob_id, directive.draft_file_name = None, ""
    call.session.add(directive)
    later = None if directive.urgent else quiet_until(call.now)
    notice = Reply(
        "directives/corrected.j2",
        {"directive": directive},
        key=f"directive:{directive.id}:correction:{call.incoming.event_id}",
        document=document,
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
    return [*replies, Reply("directives/recall_sent.j2", {"directive": directive})]


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
            shown = post(directive, row.received_at)
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
