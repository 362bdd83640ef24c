"""A refusal as the Bot API words it: code and description in, `{"ok": false, ...}` out."""

from __future__ import annotations

from typing import Any


class ApiRefusal(Exception):
    """One refusal: HTTP status, description and, where Telegram gives them, response parameters.

    `parameters` is Telegram's ResponseParameters: `retry_after` in seconds or `migrate_to_chat_id`.
    """

    def __init__(self, code: int, description: str, parameters: dict[str, int] | None = None) -> None:
        super().__init__(code, description, parameters)
        self.code = code
        self.description = description
        self.parameters = parameters or {}

    def __str__(self) -> str:
        return f"{self.code} {self.description}"

    def as_json(self) -> dict[str, Any]:
        """The body of the answer, as https://core.telegram.org/bots/api#making-requests has it."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> ApiRefusal:
    """400, worded as Telegram words it: `Bad Request: reason`."""
    return ApiRefusal(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiRefusal:
    """403: `Forbidden: reason`."""
    return ApiRefusal(403, f"Forbidden: {reason}")


def too_many_requests(retry_after: int) -> ApiRefusal:
    """429 with the seconds to wait, in the description and in `parameters` as Telegram does."""
    return ApiRefusal(429, f"Too Many Requests: retry after {retry_after}", {"retry_after": retry_after})
