"""Every table, imported for its metadata: what Alembic compares and tests create."""

from storage import accounts, dialogues, groups, mail, members, relays, units
from storage.database import metadata

__all__ = ["accounts", "dialogues", "groups", "mail", "members", "metadata", "relays", "units"]
