"""Files Telegram keeps: named by a file id, fetched by a path."""

from __future__ import annotations

import hashlib
import mimetypes
import struct
from dataclasses import dataclass

from tests.channels.fake_telegram.errors import ApiError, bad_request
from tests.channels.telegram_spec import Json, Upload

UPLOAD_LIMIT = 50 * 1024 * 1024
"""Bytes a bot may send (core.telegram.org/bots/api#sending-files)."""
PHOTO_LIMIT = 10 * 1024 * 1024
DOWNLOAD_LIMIT = 20 * 1024 * 1024
"""Bytes a bot may fetch (core.telegram.org/bots/api#getfile)."""
_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"


@dataclass(frozen=True)
class FakeFile:
    """One stored file; `size` may be larger than `content` to play a heavy file cheaply."""

    file_id: str
    unique_id: str
    name: str
    mime: str
    content: bytes
    size: int
    path: str
    photo: tuple[int, int] | None = None

    def document(self) -> Json:
        """As `Document`."""
        return {
            "file_id": self.file_id,
            "file_unique_id": self.unique_id,
            "file_name": self.name,
            "mime_type": self.mime,
            "file_size": self.size,
        }

    def photo_sizes(self) -> list[Json]:
        """As the sizes of a photo."""
        width, height = self.photo or (0, 0)
        return [
            {
                "file_id": self.file_id,
                "file_unique_id": self.unique_id,
                "width": width,
                "height": height,
                "file_size": self.size,
            }
        ]


class FileStore:
    """All files the bot may name."""

    def __init__(self) -> None:
        self._by_id: dict[str, FakeFile] = {}
        self._by_path: dict[str, FakeFile] = {}

    def add(
        self,
        name: str,
        content: bytes,
        *,
        mime: str = "",
        size: int | None = None,
        photo: bool = False,
    ) -> FakeFile:
        """Keep a file.

        Raises:
            ApiError: 400 when it is empty, or called a photo and is none.
        """
        size = len(content) if size is None else size
        if not size:
            raise bad_request("file must be non-empty")
        number = len(self._by_id) + 1
        folder = "photos" if photo else "documents"
        suffix = name.rpartition(".")[2]
        stored = FakeFile(
            file_id=f"{'AgAC' if photo else 'BQAC'}AgUAAxkBAAI{number:06d}{'x' * 20}",
            unique_id=hashlib.sha256(content + name.encode()).hexdigest()[:14],
            name=name,
            mime=mime or mimetypes.guess_type(name)[0] or "application/octet-stream",
            content=content,
            size=size,
            path=f"{folder}/file_{number}.{suffix}",
            photo=_dimensions(content) if photo else None,
        )
        self._by_id[stored.file_id] = self._by_path[stored.path] = stored
        return stored

    def sent(self, value: Upload | str, *, photo: bool = False) -> FakeFile:
        """The file a send method means: an upload, or the id of one known.

        Raises:
            ApiError: 400 or 413.
        """
        if isinstance(value, Upload):
            if len(value.content) > UPLOAD_LIMIT:
                raise ApiError(413, "Request Entity Too Large")
            if photo and len(value.content) > PHOTO_LIMIT:
                raise bad_request("file is too big")
            return self.add(value.name, value.content, photo=photo)
        known = self._by_id.get(value)
        if known is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if photo != (known.photo is not None):
            kinds = ("Photo", "Document") if photo else ("Document", "Photo")
            raise bad_request(f"can't use file of type {kinds[1]} as {kinds[0]}")
        return known

    def fetched(self, file_id: str) -> Json:
        """What getFile answers.

        Raises:
            ApiError: 400, also for more than `DOWNLOAD_LIMIT`.
        """
        stored = self._by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file_id or the file is temporarily unavailable")
        if stored.size > DOWNLOAD_LIMIT:
            raise bad_request("file is too big")
        return {
            "file_id": stored.file_id,
            "file_unique_id": stored.unique_id,
            "file_size": stored.size,
            "file_path": stored.path,
        }

    def at(self, path: str) -> FakeFile:
        """The file behind a download path.

        Raises:
            ApiError: 404.
        """
        if path not in self._by_path:
            raise ApiError(404, "Not Found")
        return self._by_path[path]


def _dimensions(content: bytes) -> tuple[int, int]:
    if content.startswith(_JPEG):
        return 800, 600
    if not content.startswith(_PNG) or len(content) < 24:
        raise bad_request("IMAGE_PROCESS_FAILED")
    width, height = struct.unpack(">II", content[16:24])
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise bad_request("PHOTO_INVALID_DIMENSIONS")
    return width, height
