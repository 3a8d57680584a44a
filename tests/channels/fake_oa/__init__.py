"""A Zalo Official Account server of our own, speaking the documented dialect over real HTTP, with
its faults: authorisation, the OpenAPI, and the webhook it calls.

What it does where nobody knows is told in `payloads/*.json`, each with its source and certainty.
"""

from tests.channels.fake_oa.people import OaChat, OaGroup, OaMessage, OaPerson
from tests.channels.fake_oa.server import FakeOa

__all__ = ["FakeOa", "OaChat", "OaGroup", "OaMessage", "OaPerson"]
