"""Reads a survey from a file: plain text, CSV, or a workbook.

A workbook holds one question a row under a header with "Câu hỏi" and, as wanted, "STT", "Loại",
"Bắt buộc" (x), "Lựa chọn" (one column with ";" between, or several columns) and "Nếu" (rules with
";" between: "không -> câu 3"). Above the header stand title, deadline and secrecy as in a text form,
in one cell ("Hạn: 30/11/2026") or in two. Kinds and rules are written as in a text form.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from itertools import islice

from handlers.surveys.drafts import FormDraft, QuestionDraft, build, said_yes
from handlers.surveys.form_text import read_text_form, take_label
from handlers.surveys.forms import FormProblem, FormReading
from storage.vietnamese import fold, normalise

MAX_FORM_BYTES = 1024 * 1024
MAX_UNPACKED_BYTES = 30 * 1024 * 1024
MAX_ROWS = 200

_COLUMNS = {
    "label": frozenset({"stt", "tt", "cau", "so", "cau so"}),
    "text": frozenset({"cau hoi", "noi dung", "noi dung cau hoi"}),
    "kind": frozenset({"loai", "kieu", "loai cau hoi", "kieu tra loi"}),
    "required": frozenset({"bat buoc"}),
    "options": frozenset({"lua chon", "phuong an", "dap an", "cac lua chon", "cac phuong an"}),
    "rules": frozenset({"neu", "chuyen cau", "dieu kien", "re nhanh", "quy tac"}),
}
_BETWEEN = re.compile(r"\s*[;|\n]\s*")

Row = tuple[int, list[str]]


def read_form(data: bytes, name: str = "") -> FormReading:
    """The survey in a file, whatever its kind; `name` helps to tell CSV from text."""
    if len(data) > MAX_FORM_BYTES:
        return _unread("too_big")
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _read_workbook(data)
    text = _decoded(data)
    if text is None:
        return _unread("unreadable")
    if name.lower().endswith((".csv", ".tsv")):
        return _read_rows(_csv_rows(text))
    return read_text_form(text)


def _unread(code: str) -> FormReading:
    return FormReading(None, (FormProblem(code),))


def _decoded(data: bytes) -> str | None:
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _csv_rows(text: str) -> list[Row]:
    head = text[:4000]
    delimiter = max(";,\t", key=head.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    first = islice(enumerate(rows, 1), MAX_ROWS)
    return [(number, [cell.strip() for cell in row]) for number, row in first]


def _read_workbook(data: bytes) -> FormReading:
    # Here and not above: a form in a workbook is rare.
    from python_calamine import CalamineWorkbook, PasswordError  # noqa: PLC0415

    try:
        if data.startswith(b"PK") and _unpacked_size(data) > MAX_UNPACKED_BYTES:
            return _unread("too_big")
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        cells = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MAX_ROWS)
    except PasswordError:
        return _unread("locked")
    except Exception:  # noqa: BLE001 - a broken workbook can break a parser anywhere
        return _unread("unreadable")
    return _read_rows(
        [(number, [_words(cell) for cell in row]) for number, row in enumerate(cells, 1)]
    )


def _unpacked_size(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return sum(entry.file_size for entry in archive.infolist())


def _words(cell: object) -> str:
    if isinstance(cell, datetime | date):
        return f"{cell:%d/%m/%Y}"
    if isinstance(cell, bool):
        return "x" if cell else ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _read_rows(rows: Sequence[Row]) -> FormReading:
    draft = FormDraft()
    columns: dict[str, list[int]] = {}
    for line, cells in rows:
        if not any(cells):
            continue
        if not columns:
            columns = _columns(cells)
            if not columns:
                _take_heading(draft, line, [cell for cell in cells if cell])
            continue
        _take_question(draft, line, cells, columns)
    if not columns and not draft.problems:
        draft.problems.append(FormProblem("no_header"))
    return build(draft)


def _columns(cells: Sequence[str]) -> dict[str, list[int]]:
    """Places of each known column; none unless there is one for the questions."""
    found: dict[str, list[int]] = {}
    for place, cell in enumerate(cells):
        title = re.sub(r"\s*\d+$", "", fold(cell))
        for name, titles in _COLUMNS.items():
            if title in titles:
                found.setdefault(name, []).append(place)
    return found if "text" in found else {}


def _take_heading(draft: FormDraft, line: int, cells: list[str]) -> None:
    words = normalise(cells[0] if len(cells) == 1 else f"{cells[0].rstrip(': ')}: {cells[1]}")
    if take_label(draft, line, words):
        return
    if draft.title[1]:
        draft.problems.append(FormProblem("stray_line", line, words))
    else:
        draft.title = (line, normalise(cells[0]))


def _take_question(
    draft: FormDraft, line: int, cells: Sequence[str], columns: dict[str, list[int]]
) -> None:
    def under(name: str) -> list[str]:
        return [
            cells[place] for place in columns.get(name, ()) if place < len(cells) and cells[place]
        ]

    text = normalise(" ".join(under("text")))
    label = re.search(r"\d+", " ".join(under("label")))
    number = int(label[0]) if label else len(draft.questions) + 1
    question = QuestionDraft(line, number, text, normalise(" ".join(under("kind"))))
    question.required = bool(under("required")) and said_yes(under("required")[0]) is True
    for cell in under("options"):
        question.options += [(line, normalise(one)) for one in _BETWEEN.split(cell) if one.strip()]
    for cell in under("rules"):
        question.rules += [(line, normalise(one)) for one in _BETWEEN.split(cell) if one.strip()]
    draft.questions.append(question)
