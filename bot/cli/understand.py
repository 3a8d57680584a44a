"""`chihoi understand`: what each line on standard input means, one meaning a line."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

import typer


class Question(StrEnum):
    """What the lines answer."""

    ROLL_CALL = "roll_call"
    YES_NO = "yes_no"
    QUANTITY = "quantity"


def understand(
    context: Annotated[Question, typer.Option(help="What the lines answer")],
) -> None:
    """Read replies from standard input and print what each means."""
    from handlers.understanding.replies import understand as meaning_of  # noqa: PLC0415 - heavy

    for line in sys.stdin.buffer:
        reply = line.decode("utf-8", "replace")
        sys.stdout.write(f"{meaning_of(reply, context.value)}\n")
    sys.stdout.flush()
