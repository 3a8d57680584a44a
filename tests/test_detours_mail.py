"""What waited to be sent when a channel was lost: sent on by another door, or kept and said so."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from sqlmodel import select

from bot import dispatch
from bot.channels.base import DeliveryError, Post, Sent
from bot.channels.sandbox import PLAIN, SANDBOX, SandboxChannel
from bot.posting import Body
from bot.stranded import fitted
from handlers.chat import Choice, Limits, Reply
from handlers.detours import returning
from storage import accounts
from storage.database import begin
from storage.detours import DetourState
from storage.mail import Outbox
from tests.cast import Cast, Player
from tests.delivery_scenes import Watch
from tests.losing import detour_of, loses, mentions, regains
from tests.rollcall import share_phone
from tests.test_detours import at_plain, number

LATER = timedelta(hours=1)


def queue(cast: Cast, player: Player, *, title: str = "Họp chi hội", key: str = "late") -> None:
    """Something that waits for its hour to be said to her, with a button."""
    reply = Reply(
        "detours/channel.j2",
        {"channel": title},
        to=f"{SANDBOX}:{player.private.id}",
        choices=(Choice("🙋 Tôi là ai", "whoami"), Choice("📖 Trợ giúp", "help")),
        key=key,
        not_before=cast.clock.now() + LATER,
    )
    with begin(cast.engine) as session:
        cast.app.dispatcher.poster.queue(session, [reply], now=cast.clock.now(), origin="test")


async def test_it_comes_by_her_other_door_with_numbers_for_buttons(cast: Cast) -> None:
    queue(cast, cast.an)
    await loses(cast)
    await cast.passes(hours=1)

    assert cast.an.private.bot == []
    assert "1. 🙋 Tôi là ai" in at_plain(cast.an).text
    await number(cast.an, "📖 Trợ giúp")
    assert "Chi hội hỏi gì" in at_plain(cast.an).text
    await regains(cast)
    assert cast.an.private.bot == []


async def test_who_has_no_other_door_gets_it_when_the_channel_is_back(cast: Cast) -> None:
    drop_plain(cast, "an")
    queue(cast, cast.an)
    await loses(cast)
    await cast.passes(hours=2)
    assert cast.an.private.bot == []

    await regains(cast)
    assert mentions(cast.an.texts, "Họp chi hội") == 1


async def test_it_never_goes_to_a_door_somebody_else_stands_behind(cast: Cast) -> None:
    """An also answers on the phone of Bình, who would read what is only for An."""
    drop_plain(cast, "an")
    room = cast.add_room("p8", "CH Khóm 8 (Zalo)", unit="P5-K8", channel=PLAIN, main=False)
    share_phone(cast, room, "binh", "Võ Thị An")
    queue(cast, cast.an)
    await loses(cast)
    await cast.passes(hours=2)

    assert at_plain(cast.binh).bot == []
    await regains(cast)
    assert mentions(cast.an.texts, "Họp chi hội") == 1


async def test_what_cannot_be_read_or_sent_on_holds_up_nothing_else(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(cast, cast.an)
    queue(cast, cast.binh, key="poison")
    with begin(cast.engine) as session:
        row = next(r for r in session.exec(select(Outbox)) if r.key == "poison")
        row.body = "{"
        session.add(row)
    with monkeypatch.context() as broken:
        broken.setattr(dispatch, "rehome", lambda *_: 1 / 0)
        await loses(cast)
    assert detour_of(cast).moved_at is not None  # the prompts went all the same
    await cast.passes(minutes=2)
    await cast.passes(hours=1)

    assert mentions(at_plain(cast.an).texts, "Họp chi hội") == 1
    assert at_plain(cast.binh).bot == []


def drop_plain(cast: Cast, key: str) -> None:
    """She has no private talk on the other channel."""
    with begin(cast.engine) as session:
        account = accounts.by_address(session, f"{PLAIN}:{key}")
        assert account is not None
        account.private_chat = ""
        session.add(account)


def letter() -> Body:
    choices = ((Choice("Có", "yes"), Choice("Không", "no")),)
    return Body(
        text="Dòng\n" * 100, choices=choices, blob=7, file_name="a.pdf", picture="https://x"
    )


def parts_of(limits: Limits, *, carried: bool) -> list[Body]:
    made = fitted(letter(), limits, carried=carried)
    return [msgspec.json.decode(part, type=Body) for part in made]


def test_what_is_too_long_there_goes_in_parts_and_its_buttons_below_the_last() -> None:
    first, *_, last = parts_of(Limits(max_text=200, max_caption=150), carried=True)
    assert (first.blob, first.choices, first.picture) == (7, (), "")
    assert [c.line for row in last.choices for c in row] == ["yes", "no"]


def test_where_files_go_alone_one_stands_behind_its_words() -> None:
    *told, file = parts_of(Limits(captions=False, pictures_by_link=True), carried=True)
    assert (file.blob, file.file_name, file.text) == (7, "a.pdf", "")
    assert (told[0].picture, told[-1].blob) == ("https://x", None)


@pytest.mark.parametrize("limits", [Limits(buttons=False, markup=False), Limits(most_buttons=1)])
def test_where_there_are_no_buttons_or_too_few_there_are_numbers(limits: Limits) -> None:
    (told,) = parts_of(limits, carried=False)
    assert told.choices == ()
    assert "1. Có\n2. Không" in told.text
    assert "a.pdf" in told.text


@pytest.mark.parametrize("edits", [True, False])
def test_a_button_that_ticks_goes_along_only_where_it_can_tick(edits: bool) -> None:
    body = Body(choices=((Choice("☐ An", "tick an", ticks=True),), (Choice("Xong", "done"),)))
    (told,) = fitted(body, Limits(edits=edits), carried=False)
    labels = [c.label for row in msgspec.json.decode(told, type=Body).choices for c in row]
    assert labels == (["☐ An", "Xong"] if edits else ["Xong"])


@pytest.mark.parametrize("guarded", [True, False])
async def test_a_prompt_that_never_went_out_and_was_passed_on_is_not_shown_late(
    cast: Cast, watch: Watch, monkeypatch: pytest.MonkeyPatch, *, guarded: bool
) -> None:
    """And the twin: without that look at what waits the group is asked a second time."""
    if not guarded:
        monkeypatch.setattr(returning, "_drop_outdated", lambda *_: None)
    silence(cast, on=True)
    await cast.lan.says("/diemdanh", cast.k8)
    await loses(cast)
    await number(cast.lan, "✅ Đã gửi vào nhóm")
    silence(cast, on=False)
    watch.now += 60
    await regains(cast)
    await cast.passes(minutes=1)

    assert mentions(cast.k8.texts, "Điểm danh") == (0 if guarded else 1)


# the breaker


class Silent(SandboxChannel):
    """A sandbox that answers nobody while it is told so."""

    silent = False

    async def send(self, post: Post) -> Sent:
        if self.silent:
            raise DeliveryError("timeout", retryable=True, down=True)
        return await super().send(post)

    async def open(self) -> None:
        if self.silent:
            raise DeliveryError("timeout", retryable=True, down=True)


@pytest.fixture
def watch(cast: Cast) -> Watch:
    """The other clock: that of pauses between attempts."""
    watch = Watch()
    cast.app.delivery.monotonic = watch
    cast.app.delivery.__post_init__()
    channel = cast.channels[SANDBOX]
    channel.__class__ = Silent
    return watch


def silence(cast: Cast, *, on: bool) -> None:
    channel = cast.channels[SANDBOX]
    assert isinstance(channel, Silent)
    channel.silent = on


async def falls_silent(cast: Cast, watch: Watch) -> None:
    """Five people get no answer, and the channel counts as down."""
    silence(cast, on=True)
    for player in (cast.an, cast.binh, cast.cuc, cast.thu, cast.sau):
        await player.says("trợ giúp")
    watch.now += 1


async def test_after_a_quarter_of_an_hour_it_moves_by_itself_and_comes_back_so(
    cast: Cast, watch: Watch
) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await falls_silent(cast, watch)
    assert mentions(at_plain(cast.mai).texts, "không gửi được tin qua Telegram") == 1
    await cast.passes(minutes=14)
    assert mentions(at_plain(cast.binh).texts, "hỏi riêng chị") == 0

    await cast.passes(minutes=1)
    assert mentions(at_plain(cast.binh).texts, "hỏi riêng chị") == 1
    assert mentions(at_plain(cast.mai).texts, "đến giờ chưa thông") == 1

    silence(cast, on=False)
    await cast.binh.says("có mặt", at_plain(cast.binh))
    watch.now += 60
    await cast.passes(minutes=1)  # the new count shows that the channel is back
    await cast.passes(minutes=1)
    assert detour_of(cast).state == DetourState.OVER
    assert "Có mặt: 1" in cast.k8.text
    texts = [*cast.mai.texts, *at_plain(cast.mai).texts]
    assert mentions(texts, "đã thông lại") == 1


async def test_back_in_time_nothing_is_moved(cast: Cast, watch: Watch) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    await falls_silent(cast, watch)
    silence(cast, on=False)
    watch.now += 60
    await cast.passes(minutes=5)
    await cast.passes(minutes=30)

    assert detour_of(cast).state == DetourState.OVER
    assert at_plain(cast.binh).bot == []


async def test_an_operator_keeps_down_what_the_breaker_only_suspected(
    cast: Cast, watch: Watch
) -> None:
    await falls_silent(cast, watch)
    assert await loses(cast)
    silence(cast, on=False)
    watch.now += 60
    await cast.passes(minutes=5)
    assert detour_of(cast).state == DetourState.ON
    assert cast.an.private.bot == []

    await regains(cast)
    assert detour_of(cast).state == DetourState.OVER


async def test_a_process_that_starts_meanwhile_knows_and_asks_for_a_sign_of_life(
    cast: Cast, watch: Watch
) -> None:
    """Nothing waits for the channel that would show that it is back: it is asked."""
    await falls_silent(cast, watch)
    await cast.passes(minutes=15)
    delivery = cast.app.delivery
    delivery.__post_init__()
    delivery.recover(SANDBOX)
    lane = delivery.lanes[SANDBOX]
    assert lane.breaker.is_open
    await cast.settle()

    resting = delivery._resting
    lane.outgoing.known.clear()
    watch.now += 60
    assert resting.wants_ping(lane)
    await resting.ping(lane)
    await cast.settle()
    assert detour_of(cast).state == DetourState.ON

    silence(cast, on=False)
    await resting.ping(lane)
    await cast.settle()
    await cast.tick()
    assert detour_of(cast).state == DetourState.OVER


async def test_without_patience_it_never_moves_by_itself(cast: Cast, watch: Watch) -> None:
    cast.app.dispatcher.patience = None
    await cast.lan.says("/diemdanh", cast.k8)
    await falls_silent(cast, watch)
    await cast.passes(hours=3)

    assert mentions(at_plain(cast.binh).texts, "hỏi riêng chị") == 0
