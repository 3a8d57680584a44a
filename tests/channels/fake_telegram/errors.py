"""The Bot API's refusals, in its own words.

Words and codes as in tdlib/telegram-bot-api 10.0 and tdlib/td (Client.cpp, MessagesManager.cpp).
"""

from __future__ import annotations

from tests.channels.telegram_spec import Json

CHAT_NOT_FOUND = "chat not found"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
UPGRADED = "group chat was upgraded to a supergroup chat"
BLOCKED = "bot was blocked by the user"
DEACTIVATED = "user is deactivated"
NEVER_STARTED = "bot can't initiate conversation with a user"
GROUP_DELETED = "the group chat was deleted"
OTHER_POLLER = (
    "Conflict: terminated by other getUpdates request;"
    " make sure that only one bot instance is running"
)
WEBHOOK_ACTIVE = (
    "Conflict: can't use getUpdates method while webhook is active;"
    " use deleteWebhook to delete the webhook first"
)
WEBHOOK_SET = "Conflict: terminated by setWebhook request"


class ApiError(Exception):
    """An answer with `ok: false`; `body` replaces the whole answer by other bytes."""

    def __init__(
        self, code: int, description: str, *, parameters: Json | None = None, body: bytes = b""
    ) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.parameters = parameters or {}
        self.body = body

    def payload(self) -> Json:
        """The answer as the API writes it."""
        answer: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


class CutConnectionError(Exception):
    """The line breaks and no answer is given."""


def bad_request(words: str) -> ApiError:
    """400; the first letter becomes small unless the word is a constant such as REACTION_INVALID."""
    if not words[1:2].isupper() and words[1:2] != "_":
        words = words[:1].lower() + words[1:]
    return ApiError(400, f"Bad Request: {words}")


def forbidden(words: str) -> ApiError:
    """403."""
    return ApiError(403, f"Forbidden: {words}")


def kicked(kind: str) -> ApiError:
    """403 of a `group` or `supergroup` that threw the bot out."""
    return forbidden(f"bot was kicked from the {kind} chat")


def not_a_member(kind: str) -> ApiError:
    """403 of a `group` or `supergroup` the bot has left."""
    return forbidden(f"bot is not a member of the {kind} chat")


def migrated(new_id: int) -> ApiError:
    """400 that tells the group's new id."""
    error = bad_request(UPGRADED)
    error.parameters = {"migrate_to_chat_id": new_id}
    return error


def too_many(seconds: int) -> ApiError:
    """429 with its waiting time."""
    return ApiError(
        429, f"Too Many Requests: retry after {seconds}", parameters={"retry_after": seconds}
    )


def server_error(code: int = 500, words: str = "Internal Server Error") -> ApiError:
    """5xx in the API's own form."""
    return ApiError(code, words)


def gateway_page(code: int = 502) -> ApiError:
    """5xx as a proxy before the API answers: a page, no JSON."""
    return ApiError(code, "", body=f"<html><title>{code} Bad Gateway</title></html>".encode())
