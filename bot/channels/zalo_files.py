"""Files people sent over Zalo: it names an address that is good for a short time."""

from __future__ import annotations

from aiohttp import ClientError, ClientSession

from bot.channels.base import DeliveryError

FILE_LIMIT = 20 * 1024 * 1024


async def fetched(client: ClientSession, address: str) -> bytes:
    """What lies at an address.

    Raises:
        DeliveryError: nothing, or too much of it.
    """
    if not address.startswith(("https://", "http://")):
        raise DeliveryError("unavailable")
    try:
        async with client.get(address) as response:
            response.raise_for_status()
            content = await response.content.read(FILE_LIMIT + 1)
            while not response.content.at_eof() and len(content) <= FILE_LIMIT:
                content += await response.content.read(FILE_LIMIT + 1)
    except (ClientError, OSError, TimeoutError, ValueError) as error:
        raise DeliveryError("unavailable", retryable=True) from error
    if len(content) > FILE_LIMIT:
        raise DeliveryError("too_big")
    return content
