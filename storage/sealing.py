"""Backups that only the holder of a key opens, in the age format (age-encryption.org/v1).

Any age tool opens them as well. The machine knows the public half alone: whoever steals it, and
every backup on it, reads nothing.
"""

from __future__ import annotations

import os
from pathlib import Path

MARK = b"age-encryption.org/v1"
"""What a sealed file begins with."""
PART = ".part"
"""What it is called until it is whole."""
PRIVATE = 0o600


class SealError(Exception):
    """A key is none, or does not fit; the message says which."""


def new_key() -> tuple[str, str]:
    """A new key: the public half, and the secret one to be kept away from the machine."""
    from pyrage import x25519  # noqa: PLC0415 - only who seals needs it

    secret = x25519.Identity.generate()
    return str(secret.to_public()), str(secret)


def seal(source: Path, target: Path, public: str) -> None:
    """Encrypt a file into a new one that only its owner may read. It has its name only once it is
    whole.

    Raises:
        SealError: the key is none, or the name is taken.
        OSError: the file cannot be written.
    """
    from pyrage import RecipientError, encrypt_io, x25519  # noqa: PLC0415

    try:
        recipient = x25519.Recipient.from_str(public.strip())
    except RecipientError:
        raise SealError("the public key must be like age1…") from None
    part = target.with_name(f"{target.name}{PART}")
    for taken in (target, part):
        if taken.exists():
            raise SealError(f"{taken} exists already; a backup is never overwritten")
    handle = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
    try:
        with os.fdopen(handle, "wb") as sealed, source.open("rb") as plain:
            encrypt_io(plain, sealed, [recipient])
            sealed.flush()
            os.fsync(sealed.fileno())
        part.rename(target)
    finally:
        part.unlink(missing_ok=True)


def is_sealed(file: Path) -> bool:
    """Whether a file needs a key."""
    with file.open("rb") as source:
        return source.read(len(MARK)) == MARK


def unseal(source: Path, target: Path, secret: str) -> None:
    """Decrypt a file into a new one.

    Raises:
        SealError: the key is none, or not the one it was sealed for.
    """
    from pyrage import DecryptError, IdentityError, decrypt_io, x25519  # noqa: PLC0415

    lines = [line for line in secret.split() if line.startswith("AGE-SECRET-KEY-")]
    try:
        identity = x25519.Identity.from_str(lines[0] if lines else "")
    except IdentityError:
        raise SealError("the key file has no line AGE-SECRET-KEY-…") from None
    handle = os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE)
    with os.fdopen(handle, "wb") as plain, source.open("rb") as sealed:
        try:
            decrypt_io(sealed, plain, [identity])
        except (DecryptError, OSError) as error:
            raise SealError(
                f"{source} is not opened by this key, or is not whole: {error}"
            ) from None
