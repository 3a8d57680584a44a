"""Files that name an erased person are found, whatever they are packed in."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from fpdf import FPDF
from sqlalchemy import Engine
from sqlmodel import select

from storage import blobs, erasing, erasing_files, mail
from storage.blobs import Blob
from storage.database import begin, reading
from storage.mail import Outbox, OutboxState
from storage.rolls import Roll
from tests import traces
from tests.cast import MONDAY_8AM, Cast
from tests.spreadsheets import workbook

NAME = "Võ Thị An"


def pdf(words: str) -> bytes:
    sheet = FPDF()
    sheet.add_page()
    sheet.set_font("helvetica", size=12)
    sheet.cell(text=words)
    return bytes(sheet.output())


def packed(words: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.xml", words)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "goes"),
    [
        (pdf("Vo Thi An"), True),
        (pdf("Vo Thi Lan"), False),
        (packed(f"<b>{NAME}</b>"), True),
        (workbook({"x": [["Họ và tên"], [NAME]]}), True),
        (f"BEGIN:VCALENDAR\n{NAME.upper()}".encode(), True),
        (b"PK\x03\x04 damaged Vo Thi An", True),
        (b"%PDF-1.7 damaged Vo Thi An", True),
        (b"\x89PNG nothing", False),
    ],
)
def test_a_file_goes_if_it_holds_her_name(engine: Engine, content: bytes, *, goes: bool) -> None:
    with begin(engine) as session:
        blobs.keep(session, name="x", mime="", content=content, now=MONDAY_8AM)
        assert erasing_files.drop_with(session, (NAME, "Vo Thi An")) == goes
    with reading(engine) as session:
        assert bool(session.exec(select(Blob)).all()) is not goes


@pytest.mark.slow
@pytest.mark.sqlite
def test_what_is_still_to_be_said_goes_without_her_name(cast: Cast) -> None:
    now = cast.clock.now()
    with begin(cast.engine) as session:
        for state in (OutboxState.QUEUED, OutboxState.SENT):
            mail.post(
                session, key=state, channel="sandbox", chat="sandbox:lan@sandbox", created_at=now,
                body=f'{{"text": "Vắng: {NAME}; Đặng Thị Bình"}}', choices=[f"hand 1 {NAME}"],
                state=state,
            )  # fmt: skip
        session.add(
            Roll(
                unit_id=1, template="x", opened_at=now, digest_at=now,
                context={"names": [NAME, "Đặng Thị Bình"], "by": {"who": NAME}, "number": 3},
            )
        )  # fmt: skip
        assert erasing.erase(session, cast.an.member.id or 0, now)

    with reading(cast.engine) as session:
        said = {row.key: (row.body, row.choices) for row in session.exec(select(Outbox))}
        assert said["queued"] == (
            '{"text": "Vắng: (đã xoá); Đặng Thị Bình"}', ["hand 1 (đã xoá)"],
        )  # fmt: skip
        assert said["sent"] == ("", [])
        assert session.exec(select(Roll.context)).one() == {
            "names": ["(đã xoá)", "Đặng Thị Bình"], "by": {"who": "(đã xoá)"}, "number": 3,
        }  # fmt: skip


async def test_an_erasure_waits_for_a_message_that_is_on_its_way(cast: Cast) -> None:
    await cast.an.says(f"/data_erase {cast.an.member.id} yes")
    with begin(cast.engine) as session:
        row = session.exec(select(Outbox).where(Outbox.chat == "sandbox:an@sandbox").limit(1)).one()
        row.state = OutboxState.SENDING
        session.add(row)
        number = row.id
    cast.clock.advance(timedelta(minutes=11))
    cast.app.tick()
    assert traces.found(cast.engine, NAME)
    with begin(cast.engine) as session:
        row = session.get_one(Outbox, number)
        row.state = OutboxState.SENT
        session.add(row)

    await cast.passes(minutes=2)

    assert traces.found(cast.engine, NAME) == []
