"""Sheets of members with the malice of real ones, row by row with what must become of them."""

from __future__ import annotations

from tests.registers import answers, cells, clerks, forms, hamlets, households, pairs, towns, wards
from tests.registers.cases import Case

CASES: tuple[Case, ...] = tuple(
    case
    for module in (wards, hamlets, forms, pairs, towns, cells, clerks, answers, households)
    for case in vars(module).values()
    if isinstance(case, Case)
)
