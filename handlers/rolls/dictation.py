"""What a leader dictates of others: names, and what is said of each of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.rolls import naming, words
from handlers.rolls.naming import Found
from handlers.understanding.replies import given_names
from storage.members import Member
from storage.rolls import Status
from storage.vietnamese import fold, normalise

LONGEST = 1000
"""Characters; longer words are no list of names."""
LONGEST_PART = 14
"""Words of one person: a name, what is said of her, and why."""
MOST_APART = 6
"""Names typed with nothing between them."""
_BETWEEN = re.compile(r"[,;&+\n]|\s(?:và|va|với|voi|cùng|cung|còn)\s", re.IGNORECASE)
_BULLET = re.compile(r"^\s*(?:\d{1,2}[.)]\s*|[-•*]\s*)")
_PHRASES = {
    **{fold(label): status for status, label in words.INTENT_LABELS.items()},
    **{fold(label): status for status, label in words.LABELS.items()},
    "khong phep": Status.ABSENT_UNEXCUSED,
    "vang ko phep": Status.ABSENT_UNEXCUSED,
    "vang k phep": Status.ABSENT_UNEXCUSED,
    "co phep": Status.ABSENT_EXCUSED,
    "vang phep": Status.ABSENT_EXCUSED,
}
del _PHRASES[fold(words.LABELS[Status.UNANSWERED])]
"""How the statuses are called where a leader is asked for one, without marks."""
_BEFORE = frozenset({"ghi", "giup", "cho", "danh", "dau", "them", "ca", "da"})
_AFTER = frozenset({"a", "nha", "nhe", "nghe", "nghen", "nhen", "nua", "luon", "di", "em"})
"""Words around a name that are dropped if nobody is called so."""


_HERSELF = frozenset({"em", "toi", "tui", "minh", "con", "chau", "da"}) | naming.TITLES


@dataclass(frozen=True, slots=True)
class Said:
    """Names as typed, and what is said of all of them, if anything. Not `sure`: the speaker may
    have meant herself ("Mai bận việc xin vắng").
    """

    names: tuple[str, ...]
    status: Status | None
    sure: bool = True


def status_of(text: str) -> Status | None:
    """Which status a leader names; None if that is not clear."""
    return Status(found) if (found := _PHRASES.get(fold(text))) else naming.status_of(text)


def read(text: str, listed: Sequence[Member] = ()) -> list[Said]:
    """Who with what in "bà Bình, chị Cúc vắng; Dung có mặt". Without any name: what alone.

    What could as well be said of the speaker herself is about somebody `listed`, if it names her.
    """
    if len(text) > LONGEST:
        return []
    said: list[Said] = []
    waiting: list[str] = []
    ahead: Status | None = None
    for part in _BETWEEN.split(text):
        typed = _bare(_BULLET.sub("", part))
        if about := _named(typed, listed):
            said.append(Said((*waiting, about[0]), about[1], sure=bool(waiting) or about[2]))
            waiting, ahead = [], None
            continue
        name, status, behind = _part(typed, listed)
        if status and not behind and waiting:
            said.append(Said(tuple(waiting), ahead))
            waiting = []
        waiting += [name] if name else []
        if status and behind and waiting:
            said.append(
                Said(tuple(waiting), status, sure=len(waiting) > 1 or _is_plain(waiting[0]))
            )
            waiting, ahead = [], None
        elif status:
            ahead = status
    if waiting or (ahead and not said):
        said.append(Said(tuple(waiting), ahead))
    return said


def _bare(text: str) -> str:
    return normalise(text).strip(" .!:-–")


def _named(text: str, listed: Sequence[Member]) -> tuple[str, Status, bool] | None:
    """A listed name before what alone would be the speaker's own answer, and whether it is plain."""
    said = text.split()
    if not listed or len(said) > LONGEST_PART or status_of(text) is None or fold(text) in _PHRASES:
        return None
    for at in range(1, len(said)):
        name, status = " ".join(said[:at]), status_of(" ".join(said[at:]))
        if status and fold(name) not in _HERSELF and naming.find(name, listed).people:
            return name, status, at > 1
    return None


def _is_plain(name: str) -> bool:
    """Whether this is surely meant for a name: one unknown word in small letters may be none."""
    return " " in name or not name.islower() or name in given_names()


def _part(text: str, listed: Sequence[Member]) -> tuple[str, Status | None, bool]:
    """A name, what stands behind or before it, and whether that stands behind."""
    said = text.split()
    if len(said) > LONGEST_PART:
        return text, None, True
    if status := status_of(text):
        return "", status, True
    before = [
        (_bare(" ".join(said[:at])), status)
        for at in range(1, len(said))
        if (status := status_of(" ".join(said[at:])))
    ]
    if before:
        called = [(name, status) for name, status in before if naming.find(name, listed).people]
        return *(called[-1] if called else before[0]), True
    for at in range(len(said) - 1, 0, -1):
        if status := status_of(_bare(" ".join(said[:at]))):
            return _bare(" ".join(said[at:])), status, False
    return text, None, True


def find(name: str, people: Sequence[Member]) -> Found:
    """Who may be called so: the whole name, else without the talk around it, else, as a guess,
    each of its words.
    """
    found = naming.find(name, people)
    said = name.split()
    if not found.people and (trimmed := _trimmed(said)) != said:
        said = trimmed
        found = naming.find(" ".join(said), people)
    if not found.people and 1 < len(said) <= MOST_APART:
        each = [naming.find(word, people).people for word in said]
        if all(each):
            apart = tuple({member.id: member for some in each for member in some}.values())
            return Found(name, apart, sure=False)
    return replace(found, name=name)


def _trimmed(said: Sequence[str]) -> list[str]:
    rest = list(said)
    while len(rest) > 1 and fold(rest[0]) in _BEFORE:
        rest.pop(0)
    while len(rest) > 1 and fold(rest[-1]) in _AFTER:
        rest.pop()
    return rest
