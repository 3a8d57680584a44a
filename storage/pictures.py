"""Pictures drawn by the bot, each kept once for all who are shown it."""

from __future__ import annotations

import hashlib
from datetime import datetime

from sqlmodel import select

from storage import blobs
from storage.blobs import Blob
from storage.database import Session

PNG = "image/png"


def keep(session: Session, *, name: str, content: bytes, now: datetime) -> int:
    """Store a PNG picture unless the very same is there; its id."""
    digest = hashlib.sha256(content).hexdigest()
    same = select(Blob.id).where(Blob.digest == digest, Blob.mime == PNG)
    found = session.exec(same).first()
    blob_id = found or blobs.keep(session, name=name, mime=PNG, content=content, now=now).id
    assert blob_id is not None
    return blob_id
