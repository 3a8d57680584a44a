"""Small PDFs for the tests, written by hand so that no PDF library has to be installed."""

from __future__ import annotations

from collections.abc import Sequence

_TO_UNICODE = (
    b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Own def "
    b"1 begincodespacerange <0000> <FFFF> endcodespacerange "
    b"1 beginbfrange <0020> <1EF9> <0020> endbfrange endcmap end end"
)
_FONT = (
    b"<< /Type /Font /Subtype /Type0 /BaseFont /Own /Encoding /Identity-H /ToUnicode 4 0 R "
    b"/DescendantFonts [<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Own /DW 500 "
    b"/CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>] >>"
)


def make_pdf(*pages: str, note: str = "") -> bytes:
    """A PDF with one page for each text, line under line; "" is a page without text.

    `note` is laid over page one as a viewer's stamp would be.
    """
    kids = " ".join(f"{5 + 2 * index} 0 R" for index in range(len(pages)))
    objects: list[bytes] = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        _FONT,
        _stream(_TO_UNICODE),
    ]
    for index, text in enumerate(pages):
        annotations = f"/Annots [{5 + 2 * len(pages)} 0 R]" if note and not index else ""
        page = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] {annotations} "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {6 + 2 * index} 0 R >>"
        )
        objects += [page.encode(), _stream(_drawn(text))]
    if note:
        contents = note.encode("utf-16-be").hex()
        objects.append(
            f"<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] /Contents <feff{contents}> >>".encode()
        )
    return _file(objects)


def _drawn(text: str) -> bytes:
    lines = [
        f"BT /F1 12 Tf 50 {800 - 16 * row} Td <{line.encode('utf-16-be').hex()}> Tj ET"
        for row, line in enumerate(text.split("\n"))
        if line
    ]
    return "\n".join(lines).encode()


def _stream(body: bytes) -> bytes:
    return b"<< /Length %d >>\nstream\n%s\nendstream" % (len(body), body)


def _file(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)
