"""What the Official Account's webhook and OpenAPI say, read: events and errors."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from bot.channels import zalo_oa_shapes as shapes
from bot.channels.base import DeliveryError
from bot.channels.zalo_client import NoAnswerError
from bot.channels.zalo_oa_api import OaError
from bot.channels.zalo_oa_errors import failure
from bot.channels.zalo_oa_events import Account, decode, raw_events
from bot.channels.zalo_oa_shapes import Shape
from handlers.chat import Choice, File, Incoming, Kind

PAYLOADS = Path(__file__).parent / "fake_oa" / "payloads"
CERTAINTIES = {"certain", "probable", "unknown"}
ACCOUNT = Account("2491302944280861639", "Hội LHPN Phường 5")
AN = "zalo_oa:6100000000000000007"
ROOM = "zalo_oa:group-99aa88bb77cc66dd55ee"


def stored(name: str) -> list[tuple[str, str]]:
    """The keys and bodies an event is stored under."""
    written = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
    assert written["certainty"] in CERTAINTIES and written["source"]
    return [(raw.event_id, raw.body) for raw in raw_events(json.dumps(written["body"]).encode())]


def read(name: str) -> Incoming:
    ((_, body),) = stored(name)
    found = decode(body, "zalo_oa", ACCOUNT)
    assert found is not None
    return found


def test_a_private_message_opens_her_window() -> None:
    said = read("private_text")

    assert (said.chat, said.sender, said.private) == (AN, AN, True)
    assert said.text == "/start ABC123"  # as a link with a code would have said it
    assert said.at.year == 2026 and said.at.microsecond == 123_000
    assert (said.free_for, said.open_for) == (timedelta(hours=48), timedelta(days=7))
    assert stored("private_text")[0][0] == "user_send_text:0a1b2c3d4e5f60718293"
    assert read("numbers_for_ids").sender == AN
    assert read("private_quote").reply_to == "ff00ff00ff00ff00ff00"


def test_a_press_is_a_message_of_its_payload() -> None:
    pressed = read("press")

    assert (pressed.kind, pressed.text, pressed.press_id) == (Kind.PRESS, "mark 42 present", "")


def test_files_come_by_address_and_what_cannot_be_read_is_told() -> None:
    assert read("private_file").file == File(
        "https://files.example/109.pdf", "109-KH-BTV.pdf", "", 83910
    )
    image, gif = read("private_image"), read("private_gif")
    assert image.file == File("https://photo.example/1.jpg", "anh.jpg", "image/jpeg")
    assert image.text == "giấy mời" and gif.file is not None
    assert read("private_link").text == "https://bao.example/1"
    audio = read("private_audio").file
    assert audio is not None and audio.problem == "unsupported"


def test_in_its_groups_all_talk_is_heard_and_who_is_meant_is_known() -> None:
    talk, quote = read("group_text"), read("group_quote")

    assert (talk.chat, talk.sender, talk.private) == (ROOM, AN, False)
    assert talk.hears_all and talk.to_bot is False and talk.open_for
    assert quote.reply_to == "ff00ff00ff00ff00ff00"
    assert quote.to_bot is None  # whose message that is only the outbox knows
    for name in ("group_mention_token", "group_mention_name"):
        named = read(name)
        assert named.to_bot is True and named.text == "có mặt"
    assert read("group_file").to_bot is False


def test_people_come_and_go_and_groups_begin_and_end() -> None:
    made, gone, left = read("create_group"), read("delete_group"), read("out")

    assert (made.kind, made.chat, made.sender, made.hears_all) == (
        Kind.BOT_ADDED, ROOM, AN, True,
    )  # fmt: skip
    assert gone.kind is Kind.BOT_REMOVED and left.kind is Kind.LEFT
    assert read("disperse_group").kind is Kind.BOT_REMOVED
    two = stored("join_two")
    came = [decode(body, "zalo_oa", ACCOUNT) for _, body in two]
    assert len({key for key, _ in two}) == 2
    assert [one.sender for one in came if one] == [AN, f"{AN[:-1]}8"]
    assert all(one and one.kind is Kind.JOINED for one in came)
    assert read("unfollow").kind is Kind.BLOCKED


@pytest.mark.parametrize(
    "name", ["private_sticker", "follow", "own_echo", "own_echo_in_group", "seen"]
)
def test_what_is_nothing_to_us_is_nothing(name: str) -> None:
    ((_, body),) = stored(name)
    assert decode(body, "zalo_oa", ACCOUNT) is None


def test_messages_are_written_as_these_files_have_them() -> None:
    choices = (Choice("Có mặt", "mark 1 present"), Choice("Mở trang", url="https://x.example"))
    asked = "Chị có dự không?"
    written = {
        "out_text": shapes.text("Dạ em ghi rồi ạ", (), Shape.TEMPLATE),
        "out_buttons_template": shapes.text(asked, choices, Shape.TEMPLATE),
        "out_buttons_list": shapes.text(asked, choices, Shape.LIST),
        "out_numbers": shapes.text(asked, choices, Shape.TEXT),
        "out_picture": shapes.picture("image-1", "Kết quả"),
        "out_document": shapes.document("file-1"),
    }

    for name, message in written.items():
        kept = json.loads((PAYLOADS / f"{name}.json").read_text(encoding="utf-8"))
        assert kept["certainty"] in CERTAINTIES and kept["source"]
        assert message == kept["body"], name


def test_what_buttons_cannot_hold_is_numbered_or_cut() -> None:
    many = tuple(Choice(f"Chọn {n}", f"pick {n}") for n in range(6))
    assert "6. Chọn 5" in shapes.text("x", many, Shape.TEMPLATE)["text"]
    (button,) = shapes.text("x", (Choice("y" * 150, "z"),), Shape.TEMPLATE)["attachment"][
        "payload"
    ]["buttons"]
    assert len(button["title"]) == shapes.TITLE
    only_button = (Choice("Bỏ qua", "skip", numbered=False),)
    assert shapes.text("x", only_button, Shape.TEXT) == {"text": "x"}


def test_what_is_not_of_the_documented_shape_is_stored_for_a_person_to_look_at() -> None:
    empty = {"event_name": "user_send_text", "timestamp": "1", "sender": {"id": "7"}, "users": None}
    nulls = {"msg_id": "1", "text": None, "attachments": None, "quote_msg_id": None}
    (kept,) = raw_events(json.dumps({**empty, "message": nulls}).encode())
    assert decode(kept.body, "zalo_oa", ACCOUNT) is None

    (strange,) = raw_events(json.dumps({**empty, "message": {"text": ["?"]}}).encode())
    with pytest.raises(msgspec.MsgspecError):
        decode(strange.body, "zalo_oa", ACCOUNT)
    (bare,) = raw_events(b'{"event_name":"user_join_group","users":"?","message":1}')
    assert bare.event_id.startswith("user_join_group:")


def test_an_event_that_is_none_is_no_event_and_one_without_its_chat_is_nothing() -> None:
    assert raw_events(b"{}") == []
    for name in ("create_group", "user_send_group_text", "user_send_text", "unfollow"):
        assert decode(json.dumps({"event_name": name}), "zalo_oa", ACCOUNT) is None


@pytest.mark.parametrize(
    ("error", "facts"),
    [
        (OaError(-32, "rate"), {"retryable", "retry_after"}),
        (OaError(-234, "night"), {"retryable", "retry_after", "one_chat"}),
        (OaError(-230, "7 days"), {"lapsed"}),
        (OaError(-232, "window"), {"lapsed"}),
        (OaError(-227, "45 days"), {"lapsed"}),
        (OaError(-211, "quota"), {"quota", "lapsed"}),
        (OaError(-213, "no follower"), {"blocked"}),
        (OaError(-403, "no group of ours"), {"blocked"}),
        (OaError(-100, "attachment"), {"stale_file"}),
        (OaError(-216, "token"), {"retryable", "down"}),
        (OaError(-14014, "refresh token"), {"retryable", "down"}),
        (OaError(-224, "tier"), {"retryable", "down"}),
        (OaError(-201, "params"), set()),
        (OaError(-248, "policy"), set()),
        (NoAnswerError("TimeoutError", left=True), {"in_doubt", "down"}),
        (NoAnswerError("ClientConnectorError", left=False), {"retryable", "down"}),
    ],
)
def test_errors_are_facts(error: OaError | NoAnswerError, facts: set[str]) -> None:
    found: DeliveryError = failure(error)

    names = ("retryable", "retry_after", "one_chat", "blocked", "lapsed", "quota", "stale_file",
             "in_doubt", "down")  # fmt: skip
    assert {name for name in names if getattr(found, name)} == facts


def test_a_group_has_no_window_that_a_used_up_plan_could_close() -> None:
    found = failure(OaError(-211, "quota"), group=True)

    assert found.quota and not found.lapsed and not found.retryable
