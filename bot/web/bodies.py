"""What a request sends, read no further than we want: anybody may send anything here."""

from __future__ import annotations

import msgspec
from starlette.requests import Request

UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What reading JSON that anybody sent may raise."""


async def body_of(request: Request, most: int) -> bytes | None:
    """The body; None if it has more bytes than that, whatever it says of its length."""
    content = bytearray()
    async for chunk in request.stream():
        content += chunk
        if len(content) > most:
            return None
    return bytes(content)
