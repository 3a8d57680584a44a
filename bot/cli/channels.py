"""The channels of `chihoi run`, as the settings name them, and the pages their platforms call."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from bot.channels.base import Channel, Receive
from bot.channels.telegram_updates import NAME as TELEGRAM
from bot.channels.zalo_bot import Findings, ZaloBotChannel, name_of
from bot.channels.zalo_bot import pace as zalo_pace
from bot.channels.zalo_oa import NAME as OA
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa import pace as oa_pace
from bot.channels.zalo_oa_tokens import OAuth, TokenKeeper
from bot.clock import Clock, SystemClock
from bot.pacing import TELEGRAM_PACE, Pace
from bot.settings import Settings, numbered
from bot.web import telegram_hook, zalo_door, zalo_hook, zalo_oa_hook
from handlers.capacity import Plan

if TYPE_CHECKING:
    from starlette.routing import Route

    from storage.database import Engine


class OpenChannel(Channel, Protocol):
    """A channel that holds connections."""

    async def close(self) -> None:
        """Let go of them."""
        ...


@dataclass(frozen=True, slots=True)
class Door:
    """A channel, and how fast it may speak."""

    channel: OpenChannel
    pace: Pace


def served(settings: Settings, engine: Engine) -> list[Door]:
    """Every channel that is set: Telegram, Zalo's bots, its Official Account."""
    found = [_telegram(settings)] if settings.telegram_token else []
    pace = zalo_pace(settings.zalo_bot_per_second)
    found += [Door(zalo_bot(settings, number), pace) for number in settings.zalo_bot_tokens]
    if settings.zalo_oa_app_id:
        found.append(Door(zalo_oa(settings, engine), oa_pace(settings.zalo_oa_per_second)))
    return found


def names(settings: Settings) -> list[str]:
    """What the channels are called that are set, without opening any."""
    found = [TELEGRAM] if settings.telegram_token else []
    found += map(name_of, settings.zalo_bot_tokens)
    return [*found, OA] if settings.zalo_oa_app_id else found


def _telegram(settings: Settings) -> Door:
    from bot.channels.telegram import TelegramChannel  # noqa: PLC0415 - seconds to load
    from bot.commands import menu  # noqa: PLC0415

    hook = None
    if settings.telegram_webhook:
        word = telegram_hook.secret(settings.secret_key)
        hook = (f"{settings.public_url}{telegram_hook.PATH}", word)
    channel = TelegramChannel(
        settings.telegram_token,
        api=settings.telegram_api,
        proxy=settings.telegram_proxy,
        webhook=hook,
        commands=menu(),
    )
    return Door(channel, TELEGRAM_PACE)


def zalo_bot(settings: Settings, number: int) -> ZaloBotChannel:
    """The n-th of Zalo's bots."""
    hook = None
    if settings.zalo_bot_webhook:
        word = zalo_hook.secret(settings.secret_key, number)
        hook = (f"{settings.public_url}{zalo_hook.path(number)}", word)
    reachable = settings.public_url and number in numbered(settings.zalo_bot_link)
    return ZaloBotChannel(
        settings.zalo_bot_tokens[number],
        number=number,
        api=settings.zalo_bot_api,
        webhook=hook,
        called=numbered(settings.zalo_bot_name).get(number, ""),
        door=zalo_door.pattern(settings.public_url, number) if reachable else "",
        findings=Findings(
            settings.zalo_bot_quote_field,
            styles=not settings.zalo_bot_plain,
            pictures=settings.zalo_bot_pictures,
            hears_all=settings.zalo_bot_hears_all,
            max_text=settings.zalo_bot_text,
        ),
    )


def oauth(settings: Settings) -> OAuth:
    """The app that speaks for the Official Account."""
    return OAuth(settings.zalo_oa_app_id, settings.zalo_oa_app_secret, settings.zalo_oa_api)


def oa_tokens(settings: Settings, engine: Engine, clock: Clock | None = None) -> TokenKeeper:
    """Its tokens, kept in the database."""
    return TokenKeeper(engine, OA, oauth(settings), clock or SystemClock())


def zalo_oa(settings: Settings, engine: Engine) -> ZaloOaChannel:
    """The Official Account."""
    return ZaloOaChannel(
        settings.zalo_oa_id,
        oa_tokens(settings, engine),
        api=settings.zalo_oa_api,
        door=zalo_door.pattern(settings.public_url, "oa"),
        buttons=settings.zalo_oa_buttons,
        group_files=settings.zalo_oa_group_files,
        free_for=timedelta(hours=settings.zalo_oa_free_hours),
        open_for=timedelta(hours=settings.zalo_oa_open_hours),
    )


def of_zalo(settings: Settings, engine: Engine) -> dict[str, Channel]:
    """Zalo's channels by name, for a command that queues mail."""
    found: list[Channel] = [zalo_bot(settings, number) for number in settings.zalo_bot_tokens]
    if settings.zalo_oa_app_id:
        found.append(zalo_oa(settings, engine))
    return {channel.name: channel for channel in found}


def plans(settings: Settings) -> dict[str, Plan]:
    """What each bot may do where the platform counts."""
    plan = Plan(settings.zalo_bot_messages, settings.zalo_bot_users, settings.zalo_bot_groups)
    return dict.fromkeys(map(name_of, settings.zalo_bot_tokens), plan)


def leading_in(settings: Settings) -> list[Route]:
    """Pages of ours that lead into a channel."""
    links = {str(number): link for number, link in numbered(settings.zalo_bot_link).items()}
    if settings.zalo_oa_app_id:
        links["oa"] = f"https://zalo.me/{settings.zalo_oa_id}"
    return [zalo_door.route(links)] if links else []


def hooks(settings: Settings, receive: Receive) -> list[Route]:
    """The pages platforms call, of those channels that are called."""
    key, found = settings.secret_key, []
    if settings.telegram_token and settings.telegram_webhook:
        found.append(telegram_hook.route(receive, telegram_hook.secret(key)))
    if settings.zalo_bot_webhook:
        found += [
            zalo_hook.route(receive, name_of(number), number, zalo_hook.secret(key, number))
            for number in settings.zalo_bot_tokens
        ]
    if settings.zalo_oa_app_id:
        app_id, secret = settings.zalo_oa_app_id, settings.zalo_oa_secret
        found.append(zalo_oa_hook.route(receive, app_id, secret, SystemClock().now))
    return found
