"""A token and a queue in, the library's application out: connected, receiving, stopped.

What of python-telegram-bot is made once stands here, so that the joining (`bot/app.py`) knows nothing of it.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import Callable, Coroutine, Iterable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from telegram import Update
from telegram.error import BadRequest, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import Application, CallbackContext, ContextTypes, ExtBot
from telegram.request import HTTPXRequest

from bot.base.loopback import on_loopback
from bot.config import TelegramSettings
from bot.settings import WEBHOOK_REMEDY
from bot.telegram.chats import Context, Handler
from bot.telegram.error_handler import ErrorHandler
from bot.telegram.pacing import PacingLimiter
from bot.telegram.receiving import Account, UpdateReader, WebhookServer
from bot.telegram.update_queue import Processor, UpdateQueue

UPDATES = (Update.MESSAGE, Update.EDITED_MESSAGE, Update.CALLBACK_QUERY, Update.MY_CHAT_MEMBER)
POLL = timedelta(seconds=30)
RECEIVING = "Updater:start_polling:polling_task"
"""What the library calls its task that receives updates, which a refused token ends without a word to us."""
LOG = logging.getLogger("citedesk")

App = Application[ExtBot[None], Context, None, None, None, None]


class TokenRefused(Exception):
    """Telegram does not know the token."""

    exit_code = 2

    def __init__(self) -> None:
        super().__init__("telegram.token: Telegram does not accept it: copy it from @BotFather again, or get a new one")


class WebhookRefused(Exception):
    """Telegram does not call the address."""

    exit_code = 2

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"telegram.webhook.url: Telegram refuses {url} ({reason}): {WEBHOOK_REMEDY}")


class Connection:
    """The bot's account at Telegram."""

    def __init__(
        self,
        settings: TelegramSettings,
        update_queue: UpdateQueue,
        processor: Processor,
        limiter: PacingLimiter,
        reader: UpdateReader,
        sleep: Callable[[float], Coroutine[Any, Any, None]],
    ) -> None:
        self._settings = settings
        self._application = build(settings, update_queue, processor, limiter, reader)
        self._update_queue = update_queue
        self._reader = reader
        self._sleep = sleep
        self._server: WebhookServer | None = None
        self._receiving: asyncio.Task[Any] | None = None
        self.tasks: set[asyncio.Task[Any]] = set()
        """What is done beside the updates."""

    @property
    def bot(self) -> ExtBot[None]:
        """What makes the calls."""
        return self._application.bot

    def add(self, handlers: Iterable[Handler], group: int = 0) -> None:
        """Handlers, in the order in which they are asked; of each group, the first that takes an update has it."""
        self._application.add_handlers(list(handlers), group=group)

    def add_error_handler(self, handler: ErrorHandler) -> None:
        """Who hears of what a handler raised."""
        self._application.add_error_handler(handler.handle)

    def beside(self, work: Coroutine[Any, Any, None], update: Update | None) -> None:
        """Do something beside the updates; a fault is told as one of `update`."""
        task = self._application.create_task(work, update=update)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def reach(self) -> None:
        """Log in, and try again while Telegram cannot be reached. Raises `TokenRefused`."""
        pause = 1.0
        while True:
            try:
                await self._application.initialize()
            except InvalidToken:
                raise TokenRefused from None
            except NetworkError as error:
                LOG.warning("Telegram cannot be reached (%s), trying again in %.0f s", error, pause)
                await self._sleep(pause)
                pause = min(2 * pause, 60.0)
            else:
                return

    async def start(self) -> None:
        """Begin to handle what is in the queue."""
        await self._application.start()

    async def listen(self) -> None:
        """Begin to receive updates; none that waited is dropped."""
        updater = self._application.updater
        assert updater is not None
        if self._settings.mode == "polling":
            before = asyncio.all_tasks()
            await updater.start_polling(
                timeout=POLL,
                bootstrap_retries=-1,
                allowed_updates=UPDATES,
                drop_pending_updates=False,
                error_callback=note_polling_error,
            )
            begun = asyncio.all_tasks() - before
            self._receiving = next((task for task in begun if task.get_name() == RECEIVING), None)
            return
        hook = self._settings.webhook
        self._server = WebhookServer(
            urlsplit(hook.url).path, hook.secret.get_secret_value(), self._reader, self.bot, self._update_queue.put
        )
        self._server.listen(hook.listen, hook.port)
        await self._set_webhook()

    async def _set_webhook(self) -> None:
        """Tell Telegram the address, again while it cannot be reached. Raises `TokenRefused` and `WebhookRefused`."""
        hook, pause = self._settings.webhook, 1.0
        while True:
            try:
                await self.bot.set_webhook(
                    hook.url,
                    secret_token=hook.secret.get_secret_value() or None,
                    allowed_updates=UPDATES,
                    drop_pending_updates=False,
                )
            except InvalidToken:
                raise TokenRefused from None
            except TelegramError as error:
                if isinstance(error, BadRequest) or not isinstance(error, NetworkError | RetryAfter):
                    raise WebhookRefused(hook.url, error.message) from None
                LOG.warning("the webhook cannot be set (%s), trying again in %.0f s", error, pause)
                await self._sleep(pause)
                pause = min(2 * pause, 60.0)
            else:
                return

    async def deaf(self) -> None:
        """Wait until nothing is received any more, though nobody stopped it. Raises why, such as `TokenRefused`."""
        if self._receiving is None:  # a webhook
            await asyncio.Event().wait()
            return
        try:
            await asyncio.shield(self._receiving)
        except InvalidToken:
            raise TokenRefused from None

    async def stop_listening(self, grace: float) -> None:
        """Receive nothing more."""
        if self._server is not None:
            await self._server.stop()
        updater = self._application.updater
        if updater is not None and updater.running:
            with contextlib.suppress(TimeoutError, InvalidToken):
                # Its last call says what was received; without it, updates come again, and are known.
                await asyncio.wait_for(updater.stop(), grace)

    async def stop(self) -> None:
        """Handle nothing more."""
        if self._application.running:
            await self._application.stop()

    async def shut_down(self) -> None:
        """Close the connections."""
        await self._application.shutdown()


def build(
    settings: TelegramSettings,
    update_queue: UpdateQueue,
    processor: Processor,
    limiter: PacingLimiter,
    reader: UpdateReader,
) -> App:
    """The library's application, without handlers and not yet connected."""
    # The library's coming way to give spans of time; without it, each flood wait is a warning in the log.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # On loopback there is no proxy to pass, whatever the environment says.
    options = {"trust_env": not on_loopback(urlsplit(settings.api_url).hostname or "")}
    request = HTTPXRequest(
        connection_pool_size=64,
        connect_timeout=10,
        read_timeout=20,
        write_timeout=20,
        media_write_timeout=180,
        pool_timeout=30,
        httpx_kwargs=options,
    )
    polling = HTTPXRequest(
        connection_pool_size=1, connect_timeout=10, read_timeout=15, pool_timeout=10, httpx_kwargs=options
    )
    account: ExtBot[None] = Account(
        reader,
        token=settings.token.get_secret_value(),
        base_url=f"{settings.api_url}/bot",
        base_file_url=f"{settings.api_url}/file/bot",
        request=request,
        get_updates_request=polling,
        rate_limiter=limiter,
    )
    return (
        Application.builder()
        .bot(account)
        .update_queue(update_queue)
        .concurrent_updates(processor)
        .job_queue(None)
        .context_types(ContextTypes(CallbackContext, type(None), type(None), type(None)))
        .build()
    )


def note_polling_error(error: TelegramError) -> None:
    """Receiving goes on by itself; the log says why it paused."""
    if isinstance(error, Conflict):
        LOG.error("another program receives this bot's updates: stop it, or revoke the token")
    else:
        LOG.warning("receiving updates: %s", error)
