"""No secret reaches the log, wherever it stands in a record."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator

import pytest

from bot.base.logs import Masking, start_logging

TOKEN = "123456789:AAEhBOweik6ad6PsVgzlZHZxTh7P_logging"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    start_logging([TOKEN, "", "hook-s3cret"], stream)
    yield stream
    logging.captureWarnings(False)
    root.handlers[:], root.level = handlers, level


def test_secrets_are_masked_in_messages_arguments_and_tracebacks(log: io.StringIO) -> None:
    logger = logging.getLogger("some.library")
    logger.info("POST https://api.telegram.org/bot%s/getMe", TOKEN)
    logger.warning(f"hook-s3cret in the {'message'}")  # noqa: G004 - as other libraries do
    try:
        raise ValueError(f"https://api.telegram.org/bot{TOKEN}/sendMessage")
    except ValueError:
        logger.exception("failed")
    text = log.getvalue()
    assert text.count("***") == 3
    assert TOKEN not in text
    assert "s3cret" not in text


def test_token_of_another_bot_is_masked_by_its_shape(log: io.StringIO) -> None:
    logging.getLogger("x").info("987654321:BBFhBOweik6ad6PsVgzlZHZxTh7P-other01 and 12:30:45")
    assert "987654321:***" not in log.getvalue()
    assert "*** and 12:30:45" in log.getvalue()


def test_httpx_does_not_tell_of_every_request(log: io.StringIO) -> None:
    logging.getLogger("httpx").info("HTTP Request: POST https://api.telegram.org/bot1:a/getMe")
    assert log.getvalue() == ""


def test_warnings_go_to_the_log(log: io.StringIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"about {TOKEN}", UserWarning, stacklevel=1)
    assert "about ***" in log.getvalue()


def test_formatter_needs_no_secret_to_work() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "plain", (), None)
    assert Masking([]).format(record).endswith("INFO x: plain")
