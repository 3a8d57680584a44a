"""Wrong tries on a group's link: it rests for a while, and whoever answers for the unit learns so."""

from __future__ import annotations

import pytest

from handlers.answer_links import naming
from handlers.answer_links.naming import DAY, PER, TRIES_OF_LINK
from storage import attempts
from storage.database import begin
from storage.surveys import Survey
from tests.answering import Visitor, group_link, link_row
from tests.cast import Cast
from tests.surveys_scenes import YES_NO, sends

MOST = 3
AN, NOBODY = "Võ Thị An", "Vũ Thị Én"


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fifteen tries look the same, and take longer."""
    monkeypatch.setattr(naming, "TRIES_OF_DAY", MOST)


async def roll(cast: Cast) -> str:
    await cast.lan.says("/diemdanh", cast.k8)
    return group_link(cast, "roll:1")


async def tries(cast: Cast, url: str, name: str) -> None:
    """She, or somebody, is wrong so often that the name rests until tomorrow."""
    async with Visitor(cast) as visitor:
        for number in range(MOST):
            await visitor.sends(f"{url}/ai", ten=name, so=str(1900 + number))
            assert visitor.page.status_code == 422
        await visitor.sends(f"{url}/ai", ten=name, so="1980")
        assert visitor.page.status_code == 429 and "đến mai" in visitor.text
    await cast.settle()


def told(cast: Cast) -> list[str]:
    return [text for text in cast.lan.texts if text.startswith("🔒")]


async def test_the_leader_learns_once_whose_name_rests(cast: Cast) -> None:
    url = await roll(cast)
    before = len(cast.k8.bot)
    await tries(cast, url, AN)

    (text,) = told(cast)
    assert "tên Võ Thị An mà" in text and "Chưa ai vào được" in text
    assert len(cast.k8.bot) == before  # a group is told of nobody
    await cast.lan.presses("Link riêng: Võ Thị An")
    assert "Link riêng của Võ Thị An" in cast.lan.text

    cast.clock.advance(PER)
    async with Visitor(cast) as visitor:
        await visitor.sends(f"{url}/ai", ten=AN, so="1999")
    await cast.settle()
    assert len(told(cast)) == 1
    cast.clock.advance(DAY)
    await tries(cast, url, AN)
    assert len(told(cast)) == 2


async def test_of_a_name_nobody_has_the_typed_words_are_not_passed_on(cast: Cast) -> None:
    await tries(cast, await roll(cast), "Trúng Thưởng Gọi 0900")

    (text,) = told(cast)
    assert "một tên em không thấy trong danh sách" in text
    assert "Thưởng" not in text and "0900" not in text
    assert cast.lan.labels == []


async def test_at_night_she_is_told_in_the_morning(cast: Cast) -> None:
    url = await roll(cast)
    await cast.passes(hours=14)
    await tries(cast, url, AN)
    assert told(cast) == []
    await cast.passes(hours=10)
    assert len(told(cast)) == 1


async def test_of_an_anonymous_survey_she_is_offered_nobodys_link(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, secret=True)
    with begin(cast.engine) as session:
        assert session.get_one(Survey, 1).anonymous
    await tries(cast, group_link(cast, "survey:1"), AN)

    assert len(told(cast)) == 1 and cast.lan.labels == []


async def test_a_link_that_rests_is_told_of_too(cast: Cast) -> None:
    url = await roll(cast)
    place = str(link_row(cast, url).id)
    with begin(cast.engine) as session:
        for _ in range(TRIES_OF_LINK - 1):
            attempts.note(session, place, "answer_link", cast.clock.now())
    async with Visitor(cast) as visitor:
        for _ in range(2):
            await visitor.sends(f"{url}/ai", ten=NOBODY, so="1980")
    await cast.settle()

    assert visitor.page.status_code == 429
    (text,) = told(cast)
    assert "nửa giờ" in text and NOBODY not in text
