"""Every table, imported for its metadata: what Alembic compares and tests create."""

from storage import accounts, groups, mail, members, relays, units
from storage.database import metadata

__all__ = ["accounts", "groups", "mail", "members", "metadata", "relays", "units"]
