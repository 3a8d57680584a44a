"""Looks for somebody's name, phone and birth in every table, every stored file, every byte."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine, select

from storage.database import scrub_log
from storage.erasing_files import text_of
from storage.tables import metadata


def found(engine: Engine, *words: str) -> list[str]:
    """Where any of these words stands: "table.column", or the database's file itself."""
    places = set()
    with engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(select(table)).mappings():
                for column, value in row.items():
                    text = text_of(value) if isinstance(value, bytes) else str(value)
                    if any(word.casefold() in text.casefold() for word in words):
                        places.add(f"{table.name}.{column}")
        connection.rollback()
    if engine.dialect.name == "sqlite":
        scrub_log(engine)
        assert engine.url.database is not None
        for end in ("", "-wal"):
            file = Path(f"{engine.url.database}{end}")
            raw = file.read_bytes() if file.exists() else b""
            if any(word.encode() in raw for word in words):
                places.add(f"file{end}")
    return sorted(places)
