"""Every table, imported for its metadata: what Alembic compares and tests create."""

from storage import (
    accounts,
    attempts,
    chores,
    consents,
    dialogues,
    directives,
    doors,
    groups,
    invitations,
    joining,
    mail,
    members,
    relays,
    rolls,
    units,
)
from storage.database import metadata

__all__ = [
    "accounts",
    "attempts",
    "chores",
    "consents",
    "dialogues",
    "directives",
    "doors",
    "groups",
    "invitations",
    "joining",
    "mail",
    "members",
    "metadata",
    "relays",
    "rolls",
    "units",
]
