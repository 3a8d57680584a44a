"""Cells that the reader of workbooks leaves empty though something stands there.

An error of Excel (#REF!, #N/A) and a formula whose value no program has worked out would else look
like cells nobody filled, and a row of nothing else like no row at all.
"""

from __future__ import annotations

import html
import re
import zipfile
from collections import defaultdict
from collections.abc import Iterator, Mapping

Broken = dict[int, dict[int, str]]
"""What stands in a sheet's broken cells, by row and column from 0."""

_CELL = re.compile(rb'<c r="([A-Z]{1,3})(\d{1,7})"([^>]*)(?<!/)>(.*?)</c>', re.DOTALL)
_VALUE = re.compile(rb"<v>([^<]+)</v>")
_FORMULA = re.compile(rb"<f[^>]*>([^<]+)</f>")
_SHEET = re.compile(r"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(r"<Relationship\s[^>]*>")
_ATTRIBUTE = re.compile(r'([\w:]+)="([^"]*)"')
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
LONGEST = 60
"""So much of a formula is told."""


def broken_cells(package: zipfile.ZipFile, parts: Mapping[str, bytes]) -> dict[str, Broken]:
    """Broken cells of the sheets of an xlsx file, by the sheet's name; sheets without are left out.

    `parts` are the contents of its sheets by their place in the package.
    """
    harmed = {part: c for part, c in parts.items() if b't="e"' in c or b"<f" in c}
    if not harmed or not {_BOOK, _RELATIONS} <= set(package.namelist()):
        return {}
    return {
        name: broken
        for name, part in _sheets(package)
        if part in harmed and (broken := _broken(harmed[part]))
    }


def _sheets(package: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Each sheet's name and the part of the package it is in."""
    relations = package.read(_RELATIONS).decode("utf-8", "replace")
    targets = {
        about.get("Id", ""): about.get("Target", "")
        for about in (dict(_ATTRIBUTE.findall(tag)) for tag in _RELATION.findall(relations))
    }
    for tag in _SHEET.findall(package.read(_BOOK).decode("utf-8", "replace")):
        about = dict(_ATTRIBUTE.findall(tag))
        target = targets.get(about.get("r:id", ""), "").removeprefix("/xl/").removeprefix("xl/")
        yield html.unescape(about.get("name", "")), f"xl/{target}"


def _broken(content: bytes) -> Broken:
    found: Broken = defaultdict(dict)
    for letters, row, attributes, body in _CELL.findall(content):
        value = _VALUE.search(body)
        if b't="e"' in attributes and value:
            text = value[1]
        elif value is None and b't="' not in attributes and (formula := _FORMULA.search(body)):
            text = b"=" + formula[1]
        else:
            continue
        shown = html.unescape(text.decode("utf-8", "replace"))[:LONGEST]
        found[int(row) - 1][column_number(letters) - 1] = shown
    return dict(found)


def column_number(letters: bytes) -> int:
    """A is 1, AA is 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
