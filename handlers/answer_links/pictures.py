"""QR codes: pictures of an address."""

from __future__ import annotations

import io

import segno

PIXELS = 12
"""Of one square: large enough to be printed on a sheet of paper."""


def qr_png(address: str) -> bytes:
    """As a PNG picture, to be sent in a chat."""
    written = io.BytesIO()
    segno.make_qr(address, error="m").save(written, kind="png", scale=PIXELS, border=4)
    return written.getvalue()


def qr_inline(address: str) -> str:
    """As an address that holds the drawing itself: the page needs nothing more."""
    found: str = segno.make_qr(address, error="m").svg_data_uri(scale=10, border=4)
    return found


def qr_svg(address: str) -> bytes:
    """As a drawing that stays sharp on a poster of any size."""
    written = io.BytesIO()
    segno.make_qr(address, error="m").save(written, kind="svg", scale=PIXELS, border=4)
    return written.getvalue()
