"""From templates to words on a channel."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import TEMPLATES, environment, plain, split
from handlers.chat import Choice


def test_every_template_can_be_read() -> None:
    env = environment()
    names = env.list_templates(extensions=["j2"])

    assert len(names) == len(list(TEMPLATES.rglob("*.j2")))
    for name in names:
        env.get_template(name)


def test_what_people_write_is_never_markup() -> None:
    text = environment().from_string("{{ name }}").render(name="<b>Lan</b> & co")

    assert text == "&lt;b&gt;Lan&lt;/b&gt; &amp; co"
    assert plain(text) == "<b>Lan</b> & co"


def test_a_link_keeps_its_address_in_plain_words() -> None:
    assert plain('Mở <a href="https://a.vn/x">đường này</a>') == "Mở đường này: https://a.vn/x"
    assert plain('<a href="https://a.vn">https://a.vn</a>') == "https://a.vn"


@given(st.text(alphabet=st.sampled_from("ab &<\n"), max_size=400), st.integers(20, 80))
def test_nothing_is_lost_and_no_part_is_too_long(words: str, room: int) -> None:
    text = environment().from_string("{{ words }}").render(words=words)
    parts = split(text, room)

    assert all(len(part) <= room for part in parts)
    joined = "".join("".join(plain(part).split()) for part in parts)
    assert joined == "".join(words.split())


@pytest.mark.parametrize("line", ["", "mark 4 có", "x" * 65])
def test_a_button_carries_a_short_plain_line(line: str) -> None:
    with pytest.raises(ValueError):
        Choice("Có mặt", line)


def test_a_long_line_is_cut_where_its_sentences_end() -> None:
    line = "Chị em nhớ mang sổ. Họp lúc 19 giờ! Ai bận báo em nhé? Cảm ơn các chị."

    assert split(line, 40) == [
        "Chị em nhớ mang sổ. Họp lúc 19 giờ!",
        "Ai bận báo em nhé? Cảm ơn các chị.",
    ]
