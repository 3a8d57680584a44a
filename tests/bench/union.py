"""The world every bot of the benchmarks serves, and what its members do.

Branches of some ten members, each with a group in which a roll call is open. Three of four answer
by a button, one in words, branch after branch as meetings begin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import msgspec

BRANCHES = 244
MEMBERS = 2575
BOT_ID = 7000000001
TOKEN = f"{BOT_ID}:AAE-token_of_the_benchmarks_0123456789"
BOT = {"id": BOT_ID, "is_bot": True, "first_name": "Em", "username": "chihoi_bench_bot"}
PROMPT_ID = 11
"""The message id of every group's roll call."""
SIDE_BY_SIDE = 20
"""So many branches answer at the same time."""
STATUSES = ("present", "present", "present", "present_online", "late", "absent_excused")
WORDS = {
    "present": "Có mặt",
    "present_online": "Trực tuyến",
    "late": "Đi trễ",
    "absent_excused": "Xin phép vắng",
}
OPENED_AT = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Union:
    """So many branches and members; ids count from 1, as in a fresh database."""

    branches: int = BRANCHES
    members: int = MEMBERS

    def branch_of(self, member: int) -> int:
        """The branch (1-based) of a member (1-based): they are dealt out evenly."""
        return (member - 1) % self.branches + 1

    def members_of(self, branch: int) -> range:
        """The members of a branch."""
        return range(branch, self.members + 1, self.branches)

    def order(self) -> Iterator[int]:
        """The members in the order in which they answer."""
        for first in range(1, self.branches + 1, SIDE_BY_SIDE):
            block = range(first, min(first + SIDE_BY_SIDE, self.branches + 1))
            rounds = max(len(self.members_of(branch)) for branch in block)
            for at in range(rounds):
                for branch in block:
                    yield from list(self.members_of(branch))[at : at + 1]


def group_chat(branch: int) -> int:
    """The Telegram id of a branch's group."""
    return -1_001_000_000_000 - branch


def user(member: int) -> int:
    """The Telegram id of a member."""
    return 500_000_000 + member


def name(member: int) -> str:
    """A member's full name."""
    return f"Nguyễn Thị Hội Viên {member}"


def status(member: int) -> str:
    """What a member answers."""
    return STATUSES[member % len(STATUSES)]


def update(number: int, member: int, branch: int) -> bytes:
    """The update a member's answer makes; every fourth answers in words."""
    sender = {"id": user(member), "is_bot": False, "first_name": "Hội Viên", "last_name": "Nguyễn"}
    chat = {"id": group_chat(branch), "type": "supergroup", "title": f"Chi hội {branch}"}
    date = int(OPENED_AT.timestamp())
    if member % 4 == 0:
        message = {
            "message_id": 1000 + number,
            "from": {**sender, "language_code": "vi"},
            "chat": chat,
            "date": date,
            "text": WORDS[status(member)],
        }
        return msgspec.json.encode({"update_id": number, "message": message})
    buttons = [
        [{"text": f"✅ {label}", "callback_data": f"mark {branch} {key}"}]
        for key, label in WORDS.items()
    ]
    prompt = {
        "message_id": PROMPT_ID,
        "from": BOT,
        "chat": chat,
        "date": date,
        "text": f"📋 Điểm danh Chi hội {branch}\nMời các chị chọn một câu trả lời.",
        "entities": [{"type": "bold", "offset": 3, "length": 20}],
        "reply_markup": {"inline_keyboard": buttons},
    }
    press = {
        "id": str(4_000_000_000_000 + number),
        "from": {**sender, "language_code": "vi"},
        "message": prompt,
        "chat_instance": str(-branch * 7_919_000_000),
        "data": f"mark {branch} {status(member)}",
    }
    return msgspec.json.encode({"update_id": number, "callback_query": press})


def updates(union: Union, count: int, first: int = 1) -> list[bytes]:
    """The updates of the first `count` answers."""
    members = [member for member, _ in zip(union.order(), range(count), strict=False)]
    return [
        update(first + at, member, union.branch_of(member)) for at, member in enumerate(members)
    ]
