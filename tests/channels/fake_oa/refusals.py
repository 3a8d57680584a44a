"""How the server says no."""

from __future__ import annotations


class RefusalError(Exception):
    """The call is refused, with HTTP 200 all the same."""

    def __init__(self, code: int, description: str) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
