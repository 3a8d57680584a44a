"""Files that speak of a person: lists the bot made, and workbooks that wait for a yes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence

from sqlalchemy import select, union

from storage import blobs
from storage.blobs import Blob
from storage.database import Session, table
from storage.tables import metadata

MAKESHIFT = {"blob_upload", "page_pass"}
"""Tables that may point to a file without its being an official document."""


def drop_with(session: Session, words: Sequence[str]) -> int:
    """Delete every such file that holds one of these words; how many."""
    found = [id_ for id_ in made_here(session) if _holds(session, id_, words)]
    for id_ in found:
        blobs.drop(session, id_)
    return len(found)


def made_here(session: Session) -> list[int]:
    """Files that are no official document: no table but the makeshift ones points to them."""
    held = [
        select(key.parent).where(key.parent.is_not(None))
        for pointing in metadata.sorted_tables
        if pointing.name not in MAKESHIFT
        for key in pointing.foreign_keys
        if key.column.table.name == "blob"
    ]
    blob = table(Blob)
    query = select(blob.c.id).where(blob.c.id.not_in(union(*held).subquery().select()))
    return list(session.connection().execute(query.order_by(blob.c.id)).scalars())


def _holds(session: Session, blob_id: int, words: Sequence[str]) -> bool:
    blob = blobs.get(session, blob_id)
    assert blob is not None
    text = text_of(blob.content).casefold()
    session.expunge(blob)
    return any(word.casefold() in text for word in words)


def text_of(content: bytes) -> str:
    """All the words of a file, as far as they can be read: workbooks and documents are archives of
    XML; a PDF has pages.
    """
    if content.startswith(b"PK\x03\x04"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                parts = [archive.read(name) for name in archive.namelist()]
        except (zipfile.BadZipFile, NotImplementedError, RuntimeError):
            parts = [content]
        return b"\n".join(parts).decode("utf-8", "replace")
    if content.startswith(b"%PDF"):
        return _pages(content)
    return content.decode("utf-8", "replace")


def _pages(content: bytes) -> str:
    from pypdf import PdfReader  # noqa: PLC0415 - heavy; only files of this kind need it
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    except (PyPdfError, ValueError, KeyError, TypeError, OSError):
        return content.decode("utf-8", "replace")
