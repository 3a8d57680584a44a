"""Replies that answer nothing for sure: questions, other days, biddings, names nobody can place."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from handlers.understanding.replies.items import COURTESY, NAME, NOT, PAUSE, SELF, Item
from handlers.understanding.replies.meaning import ALL, ELSE, QUESTION, RECEIPT, STATES

_NODS = frozenset({"👍", "ok", "oke", "okie"})
_BIDDEN = frozenset({"di", "di hop", "hop", "di du", "vao hop"})


def _bids(item: Item) -> bool:
    """What one says to others rather than of oneself: "có mặt đông đủ nha chị em"."""
    said = item.bare
    return any(word in said for word in ("dong du", "day du", "dung gio", "som"))


def _invites(items: Sequence[Item]) -> bool:
    """Others are called and bidden: "chị Hoa ơi đi họp"."""
    said = [item for item in items if item.tag != PAUSE]
    calls = [
        at
        for at, item in enumerate(said[:-1])
        if item.tag == COURTESY and item.bare.endswith((" oi", "oi"))
    ]
    return any(said[at + 1].tag == "P" and said[at + 1].bare in _BIDDEN for at in calls)


def uncertain(items: Sequence[Item]) -> bool:
    """Whether this asks, speaks of another time, or names somebody nobody can place."""
    tags = [item.tag for item in items]
    if ALL in tags and SELF not in tags and any(_bids(item) for item in items):
        return True
    bidden = any(one.tag == "P" and two.bare == "di" for one, two in pairwise(items))
    if _invites(items) or (ALL in tags and SELF not in tags and bidden):
        return True  # "có mặt đi mấy chị"
    if ALL in tags[:-1] and SELF not in tags and tags[-1] != ALL:
        return True
    if QUESTION in tags or ELSE in tags or NOT in tags:
        return True
    if NAME in tags and SELF not in tags:
        return True
    states = [at for at, tag in enumerate(tags) if tag in STATES or tag == "N"]
    late = [at for at, item in enumerate(items) if item.tag == RECEIPT and item.typed not in _NODS]
    return bool(states and late and late[-1] > states[0])
