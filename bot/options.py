"""What several commands take and print: `--config` and `--json`, a `Config`, a line of JSON, a refusal."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from bot.config import Config

DONE, NO = 0, 1
"""Exit codes of what was done, and of a "no"."""
JsonObject = dict[str, object]
CliCommand = TypeVar("CliCommand", bound=Callable[..., Any])


def config_option(command: CliCommand) -> CliCommand:
    """`--config` is taken before and after the name of the command."""
    return click.option(
        "--config",
        "config_file",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="The configuration; else $CITEDESK_CONFIG, else ./config.toml, else defaults.",
    )(command)


def json_option(command: CliCommand) -> CliCommand:
    return click.option("--json", "as_json", is_flag=True, help="Print JSON and nothing else.")(command)


def config_of(file: Path | None, *, with_token: bool = False) -> Config:
    """The configuration that a command was given, there or before its name. Raises `ConfigError`."""
    from bot.config import load

    return load(file or click.get_current_context().find_root().obj, with_token=with_token)


_SURROGATE = re.compile(r"[\ud800-\udfff]")


def print_json(value: object) -> None:
    """A JSON value on a line of stdout, Chinese as Chinese; what UTF-8 cannot hold (names of files) as \\udcXX."""
    text = json.dumps(value, ensure_ascii=False)
    sys.stdout.write(_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n")


def refused(error: OSError) -> str:
    """What the system refused, as all errors are printed: `subject: what happened: what to do`."""
    return f"{error.filename or 'citedesk'}: {error.strerror or error}: check the path, its permissions and the disk"
