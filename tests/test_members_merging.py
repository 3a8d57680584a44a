"""Two records become one person, and two people again: nothing is lost either way."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from handlers.members import merging
from storage import accounts, clubs, dues, erasing, histories, members
from storage.clubs import ClubKind
from storage.database import begin
from storage.histories import Happened
from storage.members import Member, MemberStatus, RoleKind
from storage.units import Unit
from storage.vietnamese import fold, name_key

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
TODAY = date(2026, 11, 24)
KEPT = ("name", "birth", *merging.LENT, "status", "left_on", "left_reason")


def a_unit(session: Session) -> Unit:
    unit = session.exec(select(Unit).where(Unit.code == "K8")).first()
    if unit is None:
        unit = Unit(code="K8", name="Chi hội Khóm 8", kind="chi hội")
        session.add(unit)
        session.flush()
    return unit


def a_member(session: Session, name: str, **facts: Any) -> Member:
    unit = a_unit(session)
    member = Member(
        unit_id=unit.id or 0,
        name=name,
        folded=fold(name),
        name_key=name_key(name),
        created_at=NOW,
        changed_at=NOW,
        **{"alias_folded": fold(facts.get("alias", "")), **facts},
    )
    session.add(member)
    session.flush()
    return member


def looks(member: Member) -> dict[str, Any]:
    return {name: getattr(member, name) for name in KEPT}


def test_what_only_the_other_record_knew_is_taken_over_and_given_back(engine: Engine) -> None:
    with begin(engine) as session:
        kept = a_member(session, "Nguyen Thi Hoa", birth="1970", address="Hẻm 1")
        other = a_member(
            session, "Nguyễn Thị Hoa", birth="1970-05-12", phone="0912345678", address="Hẻm 9"
        )
        before = looks(kept), looks(other)
        assert merging.differing(kept, other) == ["name", "birth", "address"]
        row = merging.merge(session, kept, other, None, NOW)
        assert (kept.name, kept.birth, kept.phone) == ("Nguyễn Thị Hoa", "1970-05-12", "0912345678")
        assert kept.address == "Hẻm 1"
        assert other.status == MemberStatus.LEFT
        assert histories.shadows(session) == {other.id: kept.id}
        merging.separate(session, row, None, NOW)
        assert (looks(kept), looks(other)) == before
        assert histories.shadows(session) == {}
        assert kept.folded == "nguyen thi hoa"
        told = [line.kind for line in histories.of_member(session, kept.id or 0, 5)]
        assert told == [Happened.SEPARATED, Happened.MERGED]


def test_whoever_got_a_telephone_has_one_until_they_are_two_again(engine: Engine) -> None:
    with begin(engine) as session:
        kept = a_member(session, "Nguyễn Thị Hoa", no_phone=True)
        other = a_member(session, "Nguyễn Thị Hoa", phone="0912345678")
        row = merging.merge(session, kept, other, None, NOW)
        assert (kept.phone, kept.no_phone) == ("0912345678", False)
        merging.separate(session, row, None, NOW)
        assert (kept.phone, kept.no_phone) == ("", True)


def test_what_was_changed_since_is_not_taken_back(engine: Engine) -> None:
    with begin(engine) as session:
        kept = a_member(session, "Lê Thị Ba")
        other = a_member(session, "Lê Thị Ba", phone="0912345678")
        row = merging.merge(session, kept, other, None, NOW)
        kept.phone = "0987654321"
        merging.separate(session, row, None, NOW)
        assert (kept.phone, other.phone) == ("0987654321", "0912345678")


def test_offices_accounts_clubs_and_dues_go_over_and_come_back(engine: Engine) -> None:
    with begin(engine) as session:
        kept, other = a_member(session, "Lê Thị Ba"), a_member(session, "Lê Thị Ba")
        one, two, unit = kept.id or 0, other.id or 0, a_unit(session).id or 0
        members.grant(session, two, unit, RoleKind.TEAM_HEAD, team="Tổ 1", on=TODAY)
        account = accounts.Account(address="sandbox:ba", created_at=NOW)
        session.add(account)
        session.flush()
        accounts.link(session, account.id or 0, two, by="x", now=NOW)
        club = clubs.found(session, unit, ClubKind.CLUB, "CLB Dưỡng sinh", NOW)
        shared = clubs.found(session, unit, ClubKind.CATEGORY, "Nòng cốt", NOW)
        clubs.join(session, club.id or 0, two, TODAY)
        for person in (one, two):
            clubs.join(session, shared.id or 0, person, TODAY)
        dues.tick(session, unit, 2026, [two], NOW)

        row = merging.merge(session, kept, other, None, NOW)
        assert [role.kind for role in members.roles_of(session, [one], TODAY)] == ["team_head"]
        assert accounts.members_of(session, account.id or 0) == [one]
        assert [found.name for found in clubs.of_member(session, one)] == [
            "Nòng cốt",
            "CLB Dưỡng sinh",
        ]
        assert dues.paid(session, unit, 2026) == {one}

        merging.separate(session, row, None, NOW)
        assert not members.roles_of(session, [one], TODAY)
        assert accounts.members_of(session, account.id or 0) == [two]
        assert [found.name for found in clubs.of_member(session, one)] == ["Nòng cốt"]
        assert len(clubs.of_member(session, two)) == 2
        assert dues.paid(session, unit, 2026) == {two}


FACTS = st.fixed_dictionaries(
    {
        "birth": st.sampled_from(["", "1970", "1970-05", "1970-05-12", "1980"]),
        "phone": st.sampled_from(["", "0912345678", "0987654321"]),
        "alias": st.sampled_from(["", "Bảy"]),
        "team": st.sampled_from(["", "Tổ 1", "Tổ 2"]),
        "address": st.sampled_from(["", "Hẻm 1"]),
        "status": st.sampled_from([MemberStatus.ACTIVE, MemberStatus.AWAY]),
    }
)
NAMES = st.sampled_from(["Nguyễn Thị Hoa", "Nguyen Thi Hoa", "Nguyễn Thị Hòa"])


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=FACTS, second=FACTS, one=NAMES, two=NAMES)
@pytest.mark.slow
@pytest.mark.sqlite
def test_separating_gives_back_exactly_what_there_was(
    engine: Engine, first: dict[str, Any], second: dict[str, Any], one: str, two: str
) -> None:
    with begin(engine) as session:
        kept, other = a_member(session, one, **first), a_member(session, two, **second)
        before = looks(kept), looks(other)
        row = merging.merge(session, kept, other, None, NOW)
        lost = [name for name in merging.LENT if before[1][name] and not getattr(kept, name)]
        assert not lost
        assert all(getattr(kept, name) == value for name, value in before[0].items() if value and name not in {"name", "birth"})  # fmt: skip
        merging.separate(session, row, None, NOW)
        assert (looks(kept), looks(other)) == before
        session.rollback()


@pytest.mark.parametrize("name", ["alias", "phone"])
def test_a_record_without_the_fact_lends_nothing(engine: Engine, name: str) -> None:
    with begin(engine) as session:
        kept = a_member(session, "Lê Thị Ba", **{name: "x"})
        row = merging.merge(session, kept, a_member(session, "Lê Thị Ba"), None, NOW)
        assert row.taken["fields"] == {}


@pytest.mark.slow
@pytest.mark.sqlite
def test_who_is_erased_is_erased_with_every_record_of_hers(engine: Engine) -> None:
    with begin(engine) as session:
        kept, other = a_member(session, "Lê Thị Ba"), a_member(session, "Lê Thị Ba")
        ids = (kept.id, other.id)
        merging.merge(session, kept, other, None, NOW)
        erasing.erase(session, kept.id or 0, NOW)
        assert not session.exec(select(Member).where(col(Member.id).in_(ids))).all()
        assert not session.exec(select(histories.MemberEvent)).all()
