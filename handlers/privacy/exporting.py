"""A person takes all that is kept of her: a text to read, and the bare rows for a machine; on a page
of ours, or where there is none as files in the chat.
"""

from __future__ import annotations

import json
from datetime import datetime

from handlers import audit
from handlers.chat import Call, Choice, Document, Replies, Reply
from handlers.privacy.gathering import gather
from handlers.privacy.passing import link
from handlers.privacy.subjects import chosen, done_at_once
from handlers.understanding.spoken import speak_moment
from handlers.understanding.zone import local
from storage import about_person, blobs
from storage.audit import Deed
from storage.database import Session
from storage.expiring import OWN_COPY
from storage.members import Member
from storage.passes import PASS_LIFE
from storage.privacy import Right

WIDTH = 60
MINUTES = int(PASS_LIFE.total_seconds()) // 60


def export(call: Call, rest: str) -> Replies:
    """The way to it, in the private talk of whoever asked."""
    about = chosen(call, "data_export", rest)
    if address := link(call, about):
        if about.own:
            done_at_once(call, about, Right.EXPORT)
        context = {"own": about.own, "name": about.member.name, "minutes": MINUTES}
        choices = (Choice("📄 Mở trang dữ liệu", url=address),)
        return [Reply("privacy/export_link.j2", context, choices=choices, private=True)]
    readable = as_text(call.session, about.member, call.now).encode("utf-8-sig")
    rows = as_json(call.session, about.member).encode()
    if about.own:
        done_at_once(call, about, Right.EXPORT)
    else:
        audit.saw(call, Deed.EXPORT, [about.member])
    stamp = f"{local(call.now):%Y-%m-%d}"
    context = {"own": about.own, "name": about.member.name}
    return [
        _file(
            call, "privacy/exported.j2", f"{OWN_COPY}{stamp}.txt", "text/plain", readable, context
        ),
        _file(call, "privacy/rows.j2", f"{OWN_COPY}{stamp}.json", "application/json", rows, {}),
    ]


def _file(
    call: Call, template: str, name: str, mime: str, content: bytes, context: dict[str, object]
) -> Reply:
    blob = blobs.keep(call.session, name=name, mime=mime, content=content, now=call.now)
    assert blob.id is not None
    return Reply(template, context, document=Document(blob.id, name), private=True)


def as_text(session: Session, member: Member, now: datetime) -> str:
    """Everything by heading, as lines anybody can read on any phone."""
    lines = [f"DỮ LIỆU VỀ {member.name.upper()}", f"Lập lúc {speak_moment(now)}.", ""]
    for section in gather(session, member, now):
        lines += [section.title.upper(), "-" * min(WIDTH, len(section.title))]
        lines += [f"{what}: {how}" for what, how in section.lines]
        lines.append("")
    return "\r\n".join(lines)


def as_json(session: Session, member: Member) -> str:
    """Every row about her as the database has it."""
    assert member.id is not None
    return json.dumps(about_person.raw(session, member.id), ensure_ascii=False, indent=1)
