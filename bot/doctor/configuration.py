"""Settings: all that are wrong at once, and what is allowed but unwise."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from pydantic import ValidationError

from bot.doctor.findings import Finding, error, ok, warning
from bot.settings import NEEDS, PREFIX, SECRET_LENGTH, Settings, SettingsError, load

DISTINCT = 8
"""A random key of 16 characters has hardly ever fewer different ones."""
WEBHOOK_PORTS = {None, 443, 80, 88, 8443}
"""core.telegram.org/bots/api#setwebhook"""


def read() -> tuple[Settings | None, list[Finding]]:
    """The settings, and what is wrong with them; None where they cannot be read."""
    try:
        settings = Settings()
    except ValidationError as wrong:
        return None, [
            error(
                "settings",
                f"{PREFIX}{str(one['loc'][0]).upper()}: {one['msg'].removeprefix('Value error, ')}",
            )
            for one in wrong.errors()
        ]
    return settings, list(_look(settings))


def _look(settings: Settings) -> Iterator[Finding]:
    missing = [name for name in NEEDS["run"] if not getattr(settings, name)]
    for name in missing:
        yield error("settings", f"{PREFIX}{name.upper()} is not set; `chihoi run` needs it")
    if not missing:
        try:
            load("run")
        except SettingsError as wrong:
            yield error("settings", str(wrong))
        else:
            yield ok("settings", "all that `chihoi run` needs is set")
    if settings.secret_key:
        yield _secret(settings.secret_key)
    yield _address(settings)
    yield _sealing(settings)


def _sealing(settings: Settings) -> Finding:
    if not settings.backup_key:
        words = "backups are not encrypted: `chihoi backup-key FILE`, then CHIHOI_BACKUP_KEY"
        return warning("sealing", words)
    if not settings.backup_key.startswith("age1"):
        return error("sealing", "CHIHOI_BACKUP_KEY must be a public key like age1…")
    return ok("sealing", f"backups are encrypted; who is erased is noted in {settings.erasures}")


def _secret(key: str) -> Finding:
    if len(key) >= SECRET_LENGTH and len(set(key)) >= DISTINCT:
        return ok("secret", f"{len(key)} characters")
    return error(
        "secret",
        f"{PREFIX}SECRET_KEY can be guessed; set the output of"
        ' `python3 -c "import secrets; print(secrets.token_urlsafe(32))"` once, and keep it',
    )


def _address(settings: Settings) -> Finding:
    if not settings.public_url:
        return warning(
            "address", f"{PREFIX}PUBLIC_URL is not set: links to pages cannot be handed out"
        )
    parts = urlsplit(settings.public_url)
    if parts.scheme != "https":
        called = settings.telegram_webhook or settings.zalo_bot_webhook or settings.zalo_oa_app_id
        wrong = error if called else warning
        return wrong("address", f"{settings.public_url} is not https: what people send is readable")
    if settings.telegram_webhook and parts.port not in WEBHOOK_PORTS:
        return error("address", f"Telegram calls only ports 443, 80, 88 and 8443, not {parts.port}")
    return ok("address", settings.public_url)
