"""Every setting, read once from the environment and passed down."""

from __future__ import annotations

from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "CHIHOI_"
SECRET_LENGTH = 16


def _names_a_host(value: str, *schemes: str) -> bool:
    """Whether an address has one of these schemes, and a host and port that can be."""
    try:
        parts = urlsplit(value)
        port = parts.port
    except ValueError:
        return False
    by_socket = parts.scheme.startswith("postgresql") and "host=" in parts.query
    return parts.scheme in schemes and bool(parts.hostname or by_socket) and port != 0


def checked_database(url: str) -> str:
    """A database's address, if it is one that is served here.

    Raises:
        ValueError: it is neither a SQLite file nor a PostgreSQL.
    """
    if url.startswith("sqlite:///") and not url.endswith("/"):
        return url
    if not _names_a_host(url, "postgresql", "postgresql+psycopg"):
        raise ValueError("must be like sqlite:///file.db or postgresql://user:word@host/name")
    return url


def numbered(listed: str) -> dict[int, str]:
    """What stands between commas, by its place from 1; empty places are left out."""
    places = enumerate(listed.split(","), 1)
    return {place: value.strip() for place, value in places if value.strip()}


class Settings(BaseSettings):
    """What an operator may set. Each field's description is its line in the README's table."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="ignore")

    database_url: str = Field(
        default="sqlite:///chihoi.db",
        description="Where everything is kept: SQLite file or PostgreSQL",
    )
    secret_key: str = Field(
        repr=False,
        default="",
        description="Signs links; at least 16 random characters, keep it for ever",
    )
    public_url: str = Field(
        default="", description="Address under which the pages are reached from outside"
    )
    host: str = Field(default="127.0.0.1", description="Address the web server binds to")
    port: int = Field(default=8080, ge=1, le=65535, description="Port of the web server")
    telegram_token: str = Field(
        default="", repr=False, description="Token of the Telegram bot; `run` needs this or Zalo's"
    )
    telegram_api: str = Field(default="", description="Another Bot API server, as http://host:port")
    telegram_proxy: str = Field(
        default="", repr=False, description="Proxy to Telegram, as socks5://host:port"
    )
    telegram_webhook: bool = Field(
        default=False,
        description="1: Telegram calls PUBLIC_URL; 0: the bot asks Telegram (long polling)",
    )
    zalo_bot_token: str = Field(
        default="",
        repr=False,
        description="Tokens of the Zalo bots, with commas between; their order is their name for ever",
    )
    zalo_bot_api: str = Field(
        default="", description="Another Zalo Bot server, as http://host:port"
    )
    zalo_bot_webhook: bool = Field(
        default=False,
        description="1: Zalo calls PUBLIC_URL; 0: the bots ask Zalo (long polling, for trials only)",
    )
    zalo_bot_name: str = Field(
        default="",
        description="What groups write to call each Zalo bot (without @), if getMe does not tell",
    )
    zalo_bot_link: str = Field(
        default="",
        description="Link that opens each Zalo bot's private talk, copied from Bot Creator",
    )
    zalo_bot_quote_field: str = Field(
        default="",
        description="Where a Zalo event tells the quoted message, if the probe found such a field",
    )
    zalo_bot_plain: bool = Field(
        default=False, description="1: send Zalo plain words, without bold and italics"
    )
    zalo_bot_pictures: bool = Field(
        default=True, description="0: send Zalo no charts, if the probe found it takes no pictures"
    )
    zalo_bot_hears_all: bool = Field(
        default=False,
        description="1: Zalo hands over all talk of groups, as the probe found; else what names the bot",
    )
    zalo_bot_text: int = Field(
        default=1900, ge=200, le=2000, description="Characters a Zalo message may have"
    )
    zalo_bot_per_second: int = Field(
        default=10, ge=1, description="Messages a second of one Zalo bot"
    )
    zalo_bot_messages: int = Field(
        default=3000, ge=1, description="Messages a month of one Zalo bot's plan"
    )
    zalo_bot_users: int = Field(
        default=50, ge=1, description="People who may talk with one Zalo bot"
    )
    zalo_bot_groups: int = Field(default=3, ge=0, description="Groups one Zalo bot may be in")
    detour_minutes: int = Field(
        default=15,
        ge=0,
        description="So long a channel answers nobody before what is open moves; 0: never by itself",
    )
    zalo_oa_app_id: str = Field(
        default="", description="Id of the Zalo app that speaks for the Official Account"
    )
    zalo_oa_app_secret: str = Field(
        default="", repr=False, description="Secret key of that app: it fetches tokens"
    )
    zalo_oa_secret: str = Field(
        default="",
        repr=False,
        description="The Official Account's own secret key (of the webhook's page): it signs events",
    )
    zalo_oa_id: str = Field(
        default="", description="Id of the Official Account, as in https://zalo.me/<id>"
    )
    zalo_oa_api: str = Field(
        default="", description="Another server for the Official Account, as http://host:port"
    )
    zalo_oa_buttons: Literal["template", "list", "text"] = Field(
        default="template",
        description="How its buttons are written, as the probe found; text: none",
    )
    zalo_oa_group_files: bool = Field(
        default=False, description="1: its groups take documents, as the probe found"
    )
    zalo_oa_free_hours: int = Field(
        default=48, ge=1, description="Hours after her last deed in which writing to her is free"
    )
    zalo_oa_open_hours: int = Field(
        default=168, ge=1, description="Hours after her last deed in which she may be written to"
    )
    zalo_oa_per_second: int = Field(
        default=1, ge=1, description="Messages a second its plan allows (1: 100 calls a minute)"
    )
    workbooks_in_chat: bool = Field(
        default=False, description="1: a workbook of members may come over Telegram itself"
    )
    backup_key: str = Field(
        default="",
        description="Public key (age1…, by `chihoi backup-key`) to which backups are encrypted",
    )
    erasure_list: str = Field(
        default="",
        description="File that remembers by number who was erased; else beside the SQLite file",
    )
    metrics_token: str = Field(
        default="",
        repr=False,
        description="Bearer token for /metrics (Prometheus); without one, none",
    )
    demo_port: int = Field(default=8080, ge=1, le=65535, description="Port of the demo")
    demo_dir: Path = Field(default=Path("demo-world"), description="Where the demo keeps its world")
    demo_shared: bool = Field(
        default=False, description="1: a practice server, each visitor gets a world of her own"
    )

    @property
    def zalo_bot_tokens(self) -> dict[int, str]:
        """Each Zalo bot's token by its number, from 1; an empty place keeps the numbers behind it."""
        return numbered(self.zalo_bot_token)

    @property
    def erasures(self) -> Path:
        """Where it is noted who was erased, so that no backup brings her back."""
        if self.erasure_list:
            return Path(self.erasure_list)
        file = self.database_url.removeprefix("sqlite:///")
        return Path(f"{file}.erased" if file != self.database_url else "chihoi.erased")

    @field_validator("public_url", "telegram_api", "zalo_bot_api", "zalo_oa_api")
    @classmethod
    def _is_address(cls, value: str) -> str:
        if value and not _names_a_host(value, "http", "https"):
            raise ValueError("must begin with http:// or https:// and name a host")
        return value.rstrip("/")

    @field_validator("telegram_proxy")
    @classmethod
    def _is_proxy(cls, value: str) -> str:
        if value and not _names_a_host(value, "socks5", "socks4", "http"):
            raise ValueError("must be like socks5://host:port or http://host:port")
        return value

    @field_validator("database_url")
    @classmethod
    def _is_database(cls, value: str) -> str:
        return checked_database(value)


class SettingsError(Exception):
    """A setting is missing or wrong; the message names it in one line."""


NEEDS: dict[str, tuple[str, ...]] = {
    "demo": (),
    "migrate": ("database_url",),
    "units load": ("database_url",),
    "units reorganise": ("database_url",),
    "units undo": ("database_url",),
    "units history": ("database_url",),
    "mail status": ("database_url",),
    "mail units": ("database_url",),
    "mail resend": ("database_url",),
    "members import": ("database_url",),
    "members export": ("database_url",),
    "invite": ("database_url",),
    "backup": ("database_url",),
    "restore": ("database_url",),
    "db copy": ("database_url",),
    "data": ("database_url",),
    "breach": ("database_url",),
    "channel status": ("database_url",),
    "channel down": ("database_url",),
    "channel up": ("database_url",),
    "channel probe": (),
    "channel oa": ("database_url", "zalo_oa_app_id", "zalo_oa_app_secret"),
    "run": ("database_url", "secret_key"),
}
"""Which command needs which setting; the README's table is generated from it."""


def load(command: str = "") -> Settings:
    """Read the settings and check what `command` needs.

    Raises:
        SettingsError: one is missing or wrong.
    """
    try:
        settings = Settings()
    except ValidationError as error:
        first = error.errors()[0]
        name = PREFIX + str(first["loc"][0]).upper()
        raise SettingsError(f"{name}: {first['msg'].removeprefix('Value error, ')}") from None
    for name in NEEDS.get(command, ()):
        if not getattr(settings, name):
            raise SettingsError(f"{PREFIX}{name.upper()} is not set; `chihoi {command}` needs it")
    if command == "run":
        _check_run(settings)
    return settings


def _check_run(settings: Settings) -> None:
    if len(settings.secret_key) < SECRET_LENGTH:
        raise SettingsError(
            f"CHIHOI_SECRET_KEY is too short; give it {SECRET_LENGTH} random characters or more"
        )
    if not (settings.telegram_token or settings.zalo_bot_tokens or settings.zalo_oa_app_id):
        raise SettingsError(
            "none of CHIHOI_TELEGRAM_TOKEN, CHIHOI_ZALO_BOT_TOKEN and CHIHOI_ZALO_OA_APP_ID is set;"
            " `chihoi run` needs one of them"
        )
    _check_oa(settings)
    for name in ("telegram_webhook", "zalo_bot_webhook"):
        if getattr(settings, name) and not settings.public_url:
            raise SettingsError(f"CHIHOI_PUBLIC_URL is not set; {PREFIX}{name.upper()}=1 needs it")
    tokens = [("telegram_token", settings.telegram_token)] if settings.telegram_token else []
    tokens += [("zalo_bot_token", token) for token in settings.zalo_bot_tokens.values()]
    for name, token in tokens:
        identifier, _, secret = token.partition(":")
        if not identifier.isdigit() or not secret or secret != "".join(secret.split()):
            raise SettingsError(
                f"{PREFIX}{name.upper()} does not look like a token (digits:letters)"
            )


def _check_oa(settings: Settings) -> None:
    """The Official Account is called at a page of ours and nothing else: all of it is needed."""
    if not settings.zalo_oa_app_id:
        return
    for name in ("zalo_oa_app_secret", "zalo_oa_secret", "zalo_oa_id", "public_url"):
        if not getattr(settings, name):
            raise SettingsError(
                f"{PREFIX}{name.upper()} is not set; CHIHOI_ZALO_OA_APP_ID needs it"
            )
