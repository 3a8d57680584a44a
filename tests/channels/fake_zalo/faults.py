"""What goes wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Fault:
    """The next `times` calls of a method go wrong (`None`: all). `code` is refused with, in the
    envelope and as the HTTP status; `cut` breaks the line, with `after_effect` only once the call
    has done its work; `page` answers with something that is no JSON; `delay` is in real seconds.
    """

    method: str
    code: int = 0
    description: str = ""
    cut: bool = False
    page: int = 0
    after_effect: bool = False
    delay: float = 0.0
    times: int | None = 1

    def takes(self, method: str) -> bool:
        """Whether this call is struck."""
        if self.method not in {"*", method} or self.times == 0:
            return False
        if self.times is not None:
            self.times -= 1
        return True
