"""The fake Telegram's reading of marked-up texts."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.fake_telegram.markup import (
    Formatted,
    found_entities,
    marked_words,
    parse_html,
    trimmed,
    utf16,
)


def kinds(text: str) -> list[tuple[str, str]]:
    return [(entity["type"], marked_words(text, entity)) for entity in found_entities(text)]


def test_commands_mentions_and_links_are_found() -> None:
    assert kinds("/start@chihoi_bot MA123") == [("bot_command", "/start@chihoi_bot")]
    assert kinds("😀 chị ơi /diemdanh nhé @an_khom8") == [
        ("bot_command", "/diemdanh"),
        ("mention", "@an_khom8"),
    ]
    assert kinds("xem https://chihoi.vn/a?b=1 #khom8") == [
        ("url", "https://chihoi.vn/a?b=1"),
        ("hashtag", "#khom8"),
    ]
    assert kinds("/điểmdanh 1/2 an@chihoi.vn") == []


def test_tags_carry_what_they_name() -> None:
    source = (
        '<a href="https://x.vn/?a=1&amp;b=2">giấy</a> <blockquote expandable>dài</blockquote>'
        ' <span class="tg-spoiler">kín</span> &#7879; &nbsp;'
    )
    formatted = parse_html(source)
    assert formatted.text == "giấy dài kín ệ &nbsp;"
    assert formatted.entities == [
        {"type": "text_link", "offset": 0, "length": 4, "url": "https://x.vn/?a=1&b=2"},
        {"type": "expandable_blockquote", "offset": 5, "length": 3},
        {"type": "spoiler", "offset": 9, "length": 3},
    ]
    cut = trimmed(Formatted("  ạ b ", [{"type": "bold", "offset": 0, "length": 6}]))
    assert cut == Formatted("ạ b", [{"type": "bold", "offset": 0, "length": 3}])


@given(st.text())
@pytest.mark.slow
@pytest.mark.sqlite
def test_escaped_words_come_through_the_markup_unchanged(words: str) -> None:
    formatted = parse_html(f"<b>{html.escape(words)}</b>")
    assert formatted.text == words
    assert [marked_words(words, entity) for entity in formatted.entities] == [words] * bool(words)


@given(st.lists(st.tuples(st.sampled_from(["b", "i", "u", "code", ""]), st.text(min_size=1))))
def test_every_entity_covers_the_words_of_its_tag(pieces: list[tuple[str, str]]) -> None:
    source = "".join(
        f"<{tag}>{html.escape(words)}</{tag}>" if tag else html.escape(words)
        for tag, words in pieces
    )
    formatted = parse_html(source)
    marked = [words for tag, words in pieces if tag]
    assert [marked_words(formatted.text, entity) for entity in formatted.entities] == marked
    assert sum(utf16(words) for _, words in pieces) == utf16(formatted.text)
