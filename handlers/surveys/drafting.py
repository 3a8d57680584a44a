"""Making a survey: asked for step by step, or read from a form; every step can be corrected."""

from __future__ import annotations

from handlers.access import LEADERS, row_id
from handlers.chat import Call, Choice, Replies, Reply, Who
from handlers.errors import NotYoursError, Refusal
from handlers.files import discard
from handlers.surveys import steps, writing
from handlers.surveys.access import access_draft, place
from handlers.surveys.form_files import read_form
from handlers.surveys.form_text import read_text_form
from handlers.surveys.forms import FormReading
from handlers.surveys.preview import preview
from storage import blobs, surveys, units
from storage.members import RoleKind
from storage.surveys import Survey, SurveyState
from storage.vietnamese import fold

FORM_FILES = (".xlsx", ".xls", ".xlsm", ".ods", ".csv", ".tsv", ".txt")
NAME = "khao sat"
PROBLEMS = 8
"""Most faults of a form told at once."""
STOP = frozenset({"thoi", "huy", "dung lai", "khong lam nua", "bo qua"})
BACK = frozenset({"quay lai", "lui lai", "sua buoc truoc"})


def begin(call: Call, words: str) -> Reply | Replies:
    """A new draft; `words` may already be its title or its whole form."""
    homes = [*call.actor.units(*LEADERS), *call.actor.units(RoleKind.OFFICER)]
    if not homes or call.actor.account_id is None:
        raise NotYoursError
    here = call.group.unit_id if call.group is not None else None
    draft = Survey(
        unit_id=here if here in homes else homes[0],
        author_id=call.actor.account_id,
        created_at=call.now,
        changed_at=call.now,
    )
    surveys.save(call.session, draft, call.now)
    if not words:
        return proceed(call, draft)
    try:
        return put(call, f"{draft.number} title - {words}")
    except Refusal as refusal:  # the draft stays, and waits for better words
        return Reply(refusal.template, refusal.context, expects=refusal.expects, private=True)


def new(call: Call, rest: str) -> Reply | Replies:
    """`survey_new`: a new draft although there are others."""
    return begin(call, "")


def put(call: Call, rest: str) -> Reply | Replies:
    """`survey_put DRAFT FIELD AT WORDS`: one step answered."""
    number, field, at, words = (*rest.split(maxsplit=3), "", "", "", "")[:4]
    draft = access_draft(call.session, call.actor, number)
    if call.incoming.file is not None:
        return _file(call, draft)
    if fold(words) in STOP:
        return _stopped(draft)
    if fold(words) in BACK:
        return back(call, number)
    if field == "title" and "\n" in words.strip():
        return _form(call, draft, read_text_form(words))
    if words:
        writing.fill(call, draft, field, at, words)
    return proceed(call, draft)


def _stopped(draft: Survey) -> Reply:
    choices = (
        Choice("✏️ Soạn tiếp", f"survey_preview {draft.number}"),
        Choice("🗑 Bỏ hẳn bản nháp", f"survey_drop {draft.number}"),
    )
    return Reply("surveys/stopped.j2", {"title": draft.title}, choices=choices)


def proceed(call: Call, draft: Survey) -> Reply:
    """Ask for what is still missing; when nothing is, show the whole."""
    return steps.proceed(call, draft) or preview(call, draft)


def _form(call: Call, draft: Survey, reading: FormReading) -> Reply:
    if reading.form is None:
        context = {"problems": reading.problems[:PROBLEMS]}
        line = f"survey_put {draft.number} title -"
        return Reply("surveys/form_problems.j2", context, expects=line, private=True)
    writing.take_form(draft, reading.form, call.now)
    return proceed(call, draft)


def _file(call: Call, draft: Survey) -> Reply:
    """A form sent as a file; the file itself is not kept."""
    file = call.incoming.file
    assert file is not None
    if file.problem or file.blob is None:
        raise Refusal(f"files/{file.problem or 'unavailable'}.j2", name=file.name)
    blob = blobs.get(call.session, file.blob)
    assert blob is not None
    reading = read_form(blob.content, file.name)
    discard(call)
    return _form(call, draft, reading)


def take_file(call: Call) -> Replies | None:
    """A form a leader or officer sends in private with "khảo sát" in its name or caption."""
    file = call.incoming.file
    if file is None or not call.incoming.private or not call.actor.stands(Who.LEADER):
        return None
    named = NAME in _spaced(file.name) or NAME in fold(call.incoming.text)
    if not named or not file.name.lower().endswith(FORM_FILES):
        return None
    draft = begin(call, "")
    assert isinstance(draft, Reply)
    found = surveys.drafts(call.session, call.actor.account_id or 0, 1)
    return [_file(call, found[0])]


def _spaced(name: str) -> str:
    """A file name as words: "Khao_sat-hoi_vien.xlsx", "KhaoSat.txt"."""
    return fold(name).replace("_", " ").replace("-", " ").replace("khaosat", NAME)


def hear_form(call: Call, text: str) -> Replies | None:
    """A whole form pasted in private, its first line "Khảo sát: …"."""
    first, _, more = text.partition("\n")
    if not call.incoming.private or not more.strip() or not call.actor.stands(Who.LEADER):
        return None
    if not fold(first).startswith(NAME):
        return None
    replies = begin(call, text)
    return [replies] if isinstance(replies, Reply) else replies


def back(call: Call, rest: str) -> Reply:
    """`survey_back DRAFT`: the step before, once more."""
    draft = access_draft(call.session, call.actor, rest)
    steps.back(draft, fixed_scope=steps.only_scope(call) is not None)
    return proceed(call, draft)


def edit(call: Call, rest: str) -> Reply:
    """`survey_edit DRAFT FIELD AT`: ask anew for one thing that is known."""
    number, field, at = (*rest.split(), "-", "-", "-")[:3]
    draft = access_draft(call.session, call.actor, number)
    if field not in writing.SETTERS:
        raise NotYoursError
    index = None if at == "-" else place(at, len(draft.questions))
    return steps.ask(call, draft, (field, index))


def within(call: Call, rest: str) -> Reply:
    """`survey_within DRAFT OWNER UNIT`: choose among the units below one."""
    number, owner, unit_id = (*rest.split(), "", "", "")[:3]
    draft = access_draft(call.session, call.actor, number)
    unit = units.get(call.session, row_id(unit_id))
    if unit is None:
        raise NotYoursError
    choices = steps.scopes(call, draft, unit, row_id(owner))
    return Reply("surveys/ask_scope.j2", {"title": draft.title}, choices=choices, private=True)


def show(call: Call, rest: str) -> Reply:
    """`survey_preview DRAFT`: go on with a draft where it was left."""
    return proceed(call, access_draft(call.session, call.actor, rest))


def drop(call: Call, rest: str) -> Reply:
    """`survey_drop DRAFT`: throw it away; nobody was told anything."""
    draft = access_draft(call.session, call.actor, rest)
    draft.state, draft.questions, draft.title = SurveyState.DROPPED, [], ""
    surveys.save(call.session, draft, call.now)
    return Reply("surveys/dropped.j2")
