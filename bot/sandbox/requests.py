"""An HTTP request in, raw parameters and uploaded files out, whichever of the four forms it takes.

https://core.telegram.org/bots/api#making-requests: URL query string, application/x-www-form-urlencoded,
application/json, multipart/form-data.
"""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request

from bot.sandbox.api_errors import ApiRefusal, bad_request
from bot.sandbox.call import Upload


async def read_request(request: Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """Parameters by name and files by part name; raises ApiRefusal where the body cannot be read."""
    parameters: dict[str, Any] = dict(request.query_params) if request.url.query else {}
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "multipart/form-data":
        return await read_multipart(request, parameters)
    body = await request.body()
    if not body:
        return parameters, {}
    if kind == "application/json":
        try:
            decoded = json.loads(body)
        except (ValueError, RecursionError):
            raise bad_request("can't parse JSON object") from None
        if not isinstance(decoded, dict):
            raise bad_request("can't parse request: expected a JSON object")
        parameters.update(decoded)
    elif kind in ("application/x-www-form-urlencoded", ""):
        try:
            parameters.update(parse_qsl(body.decode(), keep_blank_values=True, errors="strict"))
        except UnicodeDecodeError:
            raise bad_request("strings must be encoded in UTF-8") from None
    else:
        raise bad_request(f"unsupported content type {kind}")
    return parameters, {}


async def read_people_request(request: Request) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The same for what people send: a half of a character is shown as one that is not known, not refused."""
    parameters, uploads = await read_request(request)
    return {str(encodable(name)): encodable(value) for name, value in parameters.items()}, uploads


def encodable(value: Any) -> Any:
    """The same value with a sign in the place of each half of a character, as a browser sends it: JSON may hold one,
    but no file and no answer can."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, list):
        return [encodable(item) for item in value]
    if isinstance(value, dict):
        return {encodable(name): encodable(item) for name, item in value.items()}
    return value


async def read_multipart(request: Request, parameters: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Upload]]:
    """The fields and files of a form with files."""
    uploads: dict[str, Upload] = {}
    try:
        async with request.form(max_files=20, max_fields=200) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    mime = value.content_type or "application/octet-stream"
                    uploads[name] = Upload(value.filename or name, mime, await value.read())
                else:
                    parameters[name] = value
    except HTTPException as error:
        raise ApiRefusal(400, f"Bad Request: {error.detail}") from None
    return parameters, uploads
