"""`/phieu`: sheets to print; `phiếu 12 vắng 3, 7`: one of them typed in, by its numbers."""

from __future__ import annotations

import re
import zlib
from collections.abc import Collection
from typing import Any

from handlers import audit
from handlers.access import LEADERS, leads, row_id
from handlers.chat import Call, Choice, Document, Replies, Reply, Route, Who
from handlers.errors import NotYoursError, Refusal
from handlers.papers import drawing, entering, passing, sheets
from handlers.papers.access import access_paper, may_fill
from handlers.papers.reading import LONGEST, UnclearError, read
from handlers.rolls import desk, words
from handlers.rolls.access import headed
from handlers.rolls.all_but import YES
from handlers.rolls.showing import figures
from handlers.understanding.zone import local_date
from handlers.units import CHOICES, which
from storage import blobs, papers, roll_lists, rolls, units
from storage.audit import Deed
from storage.members import RoleKind
from storage.papers import Paper
from storage.passes import Purpose
from storage.units import Unit
from storage.vietnamese import fold

_NUMBERED = re.compile(
    r"(?:(?:so|giay|diem danh|ky ten)\s+)*(\d{1,9})(?!\s*[-,;&]|\d)\b[\s:,.]*(.*)", re.DOTALL
)
_ROWS = re.compile(
    r"(?:vang|nghi|co mat)(?: (?:mat|het|du|ca|so|co phep|phep|ngoai tru|tru))*"
    r" ?\d{1,3}(?:(?:[\s,;.-]|va )+\d{1,3})*[ .!]*(?: a)?"
)
"""Rows of a sheet whose number is not said: "vắng 3, 7, 12"."""
_WANTED = re.compile(r"(?:in )?phieu(?: (?:diem danh|ky ten|giay))* (to \S+)")
SHORT = 45
"""Characters of these that a button carries."""
_CALLED = re.compile(r"phieu (.+)", re.DOTALL)


def sheet(call: Call, rest: str) -> Reply | Replies:
    """`phiếu [UNIT] [TEAM]`: sheets to print; `phiếu N [words]`: one of them typed in."""
    if found := _NUMBERED.fullmatch(fold(rest)):
        return fill(call, f"{found[1]} {found[2]}".strip())
    return _printed(call, rest)


def hear(call: Call, text: str) -> Replies | None:
    """Hear "phiếu 12 vắng 3, 7", said in private by whoever may type that sheet in; without its
    number too, while she has a sheet of a roll that is open. "Phiếu tổ 1" is to be printed.
    """
    if not call.incoming.private:
        return None
    if call.actor.standings and (wanted := _WANTED.fullmatch(fold(text))):
        return call.run(call, f"papers {wanted[1]}")
    if call.actor.standings and _ROWS.fullmatch(fold(text)):
        return _of_open_rolls(call, text)
    number, said = _called(text)
    paper = papers.get(call.session, row_id(number)) if number else None
    if paper is None or not may_fill(call.session, call.actor, paper):
        return None
    return call.run(call, f"paper {number} {said}".strip())


def _of_open_rolls(call: Call, text: str) -> Replies | None:
    """Numbers of rows alone: of the one sheet that can be meant, else she is asked of which."""
    held = call.actor.units(*LEADERS, RoleKind.TEAM_HEAD)
    opened = [roll.number for roll in rolls.opened(call.session, held)] if held else []
    hers = [
        paper
        for paper in papers.of_rolls(call.session, opened)
        if may_fill(call.session, call.actor, paper)
    ]
    if len(hers) < 2:
        return call.run(call, f"paper {hers[0].number} {text}") if hers else None
    said = fold(text)[:SHORT]
    choices = tuple(
        Choice(
            f"Phiếu {paper.number}: {paper.team or 'cả chi hội'}", f"paper {paper.number} {said}"
        )
        for paper in hers[:CHOICES]
    )
    return [Reply("papers/which.j2", {"said": text}, choices=choices)]


def _called(text: str) -> tuple[str, str]:
    """The sheet somebody names, and what is said of it; "" twice if none."""
    called = _CALLED.fullmatch(fold(text))
    found = _NUMBERED.fullmatch(called[1]) if called else None
    return (found[1], found[2]) if found else ("", "")


def _printed(call: Call, rest: str) -> Reply:
    unit, teams = _what(call, rest)
    door = desk.door(call)
    if not door:
        return Reply("papers/open_door.j2")
    made = sheets.new(call.session, unit, teams, by=call.actor.account_id, now=call.now)
    if not made:
        raise Refusal("papers/nobody.j2", unit=unit.name)
    drawn = [drawn_for(call, paper) for paper in made]
    people = sum(len(sheet.rows) for sheet in drawn)
    audit.saw_all(call, Deed.EXPORT, made[0].unit_id, people, f"paper:{made[0].number}")
    name = f"phieu-diem-danh_{unit.code}_{local_date(call.now):%Y-%m-%d}.pdf"
    content = drawing.pdf(drawn, call.now)
    blob = blobs.keep(call.session, name=name, mime=drawing.MIME, content=content, now=call.now)
    assert blob.id is not None
    context = {
        "unit": unit.name,
        "sheets": [(s.number, s.team, len(s.rows)) for s in drawn],
        "pages": sum(len(list(drawing.pages(s))) for s in drawn),
        "open": made[0].roll_id is not None,
    }
    choices = []
    if url := passing.link(call, made[0], Purpose.PAPER):
        choices.append(Choice("🖨 Mở trang tải về", url=url))
    if made[0].roll_id is None and leads(call.session, call.actor, made[0].unit_id):
        choices.append(Choice("📋 Mở điểm danh", f"roll {unit.code}"))
    document = Document(blob.id, name, linked=bool(url))
    return Reply("papers/printed.j2", context, to=door, choices=tuple(choices), document=document)


def drawn_for(call: Call, paper: Paper) -> sheets.Sheet:
    """A sheet whose QR opens the talk with the bot in which it was asked for."""
    start = f"{sheets.START}{paper.number}"
    return sheets.drawn(call.session, paper, call.links.start_link(start, call.incoming.channel))


def _what(call: Call, rest: str) -> tuple[Unit, list[str] | None]:
    """For which unit, and which tổ of it; the head of a tổ gets her own."""
    try:
        unit, asked = which(call, "papers", rest)
    except NotYoursError:
        unit, asked = _headed(call), rest
    assert unit.id is not None
    if not leads(call.session, call.actor, unit.id):
        return unit, headed(call.actor, unit.id)
    if not asked:
        _ask_branch(call, unit)
        return unit, None
    team = fold(asked)
    listed = roll_lists.teams(call.session, unit.id)
    found = [one for one in listed if one and fold(one) in {team, f"to {team}"}]
    if not found:
        raise Refusal("papers/no_team.j2", unit=unit.name, said=asked[: sheets.NAMED])
    return unit, found


def _ask_branch(call: Call, unit: Unit) -> None:
    """Members are listed in branches: whoever governs a ward says which.

    Raises:
        Refusal: it asks.
    """
    assert unit.id is not None
    branches = [one for one in units.leaves(call.session, unit.id) if one.id != unit.id]
    if branches:
        labels = units.labels(call.session, branches[:CHOICES])
        choices = [Choice(labels[one.id or 0], f"papers {one.code}") for one in branches[:CHOICES]]
        raise Refusal("units/which.j2", choices=tuple(choices))


def _headed(call: Call) -> Unit:
    """The unit in which she heads a tổ.

    Raises:
        NotYoursError: there is none.
    """
    for unit_id in call.actor.units(RoleKind.TEAM_HEAD):
        unit = units.get(call.session, unit_id)
        if unit is not None and headed(call.actor, unit_id):
            return unit
    raise NotYoursError


def fill(call: Call, rest: str) -> Reply | Replies:
    """`paper N [words]`: what to type of a sheet, or what the words come to."""
    number, _, said = rest.partition(" ")
    paper = access_paper(call.session, call.actor, number)
    if not call.incoming.private:
        raise Refusal("papers/in_private.j2")
    said = said.strip()[: LONGEST + 1]
    other, of_other = _called(said)
    if other:  # named again, or another one
        return fill(call, f"{other} {of_other}")
    if fold(said).strip(" .!") in YES and paper.draft:
        return _save(call, paper)
    if not said:
        return _ask(call, paper)
    return _preview(call, paper, said)


def _ask(call: Call, paper: Paper) -> Reply:
    entering.roll_of(call.session, call.actor, paper)
    rows = papers.rows(call.session, paper.number)
    choices = [Choice("✅ Có mặt đủ", f"paper {paper.number} du")]
    if url := passing.link(call, paper, Purpose.PAPER_ENTRY):
        choices.append(Choice("🖥 Nhập trên trang", url=url))
        _saw_names(call, paper, len(rows))
    return Reply(
        "papers/ask.j2",
        {**about(call, paper), "people": len(rows)},
        choices=tuple(choices),
        expects=f"paper {paper.number}",
    )


def _saw_names(call: Call, paper: Paper, people: int) -> None:
    audit.saw_all(call, Deed.LIST, paper.unit_id, people, f"paper:{paper.number}")


def about(call: Call, paper: Paper) -> dict[str, Any]:
    """What every message about a sheet says of it."""
    unit = units.get(call.session, paper.unit_id)
    return {"paper": paper, "unit": unit.name if unit else ""}


def _preview(call: Call, paper: Paper, said: str) -> Reply:
    """Show by names what she typed; nothing is written yet."""
    again = f"paper {paper.number}"
    rows = papers.rows(call.session, paper.number)
    roll = entering.roll_of(call.session, call.actor, paper)
    try:
        statuses = read(said, rows)
    except UnclearError as error:
        context = unclear(error, paper, rows)
        raise Refusal("papers/unclear.j2", expects=again, **context) from None
    found = entering.plan(call.session, paper, roll, statuses)
    _saw_names(call, paper, len(rows))
    paper.draft = said
    call.session.add(paper)
    choices = (
        Choice("✅ Đúng, ghi giúp", f"paper_save {paper.number} {mark_of(said)}"),
        Choice("Chưa đúng", again),
    )
    context = {**about(call, paper), "plan": found, "said": shown(found)}
    return Reply("papers/preview.j2", context, choices=choices, columns=2, expects=again)


def unclear(error: UnclearError, paper: Paper, rows: Collection[int]) -> dict[str, Any]:
    """What is to be said of what was typed."""
    most = max(rows, default=0)
    return {"paper": paper, "reason": error.reason, "numbers": error.numbers, "most": most}


def shown(found: entering.Plan) -> list[tuple[str, int, list[str]]]:
    """By status, the fewest first: how it is called, how many, and their rows with names."""
    told = [
        (label, count, [f"{row}. {member.name}" for row, member in found.said[status]])
        for (label, count), status in zip(
            found.counts, (s for s in entering.ORDER if s in found.said), strict=True
        )
    ]
    return sorted(told, key=lambda row: row[1])


def mark_of(said: str) -> str:
    """Tells one draft from another: what she agrees to is what she saw."""
    return f"{zlib.crc32(said.encode()):08x}"


def save(call: Call, rest: str) -> Reply | Replies:
    """`paper_save N MARK`: she has seen it, and it is right."""
    number, _, seen = rest.partition(" ")
    paper = access_paper(call.session, call.actor, number)
    if not call.incoming.private:
        raise Refusal("papers/in_private.j2")
    if not paper.draft:
        return _ask(call, paper)
    if mark_of(paper.draft) != seen:
        return _preview(call, paper, paper.draft)
    return _save(call, paper)


def _save(call: Call, paper: Paper) -> Replies:
    roll = entering.roll_of(call.session, call.actor, paper)
    statuses = read(paper.draft, papers.rows(call.session, paper.number))
    found = entering.plan(call.session, paper, roll, statuses)
    tallied = entering.write(call.moment(), paper, roll, found, call.actor.account_id)
    context = {
        **about(call, paper),
        "plan": found,
        "figures": figures(call.session, roll),
        "labels": words.labels(roll),
    }
    more = Choice("📋 Xem điểm danh", f"rolls {roll.number}")
    choices = (more,) if leads(call.session, call.actor, roll.unit_id) else ()
    return [Reply("papers/saved.j2", context, choices=choices), *tallied]


ROUTES = {
    "papers": Route(
        sheet, ("phieu", "phieudiemdanh", "phieu diem danh", "in phieu diem danh"), Who.TEAM_HEAD
    ),
    "paper": Route(fill, listed=False, gives_way=True),
    "paper_save": Route(save, listed=False),
}
