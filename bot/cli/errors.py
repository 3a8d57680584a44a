"""What a command raises when the operator must do something; shown as one line."""

from __future__ import annotations


class CommandError(Exception):
    """The message is the line; `code` is the exit code (2: nothing was done)."""

    def __init__(self, line: str, code: int = 2) -> None:
        super().__init__(line)
        self.code = code


def reason(error: Exception) -> str:
    """What went wrong in a few words, and with which file if it was one."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(getattr(error, "orig", None) or error).partition("\n")[0]
