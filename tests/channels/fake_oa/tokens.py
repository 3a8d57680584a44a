"""Authorisation: a code for an admin's yes, a pair for a code, a new pair for a refresh token."""

from __future__ import annotations

import base64
import hashlib
import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from tests.channels.faults import RefusalError

Json = dict[str, Any]
CODE_LIFE = timedelta(minutes=10)
ACCESS_LIFE = timedelta(hours=25)
REFRESH_LIFE = timedelta(days=90)


@dataclass
class Tokens:
    """What was given out, and what of it is used up."""

    app_id: str
    app_secret: str
    oa_id: str
    codes: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    access: dict[str, datetime] = field(default_factory=dict)
    refresh: dict[str, datetime] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    """Every refresh token that was brought, good or not, in order."""

    def __post_init__(self) -> None:
        self._numbers = itertools.count(1)

    def consent(self, query: Json, now: datetime) -> Json:
        """An admin says yes: what is sent back to the app's page."""
        if query.get("app_id") != self.app_id:
            raise RefusalError(-14029, "App not approved")
        code = f"code-{next(self._numbers)}"
        self.codes[code] = (query.get("code_challenge", ""), now)
        return {"code": code, "oa_id": self.oa_id, "state": query.get("state", "")}

    def grant(self, form: Json, secret: str, now: datetime) -> Json:
        """A pair."""
        if form.get("app_id") != self.app_id or secret != self.app_secret:
            raise RefusalError(-14002, "Invalid app")
        if form.get("grant_type") == "authorization_code":
            return self._of_code(form, now)
        spent = form.get("refresh_token", "")
        self.used.append(spent)
        until = self.refresh.pop(spent, None)
        if until is None or until <= now:
            raise RefusalError(-14014, "Invalid refresh token")
        return self.pair(now)

    def _of_code(self, form: Json, now: datetime) -> Json:
        challenge, given = self.codes.pop(form.get("code", ""), ("", None))
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proof = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if given is None or now - given > CODE_LIFE or proof != challenge:
            raise RefusalError(-118, "Invalid grant")
        return self.pair(now)

    def pair(self, now: datetime) -> Json:
        """A new pair; the access token before stays good until its own end."""
        number = next(self._numbers)
        access, refresh = f"access-{number}", f"refresh-{number}"
        self.access[access] = now + ACCESS_LIFE
        self.refresh[refresh] = now + REFRESH_LIFE
        return {"access_token": access, "refresh_token": refresh, "expires_in": "90000"}
