"""A folder of PDF files in; how many of their sentences are cited on the page where they are printed, out.

Where a sentence stands is found without our reader: in the text that PDFium gives of each page, letters and digits
alone. Sentences that stand on several pages, or on none in one run of letters, tell nothing and are not counted.

    python -m benchmarks.pages FOLDER [--most 200]
"""

from __future__ import annotations

import re
from pathlib import Path

import click
import pypdfium2

from content.documents import Document, assemble
from content.passages import split_passages
from content.readers import Unreadable, read_file
from content.sentences import split_sentences

MIN_LETTERS = 25
"""Letters and digits that a sentence has at least, so that it is found by chance nowhere."""
_OTHER = re.compile(r"[\W_]+")


def letters(text: str) -> str:
    """The letters and digits of a text alone."""
    return _OTHER.sub("", text).casefold()


def printed(path: Path) -> list[str]:
    """The letters of each page."""
    document = pypdfium2.PdfDocument(path)
    try:
        return [letters(page.get_textpage().get_text_bounded()) for page in document]
    finally:
        document.close()


def cited(document: Document) -> list[tuple[str, int]]:
    """Each sentence of a document with the page that a citation of it gives."""
    found: list[tuple[str, int]] = []
    for passage in split_passages(document):
        for low, high in split_sentences(passage.text):
            page = passage.page_at(low)
            if page is not None and low >= passage.body:
                found.append((passage.text[low:high], page))
    return found


def _has_ends(text: str, head: str, tail: str, wanted: str) -> bool:
    begin = text.find(head)
    return begin >= 0 and 0 <= text.find(tail, begin) - begin <= 1.1 * len(wanted)


def where(sentence: str, pages: list[str]) -> set[int]:
    """The pages on which a sentence stands or begins, from 1."""
    wanted = letters(sentence)
    if len(wanted) < MIN_LETTERS:
        return set()
    head, tail = wanted[:MIN_LETTERS], wanted[-MIN_LETTERS:]
    # a mark of a note may part its letters on one page, and not where a summary says it again
    whole = {number for number, text in enumerate(pages, 1) if wanted in text or _has_ends(text, head, tail, wanted)}
    if whole:
        return whole
    # over the end of a page, with its foot and the next one's head between
    begins = {number for number, text in enumerate(pages, 1) if head in text}
    return {number for number in begins if number < len(pages) and tail in pages[number]}


@click.command()
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--most", default=0, help="Sentences of one file that are looked for, evenly spread; 0: all.")
@click.option("--wrong", is_flag=True, help="Print each sentence that is cited on another page.")
def main(folder: Path, most: int, wrong: bool) -> None:
    """Count sentences of PDF files that are cited on their page."""
    good = bad = 0
    files = sorted(folder.rglob("*.pdf")) if folder.is_dir() else [folder]
    for path in files:
        try:
            document = assemble(path.stem, path.name, *read_file(path))
        except Unreadable:
            continue
        sentences = cited(document)
        step = max(1, len(sentences) // most) if most else 1
        pages = printed(path)
        own = [0, 0]
        for sentence, page in sentences[::step]:
            places = where(sentence, pages)
            if len(places) == 1:
                own[page in places] += 1
                if wrong and page not in places:
                    click.echo(f"  cited on {page}, printed on {min(places)}: {' '.join(sentence.split())[:120]}")
        bad, good = bad + own[0], good + own[1]
        if sum(own):
            click.echo(f"{path.name}: {own[1]} of {sum(own)}")
    click.echo(f"all: {good} of {good + bad} on their page ({100 * good / max(good + bad, 1):.2f} %)")


if __name__ == "__main__":
    main()
