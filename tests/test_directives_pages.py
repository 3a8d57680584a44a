"""The pages of a file: broken, locked, too many, of an old font."""

from __future__ import annotations

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from handlers.directives.pages import MAX_FILE_BYTES, MAX_PAGES, FileState, read_pages
from tests.papers import make_pdf
from tests.reading_scenes import DATA, PLAN, draft_of


def test_a_file_that_is_no_pdf_is_named_so() -> None:
    assert draft_of(b"PK\x03\x04 a Word file", name="45-BTV-TG.docx").number == "45/BTV-TG"
    assert read_pages(b"PK\x03\x04 a Word file").state is FileState.NOT_PDF
    assert read_pages(b"").state is FileState.NOT_PDF


def test_broken_files_are_named_so() -> None:
    whole = make_pdf(PLAN)

    assert read_pages(whole[:300]).state is FileState.CORRUPT
    assert read_pages(b"%PDF-1.7 and then nothing").state is FileState.CORRUPT
    assert read_pages(make_pdf()).state is FileState.CORRUPT  # no pages
    assert read_pages(b"%PDF-1.7" + bytes(MAX_FILE_BYTES)).state is FileState.TOO_BIG


def test_a_locked_file_is_named_so_and_one_locked_for_printing_is_read() -> None:
    def locked(password: str) -> bytes:
        writer = PdfWriter(clone_from=PdfReader(io.BytesIO(make_pdf(PLAN))))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    assert read_pages(locked("secret")).state is FileState.LOCKED
    assert read_pages(locked("")).state is FileState.READ
    assert draft_of(locked("secret"), name="109-KH-BTV.pdf").number == "109/KH-BTV"


def test_a_lock_that_needs_another_library_is_a_lock() -> None:
    zeros = "00" * 48
    lock = (
        f"/ID [<00> <00>] /Encrypt << /Filter /Standard /V 5 /R 6 /Length 256 /P -4 /O <{zeros}> "
        f"/U <{zeros}> /OE <{zeros}> /UE <{zeros}> /Perms <{zeros}> /StmF /StdCF /StrF /StdCF "
        "/CF << /StdCF << /CFM /AESV3 /Length 32 >> >> >>"
    )
    data = make_pdf(PLAN).replace(b"/Root 1 0 R", b"/Root 1 0 R " + lock.encode())

    assert read_pages(data).state is FileState.LOCKED


def test_letters_of_an_old_font_count_as_a_scan() -> None:
    assert read_pages(
        make_pdf("Héi Liªn hiÖp Phô n÷ thµnh phè Cµ Mau, kÕ ho¹ch tËp huÊn")
    ).state is (FileState.SCAN)


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_long_book_is_read_only_at_its_front() -> None:
    pages = read_pages(make_pdf(*[PLAN] * (MAX_PAGES + 5)))

    assert pages.count == MAX_PAGES + 5
    assert len(pages.texts) == MAX_PAGES
    assert len(read_pages(make_pdf(*[(PLAN + "\n") * 60] * 4)).texts) < 4


@given(st.binary(max_size=400))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    assert read_pages(data).state in FileState
    assert read_pages(b"%PDF-1.7\n" + data).state in FileState


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=20))
@pytest.mark.slow
@pytest.mark.sqlite
def test_no_damage_to_a_real_file_breaks_the_reader(damage: list[tuple[int, int]]) -> None:
    data = bytearray((DATA / "109-KH-BTV.pdf").read_bytes())
    for place, value in damage:
        data[place % len(data)] = value

    assert draft_of(bytes(data)).state in FileState
