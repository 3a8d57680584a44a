"""What is said about a row or a sheet: a code and its facts; `templates/members/note.j2` words it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Code(StrEnum):
    """Every remark the register makes when it reads a sheet."""

    # Errors: the row cannot be taken as it stands.
    NO_NAME = "no_name"
    NAME_DAMAGED = "name_damaged"
    NAME_NOT_WORDS = "name_not_words"
    OLD_FONT = "old_font"
    # Doubts: a person has to decide.
    TWO_PEOPLE = "two_people"
    OTHER_NAME = "other_name"
    NAME_CUT = "name_cut"
    NAMED_BY_OTHER = "named_by_other"
    BIRTH_IMPOSSIBLE = "birth_impossible"
    BIRTH_FUTURE = "birth_future"
    BIRTH_CHILD = "birth_child"
    TWO_BIRTHS = "two_births"
    UNDER_AGE = "under_age"
    # Warnings: taken, with a remark.
    BIRTH_UNREADABLE = "birth_unreadable"
    BIRTH_NO_YEAR = "birth_no_year"
    BIRTH_NO_SUCH_DAY = "birth_no_such_day"
    BIRTH_VERY_OLD = "birth_very_old"
    BIRTH_UNSURE = "birth_unsure"
    BIRTH_FROM_NAME = "birth_from_name"
    MONTH_FIRST = "month_first"
    DAY_OR_MONTH = "day_or_month"
    PHONE_UNREADABLE = "phone_unreadable"
    OTHER_PHONES = "other_phones"
    JOINED_UNREADABLE = "joined_unreadable"
    JOINED_TOO_EARLY = "joined_too_early"
    LEFT_UNREADABLE = "left_unreadable"
    GONE = "gone"
    ALIAS = "alias"
    NAME_MENDED = "name_mended"
    ONE_WORD_NAME = "one_word_name"
    CELLS_SHIFTED = "cells_shifted"
    # About a whole sheet.
    SENSITIVE_LEFT_OUT = "sensitive_left_out"
    COLUMNS_NOT_READ = "columns_not_read"
    TOTAL_DIFFERS = "total_differs"
    BRANCHES_DISAGREE = "branches_disagree"
    SHEET_MENDED = "sheet_mended"
    HIDDEN_SHEET = "hidden_sheet"
    SHEET_WITHOUT_LIST = "sheet_without_list"
    # Decisions against the people already known.
    KNOWN = "known"
    CHANGED = "changed"
    REPEATED = "repeated"
    DECIDED = "decided"
    SAME_NAME_NO_BIRTH = "same_name_no_birth"
    SAME_NAME_OTHER_BIRTH = "same_name_other_birth"
    SAME_NAME_OTHER_FACTS = "same_name_other_facts"
    MARKS_DIFFER = "marks_differ"
    NAME_NEARLY = "name_nearly"
    IN_ANOTHER_UNIT = "in_another_unit"
    HAS_LEFT = "has_left"


@dataclass(frozen=True, slots=True)
class Note:
    """One remark: its code and the facts it names, as text."""

    code: Code
    args: tuple[str, ...] = ()
