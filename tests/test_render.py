"""From templates to words on a channel."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.render import TEMPLATES, environment, plain, split
from handlers.chat import Choice

PRESSES = {
    "alarms/authorisation.j2": "on a page of Zalo",
    "answer_links/door.j2": "a link",
    "answer_links/own.j2": "a link",
    "delivery/unreached.j2": "in the menu of a chat",
    "greeting/first.j2": "a link",
    "groups/hearing.j2": "a button, should there be one",
    "groups/leader_left.j2": "in the menu of a group",
    "invitations/forward.j2": "a link",
    "joining/poster.j2": "a link",
    "meetings/calendar.j2": "a file",
    "meetings/reminder.j2": "a link",
    "relay/paste.j2": "in the menu of a message",
    "rolls/recorded.j2": "after she pressed a button",
    "surveys/open_door.j2": "a link",
    "surveys/picked.j2": "after she pressed a button",
}
"""Messages that speak of pressing, and what it is: where there are no buttons, choices have numbers."""


def test_every_template_can_be_read() -> None:
    env = environment()
    names = env.list_templates(extensions=["j2"])

    assert len(names) == len(list(TEMPLATES.rglob("*.j2")))
    for name in names:
        env.get_template(name)


def test_what_goes_with_choices_is_said_so_that_numbers_fit_as_well() -> None:
    said = {
        path.relative_to(TEMPLATES).as_posix()
        for path in TEMPLATES.rglob("*.j2")
        if re.search(r"\bbấm\b", path.read_text(encoding="utf-8"), re.IGNORECASE)
    }
    assert {name for name in said if not name.startswith(("pages/", "guide/"))} == set(PRESSES)


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
