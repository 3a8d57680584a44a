"""Links by command: to paste into a group, to hang up as a QR, to send to one person."""

from __future__ import annotations

from collections.abc import Iterator

from handlers import audit
from handlers.access import access_unit, may_vouch, row_id
from handlers.answer_links.minting import group_link, own_link, url
from handlers.answer_links.pictures import qr_png
from handlers.chat import Call, Choice, Document, Reply, Route, Where, Who
from handlers.errors import NotYoursError, Refusal
from handlers.rolls import naming
from handlers.understanding.people import spell
from handlers.understanding.zone import local_date
from handlers.units import which
from storage import answer_links, directives, members, pictures, roll_lists, rolls, surveys, units
from storage.answer_links import AnswerLink
from storage.audit import Deed
from storage.members import Member, MemberStatus
from storage.rolls import Purpose

SHOWN_DIRECTIVES = 3
SHOWN_PEOPLE = 10
NAME = "ma-qr.png"


def _asked(call: Call, unit_id: int) -> Iterator[tuple[str, str]]:
    """(subject, what it is about) of all that is open in a unit, and its newest directives."""
    for roll in rolls.opened(call.session, [unit_id]):
        kind = "Dự họp" if roll.purpose == Purpose.INTENT else "Điểm danh"
        yield f"roll:{roll.number}", f"{kind}: {roll.title}" if roll.title else kind
    for survey in surveys.opened(call.session, [unit_id]):
        yield f"survey:{survey.number}", f"Khảo sát: {survey.title}"
    for directive in directives.received_by_unit(call.session, [unit_id], SHOWN_DIRECTIVES):
        yield f"directive:{directive.id}", directive.number or directive.summary


def links(call: Call, rest: str) -> Reply:
    """`links [UNIT]`: a leader sees the links of her group; a member gets her own."""
    if not call.links.public_url:
        raise Refusal("answer_links/no_pages.j2")
    if not call.actor.stands(Who.LEADER):
        return _own(call)
    unit, _ = which(call, "links", rest)
    assert unit.id is not None
    shown: list[tuple[str, str]] = []
    choices: list[Choice] = []
    for subject, title in _asked(call, unit.id):
        row = group_link(call.moment(), unit.id, subject)
        assert row is not None
        shown.append((title, url(call.links, row.token)))
        number = len(shown)
        choices.append(Choice(f"🖼 Mã QR {number}", f"link_qr {row.id}"))
        choices.append(Choice(f"👤 Link riêng {number}", f"link_for {row.id}"))
    if not shown:
        raise Refusal("answer_links/none.j2", unit=unit.name)
    context = {"unit": unit.name, "links": shown}
    return Reply("answer_links/list.j2", context, choices=tuple(choices), columns=2)


def _own(call: Call) -> Reply:
    """A member's own links, each straight to its question; nobody else ever sees them."""
    if not call.actor.member_ids:
        raise Refusal("answer_links/unknown.j2")
    people = members.get_many(call.session, call.actor.member_ids)
    choices = []
    for member in people:
        name = f" ({member.name})" if len(people) > 1 else ""
        assert member.id is not None
        for subject, title in _asked(call, member.unit_id):
            if not subject.startswith("directive:"):
                _, link = own_link(call.moment(), member.unit_id, subject, member.id)
                choices.append(Choice(f"{title}{name}", url=link))
    if not choices:
        raise Refusal("answer_links/none.j2", unit="")
    return Reply("answer_links/own.j2", choices=tuple(choices))


def access_link(call: Call, words: str) -> AnswerLink:
    """A link of a unit the speaker leads or governs.

    Raises:
        NotYoursError: there is no such link, or it is not hers.
    """
    row = answer_links.get(call.session, row_id(words))
    if row is None:
        raise NotYoursError
    access_unit(call.session, call.actor, row.unit_id)
    return row


def qr(call: Call, rest: str) -> Reply:
    """`link_qr LINK`: a picture to hang up or to pass on."""
    row = access_link(call, rest)
    if not row.token or row.revoked_at is not None:
        raise NotYoursError
    link = url(call.links, row.token)
    blob = pictures.keep(call.session, name=NAME, content=qr_png(link), now=call.now)
    return Reply("answer_links/qr.j2", {"link": link}, document=Document(blob, NAME, shared=True))


def for_one(call: Call, rest: str) -> Reply:
    """`link_for LINK [name or #MEMBER]`: a link of her own for one member, to send to her."""
    number, name = (*rest.split(maxsplit=1), "", "")[:2]
    row = access_link(call, number)
    if row.subject.startswith("survey:"):
        survey = surveys.get(call.session, row_id(row.subject.partition(":")[2]))
        if survey is None or survey.anonymous:
            raise Refusal("answer_links/secret.j2")
    ask = f"link_for {row.id}"
    if not name:
        return Reply("answer_links/ask_whom.j2", {"searched": ""}, expects=ask)
    people = _people(call, row, name)
    if not people:
        raise Refusal("answer_links/ask_whom.j2", expects=ask, searched=name[:40])
    if len(people) > 1:
        audit.saw(call, Deed.FOUND, people[:SHOWN_PEOPLE])
        choices = tuple(Choice(spell(m), f"{ask} #{m.id}") for m in people[:SHOWN_PEOPLE])
        return Reply("answer_links/which.j2", {"searched": name[:40]}, choices=choices)
    (member,) = people
    assert member.id is not None
    made, link = own_link(call.moment(), row.unit_id, row.subject, member.id)
    context = {"name": member.name, "link": link, "until": made.expires_at}
    choices = (Choice("⛔ Thu hồi link này", f"link_revoke {made.id}"),)
    return Reply("answer_links/for_one.j2", context, choices=choices)


def _people(call: Call, row: AnswerLink, name: str) -> list[Member]:
    """Whom a leader may mean: nobody whose roles reach above hers."""
    if name.startswith("#"):
        found = members.get(call.session, row_id(name[1:]))
        meant = [found] if found is not None and found.unit_id == row.unit_id else []
    else:
        people = roll_lists.people(call.session, row.unit_id)
        meant = list(naming.find(name, people).people)
    today = local_date(call.now)
    return [
        member
        for member in meant
        if member.status != MemberStatus.LEFT and may_vouch(call.session, call.actor, member, today)
    ]


def revoke(call: Call, rest: str) -> Reply:
    """`link_revoke LINK`: it opens nothing any more."""
    row = access_link(call, rest)
    answer_links.revoke(call.session, row, call.now)
    unit = units.get(call.session, row.unit_id)
    return Reply("answer_links/revoked.j2", {"unit": unit.name if unit else ""})


ROUTES = {
    "links": Route(links, ("link", "link tra loi", "duong dan tra loi"), Who.MEMBER, Where.PRIVATE),
    "link_qr": Route(qr, who=Who.LEADER, listed=False),
    "link_for": Route(for_one, who=Who.LEADER, where=Where.PRIVATE, listed=False),
    "link_revoke": Route(revoke, who=Who.LEADER, where=Where.PRIVATE, listed=False),
}
