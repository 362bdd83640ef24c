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
    from index.searcher import Searcher

STYLES = ("apa", "gbt7714", "bibtex", "ris")
"""As in `citing.STYLES`, which is imported only when something is cited."""

WHY_NOT = {
    "format": (
        "it has no printed pages",
        "of PDFs alone there are pictures; citedesk chat shows the paragraph in context",
    ),
    "gone": ("the file is gone", "run citedesk reindex, and ask again"),
    "page": ("it has no such page", "run citedesk reindex, and ask again"),
    "unreadable": ("the page cannot be drawn", "open the file, save it again and add that"),
}
"""Why there is no picture, and what to do, by `NoPicture.reason`."""


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

    stored = _searcher(config_of(config_file)).passage(passage)
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


@click.command()
@config_option
@click.argument("passage")
@click.option(
    "--png",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the picture here.",
)
@click.option("--next", "following", is_flag=True, help="The page after it, where the paragraph goes on.")
@json_option
def page(config_file: Path | None, passage: str, png: Path, following: bool, as_json: bool) -> int:
    """Draw the printed page on which PASSAGE stands, with the paragraph marked.

    PASSAGE is the id of a passage, as `ask --json` gives it. Where the place of the paragraph is not sure, nothing is
    marked, and that is said. Exits with 1 where there is no such passage, or no printed page: only PDFs have them.
    """
    from bot.reading.page_marks import among
    from bot.reading.page_pictures import NoPicture, PagePictures, draw_here

    config = config_of(config_file)
    searcher = _searcher(config)
    stored = searcher.passage(passage)
    if stored is None:
        return _gone(passage, as_json)
    source = stored.citation.source
    pictures = PagePictures(config.data.path / "pages", draw_here)
    number = stored.citation.locator.page or 1
    try:
        around = searcher.context(passage)
        printed = among([other.text for other in around], [other.id for other in around].index(passage))
        picture = pictures.picture(config.content.path / source, number, printed, number + following)
    except NoPicture as refused:
        what, remedy = WHY_NOT[refused.reason]
        if as_json:
            print_json({"passage": passage, "source": source, "reason": what})
        else:
            click.echo(f"{source}: {what}: {remedy}", err=True)
        return NO
    png.write_bytes(picture.png.read_bytes())
    if as_json:
        print_json(
            {
                "passage": passage,
                "source": source,
                "png": str(png),
                "page": picture.page,
                "pages": picture.pages,
                "marked": picture.page in picture.marked,
                "marked_on": list(picture.marked),
            }
        )
        return DONE
    if picture.page in picture.marked:
        others = [number for number in picture.marked if number != picture.page]
        also = f"; it is also on page {others[0]}" if others else ""
        click.echo(f"{png}: page {picture.page} of {picture.pages}, the paragraph is marked{also}")
    else:
        why = "the paragraph is on another page" if picture.marked else "where the paragraph stands on it is not sure"
        click.echo(f"{png}: page {picture.page} of {picture.pages}, not marked: {why}")
    return DONE


def _searcher(config: Config) -> Searcher:
    """The live index. Raises `IndexFault`."""
    from index.searcher import Searcher

    return Searcher.open(config.index)


def _gone(passage: str, as_json: bool) -> int:
    """Says that there is no such passage."""
    if as_json:
        print_json({"passage": passage, "reason": "there is no such passage in the reports"})
    else:
        click.echo(
            f"{passage}: there is no such passage in the reports: take its id from citedesk ask --json", err=True
        )
    return NO
