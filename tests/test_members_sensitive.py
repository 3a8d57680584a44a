"""Sensitive columns of a sheet stay out, unless the people agreed to their being kept."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import select

from bot.cli.errors import CommandError
from bot.cli.members import import_
from handlers.members.sensitive import field_of
from storage import consents, privacy
from storage.database import begin, reading
from storage.members import Member
from storage.privacy import Sensitive, SensitiveFact
from tests.cast import Cast
from tests.spreadsheets import workbook

SHEET = workbook(
    {
        "CH Khóm 8": [
            [
                "STT",
                "Họ và tên",
                "Năm sinh",
                "Dân tộc",
                "Tôn giáo",
                "Hộ nghèo",
                "Đảng viên",
                "CCCD",
            ],
            [1, "Võ Thị An", "20/10/1980", "Khmer", "Phật", "x", "", "096180001234"],
            [2, "Ngô Thị Sen", "1970", "Kinh", "", "", "x", "096170001234"],
        ]
    }
)


@pytest.fixture
def file(cast: Cast, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sheet, and the cast's union as the command line finds it."""
    url = cast.engine.url.render_as_string(hide_password=False)
    monkeypatch.setenv("CHIHOI_DATABASE_URL", url)
    path = tmp_path / "hội viên.xlsx"
    path.write_bytes(SHEET)
    return path


def facts(cast: Cast) -> set[tuple[str, str, str]]:
    with reading(cast.engine) as session:
        rows = session.exec(
            select(Member.name, SensitiveFact.field, SensitiveFact.value).where(
                SensitiveFact.member_id == Member.id
            )
        )
        return {(name, field, value) for name, field, value in rows}


def test_without_consent_they_are_left_out_with_a_warning(
    cast: Cast, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_(file, under="P5")

    said = capsys.readouterr().out
    assert "không lấy cột nhạy cảm Dân tộc, Tôn giáo, Hộ nghèo, Đảng viên, CCCD" in said
    assert facts(cast) == set()


def test_with_a_signed_paper_those_fields_alone_are_kept(
    cast: Cast, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import_(file, under="P5", consent="ethnicity,poverty", paper="phiếu đồng ý 24/11/2026")

    said = capsys.readouterr().out
    assert "không lấy cột nhạy cảm Tôn giáo, Đảng viên, CCCD" in said
    assert "Dữ liệu nhạy cảm đã ghi, vì có lời đồng ý: 3 mục" in said
    assert facts(cast) == {
        ("Võ Thị An", "ethnicity", "Khmer"),
        ("Võ Thị An", "poverty", "x"),
        ("Ngô Thị Sen", "ethnicity", "Kinh"),
    }
    with reading(cast.engine) as session:
        row = consents.active(session, cast.an.member.id or 0)["poverty"]
        assert (row.channel, row.paper) == (consents.PAPER, "phiếu đồng ý 24/11/2026")


def test_who_agreed_herself_is_taken_at_her_word_and_only_she(cast: Cast, file: Path) -> None:
    with begin(cast.engine) as session:
        id_ = cast.an.member.id or 0
        now = cast.clock.now()
        consents.record(
            session, id_, Sensitive.RELIGION, text_version="x", channel="sandbox", now=now
        )
        consents.record(session, id_, Sensitive.PARTY, text_version="x", channel="sandbox", now=now)
        consents.withdraw_purpose(session, id_, Sensitive.PARTY, now)

    import_(file, under="P5")

    assert facts(cast) == {("Võ Thị An", "religion", "Phật")}
    with reading(cast.engine) as session:
        assert privacy.count_facts(session, [cast.unit("P5-K8").id or 0]) == 1


def test_a_field_that_is_none_and_a_paper_that_is_missing_are_told(cast: Cast, file: Path) -> None:
    with pytest.raises(CommandError, match="shoes is no sensitive field"):
        import_(file, under="P5", consent="shoes", paper="x")
    with pytest.raises(CommandError, match="needs --paper"):
        import_(file, under="P5", consent="party")


@pytest.mark.parametrize(
    ("heading", "field"),
    [
        ("Dân tộc", "ethnicity"), ("DT", "ethnicity"), ("TG", "religion"), ("Tôn giáo", "religion"),
        ("ĐV", "party"), ("Ngày vào Đảng", "party"), ("Hoàn cảnh gia đình", "poverty"),
        ("Diện hộ", "poverty"), ("Tình trạng sức khỏe", "health"), ("Số CCCD", None),
        ("Số tài khoản", None), ("Họ và tên", None),
    ],
)  # fmt: skip
def test_a_heading_names_its_field(heading: str, field: str | None) -> None:
    assert field_of(heading) == field
