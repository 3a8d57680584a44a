"""A group becomes a supergroup while something is on its way to its old address."""

from __future__ import annotations

from sqlalchemy import Engine

from bot.channels.base import Post as Message
from bot.channels.base import Sent
from handlers.chat import How, Reply
from storage import deliveries, groups
from storage.database import begin, reading
from storage.groups import Group
from tests.cast import MONDAY_8AM
from tests.channels.fake_channel import FakeChannel
from tests.delivery_scenes import HELLO, Post

OLD, NEW = "fake:-1", "fake:-100"


class MovingChannel(FakeChannel):
    """What is sent to the old address arrives; before its answer is heard the group has moved."""

    engine: Engine

    async def send(self, post: Message) -> Sent:
        sent = await super().send(post)
        if post.chat == OLD:
            with begin(self.engine) as session:
                groups.move(session, OLD, NEW)
        return sent


async def test_what_was_on_its_way_counts_as_seen_in_the_new_group(engine: Engine) -> None:
    channel = MovingChannel()
    channel.engine = engine
    post = Post(engine, channel)
    with begin(engine) as session:
        session.add(Group(address=OLD, title="CH", seen_at=MONDAY_8AM))
    post.queue(Reply(HELLO, to=OLD, subject="roll:1"))
    await post.send()

    with reading(engine) as session:
        assert deliveries.shown(session, NEW, "roll:1", before=99) == ("sent", "")

    post.queue(Reply(HELLO, to=NEW, subject="roll:1", how=How.TALLY))
    await post.send(minutes=1)

    assert [message.chat for message in channel.sent] == [OLD, NEW]
    assert channel.changed == []
