"""Both stemmers give the same stems, in as many threads as there are, and what stems otherwise is told apart."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from itertools import product

import pytest

from index.text import stemming
from index.text.analyzer import Analyzer
from index.text.stemming import Stem, fingerprint_of, open_stemmer

ROOTS = "organ nation relat commun technolog univers employ intern analy polic scien cooper educ econom".split()
ENDINGS = "s ed ing er ers ies ize ized ization izations al ally ational ity ities ism ist ists ful fulness ous".split()
WORDS = [root + ending for root, ending in product(ROOTS, ["", *ENDINGS])]


@pytest.fixture
def hurried() -> Iterator[None]:
    """Threads take turns as often as can be."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.skipif(find_spec("Stemmer") is None, reason="PyStemmer is not installed (the extra `fast`)")
def test_both_stemmers_give_the_same_stems() -> None:
    in_python, in_c = stemming._in_python(), stemming._in_c()
    assert [in_python(word) for word in WORDS] == [in_c(word) for word in WORDS]
    assert fingerprint_of(in_python) == fingerprint_of(in_c)


@pytest.mark.parametrize("make", [stemming._in_python, stemming._in_c])
def test_threads_that_stem_at_once_do_not_mix_their_words(make: Callable[[], Stem], hurried: None) -> None:
    if make is stemming._in_c and find_spec("Stemmer") is None:
        pytest.skip("PyStemmer is not installed (the extra `fast`)")
    stem = make()
    alone = [stem(word) for word in WORDS]
    with ThreadPoolExecutor(4) as pool:
        for found in pool.map(lambda _: [stem(word) for word in WORDS], range(8)):
            assert found == alone


def test_the_quicker_one_is_taken_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[str] = []
    monkeypatch.setattr(stemming, "_in_c", lambda *_: taken.append("c"))
    monkeypatch.setattr(stemming, "_in_python", lambda *_: taken.append("python"))
    for there in (object(), None):
        monkeypatch.setattr(stemming, "find_spec", lambda name, there=there: there)
        open_stemmer.__wrapped__()
    assert taken == ["c", "python"]


def test_an_index_whose_words_were_stemmed_otherwise_is_built_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a newer version of a library may: with snowballstemmer 3.0 `international` became `intern`."""
    now = Analyzer().fingerprint
    before: Stem = lambda word: "intern" if word == "international" else open_stemmer()(word)  # noqa: E731
    monkeypatch.setattr("index.text.analyzer.open_stemmer", lambda *_: before)
    assert Analyzer().fingerprint != now
