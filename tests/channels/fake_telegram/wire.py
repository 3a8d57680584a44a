"""HTTP bodies of the Bot API: urlencoded, JSON and multipart in, JSON out."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import BodyPartReader, web

from tests.channels.fake_telegram.errors import ApiError
from tests.channels.fake_telegram.files import UPLOAD_LIMIT
from tests.channels.telegram_spec import Json, Upload, decode_form

_SLACK = 1024 * 1024
"""Bytes a call may hold beside its file."""


async def read_params(request: web.Request, method: str) -> Json:
    """The parameters of a call, typed, with every upload standing where it is named.

    Raises:
        ApiError: 400 for a body that cannot be read, 413 for one that is too large.
    """
    form: dict[str, str | Upload] = dict(request.query)
    params: Json = {}
    if request.content_type == "application/json":
        params = _json_object(await request.read())
    elif request.content_type.startswith("multipart/"):
        form |= await _parts(request)
    else:
        form |= {key: str(value) for key, value in (await request.post()).items()}
    uploads = {name: value for name, value in form.items() if isinstance(value, Upload)}
    typed = decode_form(method, form)
    attached = {name for name in uploads if f"attach://{name}" in json.dumps(typed, default=str)}
    typed = {name: value for name, value in typed.items() if name not in attached}
    return {name: _with_uploads(value, uploads) for name, value in (params | typed).items()}


def respond(result: Any) -> web.Response:
    """200 with a result."""
    return web.json_response({"ok": True, "result": result})


def refuse(error: ApiError) -> web.Response:
    """An error answer; a waiting time is also told in the header."""
    if error.body:
        return web.Response(status=error.code, body=error.body, content_type="text/html")
    headers = {}
    if "retry_after" in error.parameters:
        headers["Retry-After"] = str(error.parameters["retry_after"])
    return web.json_response(error.payload(), status=error.code, headers=headers)


async def _parts(request: web.Request) -> dict[str, str | Upload]:
    form: dict[str, str | Upload] = {}
    size = 0
    async for part in await request.multipart():
        assert isinstance(part, BodyPartReader)
        content = bytearray()
        while chunk := await part.read_chunk(2**16):
            size += len(chunk)
            # Read on to the end: a line cut while the client still writes hides the answer.
            if size <= UPLOAD_LIMIT + _SLACK:
                content += chunk
        mime = part.headers.get("Content-Type", "application/octet-stream")
        form[part.name or ""] = (
            content.decode()
            if part.filename is None
            else Upload(part.filename, bytes(content), mime)
        )
    if size > UPLOAD_LIMIT + _SLACK:
        raise ApiError(413, "Request Entity Too Large")
    return form


def _json_object(body: bytes) -> Json:
    try:
        loaded = json.loads(body or b"{}")
    except ValueError:
        loaded = None
    if not isinstance(loaded, dict):
        raise ApiError(400, "Bad Request: can't parse JSON object")
    return loaded


def _with_uploads(value: Any, uploads: dict[str, Upload]) -> Any:
    if isinstance(value, str):
        name = value.removeprefix("attach://")
        return uploads[name] if name != value and name in uploads else value
    if isinstance(value, list):
        return [_with_uploads(item, uploads) for item in value]
    if isinstance(value, dict):
        return {key: _with_uploads(item, uploads) for key, item in value.items()}
    return value
