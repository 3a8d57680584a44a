"""Erasing a person takes every trace of her, and leaves every figure as it was."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from handlers.members import merging
from handlers.surveys.figures import Results
from storage import (
    accounts,
    consents,
    erasing,
    histories,
    members,
    privacy,
    roll_lists,
    survey_runs,
    surveys,
)
from storage.database import begin, metadata, reading
from storage.held_rows import HeldRow
from storage.histories import Happened
from storage.members import Member
from storage.rolls import Roll
from storage.surveys import Survey
from tests import traces
from tests.cast import Cast
from tests.rollcall import share_phone
from tests.surveys_scenes import EVERY_KIND, sends

NAME, PHONE, BIRTH = "Võ Thị An", "0912345678", "1980-10-20"
WORDS = (NAME, PHONE, "0912 345 678", BIRTH, "vo thi an", "sandbox:an", "Má em bịnh")


async def lives(cast: Cast) -> None:
    """An leaves traces wherever the bot keeps something."""
    with begin(cast.engine) as session:
        an = session.exec(select(Member).where(Member.name == NAME)).one()
        an.phone, an.note, an.address = PHONE, "con của bà Sáu", "Hẻm 4"
        session.add(an)
        cuc = session.exec(select(Member).where(Member.name == "Huỳnh Kim Cúc")).one()
        cuc.note = f"đi chung với {NAME}"
        session.add(cuc)
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.an.says("xin vắng, Má em bịnh", cast.k8)
    await cast.binh.presses("Có mặt", cast.k8)
    await cast.lan.says("/chotdiemdanh", cast.k8)
    await cast.lan.says("/tim vo thi an")
    await cast.lan.says(f"/moi {NAME}")
    await cast.an.says("/cuatoi")
    await cast.an.says("/toilaai")
    await cast.an.says("/link")
    await cast.an.says("/themnguoinha")
    await cast.an.says(f"{NAME} nè em")
    await sends(cast.lan, EVERY_KIND)
    await cast.an.presses("Trả lời riêng", cast.k8)
    for said in ("1", "8", "4", "20/10/2011", "Má em bịnh hoài"):
        await cast.an.says(said)
    assert "Em đã ghi" in cast.an.text
    await cast.lan.says("/ketqua")


def figures(cast: Cast) -> dict[str, object]:
    """What reports of old say: the counts of the roll and of the survey."""
    with reading(cast.engine) as session:
        roll = session.exec(select(Roll)).one()
        survey = session.exec(select(Survey)).one()
        results = Results(session, survey)
        bars = [results.of(roll.unit_id, index) for index in range(5)]
        return {
            "roll": {k: n for k, n in roll_lists.counts(session, roll).items() if n},
            "answered": survey_runs.answered(session, survey.number),
            "asked": surveys.asked(session, survey.number),
            "bars": [(one.bars, one.answered) for one in bars if one is not None],
        }


def erase(cast: Cast) -> None:
    id_ = cast.an.member.id
    assert id_ is not None
    with begin(cast.engine) as session:
        assert erasing.erase(session, id_, cast.clock.now())
        assert not erasing.erase(session, id_, cast.clock.now())


@pytest.mark.slow
@pytest.mark.sqlite
async def test_no_table_and_no_byte_remembers_her_and_every_figure_stands(cast: Cast) -> None:
    await lives(cast)
    before = figures(cast)
    traced = traces.found(cast.engine, *WORDS)
    assert {"member.name", "account.address", "outbox.body", "roll_mark.reason"} <= set(traced)
    assert "blob.content" in traced, "the twin: all of it is found before"

    erase(cast)

    assert traces.found(cast.engine, *WORDS) == []
    assert figures(cast) == before
    with reading(cast.engine) as session:
        assert [row.listed for row in privacy.erasures(session)] == [False]
    assert cast.cuc.member.note == f"đi chung với {erasing.GONE}"


async def test_a_phone_she_had_let_go_of_is_forgotten_as_well(cast: Cast) -> None:
    number = cast.an.member.id or 0
    with begin(cast.engine) as session:
        account = accounts.by_address(session, "sandbox:an")
        assert account is not None and account.id is not None
        consents.show(
            session, account.id, number, text_version="x", channel="sandbox", now=cast.clock.now()
        )
    await cast.an.says(f"/notme {number} yes")

    erase(cast)

    places = traces.found(cast.engine, "sandbox:an")
    assert places == [], places


@pytest.mark.slow
@pytest.mark.sqlite
async def test_she_is_a_stranger_afterwards(cast: Cast) -> None:
    await lives(cast)
    erase(cast)

    await cast.an.says("/toilaai")

    assert "Em chưa nhận ra chị" in cast.an.text


def test_her_other_record_and_her_row_that_waits_go_with_her(cast: Cast) -> None:
    facts = {"name": NAME, "birth": BIRTH, "phone": PHONE}
    now = cast.clock.now()
    with begin(cast.engine) as session:
        an = session.get_one(Member, cast.an.member.id)
        other = members.add(session, unit_id=an.unit_id, name="VÕ THỊ AN", birth=BIRTH, now=now)
        merging.merge(session, an, other, None, now)
        changes = {"birth": ["1980", BIRTH]}
        histories.note(session, an.id or 0, Happened.EDITED, now, changes=changes)
        for number, row in enumerate((facts, {**facts, "birth": "1950", "phone": ""})):
            session.add(
                HeldRow(
                    unit_id=an.unit_id, digest=f"{number}", facts=row, code="x", file="f",
                    line="1", ground="membership", at=now,
                )
            )  # fmt: skip

    erase(cast)

    places = set(traces.found(cast.engine, "Võ Thị An", BIRTH, PHONE))
    assert places - {"file", "file-wal"} == {"held_row.facts"}
    with reading(cast.engine) as session:
        (left,) = session.exec(select(HeldRow)).all()
        assert left.facts["birth"] == "1950", "her namesake's row waits on"


async def test_a_phone_shared_with_another_goes_on_speaking_for_her_alone(cast: Cast) -> None:
    share_phone(cast, cast.k8, "an", "Lý Thị Dung")
    erase(cast)

    await cast.an.says("/toilaai")

    assert "Lý Thị Dung" in cast.an.text
    assert NAME not in cast.an.text


def test_what_points_to_a_member_is_either_about_her_or_emptied(engine: Engine) -> None:
    """A new table with a foreign key to members must fit the rule that erasing follows."""
    pointing = {
        f"{table.name}.{key.parent.name}": key.parent.nullable
        for table in metadata.sorted_tables
        for key in table.foreign_keys
        if key.column.table.name == "member"
    }

    odd = [name for name, null in pointing.items() if not null and "member_id" not in name]
    assert odd == ["merger.shadow_id"], "a shadow goes with her whose it is"


@pytest.mark.slow
@pytest.mark.sqlite
async def test_without_the_cleaning_of_words_she_would_be_found(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The twin of the rule for words: rows alone are not enough."""
    await lives(cast)
    monkeypatch.setattr("storage.erasing._clean", lambda *_: None)

    erase(cast)

    assert "outbox.body" in traces.found(cast.engine, *WORDS)


def test_the_log_of_deeds_can_be_neither_changed_nor_deleted(engine: Engine) -> None:
    now = "2099-01-01 00:00:00" if engine.dialect.name == "sqlite" else "2099-01-01 00:00:00+00"
    row = "INSERT INTO data_access (at, deed, people, detail) VALUES ('{}', 'card', 1, '')"
    with engine.begin() as connection:
        connection.execute(text(row.format(now)))
        connection.execute(text(row.format(now.replace("2099", "2001"))))
    for attempt in ("UPDATE data_access SET people = 2", "DELETE FROM data_access"):
        with pytest.raises(Exception, match="append-only"), engine.begin() as connection:
            connection.execute(text(attempt))
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM data_access WHERE at < '2010-01-01'"))
        assert connection.execute(text("SELECT count(*) FROM data_access")).scalar_one() == 1
