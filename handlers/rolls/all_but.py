"""Some by name, and all the others at once: "trừ bà Bình, chị Cúc, còn lại có mặt".

So many are marked by so few words that she sees first what they come to, and says yes. The others
are those who have not answered: what somebody said of herself stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.chat import Call, Choice, Replies, Reply, Route
from handlers.errors import Refusal
from handlers.rolls import actions, dictation, hands, showing, words
from handlers.rolls.sparing import blamable
from storage import dialogues, roll_lists
from storage.members import Member
from storage.rolls import Roll, Source, Status
from storage.vietnamese import fold, normalise

YES = frozenset(
    {"dung", "dung roi", "dung a", "co", "co a", "ghi", "ghi di", "ghi giup", "ok", "oke", "da"}
    | {"vang", "u", "uh", "phai", "dung ghi"}
)
CAME = frozenset({Status.PRESENT, Status.PRESENT_ONLINE, Status.LATE})
SAID = "=>"
"""Stands between what she said of them and her yes."""
NAMES = 30
_ALL = (
    r"(?:(?:tất cả|tat ca|mọi người|moi nguoi|các chị|cac chi|số|so|những người|nhung nguoi)\s+)?"
)
_REST = rf"{_ALL}(?:còn lại|con lai)(?:\s+(?:thì|thi|đều|deu|là|la))*\s+(?P<rest>.+)"
_BUT = r"(?:chỉ\s+|chi\s+)?(?:ngoại\s+|ngoai\s+)?(?:trừ|tru)(?:\s+ra)?\s*:?\s+"
_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_BUT}(?P<named>.+?)[\s,;.:–-]+{_REST}",
        rf"(?:(?P<named>.+?)[\s,;.:–-]+)?{_REST}",
        rf"(?P<rest>.+?)[\s,;:–-]+{_BUT}(?P<named>.+)",
    )
)
_WITHIN = re.compile(
    r"(?:(?:cả|ca)\s+)?(?:(?P<team>(?:tổ|to)\s+\d{1,2})|(?:tất cả|tat ca|cả|ca)\s+(?:chi hội|chi hoi)"
    r"|(?:tất cả\s+|tat ca\s+)?(?:mọi người|moi nguoi)|(?:tất cả|tat ca)\s+(?:các chị|cac chi))"
    r"(?:\s+(?:thì|thi|đều|deu|cũng|cung))?\s+(?P<said>.+)",
    re.IGNORECASE,
)
"""Who is meant by all: everybody, or the people of one tổ."""
_FILLING = frozenset(
    {"het", "du", "day", "ca", "tat", "deu", "a", "roi", "nguoi", "moi", "cac", "chi", "em"}
    | {"thi", "nha", "nhe", "la", "toan", "bo"}
)
_WHOLE = frozenset({"het", "du", "ca"})


@dataclass(frozen=True, slots=True)
class Told:
    """Who by name is what, and what all the others are."""

    named: tuple[tuple[str, Status], ...]
    rest: Status
    bare: frozenset[str] = frozenset()  # of whom nothing was said but that the rest is not meant
    team: str = ""  # only its people are meant: "to 2"


@dataclass(frozen=True, slots=True)
class Plan:
    """The same with people; `kept` answered before, and are left as they said; `spared` have no
    telephone, and stay without an answer rather than without leave. What was said before and is
    not what she says is told: `stands` (who, what) of those kept, `against` of those named.
    """

    named: dict[Status, list[Member]]
    rest: Status
    silent: list[Member]
    kept: int
    spared: int
    stands: list[tuple[Member, str]]
    team: str
    against: list[tuple[Member, str]]


def read(text: str, listed: Sequence[Member] = ()) -> Told | None:
    """What a leader says of some and of all the others; None if she does not."""
    if len(text) > dictation.LONGEST:
        return None
    said = normalise(text).strip(" .!")
    within = _WITHIN.fullmatch(said)
    if within is not None and (told := _within(within, listed)) is not None:
        return told
    for pattern in _PATTERNS:
        match = pattern.fullmatch(said)
        rest = _status(match["rest"]) if match else None
        if match is None or rest is None:
            continue
        told = _named(match["named"] or "", rest, listed)
        if told is not None:
            return told
    return None


def _within(match: re.Match[str], listed: Sequence[Member]) -> Told | None:
    """What is said of everybody, or of one tổ: "tổ 2 có mặt hết", "mọi người đủ, trừ bà Bình"."""
    told = read(match["said"], listed)
    if told is None and not _WHOLE.isdisjoint(fold(match["said"]).split()):
        status = _status(match["said"])
        told = Told((), status) if status is not None else None
    return replace(told, team=fold(match["team"] or "")) if told is not None else None


def _status(said: str) -> Status | None:
    """What all the others are: "có mặt hết", "đủ", "đều có mặt ạ"."""
    spoken = fold(said).split()
    left = [word for word in spoken if word not in _FILLING]
    if not left:
        return Status.PRESENT if _WHOLE & set(spoken) else None
    return dictation.status_of(" ".join(left))


def _named(said: str, rest: Status, listed: Sequence[Member]) -> Told | None:
    """Who is meant by name: without a word about her she is what the others are not."""
    other = Status.ABSENT if rest in CAME else Status.PRESENT
    groups = dictation.read(said, listed) if said else []
    if said and not all(group.names for group in groups):
        return None
    said_of = [(name, group.status) for group in groups for name in group.names]
    return Told(
        tuple((name, status or other) for name, status in said_of),
        rest,
        frozenset(name for name, status in said_of if status is None),
    )


def hear(call: Call, opened: Sequence[Roll], text: str) -> Replies | None:
    """Show what her words come to; None if they are not about all the others.

    Raises:
        Refusal: several lists are open, or a name is nobody's or several people's.
    """
    if not opened or read(text) is None:
        return None
    if len(opened) > 1:
        raise Refusal("rolls/rest_which.j2", private=True)
    told = read(text)
    if told and told.team and not _team(call, opened[0], told):
        return None
    return [_preview(call, opened[0], text)]


def _plan(call: Call, roll: Roll, text: str) -> Plan:
    people = roll_lists.people(call.session, roll.unit_id)
    told = read(text, people)
    assert told is not None, "it was read before"
    team = _team(call, roll, told)
    hers = [member for member in people if member.team == team or not team]
    before = _answered(call, roll)
    named: dict[Status, list[Member]] = {}
    unclear: list[str] = []
    against: list[tuple[Member, str]] = []
    mentioned: set[int | None] = set()
    for name, status in told.named[: NAMES + 1]:
        found = dictation.find(name, hers).people
        if len(found) != 1:
            unclear.append(name)
            continue
        said = before.get(found[0].id)
        if name in told.bare and said is not None and (said in CAME) is (status in CAME):
            continue  # "trừ Dung": she has excused herself, and that says more
        mentioned.add(found[0].id)
        named.setdefault(status, []).append(found[0])
        if said is not None and hands.contradiction(call, roll, found[0], status):
            against.append((found[0], said))
    if unclear or len(told.named) > NAMES:
        raise Refusal("rolls/rest_unclear.j2", names=unclear, expects=hands.expects(roll))
    meant = {member.id for member in hers} - mentioned
    silent = [m for m in roll_lists.silent(call.session, roll) if m.id in meant]
    kept = {who: said for who, said in before.items() if who in meant}
    stands = [(m, kept[m.id]) for m in people if kept.get(m.id, told.rest) != told.rest]
    blamed = blamable(call.session, silent, told.rest)
    spared = len(silent) - len(blamed)
    return Plan(named, told.rest, blamed, len(kept), spared, stands, team, against)


def _team(call: Call, roll: Roll, told: Told) -> str:
    """The tổ that is meant, as the register writes it; "" if there is none."""
    teams = roll_lists.teams(call.session, roll.unit_id)
    return next((team for team in teams if told.team and fold(team) == told.team), "")


def _answered(call: Call, roll: Roll) -> dict[int | None, str]:
    """What counts for everybody who has answered."""
    return {
        member.id: verdict.status
        for member, verdict in roll_lists.sheet(call.session, roll)
        if verdict is not None and verdict.status != Status.UNANSWERED
    }


def _preview(call: Call, roll: Roll, text: str) -> Reply:
    plan = _plan(call, roll, text)
    labels = words.labels(roll)
    said = " ".join(text.replace(SAID, " ").split())
    return Reply(
        "rolls/rest_preview.j2",
        {
            "named": [(labels[s], [hands.described(m) for m in p]) for s, p in plan.named.items()],
            "rest": labels[plan.rest],
            "silent": len(plan.silent),
            "kept": plan.kept,
            "spared": plan.spared,
            "team": plan.team,
            "stands": [(member.name, labels[said]) for member, said in plan.stands[:NAMES]],
            "against": [(member.name, labels[said]) for member, said in plan.against],
        },
        choices=(
            Choice("✅ Đúng, ghi giúp", f"hand_rest {roll.number}"),
            Choice("Chưa đúng", "cancel"),
        ),
        columns=2,
        expects=f"hand_rest_said {roll.number} {said} {SAID}",
    )


def confirm(call: Call, rest: str) -> Replies:
    """`hand_rest ROLL`: she has seen it, and it is right."""
    roll = hands.open_in_private(call, rest)
    asked = dialogues.asked(call.session, chat=call.incoming.chat, sender=call.incoming.sender)
    begins = f"hand_rest_said {roll.number} "
    if asked is None or not asked.expects.startswith(begins):
        raise Refusal("rolls/rest_lapsed.j2")
    return _save(call, roll, asked.expects.removeprefix(begins).removesuffix(SAID).strip())


def said(call: Call, rest: str) -> Replies | None:
    """`hand_rest_said ROLL WORDS => words`: she says yes, or something else."""
    number, told = (*rest.split(maxsplit=1), "", "")[:2]
    roll = hands.open_in_private(call, number)
    text, _, answer = told.rpartition(SAID)
    if fold(answer).strip(" .!") in YES and read(text) is not None:
        return _save(call, roll, text.strip())
    return call.run(call, f"hand_named {roll.number} {hands.ANY} {answer.strip()}")


def _save(call: Call, roll: Roll, text: str) -> Replies:
    """Mark them. Whoever has answered meanwhile is left as she said."""
    plan = _plan(call, roll, text)
    replies: Replies = []
    for status, people in plan.named.items():
        replies += hands.mark_all(call, roll, people, status)
    for member in plan.silent:
        assert member.id is not None
        actions.record(
            call.moment(),
            roll,
            member.id,
            plan.rest,
            source=Source.LEADER,
            by=call.actor.account_id,
        )
    done = {"status": words.labels(roll)[plan.rest], "count": len(plan.silent)}
    more = Choice("✍️ Ghi tiếp", f"roll_hand {roll.number}")
    replies.append(Reply("rolls/rest_saved.j2", done, choices=(more,)))
    return [*replies, *showing.tally(call.moment(), roll)]


ROUTES = {
    "hand_rest": Route(confirm, listed=False),
    "hand_rest_said": Route(said, listed=False, gives_way=True),
}
