"""Occurrences of terms in passages in; arrays of which passages have which term, and how often, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index.scoring.topk import Ids

Floats = npt.NDArray[np.floating]
Integers = npt.NDArray[np.integer]


@dataclass(frozen=True, slots=True, eq=False)
class Coded:
    """Frequencies (float32) kept as codes. They are looked up when they are read: `amounts[codes[s]]` for slice `s`."""

    codes: Integers
    amounts: Floats

    def __getitem__(self, postings: slice) -> Floats:
        return self.amounts.take(self.codes[postings], mode="clip")


@dataclass(frozen=True, slots=True)
class Postings:
    """Which passages have which term, and how often.

    starts: int64 (terms + 1); passages: int32 and frequencies: float32 (postings), the postings of term t at
    [starts[t]:starts[t + 1]], by ascending passage; lengths: float32 (passages), terms a passage has.
    """

    starts: Integers
    passages: Ids
    frequencies: Floats | Coded
    lengths: Floats

    @classmethod
    def count(
        cls, fields: Sequence[tuple[Integers, Integers, float]], lengths: Integers | Floats, vocabulary: int
    ) -> Postings:
        """Postings from occurrences. A field is terms, passages and an amount: `terms[i]` stands in `passages[i]`, and
        each occurrence counts as the amount.

        Why are keys sorted, and not their places? Sorting numbers alone is several times as fast. A key is term,
        passage and field, side by side in the bits of one number.
        """
        kind_bits = max(len(fields) - 1, 0).bit_length()
        bits = max(len(lengths) - 1, 0).bit_length() + kind_bits
        keys = np.empty(sum(len(terms) for terms, _, _ in fields), np.int64)
        low = 0
        for kind, (terms, passages, _) in enumerate(fields):
            part = keys[low : low + len(terms)]
            part[:] = terms
            part <<= bits - kind_bits
            part |= passages
            part <<= kind_bits
            part |= kind
            low += len(terms)
        keys.sort()
        fresh = np.ones(len(keys), bool)
        np.not_equal(keys[1:] >> kind_bits, keys[:-1] >> kind_bits, out=fresh[1:])
        first = fresh.nonzero()[0]
        if len(fields) > 1:
            amounts = np.array([amount for _, _, amount in fields])[keys & ((1 << kind_bits) - 1)]
            frequencies = np.add.reduceat(amounts, first) if len(first) else np.zeros(0)
        else:
            frequencies = np.diff(first, append=len(keys)) * (fields[0][2] if fields else 1.0)
        term_and_passage = keys[first]
        del keys
        term_and_passage >>= kind_bits
        term_of, passage_of = term_and_passage >> (bits - kind_bits), term_and_passage & ((1 << (bits - kind_bits)) - 1)
        starts = np.zeros(vocabulary + 1, np.int64)
        np.cumsum(np.bincount(term_of, minlength=vocabulary), out=starts[1:])
        return cls(starts, passage_of.astype(np.int32), frequencies.astype(np.float32), lengths.astype(np.float32))
