"""Style sheets, scripts and fonts, under an address that changes when any of them does.

A browser keeps what it got under such an address for ever; scripts that import each other by
relative names stay under one address together.
"""

from __future__ import annotations

import hashlib
import os
import re
from functools import cache

from starlette.datastructures import URLPath
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from bot.render import TEMPLATES

FOLDER = TEMPLATES / "pages" / "static"
PATH = "/static"
FOR_EVER = "public, max-age=31536000, immutable"
_MARK = re.compile(r"[0-9a-f]{12}")


@cache
def fingerprint() -> str:
    """What all files together look like."""
    seen = hashlib.sha256()
    for file in sorted(path for path in FOLDER.rglob("*") if path.is_file()):
        content = file.read_bytes()
        seen.update(f"{file.relative_to(FOLDER).as_posix()}\0{len(content)}\0".encode())
        seen.update(content)
    return seen.hexdigest()[:12]


def address() -> str:
    """Where templates find the files of this version."""
    return f"{PATH}/{fingerprint()}"


class Static(StaticFiles):
    """The files; under another version's address, or none, they are asked for anew each time."""

    def get_path(self, scope: Scope) -> str:
        """The file's path, without the version before it."""
        first, _, rest = super().get_path(scope).partition(os.sep)
        return rest if _MARK.fullmatch(first) else f"{first}{os.sep}{rest}".rstrip(os.sep)

    def file_response(
        self,
        full_path: str | os.PathLike[str],
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        """The file, and how long it may be kept."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        current = URLPath(scope["path"]).startswith(f"{address()}/")
        response.headers["cache-control"] = FOR_EVER if current else "no-cache"
        return response


def mount() -> Mount:
    """The route to them."""
    return Mount(PATH, Static(directory=FOLDER))
