"""Alembic, driven from code: there is no ini file to find."""

from __future__ import annotations

from pathlib import Path

from storage.database import Engine, open_engine

HERE = Path(__file__).parent


def upgrade(url: str, to: str = "head") -> None:
    """Bring the database at `url` to a revision."""
    _run(url, "upgrade", to)


def downgrade(url: str, to: str) -> None:
    """Take the database at `url` back to a revision."""
    _run(url, "downgrade", to)


def revisions() -> list[str]:
    """Every revision there is, the first one first."""
    from alembic.config import Config  # noqa: PLC0415 - heavy, and only needed here
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(HERE))
    scripts = ScriptDirectory.from_config(config).walk_revisions()
    return [script.revision for script in scripts][::-1]


def revision(engine: Engine) -> str | None:
    """The revision a database is at; None before the first."""
    from alembic.runtime.migration import MigrationContext  # noqa: PLC0415

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def is_current(engine: Engine) -> bool:
    """Whether the database has every table it should."""
    return revision(engine) == revisions()[-1]


def _run(url: str, verb: str, to: str) -> None:
    from alembic import command  # noqa: PLC0415 - heavy, and only needed here
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(HERE))
    engine = open_engine(url)
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            getattr(command, verb)(config, to)
    finally:
        engine.dispose()
