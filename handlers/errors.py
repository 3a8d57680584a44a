"""What a command raises when it will not do as asked."""

from __future__ import annotations

from typing import Any

from handlers.chat import Choice


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """Shown to the person through `template`; nothing of the command is kept.

    `choices` may offer the way out; `expects` waits for the words that were missing;
    `private` says it in the person's private talk, where she can be reached there; `forget` makes
    the words that led here vanish at once.
    """

    def __init__(
        self,
        template: str,
        *,
        choices: tuple[Choice, ...] = (),
        expects: str = "",
        private: bool = False,
        forget: bool = False,
        **context: Any,
    ) -> None:
        super().__init__(template)
        self.template = template
        self.choices = choices
        self.expects = expects
        self.private = private
        self.forget = forget
        self.context = context


class NotYoursError(Refusal):
    """Absent and not yours look alike, so that nobody can probe what exists."""

    def __init__(self) -> None:
        super().__init__("refusals/not_yours.j2")


class GoneError(Exception):
    """A link opens nothing; `reason` is unknown where it never did, or says what ended it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
