"""Files, kept in the database, and where each channel keeps what was uploaded once."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlalchemy import Column, ForeignKey, LargeBinary
from sqlmodel import Field, SQLModel, col, delete, select

from storage.database import Session, Utc, inserting, table
from storage.objects import find
from storage.quick import Quick


class Blob(SQLModel, table=True):
    """A file, kept in the database (at most 20 MB: what Telegram lets a bot download)."""

    id: int | None = Field(default=None, primary_key=True)
    name: str
    mime: str = ""
    size: int
    digest: str = Field(index=True)
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    created_at: datetime = Field(sa_type=Utc)


class BlobUpload(SQLModel, table=True):
    """Where a channel keeps a file that was uploaded once."""

    __tablename__ = "blob_upload"
    blob_id: int = Field(
        sa_column=Column(ForeignKey("blob.id", ondelete="CASCADE"), primary_key=True)
    )
    channel: str = Field(primary_key=True)
    ref: str


_UPLOAD = table(BlobUpload)
_NOTE = Quick(
    lambda name: inserting(_UPLOAD, name).on_conflict_do_nothing(),
    writes=("blob_id", "channel", "ref"),
)


def note_upload(session: Session, blob_id: int, channel: str, ref: str) -> None:
    """Remember the channel's own id of a file; of two uploads at once the first is kept."""
    _NOTE.count(session, {"blob_id": blob_id, "channel": channel, "ref": ref})


def keep(session: Session, *, name: str, mime: str, content: bytes, now: datetime) -> Blob:
    """Store a file."""
    blob = Blob(
        name=name,
        mime=mime,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        content=content,
        created_at=now,
    )
    session.add(blob)
    session.flush()
    return blob


def get(session: Session, blob_id: int) -> Blob | None:
    """A stored file."""
    return find(session, Blob, blob_id)


def size(session: Session, blob_id: int) -> int:
    """How many bytes a stored file has; 0 for one that is gone."""
    return session.exec(select(Blob.size).where(Blob.id == blob_id)).first() or 0


def drop(session: Session, blob_id: int) -> None:
    """Delete a file for good."""
    session.exec(delete(BlobUpload).where(col(BlobUpload.blob_id) == blob_id))
    session.exec(delete(Blob).where(col(Blob.id) == blob_id))
