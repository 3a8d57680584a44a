"""The README's tables of commands and settings, written from the code they describe.

`python -m bot.docs README.md` puts them in their places; a test fails when they are not true.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from bot.commands import listed
from bot.settings import NEEDS, PREFIX, Settings
from handlers import ROUTES
from handlers.chat import Where, Who

_PLACE = re.compile(r"(<!-- (\w+) -->\n).*?(<!-- /\2 -->)", re.DOTALL)
_WHO = {
    Who.OUTSIDER: "anyone",
    Who.MEMBER: "members",
    Who.TEAM_HEAD: "team heads and up",
    Who.LEADER: "leaders and up",
    Who.OFFICER: "officers",
}
_WHERE = {Where.ANY: "anywhere", Where.PRIVATE: "private", Where.GROUP: "group"}


def commands_table() -> str:
    """Every command people may type."""
    lines = ["| command | who | where | what for |", "| --- | --- | --- | --- |"]
    for key, name, text in listed():
        route = ROUTES[key]
        lines.append(f"| `/{name}` | {_WHO[route.who]} | {_WHERE[route.where]} | {text} |")
    return "\n".join(lines)


def settings_table() -> str:
    """Every setting, and the commands that cannot do without it."""
    lines = ["| setting | default | what for | needed by |", "| --- | --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        default = "" if field.default in {"", False} else f"`{field.default}`"
        needed = ", ".join(f"`{command}`" for command, needs in NEEDS.items() if name in needs)
        lines.append(f"| `{PREFIX}{name.upper()}` | {default} | {field.description} | {needed} |")
    return "\n".join(lines)


TABLES = {"commands": commands_table, "settings": settings_table}


def filled(text: str) -> str:
    """A text with each `<!-- name -->` … `<!-- /name -->` holding its table as of now."""
    return _PLACE.sub(lambda match: f"{match[1]}{TABLES[match[2]]()}\n{match[3]}", text)


if __name__ == "__main__":
    page = Path(sys.argv[1])
    page.write_text(filled(page.read_text(encoding="utf-8")), encoding="utf-8")
