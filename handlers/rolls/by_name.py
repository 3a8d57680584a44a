"""Marking others by name: what a leader types where a name is asked for, and elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from handlers import audit
from handlers.access import LEADERS
from handlers.chat import LINE_BYTES, Call, Choice, Kind, Replies, Reply, Route
from handlers.errors import NotYoursError, Refusal
from handlers.rolls import all_but, desk, dictation, hands, naming, showing, words
from handlers.rolls.access import access_listed, own_people
from handlers.rolls.dictation import Said
from handlers.rolls.hands import CANDIDATES, HAND
from storage import dialogues, mail, members, roll_lists, rolls, units
from storage.audit import Deed
from storage.members import Member, RoleKind
from storage.rolls import Purpose, Roll, Status
from storage.vietnamese import fold

DONE = frozenset(
    {"xong", "xong roi", "het", "het roi", "du", "du roi", "khong con ai", "khong con", "the thoi"}
    | {"vay thoi", "ok", "oke", "da", "da xong", "cam on", "cam on em", "duoc roi"}
)
"""Words that end the marking."""
CLOSE = frozenset({"chot", "chot di", "chot luon", "chot nha", "chot nhe", "chot giup chi"})
"""Said to the bot alone these close the roll; in a group they may be about anything."""
SHOWN = 40
"""Characters of what was typed that are said back."""
NAMES = 30
"""Most names taken from one message."""
LISTED = 10_000
"""Most people among whom a name is looked for: of a whole province it would mean hundreds, and
reading their lists would take as long as a minute.
"""
ROLLS = 300
"""And in so many rolls at most: beyond it nobody need be counted."""
_Lists = dict[int, list[Member]]
"""By the number of its roll."""
_NUMBERS = re.compile(r"(?:(?:so|chon)\s*)?\d{1,3}(?:(?:[\s,;.&+)]|va|voi)+\d{1,3})*[.)]?")

_SHEET = re.compile(r"phieu (?:so )?\d")
"""A sheet on paper, not a name."""


def named(call: Call, rest: str) -> Replies:
    """`hand_named ROLL STATUS words`: names for a status, or (`-`) names and what they are."""
    roll_id, status, text = (*rest.split(maxsplit=2), "", "", "")[:3]
    roll = hands.open_in_private(call, roll_id)
    if status not in {*HAND, hands.ANY}:
        raise NotYoursError
    if fold(text).strip(" .!") in DONE:
        return [desk.control(call.session, roll)]
    if fold(text).strip(" .!") in CLOSE:
        return call.run(call, f"roll_close {roll.id}") or []
    expects = hands.expects(roll, status)
    if call.incoming.kind is Kind.FILE or not text:
        raise Refusal("rolls/name_please.j2", expects=expects, most=NAMES)
    if (other := _no_list(call, roll, text, expects)) is not None:
        return other
    said = dictation.read(text, roll_lists.people(call.session, roll.unit_id))
    if said and not any(group.names for group in said):
        return [_list(call, roll, said[0].status or Status.PRESENT)]
    if status != hands.ANY:
        if any(group.status not in {None, status} for group in said):
            expects = hands.expects(roll)  # the next bare name may be for either
        said = [replace(group, status=group.status or Status(status)) for group in said]
    if not said or sum(len(group.names) for group in said) > NAMES:
        raise Refusal("rolls/name_please.j2", expects=expects, most=NAMES)
    lists = _lists(call, [roll])
    return _tell(call, [roll], _look_up([roll], lists, said), expects, text)


def _no_list(call: Call, roll: Roll, text: str, expects: str) -> Replies | None:
    """What is typed where names are asked for and is no list of names."""
    if _SHEET.match(fold(text)):
        return call.run(call, f"papers {text.split(maxsplit=1)[1]}")
    if _NUMBERS.fullmatch(fold(text)):
        return _numbered(call, roll, text, expects)
    return all_but.hear(call, [roll], text)


def _list(call: Call, roll: Roll, status: str) -> Reply:
    """A status alone: whose? Her own answer is one tap away, for she may have meant herself."""
    shown = hands.pick(call, f"{roll.id} {status}")
    if not own_people(call, roll) or status not in roll.offers:
        return shown
    mine = Choice("🙋 Cho chính chị", f"mark {roll.id} {status}")
    return replace(shown, choices=(*shown.choices[:-1], mine, *shown.choices[-1:]))


def _numbered(call: Call, roll: Roll, text: str, expects: str) -> Replies:
    """Several numbers pick several of the names listed last, or of the list she quotes."""
    incoming = call.incoming
    quoted = mail.by_message(call.session, incoming.chat, incoming.reply_to)
    asked = dialogues.asked(call.session, chat=incoming.chat, sender=incoming.sender)
    lines = quoted.choices if quoted else asked.choices if asked else []
    chosen: dict[str, list[Member]] = {}
    for number in map(int, re.findall(r"\d+", text)):
        line = lines[number - 1].split() if 0 < number <= len(lines) else []
        if len(line) < 4 or line[:2] != ["hand", str(roll.id)] or line[3] not in HAND:
            raise Refusal("rolls/no_such_number.j2", expects=expects, number=number)
        chosen.setdefault(line[3], []).append(access_listed(call.session, roll, line[2]))
    replies: Replies = []
    for status, people in chosen.items():
        replies += hands.mark_all(call, roll, people, Status(status))
    return hands.expecting(replies, expects)


@dataclass
class _Heard:
    """What became of the names in one message."""

    sure: dict[tuple[int, Status | None], list[Member]] = field(default_factory=dict)
    unsure: list[tuple[str, Status | None, list[tuple[Roll, Member]]]] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    names: int = 0
    name: str = ""  # the last one


def _tell(
    call: Call, opened: Sequence[Roll], heard: _Heard, expects: str = "", text: str = ""
) -> Replies:
    """Mark who is surely meant, ask about the others, and say who is not found.

    `expects` is what her next words complete, where she is in the middle of marking; `text` is what
    she said, where one name may have its reason with it.
    """
    by_number = {roll.number: roll for roll in opened}
    replies: Replies = []
    one = heard.names == 1
    for (number, status), people in heard.sure.items():
        if status is not None:
            reason = naming.reason_in(text, status, heard.name) if one else ""
            replies += hands.mark_all(call, by_number[number], people, status, reason)
    if heard.unknown:
        replies.append(_unknown(call, opened, heard.unknown))
    for (number, status), people in heard.sure.items():
        if status is None:
            replies.append(_what(by_number[number], people))
    if heard.unsure:
        replies.append(_which(call, opened, heard.unsure))
    return hands.expecting(replies, expects)


def _lists(call: Call, opened: Sequence[Roll]) -> _Lists:
    return {roll.number: roll_lists.people(call.session, roll.unit_id) for roll in opened}


def _look_up(opened: Sequence[Roll], lists: _Lists, said: Sequence[Said]) -> _Heard:
    heard = _Heard()
    for group in said:
        for name in group.names:
            heard.names, heard.name = heard.names + 1, name
            found = {roll.number: dictation.find(name, lists[roll.number]) for roll in opened}
            meant = [(roll, person) for roll in opened for person in found[roll.number].people]
            if not meant:
                heard.unknown.append(name[:SHOWN])
            elif len(meant) == 1 and (
                group.status is None or (group.sure and found[meant[0][0].number].sure)
            ):
                roll, person = meant[0]  # without a status nothing is marked yet: she sees whom
                people = heard.sure.setdefault((roll.number, group.status), [])
                if person not in people:
                    people.append(person)
            else:
                heard.unsure.append((name[:SHOWN], group.status, meant))
    return heard


def _unknown(call: Call, opened: Sequence[Roll], names: Sequence[str]) -> Reply:
    unit = showing.context(call.session, opened[0])["unit"] if len(opened) == 1 else ""
    return Reply("rolls/unknown_names.j2", {"names": names, "unit": unit})


def _what(roll: Roll, people: Sequence[Member]) -> Reply:
    """Names alone: what is said of them?"""
    ids = ",".join(str(member.id) for member in people)
    labels = words.labels(roll)
    lines = {status: f"hand {roll.id} {ids} {status}" for status in HAND}
    fits = all(len(line) <= LINE_BYTES for line in lines.values())
    choices = tuple(
        Choice(f"{words.MARKS[status]} {labels[status].capitalize()}", line)
        for status, line in lines.items()
        if fits
    )
    names = [hands.described(member) for member in people]
    return Reply(
        "rolls/what_of_them.j2",
        {"names": names},
        choices=choices,
        columns=2,
        expects=f"hand_what {roll.id} {ids}",
    )


def what(call: Call, rest: str) -> Replies:
    """`hand_what ROLL MEMBERS words`: what those are who were just named; or somebody else."""
    roll_id, ids, text = (*rest.split(maxsplit=2), "", "", "")[:3]
    roll = hands.open_in_private(call, roll_id)
    people = [access_listed(call.session, roll, one) for one in ids.split(",")]
    said = dictation.read(text)
    if len(said) != 1 or said[0].names or said[0].status is None:
        return named(call, f"{roll.id} {hands.ANY} {text}")
    replies = hands.mark_all(call, roll, people, said[0].status)
    return hands.expecting(replies, hands.expects(roll))


def whom(call: Call, rest: str) -> Reply:
    """`hand_whom ROLL MEMBER`: she is the one who was meant; what is said of her?"""
    roll_id, member_id = (*rest.split(), "", "")[:2]
    roll = hands.open_in_private(call, roll_id)
    return _what(roll, [access_listed(call.session, roll, member_id)])


def _which(
    call: Call,
    opened: Sequence[Roll],
    unsure: Sequence[tuple[str, Status | None, list[tuple[Roll, Member]]]],
) -> Reply:
    """Names that could be several people, or were typed without marks, are asked about."""
    labels = words.labels(opened[0])
    lines: dict[str, str] = {}
    most = max(1, 2 * CANDIDATES // len(unsure)) if len(unsure) > 1 else CANDIDATES
    for _, status, meant in unsure:
        named = [person for _, person in meant[:most]]
        audit.saw(call, Deed.FOUND, named, f"roll:{opened[0].number}")
        for roll, person in meant[:most]:
            label = hands.described(person)
            if len(unsure) > 1 and status:
                label = f"{label}: {labels[status]}"
            tail = f"{roll.id} {person.id}"
            lines[f"hand {tail} {status}" if status else f"hand_whom {tail}"] = label
    choices = tuple(Choice(label, line) for line, label in lines.items())
    context = {
        "asked": [(name, labels[status] if status else "") for name, status, _ in unsure],
        "more": sum(max(0, len(meant) - most) for _, _, meant in unsure),
    }
    choices = (*choices, Choice("Không phải", "cancel"))
    return Reply("rolls/which_member.j2", context, choices=choices)


def led(call: Call) -> list[Roll]:
    """The open attendances in which the speaker may mark by a bare name: those of the units she
    leads, and of all she governs while these have not too many members.
    """
    own = call.actor.units(*LEADERS)
    held = units.subtree(call.session, [*own, *call.actor.units(RoleKind.OFFICER)])
    opened = [r for r in rolls.opened(call.session, held) if r.purpose == Purpose.ATTENDANCE]
    asked = [roll.unit_id for roll in opened]
    if len(opened) > ROLLS or members.count(call.session, asked) > LISTED:
        return [roll for roll in opened if roll.unit_id in own]
    return opened


def called(call: Call, text: str, *, told: bool = False) -> Replies | None:
    """A leader's free words that name only people of her open rolls: never taken for her own
    answer. None if anybody in them is not listed or, with `told`, if of some nothing is said.
    """
    opened = led(call) if call.actor.standings else []
    if (shown := all_but.hear(call, opened, text)) is not None:
        return shown
    lists = _lists(call, opened)
    said = _dictated(lists, text, told=told)
    heard = _look_up(opened, lists, said)
    return _tell(call, opened, heard, text=text) if said and not heard.unknown else None


def reported(call: Call, text: str) -> Replies | None:
    """A leader's free words that surely tell of others, listed or not."""
    opened = led(call) if call.actor.standings else []
    lists = _lists(call, opened)
    said = _dictated(lists, text, told=True)
    return _tell(call, opened, _look_up(opened, lists, said), text=text) if said else None


def _dictated(lists: _Lists, text: str, *, told: bool) -> list[Said]:
    listed = [member for people in lists.values() for member in people]
    said = dictation.read(text, listed) if lists else []
    each_named = all(group.names and (group.status or not told) for group in said)
    return said if each_named else []


def explain(call: Call, rest: str) -> Replies | Reply:
    """`hand_reason ROLL MEMBER [words]`: a reason, unless what she types tells of people listed."""
    words = rest.split(maxsplit=2)[2:]
    told = called(call, words[0], told=True) if words else None
    return told if told is not None else hands.explain(call, rest)


ROUTES = {
    "hand_reason": Route(explain, listed=False),
    "hand_named": Route(named, listed=False, gives_way=True),
    "hand_what": Route(what, listed=False, gives_way=True),
    "hand_whom": Route(whom, listed=False),
}
