"""Sensitive columns of a sheet: left out with a warning, unless there is consent for them.

Ethnic group, religion, party, poverty and health (Law 91/2025/QH15, Article 2; Decree 356/2025,
Article 4) are taken for whoever agreed herself, or signed the paper the import names. Numbers of
papers and accounts are never taken.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from handlers.members.notes import Code, Note
from storage.privacy import Sensitive
from storage.vietnamese import fold

_FIELDS = (
    (Sensitive.ETHNICITY, re.compile(r"(?:.*\bdan toc\b|dt$|d t$)")),
    (Sensitive.RELIGION, re.compile(r"(?:.*\bton giao\b|tg$|t g$)")),
    (Sensitive.HEALTH, re.compile(r".*\b(?:suc khoe|benh|khuyet tat|nhom mau)\b")),
    (Sensitive.POVERTY, re.compile(r".*\b(?:ngheo|dien ho|hoan canh|chinh sach|doi tuong)\b")),
    (Sensitive.PARTY, re.compile(r"(?:.*\bdang\b|dv$|d v$)")),
)
_NEVER = re.compile(r".*(?:cccd|cmnd|cmt|can cuoc|chung minh|dinh danh|tai khoan)")
_SIGNS = re.compile(r"[^a-z0-9]+")


def field_of(heading: str) -> Sensitive | None:
    """Which field a heading names; None for what is never taken."""
    words = _SIGNS.sub(" ", fold(heading)).strip()
    if _NEVER.match(words):
        return None
    return next((field for field, pattern in _FIELDS if pattern.match(words)), None)


@dataclass(frozen=True, slots=True)
class Agreed:
    """Fields for which the people of a file have signed, and on which paper."""

    fields: frozenset[Sensitive] = frozenset()
    paper: str = ""


NOBODY = Agreed()


def told(warnings: Sequence[Note], agreed: Agreed) -> tuple[Note, ...]:
    """The same warnings, without those columns that are taken."""
    found = []
    for note in warnings:
        if note.code is Code.SENSITIVE_LEFT_OUT:
            sheet, labels = note.args
            left = [one for one in labels.split(", ") if field_of(one) not in agreed.fields]
            if not left:
                continue
            found.append(replace(note, args=(sheet, ", ".join(left))))
        else:
            found.append(note)
    return tuple(found)
