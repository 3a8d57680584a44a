"""What Zalo says, read: events, mentions, styles, errors."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.zalo_client import NoAnswerError, ZaloError
from bot.channels.zalo_errors import PATIENT, failure
from bot.channels.zalo_styles import styled, units
from bot.channels.zalo_updates import Me, decode, me_of, raw_event, without_mention
from bot.render import plain
from handlers.chat import File, Incoming, Kind

ME = Me("1234567890123456789", "bot.chihoi", "Bot Chi hội", can_join_groups=True)
PAYLOADS = Path(__file__).parent / "fake_zalo" / "payloads"
CERTAINTIES = {"certain", "probable", "unknown"}
AN = "zalo_bot:f0e1d2c3b4a596877869"
ROOM = "zalo_bot:99aa88bb77cc66dd55ee"


def payload(name: str) -> tuple[str, Incoming | None]:
    """The key an event is stored under, and what is read out of it."""
    written = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    assert written["certainty"] in CERTAINTIES and written["source"]
    raw = raw_event(json.dumps(written["body"]).encode())
    assert raw is not None
    return raw.event_id, decode(raw.body, "zalo_bot", ME)


def read(name: str) -> Incoming:
    found = payload(name)[1]
    assert found is not None
    return found


def test_a_private_message_is_read_flat_and_wrapped() -> None:
    flat, wrapped = read("private_text_flat"), read("private_text_wrapped")

    assert (flat.chat, flat.sender, flat.private) == (AN, AN, True)
    assert flat.text == "/start ABC123"  # as a link with a code would have said it
    assert flat.at.year == 2026 and flat.at.microsecond == 123_000
    assert wrapped.text == "có mặt" and wrapped.sender_name == "An"
    assert payload("private_text_flat")[0] == payload("private_text_wrapped")[0]


def test_a_group_calls_the_bot_by_name_or_quotes_it() -> None:
    named, quoted = read("group_mention"), read("group_quote_without_a_field")

    assert (named.chat, named.text, named.private) == (ROOM, "có mặt", False)
    assert named.to_bot and quoted.to_bot
    assert not named.quote_known and not quoted.quote_known
    assert named.hears_all is False
    told = read("group_quote_with_a_field")
    assert told.quote_known and told.reply_to == "aa00bb11cc22dd33ee44"


def test_a_field_named_by_a_setting_is_the_only_one_believed() -> None:
    body = json.dumps(json.loads((PAYLOADS / "group_quote_with_a_field.json").read_text())["body"])

    found = decode(body, "zalo_bot", ME, quote_field="answered.id")

    assert found is not None and not found.quote_known


@pytest.mark.parametrize(
    ("name", "to_bot", "text"),
    [
        ("group_mention", True, "có mặt"),
        ("group_quote_with_a_field", None, "2"),
        ("group_quote_without_a_field", False, "2"),
    ],
)
def test_where_all_talk_is_handed_over_only_what_calls_the_bot_is_for_it(
    name: str, to_bot: bool | None, text: str
) -> None:
    body = json.dumps(json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))["body"])

    found = decode(body, "zalo_bot", ME, hears_all=True)

    assert found is not None and found.hears_all
    assert (found.to_bot, found.text) == (to_bot, text)


def test_pictures_come_by_address_and_what_cannot_be_read_is_told() -> None:
    live, documented = read("image_live"), read("image_documented")

    assert live.kind is documented.kind is Kind.FILE
    assert (
        live.file == documented.file == File("https://photo.example/1.jpg", "anh.jpg", "image/jpeg")
    )
    assert live.text == "giấy mời"
    for name in ("voice", "unsupported"):
        file = read(name).file
        assert file is not None and file.problem == "unsupported"
    for name in ("sticker", "reaction", "own_echo", "unsupported_without_message"):
        assert payload(name)[1] is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("@Bot Chi hội có mặt", "có mặt"),
        ("@bot  chi HỘI: 2", "2"),
        ("dạ @Bot Chi hội em có mặt", "dạ em có mặt"),
        ("@Bot Chi hội", ""),
        ("@Bot Chi hộiX 2", "@Bot Chi hộiX 2"),
        ("/hop mai\n19g30 @Bot Chi hội", "/hop mai\n19g30"),
    ],
)
def test_the_mention_is_not_part_of_the_words(said: str, meant: str) -> None:
    assert without_mention(said, ("", "Bot Chi hội")) == meant


def test_styles_count_in_utf16() -> None:
    text, styles = styled(
        '📋 <b>Điểm danh</b>: <i>họp &amp; <u>vui</u></i> <a href="https://x">đây</a>'
    )

    assert text == "📋 Điểm danh: họp & vui đây: https://x"
    assert styles == [
        {"start": 3, "len": 9, "st": ["b"]},
        {"start": 14, "len": 6, "st": ["i"]},
        {"start": 20, "len": 3, "st": ["i", "u"]},
    ]


@given(st.lists(st.tuples(st.sampled_from(["", "b", "i", "code"]), st.text("aă😀 \n", max_size=9))))
def test_styled_words_are_the_plain_words_and_styles_lie_within(
    parts: list[tuple[str, str]],
) -> None:
    markup = "".join(f"<{tag}>{text}</{tag}>" if tag else text for tag, text in parts)

    text, styles = styled(markup)

    assert text == plain(markup)
    assert all(s["start"] >= 0 and s["start"] + s["len"] <= units(text) for s in styles)


@pytest.mark.parametrize(
    ("error", "facts"),
    [
        (ZaloError(401, "Unauthorized"), {"retryable", "down"}),
        (ZaloError(403, "Internal server error"), {"retryable"}),
        (ZaloError(429, "Quota exceeded"), {"retryable", "retry_after"}),
        (ZaloError(400, "chat not found"), {"blocked"}),
        (ZaloError(404, "Chat not found"), {"blocked"}),
        (ZaloError(404, "Not Found"), {"retryable", "down"}),
        (ZaloError(400, "text is invalid"), set()),
        (ZaloError(502, "HTTP 502"), {"retryable", "down"}),
        (ZaloError(504, "HTTP 504"), {"in_doubt", "down"}),
        (NoAnswerError("TimeoutError", left=True), {"in_doubt", "down"}),
        (NoAnswerError("ClientConnectorError", left=False), {"retryable", "down"}),
    ],
)
def test_errors_are_facts(error: ZaloError | NoAnswerError, facts: set[str]) -> None:
    found = failure(error)

    names = ("retryable", "retry_after", "blocked", "in_doubt", "down")
    assert {name for name in names if getattr(found, name)} == facts


def test_a_quota_that_stays_used_up_means_the_channel_is_down() -> None:
    held = [failure(ZaloError(429, ""), refusals) for refusals in range(PATIENT + 1)]

    assert [e.retry_after for e in held[:5]] == [1, 2, 4, 8, 16]
    assert held[-1].down and not held[-1].retry_after


def test_what_is_empty_may_be_null() -> None:
    written = json.loads((PAYLOADS / "private_text_flat.json").read_text(encoding="utf-8"))["body"]
    written["message"] |= {"caption": None, "photo_url": None}
    written["message"]["from"]["display_name"] = None
    raw = raw_event(json.dumps({"ok": True, "result": written}).encode())
    assert raw is not None

    found = decode(raw.body, "zalo_bot", ME)

    assert found is not None and (found.text, found.sender_name) == ("/start ABC123", "")
    assert me_of(b'{"id":"1","display_name":null}') == Me("1")


@pytest.mark.parametrize("message", [5, "x", {"message_id": 7, "text": ["x"]}])
def test_an_event_of_no_known_shape_is_kept_for_somebody_to_look_at(message: object) -> None:
    body = json.dumps({"event_name": "message.text.received", "message": message}).encode()
    raw = raw_event(body)
    assert raw is not None and raw == raw_event(body)
    with pytest.raises(msgspec.ValidationError):
        decode(raw.body, "zalo_bot", ME)


def test_an_event_that_is_none_is_no_event() -> None:
    assert raw_event(b"") is None
    assert raw_event(b"{}") is None
    assert raw_event(b'{"ok":true,"result":{"url":""}}') is None
