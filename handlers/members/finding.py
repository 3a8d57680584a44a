"""`/tim`: find a member by what one remembers of her: part of her name, "chị Bảy Lan", her phone."""

from __future__ import annotations

import re

from handlers import audit
from handlers.access import LEADERS
from handlers.chat import Call, Choice, Replies, Reply, Who
from handlers.errors import NotYoursError
from handlers.members import cards
from handlers.members.landmarks import team_name
from storage import members, units
from storage.audit import Deed
from storage.members import Member, RoleKind
from storage.vietnamese import fold, normalise, phone, spelling

SHOWN = 10
"""Longest list of people shown at once."""
LOOKED_AT = 60
"""So many are looked at to put those spelt as typed first."""
MOST = 50
"""A longer search does not fit on a button."""
_TEAM = re.compile(r"\bto (?:so )?(\d{1,3} ?[a-e]?)\b")
_TEAM_TYPED = re.compile(r"\btổ (?:số )?\d{1,3} ?[a-e]?\b")
_ASKED = re.compile(
    r"^(?:tìm|tim|kiếm)(?: kiếm| kiem)?(?: (?:giúp|giup|giùm|gium|dùm|dum|hộ|cho))?"
    r"(?: (?:em|chị|chi|mình|minh|tôi|toi)(?= (?:bà|ba|chị|chi|cô|co|dì|di|số|so)\b))?\s+(?=\S)",
    re.IGNORECASE,
)
"""A search asked for in words: "tìm giúp chị bà Năm"."""
_CALLED = re.compile(r"^(?:ba|chi|co|di|thim|mo|bac|em|cu|ma|me|ong|anh)\s+(?=\S)")
"""How one speaks of her; never part of what is looked for, if more follows."""
_GONE = re.compile(r"\bda (?:roi|mat|nghi|chuyen)(?: hoi| di)?\b")
"""She looks among those who have left: "an đã rời"."""
_ORDER = re.compile(r"^(?:ca|hai|ba|tu|nam|sau|bay|tam|chin|muoi|ut)\s+(?=\S)")
"""The southern order of birth, which lists of names seldom have."""


def find(call: Call, rest: str) -> Reply:
    """People of the speaker's units whose name, phone or team fits; one alone is shown at once."""
    within = own_units(call)
    rest = _ASKED.sub("", normalise(rest))
    words = fold(rest)
    if not words:
        return Reply("members/ask_find.j2", expects="find")
    team = _TEAM.search(words)
    people, guessed = _search(call, within, _TEAM.sub(" ", words), team[1] if team else "")
    again = Choice("Tìm người khác", "find")
    if not people:
        return Reply("members/nobody_found.j2", {"words": rest}, choices=(again,))
    exact = [] if guessed else _spelt(people, rest)
    shown = exact or people
    audit.saw(call, Deed.FOUND, shown[:SHOWN])
    if len(shown) == 1 and len(people) == 1 and not guessed:
        return cards.show(call, shown[0])
    choices = [Choice(told_apart(member), f"card {member.id}") for member in shown[:SHOWN]]
    others = len(people) - len(exact) if exact else 0
    if others and len(words) <= MOST:
        choices.append(Choice(f"Cả tên gần giống ({others})", f"find {words}"))
    context = {
        "count": len(shown[:SHOWN]),
        "more": len(shown) > SHOWN,
        "guessed": guessed,
        "words": rest,
    }
    return Reply("members/found.j2", context, choices=(*choices, again))


def hear(call: Call, text: str) -> Replies | None:
    """Of somebody who leads, "tìm bà Năm" is the command, with a slash or without."""
    if not (call.incoming.private and _ASKED.match(normalise(text))):
        return None
    return [find(call, text)] if call.actor.stands(Who.LEADER) else None


def _search(call: Call, within: list[int], words: str, team: str) -> tuple[list[Member], bool]:
    """Who fits the words; whether only part of them does, so that it must be asked."""
    name = team_name(f"tổ {team}") if team else ""
    gone = _GONE.search(words) is not None
    words = _GONE.sub("", words).strip()
    tries = [phone(words) or words]
    bare = _CALLED.sub("", words)
    tries += [bare, _ORDER.sub("", bare)]
    for number, tried in enumerate(dict.fromkeys(tries)):
        found = members.search(call.session, tried, within, limit=LOOKED_AT, team=name, gone=gone)
        if found:
            return found, number > 0 and tried != bare
    return [], False


def _spelt(people: list[Member], typed: str) -> list[Member]:
    """Those who are spelt as typed, if it was typed with marks: Thúy, not Thùy."""
    words = _TEAM_TYPED.sub(" ", normalise(typed).lower()).split()
    if all(word.isascii() for word in words):
        return []
    return [
        person
        for person in people
        if all(
            spelling(word) in f"{spelling(person.name)} {spelling(person.alias)}".split()
            for word in words
            if not word.isascii()
        )
    ]


def own_units(call: Call) -> list[int]:
    """Units whose people the speaker may see: led ones, and all below governed ones.

    Raises:
        NotYoursError: there is none.
    """
    governed = call.actor.units(RoleKind.OFFICER)
    below = units.subtree(call.session, governed) if governed else []
    own = list(dict.fromkeys([*call.actor.units(*LEADERS), *below]))
    if not own:
        raise NotYoursError
    return own


def told_apart(member: Member) -> str:
    """A person to tap on, told from others of her name."""
    alias = f" ({member.alias})" if member.alias else ""
    return " · ".join(filter(None, (f"{member.name}{alias}"[:60], member.birth[:4], member.team)))
