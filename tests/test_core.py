"""Stored, then acknowledged; committed, then sent; nothing twice, nothing lost."""

from __future__ import annotations

from sqlmodel import select

from storage.mail import Inbox
from tests.cast import Cast


async def test_help_is_answered(cast: Cast) -> None:
    await cast.an.says("trợ giúp")

    assert "trợ giúp" in cast.an.text


async def test_talk_among_people_is_not_answered_and_not_kept(cast: Cast) -> None:
    await cast.an.says("sáng nay ai đi chợ không", cast.k8)

    assert cast.k8.bot == []
    with cast.session() as session:
        assert [row.body for row in session.exec(select(Inbox))] == [""]


async def test_unknown_words_in_private_get_a_useful_answer(cast: Cast) -> None:
    await cast.ty.says("alo")

    assert "trợ giúp" in cast.ty.text
