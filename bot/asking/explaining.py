"""How a question was understood and answered in; tables for a terminal or a chat, or a JSON object, out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.words.catalogue import Words
from bot.words.markup import Html, Message, escape, join, one_line
from bot.words.table import Table, lines

if TYPE_CHECKING:
    from bot.options import JsonObject
    from index.answering.explain import ExplainedConcept, ExplainedExpansion, Explanation

WIDEST = 24
"""Columns of a cell in a chat, where a phone shows about 40."""
LINE = 400
"""Characters of a line beside the tables in a chat."""
IN_CHAT = 3
"""Hits that are explained in a chat."""


def explanation_tables(w: Words, found: Explanation, hits: int) -> Iterator[Table]:
    """What was understood (two columns), what each concept gave to the first hits, what stood for it, and the hits."""
    yield Table("", ("", ""), tuple(_understood(w, found)))
    shown = found.hits[:hits]
    if found.concepts:
        named = (w.label("concept"), w.label("kind"), w.label("weight"), "idf", w.label("passages"))
        yield Table(
            w.label("Concepts, and their points for each hit"),
            (*named, *(f"#{hit.rank}" for hit in shown)),
            tuple(_concept(w, concept, len(shown)) for concept in found.concepts),
            frozenset(range(2, 5 + len(shown))),
        )
        others = tuple(_others(w, found))
        if others:
            names = (
                w.label("concept"),
                w.label("may also be"),
                w.label("from"),
                w.label("weight"),
                w.label("passages"),
            )
            yield Table(w.label("Other words"), names, others, frozenset({3, 4}))
    if shown:
        columns = ("#", w.label("score"), "BM25", w.label("coverage"), w.label("passage"), w.label("sentence"))
        rows = tuple(
            (
                str(hit.rank),
                f"{hit.score:.2f}",
                f"{hit.bm25:.2f}",
                f"{hit.coverage:.0%}",
                f"{hit.citation.source} {hit.passage}",
                " ".join(hit.sentence.split()),
            )
            for hit in shown
        )
        yield Table(w.label("Hits"), columns, rows, frozenset({0, 1, 2, 3}))


def explanation_message(w: Words, found: Explanation) -> Message:
    """The same for a chat, with every cell of a table cut to what a phone shows."""
    understood, *tables = explanation_tables(w, found, IN_CHAT)
    facts = [Html(f"<b>{escape(name)}</b> {escape(one_line(value, LINE))}") for name, value in understood.rows]
    drawn = [Html(f"<pre>{escape(chr(10).join(lines(table, WIDEST)))}</pre>") for table in tables]
    return Message(join("\n", (*facts, *drawn)))


def explain_what(w: Words) -> Message:
    """`/explain` without a question, and none was asked here before."""
    return Message(
        w.say(
            "Write the question after the command: <code>/explain your question</code>. Alone, /explain takes the "
            "last question of this chat."
        )
    )


def _understood(w: Words, found: Explanation) -> Iterator[tuple[str, str]]:
    yield w.label("question"), found.question
    yield w.label("language"), found.language
    if found.understood:
        yield w.label("understood as"), found.understood
    if found.wants:
        yield w.label("asks for"), _wanted(w, found.wants)
    filters = list(found.filters)
    if found.plain_year is not None:
        filters.append(w.label("the report of {year}, if there is one", year=found.plain_year))
    if filters:
        yield w.label("only"), ", ".join(filters)
    if found.hits:
        yield w.label("best coverage"), f"{max(hit.coverage for hit in found.hits[:3]):.0%}"
    yield w.label("outcome"), _outcome(w, found)
    yield w.label("generation"), found.generation


def _outcome(w: Words, found: Explanation) -> str:
    if found.answered:
        return w.label("answered: the first passages say enough of the question")
    if found.missing:
        return w.label("refused: not in the reports, or not with the rest: {things}", things=", ".join(found.missing))
    if not found.hits:
        return w.label("refused: no passage has any word of the question")
    return w.label("refused: the first passages say too little of the question")


def _wanted(w: Words, wants: str) -> str:
    return {
        "number": w.label("a number"),
        "time": w.label("a time"),
        "country": w.label("a country"),
        "name": w.label("a name"),
        "definition": w.label("a definition"),
        "founding": w.label("when it was founded"),
        "upcoming": w.label("what comes next"),
        "leader": w.label("who leads"),
        "relation": w.label("how two things are related"),
        "contact": w.label("how to reach it"),
        "place": w.label("where it is"),
        "newest": w.label("what is new"),
    }.get(wants, wants)


def _concept(w: Words, concept: ExplainedConcept, hits: int) -> tuple[str, ...]:
    points = (f"{one:.2f}" if one else "–" for one in concept.points[:hits])
    figures = f"{concept.weight:.2g}", f"{concept.idf:.2f}", str(concept.passages)
    return (concept.label, _kind(w, concept.kind), *figures, *points)


def _others(w: Words, found: Explanation) -> Iterator[tuple[str, ...]]:
    """Every expansion that some passage has, but the question's own word."""
    for concept in found.concepts:
        for one in concept.expansions:
            if one.passages and not _is_own(one):
                label = concept.label if not one.part or len(concept.label.split()) < 2 else one.part
                terms = " + ".join(one.terms)
                yield label, terms, _origin(w, one.origin), f"{one.weight:.2f}", str(one.passages)


def _is_own(one: ExplainedExpansion) -> bool:
    return one.origin == "question" and one.terms == (one.part,)


def _origin(w: Words, origin: str) -> str:
    return {
        "question": w.label("the question"),
        "glossary": w.label("glossary"),
        "acronym": w.label("acronym"),
        "initials": w.label("initials"),
        "everyday": w.label("everyday words"),
        "date": w.label("date"),
        "dictionary": w.label("dictionary"),
        "spelling": w.label("spelling"),
        "family": w.label("word family"),
        "related": w.label("related words"),
    }.get(origin, origin)


def _kind(w: Words, kind: str) -> str:
    return {
        "year": w.label("year"),
        "ordinal": w.label("ordinal"),
        "number": w.label("number"),
        "country": w.label("country"),
        "nationality": w.label("nationality"),
        "acronym": w.label("acronym"),
        "name": w.label("name"),
    }.get(kind, kind)


def explanation_record(found: Explanation) -> JsonObject:
    """The JSON object of an explanation."""
    return {
        "understood": found.understood,
        "wants": found.wants,
        "filters": list(found.filters),
        "plain_year": found.plain_year,
        "answered": found.answered,
        "reason": found.reason,
        "missing": list(found.missing),
        "generation": found.generation,
        "concepts": [
            {
                "label": concept.label,
                "kind": concept.kind,
                "weight": round(concept.weight, 4),
                "idf": round(concept.idf, 4),
                "passages": concept.passages,
                "points": [round(one, 4) for one in concept.points],
                "alternatives": [
                    {
                        "part": one.part,
                        "terms": list(one.terms),
                        "weight": round(one.weight, 4),
                        "origin": one.origin,
                        "passages": one.passages,
                    }
                    for one in concept.expansions
                ],
            }
            for concept in found.concepts
        ],
        "hits": [
            {
                "rank": hit.rank,
                "passage": hit.passage,
                "source": hit.citation.source,
                "score": round(hit.score, 4),
                "bm25": round(hit.bm25, 4),
                "coverage": round(hit.coverage, 4),
                "sentence": hit.sentence,
            }
            for hit in found.hits
        ],
    }
