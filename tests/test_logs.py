"""No secret reaches the log, wherever it stands in a record."""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import ValidationError
from telegram.error import BadRequest

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


def _fail(words: str, how: str) -> None:
    if how == "int":
        int(words)
    elif how == "key":
        {}[words]
    elif how == "chained":
        try:
            int(words)
        except ValueError as error:
            raise RuntimeError(f"cannot read {words!r}") from error
    elif how == "lines":
        raise ValueError(f"first line\n{words}\n{words}: more")
    elif how == "bad request":
        raise BadRequest(f'Can\'t parse entities: unsupported start tag "{words}" at byte offset 3')
    elif how == "assertion":
        assert not words, f"«odd»: “{words}”"
    elif how == "group":
        raise ExceptionGroup("several", [ValueError(f"no {words!r} here")])
    else:
        raise ValidationError.from_exception_data("Odd", [{"type": "int_parsing", "loc": ("a",), "input": words}])


@pytest.mark.parametrize("how", ["int", "key", "chained", "lines", "bad request", "assertion", "group", "pydantic"])
@pytest.mark.parametrize("words", ["how-do-I-leave-my-husband", "我的病历", 'it\'s "mine" alone'])
def test_errors_do_not_repeat_what_somebody_wrote(log: io.StringIO, how: str, words: str) -> None:
    """Their type and the place stay."""
    try:
        _fail(words, how)
    except Exception as error:
        logging.getLogger("bot.chat.faults").exception("fault 1a2b3c")
        logging.getLogger("bot.chat.faults").warning("it waits: %s", error)
    text = log.getvalue()
    assert "fault 1a2b3c" in text
    assert "test_logs.py" in text
    assert "Error" in text or "BadRequest" in text or "ExceptionGroup" in text
    for piece in ("husband", "病历", "mine"):
        shown = [line for line in text.splitlines() if piece in line]
        assert not shown, shown


def test_paths_and_names_of_the_program_stay_in_errors(log: io.StringIO) -> None:
    for fail in (Path("/nowhere/at.all").read_text, lambda: io.nothing):  # type: ignore[attr-defined]
        try:
            fail()
        except (OSError, AttributeError):
            logging.getLogger("bot").exception("failed")
    assert "/nowhere/at.all" in log.getvalue()
    assert "'nothing'" in log.getvalue()


def test_libraries_tell_nothing_of_messages_also_where_all_is_told(log: io.StringIO) -> None:
    logging.getLogger().setLevel(logging.DEBUG)
    for name in ("telegram.Bot", "telegram.ext.Application", "telegram.ext.ExtBot", "httpx", "httpcore.http11"):
        logging.getLogger(name).debug("Processing update %s", {"text": "my secret question"})
        logging.getLogger(name).info("sent %s", "my secret question")
    assert "secret" not in log.getvalue()
