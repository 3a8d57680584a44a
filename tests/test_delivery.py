"""Every message's fate: sent, retried, waiting, blocked, expired, in doubt."""

from __future__ import annotations

import asyncio
from collections import deque
from datetime import timedelta

import pytest
from sqlalchemy import Engine

from bot.channels.base import DeliveryError
from bot.pacing import Limiter, Pace
from handlers.chat import Choice, Document, Limits, Reply
from storage import accounts, blobs, groups
from storage.blobs import BlobUpload
from storage.database import begin, reading
from storage.groups import Group
from tests.cast import MONDAY_8AM
from tests.channels.fake_channel import FakeChannel
from tests.delivery_scenes import CHAT, HELLO, Post


@pytest.fixture
def post(engine: Engine) -> Post:
    return Post(engine, FakeChannel())


async def test_a_key_is_queued_once_for_ever(post: Post) -> None:
    post.queue(Reply(HELLO, to=CHAT, key="meeting:1:T-24h"))
    await post.send()
    post.queue(Reply(HELLO, to=CHAT, key="meeting:1:T-24h"))
    await post.send()

    assert len(post.channel.sent) == 1


async def test_a_passing_failure_is_retried_later(post: Post) -> None:
    post.channel.failures = deque([DeliveryError("502", retryable=True)])
    post.queue(Reply(HELLO, to=CHAT))
    await post.send()
    assert post.fates() == ["queued"]

    await post.send(seconds=6)
    assert post.fates() == ["sent"]


async def test_a_message_that_fails_five_times_while_others_arrive_is_given_up(post: Post) -> None:
    post.queue(Reply(HELLO, to=CHAT))
    for number in range(9):
        post.channel.failures = deque([DeliveryError("500", retryable=True), None])
        post.queue(Reply(HELLO, to="fake:b", key=f"other:{number}"))
        await post.send(minutes=10)
        if post.fates()[0] == "failed":
            break

    assert post.fates() == ["failed", *["sent"] * 5]


async def test_the_platform_names_the_pause_and_it_is_kept(post: Post) -> None:
    post.channel.failures = deque([DeliveryError("429", retryable=True, retry_after=0.2)])
    post.queue(Reply(HELLO, to=CHAT))
    await post.send()
    assert post.fates() == ["queued"]
    wait = post.app.delivery.limiters["fake"].wait("fake:other", group=False)
    assert wait is not None and wait > 0.1

    await post.send(seconds=0.1)
    assert post.channel.sent == []


async def test_a_closed_door_stops_everything_for_that_chat(post: Post) -> None:
    with begin(post.engine) as session:
        account = accounts.ensure(session, address=CHAT, name="An", now=MONDAY_8AM)
        account.private_chat = CHAT
    post.channel.failures = deque([DeliveryError("blocked by the user", blocked=True)])
    post.queue(Reply(HELLO, to=CHAT), Reply(HELLO, to=CHAT), Reply(HELLO, to="fake:binh"))
    await post.send()

    assert sorted(post.fates()) == ["blocked", "blocked", "sent"]
    with reading(post.engine) as session:
        found = accounts.by_address(session, CHAT)
        assert found is not None and found.blocked


async def test_a_group_that_moved_is_followed(post: Post) -> None:
    with begin(post.engine) as session:
        session.add(Group(address="fake:-1", title="CH", seen_at=MONDAY_8AM))
    post.channel.failures = deque([DeliveryError("upgraded", moved_to="fake:-100")])
    post.queue(Reply(HELLO, to="fake:-1"))
    await post.send()

    assert [sent.chat for sent in post.channel.sent] == ["fake:-100"]
    with reading(post.engine) as session:
        assert groups.by_address(session, "fake:-100") is not None


async def test_a_lost_answer_is_doubted_resent_once_and_then_left(post: Post) -> None:
    post.channel.failures = deque([DeliveryError("timeout", in_doubt=True)] * 2)
    post.queue(Reply(HELLO, to=CHAT))
    await post.send()
    await post.send()

    assert post.fates() == ["in_doubt"]
    assert not post.channel.failures


async def test_a_lost_answer_is_not_resent_where_that_is_not_allowed(engine: Engine) -> None:
    post = Post(engine, FakeChannel(limits=Limits(resend_in_doubt=False)))
    post.channel.failures = deque([DeliveryError("timeout", in_doubt=True)])
    post.queue(Reply(HELLO, to=CHAT))
    await post.send()

    assert post.fates() == ["in_doubt"]
    assert post.channel.sent == []


async def test_a_message_past_its_time_is_not_sent(post: Post) -> None:
    post.queue(Reply(HELLO, to=CHAT, expires_at=MONDAY_8AM + timedelta(minutes=5)))
    await post.send(minutes=5)

    assert post.fates() == ["expired"]
    assert post.channel.sent == []


async def test_a_message_before_its_time_waits(post: Post) -> None:
    post.queue(Reply(HELLO, to=CHAT, not_before=MONDAY_8AM + timedelta(hours=1)))
    await post.send()
    assert post.channel.sent == []

    await post.send(hours=1)
    assert len(post.channel.sent) == 1


async def test_replies_overtake_bulk_and_a_chat_keeps_its_order(post: Post) -> None:
    post.queue(
        *(Reply(HELLO, to=f"fake:g{n}", bulk=True) for n in range(3)),
        Reply(HELLO, to=CHAT),
        Reply("talk/failed.j2", {"event": 1}, to=CHAT),
    )
    await post.send()

    chats = [sent.chat for sent in post.channel.sent]
    assert chats[0] == CHAT
    mine = [sent.text for sent in post.channel.sent if sent.chat == CHAT]
    assert "bỏ qua" in mine[0] and "trục trặc" in mine[1]


async def test_a_file_is_uploaded_once_and_then_sent_by_its_id(post: Post) -> None:
    with begin(post.engine) as session:
        blob = blobs.keep(
            session, name="kh.pdf", mime="application/pdf", content=b"%PDF", now=MONDAY_8AM
        )
    assert blob.id is not None
    document = Document(blob.id, "kh.pdf")
    post.queue(Reply(HELLO, to=CHAT, document=document))
    await post.send()
    post.queue(Reply(HELLO, to="fake:b", document=document))
    await post.send()

    refs = [sent.attachment.ref for sent in post.channel.sent if sent.attachment]
    assert refs == ["", "uploaded"]


async def test_a_channel_without_buttons_prints_numbers(engine: Engine) -> None:
    post = Post(engine, FakeChannel(limits=Limits(buttons=False, markup=False)))
    post.queue(Reply(HELLO, to=CHAT, choices=(Choice("Có mặt", "a 1"), Choice("Vắng", "a 2"))))
    await post.send()

    (sent,) = post.channel.sent
    assert "1. Có mặt\n2. Vắng" in sent.text
    assert "<b>" not in sent.text
    assert sent.choices == ()


async def test_one_chat_that_must_wait_does_not_hold_the_others(engine: Engine) -> None:
    channel = FakeChannel(groups={"fake:g"})
    post = Post(engine, channel)
    post.app.delivery.paces = {"fake": Pace(overall=30, per_chat=0, per_group=1)}
    post.app.delivery.__post_init__()
    post.queue(Reply(HELLO, to="fake:g"), Reply(HELLO, to="fake:g"), Reply(HELLO, to="fake:b"))
    await post.send()

    assert sorted(sent.chat for sent in channel.sent) == ["fake:b", "fake:g"]


async def test_a_chat_with_much_to_hear_does_not_hide_the_others(engine: Engine) -> None:
    channel = FakeChannel()
    post = Post(engine, channel)
    post.app.delivery.paces = {"fake": Pace(overall=30, per_chat=1)}
    post.app.delivery.__post_init__()
    many = (Reply(HELLO, to="fake:busy", key=f"busy:{n}") for n in range(600))
    post.queue(*many, Reply(HELLO, to="fake:last", bulk=True))
    await post.send()

    assert sorted({sent.chat for sent in channel.sent}) == ["fake:busy", "fake:last"]


async def test_of_two_uploads_at_once_the_first_is_kept_and_nothing_breaks(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    with begin(post.engine) as session:
        blob = blobs.keep(session, name="a", mime="", content=b"a", now=MONDAY_8AM)
        assert blob.id is not None
        blobs.note_upload(session, blob.id, "fake", "first")
    with begin(post.engine) as session:
        # the other delivery looked before the first was committed
        monkeypatch.setattr(type(session), "get", lambda *_: None)
        blobs.note_upload(session, blob.id, "fake", "second")
        monkeypatch.undo()

        assert session.get_one(BlobUpload, (blob.id, "fake")).ref == "first"


async def test_what_was_taken_already_waits_too_when_the_platform_asks_for_silence(
    post: Post,
) -> None:
    post.channel.failures = deque([DeliveryError("429", retryable=True, retry_after=0.3)])
    post.queue(*(Reply(HELLO, to=f"fake:{n}") for n in range(3)))
    letters, _ = await asyncio.to_thread(post.app.delivery.take)
    assert len(letters) == 3
    for letter in letters:  # the second and third are on their way only after the refusal
        await post.app.delivery.deliver(letter)
    assert post.channel.sent == []

    await post.send()
    assert post.channel.sent == []
    assert post.fates() == ["queued"] * 3
    await asyncio.sleep(0.35)
    await post.send(seconds=1)
    assert post.fates() == ["sent"] * 3


async def test_without_asking_again_it_would_speak_into_the_silence(
    post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Limiter, "held", lambda *_: 0.0)
    post.channel.failures = deque([DeliveryError("429", retryable=True, retry_after=0.3)])
    post.queue(*(Reply(HELLO, to=f"fake:{n}") for n in range(2)))
    letters, _ = await asyncio.to_thread(post.app.delivery.take)
    for letter in letters:
        await post.app.delivery.deliver(letter)

    assert len(post.channel.sent) == 1
