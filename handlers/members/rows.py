"""What a sheet of members comes to: one row a person, and what was said about the rest."""

from __future__ import annotations

from dataclasses import dataclass, field

from handlers.members.landmarks import Mark
from handlers.members.notes import Note
from handlers.members.titles import RoleRead
from storage.members import MemberStatus


@dataclass(slots=True)
class PersonRow:
    """One row that speaks of a person, as far as it could be read.

    Nobody changes one; it is not frozen because that would make each, of tens of thousands, twice
    as dear.
    `line` is the 1-based physical row of the file. Dates are YYYY, YYYY-MM or YYYY-MM-DD.
    `errors` keep a row out; `doubts` hold it for a person to decide; `warnings` only tell.
    """

    sheet: str
    line: int
    name: str
    alias: str = ""  # also in `note`, in brackets
    birth: str = ""
    phone: str = ""
    no_phone: bool = False  # the sheet says that she has none
    address: str = ""
    job: str = ""
    joined: str = ""
    left_on: str = ""
    left_reason: str = ""
    status: MemberStatus = MemberStatus.ACTIVE
    title: str = ""
    roles: tuple[RoleRead, ...] = ()
    team: str = ""
    branch: str = ""  # "Khóm 1"; empty where the sheet names none
    note: str = ""
    # (field, cell): stored only with consent, and shown in no log
    sensitive: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    errors: tuple[Note, ...] = ()
    doubts: tuple[Note, ...] = ()
    warnings: tuple[Note, ...] = ()


@dataclass(frozen=True, slots=True)
class KnownMember:
    """A person of the register as the decision needs her, whatever table she comes from."""

    id: int
    unit_id: int
    name: str
    birth: str = ""
    phone: str = ""
    team: str = ""
    address: str = ""
    job: str = ""
    joined: str = ""
    title: str = ""
    note: str = ""
    no_phone: bool = False
    status: MemberStatus = MemberStatus.ACTIVE
    alias: str = ""
    same_as: int = 0  # the record that goes on for her, if she was found to be the same person


@dataclass(frozen=True, slots=True)
class Total:
    """How many people a sheet states, and how many rows were read in that part of it."""

    sheet: str
    line: int
    part: str  # the team, or empty for the whole sheet
    stated: int
    read: int


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row below the header that was taken for no person, and why (None: no pattern fits)."""

    sheet: str
    line: int
    mark: Mark | None
    text: str


@dataclass(slots=True)
class Sheets:
    """Everything read from one file; `several` says that people stand on more than one sheet."""

    several: bool = False
    rows: list[PersonRow] = field(default_factory=list)
    totals: list[Total] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
