"""The sandbox's own chat platform: people, chats and messages, in one small SQLite file.

It stands where Telegram's servers would: the bot reaches it only through a channel, and what
people see in the sandbox page, or what the cast of a story test sees, is read from here.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from bot.channels.platform_schema import SCHEMA
from handlers.chat import Choice

BOT = "bot"


@dataclass(frozen=True, slots=True)
class Message:
    """A message as people see it. `sender` is a person's id, or "bot"."""

    id: int
    chat: str
    sender: str
    text: str
    choices: tuple[tuple[Choice, ...], ...]
    file_name: str
    mime: str
    reply_to: int | None
    at: datetime
    edited: int
    deleted: bool
    reactions: str
    version: int

    @property
    def labels(self) -> list[str]:
        """The labels of its buttons."""
        return [choice.label for row in self.choices for choice in row]


class Platform:
    """Everything the sandbox's people see; safe to use from several threads."""

    def __init__(self, path: Path | str = ":memory:") -> None:
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Several changes as one, for filling a world quickly."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def _run(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    def add_person(self, person: str, name: str, note: str = "", rank: int = 0) -> None:
        """A person who can speak."""
        self._run(
            "INSERT INTO person VALUES (?, ?, ?, ?) ON CONFLICT (id) DO UPDATE "
            "SET name = excluded.name, note = excluded.note, rank = excluded.rank",
            person, name, note, rank,
        )  # fmt: skip

    def add_chat(
        self,
        chat: str,
        *,
        channel: str,
        title: str,
        private: bool = False,
        rank: int = 0,
        section: str = "",
    ) -> None:
        """A group, or one person's private talk with the bot; `section` is its heading in lists."""
        self._run(
            "INSERT OR IGNORE INTO chat (id, channel, title, private, rank, section) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            chat, channel, title, int(private), rank, section,
        )  # fmt: skip

    def join(self, chat: str, person: str) -> None:
        """Let a person into a group."""
        self._run("INSERT OR IGNORE INTO membership VALUES (?, ?)", chat, person)

    def set_bot(self, chat: str, *, inside: bool) -> None:
        """Add the bot to a group, or remove it."""
        self._run("UPDATE chat SET bot = ? WHERE id = ?", int(inside), chat)
        self._version()

    def chats(self) -> list[dict[str, Any]]:
        """Every chat with its newest message (`last_id`, `sender`, `text`, `at` …), if any."""
        rows = self._run(
            "SELECT chat.*, COALESCE(newest.version, 0) AS version, message.id AS last_id, "
            "sender, text, file_name, at, deleted FROM chat LEFT JOIN "
            "(SELECT chat, MAX(version) AS version, MAX(id) AS id FROM message GROUP BY chat) "
            "AS newest ON newest.chat = chat.id LEFT JOIN message ON message.id = newest.id "
            "ORDER BY rank, title"
        )
        return [dict(row) for row in rows]

    def chat(self, chat: str) -> dict[str, Any] | None:
        """One chat."""
        rows = self._run("SELECT * FROM chat WHERE id = ?", chat)
        return dict(rows[0]) if rows else None

    def people(self, chat: str | None = None) -> list[dict[str, Any]]:
        """Everybody, or the people of one group."""
        if chat is None:
            return [dict(row) for row in self._run("SELECT * FROM person ORDER BY rank, name")]
        rows = self._run(
            "SELECT person.* FROM person JOIN membership ON person.id = person "
            "WHERE chat = ? ORDER BY rank, name", chat,
        )  # fmt: skip
        return [dict(row) for row in rows]

    def person(self, person: str) -> dict[str, Any] | None:
        """One person."""
        rows = self._run("SELECT * FROM person WHERE id = ?", person)
        return dict(rows[0]) if rows else None

    def memberships(self) -> list[tuple[str, str]]:
        """Who is in which chat: (chat, person)."""
        rows = self._run(
            "SELECT chat, person FROM membership JOIN person ON person.id = person ORDER BY rank, name"
        )
        return [(str(row["chat"]), str(row["person"])) for row in rows]

    @property
    def version(self) -> int:
        """Grows with every change that people can see."""
        return int(self.value("version") or "0")

    def _version(self) -> int:
        rows = self._run(
            "INSERT INTO value VALUES ('version', '1') ON CONFLICT (name) DO UPDATE "
            "SET value = CAST(value AS INTEGER) + 1 RETURNING value"
        )
        return int(rows[0]["value"])

    def post(
        self,
        chat: str,
        sender: str,
        text: str,
        *,
        at: datetime,
        choices: tuple[tuple[Choice, ...], ...] = (),
        file: tuple[str, str, bytes] | None = None,
        reply_to: int | None = None,
        key: str = "",
    ) -> int:
        """A new message; its id. A second one under the same `key` is the first one again."""
        if key:
            with self.changing():
                known = self._run(
                    "SELECT message FROM posted WHERE chat = ? AND key = ?", chat, key
                )
                if known:
                    return int(known[0]["message"])
                message = self.post(
                    chat, sender, text, at=at, choices=choices, file=file, reply_to=reply_to
                )
                self._run("INSERT INTO posted VALUES (?, ?, ?)", chat, key, message)
                return message
        name, mime, content = file or ("", "", None)
        encoded = msgspec.json.encode(choices).decode()
        rows = self._run(
            "INSERT INTO message (chat, sender, text, choices, file_name, mime, content, reply_to, "
            "at, version) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            chat, sender, text, encoded, name, mime, content, reply_to, at.isoformat(),
            self._version(),
        )  # fmt: skip
        return int(rows[0]["id"])

    def change(self, message: int, text: str, choices: tuple[tuple[Choice, ...], ...]) -> None:
        """Edit a message."""
        self._run(
            "UPDATE message SET text = ?, choices = ?, edited = edited + 1, version = ? WHERE id = ?",
            text, msgspec.json.encode(choices).decode(), self._version(), message,
        )  # fmt: skip

    def delete(self, message: int) -> None:
        """Take a message back."""
        self._run(
            "UPDATE message SET deleted = 1, text = '', choices = '[]', content = NULL, "
            "file_name = '', version = ? WHERE id = ?", self._version(), message,
        )  # fmt: skip

    def react(self, message: int, emoji: str) -> None:
        """Put a reaction on a message."""
        self._run(
            "UPDATE message SET reactions = ?, version = ? WHERE id = ?",
            emoji, self._version(), message,
        )  # fmt: skip

    def toast(self, person: str, text: str, at: datetime) -> None:
        """Show a short notice to one person."""
        self._run(
            "INSERT INTO toast (person, text, at) VALUES (?, ?, ?)", person, text, at.isoformat()
        )

    def toasts(self, person: str, after: int = 0) -> list[tuple[int, str]]:
        """The notices shown to a person since one."""
        rows = self._run(
            "SELECT id, text FROM toast WHERE person = ? AND id > ? ORDER BY id", person, after
        )
        return [(int(row["id"]), str(row["text"])) for row in rows]

    def toasts_since(self, after: int) -> list[dict[str, Any]]:
        """Every notice shown since one, to whomever."""
        return [dict(row) for row in self._run("SELECT * FROM toast WHERE id > ?", after)]

    def newest_toast(self) -> int:
        """The number of the last notice shown; 0 before the first."""
        return int(self._run("SELECT COALESCE(MAX(id), 0) AS id FROM toast")[0]["id"])

    def messages(self, chat: str, after: int = 0, limit: int = 200) -> list[Message]:
        """The messages of a chat changed after a version, in the order they were written."""
        rows = self._run(
            "SELECT * FROM (SELECT * FROM message WHERE chat = ? AND version > ? "
            "ORDER BY id DESC LIMIT ?) ORDER BY id", chat, after, limit,
        )  # fmt: skip
        return [_message(row) for row in rows]

    def last_heard(self, person: str) -> datetime | None:
        """When somebody last wrote anywhere; None if she never did."""
        rows = self._run("SELECT MAX(at) AS at FROM message WHERE sender = ?", person)
        return datetime.fromisoformat(rows[0]["at"]) if rows[0]["at"] else None

    def message(self, message: int) -> Message | None:
        """One message."""
        rows = self._run("SELECT * FROM message WHERE id = ?", message)
        return _message(rows[0]) if rows else None

    def file(self, message: int) -> tuple[str, str, bytes] | None:
        """The file that came with a message: name, type, content."""
        rows = self._run("SELECT file_name, mime, content FROM message WHERE id = ?", message)
        if not rows or rows[0]["content"] is None:
            return None
        return str(rows[0]["file_name"]), str(rows[0]["mime"]), bytes(rows[0]["content"])

    def new_event(self) -> int:
        """A number no event of this platform has had."""
        serial = int(self.value("events") or "0") + 1
        self.remember("events", str(serial))
        return serial

    def keep_event(self, serial: int, channel: str, body: str) -> None:
        """Keep what a person did until the bot has it."""
        self._run("INSERT INTO event VALUES (?, ?, ?)", serial, channel, body)

    def kept_events(self, channel: str) -> list[tuple[int, str]]:
        """What people did that the bot does not have yet, in order."""
        rows = self._run("SELECT id, body FROM event WHERE channel = ? ORDER BY id", channel)
        return [(int(row["id"]), str(row["body"])) for row in rows]

    def drop_event(self, serial: int) -> None:
        """The bot has it."""
        self._run("DELETE FROM event WHERE id = ?", serial)

    def value(self, name: str) -> str:
        """A small thing to remember, such as the world's clock."""
        rows = self._run("SELECT value FROM value WHERE name = ?", name)
        return str(rows[0]["value"]) if rows else ""

    def remember(self, name: str, value: str) -> None:
        """Remember it."""
        self._run("INSERT OR REPLACE INTO value VALUES (?, ?)", name, value)


def _message(row: sqlite3.Row) -> Message:
    return Message(
        id=row["id"],
        chat=row["chat"],
        sender=row["sender"],
        text=row["text"],
        choices=msgspec.json.decode(row["choices"], type=tuple[tuple[Choice, ...], ...]),
        file_name=row["file_name"],
        mime=row["mime"],
        reply_to=row["reply_to"],
        at=datetime.fromisoformat(row["at"]),
        edited=row["edited"],
        deleted=bool(row["deleted"]),
        reactions=row["reactions"],
        version=row["version"],
    )
