"""What a command says in the words of a template: the same that people read in a chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def words(template: str, context: Mapping[str, Any]) -> str:
    """A template filled in, without markup."""
    from bot import render  # noqa: PLC0415 - heavy; `--help` needs none of it

    return render.plain(render.words(template, context))
