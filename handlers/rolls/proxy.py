"""Reporting for others: a household for its own people, the head of a tổ for her tổ.

All that one message says of others is handled: who is hers to answer for is recorded, who is not
is handed to the leader, in private. What a helper says never weighs more than a member's own word.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from handlers import audit
from handlers.access import leads, row_id
from handlers.chat import LINE_BYTES, Call, Choice, How, Replies, Reply, Route, Where
from handlers.errors import NotYoursError, Refusal
from handlers.rolls import actions, desk, dictation, hands, naming, showing, words
from handlers.rolls.access import headed
from handlers.understanding.replies import Meaning, understand
from storage import members, roll_heirs, roll_lists, roll_marks, rolls
from storage.audit import Deed
from storage.members import HOUSEHOLD, Member
from storage.rolls import Roll, RollState, Source, Status
from storage.vietnamese import fold, normalise

CAPS: Mapping[Source, int] = {Source.HELPER: HOUSEHOLD, Source.TEAM_HEAD: 60}
"""For so many people at most one account reports in one roll."""
SAID = frozenset(set(hands.HAND) - {Status.ABSENT_UNEXCUSED})
"""What a helper may say of others."""
WHY = {"phone": "không có máy", "broken": "máy hỏng, hết pin", "asked": "chị ấy nhờ báo giúp"}
SHORT = 160
"""Characters of a message that is passed on to a leader."""
_HERSELF = frozenset({"em", "toi", "tui", "minh", "con", "chau", "ban than"})


@dataclass
class _Report:
    """What becomes of those a message names."""

    own: Status | None = None
    sure: dict[tuple[Source, Status], list[Member]] = field(default_factory=dict)
    unsure: list[tuple[str, Status, list[Member]]] = field(default_factory=list)
    handed: dict[Status, list[Member]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)  # of others, as typed

    @property
    def found(self) -> bool:
        """Whether anybody in the list is meant."""
        return bool(self.sure or self.unsure or self.handed)


def hear(call: Call, roll: Roll, text: str) -> Replies | None:
    """What somebody reports of others for an open roll; None if she does not.

    In a group only what is surely a report counts.

    Raises:
        Refusal: she has reported for too many.
    """
    if not call.actor.member_ids or len(text) > dictation.LONGEST:
        return None
    understood = understand(text, "roll_call")
    reports = understood.proxy and understood.meaning is not Meaning.UNCLEAR
    if not reports and not call.incoming.private:
        return None
    people = roll_lists.people(call.session, roll.unit_id)
    said = dictation.read(text, people)
    if not said or not all(group.names and group.status in SAID for group in said):
        return None
    report = _sorted(call, roll, people, said)
    named = len(report.unknown) + sum(map(len, report.handed.values()))
    if not report.found or (not reports and report.unknown):
        return None
    if named > CAPS[Source.HELPER]:
        raise Refusal("rolls/proxy_cap.j2", most=CAPS[Source.HELPER], private=True)
    report.own = report.own or _own(text)
    return _done(call, roll, report, text)


def _own(text: str) -> Status | None:
    """What the speaker says of herself beside the others: "bà Bình vắng, em có mặt"."""
    for part in text.replace(";", ",").split(","):
        begins = fold(part).split(maxsplit=1)[:1]
        if begins and begins[0] in _HERSELF and (status := dictation.status_of(part.strip())):
            return status
    return None


def _sorted(
    call: Call, roll: Roll, people: Sequence[Member], said: Sequence[dictation.Said]
) -> _Report:
    report = _Report()
    for group in said:
        assert group.status is not None
        for name in group.names:
            if fold(name) in _HERSELF:
                report.own = group.status
                continue
            report.names.append(name)
            found = dictation.find(name, people)
            hers = [member for member in found.people if source_of(call, roll, member)]
            if not found.people:
                report.unknown.append(name)
            elif len(found.people) == 1 and found.sure and group.sure and hers:
                source = source_of(call, roll, hers[0])
                assert source is not None
                report.sure.setdefault((source, group.status), []).append(hers[0])
            elif hers:
                report.unsure.append((name, group.status, hers))
            else:
                report.handed.setdefault(group.status, []).extend(found.people)
    return report


def source_of(call: Call, roll: Roll, member: Member) -> Source | None:
    """As what the speaker answers for somebody; None if that is not for her to do."""
    if member.unit_id != roll.unit_id:
        return None
    if member.id in call.actor.member_ids:
        return Source.WORDS if member.id == call.actor.member_ids[0] else Source.HELPER
    return Source.TEAM_HEAD if member.team in headed(call.actor, member.unit_id) else None


def _done(call: Call, roll: Roll, report: _Report, text: str) -> Replies:
    """Record, ask, and hand on."""
    moment = call.moment()
    mine = members.get_many(call.session, call.actor.member_ids[:1])
    if report.own in SAID and mine and mine[0].unit_id == roll.unit_id:
        report.sure.setdefault((Source.WORDS, report.own), []).extend(mine)
    one = sum(map(len, report.sure.values())) == len(report.names) == 1
    recorded = []
    for (source, status), some in report.sure.items():
        reason = naming.reason_in(text, status, *report.names) if one else ""
        _record(call, roll, some, status, source, reason)
        recorded.append((words.labels(roll)[status], some))
    handed = _hand_on(call, roll, report, text)
    echo = Reply(
        "rolls/proxied.j2",
        {
            "recorded": [(label, [m.name for m in some]) for label, some in recorded],
            "handed": bool(handed),
            "mine": leads(call.session, call.actor, roll.unit_id),
            "unknown": report.unknown if call.incoming.private else [],
        },
        how=How.ECHO,
        choices=_after(roll, report),
    )
    asked = [_ask(call, roll, name, status, hers) for name, status, hers in report.unsure]
    tallied = showing.tally(moment, roll) if recorded else []
    said = [echo] if recorded or handed or not asked else []
    return [*said, *asked, *handed, *tallied]


def _record(
    call: Call, roll: Roll, people: Sequence[Member], status: Status, source: Source, reason: str
) -> None:
    """Keep what is reported, as far as one account may report.

    Raises:
        Refusal: it would be for too many.
    """
    if source in CAPS:
        before = roll_marks.reported(call.session, roll.number, call.actor.account_id)
        if len(before | {member.id or 0 for member in people}) > CAPS[source]:
            raise Refusal("rolls/proxy_cap.j2", most=CAPS[source], private=True)
    for member in people:
        assert member.id is not None
        actions.record(
            call.moment(),
            roll,
            member.id,
            status,
            source=source,
            by=call.actor.account_id,
            reason=reason,
        )


def _after(roll: Roll, report: _Report) -> tuple[Choice, ...]:
    """Why, and a way back, for those she reported for."""
    helped = [m for (source, _), some in report.sure.items() if source in CAPS for m in some]
    tail = f"{roll.number} {','.join(str(member.id) for member in helped)}"
    if not helped or len(f"proxy_undo {tail}") > LINE_BYTES - len(" broken"):
        return ()
    return (
        Choice("💬 Vì sao báo giúp", f"proxy_why {tail}"),
        Choice("↩️ Bỏ", f"proxy_undo {tail}"),
        Choice("🙋 Báo tiếp", "proxies"),
    )


def _ask(call: Call, roll: Roll, name: str, status: Status, hers: Sequence[Member]) -> Reply:
    """A name that may be several people's, or was typed without marks."""
    label = words.labels(roll)[status]
    named = hers[: hands.CANDIDATES]
    audit.saw(call, Deed.FOUND, named, f"roll:{roll.number}")
    choices = [
        Choice(hands.described(member), f"proxy {roll.number} {member.id} {status}")
        for member in named
    ]
    context = {"asked": [(name[:SHORT], label)], "more": max(0, len(hers) - hands.CANDIDATES)}
    choices.append(Choice("Không phải", "cancel"))
    return Reply("rolls/which_member.j2", context, choices=tuple(choices), private=True)


def _hand_on(call: Call, roll: Roll, report: _Report, text: str) -> Replies:
    """Who is not for her to answer for: the leader sees it, and records it with one tap."""
    if not report.handed and not report.unknown:
        return []
    labels = words.labels(roll)
    choices = [
        Choice(f"Ghi: {member.name}, {labels[status]}", f"hand {roll.number} {member.id} {status}")
        for status, some in report.handed.items()
        for member in some
    ]
    by = members.get_many(call.session, call.actor.member_ids[:1])
    context = {
        **showing.context(call.session, roll),
        "by": by[0].name if by else call.actor.name,
        "said": normalise(text)[:SHORT],
        "unknown": report.unknown,
        "mine": leads(call.session, call.actor, roll.unit_id),
    }
    doors = [call.actor.private_chat] if context["mine"] else desk.recipients(call.moment(), roll)
    offered = tuple(choices[: 2 * hands.CANDIDATES])
    return [
        Reply("rolls/handed_on.j2", context, to=chat, choices=offered) for chat in doors if chat
    ]


def _hers(call: Call, rest: str) -> tuple[Roll, list[Member], str]:
    """The open roll and the people of hers that a line is about, and what is left of it."""
    number, ids, more = (*rest.split(maxsplit=2), "", "", "")[:3]
    roll = roll_heirs.get(call.session, row_id(number))
    found = members.get_many(call.session, [row_id(one) for one in ids.split(",")])
    if roll is None or not found:
        raise NotYoursError
    if not all(source_of(call, roll, member) in CAPS for member in found):
        raise NotYoursError
    if roll.state == RollState.CLOSED:
        raise Refusal("rolls/closed.j2", roll=roll)
    return roll, found, more


def report(call: Call, rest: str) -> Replies:
    """`proxy ROLL MEMBERS STATUS`: those are whom she meant."""
    roll, people, status = _hers(call, rest)
    if status not in SAID:
        raise NotYoursError
    told = _Report()
    for member in people:
        source = source_of(call, roll, member)
        assert source is not None
        told.sure.setdefault((source, Status(status)), []).append(member)
    return _done(call, roll, told, "")


def undo(call: Call, rest: str) -> Replies:
    """`proxy_undo ROLL MEMBERS`: she takes back what she reported."""
    roll, people, _ = _hers(call, rest)
    for member in people:
        source = source_of(call, roll, member)
        assert source is not None
        _record(call, roll, [member], Status.UNANSWERED, source, "")
    echo = Reply("rolls/proxy_undone.j2", {"names": [m.name for m in people]}, how=How.ECHO)
    return [echo, *showing.tally(call.moment(), roll)]


def why(call: Call, rest: str) -> Replies | Reply:
    """`proxy_why ROLL MEMBERS [words]`: why they do not answer themselves, or stay away."""
    roll, people, words_ = _hers(call, rest)
    line = f"proxy_why {roll.number} {','.join(str(member.id) for member in people)}"
    names = [member.name for member in people]
    if not words_:
        choices = tuple(Choice(label.capitalize(), f"{line} {code}") for code, label in WHY.items())
        return Reply("rolls/proxy_why.j2", {"names": names}, choices=choices, expects=line)
    reason = WHY.get(words_, normalise(words_))[: hands.REASON_LENGTH]
    for member in people:
        source = source_of(call, roll, member)
        verdict = rolls.verdict(call.session, roll.number, member.id or 0)
        if source is not None and verdict is not None and verdict.source == source:
            _record(call, roll, [member], Status(verdict.status), source, reason)
    return [Reply("rolls/proxy_reason.j2", {"names": names, "reason": reason}, how=How.ECHO)]


ROUTES = {
    "proxy": Route(report, where=Where.PRIVATE, listed=False),
    "proxy_undo": Route(undo, where=Where.PRIVATE, listed=False),
    "proxy_why": Route(why, where=Where.PRIVATE, listed=False),
}
