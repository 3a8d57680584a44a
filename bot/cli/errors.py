"""What a command raises when the operator must do something; shown as one line."""

from __future__ import annotations


class CommandError(Exception):
    """The message is the line; `code` is the exit code (2: nothing was done)."""

    def __init__(self, line: str, code: int = 2) -> None:
        super().__init__(line)
        self.code = code
