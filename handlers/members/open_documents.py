"""Workbooks of LibreOffice (.ods): how large a sheet is before it is opened."""

from __future__ import annotations

import re
import zipfile

CONTENT = "content.xml"
_KIND = b"application/vnd.oasis.opendocument.spreadsheet"
_TAG = re.compile(rb"<table:(table|table-row|table-cell|covered-table-cell)(?=[\s/>])([^>]*)>")
_TIMES = re.compile(rb'table:number-(?:rows|columns)-repeated="(\d{1,9})"')


def is_workbook(package: zipfile.ZipFile) -> bool:
    """Whether a zip is a workbook of this kind; texts and drawings are packed alike."""
    names = package.namelist()
    return {CONTENT, "mimetype"} <= set(names) and package.read("mimetype").startswith(_KIND)


def extent(content: bytes) -> int:
    """How many cells the dense table of its largest sheet would have.

    A cell or a row is written once and told to be repeated; the empty ones at the end count not.
    """
    most = rows = column = height = width = 0
    for tag, attributes in _TAG.findall(content):
        found = _TIMES.search(attributes)
        times = int(found[1]) if found else 1
        if tag == b"table":
            rows = height = width = 0
        elif tag == b"table-row":
            rows, column = rows + times, 0
        else:
            column += times
            if b"value" in attributes:
                height, width = rows, max(width, column)
                most = max(most, height * width)
    return most
