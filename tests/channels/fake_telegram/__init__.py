"""A Bot API server of our own: groups, many members, buttons, files, limits and faults over HTTP.

It models what a chat bot with inline buttons needs, in the words of tdlib/telegram-bot-api 10.0.
A test plays the people; the bot under test, any client, talks to `FakeTelegram.url`.
"""

from tests.channels.fake_telegram.chats import Chat, FakeGroup, PrivateChat
from tests.channels.fake_telegram.errors import ApiError, CutConnectionError
from tests.channels.fake_telegram.faults import Fault
from tests.channels.fake_telegram.files import FakeFile
from tests.channels.fake_telegram.limits import FloodLimits
from tests.channels.fake_telegram.messages import Button, FakeMessage
from tests.channels.fake_telegram.people import Bot, Person
from tests.channels.fake_telegram.records import Press, Request
from tests.channels.fake_telegram.server import FakeTelegram

__all__ = [
    "ApiError",
    "Bot",
    "Button",
    "Chat",
    "CutConnectionError",
    "FakeFile",
    "FakeGroup",
    "FakeMessage",
    "FakeTelegram",
    "Fault",
    "FloodLimits",
    "Person",
    "Press",
    "PrivateChat",
    "Request",
]
