"""The conversations, joined: which handler sees an update first, and the library's application they stand in.

Why do expected messages come before the conversations? Plain text is a question to the reports; only who was
asked something means something else by it, and whether they were asked stands in the database.
"""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from telegram.ext import Application, CallbackContext, ContextTypes, ExtBot
from telegram.request import HTTPXRequest

from bot.admin.chat.admin import Admin
from bot.admin.chat.tuning import Tuning
from bot.admin.chat.uploads import Uploads
from bot.announcing.chat.drafting import Drafting
from bot.announcing.chat.drafts import Drafts
from bot.announcing.chat.news import News
from bot.announcing.chat.relaying import Relaying
from bot.announcing.chat.reporting import Reporting
from bot.announcing.chat.sending import Sending
from bot.asking.chat.asking import Asking
from bot.asking.chat.browsing import Library
from bot.asking.chat.sources import Passages
from bot.base.loopback import on_loopback
from bot.config import Config
from bot.people.chat.notices import Notices
from bot.people.chat.personal import Personal
from bot.people.chat.profile_card import ProfileCard
from bot.people.chat.subscribing import Subscribing
from bot.telegram.desk import Context, Desk
from bot.telegram.error_handler import Faults
from bot.telegram.menus import Menus
from bot.telegram.pacing import Limiter
from bot.telegram.typed import Typed
from bot.telegram.update_queue import Arrivals, Processor

App = Application[ExtBot[None], Context, None, None, None, None]


def build(config: Config, arrivals: Arrivals, processor: Processor, limiter: Limiter) -> App:
    """The library's application, without conversations and not yet connected."""
    telegram = config.telegram
    # The library's coming way to give spans of time; without it, each flood wait is a warning in the log.
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    # On loopback there is no proxy to pass, whatever the environment says.
    options = {"trust_env": not on_loopback(urlsplit(telegram.api_url).hostname or "")}
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
    return (
        Application.builder()
        .token(telegram.token.get_secret_value())
        .base_url(f"{telegram.api_url}/bot")
        .base_file_url(f"{telegram.api_url}/file/bot")
        .request(request)
        .get_updates_request(polling)
        .update_queue(arrivals)
        .concurrent_updates(processor)
        .rate_limiter(limiter)
        .job_queue(None)
        .context_types(ContextTypes(CallbackContext, type(None), type(None), type(None)))
        .build()
    )


def add_conversations(application: App, desk: Desk, menus: Menus, faults: Faults) -> None:
    """Join the conversations to the application; the first that takes an update has it."""
    passages, subscribing, relaying = Passages(desk), Subscribing(desk), Relaying(desk)
    notices, profile = Notices(desk, menus, subscribing), ProfileCard(desk)
    drafts = Drafts(desk)
    reporting = Reporting(desk, drafts, application.bot)
    drafting, sending = Drafting(desk, drafts), Sending(desk, drafts, reporting)
    typed = Typed(
        desk,
        {
            "profile": profile.typed,
            "announce": drafting.typed,
            "sending": sending.typed,
            "correct": reporting.typed,
            "ask": relaying.question_typed,
            "relay": relaying.relay_typed,
        },
        relaying,
    )
    application.add_handlers(notices.first(), group=-2)
    application.add_handlers(typed.handlers(), group=-1)
    for conversation in (
        Personal(desk, passages, menus),
        Library(desk, passages),
        subscribing,
        profile,
        News(desk),
        relaying,
        sending,
        drafting,
        Admin(desk, menus),
        Uploads(desk, notices),
        Tuning(desk),
        passages,
        Asking(desk, passages),
        notices,
    ):
        application.add_handlers(conversation.handlers())
    application.add_error_handler(faults.handle)
