"""Several people named in one message: who is meant surely, who may be meant, and who is nobody."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from storage import members
from storage.database import Session
from storage.members import Member
from storage.vietnamese import fold, spelling, tidy_name

MOST = 60
"""So many names are read of one message."""
_APART = re.compile(r"\s*(?:[,;\n]|\bvà\b|\s-\s)\s*")


@dataclass(slots=True)
class Named:
    """What a list of names came to."""

    sure: list[Member] = field(default_factory=list)
    unsure: dict[str, list[Member]] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)


def people_named(session: Session, said: str, unit_ids: Sequence[int]) -> Named:
    """Of these units; a name that fits one alone is sure, however little of it was typed."""
    found = Named()
    for words in [part for part in _APART.split(said) if part.strip()][:MOST]:
        name = tidy_name(words)
        fitting = members.search(session, fold(name), unit_ids)
        whole = _closest(fitting, name)
        if len(whole) == 1:
            found.sure += [m for m in whole if m not in found.sure]
        elif whole:
            found.unsure[words] = whole
        else:
            found.unknown.append(words)
    return found


def _closest(people: list[Member], name: str) -> list[Member]:
    """Those whom a name fits best: whole, by the given name, by whole words, by any part."""
    folded = fold(name)
    words = set(folded.split())
    for fits in (
        [m for m in people if m.folded == folded],
        [m for m in people if f" {m.folded}".endswith(f" {folded}")],
        [m for m in people if words <= {*m.folded.split(), *m.alias_folded.split()}],
        people,
    ):
        if fits:
            spelt = [m for m in fits if spelling(name) in f"{spelling(m.name)} {spelling(m.alias)}"]
            return spelt or fits
    return []
