"""A file sent to the bot: the first noun that takes it keeps it; else it is deleted at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from handlers.chat import Call, Replies, Reply
from storage import blobs

Taker = Callable[[Call], "Replies | None"]
"""Takes `call.incoming.file`, or returns None: it is not for this noun."""


def discard(call: Call) -> None:
    """Delete the file that came with this event."""
    file = call.incoming.file
    if file is not None and file.blob is not None:
        blobs.drop(call.session, file.blob)


class Files:
    """Files nobody asked for, offered to each noun in turn."""

    def __init__(self, takers: Sequence[Taker]) -> None:
        self.takers = takers

    def take(self, call: Call, rest: str) -> Replies | Reply | None:
        """Hand the file on, or refuse it; what could not be fetched is said so."""
        file = call.incoming.file
        assert file is not None
        if file.problem:
            return Reply(f"files/{file.problem}.j2", {"name": file.name})
        for take in self.takers:
            replies = take(call)
            if replies is not None:
                return replies
        discard(call)
        return Reply("files/not_wanted.j2", {"name": file.name})
