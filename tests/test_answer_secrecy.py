"""Anonymous surveys on pages: a ballot, and no trace of whose it is nor of who opened what."""

from __future__ import annotations

import asyncio

import pytest
from sqlmodel import select

import bot.web.answer_desk
from storage.answer_links import AnswerLink
from storage.database import reading
from storage.survey_answers import SurveyCount
from storage.survey_runs import SurveyRun, SurveyTaken
from storage.surveys import SurveyUnit
from tests.answering import Visitor, group_link, own_link
from tests.cast import Cast, Player
from tests.conftest import ON_POSTGRES
from tests.surveys_scenes import THREE, YES_NO, sends
from tests.test_surveys_secrecy import on_disk, rows

OLD, NEW = "OLDWORDS", "NEWWORDS"


async def votes(cast: Cast, person: Player, *, by_group: bool = False) -> None:
    """She goes through all questions on a page, changes her mind once, and sends."""
    async with Visitor(cast) as her:
        if by_group:
            await her.opens(group_link(cast, "survey:1"))
            await her.is_called(person.name, {"dung": "1949", "binh": "1958"}[person.key])
        else:
            await her.opens(own_link(cast, "survey:1", person))
        assert "không ai biết phiếu nào của ai" in her.text
        await her.presses("Tiếp", c0="1")
        await her.presses("Tiếp", c1=["2", "3"])
        await her.presses("Tiếp", c2=f"{OLD}{person.key}")
        assert "Chưa gửi thì chưa tính" in her.text and f"{OLD}{person.key}" in her.text
        await her.presses("Sửa lại")
        await her.presses("Tiếp", c2=f"{NEW}{person.key}")
        await her.presses("Gửi phiếu kín")
        assert "Phiếu kín đã được gửi" in her.text
        assert NEW not in her.page.text and "Có" not in her.text.split("Phiếu kín")[1]


async def test_no_row_joins_a_person_and_her_words(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    for key in ("an", "cuc", "thu"):
        await votes(cast, cast.players[key])
    for key in ("dung", "binh"):
        await votes(cast, cast.players[key], by_group=True)

    found = rows(cast)
    for key in ("an", "cuc", "thu", "dung", "binh"):
        assert [table for table, row in found if f"{NEW}{key}" in row] == ["survey_text"]
        assert [table for table, row in found if f"{OLD}{key}" in row] == []
    with reading(cast.engine) as session:
        assert session.exec(select(SurveyRun)).all() == []
        assert len(session.exec(select(SurveyTaken)).all()) == 5
        part = session.exec(select(SurveyUnit)).one()
    assert part.by_link == 2, "how many only said who they are, and nothing of which"


async def test_a_link_does_not_know_whether_it_was_used(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    url = own_link(cast, "survey:1", cast.an)

    def stored() -> list[dict[str, object]]:
        with reading(cast.engine) as session:
            return [row.model_dump() for row in session.exec(select(AnswerLink))]

    before = stored()
    async with Visitor(cast) as an:
        await an.opens(url)
        await an.sends(f"{url}/tra-loi", co0="1", c0="0", co2="1", c2=NEW, gui="1")
        assert "Phiếu kín đã được gửi" in an.text
    assert stored() == before
    assert {"used_at", "opened_at"}.isdisjoint(before[0])


@pytest.mark.skipif(ON_POSTGRES, reason="reads SQLite's files")
async def test_the_files_hold_her_words_once_and_drafts_nowhere(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    await votes(cast, cast.an)
    assert (on_disk(cast, f"{NEW}an"), on_disk(cast, f"{OLD}an")) == (1, 0)


@pytest.mark.skipif(ON_POSTGRES, reason="reads SQLite's files")
async def test_without_scrubbing_the_log_what_she_said_in_chat_would_be_read_there(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """She began in the chat and sent on the page; the twin has its guard off."""
    await sends(cast.lan, THREE, secret=True)
    await cast.an.presses("Trả lời riêng", cast.k8)
    await cast.an.presses("Không")
    await cast.an.says(f"{OLD}an")
    assert on_disk(cast, f"{OLD}an") > 0
    with monkeypatch.context() as off:
        off.setattr(bot.web.answer_desk, "scrub_log", lambda _engine: None)
        await votes_shortly(cast)
    assert on_disk(cast, f"{OLD}an") > 0


@pytest.mark.skipif(ON_POSTGRES, reason="reads SQLite's files")
async def test_what_she_began_in_the_chat_is_gone_with_the_ballot(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    await cast.an.presses("Trả lời riêng", cast.k8)
    await cast.an.presses("Không")
    await cast.an.says(f"{OLD}an")
    await votes_shortly(cast)
    assert on_disk(cast, f"{OLD}an") == 0


async def votes_shortly(cast: Cast) -> None:
    """An sends her ballot by the page."""
    url = own_link(cast, "survey:1", cast.an)
    async with Visitor(cast) as an:
        await an.sends(f"{url}/tra-loi", co0="1", c0="0", co2="1", c2="x", gui="1")
        assert "Phiếu kín đã được gửi" in an.text


async def test_nobody_votes_twice_by_whatever_doors(cast: Cast) -> None:
    await sends(cast.lan, YES_NO, secret=True)
    url = own_link(cast, "survey:1", cast.an)
    async with Visitor(cast) as an:
        await an.opens(group_link(cast, "survey:1"))
        await an.is_called("Võ Thị An", "1980")
        ticket = str(an.page.url)
        form = {"co0": "1", "c0": "1", "gui": "1"}
        sent = [an.client.post(f"{one}/tra-loi", data=form) for one in (url, ticket) * 4]
        pages = await asyncio.gather(*sent)
        assert {page.status_code for page in pages} == {200}
        assert all("Phiếu kín đã được gửi" in page.text for page in pages)
    await cast.an.presses("Không", cast.k8)
    assert "không đổi được" in cast.an.toast
    with reading(cast.engine) as session:
        counts = {row.value: row.number for row in session.exec(select(SurveyCount))}
    assert counts == {"1": 1, "0": 0}


async def test_a_ballot_that_was_not_sent_is_nowhere(cast: Cast) -> None:
    await sends(cast.lan, THREE, secret=True)
    async with Visitor(cast) as an:
        await an.opens(own_link(cast, "survey:1", cast.an))
        await an.presses("Tiếp", c0="0")
        await an.presses("Tiếp", c2=f"{NEW}an")
        assert "Chị xem lại rồi gửi" in an.text
    assert [table for table, row in rows(cast) if f"{NEW}an" in row] == []
    with reading(cast.engine) as session:
        assert session.exec(select(SurveyTaken)).all() == []
