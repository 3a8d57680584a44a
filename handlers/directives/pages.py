"""The text layer of a PDF, taken without ever failing or working for long."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from enum import StrEnum
from io import BytesIO
from typing import TYPE_CHECKING

from handlers.directives.text import tidy

if TYPE_CHECKING:
    from pypdf import PageObject

MAX_FILE_BYTES = 20 * 1024 * 1024
"""Largest file taken in (design: files are blobs of at most 20 MB)."""
MAX_PAGES = 20
MAX_CHARACTERS = 60_000
MAX_STREAM_BYTES = 4_000_000
MAX_OPERATIONS = 200_000
MIN_LETTERS = 40
"""A page with fewer letters is a picture with a page number or a signature's imprint on it."""
MIN_MARKED = 0.02
"""Vietnamese has a marked letter in every fourth; far fewer means an old font's code page."""


class FileState(StrEnum):
    """What could be had from the file."""

    ABSENT = "absent"
    READ = "read"
    SCAN = "scan"  # pictures, or letters of an old font: no text a reader could trust
    LOCKED = "locked"
    CORRUPT = "corrupt"
    NOT_PDF = "not_pdf"
    TOO_BIG = "too_big"


@dataclass(frozen=True, slots=True)
class Pages:
    """Tidy text of the first pages; `overlay` is what notes and stamps on page one say."""

    state: FileState
    texts: tuple[str, ...] = ()
    overlay: str = ""
    count: int = 0

    @property
    def first(self) -> str:
        """Page one."""
        return self.texts[0] if self.texts else ""

    @property
    def all(self) -> str:
        """Every page read, in order."""
        return "\n".join(text for text in self.texts if text)


def read_pages(data: bytes | None) -> Pages:
    """Reads what text there is; every kind of bad file is a state, never an error."""
    if data is None:
        return Pages(FileState.ABSENT)
    if len(data) > MAX_FILE_BYTES:
        return Pages(FileState.TOO_BIG)
    if b"%PDF-" not in data[:1024]:
        return Pages(FileState.NOT_PDF)
    # Here and not above: most processes never see a PDF.
    from pypdf.errors import DependencyError  # noqa: PLC0415

    try:
        return _extract(data)
    except DependencyError:  # an encryption that needs a library of its own
        return Pages(FileState.LOCKED)
    except Exception:  # noqa: BLE001 - a broken PDF can break a parser anywhere
        return Pages(FileState.CORRUPT)


def _extract(data: bytes) -> Pages:
    from pypdf import PasswordType, PdfReader, apply_configuration  # noqa: PLC0415

    # The parser's warnings quote the document.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    with apply_configuration(
        zlib_maximum_output_length=MAX_STREAM_BYTES,
        lzw_maximum_output_length=MAX_STREAM_BYTES,
        run_length_maximum_output_length=MAX_STREAM_BYTES,
        array_based_stream_maximum_output_length=MAX_STREAM_BYTES,
        stream_decoding_work_maximum_length=2 * MAX_STREAM_BYTES,
        stream_parsing_work_maximum_count=MAX_OPERATIONS,
        xform_maximum_invocations_per_extraction=100,
        page_tree_maximum_entries=5_000,
    ):
        reader = PdfReader(BytesIO(data))
        # A file locked against printing only has no password for reading: "" opens it.
        if reader.is_encrypted and reader.decrypt("") == PasswordType.NOT_DECRYPTED:
            return Pages(FileState.LOCKED)
        count = len(reader.pages)
        if not count:
            return Pages(FileState.CORRUPT)
        texts: list[str] = []
        for index in range(min(count, MAX_PAGES)):
            texts.append(_page_text(reader.pages[index]))
            if sum(map(len, texts)) > MAX_CHARACTERS:
                break
        overlay = _overlay(reader.pages[0])
    state = FileState.READ if _is_readable(" ".join(texts)) else FileState.SCAN
    return Pages(state, tuple(texts), overlay, count)


def _page_text(page: PageObject) -> str:
    from pypdf.errors import DependencyError  # noqa: PLC0415

    try:
        return tidy(page.extract_text()[:MAX_CHARACTERS])
    except DependencyError:
        raise
    except Exception:  # noqa: BLE001 - one bad page must not hide the others
        return ""


def _overlay(page: PageObject) -> str:
    """Words of notes laid over a page: a stamp put on by a viewer is one of these."""
    try:
        notes = [str(note.get_object().get("/Contents", "")) for note in page.annotations or ()]
    except Exception:  # noqa: BLE001
        return ""
    return tidy("\n".join(notes)[:MAX_CHARACTERS])


def _is_readable(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    marked = sum(1 for letter in letters if letter in "đĐưƯơƠ" or "\u1ea0" <= letter <= "\u1ef9")
    return len(letters) >= MIN_LETTERS and marked >= MIN_MARKED * len(letters)
