"""The codes themselves: how they are made and read back."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import select

from handlers import invitations
from handlers.invitations import codes
from storage.inbox import Inbox
from tests.cast import Cast
from tests.doors import CODE


@given(seed=st.integers())
def test_every_code_reads_back_however_it_is_copied(seed: int) -> None:
    code = codes.make_code(random.Random(seed))
    bare = code.replace("-", "")

    assert CODE.fullmatch(code)
    assert codes.read_code(code) == codes.read_code(f" {bare.lower()} ") == bare
    assert codes.read_code(bare.replace("0", "O").replace("1", "l")) == bare
    assert codes.find(f"em gửi mã {code} ạ") == code


@pytest.mark.parametrize(
    "text", ["079163012345", "phamthithanh", "0912 345 678", "có mặt", "", "👍"]
)
def test_phones_names_and_answers_are_no_codes(text: str) -> None:
    assert codes.find(text) == ""


async def test_typed_digits_of_an_identity_card_are_not_taken_for_a_code(cast: Cast) -> None:
    await cast.an.says("079163012345")

    assert "Em chưa hiểu" in cast.an.text
    with cast.session() as session:
        assert len(session.exec(select(Inbox)).all()) == 1


def test_codes_do_not_repeat() -> None:
    rng = random.Random(3)
    assert len({codes.make_code(rng) for _ in range(2000)}) == 2000
    assert timedelta(hours=24) == invitations.LIFE
