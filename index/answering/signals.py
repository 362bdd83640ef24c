"""Candidates of a question in; what speaks for and against each of them, a row of figures a signal, out.

A ranking by words finds what a passage is about. Which of thirty passages about the same thing answers is told by many
small things together: that the heading asks what the person asks, that the words stand side by side, that the passage
has the one word which the others lack. Each is a figure, mostly between 0 and 1; how much each counts is learned on
questions with judged passages (`weights.py`), so that no one of them is turned by hand.

A passage's score is its BM25 times e to the sum of weight x figure, so a weight says by what factor a full figure
raises a passage, and `explain` can say why one passage stands before another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from content.kinds import KINDS, asks
from index.answering.sentences import Presence, Read, share_inside
from index.question.parse import Query
from index.scoring.concepts import Scored
from index.scoring.postings import Floats, Integers
from index.store.corpus import ASKS, CAPITAL, DOCUMENT, KIND, NUMBER, SECTION, Corpus

SIGNALS = (
    "bm25",
    "coverage",
    "sentence",
    "rare here",
    "own words",
    "side by side",
    "heading",
    "asked by heading",
    "opens section",
    "title",
    "before",
    "after",
    "report",
    "own language",
    "long",
    "tiny",
    "wanted",
    "wanted near",
    "unnamed",
    "undated",
    "asks",
    "figures",
    "names",
    "enumerates",
    "agent",
    *(f"is {kind}" for kind in KINDS[1:]),
)
"""bm25: ln of the sum over the concepts. coverage: share of the question that the passage has. sentence: the same of its
best sentence. rare here: coverage by what is rare among the candidates. own words: coverage by the question's own words
alone. side by side: share of the question's neighbouring words that are neighbours in it. heading, title: coverage by the
headings above, by the title of the report. asked by heading: coverage by a heading that asks. opens section: whether it is
the first below its heading. before, after: what the passage before or after has of the question and it lacks. report: how
much the best other passage of its report has. long: ln of its terms. wanted (near): whether it has the kind of thing that
is wanted (close to what is named). unnamed, undated: demands it lacks. asks: whether its best sentence asks."""

_DEMANDED = frozenset(("country", "ordinal"))


def measure(
    query: Query,
    corpus: Corpus,
    scored: Sequence[Scored],
    numbers: Integers,
    raw: Floats,
    weights: Floats,
    shares: Floats,
    sentence: Floats,
    which: Integers,
    has: Floats,
    near: Floats,
    terms: dict[str, int],
    read: Read,
) -> Floats:
    """The figures: float64 (signals x candidates)."""
    figures = dict.fromkeys(SIGNALS, np.zeros(len(numbers)))
    places = corpus.places.take(numbers, axis=0)
    sought = [concept.sought for concept in scored]
    figures["bm25"] = np.log(np.maximum(raw, 1e-9))
    figures["coverage"] = weights @ shares
    figures["sentence"] = sentence
    figures["rare here"] = _by_rare(shares)
    own = np.array([_own_share(concept, terms, read) for concept in query.concepts])
    figures["own words"] = weights @ own
    figures["side by side"] = _side_by_side(query, terms, read)
    sections, section_of = np.unique(places[:, SECTION], return_inverse=True)
    lists = [corpus.section_terms.run(range(s, s + 1))[0] for s in sections.tolist()]
    heading = weights @ share_inside(sought, Presence.of_lists(lists, read.terms))[:, section_of]
    figures["heading"] = heading
    asking = np.array([asks("".join(corpus.section(section)[-1:])) for section in sections.tolist()])
    figures["asked by heading"] = heading * asking[section_of]
    before, after = np.maximum(numbers - 1, 0), np.minimum(numbers + 1, len(corpus) - 1)
    figures["opens section"] = (corpus.places.take(before, axis=0)[:, SECTION] != places[:, SECTION]) * 1.0
    documents, document_of = np.unique(places[:, DOCUMENT], return_inverse=True)
    titles = [corpus.title_terms.run(range(d, d + 1))[0] for d in documents.tolist()]
    figures["title"] = weights @ share_inside(sought, Presence.of_lists(titles, read.terms))[:, document_of]
    for name, others in (("before", before), ("after", after)):
        same = corpus.places.take(others, axis=0)[:, DOCUMENT] == places[:, DOCUMENT]
        theirs = np.array([concept.shares_of(others.astype(np.int32)) for concept in scored])
        figures[name] = weights @ (np.maximum(theirs - shares, 0.0) * same)
    best = np.zeros(len(documents))
    np.maximum.at(best, document_of, raw)
    figures["report"] = best[document_of] / max(float(best.max()), 1e-9)
    figures["own language"] = corpus.are_in(query.language, numbers) * 1.0
    lengths = corpus.forward.lengths(numbers)
    figures["long"] = np.log(np.maximum(lengths, 1.0) / 100)
    figures["tiny"] = (lengths < 12) * 1.0
    figures["wanted"], figures["wanted near"] = has * 1.0, near
    for concept, share in zip(query.concepts, shares, strict=True):
        if concept.kind in _DEMANDED:
            figures["unnamed"] = figures["unnamed"] + (share < 0.5)
        elif concept.kind == "year":
            figures["undated"] = figures["undated"] + (share < 0.5)
    rows = read.firsts + which
    figures["asks"] = read.flags(ASKS)[rows]
    figures["figures"] = read.flags(NUMBER)[rows]
    figures["names"] = read.flags(CAPITAL)[rows]
    for number, kind in enumerate(KINDS[1:], 1):
        figures[f"is {kind}"] = (places[:, KIND] == number) * 1.0
    import re
    several = re.search(r"哪些|哪几|有什么|列出|\b(?:list|which|what) (?:are|were)\b|\b(?:which|what) \w+s\b|\bmembers\b", query.question, re.I)
    texts = [corpus.texts[n] for n in numbers.tolist()]
    if several:
        figures["enumerates"] = np.array([min(len(re.findall(r"[（(](?:[一二三四五六七八九十]|\d)[)）]|(?:^|\n)\s*(?:[-•*·]|\d+[.)、])|following|下列|include|、", x)), 6) / 6 for x in texts])
    if re.search(r"\bwho\b|\bwhich (?:company|organi|agenc|institut|ministr|bod)|谁|哪[个家]", query.question, re.I):
        figures["agent"] = np.array([bool(re.search(r"\b(?:by|led by|chaired by|headed by)\s+(?:the\s+)?[A-Z]|由[\u4e00-\u9fff]{2,12}(?:[担任主持发起负责组织制定编])", x)) for x in texts], float)
    return np.array([figures[name] for name in SIGNALS], float)


def _by_rare(shares: Floats) -> Floats:
    """Coverage by an idf among the candidates: what all of them have says nothing of which one answers."""
    found = shares.sum(axis=1)
    rarity = np.log((shares.shape[1] + 1) / np.maximum(found, 1.0)) * (found > 0)
    whole = rarity.sum()
    coverage: Floats = rarity @ shares / whole if whole > 0 else np.zeros(shares.shape[1])
    return coverage


def _own_share(concept, terms, read):  # type: ignore
    rows = [read.row_of[part.term] for part in concept.parts if part.term in terms]
    if not rows:
        return np.zeros(len(read.numbers))
    there = read.in_passages(rows)
    return there.sum(axis=0) / len(concept.parts)


def _side_by_side(query: Query, terms: dict[str, int], read: Read) -> Floats:
    own = [read.row_of.get(part.term, -1) for concept in query.concepts for part in concept.parts]
    pairs = [(one, other) for one, other in zip(own, own[1:], strict=False) if one >= 0 and other >= 0 and one != other]
    found = np.zeros(len(read.numbers))
    if not pairs:
        return found
    for one, other in pairs:
        at = (read.term_rows[:-1] == one) & (read.term_rows[1:] == other)
        skip = (read.term_rows[:-2] == one) & (read.term_rows[2:] == other)
        near = np.zeros(len(read.term_rows), bool)
        near[: len(at)] |= at
        near[: len(skip)] |= skip
        hit = np.bincount(read.owner[near], minlength=len(read.numbers))
        found += hit > 0
    return found / max(len(own) - 1, 1)
