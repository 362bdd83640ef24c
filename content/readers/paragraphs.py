"""Lines and broken paragraphs in; whole paragraphs out. Shared by the readers of text, Markdown and PDF.

Converters put blank lines and page ends into the middle of sentences. A citation must be a whole sentence,
so a piece that goes on in lower case, after a piece without an end, belongs to the piece before it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import pairwise

from content.documents import PageStarts, Piece, shifted

HAN = "\u2e80-\u2fdf\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_WIDE = f"{HAN}\u3000-\u303f\uff00-\uffef"
_HAN_GAP = re.compile(f"(?<=[{_WIDE}])[ \t\u00a0]+(?=[{_WIDE}])")
_FINAL = re.compile(r"[.!?。！？…:：;；](?:[\"'”’）)\]】」』》]|\[\d+\])*$")
_SENTENCE_END = re.compile(r"[.!?。！？…](?:[\"'”’）)\]】」』》]|\[\d+\])*$")
_CLOSING = frozenset("\"'”’）)]】」』》")
_OPEN_END = re.compile(
    r"(?:[,，、(（“‘/&]|(?<!\d)[-–]|(?<=19\d\d)[-–]|(?<=20\d\d)[-–]|(?<!/)\b(?:a|an|and|as|at|between|but|by|for|from|in|into|its|nor|of|on|or|our|over|the|their"
    r"|through|to|under|upon|which|whose|with|within|including|includes?|namely|such as"
    r"|de|la|le|les|du|des|et))$",
    re.IGNORECASE,
)
LONE_NUMBER = re.compile(r"[-–—\s|]*\d{1,3}[-–—\s|.]*")
"""All that a line says which numbers a page."""
_LEADER = re.compile(r"(?:\.\s?){4}\s?(?:\d{1,4}|[ivxl]{1,6})$")
"""Dots and a page number, as in a list of contents; looked for at the end alone."""
_LEADER_MOST = 16
_OF_A_LAW = "第[一二三四五六七八九十百零〇\\d]{1,6}"
LAW_NUMBER = re.compile(rf"{_OF_A_LAW}[编編章节節条條](?:之[一二三四五六七八九十])?")
"""The number of a chapter or an article of a law."""
ARTICLE = re.compile(rf"{_OF_A_LAW}[条條](?:之[一二三四五六七八九十])?(?=[\s\u3000]|$)")
"""An article's number at its beginning; what only refers to an article ("第十条规定") has no space behind it."""
MIN_ARTICLES = 3
"""Articles from which on a document is a law."""
MAX_ARTICLE = 2_000
"""Characters that the paragraphs of one article come to at most."""
_SOFT = "\u00ad"
_LITTLE = frozenset("and at by for in of off on out the to up".split())
"""What stands in the middle of compounds: step-by-step."""
_SECOND = frozenset(
    "term based level scale making makers maker driven oriented related specific sector income funded owned free class"
    " friendly sharing saving border effective efficient intensive known centred centered building setting".split()
)
"""Second parts of compounds that are seldom the end of a word that was divided."""
_PREFIXES = frozenset("inter cor non dis mis over under out sub super trans un fore off up down man with in".split())
"""What stands before a second part in words that are written as one: interrelated, overscale."""
_FIGURES = re.compile(r"[-+−]?[0-9]+(?:[,–-][0-9]+)*")
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")


def fold(text: str) -> str:
    """White space folded to single spaces."""
    return " ".join(text.split())


def close_gaps(text: str) -> str:
    """Spaces between Han characters (and their punctuation) removed."""
    return _HAN_GAP.sub("", text)


def raised(text: str) -> str:
    """Figures that are set high, as characters that say so: 10⁶ is not 106. Other texts as they are."""
    return text.translate(_RAISED) if _FIGURES.fullmatch(text) else text


def tidy(text: str) -> str:
    """Runs of blanks become one space; newlines stay; no blanks at either end of a line."""
    return "\n".join(" ".join(line.split()) for line in text.strip().split("\n")).strip()


def join(left: str, right: str, words: Collection[str] = ()) -> str:
    """Two lines of one paragraph as one: no space between Han characters, hyphens at the line end mended.

    `words`: the document's words in lower case. A hyphen that ends a line is real (Beijing-Tianjin-Hebei)
    when a capital or a digit follows it, when the document has the word with its hyphen elsewhere, or when what
    follows is a word that makes compounds (long-term); otherwise it only divided the word.
    """
    left, right = left.rstrip(), right.lstrip()
    if not left or not right:
        return left or right
    if left[-1] == _SOFT:
        return left[:-1] + right
    if left[-1] in "-‐" and len(left) > 1 and left[-2].isalpha():
        return left + right if _real_hyphen(left, right, words) else left[:-1] + right
    if re.match(f"[{_WIDE}]", left[-1]) and re.match(f"[{_WIDE}]", right[0]):
        return left + right
    if left[-1] in "-–—/" and len(left) > 1 and not left[-2].isspace():
        return left + right
    return f"{left} {right}"


def join_lines(lines: Iterable[tuple[str, bool]], words: Collection[str] = ()) -> str:
    """Lines as one text. Each comes with whether it goes on from the line before it; if not, a newline stays."""
    parts: list[str] = []
    for line, glued in lines:
        text = line.strip()
        if not text:
            continue
        if parts and glued:
            # only the last line is looked at, so that a hundred thousand lines are no harm
            whole = join(parts[-1], text, words)
            parts[-1] = whole[: len(whole) - len(text)]
        elif parts:
            parts.append("\n")
        parts.append(text)
    return "".join(parts)


def _real_hyphen(left: str, right: str, words: Collection[str]) -> bool:
    if not right[0].islower():
        return True
    head = re.search(r"[^\W\d_]+(?:-[^\W\d_]+)*-$", left)
    tail = re.match(r"[^\W\d_]+", right)
    if head is None or tail is None:
        return True
    first, last = head.group()[:-1].lower(), tail.group().lower()
    if f"{first}-{last}" in words:
        return True
    if first.rpartition("-")[2] + last in words:
        return False
    if last in _SECOND and len(first) > 2 and first not in _PREFIXES:
        return True
    # neither is known: two words of the document (low-carbon) rather than one that was divided; short ones are only
    # sure where the line ends in a compound (state-of-the-art)
    part = first.rpartition("-")[2]
    if part != first and part in _LITTLE:
        return True
    return len(words) > 0 and part in words and last in words and (len(last) > 3 or part != first)


def vocabulary(texts: Iterable[str]) -> Collection[str]:
    """The words of a document in lower case, as `join` wants them; words cut by a line end are left out."""
    return _Vocabulary(tuple(texts))


class _Vocabulary(Collection[str]):
    """Looked for when a line ends with a hyphen, and not before: in most documents none does."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._texts = texts

    @cached_property
    def _words(self) -> frozenset[str]:
        words: set[str] = set()
        for text in self._texts:
            words.update(word.lower() for word in re.findall(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)*(?![\w-])", text))
        return frozenset(words)

    def __contains__(self, word: object) -> bool:
        return word in self._words

    def __iter__(self) -> Iterator[str]:
        return iter(self._words)

    def __len__(self) -> int:
        return len(self._words)


def ends_open(text: str) -> bool:
    """The text stops where no sentence can: at a comma, a hyphen, an article, a preposition."""
    match = _OPEN_END.search(text.rstrip())
    # Annex A, Portland, OR
    return match is not None and (text.isupper() or not match[0].isupper())


def ends_whole(text: str) -> bool:
    """The text stops with final punctuation (a colon or semicolon counts)."""
    return _ends_with(text.rstrip(), ".!?。！？…:：;；", _FINAL)


def ends_sentence(text: str) -> bool:
    """The text stops where a sentence does."""
    return _ends_with(text.rstrip(), ".!?。！？…", _SENTENCE_END)


def _ends_with(text: str, stops: str, pattern: re.Pattern[str]) -> bool:
    """Whether a pattern is found that is one of `stops` and what may close after it; nearly always one look tells."""
    last = text[-1:]
    return last != "" and (last in stops or (last in _CLOSING and bool(pattern.search(text))))


def goes_on(text: str) -> bool:
    """The text begins in the middle of a sentence: in lower case (but iPhone, eLife), or with a comma."""
    stripped = text.lstrip()
    word = re.match(r"[a-zß-öø-ÿа-яё]+(?=[A-Z]?)", stripped)
    if word:
        rest = stripped[word.end() : word.end() + 1]
        label = len(word.group()) == 1 and rest in (")", ".")
        return not (label or rest.isupper())
    return stripped[:1] in "，、。；,;)）" and len(stripped) > 1


def mend(pieces: Iterable[Piece], words: Collection[str] = (), *, folios: bool = True) -> list[Piece]:
    """Pieces with sentences made whole again, and lone page numbers left out (not where `folios` is false).

    A paragraph is joined to the paragraph or list item before it when that one has no end and this one has
    no beginning, or when that one cannot end where it does.
    """
    pieces = list(pieces)
    numbers = _folios(pieces) if folios else set()
    mended: list[Piece] = []
    for place, piece in enumerate(pieces):
        text = piece.text.strip()
        if not text or place in numbers:
            continue
        last = mended[-1] if mended else None
        if (
            last is not None
            and piece.kind == "paragraph"
            and last.kind in ("paragraph", "item")
            and _belongs(last.text, text)
        ):
            whole = join(last.text, text, words)
            mended[-1] = replace(last, text=whole, page_starts=_starts_of_both(last, piece, len(whole) - len(text)))
        else:
            mended.append(replace(piece, text=text))
    return mended


def _starts_of_both(before: Piece, after: Piece, offset: int) -> PageStarts:
    """Where pages begin in two pieces made one, the second from `offset` on."""
    last = before.page_starts[-1][1] if before.page_starts else before.page
    own = shifted(after.page_starts, offset - (len(after.text) - len(after.text.lstrip())))
    turned = after.page is not None and after.page != last
    return (*before.page_starts, *(((offset, after.page),) if turned else ()), *own)


def whole_articles(pieces: Iterable[Piece]) -> list[Piece]:
    """Pieces, where each article of a law (第…条) is one piece, its paragraphs on lines of their own.

    An article is what is looked for and cited; its second paragraph alone does not say which it belongs to.
    """
    pieces = list(pieces)
    if sum(bool(ARTICLE.match(piece.text)) for piece in pieces) < MIN_ARTICLES:
        return pieces
    whole: list[Piece] = []
    inside = False
    for piece in pieces:
        text = piece.text.lstrip()
        number = ARTICLE.match(text)
        if piece.kind in ("heading", "row", "note"):
            inside = False
        elif number and number.end() < len(text):
            inside = True
        elif inside and len(whole[-1].text) + len(text) < MAX_ARTICLE:
            last = whole[-1]
            starts = _starts_of_both(last, piece, len(last.text) + 1)
            whole[-1] = replace(last, text=f"{last.text}\n{text}", page_starts=starts)
            continue
        whole.append(piece)
    return whole


def _folios(pieces: Sequence[Piece]) -> set[int]:
    """Which pieces are numbers of pages: lone numbers that go up through the text.

    The figure of a sheet or a form stands alone, too, and is text: 412, then 88, then 61.
    """
    alone = [
        (place, int("".join(filter(str.isdecimal, piece.text))))
        for place, piece in enumerate(pieces)
        if piece.kind == "paragraph" and LONE_NUMBER.fullmatch(piece.text.strip())
    ]
    falls = sum(after <= before for (_, before), (_, after) in pairwise(alone))
    if falls <= 0.1 * len(alone):
        return {place for place, _ in alone}
    return {position for one, two in pairwise(alone) if two[1] - one[1] == 1 for position in (one[0], two[0])}


def _belongs(before: str, text: str) -> bool:
    if before.endswith((":", "：")) or ends_sentence(before) or _ends_as_contents(before):
        return False
    if goes_on(text) or (ends_open(before) and len(before) > 12):
        return True
    return quotes_open(before) and bool(re.match('[^"“”]*["”]', text))


def _ends_as_contents(text: str) -> bool:
    last = text[-1:]
    return (last.isdecimal() or last in "ivxl") and bool(_LEADER.search(fold(text[-_LEADER_MOST:])))


def quotes_open(text: str) -> bool:
    """A quotation begins in the text and does not end in it."""
    return text.count('"') % 2 == 1 or text.count("“") > text.count("”")
