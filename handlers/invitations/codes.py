"""Invitation codes and join tokens: made, read back from what people type, and digested.

A code is 12 letters and digits out of 32: 60 bits (codes that could be mistaken for a phone or
identity number, or for a word, are thrown away: less than 0.2 bits). At the five wrong codes an
hour that one account may show, guessing one of a thousand open codes within their 24 hours
succeeds once in 10^13 tries of a lifetime; and only SHA-256 digests are stored. A join token
hangs in a group for months: 26 characters, 130 bits.
"""

from __future__ import annotations

import hashlib
import random
import re

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32 (crockford.com/base32.html): no I, L, O, U."""
CODE_LENGTH = 12
TOKEN_LENGTH = 26
_LOOKALIKES = str.maketrans("OIL", "011")
_GROUPED = re.compile(r"(?<![\w-])\w{4}-\w{4}-\w{4}(?![\w-])")
_LINK = re.compile(r"[?&]start=([\w-]+)")


def make_code(rng: random.Random) -> str:
    """A new code, as `K7PM-4RTX-92QD`."""
    while True:
        code = "".join(rng.choices(ALPHABET, k=CODE_LENGTH))
        if _is_code(code):
            return "-".join(code[at : at + 4] for at in range(0, CODE_LENGTH, 4))


def make_token(rng: random.Random) -> str:
    """A new join token."""
    return "".join(rng.choices(ALPHABET, k=TOKEN_LENGTH))


def read_code(text: str) -> str:
    """The bare code that a whole text spells, in any case and grouping; "" if it spells none."""
    bare = re.sub(r"[\s-]", "", text).upper().translate(_LOOKALIKES)
    return bare if _is_code(bare) else ""


def read_token(text: str) -> str:
    """The join token a text spells; "" if it spells none."""
    bare = text.strip().upper()
    good = len(bare) == TOKEN_LENGTH and set(bare) <= set(ALPHABET)
    return bare if good else ""


def find(text: str) -> str:
    """The code or token somebody sent in place of pressing a link: alone, in a sentence, or as
    the whole link; "" if there is none.
    """
    if link := _LINK.search(text):
        return link[1] if read_code(link[1]) or read_token(link[1]) else ""
    if group := _GROUPED.search(text):
        return group[0] if read_code(group[0]) else ""
    digits = sum(character.isdigit() for character in text)
    if digits < 2:  # "phamthithanh" is a name
        return ""
    return read_code(text) or read_token(text)


def digest(code: str) -> str:
    """What is stored of a bare code."""
    return hashlib.sha256(code.encode()).hexdigest()


def _is_code(bare: str) -> bool:
    digits = sum(character.isdigit() for character in bare)
    return len(bare) == CODE_LENGTH and set(bare) <= set(ALPHABET) and 2 <= digits < CODE_LENGTH
