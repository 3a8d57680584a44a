"""A file sent in the middle of a question: only a question that a file answers gets it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlmodel import select

from handlers import ROUTES
from storage.blobs import Blob
from storage.directives import Directive
from tests.cast import Cast
from tests.directives_scenes import PDF, PLAN, URGENT, broadcasts, sends_plan


def names_kept(cast: Cast) -> list[str]:
    with cast.session() as session:
        return [blob.name for blob in session.exec(select(Blob))]


async def test_a_secret_document_is_refused_whatever_was_asked(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    assert "mốc thời gian" in cast.hoa.text
    await cast.hoa.sends_file("45-BTV-TG MẬT.pdf", URGENT, "TỐI MẬT", mime=PDF)

    assert "dấu mật" in cast.hoa.text
    assert names_kept(cast) == ["109-KH-BTV.pdf"]


async def test_without_the_rule_it_would_be_kept_and_no_word_said(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = replace(ROUTES["directive_due"], files=("",))
    monkeypatch.setitem(ROUTES, "directive_due", asked)
    await sends_plan(cast.hoa)
    await cast.hoa.sends_file("45-BTV-TG MẬT.pdf", URGENT, "TỐI MẬT", mime=PDF)

    assert "dấu mật" not in cast.hoa.text
    assert "45-BTV-TG MẬT.pdf" in names_kept(cast)


async def test_a_second_document_becomes_a_draft_of_its_own(cast: Cast) -> None:
    await sends_plan(cast.hoa)
    await cast.hoa.sends_file("45-BTV-TG.pdf", URGENT, mime=PDF)

    with cast.session() as session:
        numbers = [row.number for row in session.exec(select(Directive))]
    assert len(numbers) == 2


async def test_a_leaders_photo_is_no_name(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await cast.lan.presses("Ghi giúp")
    await cast.lan.sends_file("anh.jpg", b"\xff\xd8", mime="image/jpeg")

    assert names_kept(cast) == []


async def test_a_correction_takes_its_file(cast: Cast) -> None:
    await broadcasts(cast.hoa)
    await cast.hoa.says("tiến độ")
    await cast.hoa.presses("Đính chính")
    await cast.hoa.sends_file("109-KH-BTV-sua.pdf", PLAN, mime=PDF)

    assert "Tệp thay: 109-KH-BTV-sua.pdf" in cast.hoa.text
