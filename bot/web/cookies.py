"""What a telephone keeps for one of our pages."""

from __future__ import annotations

from datetime import timedelta

from starlette.responses import Response


def keep(
    answer: Response, public_url: str, name: str, words: str, life: timedelta, *, path: str
) -> None:
    """Have it kept for so long, for this path alone. Behind a reverse proxy a request does not
    tell that people come by https; our public address does.
    """
    answer.set_cookie(
        name,
        words,
        max_age=int(life.total_seconds()),
        path=path,
        secure=public_url.startswith("https:"),
        httponly=True,
        samesite="lax",
    )
