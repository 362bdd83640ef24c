"""BM25's parameters, and how much a term counts in headings and titles."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """A term in the heading path counts as `heading` terms in the text; a term in the title as `title` terms."""

    k1: float = 1.2
    b: float = 0.4
    heading: float = 1.0
    title: float = 0.15
