"""The migrations make the tables the code speaks of, and can be undone."""

from __future__ import annotations

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Engine, inspect

from storage import tables
from storage.migrations import downgrade, is_current, upgrade


def test_they_make_exactly_the_tables_of_the_code(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, tables.metadata) == []
    assert is_current(engine)


@pytest.mark.slow
@pytest.mark.sqlite
def test_they_can_be_undone_and_done_again(engine: Engine) -> None:
    url = engine.url.render_as_string(hide_password=False)
    downgrade(url, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    assert not is_current(engine)

    upgrade(url)
    assert is_current(engine)
