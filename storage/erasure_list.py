"""Who was erased, in a file beside the database: a backup made before must not bring her back.

The file holds moments and numbers, no names: "2026-11-24T01:00:00+00:00 17", a member's id a line.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from storage import erasing, members, privacy
from storage.backups import PRIVATE
from storage.database import Connection, Engine, begin, reading

Line = tuple[datetime, int]
"""When, and whose id."""


def note_new(engine: Engine, file: Path) -> int:
    """Write erasures that the file does not have yet; how many. The file first: a line twice does
    no harm, a line that is missing would.

    Raises:
        OSError: it cannot be written.
    """
    with reading(engine) as session:
        if not privacy.unlisted(session):
            return 0
    with begin(engine) as session:
        fresh = privacy.unlisted(session)
        handle = os.open(file, os.O_CREAT | os.O_APPEND | os.O_WRONLY, PRIVATE)
        with os.fdopen(handle, "a", encoding="ascii") as lines:
            lines.writelines(f"{row.at.isoformat()} {row.member_id}\n" for row in fresh)
            lines.flush()
            os.fsync(lines.fileno())
        privacy.set_listed(session, [row.id or 0 for row in fresh])
    return len(fresh)


def read(file: Path) -> list[Line]:
    """What the file says; nothing if there is none.

    Raises:
        ValueError: a line is none of ours.
    """
    if not file.exists():
        return []
    parts = [line.split() for line in file.read_text("ascii").splitlines() if line.strip()]
    return [(datetime.fromisoformat(at), int(member)) for at, member in parts]


def erase_again(target: Connection, erased: Iterable[Line]) -> int:
    """Erase in a restored union whoever was erased after the backup; how many.

    An id may have been given to somebody else since: only who was there before is meant.
    """
    done = 0
    with Session(bind=target, join_transaction_mode="create_savepoint") as session:
        known = {(row.at, row.member_id) for row in privacy.erasures(session)}
        for at, member_id in sorted(set(erased) - known):
            member = members.get(session, member_id)
            if member is not None and member.created_at <= at:
                done += erasing.erase(session, member_id, at, listed=True)
        session.commit()
    return done
