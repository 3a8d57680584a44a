"""From a file to a confirmed directive: read it, ask what is missing, show it, send or drop."""

from __future__ import annotations

from datetime import datetime, time

from handlers.access import LEADERS
from handlers.chat import Call, Choice, Document, Replies, Reply
from handlers.directives.access import access_directive, audience
from handlers.directives.deadlines import Deadline, DeadlineKind
from handlers.directives.pages import FileState
from handlers.directives.reading import DirectiveDraft, read_directive
from handlers.directives.showing import todo_of
from handlers.errors import NotYoursError, Refusal
from handlers.files import discard
from handlers.understanding.deadlines import read_deadline
from handlers.understanding.moments import Problem, find_moment
from handlers.understanding.zone import ZONE, local_date
from handlers.windows import standing
from storage import accounts, blobs, groups, units
from storage.directives import Directive, DirectiveState, Reporter
from storage.members import RoleKind

SUMMARY_LENGTH = 300
TODO_LENGTH = 450
"""Characters: a post must fit under a file, where Telegram allows 1,024."""
END_OF_DAY = time(23, 59)
DOCUMENTS = (".pdf", ".doc", ".docx", ".jpg", ".jpeg", ".png")
DEADLINE_CHOICES = 6
GRAVEST = (Problem.IMPOSSIBLE, Problem.PAST)
"""What is said first: a date that cannot be is not mended by an hour."""
UNREADABLE = {
    FileState.LOCKED: "directives/locked.j2",
    FileState.CORRUPT: "directives/corrupt.j2",
    FileState.TOO_BIG: "files/too_big.j2",
}


def take_file(call: Call) -> Replies | None:
    """A document an officer sends in private becomes a draft; a secret one is refused and gone."""
    file = call.incoming.file
    if not call.incoming.private or file is None or _is_workbook(file.name):
        return None
    own = call.actor.units(RoleKind.OFFICER)
    if not own:
        discard(call)
        return [Reply("directives/officers_only.j2")]
    blob = blobs.get(call.session, file.blob) if file.blob is not None else None
    assert blob is not None
    read = read_directive(blob.content, name=file.name, caption=call.incoming.text, now=call.now)
    refused = refused_file(call, file.name, read)
    if refused is not None:
        return [refused]
    directive = _draft(call, read, own[0], file.blob, file.name)
    opening = Reply(
        "directives/read.j2", _facts(directive) | {"scan": read.state is not FileState.READ}
    )
    return [opening, *ask_next(call, directive)]


def refused_file(call: Call, name: str, read: DirectiveDraft) -> Reply | None:
    """Why a file must not go on, if it must not; it is deleted then."""
    reply = None
    if read.is_secret:
        reply = Reply("directives/secret.j2", {"name": name}, forget=True)
    elif not name.lower().endswith(DOCUMENTS):
        reply = Reply("directives/not_a_document.j2", {"name": name})
    elif read.state in UNREADABLE:
        reply = Reply(UNREADABLE[read.state], {"name": name})
    elif name.lower().endswith(".pdf") and read.state is FileState.NOT_PDF:
        reply = Reply("directives/corrupt.j2", {"name": name})
    if reply is not None:
        discard(call)
    return reply


def _is_workbook(name: str) -> bool:
    return name.lower().endswith((".xlsx", ".xls", ".xlsm", ".csv", ".tsv", ".ods"))


def _draft(
    call: Call, read: DirectiveDraft, unit_id: int, blob: int | None, name: str
) -> Directive:
    directive = Directive(
        unit_id=unit_id,
        scope_id=unit_id,
        author_id=call.actor.account_id,
        author_chat=call.incoming.chat,
        blob_id=blob,
        file_name=name,
        number=read.number,
        kind=read.kind_name,
        issuer=read.issuer,
        issued_on=read.issued_on,
        summary=read.summary[:SUMMARY_LENGTH],
        todo="\n".join(f"{n}. {text}" for n, text in enumerate(read.actions, 1))[:TODO_LENGTH],
        urgent=read.urgency is not None,
        checked=read.state is FileState.READ,
        created_at=call.now,
        deadlines=[
            _moment(d).isoformat() for d in read.deadlines if d.kind is not DeadlineKind.EVENT
        ],
    )
    if any(d.kind is DeadlineKind.REPORT for d in read.deadlines):
        directive.reporter = Reporter.BRANCH
    if len(directive.deadlines) == 1:
        directive.deadline, directive.deadline_known = _stored(directive.deadlines[0]), True
    call.session.add(directive)
    call.session.flush()
    return directive


def _moment(deadline: Deadline) -> datetime:
    return datetime.combine(deadline.on, deadline.at or END_OF_DAY, ZONE)


def _stored(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _facts(directive: Directive) -> dict[str, object]:
    return {"directive": directive}


def ask_next(call: Call, directive: Directive) -> Replies:
    """Ask for the first thing still missing; when nothing is, show the whole."""
    own = directive.id
    if not directive.checked:
        stamped = Choice("Có dấu mật", f"directive_drop {own}")
        clear = Choice("Không có dấu mật", f"directive_clean {own}")
        return [Reply("directives/ask_stamp.j2", choices=(clear, stamped))]
    if not directive.summary:
        return [Reply("directives/ask_summary.j2", expects=f"directive_summary {own}")]
    if not directive.deadline_known:
        return [_ask_deadline(call, directive)]
    if not directive.reporter:
        choices = tuple(
            Choice(label, f"directive_reporter {own} {who}")
            for label, who in (
                ("Chi hội báo cáo", Reporter.BRANCH),
                ("Phường báo cáo", Reporter.WARD),
                ("Không cần báo cáo", Reporter.NOBODY),
            )
        )
        return [Reply("directives/ask_reporter.j2", choices=choices)]
    return [preview(call, directive)]


def _ask_deadline(call: Call, directive: Directive) -> Reply:
    found = sorted({_stored(text) for text in directive.deadlines})[:DEADLINE_CHOICES]
    choices = tuple(
        Choice(
            _spoken(moment, call.now), f"directive_due {directive.id} @{int(moment.timestamp())}"
        )
        for moment in found
    )
    none = Choice("Không có hạn", f"directive_due {directive.id} none")
    return Reply(
        "directives/ask_deadline.j2",
        {"found": len(found)},
        choices=(*choices, none),
        expects=f"directive_due {directive.id}",
    )


def _spoken(moment: datetime, now: datetime) -> str:
    here = moment.astimezone(ZONE)
    hour = "" if here.time() == END_OF_DAY else f"{here.hour} giờ {here.minute:02} "
    return f"{hour}ngày {here:%d/%m/%Y}" + (" (đã qua)" if moment < now else "")


def clean(call: Call, rest: str) -> Replies:
    """The officer has looked at a picture and says that it bears no secrecy stamp."""
    directive, _ = _draft_of(call, rest)
    directive.checked = True
    return _saved(call, directive)


def set_summary(call: Call, rest: str) -> Replies:
    """The officer writes the trích yếu."""
    directive, words = _draft_of(call, rest)
    if not words:
        raise Refusal("directives/ask_summary.j2", expects=f"directive_summary {directive.id}")
    directive.summary = words[:SUMMARY_LENGTH]
    return _saved(call, directive)


def set_todo(call: Call, rest: str) -> Replies:
    """The officer writes what is to be done."""
    directive, words = _draft_of(call, rest)
    if not words:
        return [Reply("directives/ask_todo.j2", expects=f"directive_todo {directive.id}")]
    directive.todo = words[:TODO_LENGTH]
    return _saved(call, directive)


def set_deadline(call: Call, rest: str) -> Replies:
    """The officer picks or writes the deadline; a date alone means the end of that day."""
    directive, words = _draft_of(call, rest)
    if not words:
        return [_ask_deadline(call, directive)]
    if words == "none":
        directive.deadline = None
    elif words.startswith("@") and words[1:].isdigit():
        directive.deadline = datetime.fromtimestamp(int(words[1:]), ZONE)
    else:
        line = f"directive_due {directive.id}"
        directive.deadline = read_moment(words, call.now, line, deadline=True)
    directive.deadline_known = True
    return _saved(call, directive)


def read_moment(words: str, now: datetime, line: str, *, deadline: bool = False) -> datetime:
    """A moment in words, or a question about what is doubtful in them; `line` waits for it.

    A deadline without an hour is the end of its day, and may lie in the past: the preview warns.

    Raises:
        Refusal: it is not clear which moment is meant.
    """
    found = read_deadline(words, now) if deadline else find_moment(words, now)
    problems = set(found.problems) - {Problem.ROLLED}
    if deadline:
        problems.discard(Problem.PAST)
    if not problems and found.day is not None and found.hour is not None:
        return datetime.combine(found.day, found.hour, ZONE)
    choices = tuple(
        Choice(_spoken(moment, now), f"{line} @{int(moment.timestamp())}")
        for moment in found.options[:DEADLINE_CHOICES]
        if len(found.options) > 1
    )
    problem = next((p for p in (*GRAVEST, *Problem) if p in problems), Problem.NO_DATE)
    raise Refusal("directives/doubtful_moment.j2", problem=problem, choices=choices, expects=line)


def set_reporter(call: Call, rest: str) -> Replies:
    """The officer says who must report back."""
    directive, words = _draft_of(call, rest)
    if words not in set(Reporter):
        raise NotYoursError
    directive.reporter = words
    return _saved(call, directive)


def set_scope(call: Call, rest: str) -> Replies:
    """The officer narrows the audience to one unit below, or widens it again."""
    directive, words = _draft_of(call, rest)
    below = set(units.subtree(call.session, [directive.unit_id]))
    if words.isdigit() and int(words) in below:
        directive.scope_id = int(words)
        return _saved(call, directive)
    offered = [u for u in units.children(call.session, directive.unit_id) if u.id is not None]
    home = units.get(call.session, directive.unit_id)
    assert home is not None
    choices = (
        Choice(f"Tất cả: {home.name}", f"directive_scope {directive.id} {home.id}"),
        *(Choice(u.name, f"directive_scope {directive.id} {u.id}") for u in offered),
    )
    return [Reply("directives/ask_scope.j2", choices=choices)]


def drop(call: Call, rest: str) -> Replies:
    """The officer gives the draft up; its file is deleted."""
    directive, _ = _draft_of(call, rest)
    directive.state = DirectiveState.DROPPED
    blob, directive.blob_id = directive.blob_id, None
    call.session.add(directive)
    call.session.flush()
    if blob is not None:
        blobs.drop(call.session, blob)
    return [Reply("directives/dropped.j2")]


def _draft_of(call: Call, rest: str) -> tuple[Directive, str]:
    word, _, words = rest.partition(" ")
    directive = access_directive(call, word)
    if directive.state != DirectiveState.DRAFT:
        raise Refusal("directives/no_longer_draft.j2")
    return directive, words.strip()


def _saved(call: Call, directive: Directive) -> Replies:
    call.session.add(directive)
    call.session.flush()
    return ask_next(call, directive)


def preview(call: Call, directive: Directive) -> Reply:
    """What the groups will see, and how many they are; one press sends it."""
    own = directive.id
    scope = units.get(call.session, directive.scope_id)
    assert scope is not None
    reached = audience(call, directive.scope_id)
    rooms = {unit_id: groups.of_unit(call.session, unit_id) for unit_id in reached}
    bare = [unit_id for unit_id, found in rooms.items() if not found]
    doors = accounts.doors(call.session, bare, LEADERS, local_date(call.now))
    closed = standing(call, bare, doors)
    return Reply(
        "directives/preview.j2",
        {
            "directive": directive,
            "todo": todo_of(directive),
            "scope": scope.name,
            "units": len(reached),
            "groups": sum(len(found) for found in rooms.values()),
            "relayed": len(doors),
            "unled": len(bare) - len(doors) - len(closed.silent),
            **closed._asdict(),
            "past": directive.deadline is not None and directive.deadline < call.now,
        },
        choices=(
            Choice("📨 Gửi ngay", f"directive_send {own}"),
            Choice("⏰ Hẹn giờ", f"directive_at {own}"),
            Choice("Sửa trích yếu", f"directive_edit {own} summary"),
            Choice("Sửa việc phải làm", f"directive_todo {own}"),
            Choice("Sửa hạn", f"directive_due {own}"),
            Choice("Chọn nơi nhận", f"directive_scope {own}"),
            Choice("Bỏ, không gửi", f"directive_drop {own}"),
        ),
        columns=2,
        document=Document(directive.blob_id, directive.file_name) if directive.blob_id else None,
    )


def edit_summary(call: Call, rest: str) -> Reply:
    """Ask for a new trích yếu."""
    directive, _ = _draft_of(call, rest)
    return Reply("directives/ask_summary.j2", expects=f"directive_summary {directive.id}")
