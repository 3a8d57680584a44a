"""A Zalo Bot server of our own, speaking the documented dialect over real HTTP, with its faults.

What it does where nobody knows is told in `payloads/*.json`, each with its source and certainty.
"""

from tests.channels.fake_zalo.people import FakeZaloChat, FakeZaloGroup, FakeZaloMessage, ZaloPerson
from tests.channels.fake_zalo.server import FakeZalo

__all__ = ["FakeZalo", "FakeZaloChat", "FakeZaloGroup", "FakeZaloMessage", "ZaloPerson"]
