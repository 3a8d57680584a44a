"""The OpenAPI's errors as facts (developers.zalo.me/docs/official-account, "Mã lỗi")."""

from __future__ import annotations

from bot.channels.base import DeliveryError
from bot.channels.zalo_client import NoAnswerError
from bot.channels.zalo_oa_api import OF_THE_TOKEN, OaError

RATE = -32
MINUTE = 60.0
"""The rate is counted by the minute."""
NIGHT = -234
HOUR = 3600.0
QUOTA = frozenset({-211, -218})
STALE_FILE = -100
LAPSED = frozenset({-227, -230, -231, -232})
"""She has been silent for too long: 48 hours, 7 days, or 45."""
CLOSED = frozenset({-213, -217, -244})
"""She does not follow the account, has blocked it, or takes nothing from anybody."""
GROUP_CLOSED = frozenset({-237, -403})
"""The group's package is over, or the group is not the account's."""
OPERATORS = frozenset({-204, -205, -209, -212, -221, -223, -224, -240, -242, -320, -321})
"""The account, the app, its rights or its bill: nothing goes out until somebody mends that."""
WRONG_SHAPE = frozenset({-201, -233})
"""Parameters it does not understand, or a kind of message it does not take there."""


def failure(error: OaError | NoAnswerError, *, group: bool = False) -> DeliveryError:
    """What an error means for a message. With the plan used up a person who costs something may be
    written to no more until she writes: that is a window that has closed.
    """
    text = str(error)
    if isinstance(error, NoAnswerError):
        return DeliveryError(text, retryable=not error.left, in_doubt=error.left, down=True)
    code = error.code
    if code == RATE:
        return DeliveryError(text, retryable=True, retry_after=MINUTE)
    if code == NIGHT:
        return DeliveryError(text, retryable=True, retry_after=HOUR, one_chat=True)
    if code == STALE_FILE:
        return DeliveryError(text, stale_file=True)
    if code in LAPSED:
        return DeliveryError(text, lapsed=True)
    if code in CLOSED or code in GROUP_CLOSED:
        return DeliveryError(text, blocked=True)
    if code in QUOTA:
        return DeliveryError(text, quota=True, lapsed=not group)
    if code in OPERATORS or code in OF_THE_TOKEN or code <= -14000:
        return DeliveryError(text, retryable=True, down=True)
    return DeliveryError(text)
