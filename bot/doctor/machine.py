"""The database, its disk, the clock and the backups."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot import machine
from bot.clock import Clock
from bot.doctor.findings import Finding, error, ok, warning
from handlers import alarms
from handlers.chat import Moment
from storage import detours, queues
from storage.database import Engine, Session, reading
from storage.inbox import InboxState
from storage.mail import OutboxState
from storage.migrations import revision, revisions

ZONE = "Asia/Ho_Chi_Minh"
SKEW = timedelta(seconds=30)
FAR_OFF = timedelta(minutes=5)
GIGA = 1_000_000_000


def look(engine: Engine, clock: Clock, *, deep: bool) -> Iterator[Finding]:
    """Everything on this machine and in the database; `deep` reads the whole SQLite file."""
    yield zone()
    yield from _disk(engine)
    if (file := _missing(engine)) is not None:  # to look for its tables would make it
        yield error("database", f"there is no {file} yet: run `chihoi migrate`")
        return
    try:
        at, newest = revision(engine), revisions()[-1]
    except SQLAlchemyError as wrong:
        yield error("database", f"cannot be reached: {_why(wrong)}; see CHIHOI_DATABASE_URL")
        return
    shown = engine.url.render_as_string(hide_password=True)
    if at is not None and at not in revisions():
        yield error("database", f"{shown} was made by a newer chihoi ({at}); install that one")
        return
    if at != newest:
        yield error("database", f"{shown} is not up to date: run `chihoi migrate`")
        return
    yield ok("database", f"{shown} is up to date ({at})")
    check = _sqlite if engine.dialect.name == "sqlite" else _postgresql
    try:
        with reading(engine) as session:
            yield from check(session, clock, deep=deep)
            yield from _queues(session, clock.now())
            yield _backups(session, clock.now())
            yield from _lost(session)
    except SQLAlchemyError as wrong:
        yield error("database", f"it is damaged ({_why(wrong)}): stop the bot, restore a backup")


def _lost(session: Session) -> Iterator[Finding]:
    """Channels that are down: by an operator's word that may be forgotten, or by themselves."""
    for detour in detours.all_standing(session):
        since = f"since {detour.since:%Y-%m-%d %H:%M} UTC"
        if detour.by == "operator":
            yield warning(
                detour.channel, f"put down {since}; `chihoi channel up {detour.channel}` ends it"
            )
        else:
            yield warning(detour.channel, f"answers nobody {since}: is there a network?")


def _missing(engine: Engine) -> Path | None:
    """The file of a SQLite that does not exist yet."""
    file = Path(engine.url.database or "")
    return file if engine.dialect.name == "sqlite" and not file.exists() else None


def _why(wrong: SQLAlchemyError) -> str:
    return str(getattr(wrong, "orig", None) or wrong).partition("\n")[0]


def zone() -> Finding:
    """Whether the machine knows Vietnamese time."""
    try:
        ZoneInfo(ZONE)
    except ZoneInfoNotFoundError:
        return error("clock", f"the zone {ZONE} is unknown: install the package tzdata")
    return ok("clock", f"{ZONE} is known")


def skew(item: str, other: str, theirs: datetime, ours: datetime) -> Finding:
    """How far this machine's clock is from another."""
    apart = abs(theirs - ours)
    if apart < SKEW:
        return ok(item, f"as {other}'s, within {SKEW.seconds} s")
    wrong = error if apart > FAR_OFF else warning
    return wrong(
        item, f"{apart.total_seconds():.0f} s from {other}'s: switch on time keeping (NTP)"
    )


def _disk(engine: Engine) -> Iterator[Finding]:
    try:
        found = machine.room(engine)
    except OSError as wrong:
        yield error("disk", f"the database's folder cannot be used: {wrong.strerror}")
        return
    if found is None:
        return
    free, total = found
    words = f"{free / GIGA:.1f} of {total / GIGA:.1f} GB free"
    if machine.is_low(free, total):
        yield error("disk", f"nearly full, {words}: make room, or every answer will be refused")
    else:
        yield ok("disk", words)


def _sqlite(session: Session, clock: Clock, *, deep: bool) -> Iterator[Finding]:
    connection = session.connection()
    mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
    if mode != "wal":
        yield warning("database", f"its journal is {mode}, not WAL: on a network disk? use a local")
    found = connection.execute(
        text("PRAGMA integrity_check(1)" if deep else "PRAGMA quick_check(1)")
    ).scalar_one()
    orphan = connection.execute(text("PRAGMA foreign_key_check")).first()
    if found != "ok":
        yield error("database", f"it is damaged ({found}): stop the bot, restore a backup")
    elif orphan is not None:
        yield error("database", f"rows of {orphan[0]} point to nothing: restore a backup")
    else:
        yield ok("database", "it is sound")
    file = Path(connection.engine.url.database or "")
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield warning("database", f"others on this machine may read {file}: `chmod 600 {file}*`")


def _postgresql(session: Session, clock: Clock, *, deep: bool) -> Iterator[Finding]:
    connection = session.connection()
    encoding = connection.execute(text("SHOW server_encoding")).scalar_one()
    if encoding != "UTF8":
        yield error("database", f"its encoding is {encoding}: make it anew with UTF8")
    theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    yield skew("clock", "the database server", theirs, clock.now())


def _queues(session: Session, now: datetime) -> Iterator[Finding]:
    found = queues.depths(session, now)
    lost = found.inbox[InboxState.FAILED] + found.inbox[InboxState.SET_ASIDE]
    if lost:
        yield warning(
            "events",
            f"{lost} could not be worked; they are kept: look for event_failed and"
            " event_set_aside in the log",
        )
    if found.oldest_event is not None and now - found.oldest_event > alarms.WAITING:
        yield error("events", f"one has waited since {found.oldest_event:%d/%m %H:%M} UTC: "
                    "is `chihoi run` running?")  # fmt: skip
    elif not lost:
        yield ok("events", f"{found.inbox[InboxState.NEW]} wait to be worked")
    unsure = found.outbox[OutboxState.IN_DOUBT] + found.outbox[OutboxState.FAILED]
    words = f"{found.outbox[OutboxState.QUEUED]} wait to be sent"
    if unsure:
        yield warning("messages", f"{words}, {unsure} have not surely arrived")
    else:
        yield ok("messages", words)


def _backups(session: Session, now: datetime) -> Finding:
    days = alarms.days_without_backup(Moment(session, now))
    if days is None:
        return ok("backups", "nothing to back up yet")
    if days > alarms.BACKUP_DAYS:
        return warning("backups", f"none for {days} days: run `chihoi backup` every night")
    return ok("backups", f"the last one is {days} days old")
