"""`citedesk cite` and `citedesk page` in; a citation to copy, and a picture of a printed page, out."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from bot.options import DONE, NO, config_of, config_option, json_option, print_json

if TYPE_CHECKING:
    from bot.config import Config
    from index.searcher import StoredPassage

STYLES = ("apa", "gbt7714", "bibtex", "ris")
"""As in `citing.STYLES`, which is imported only when something is cited."""


@click.command()
@config_option
@click.argument("passage")
@click.option(
    "--style",
    type=click.Choice(STYLES),
    default="apa",
    show_default=True,
    help="APA 7, GB/T 7714—2015, BibTeX or RIS.",
)
@json_option
def cite(config_file: Path | None, passage: str, style: str, as_json: bool) -> int:
    """Print the citation of PASSAGE, with page and paragraph.

    PASSAGE is the id of a passage, as `ask --json` gives it. What the report does not say (author, place, year) is
    left out as the style wants it. Exits with 1 where the reports have no such passage.
    """
    from bot.reading import citing

    stored = _passage(config_of(config_file), passage)
    if stored is None:
        return _gone(passage, as_json)
    chosen: citing.Style = next(name for name in citing.STYLES if name == style)
    cited = citing.cite(stored.citation, chosen, datetime.now(UTC).astimezone().date())
    if as_json:
        record = {"passage": passage, "style": style, "reference": cited.reference, "in_text": cited.in_text}
        print_json(record)
    else:
        sys.stdout.write(f"{cited}\n")
    return DONE


def _passage(config: Config, passage: str) -> StoredPassage | None:
    """A passage of the live index. Raises `IndexFault`."""
    from index.searcher import Searcher

    return Searcher.open(config.index).passage(passage)


def _gone(passage: str, as_json: bool) -> int:
    """Says that there is no such passage."""
    if as_json:
        print_json({"passage": passage, "reason": "there is no such passage in the reports"})
    else:
        click.echo(
            f"{passage}: there is no such passage in the reports: take its id from citedesk ask --json", err=True
        )
    return NO
