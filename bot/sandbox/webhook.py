"""Updates in, HTTP requests to the bot's own address out: one after the other, again until they are taken.

https://core.telegram.org/bots/api#setwebhook. Unlike Telegram's, this webhook may be plain http, and must be
on loopback: nothing leaves the machine.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from bot.base.loopback import on_loopback
from bot.sandbox.api_errors import bad_request
from bot.sandbox.call import Call
from bot.sandbox.records import Json
from bot.sandbox.updates import Updates

SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the name of the header
PAUSES = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)


class Webhook:
    """The webhook of one bot; `url` is "" while there is none."""

    def __init__(self, updates: Updates, sleep: Callable[[float], Awaitable[None]]) -> None:
        self.updates = updates
        self.sleep = sleep
        self.url = ""
        self.secret = ""
        self.connections = 40
        self.certificate = False
        self.error = ""
        self.error_at = 0
        self.task: asyncio.Task[None] | None = None
        self.news = asyncio.Event()
        updates.listeners.append(self.news.set)

    def set(self, call: Call) -> bool:
        """setWebhook; an empty address takes it away."""
        url = call.get("url", "")
        secret = call.get("secret_token", "")
        if secret and not SECRET.fullmatch(secret):
            raise bad_request("secret token contains unallowed characters")
        connections = call.get("max_connections", 40)
        if not 1 <= connections <= 100:
            raise bad_request("max_connections must be between 1 and 100")
        if url:
            self.check(url)
        self.stop()
        self.updates.allow(call.get("allowed_updates"))
        if call.get("drop_pending_updates"):
            self.updates.clear()
        self.url, self.secret, self.connections = url, secret, connections
        self.certificate = "certificate" in call
        self.error, self.error_at = "", 0
        if url:
            self.task = asyncio.get_running_loop().create_task(self.deliver())
        return True

    def delete(self, call: Call) -> bool:
        """deleteWebhook."""
        self.stop()
        self.url = ""
        if call.get("drop_pending_updates"):
            self.updates.clear()
        return True

    def info(self) -> Json:
        """getWebhookInfo."""
        shape: Json = {
            "url": self.url,
            "has_custom_certificate": self.certificate,
            "pending_update_count": len(self.updates),
        }
        if self.url:
            shape["max_connections"] = self.connections
            shape["ip_address"] = "127.0.0.1"
        if self.error:
            shape["last_error_date"] = self.error_at
            shape["last_error_message"] = self.error
        if self.updates.given:
            shape["allowed_updates"] = list(self.updates.given)
        return shape

    def check(self, url: str) -> None:
        """Refuses an address that is no web address on loopback."""
        try:
            parts = urlsplit(url)
            host = parts.hostname or ""
        except ValueError:
            host = ""
        if not on_loopback(host) or parts.scheme not in ("http", "https"):
            raise bad_request("bad webhook: the sandbox delivers to http(s) addresses on loopback only")

    async def deliver(self) -> None:
        """Posts update after update; one that is not taken with a 2xx is posted again after a pause."""
        import httpx  # only webhooks need a client here

        headers = {"Content-Type": "application/json"} | ({SECRET_HEADER: self.secret} if self.secret else {})
        # a bot on loopback shows a certificate of its own making, which setWebhook hands over
        async with httpx.AsyncClient(
            timeout=60, headers=headers, verify=not self.certificate, trust_env=False
        ) as client:
            failures = 0
            while True:
                self.news.clear()
                waiting = self.updates.fetch(0, 1)
                if not waiting:
                    await self.news.wait()
                    continue
                try:
                    answer = await client.post(self.url, content=json.dumps(waiting[0]))
                    problem = "" if answer.is_success else f"Wrong response from the webhook: {answer.status_code}"
                except httpx.HTTPError as error:
                    problem = f"Connection failed: {type(error).__name__}"
                if not problem:
                    failures = 0
                    self.updates.fetch(int(waiting[0]["update_id"]) + 1, 1)
                    continue
                self.error, self.error_at = problem, int(self.updates.now())
                await self.sleep(PAUSES[min(failures, len(PAUSES) - 1)])
                failures += 1

    def stop(self) -> None:
        """Ends the deliveries."""
        if self.task is not None:
            self.task.cancel()
            self.task = None

    async def close(self) -> None:
        """Ends the deliveries and waits for their end."""
        task = self.task
        self.stop()
        if task is not None:
            await asyncio.gather(task, return_exceptions=True)
