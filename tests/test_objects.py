"""Objects read on the driver's own cursor behave as if SQLAlchemy had loaded them."""

from __future__ import annotations

from sqlalchemy import Engine, bindparam, inspect
from sqlmodel import SQLModel, col, select

from storage import units
from storage.database import Session, begin
from storage.objects import Objects, Pairs, find
from storage.units import Unit, UnitAlias

_NAMED = Objects(Unit, select(Unit).where(col(Unit.name) == bindparam("name")))
_ALIASED = Pairs(
    Unit, UnitAlias, select(Unit, UnitAlias).join(UnitAlias).order_by(col(UnitAlias.id))
)


def _unit(session: Session, name: str = "Chi hội Khóm 3") -> Unit:
    unit = Unit(code=name.upper(), name=name, kind="chi hội")
    session.add(unit)
    session.flush()
    return unit


def test_what_is_found_can_be_changed_and_is_written(engine: Engine) -> None:
    with begin(engine) as session:
        key = _unit(session).id or 0
    with begin(engine) as session:
        found = find(session, Unit, key)
        assert found is not None and not inspect(found).modified
        found.name = "Chi hội Khóm Ba"

    with begin(engine) as session:
        assert _NAMED.first(session, {"name": "Chi hội Khóm 3"}) is None
        assert [u.id for u in _NAMED.all(session, {"name": "Chi hội Khóm Ba"})] == [key]
        assert session.get(Unit, key) is find(session, Unit, key)


def test_what_is_loaded_stays_as_it_is_and_is_written_before_it_is_looked_for(
    engine: Engine,
) -> None:
    with begin(engine) as session:
        unit = _unit(session)
        unit.name = "Chi hội Khóm Ba"

        assert _NAMED.first(session, {"name": "Chi hội Khóm Ba"}) is unit


def test_what_was_undone_is_read_anew(engine: Engine) -> None:
    with begin(engine) as session:
        unit = _unit(session)
        nested = session.begin_nested()
        unit.name = "Chi hội Khóm Ba"
        session.flush()
        nested.rollback()

        found = find(session, Unit, unit.id or 0)
        assert found is unit and found.name == "Chi hội Khóm 3"


def test_two_of_a_row_and_a_key_nobody_has(engine: Engine) -> None:
    with begin(engine) as session:
        unit = _unit(session)
        units.add_aliases(session, unit, ["Xóm Chài"])
        session.expunge_all()

        [(of, alias)] = _ALIASED.all(session, {})
        assert (of.name, alias.name, alias.unit_id) == (unit.name, "Xóm Chài", of.id)
        assert find(session, Unit, (of.id or 0) + 1) is None


def test_columns_stand_in_the_order_of_attributes() -> None:
    """Rows are read in the order in which `select(Model)` names the columns."""
    for mapper in SQLModel._sa_registry.mappers:
        names = [mapper.get_property_by_column(column).key for column in mapper.local_table.c]
        assert names == [attribute.key for attribute in mapper.column_attrs], mapper
