"""How much a term counts by where it stands, and BM25's parameters."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Weights:
    """A term in the heading path counts as `heading` terms in the text, one in the document's title as `title`."""

    k1: float = 1.2
    b: float = 0.4
    heading: float = 1.0
    title: float = 0.15
