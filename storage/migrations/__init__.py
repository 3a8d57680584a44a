"""Alembic, driven from code: there is no ini file to find."""

from __future__ import annotations

from pathlib import Path

from storage.database import Engine, open_engine

HERE = Path(__file__).parent


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at `url` to a revision."""
    _run(url, "upgrade", revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at `url` back to a revision."""
    _run(url, "downgrade", revision)


def is_current(engine: Engine) -> bool:
    """Whether the database has every table it should."""
    from alembic.config import Config  # noqa: PLC0415 - heavy, and only needed here
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(HERE))
    with engine.connect() as connection:
        now = MigrationContext.configure(connection).get_current_revision()
    return now == ScriptDirectory.from_config(config).get_current_head()


def _run(url: str, verb: str, revision: str) -> None:
    from alembic import command  # noqa: PLC0415 - heavy, and only needed here
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(HERE))
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            getattr(command, verb)(config, revision)
    finally:
        engine.dispose()
