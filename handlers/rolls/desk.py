"""What the leader gets in private: one control message, a digest now and then, the closed list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from handlers import audit
from handlers.access import leaders_of
from handlers.chat import Address, Call, Choice, Document, Moment, Replies, Reply
from handlers.quiet import quiet_until
from handlers.rolls import apart, differences, quorum, showing, words
from handlers.rolls.precedence import is_news
from handlers.rolls.sheets import workbook
from handlers.understanding.zone import local_date
from handlers.workbooks import MIME
from storage import accounts, blobs, roll_lists, roll_marks, rolls
from storage.database import Session
from storage.members import Member
from storage.roll_marks import Mark
from storage.rolls import Purpose, Roll, RollMark, RollState

DIGEST_EVERY = timedelta(minutes=10)
NAMES = 30
"""Most names in one line of a digest; the rest are counted."""


def door(call: Call) -> Address:
    """Where the speaker can be told names: her private talk, or "" while she has opened none."""
    return call.incoming.chat if call.incoming.private else call.actor.private_chat


def recipients(moment: Moment, roll: Roll) -> list[Address]:
    """Private talks of the leaders and of whoever opened the roll, each person's once."""
    opener = accounts.get(moment.session, roll.opened_by) if roll.opened_by else None
    first = opener.private_chat if opener and not opener.blocked else ""
    people = leaders_of(moment.session, roll.unit_id, local_date(moment.now))
    doors = accounts.reachable(moment.session, [m.id for m in people if m.id is not None])
    chats = [chats[0] for chats in doors.values() if first not in chats]
    return list(dict.fromkeys([first, *chats] if first else chats))


def control(session: Session, roll: Roll, news: Sequence[object] = ()) -> Reply:
    """How a roll stands, and all that its leader can do with it."""
    differing = roll_lists.differing(session, roll.number)
    context = showing.context(session, roll)
    context |= {"news": news, "differing": len(differing), "first": rolls.is_first(session, roll)}
    context |= apart.facts(session, roll)
    context["quorum"] = quorum.of(session, roll, context["figures"])
    return Reply("rolls/control.j2", context, choices=_controls(roll, context))


def _controls(roll: Roll, context: Mapping[str, Any]) -> tuple[Choice, ...]:
    opened = roll.state == RollState.OPEN
    figures, differing = context["figures"], context["differing"]
    offered = [
        (figures.unanswered, f"❔ Ai chưa trả lời ({figures.unanswered})", "roll_silent"),
        (figures.answered, f"👀 Ai đã trả lời ({figures.answered})", "roll_names"),
        (opened, "✍️ Ghi giúp", "roll_hand"),
        (opened and roll.purpose == Purpose.ATTENDANCE, "🚪 Điểm danh tại cửa", "roll_doors"),
        (opened and differing, f"⚖️ Câu trả lời khác nhau ({differing})", "roll_differs"),
        (opened and context["sample"], f"🔎 Xem lại báo hộ ({context['sample']})", "roll_sample"),
        (True, "📄 Tải danh sách", "roll_sheet"),
        (opened, "🔒 Chốt", "roll_close"),
        (opened or figures.unanswered, "⚙️ Việc khác", "roll_more"),
        (not opened, "🔓 Mở lại", "roll_reopen"),
    ]
    return tuple(Choice(label, f"{line} {roll.number}") for when, label, line in offered if when)


def controls(moment: Moment, roll: Roll) -> Replies:
    """The control message for every leader."""
    reply = control(moment.session, roll)
    return [
        replace(reply, to=chat, key=f"roll:{roll.number}:control:{chat}")
        for chat in recipients(moment, roll)
    ]


def digest(moment: Moment, roll: Roll) -> Replies:
    """What came in since the last digest, for every leader."""
    fresh = roll_lists.marks_after(moment.session, roll.number, roll.told)
    roll.news, roll.digest_at = False, moment.now
    roll.told = rolls.newest_mark(moment.session, roll.number)
    moment.session.add(roll)
    told = [(mark, member) for mark, member in fresh if _is_news(moment.session, mark)]
    reply = replace(control(moment.session, roll, _news(roll, told)), bulk=True)
    stamp = f"{moment.now:%Y%m%d%H%M%S}"
    return [
        replace(reply, to=chat, key=f"roll:{roll.number}:digest:{stamp}:{chat}")
        for chat in recipients(moment, roll)
    ]


def _is_news(session: Session, mark: RollMark) -> bool:
    """Whether it says more than its voice had said before."""
    evidence = roll_marks.of_member(session, mark.roll_id, mark.member_id)
    said = Mark(mark.status, mark.source, mark.at, mark.by, mark.reason, mark.late)
    return is_news(evidence, said)


def _news(roll: Roll, fresh: Sequence[tuple[RollMark, Member]]) -> list[tuple[str, list[str], int]]:
    """(what, who, how many more) of the newest word about each member."""
    last = {member.id: (mark, member) for mark, member in fresh}
    names: dict[str, list[str]] = {}
    for mark, member in last.values():
        name = f"{member.name} ({mark.reason})" if mark.reason else member.name
        names.setdefault(mark.status, []).append(name)
    labels = words.labels(roll)
    return [
        (labels[status], who[:NAMES], max(0, len(who) - NAMES))
        for status, who in sorted(names.items(), key=lambda item: list(labels).index(item[0]))
    ]


def digest_until(now: datetime) -> datetime | None:
    """Rolls last told of before this moment are due; None at night, when nobody is woken."""
    return None if quiet_until(now) else now - DIGEST_EVERY


def listed(moment: Moment, roll: Roll) -> Reply:
    """The list as a workbook, for one leader's eyes."""
    name, content = workbook(moment.session, roll, moment.now)
    blob = blobs.keep(moment.session, name=name, mime=MIME, content=content, now=moment.now)
    assert blob.id is not None
    reply = control(moment.session, roll)
    context = {**reply.context, "changes": differences.of_last_close(moment.session, roll)}
    document = Document(blob.id, name)
    return replace(reply, template="rolls/list.j2", context=context, document=document)


def lists(moment: Moment, roll: Roll) -> Replies:
    """The closed list for every leader."""
    chats = recipients(moment, roll)
    if not chats:
        return []
    reply = listed(moment, roll)
    people = showing.figures(moment.session, roll).total
    audit.sent(moment.session, chats, roll.unit_id, people, moment.now, f"roll:{roll.number}")
    at = f"{moment.now:%Y%m%d%H%M%S}"
    return [replace(reply, to=chat, key=f"roll:{roll.number}:list:{at}:{chat}") for chat in chats]
