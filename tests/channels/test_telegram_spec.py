"""The judge of Telegram traffic: what it lets pass, what it names."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.channels.telegram_spec import (
    Upload,
    check_call,
    check_result,
    check_update,
    decode_form,
    method_name,
    spec,
)

GOOD: dict[str, Any] = {
    "chat_id": -1001234567890,
    "text": "<b>Điểm danh</b>",
    "parse_mode": "HTML",
    "reply_parameters": {"message_id": 5, "allow_sending_without_reply": True},
    "reply_markup": {"inline_keyboard": [[{"text": "Có mặt", "callback_data": "mark 7 present"}]]},
}


def test_a_sound_call_passes() -> None:
    assert check_call("sendMessage", GOOD) == []
    assert check_call("getMe", {}) == []
    upload = Upload("a.pdf", b"%PDF")
    assert check_call("sendDocument", {"chat_id": "@chihoi", "document": upload}) == []
    media = {"type": "document", "media": upload}
    assert check_call("editMessageMedia", {"chat_id": 1, "message_id": 2, "media": media}) == []


def test_every_method_and_type_of_the_description_is_known() -> None:
    assert (len(spec()["methods"]), len(spec()["types"])) == (185, 400)
    assert method_name("SENDMESSAGE") == "sendMessage"
    assert method_name("sendFax") == ""


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"chat": 5}, "sendMessage.chat: unknown field"),
        ({"text": None}, "sendMessage.text: None is not String"),
        ({"text": "x" * 4097}, "sendMessage.text: length 4097 is outside 1-4096"),
        ({"disable_notification": 1}, "sendMessage.disable_notification: 1 is not Boolean"),
        ({"chat_id": True}, "sendMessage.chat_id: True is not Integer or String"),
        (
            {"reply_parameters": {"message": 5}},
            "sendMessage.reply_parameters.message: unknown field",
        ),
        ({"entities": [{"type": "bold", "offset": 0}]}, "sendMessage.entities[0].length: missing"),
        (
            {"reply_markup": {"inline_keyboard": [[{"text": "Có", "callback_data": "ạ" * 22}]]}},
            "sendMessage.reply_markup.inline_keyboard[0][0].callback_data: length 66 is outside 1-64",
        ),
        (
            {"reply_markup": {"inline_keyboard": [5]}},
            "sendMessage.reply_markup.inline_keyboard[0]: 5 is not Array of InlineKeyboardButton",
        ),
    ],
)
def test_a_faulty_call_is_named(change: dict[str, Any], problem: str) -> None:
    assert check_call("sendMessage", GOOD | change) == [problem]


def test_what_is_missing_and_what_does_not_exist() -> None:
    assert check_call("sendMessage", {"chat_id": 1}) == ["sendMessage.text: missing"]
    assert check_call("sendFax", {}) == ["sendFax: no such method"]
    assert check_call("sendDocument", {"chat_id": 1, "document": b"%PDF"}) != []
    assert check_call("sendMessage", GOOD | {"text": Upload("a", b"")}) != []


def test_lengths_count_what_stays_after_the_markup() -> None:
    long = "<b>" + "&lt;" * 4096 + "</b>"
    assert check_call("sendMessage", GOOD | {"text": long}) == []
    assert check_call("sendMessage", GOOD | {"text": long + "x"}) != []
    plain = {name: value for name, value in GOOD.items() if name != "parse_mode"}
    assert check_call("sendMessage", plain | {"text": long}) != []


def test_unions_are_judged_by_the_kind_they_name() -> None:
    scope = {"type": "chat", "chat_id": 5}
    commands = [{"command": "diemdanh", "description": "Mở điểm danh"}]
    assert check_call("setMyCommands", {"commands": commands, "scope": scope}) == []
    lost = check_call("setMyCommands", {"commands": commands, "scope": {"type": "chat"}})
    assert lost == ["setMyCommands.scope.chat_id: missing"]
    odd = check_call("setMyCommands", {"commands": commands, "scope": {"type": "planet"}})
    assert len(odd) == 1
    rich = {"type": "bold", "text": ["một ", {"type": "italic", "text": "hai"}]}
    block = {"type": "paragraph", "text": rich}
    message = {"blocks": [block]}
    assert check_call("sendRichMessage", {"chat_id": 1, "rich_message": message}) == []


def test_results_and_updates_are_judged_alike() -> None:
    assert check_result("deleteMessage", True) == []
    assert check_result("deleteMessage", 1) == ["deleteMessage result: 1 is not Boolean"]
    chat = {"id": 5, "type": "private", "first_name": "Lan"}
    message = {"message_id": 1, "date": 0, "chat": chat, "text": "chào"}
    assert check_update({"update_id": 1, "message": message}) == []
    assert check_update({"update_id": 1, "message": message | {"words": 1}}) == [
        "update.message.words: unknown field"
    ]
    assert check_result("editMessageText", message) == check_result("editMessageText", True) == []


def test_a_form_s_strings_get_their_types() -> None:
    form = {
        "chat_id": "-100",
        "text": "123",
        "disable_notification": "true",
        "reply_markup": '{"inline_keyboard": []}',
        "entities": "broken [",
        "stray": "5",
    }
    assert decode_form("sendMessage", form) == {
        "chat_id": -100,
        "text": "123",
        "disable_notification": True,
        "reply_markup": {"inline_keyboard": []},
        "entities": "broken [",
        "stray": "5",
    }


@given(st.text(min_size=1, max_size=200), st.integers(1, 2**52))
def test_any_words_pass_through_a_form_unchanged(text: str, chat: int) -> None:
    form = {"chat_id": str(chat), "text": text}
    assert decode_form("sendMessage", form) == {"chat_id": chat, "text": text}


@given(
    st.sampled_from(sorted(spec()["methods"])),
    st.dictionaries(
        st.sampled_from(["chat_id", "text", "reply_markup", "media", "scope", "ảo"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(st.sampled_from(["type", "text", "media"]), inner, max_size=2)
            ),
            max_leaves=5,
        ),
        max_size=3,
    ),
)
def test_the_judge_never_stumbles(method: str, params: dict[str, Any]) -> None:
    assert isinstance(check_call(method, params), list)
    assert isinstance(check_result(method, params), list)
