"""A question in; its language, where that is neither English nor Chinese, and which of its words say little, out.

A script tells most languages apart. Those written in Latin letters are told by their function words: a question that
has more of one language's than of English's is in that language. The lists are short, since a question has few words,
and most of those few are in any list.

Why are these words not left out of passages? A passage's language is known, but "die", "son" and "sin" are words of
English too, and one analyzer reads both. At question time the language is known as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from index.text import stopwords
from index.text.analyzer import fold

FUNCTION_WORDS = {
    "fr": frozenset(
        """a ai as au aux avec c ce ces cet cette ceci cela ca combien comment d dans de depuis des dont du elle elles
        en entre est et etait ete etre eu fait font il ils j je jusqu l la le les leur leurs lors m mais me
        meme mes mon n ne nos notre nous on ont ou par pas pendant peut plus pour pourquoi qu quand que quel
        quelle quelles quels qui quoi s sa sans se selon sera ses si son sont sous sur t te tes toi ton tous
        tout toute toutes tres tu un une vers vos votre vous y""".split()
    ),
    "es": frozenset(
        """a al algo ante como con cual cuales cuando cuanta cuantas cuanto cuantos de del desde donde durante e el
        ella ellas ellos en entre era es esa ese eso esta estan este esto estos fue fueron ha hace han hasta
        hay la las le les lo los mas me mi muy nada ni no nos o para pero por porque que quien quienes se
        segun ser si sin sobre son su sus tambien te tiene tienen todo todos tu un una unas uno unos y ya""".split()
    ),
    "pt": frozenset(
        """a ao aos as com como da das de dele dela do dos e ela elas ele eles em entre era essa esse esta este eu foi
        foram ha ja lhe mais mas me mesmo muito na nao nas nem no nos o onde os ou para pela pelas pelo
        pelos por qual quais quando quanta quantas quanto quantos que quem sao se sem ser seu seus sua suas
        tambem tem uma um umas uns""".split()
    ),
    "de": frozenset(
        """aber als am an auch auf aus bei bis das dass dem den der des die diese dieser dieses durch ein eine einem
        einen einer eines er es fur gegen gibt haben hat hatte ich ihr im in ist kann man mit nach nicht
        noch nur ob oder seit sich sie sind so um und unter uber vom von vor wann war waren warum was welche
        welchen welcher welches wem wen wer werden wie wieviel wird wo wurde wurden zu zum zur zwischen""".split()
    ),
    "it": frozenset(
        """a ai al alla alle anche che chi ci come con cosa da dal dalla dei del della delle di dove e ed era fra gli
        ha hanno i il in la le lo ma nel nella non o per perche piu quale quali quando quanta quante quanti
        quanto si sono stata stato su sul sulla tra un una uno""".split()
    ),
    "ru": frozenset(
        """а без более бы был была были было быть в во вам вас все всех вы где да для до его ее если есть еще же за и
        из или им их к как какая какие каких какого каков какова какой ко когда которая которые который кто
        куда ли между мы на над не нет ни но о об от отчего по под почему при с сколько со так там то только
        ты у уже чего чем что чтобы эта эти это этот я""".split()
    ),
    "ar": frozenset(
        """في من على الى إلى عن مع هل ما ماذا متى اين كيف كم لماذا لمن من هو هي هم هذا هذه ذلك تلك التي الذي الذين و او
        ثم ان لا لم لن قد كان كانت يكون عند بين كل بعد قبل حول عدد اي""".split()
    ),
}
"""Of each language that has a stemmer: articles, prepositions, pronouns, forms of *be* and *have*, and words that ask;
as `fold` gives them."""
_SCRIPTS = (
    ("ru", "\u0400", "\u04ff"),
    ("ar", "\u0600", "\u06ff"),
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7a3"),
    ("hi", "\u0900", "\u097f"),
    ("th", "\u0e00", "\u0e7f"),
    ("el", "\u0370", "\u03ff"),
    ("he", "\u0590", "\u05ff"),
)
SCRIPTS = {language: (first, last) for language, first, last in _SCRIPTS}
"""Languages that their letters tell, with the first and the last of these."""
LATIN = tuple(language for language in FUNCTION_WORDS if language not in SCRIPTS)
_ALSO_ENGLISH = stopwords.ENGLISH | stopwords.ENGLISH_ASKING
_LETTERS = re.compile(r"[^\W\d_]+")
LEAST = 2
"""Function words of a language that a question has at least."""


def other_language(text: str) -> str:
    """`fr`, `es`, `ru`, ... for a question that is in neither English nor Chinese, else empty."""
    typed = _LETTERS.findall(text)
    words = [fold(word) for word in typed]
    letters = sum(map(len, words))
    for language, (first, last) in SCRIPTS.items():
        own = sum(first <= letter <= last for word in words for letter in word)
        if own * 2 > letters or (language == "ja" and own >= 2):
            return language
    if not text.isascii() and any("㐀" <= letter <= "鿿" for letter in text):
        return ""
    english = sum(word in _ALSO_ENGLISH for word in words)
    # a capital inside a sentence is a name's: El Niño
    plain = [word for position, word in enumerate(words) if not position or typed[position][0].islower()]
    counts = {language: sum(word in FUNCTION_WORDS[language] for word in plain) for language in LATIN}
    best = max(counts, key=lambda language: counts[language])
    if "¿" in text or "¡" in text:
        return "es"
    return best if counts[best] >= LEAST and counts[best] > english else ""


def says_little(word: str, language: str) -> bool:
    """Whether all parts of a word, as typed, are function words of a language: `a-t-elle`, `¿Qué`, `l'`."""
    own = FUNCTION_WORDS.get(language, frozenset())
    parts = [fold(part) for part in _LETTERS.findall(word)]
    return bool(parts) and all(part in own for part in parts)


def speaks(language: str, share_between: Callable[[str, str], float], share_of: Callable[[str], float]) -> bool:
    """Whether reports have a language: `share_between`: of all postings those of terms from one to another;
    `share_of`: those of a term."""
    if language in SCRIPTS:
        return share_between(*SCRIPTS[language]) > SPOKEN
    own = FUNCTION_WORDS.get(language, frozenset()) - _ALSO_ENGLISH
    return sum(map(share_of, own)) > SPOKEN


SPOKEN = 0.003
"""Share of the postings from which a language is spoken: one report of a hundred, and no name on a cover."""
