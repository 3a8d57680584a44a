"""Groups come in, are bound, move and are lost; whoever answers for them is told."""

from __future__ import annotations

import pytest

from bot.channels.sandbox import PLAIN, SANDBOX
from handlers.chat import Kind
from storage import accounts, groups
from storage.database import begin
from storage.groups import Group, GroupState
from tests.cast import Cast, Player, Room


async def come_in(
    cast: Cast, key: str, title: str, *, by: Player | None = None, channel: str = SANDBOX
) -> Room:
    """The bot is let into a group it has never seen."""
    cast.platform.add_chat(key, channel=channel, title=title)
    for player in cast.players:
        cast.platform.join(key, player)
    await cast.channels[channel].add_bot((by or cast.lan).key, key)
    await cast.settle()
    return Room(cast, key, channel)


def group(cast: Cast, room: Room) -> Group:
    with cast.session() as session:
        found = groups.by_address(session, room.address)
        assert found is not None
        return found


async def test_the_bot_introduces_itself_once(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm mới")
    assert "trợ lý tự động" in room.text
    assert "/ketnoi" in room.text
    await cast.happens(Kind.BOT_ADDED, cast.lan, room, hears_all=True)  # made an administrator

    assert len(room.bot) == 1


async def test_a_leader_binds_her_group_and_learns_what_the_bot_hears(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm mới")
    await cast.lan.says("/ketnoi P5-K8", room)

    assert "đã kết nối với Chi hội Khóm 8" in room.text
    assert "nghe được mọi tin" in cast.lan.text
    bound = group(cast, room)
    assert bound.unit_id == cast.unit("P5-K8").id
    assert not bound.main  # the first group stays the main one


async def test_a_leader_of_one_branch_needs_no_code(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm mới")
    await cast.nga.says("/ketnoi", room)

    assert group(cast, room).unit_id == cast.unit("P6-K8").id
    assert group(cast, room).main


async def test_a_group_that_hears_only_commands_is_explained(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm Zalo", channel=PLAIN)
    await cast.lan.says("@chihoi /ketnoi p5-k8", room)

    assert group(cast, room).unit_id == cast.unit("P5-K8").id
    assert "chỉ nghe câu lệnh" in cast.lan.text
    assert "quote" in cast.lan.text
    assert "quản trị viên" not in cast.lan.text  # that opens no ears there
    await cast.happens(Kind.BOT_ADDED, cast.lan, room, hears_all=True)
    assert "nghe được mọi tin" in cast.lan.text
    await cast.happens(Kind.BOT_ADDED, cast.lan, cast.k8, hears_all=False)
    assert "cho em làm quản trị viên" in cast.lan.text


async def test_an_officer_binds_and_the_leader_is_told(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm mới", by=cast.hoa)
    await cast.hoa.says("/ketnoi khóm 1", room)

    assert group(cast, room).unit_id == cast.unit("P5-K1").id
    assert "nghe được mọi tin" in cast.sau.text
    assert "nghe được mọi tin" in cast.hoa.text


async def test_an_officer_without_a_code_chooses_in_the_group(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm mới")
    await cast.hoa.says("/ketnoi khóm", room)
    assert sorted(room.last.labels) == [
        "Chi hội Khóm 1, Hội LHPN Phường 5",
        "Chi hội Khóm 8, Hội LHPN Phường 5",
    ]
    await cast.hoa.presses("Khóm 1", room)

    assert group(cast, room).unit_id == cast.unit("P5-K1").id


@pytest.mark.parametrize("who", ["ty", "an", "sau", "thu"])
async def test_others_bind_nothing_here(cast: Cast, who: str) -> None:
    room = await come_in(cast, "moi", "Nhóm mới")
    player: Player = getattr(cast, who)
    await player.says("/ketnoi P5-K8", room)

    assert group(cast, room).unit_id is None
    assert "không thấy đơn vị" in room.text or "không tìm thấy" in room.text


async def test_a_wrong_code_and_one_that_is_not_hers_sound_alike(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm mới")
    await cast.lan.says("/ketnoi P9-K9", room)
    absent = room.text
    await cast.lan.says("/ketnoi P6-K8", room)

    assert absent.replace("P9-K9", "…") == room.text.replace("P6-K8", "…")
    assert "/ketnoi P5-K8" in absent  # her own code, as the example


async def test_binding_twice_changes_nothing(cast: Cast) -> None:
    await cast.lan.says("/ketnoi P5-K8", cast.k8)

    assert "từ trước rồi" in cast.k8.text
    assert group(cast, cast.k8).main


async def test_a_bound_group_is_not_taken_over(cast: Cast) -> None:
    await cast.sau.says("/ketnoi P5-K1", cast.k8)
    assert "đang kết nối với Chi hội Khóm 8" in cast.k8.text
    assert "Người phụ trách" in cast.k8.text
    await cast.hoa.says("/ketnoi P5-K1", cast.k8)
    assert "/huyketnoi trước" in cast.k8.text
    assert group(cast, cast.k8).unit_id == cast.unit("P5-K8").id


async def test_unbinding_is_asked_twice_and_the_next_group_becomes_main(cast: Cast) -> None:
    second = cast.add_room("g8b", "CH Khóm 8 nhóm 2", unit="P5-K8", main=False)
    await cast.lan.says("/huyketnoi", cast.k8)
    assert group(cast, cast.k8).unit_id is not None
    await cast.an.presses("Đúng, bỏ kết nối", cast.k8)
    assert group(cast, cast.k8).unit_id is not None
    await cast.lan.presses("Đúng, bỏ kết nối", cast.k8)

    assert group(cast, cast.k8).unit_id is None
    assert not group(cast, cast.k8).main
    assert group(cast, second).main
    assert "bỏ kết nối" in cast.k8.text
    await cast.lan.says("/huyketnoi", cast.k8)
    assert "chưa kết nối" in cast.k8.text


async def test_unbinding_from_private(cast: Cast) -> None:
    await cast.lan.says("huỷ kết nối")
    assert cast.lan.labels == ["CH Khóm 8"]
    await cast.lan.presses("CH Khóm 8")
    await cast.lan.presses("Đúng, bỏ kết nối")

    assert group(cast, cast.k8).unit_id is None
    assert "bỏ kết nối" in cast.lan.text
    await cast.lan.says("/huyketnoi")
    assert "chưa có nhóm nào" in cast.lan.text


async def test_nobody_unbinds_anothers_group(cast: Cast) -> None:
    for player in (cast.an, cast.sau, cast.ty):
        await player.says(f"/unbind {group(cast, cast.k8).id} yes")
        assert "không thuộc đơn vị" in player.text
        await player.says("/huyketnoi", cast.k8)
    assert group(cast, cast.k8).unit_id is not None


async def test_another_group_becomes_the_main_one(cast: Cast) -> None:
    second = cast.add_room("g8b", "CH Khóm 8 nhóm 2", unit="P5-K8", main=False)
    await cast.an.says("/nhomchinh", second)
    assert not group(cast, second).main
    await cast.lan.says("/nhomchinh", second)

    assert "nhóm chính" in second.text
    assert (group(cast, second).main, group(cast, cast.k8).main) == (True, False)


async def test_an_officer_binds_a_seen_group_from_private(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm chưa nối", by=cast.ty)
    await cast.hoa.says("/ketnoi")
    await cast.hoa.presses("Nhóm chưa nối")
    await cast.hoa.presses("Hội LHPN Phường 5")

    assert group(cast, room).unit_id == cast.unit("P5").id
    assert "đã kết nối" in room.text
    await cast.hoa.says("/ketnoi")
    assert "chưa thấy nhóm nào" in cast.hoa.text


async def test_an_officer_names_the_unit_at_once(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm chưa nối")
    await cast.hoa.says("/ketnoi P5-K1")
    await cast.hoa.presses("Nhóm chưa nối")

    assert group(cast, room).unit_id == cast.unit("P5-K1").id


async def test_an_officer_without_words_is_never_guessed_at(cast: Cast) -> None:
    """A branch's group bound to the whole ward would get what is not meant for it."""
    room = await come_in(cast, "moi", "Nhóm mới")
    await cast.hoa.says("/ketnoi", room)

    assert group(cast, room).unit_id is None
    assert len(room.last.labels) == 3


async def test_a_leader_sees_only_groups_she_let_the_bot_into(cast: Cast) -> None:
    hers = await come_in(cast, "a", "Nhóm của Lan", by=cast.lan)
    other = await come_in(cast, "b", "Nhóm của Sáu", by=cast.sau)
    await cast.lan.says("/ketnoi")
    assert cast.lan.labels == ["Nhóm của Lan"]
    await cast.lan.says(f"/bindroom {group(cast, other).id}")
    assert "chưa thấy nhóm nào" in cast.lan.text
    await cast.lan.says(f"/bindroom {group(cast, hers).id}")
    assert group(cast, hers).unit_id == cast.unit("P5-K8").id
    await cast.an.says("/ketnoi")
    assert "không thuộc đơn vị" in cast.an.text


async def test_the_bot_is_put_out_and_the_leader_told_once(cast: Cast) -> None:
    await cast.channels[SANDBOX].remove_bot("an", "g8")
    await cast.settle()
    assert "bị đưa ra khỏi nhóm CH Khóm 8" in cast.lan.text
    assert "không còn nhóm nào" in cast.lan.text
    assert group(cast, cast.k8).state == GroupState.GONE
    told = len(cast.lan.texts)
    await cast.happens(Kind.BOT_REMOVED, cast.an, cast.k8)
    assert len(cast.lan.texts) == told

    await cast.channels[SANDBOX].add_bot("lan", "g8")
    await cast.settle()
    assert "thuộc Chi hội Khóm 8" in cast.k8.text  # the binding was kept
    assert group(cast, cast.k8).state == GroupState.ACTIVE


async def test_a_kick_that_only_shows_when_sending_is_told_as_well(cast: Cast) -> None:
    """Some platforms send no event: the first message that fails is how the bot learns it."""
    cast.platform.set_bot("g8", inside=False)
    await cast.hoa.says("/linkthamgia P5-K8 post")

    assert "bị đưa ra khỏi nhóm CH Khóm 8" in cast.lan.text
    assert group(cast, cast.k8).state == GroupState.GONE


async def test_without_a_linked_leader_the_level_above_is_told(cast: Cast) -> None:
    room = cast.add_room("g0", "CH không người", unit="P5-K1", main=False)
    with begin(cast.engine) as session:
        for channel in (SANDBOX, PLAIN):
            account = accounts.by_address(session, f"{channel}:sau")
            member = cast.member("Cao Thị Sáu").id
            assert account is not None and account.id is not None and member is not None
            accounts.unlink(session, account.id, member)
    await cast.happens(Kind.BOT_REMOVED, cast.ty, room)

    assert "bị đưa ra khỏi nhóm CH không người" in cast.hoa.text
    assert "còn 1 nhóm" in cast.hoa.text


async def test_a_lost_group_of_no_unit_troubles_nobody(cast: Cast) -> None:
    room = await come_in(cast, "moi", "Nhóm mới")
    queued = len(cast.outbox())
    await cast.happens(Kind.BOT_REMOVED, cast.ty, room)
    await cast.happens(Kind.BOT_REMOVED, cast.ty, Room(cast, "unheard-of", SANDBOX))

    assert len(cast.outbox()) == queued


async def test_a_group_that_moves_stays_bound(cast: Cast) -> None:
    new = Room(cast, "super8", SANDBOX)
    cast.platform.add_chat("super8", channel=SANDBOX, title="CH Khóm 8")
    await cast.happens(Kind.BOT_ADDED, cast.lan, new)  # the new address may be heard of first
    await cast.happens(Kind.MIGRATED, cast.lan, cast.k8, moved_to=new.address)

    moved = group(cast, new)
    assert (moved.unit_id, moved.main, moved.state) == (
        cast.unit("P5-K8").id, True, GroupState.ACTIVE,
    )  # fmt: skip
    await cast.happens(Kind.MIGRATED, cast.lan, cast.k8, moved_to=new.address)  # a repeat
    await cast.happens(Kind.MIGRATED, cast.lan, new, moved_to=new.address)
    assert group(cast, new).unit_id == moved.unit_id


async def test_what_is_open_goes_on_in_the_group_that_moved(cast: Cast) -> None:
    await cast.lan.says("/diemdanh", cast.k8)
    old = cast.k8.last
    new = Room(cast, "super8", SANDBOX)
    cast.platform.add_chat("super8", channel=SANDBOX, title="CH Khóm 8")
    await cast.happens(Kind.MIGRATED, cast.lan, cast.k8, moved_to=new.address)
    await cast.an.presses("Có mặt", cast.k8)
    await cast.passes(seconds=10)

    assert "Có mặt: 1" in new.text
    assert "✅ Có mặt" in new.last.labels
    found = cast.platform.message(old.id)
    assert found is not None and found.text == old.text

    await cast.binh.presses("Có mặt", new)
    await cast.passes(seconds=10)
    assert "Có mặt: 2" in new.text
    assert len(new.bot) == 1


async def test_a_move_does_not_swallow_another_bound_group(cast: Cast) -> None:
    await cast.happens(Kind.MIGRATED, cast.lan, cast.k8, moved_to=cast.k1.address)

    assert group(cast, cast.k1).unit_id == cast.unit("P5-K1").id
    assert group(cast, cast.k8).unit_id == cast.unit("P5-K8").id
