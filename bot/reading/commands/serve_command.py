"""`citedesk serve`: the reports to read, and to ask, in a browser."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import click

from bot.options import config_of, config_option


@click.command()
@config_option
@click.option("--listen", metavar="HOST:PORT", help="Listen there instead of pages.listen; port 0 takes a free one.")
@click.option(
    "--asking",
    type=click.Choice(("off", "public", "code")),
    help="Who may ask on the pages, instead of pages.asking.",
)
def serve(config_file: Path | None, listen: str | None, asking: str | None) -> int:
    """Serve the reports as web pages until it is stopped (Ctrl-C or SIGTERM), without Telegram.

    The address is the last line printed. Where pages.address is set, citedesk run serves them too.
    """
    config = config_of(config_file)
    from bot.admin.commands.reindexing import build
    from bot.settings import NotAcceptedError, listening_address
    from bot.web_app import run
    from index.store.generation import Generations

    pages = config.pages
    if listen is not None:
        try:
            pages = replace(pages, listen=listening_address(listen, Path()))
        except NotAcceptedError as error:
            raise click.UsageError(f"--listen: {error}") from error
    if asking is not None:
        pages = replace(pages, asking=asking)
    if pages.asking == "code" and not pages.code:
        raise click.UsageError("--asking code needs pages.code in the configuration")
    if Generations(config.index).current() is None:
        build(config, sys.stderr)
    return run(replace(config, pages=pages))
