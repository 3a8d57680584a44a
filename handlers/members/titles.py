"""What a title makes a person: "Chi hội trưởng", "CHT kiêm tổ trưởng tổ 2"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from handlers.members.landmarks import team_inside
from storage.members import RoleKind
from storage.vietnamese import fold, normalise


@dataclass(frozen=True, slots=True)
class RoleRead:
    """A role a title names; a tổ head's team is the one named, else the row's.

    An officer's title says nothing of her unit: it is above the list she stands in.
    """

    kind: RoleKind
    team: str = ""


_SAVINGS = re.compile(r"\btk\s*&\s*vv\b", re.IGNORECASE)
_SPLIT = re.compile(r"[,;+&\n]| - |\b(?:kiêm|và)\b|/(?!c\b)", re.IGNORECASE)
_FORMER = re.compile(r"^(?:nguyên|cựu|hết nhiệm)\b")
_ELSEWHERE = re.compile(
    r"vay von|tk va vv|tkvv|tiet kiem|hop tac|cong nghe|clb|cau lac bo|dan pho|tu quan"
    r"|nhan dan|hoa giai|nong dan|cuu chien binh|doan thanh|mat tran|chi bo|khom truong|ap truong"
)
_KINDS = (
    (RoleKind.DEPUTY, re.compile(r"(?:chi hoi pho|chp|pho chi hoi|chi pho|pho cht)\b")),
    (RoleKind.LEADER, re.compile(r"(?:chi hoi truong|cht|truong chi hoi|chi truong)\b")),
    (RoleKind.TEAM_HEAD, re.compile(r"(?:to truong|truong to|tt)\b")),
    (
        RoleKind.OFFICER,
        re.compile(
            r"(?:pho )?chu tich|pct\b|ct hoi|(?:uy vien|uv)\b.*(?:thuong vu|btv)"
            r"|(?:uy vien|uv)?\s*(?:bch|ban chap hanh)(?: hoi)?(?: lhpn)? (?:phuong|xa|tinh)"
        ),
    ),
)


@lru_cache(maxsize=1024)
def read_roles(title: str, team: str) -> tuple[RoleRead, ...]:
    """The roles a title names, each once; titles of other bodies and former ones name none."""
    if not title:
        return ()
    roles: dict[RoleRead, None] = {}
    for part in _SPLIT.split(_SAVINGS.sub("TKVV", normalise(title))):
        words = fold(part)
        if _FORMER.match(part.strip().lower()) or _ELSEWHERE.search(words):
            continue
        kind = next((kind for kind, pattern in _KINDS if pattern.match(words)), None)
        if kind is RoleKind.TEAM_HEAD:
            roles[RoleRead(kind, _own_team(words) or team)] = None
        elif kind:
            roles[RoleRead(kind)] = None
    return tuple(roles)


def _own_team(words: str) -> str:
    """The team named with the title: "to truong to 1", "to truong so 1"."""
    if inside := team_inside(words.replace("to truong", "", 1)):
        return inside
    number = re.search(r"\b(\d{1,3}[a-e]?)$", words)
    return f"Tổ {number[1].lstrip('0').upper()}" if number else ""


_OTHER_TITLE = re.compile(
    r"to pho|hoi vien nong cot|(?:pho )?chu nhiem\b.*|thu quy|thu ky|(?:cong tac vien|ctv)\b.*"
)


@lru_cache(maxsize=1024)
def is_title(text: str) -> bool:
    """Whether some words are a title and nothing else."""
    return bool(read_roles(text, "")) or _OTHER_TITLE.fullmatch(fold(text)) is not None
