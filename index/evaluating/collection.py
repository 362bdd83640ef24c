"""A folder of passages, queries and judgments in, a `Collection` out; and TREC run files, both ways.

The folder holds `corpus.jsonl` ({"id", "title"?, "text", "lang"?}), `queries.jsonl` ({"id", "text", "lang"?}) and
`qrels.tsv` (query, passage, grade). Other formats are read too: `_id` for `id` and a line of column names (BEIR), and
the four columns of TREC.

Why are the judgments of a passage left out together with it? One folder can hold the same text in several languages.
"Chinese passages only" then means the queries that Chinese passages answer. Counting the others as failures would
measure nothing. A judged passage that the corpus lacks is different: it counts as not found.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

Parsed = TypeVar("Parsed")
Qrels = Mapping[str, Mapping[str, int]]
"""Query → passage → grade; 0 and below: judged, and not relevant."""


class Malformed(Exception):
    """A file has another form than it should: which file, what is wrong, what to do."""

    exit_code = 2

    def __init__(self, subject: str, what: str, remedy: str) -> None:
        super().__init__(f"{subject}: {what}: {remedy}")
        self.subject, self.what, self.remedy = subject, what, remedy


@dataclass(frozen=True, slots=True)
class CollectionPassage:
    """A passage of a collection, taken whole."""

    id: str
    text: str
    title: str = ""
    language: str = ""
    """As the file says; empty: it does not say."""


@dataclass(frozen=True, slots=True)
class CollectionQuery:
    """A query of a collection."""

    id: str
    text: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """The passages and queries of a folder that were asked for."""

    name: str
    entries: tuple[CollectionPassage, ...]
    queries: tuple[CollectionQuery, ...]
    """Where there are judgments, only the queries that have a relevant passage."""
    qrels: Qrels
    """The judgments of these queries; empty where the folder has no judgments."""


@dataclass(frozen=True, slots=True)
class RunLine:
    """One line of a run: a passage found for a query."""

    query: str
    passage: str
    score: float


_HIGHEST = 1e6
"""The highest grade: far above what people give, and low enough for trec_eval."""
Run = tuple[RunLine, ...]
"""Lines of the same query are in order, best first."""


def read_collection(
    folder: Path, qrels: Path | None = None, *, target_language: str = "", query_language: str = ""
) -> Collection:
    """Read a folder. `qrels`: another file of judgments, looked for as given and in the folder.

    `target_language`, `query_language` (`en`, `zh`, ...) leave out passages and queries of other languages; where the
    file does not say the language, it is told by the text. Raises Malformed.
    """
    entries = tuple(_read_lines(_existing(folder / "corpus.jsonl"), _entry))
    queries = tuple(_read_lines(_existing(folder / "queries.jsonl"), _query))
    _refuse_twice(folder / "corpus.jsonl", (entry.id for entry in entries))
    _refuse_twice(folder / "queries.jsonl", (query.id for query in queries))
    judgments_file = _judgments_file(folder, qrels)
    judgments = read_qrels(judgments_file) if judgments_file else {}
    kept_entries = tuple(entry for entry in entries if _is_in(target_language, entry.language, entry.text))
    left_out = {entry.id for entry in entries} - {entry.id for entry in kept_entries}
    kept_judgments = {
        query: {passage: grade for passage, grade in grades.items() if passage not in left_out}
        for query, grades in judgments.items()
    }
    kept_queries = tuple(
        query
        for query in queries
        if _is_in(query_language, query.language, query.text)
        and (not judgments_file or any(grade > 0 for grade in kept_judgments.get(query.id, {}).values()))
    )
    if not kept_entries or not kept_queries:
        nothing = "passages" if not kept_entries else "queries with a relevant passage" if judgments_file else "queries"
        languages = " ".join(filter(None, (target_language, query_language)))
        raise Malformed(
            str(folder),
            f"no {nothing}{' in ' + languages if languages else ''}",
            "look at its files and at the languages",
        )
    judged = {query.id: kept_judgments[query.id] for query in kept_queries} if judgments_file else {}
    return Collection(folder.name, kept_entries, kept_queries, judged)


def read_qrels(file: Path) -> Qrels:
    """Read judgments: `query passage grade`, or TREC's `query 0 passage grade`. Raises Malformed."""
    judgments: dict[str, dict[str, int]] = defaultdict(dict)
    for number, line in enumerate(_text(file).splitlines(), 1):
        fields = line.split("\t") if "\t" in line else line.split()
        if not line.strip():
            continue
        try:
            query, passage, grade = fields if len(fields) == 3 else (fields[0], fields[2], fields[3])
            judgments[query.strip()][passage.strip()] = _grade(grade)
        except (ValueError, IndexError):
            if number == 1:  # names of the columns
                continue
            raise Malformed(
                f"{file}, line {number}", f"{line[:60]!r} is no judgment", "write query, passage and grade"
            ) from None
    return dict(judgments)


def _grade(text: str) -> int:
    grade = float(text)
    if not abs(grade) < _HIGHEST:  # neither infinity nor what is no number
        raise ValueError(text)
    return int(grade)


def write_run(file: Path, run: Run, tag: str = "citedesk") -> None:
    """Write a TREC run file (`query Q0 passage rank score tag`). Raises Malformed for ids with white space, OSError.

    trec_eval reads only the scores, as 32-bit floats, and orders equal ones in its own way. So each score is written
    smaller than the one before it.
    """
    lines: list[str] = []
    rank, query, last = 0, "", np.float32(0)
    for line in run:
        for id_ in (line.query, line.passage):
            if not id_ or id_.split() != [id_]:
                raise Malformed(
                    f"id {id_!r}", "has white space", "give it another: TREC files are split at white space"
                )
        score = np.float32(line.score)
        if line.query == query:
            rank, score = rank + 1, min(score, np.nextafter(last, np.float32(-np.inf)))
        else:
            rank, query = 1, line.query
        last = score
        lines.append(f"{line.query} Q0 {line.passage} {rank} {score:.9g} {tag}\n")
    file.write_text("".join(lines), encoding="utf-8")


def read_run(file: Path) -> Run:
    """Read a TREC run file; the lines of each query by score, as trec_eval orders them. Raises Malformed."""
    lines: list[RunLine] = []
    for number, line in enumerate(_text(file).splitlines(), 1):
        if not line.strip():
            continue
        try:
            query, _, passage, _, score, *_ = line.split()
            lines.append(RunLine(query, passage, float(score)))
        except ValueError:
            raise Malformed(
                f"{file}, line {number}",
                f"{line[:60]!r} is no line of a run",
                "each is: query Q0 passage rank score tag",
            ) from None
    order = {query: position for position, query in enumerate(dict.fromkeys(line.query for line in lines))}
    return tuple(sorted(lines, key=lambda line: (order[line.query], -line.score)))


def _entry(fields: Mapping[str, Any]) -> CollectionPassage:
    return CollectionPassage(
        _string(fields, "id", "_id"), fields["text"], str(fields.get("title") or ""), str(fields.get("lang") or "")
    )


def _query(fields: Mapping[str, Any]) -> CollectionQuery:
    return CollectionQuery(_string(fields, "id", "_id"), fields["text"], str(fields.get("lang") or ""))


def _string(fields: Mapping[str, Any], *names: str) -> str:
    return next(str(fields[name]) for name in names if name in fields)


def _read_lines(file: Path, make: Callable[[Mapping[str, Any]], Parsed]) -> Iterator[Parsed]:
    for number, line in enumerate(_text(file).split("\n"), 1):
        if not line.strip():
            continue
        try:
            fields = json.loads(line)
            if not isinstance(fields["text"], str):
                raise TypeError
            yield make(fields)
        except (ValueError, KeyError, TypeError, StopIteration, RecursionError):
            raise Malformed(
                f"{file}, line {number}", "is no JSON object with an id and a text", 'write {"id": "1", "text": "…"}'
            ) from None


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed(str(file), "is not UTF-8", "save it as UTF-8") from None


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise Malformed(str(file), "there is no such file", "a collection has corpus.jsonl, queries.jsonl, qrels.tsv")
    return file


def _judgments_file(folder: Path, qrels: Path | None) -> Path | None:
    """The file of judgments; None where the folder has none and none was named."""
    if qrels is None:
        own = folder / "qrels.tsv"
        return own if own.is_file() else None
    return qrels if qrels.is_file() else _existing(folder / qrels)


def _refuse_twice(file: Path, ids: Iterable[str]) -> None:
    seen: set[str] = set()
    for id_ in ids:
        if id_ in seen:
            raise Malformed(str(file), f"has the id {id_!r} twice", "give each line an id of its own")
        seen.add(id_)


def _is_in(wanted_language: str, language: str, text: str) -> bool:
    return not wanted_language or (language or language_of(text)).partition("-")[0].lower() == wanted_language


def language_of(text: str) -> str:
    """`en`, `zh`, ...; a text too short to tell counts as English."""
    from content.readers.metadata import guess_language

    return guess_language([text]) or "en"
