"""Help that shows each person only what she may do here, and first what she does every day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from handlers.chat import Call, Choice, Reply, Route, Where, Who
from storage.vietnamese import fold

GUIDE = "huong-dan"
"""The path of the guides, for those who would rather read."""
GUIDES = {"members": "hoi-vien", "leaders": "chi-hoi-truong", "officers": "can-bo"}
_READER = {Who.TEAM_HEAD: "leaders", Who.LEADER: "leaders", Who.OFFICER: "officers"}
SECTIONS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "work": (
        "Việc của chi hội",
        (
            *("roll", "rolls", "calls", "roll_close", "papers", "meet", "meetings", "survey"),
            *("results", "progress", "in_doubt"),
        ),
    ),
    "people": (
        "Hội viên",
        (
            *("find", "held", "clubs", "dues", "export", "import", "joinlink", "joins", "invite"),
            "unit",
        ),
    ),
    "groups": ("Nhóm", ("bind", "unbind", "mainroom")),
    "own": ("Của chị", ("mine", "links", "relative", "whoami", "help")),
    "data": (
        "Dữ liệu cá nhân",
        ("mydata", "data_erase", "data_of", "data_requests"),
    ),
}
"""Every listed command, under what a reader looks for."""
GROUPS = "groups"
DAILY: Mapping[Who, tuple[str, ...]] = {
    Who.LEADER: ("roll", "rolls", "meet", "survey", "find"),
    Who.OFFICER: ("progress", "meet", "survey", "results", "find"),
}
"""What somebody with this standing does every day."""
WHOLE = 12
"""So many commands are read at one glance; of more, first the daily ones."""


class Help:
    """`/trogiup` for one table of routes."""

    def __init__(self, routes: Mapping[str, Route]) -> None:
        self.routes = routes

    def show(self, call: Call, rest: str) -> Reply:
        """`help [SECTION]`: the commands this person may give in this chat, with an example each."""
        offered = self._offered(call)
        titles = {fold(title): code for code, (title, _) in SECTIONS.items()}
        asked = rest.strip()
        chosen = asked if asked in SECTIONS else titles.get(fold(asked), "")
        shown = {code: [c for c in lines if c in offered] for code, (_, lines) in SECTIONS.items()}
        daily = [c for c in DAILY.get(call.actor.highest(), ()) if c in offered]
        short = bool(daily) and len(offered) > WHOLE
        if chosen:
            parts = [(SECTIONS[chosen][0], shown[chosen])]
        elif short:
            parts = [("Hằng ngày", daily)]
            if not call.incoming.private:
                parts.append((SECTIONS[GROUPS][0], shown[GROUPS]))
        else:
            parts = [(SECTIONS[code][0], lines) for code, lines in shown.items()]
        others = [code for code, lines in shown.items() if lines and short and code != chosen]
        return Reply(
            "help/show.j2",
            {
                "parts": [part for part in parts if part[1]],
                "standing": call.actor.highest(),
                "private": call.incoming.private,
                "chosen": bool(chosen),
                "more": bool(others),
            },
            choices=(*(_sections(others) if call.incoming.private else ()), *_guide(call)),
            columns=2,
        )

    def _offered(self, call: Call) -> Sequence[str]:
        here = Where.PRIVATE if call.incoming.private else Where.GROUP
        return [
            line
            for line, route in self.routes.items()
            if route.listed and route.where in {Where.ANY, here} and call.actor.stands(route.who)
        ]


def _sections(codes: Sequence[str]) -> tuple[Choice, ...]:
    return tuple(Choice(SECTIONS[code][0], f"help {code}") for code in codes)


def _guide(call: Call) -> tuple[Choice, ...]:
    """A way to the guide, where our pages have an address."""
    if not call.links.public_url:
        return ()
    reader = GUIDES[_READER.get(call.actor.highest(), "members")]
    return (Choice("📖 Đọc hướng dẫn", url=call.links.page(f"{GUIDE}/{reader}")),)
