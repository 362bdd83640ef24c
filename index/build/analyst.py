"""A file in, what the index keeps of it (`analysis.py`) out, in worker processes.

Analysing is most of a reindex. So it is done where files are read: as many at once as there are processors, and under
the same limits. A reply is JSON, with columns of numbers in base64. So a hostile report that takes over its reader can
send back wrong text, but not code. The reply is checked here before it is used.

A worker sends each term once, and only its number from then on. A worker that replaces another one begins anew.

Why is numpy imported late? The process that starts a worker imports numpy while the worker starts too.

Run as `python -P -m index.build.analyst MEMORY_BYTES`.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from content.documents import Metadata, Piece, assemble
from content.omissions import fields_of
from content.readers.pool import Worker, clean, omissions_of, printed_pages_of, senseless

if TYPE_CHECKING:
    import numpy.typing as npt

    from index.build.analysis import Analyzed
    from index.text.batch import TermNumbering

MEMORY = 512 * 1024 * 1024
"""Bytes that an analyst may use beyond those of a reader; jieba and OpenCC take about half of them."""
_PLAIN = (
    "title",
    "year",
    "language",
    "collection",
    "publisher",
    "address",
    "author",
    "place",
    "printed_pages",
    "acronyms",
    "texts",
    "ids",
    "sections",
    "section_terms",
    "title_terms",
)
"""The fields that are sent unchanged."""


class Analyst(Worker):
    """Reads and analyses files."""

    module = "index.build.analyst"

    def __init__(self, countries: Sequence[str], *, seconds: float, memory_bytes: int, ocr: bool = False) -> None:
        """`countries`: their names in lower case; `ocr`: pages without text are read by OCR."""
        super().__init__(seconds=seconds, memory_bytes=memory_bytes + MEMORY, ocr=ocr)
        self._countries = countries
        self._numbering: TermNumbering | None = None

    def read_document(self, id: str, source: str, path: Path) -> tuple[Analyzed, str]:  # noqa: A002
        """A document, analysed, and the digest of the bytes it was read from. Raises `Unreadable`."""
        reply = self.ask(path, {"id": id, "source": source, "countries": self._countries})
        try:
            from index.text.batch import TermNumbering

            digest = str(reply["digest"])
            if reply["known"] == 0 or self._numbering is None:  # a new process, or one that has forgotten
                self._numbering = TermNumbering()
            return _checked(reply, id, source, self._numbering), digest
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            self.close()  # what it numbers from here on would not be what is known here
            raise senseless(path.name) from error


def _checked(reply: dict[str, Any], id_: str, source: str, numbering: TermNumbering) -> Analyzed:
    """Check that all parts of a reply fit together, and make a document of it. Its new terms go into `numbering`.

    Where they do not fit, this raises ValueError, KeyError, TypeError or AttributeError, and adds nothing.
    """
    import numpy as np

    from index.build.analysis import PLACES, WIDTHS, Analyzed

    strings = {name: reply[name] for name in ("texts", "ids", "sections", "vocabulary", "surfaces")}
    for name, own in strings.items():
        if not set(map(type, own)) <= {str}:
            raise TypeError(f"{name} are texts")
        if not _is_plain("".join(own)):
            strings[name] = list(map(clean, own))
    known_terms, term_count = int(reply["known"]), int(reply["known"]) + len(strings["vocabulary"])
    year = reply["year"]
    columns = {name: np.frombuffer(b64decode(reply[name]), width) for name, width in WIDTHS.items()}
    lists = [[int(number) for number in numbers] for numbers in (*reply["section_terms"], reply["title_terms"])]
    result = Analyzed(
        id=id_,
        title=clean(reply["title"]),
        year=None if year is None else int(year),
        language=clean(reply["language"]),
        collection=clean(reply["collection"]),
        publisher=clean(reply["publisher"]),
        source=source,
        address=clean(reply["address"]),
        acronyms=[(clean(short), clean(long)) for short, long in reply["acronyms"]],
        left_out=omissions_of(reply["left_out"]),
        printed_pages=printed_pages_of(reply["printed_pages"]),
        author=clean(reply["author"]),
        place=clean(reply["place"]),
        texts=strings["texts"],
        ids=strings["ids"],
        sections=strings["sections"],
        section_terms=lists[:-1],
        title_terms=lists[-1],
        numbering=numbering,
        met=term_count,
        columns=columns,
    )

    def are_inside(numbers: Sequence[int] | npt.NDArray[np.integer], count: int) -> bool:
        own = np.asarray(numbers)
        return not len(own) or (int(own.min()) >= 0 and int(own.max()) < count)

    passages, tokens = len(result.ids), len(columns["terms"])
    sections, counts = columns["places"][:: len(PLACES)], columns["counts"]
    right = (
        len(result.texts) == passages == len(counts) == len(sections)
        and len(columns["places"]) == passages * len(PLACES)
        and len(columns["page_starts"]) % 3 == 0
        and are_inside(columns["page_starts"][::3], passages)
        and bool((np.diff(columns["page_starts"][::3]) >= 0).all())
        and int(columns["page_starts"].min(initial=0)) >= 0
        and int(counts.sum()) == tokens
        and int(counts.min(initial=0)) >= 0
        and all(len(columns[name]) == tokens for name in ("offsets", "ends", "sentences", "shapes"))
        and known_terms == len(numbering.terms)
        and len(strings["surfaces"]) == len(strings["vocabulary"])
        and all(strings["vocabulary"])
        and are_inside(columns["terms"], term_count)
        and all(are_inside(numbers, term_count) for numbers in lists)
        and len(result.section_terms) == len(result.sections)
        and are_inside(sections, len(result.sections))
        and all(len(text) < 1 << 16 for text in result.texts)
    )
    if not right:
        raise ValueError("columns do not fit together")
    numbering.terms += strings["vocabulary"]
    numbering.surfaces += strings["surfaces"]
    return result


def _is_plain(text: str) -> bool:
    """Whether a text can be stored as it is: without lone surrogates."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def main() -> None:
    """Answer requests until standard input ends."""
    from content.readers import worker
    from index.build.analysis import analyse
    from index.text.analyzer import Analyzer
    from index.text.batch import Tokenizer

    analyzer = Analyzer()
    tokenizer = Tokenizer(analyzer)
    numbering, sent = tokenizer.numbering, 0

    def make(request: dict[str, Any], pieces: list[Piece], metadata: Metadata) -> dict[str, Any]:
        nonlocal tokenizer, numbering, sent
        whole = [replace(piece, text=clean(piece.text)) for piece in pieces]
        document = assemble(request["id"], request["source"], whole, metadata)
        if tokenizer.countries != (countries := frozenset(request["countries"])):
            tokenizer = Tokenizer(analyzer, countries)
        analyzed = analyse(document, tokenizer)
        if analyzed.numbering is not numbering:
            numbering, sent = analyzed.numbering, 0
        reply: dict[str, Any] = {name: getattr(analyzed, name) for name in _PLAIN}
        reply |= {name: b64encode(column.tobytes()).decode("ascii") for name, column in analyzed.columns.items()}
        new = {"known": sent, "vocabulary": numbering.terms[sent:], "surfaces": numbering.surfaces[sent:]}
        reply["left_out"] = [fields_of(omission) for omission in analyzed.left_out]
        sent = analyzed.met
        return reply | new

    worker.main(lambda request: worker.guarded(request, make))


if __name__ == "__main__":
    main()
