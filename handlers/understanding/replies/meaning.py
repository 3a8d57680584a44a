"""What the items of a reply say of the sender, and of others, by the rules of a secretary."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from handlers.understanding.replies.items import (
    AND,
    COURTESY,
    GROUP,
    KIN,
    OTHER,
    PAUSE,
    SELF,
    TITLE,
    Item,
)
from storage.vietnamese import fold

ALL = "@"
HEDGE, QUESTION, ELSE, BUT, RECEIPT, TIME = "h", "q", "!", "b", "c", "t"
PAST, LATER, CORRECTION = "p", "f", "~"
"""Another day than the one asked about."""
CONTRAST = "C"
"""The "còn" before somebody else."""
REPORT, MARK, LEAVE_FOR, LEAVE = "g", "G", "X", "x"
REASON, CIRCUMSTANCE, BECAUSE, SO, FILLER = "R", "S", "Z", ">", "."
STATES = frozenset("POLAVEDRSYx") | {"-"}
_SUBJECTS = frozenset({SELF, GROUP, OTHER, KIN})


@dataclass
class Statement:
    """Of whom something is said, and what."""

    mine: bool = False
    others: bool = False
    kin_only: bool = True
    states: set[str] = field(default_factory=set)
    marked: bool = False


@dataclass
class Said:
    """All that is said: of the sender, of others, whom, and whether a "but" joins it."""

    own: set[str]
    other: list[set[str]]
    people: list[str]
    but: bool


def said_in(items: Sequence[Item], states: Collection[str]) -> Said | None:
    """Who is said to do what; None where two readings are equally good."""
    items = [item for item in items if item.tag not in {FILLER, TIME, ALL}]
    items = [item for at, item in enumerate(items) if not _her_team(items, at)]
    talk = _Talk(states)
    for at, item in enumerate(items):
        if item.tag in _SUBJECTS or item.tag == TITLE:
            if not talk.person(item, items[at + 1 :]):
                return None
        elif not talk.states_in(item):
            return None
    return _summed(talk, items)


class _Talk:
    """Statements as they are heard, one item after another."""

    def __init__(self, states: Collection[str]) -> None:
        self.known = states
        self.statements = [Statement()]
        self.people: list[str] = []
        self.previous = ""

    def person(self, item: Item, rest: Sequence[Item]) -> bool:
        """Somebody is named; False where nobody knows whether she is meant or spoken to."""
        if self._again(item, rest):
            return True
        kind = _role(item, self.statements[-1], rest, self.previous, self.known)
        if kind == "?":
            return False
        if kind == "reason":
            self.previous = item.tag
        if kind == "with":  # "có mặt em, chị Thu, chị Thảo"
            now = self.statements[-1]
            now.others, now.kin_only = True, False
            self.people.append(item.typed)
        if kind in {"mine", "other"}:
            _with_subject(self.statements, item, self.previous, self.known)
            self.previous = item.tag
            if kind == "other" and item.tag in {OTHER, GROUP, KIN}:
                self.people.append(item.typed)
        return True

    def _again(self, item: Item, rest: Sequence[Item]) -> bool:
        """Whether this goes on about somebody named before: "má em bệnh, má nghỉ"."""
        now = self.statements[-1]
        if item.tag not in {TITLE, OTHER} or item.named or now.mine or not now.others:
            return False
        follows = any(later.tag in self.known for later in rest)
        if not follows or not any(_calls_her(item, one) for one in self.people[-1:]):
            return False
        self.previous = OTHER
        now.kin_only = False
        return True

    def states_in(self, item: Item) -> bool:
        """Something is said of them; False for "tới" of nobody."""
        tag = item.tag
        if tag in self.known and _speaks(item) and self.statements[-1].others:
            _with_subject(self.statements, item._replace(tag=SELF), self.previous, self.known)
        now = self.statements[-1]
        if tag in self.known:
            if tag == "D" and not (now.mine or now.others or self.previous == BUT):
                return False
            if (item.bare == "du" and not now.others) or (item.typed == "qua" and now.others):
                return False  # "đủ" of whom? "chị Hoa qua" or "quá"?
            if tag == "P" and _is_there(item):
                now.states.discard("L")  # "đang chạy tới, tới rồi"
            kin_reason = tag == REASON and self.previous == KIN
            now.states.add("P" if tag == "D" else CIRCUMSTANCE if kin_reason else tag)
        elif tag == LEAVE_FOR:
            if now.states:
                self.statements.append(Statement())
            self.statements[-1].states.add(LEAVE)
        elif tag == MARK:
            now.marked = True
        silent = {COURTESY, RECEIPT, REPORT, MARK, LEAVE_FOR}
        said = self.previous in self.known or (self.previous == SELF and now.states)
        if tag not in silent or said:
            self.previous = tag
        return True


def _calls_her(title: Item, person: str) -> bool:
    """Of "bà nội bệnh nên bà không đi" both are one."""
    return title.bare in {fold(person), fold(person).split()[0]}


def _is_there(item: Item) -> bool:
    """Somebody who is there already, or in time."""
    said = item.bare
    return said.endswith("roi") or " dung " in said


def _her_team(items: Sequence[Item], at: int) -> bool:
    """A person's own team ("em ở tổ 3", "chị Hoa tổ 3", "tổ 4 em"), not the whole of it."""
    if items[at].tag != OTHER or items[at].named or not items[at].bare.startswith("to "):
        return False
    before = [item for item in items[:at] if item.tag != COURTESY]
    around = [*before[-1:], *items[at + 1 : at + 2]]
    return any(item.tag in {SELF, OTHER} for item in around)


def _role(
    item: Item, now: Statement, rest: Sequence[Item], previous: str, states: Collection[str]
) -> str:
    follows = any(later.tag in states for later in rest)
    if item.tag == TITLE:
        if previous == REPORT and now.others:
            return "same"
        free = not (now.mine or now.others or now.states)
        return "mine" if free and follows else "vocative"
    if item.tag == KIN:
        if previous in states and not follows:
            return "?"
        if previous == CONTRAST:
            return "other"
        if item.named and follows and not any(one.of_speaker for one in rest):
            return "other"
        reason = next((later.tag for later in rest if later.tag != COURTESY), "")
        return "reason" if reason in {REASON, CIRCUMSTANCE} else "other"
    if item.tag == OTHER and item.named and not follows and now.states and previous != AND:
        return _at_the_end(now, rest, previous)
    return "mine" if item.tag == SELF else "other"


def _at_the_end(now: Statement, rest: Sequence[Item], previous: str) -> str:
    """Who is named behind all that is said: spoken to, or one of several meant; "?" if unsure."""
    several = any(later.tag == OTHER for later in rest) or now.others
    if previous == PAUSE and several:
        return "with"
    if previous in {PAUSE, COURTESY} and (now.mine or not now.others):
        return "other" if now.marked else "vocative"
    return "?" if now.mine else "other"


def _speaks(item: Item) -> bool:
    """Whether the answer names the speaker itself: "em xin vắng"."""
    return item.tag in set("POLAVEYN") and item.of_speaker


def _with_subject(
    statements: list[Statement], item: Item, previous: str, states: Collection[str]
) -> Statement:
    now = statements[-1]
    has_subject = now.mine or now.others
    behind = previous in states and not has_subject
    family = item.tag == SELF and now.others and now.kin_only and not now.states
    if (
        previous == SO
        or (family and previous not in {AND, PAUSE})
        or (now.states - {LEAVE} and not behind and previous != AND)
    ):
        statements.append(now := Statement())
    if item.tag in {SELF, GROUP, TITLE}:
        now.mine = True
    if item.tag in {OTHER, GROUP, KIN}:
        now.others = True
        group = item.tag == GROUP
        now.kin_only = now.kin_only and not item.named and not group and previous != CONTRAST
    return now


def _summed(talk: _Talk, items: Sequence[Item]) -> Said | None:
    own: set[str] = set()
    other: list[set[str]] = []
    family = False
    marked = any(item.tag == MARK for item in items)
    reported = marked or any(item.tag in {REPORT, LEAVE_FOR} for item in items)
    if marked and not talk.people and not any(one.mine for one in talk.statements):
        return None  # "điểm danh đi": of whom?
    for one in talk.statements:
        if one.others and one.kin_only and not reported and _only_reason(one.states):
            family = True
            continue
        if one.others and (one.states or marked):
            other.append(one.states or {"P"})
        if one.mine or not one.others:
            own |= one.states
    if family and other and not own & set("VAE"):  # "má em bệnh, má nghỉ"
        other = [states | {CIRCUMSTANCE} for states in other]
    elif family:
        own.add(CIRCUMSTANCE)
    return Said(own, other, talk.people, any(map(_in_spite, items)))


def _in_spite(item: Item) -> bool:
    return item.tag == BUT or (item.tag == "P" and item.bare.startswith(("van ", "cung ")))


def _only_reason(states: set[str]) -> bool:
    return bool(states) and states <= {REASON, CIRCUMSTANCE}
