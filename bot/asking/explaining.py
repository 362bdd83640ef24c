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


def explanation_tables(words: Words, explanation: Explanation, hits: int) -> Iterator[Table]:
    """What was understood (two columns), what each concept gave to the first hits, what stood for it, and the hits."""
    yield Table("", ("", ""), tuple(_understood(words, explanation)))
    shown = explanation.hits[:hits]
    if explanation.concepts:
        named = (words.label("concept"), words.label("kind"), words.label("weight"), "idf", words.label("passages"))
        yield Table(
            words.label("Concepts, and their points for each hit"),
            (*named, *(f"#{hit.rank}" for hit in shown)),
            tuple(_concept(words, concept, len(shown)) for concept in explanation.concepts),
            frozenset(range(2, 5 + len(shown))),
        )
        others = tuple(_others(words, explanation))
        if others:
            names = (
                words.label("concept"),
                words.label("may also be"),
                words.label("from"),
                words.label("weight"),
                words.label("passages"),
            )
            yield Table(words.label("Other words"), names, others, frozenset({3, 4}))
    if shown:
        columns = (
            "#",
            words.label("score"),
            "BM25",
            words.label("coverage"),
            words.label("passage"),
            words.label("sentence"),
        )
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
        yield Table(words.label("Hits"), columns, rows, frozenset({0, 1, 2, 3}))


def explanation_message(words: Words, explanation: Explanation) -> Message:
    """The same for a chat, with every cell of a table cut to what a phone shows."""
    understood, *tables = explanation_tables(words, explanation, IN_CHAT)
    facts = [Html(f"<b>{escape(name)}</b> {escape(one_line(value, LINE))}") for name, value in understood.rows]
    drawn = [Html(f"<pre>{escape(chr(10).join(lines(table, WIDEST)))}</pre>") for table in tables]
    return Message(join("\n", (*facts, *drawn)))


def explain_what(words: Words) -> Message:
    """`/explain` without a question, and none was asked here before."""
    return Message(
        words.say(
            "Write the question after the command: <code>/explain your question</code>. Alone, /explain takes the "
            "last question of this chat."
        )
    )


def _understood(words: Words, explanation: Explanation) -> Iterator[tuple[str, str]]:
    yield words.label("question"), explanation.question
    yield words.label("language"), explanation.language
    if explanation.understood:
        yield words.label("understood as"), explanation.understood
    if explanation.wants:
        yield words.label("asks for"), _wanted(words, explanation.wants)
    filters = list(explanation.filters)
    if explanation.plain_year is not None:
        filters.append(words.label("the report of {year}, if there is one", year=explanation.plain_year))
    if filters:
        yield words.label("only"), ", ".join(filters)
    if explanation.hits:
        yield words.label("best coverage"), f"{max(hit.coverage for hit in explanation.hits[:3]):.0%}"
    yield words.label("outcome"), _outcome(words, explanation)
    yield words.label("generation"), explanation.generation


def _outcome(words: Words, explanation: Explanation) -> str:
    if explanation.answered:
        return words.label("answered: the first passages say enough of the question")
    if explanation.missing:
        return words.label(
            "refused: not in the reports, or not with the rest: {things}", things=", ".join(explanation.missing)
        )
    if not explanation.hits:
        return words.label("refused: no passage has any word of the question")
    return words.label("refused: the first passages say too little of the question")


def _wanted(words: Words, wants: str) -> str:
    return {
        "number": words.label("a number"),
        "time": words.label("a time"),
        "country": words.label("a country"),
        "name": words.label("a name"),
        "definition": words.label("a definition"),
        "founding": words.label("when it was founded"),
        "upcoming": words.label("what comes next"),
        "leader": words.label("who leads"),
        "relation": words.label("how two things are related"),
        "contact": words.label("how to reach it"),
        "place": words.label("where it is"),
        "newest": words.label("what is new"),
    }.get(wants, wants)


def _concept(words: Words, concept: ExplainedConcept, hits: int) -> tuple[str, ...]:
    points = (f"{one:.2f}" if one else "–" for one in concept.points[:hits])
    figures = f"{concept.weight:.2g}", f"{concept.idf:.2f}", str(concept.passages)
    return (concept.label, _kind(words, concept.kind), *figures, *points)


def _others(words: Words, explanation: Explanation) -> Iterator[tuple[str, ...]]:
    """Every expansion that some passage has, but the question's own word."""
    for concept in explanation.concepts:
        for expansion in concept.expansions:
            if expansion.passages and not _is_own(expansion):
                label = concept.label if not expansion.part or len(concept.label.split()) < 2 else expansion.part
                terms = " + ".join(expansion.terms)
                yield label, terms, _origin(words, expansion.origin), f"{expansion.weight:.2f}", str(expansion.passages)


def _is_own(expansion: ExplainedExpansion) -> bool:
    return expansion.origin == "question" and expansion.terms == (expansion.part,)


def _origin(words: Words, origin: str) -> str:
    return {
        "question": words.label("the question"),
        "glossary": words.label("glossary"),
        "acronym": words.label("acronym"),
        "initials": words.label("initials"),
        "everyday": words.label("everyday words"),
        "date": words.label("date"),
        "dictionary": words.label("dictionary"),
        "spelling": words.label("spelling"),
        "family": words.label("word family"),
        "related": words.label("related words"),
    }.get(origin, origin)


def _kind(words: Words, kind: str) -> str:
    return {
        "year": words.label("year"),
        "ordinal": words.label("ordinal"),
        "number": words.label("number"),
        "country": words.label("country"),
        "nationality": words.label("nationality"),
        "acronym": words.label("acronym"),
        "name": words.label("name"),
    }.get(kind, kind)


def explanation_record(explanation: Explanation) -> JsonObject:
    """The JSON object of an explanation."""
    return {
        "understood": explanation.understood,
        "wants": explanation.wants,
        "filters": list(explanation.filters),
        "plain_year": explanation.plain_year,
        "answered": explanation.answered,
        "reason": explanation.reason,
        "missing": list(explanation.missing),
        "generation": explanation.generation,
        "concepts": [
            {
                "label": concept.label,
                "kind": concept.kind,
                "weight": round(concept.weight, 4),
                "idf": round(concept.idf, 4),
                "passages": concept.passages,
                "points": [round(point, 4) for point in concept.points],
                "alternatives": [
                    {
                        "part": expansion.part,
                        "terms": list(expansion.terms),
                        "weight": round(expansion.weight, 4),
                        "origin": expansion.origin,
                        "passages": expansion.passages,
                    }
                    for expansion in concept.expansions
                ],
            }
            for concept in explanation.concepts
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
            for hit in explanation.hits
        ],
    }
