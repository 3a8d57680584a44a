"""Zalo's errors as facts. It gives a code and few words; some mean something else than on the web."""

from __future__ import annotations

from bot.channels.base import DeliveryError
from bot.channels.zalo_client import NoAnswerError, ZaloError

WORDS_OF_A_CHAT = ("chat", "conversation", "group", "user")
"""A 400 or 404 whose words name one of these speaks of the chat, not of the message."""
LONGEST_HOLD = 60.0
PATIENT = 8
"""After so many refusals for the quota in a row it is the month that is used up, not the second."""


def failure(error: ZaloError | NoAnswerError, refusals: int = 0) -> DeliveryError:
    """What an error means for a message; `refusals` is how many 429 came in a row.

    403 is labelled an internal error by the documentation, 429 names no time to wait, and a
    gateway that gave up (504) says nothing of what happened behind it.
    """
    text = str(error)
    if isinstance(error, NoAnswerError):
        return DeliveryError(text, retryable=not error.left, in_doubt=error.left, down=True)
    match error.code:
        case 401:
            return DeliveryError(text, retryable=True, down=True)
        case 403:
            return DeliveryError(text, retryable=True)
        case 429 if refusals < PATIENT:
            hold = min(2.0**refusals, LONGEST_HOLD)
            return DeliveryError(text, retryable=True, retry_after=hold)
        case 429:
            return DeliveryError(text, retryable=True, down=True)
        case 408 | 504:
            return DeliveryError(text, in_doubt=True)
        case 400 | 404 if _names_the_chat(error.description):
            return DeliveryError(text, blocked=True)
        case 404:  # the method: another server, or another version of it
            return DeliveryError(text, retryable=True, down=True)
        case code if code >= 500:
            return DeliveryError(text, retryable=True, down=True)
        case _:
            return DeliveryError(text)


def _names_the_chat(description: str) -> bool:
    words = description.lower()
    return any(word in words for word in WORDS_OF_A_CHAT)
