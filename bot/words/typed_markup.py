"""Text with typed tags and asterisks in; the formatting that the writer meant, and what is left as typed, out.

Telegram's apps have a menu for bold and links, which sends entities. Some people type `<b>` or `**` instead, as other
apps and web pages taught them. This is taken as formatting only after the person confirms it. What does not close, or
has no counterpart in Telegram, is named (`left_as_typed`): readers would see it just like that.

Why are tags single signs while the marks are read? Marks may stand around formatting that the app made, or inside of
it. With a sign for each tag, a mark is applied only where what it encloses is whole.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from html.parser import HTMLParser

from bot.words.markup import Html, escape, one_line, visible

TAGS = frozenset("b strong i em u ins s strike del code pre a blockquote tg-spoiler".split())
_TAG = re.compile(rf"</?(?:{'|'.join(sorted(TAGS))})(?:\s[^<>]*)?>", re.IGNORECASE)
_WORD = r"[^\W\u3400-\u9fff\uf900-\ufaff]"
"""A sign of a word that is written apart from its neighbours: between Han, a mark stands right beside them."""
_FIRST = 0xF0000
"""Signs from here on stand for tags while the marks are read."""
_STAND_IN = re.compile("[\U000f0000-\U000ffffd]")
_ADDRESS = r"(?:https?://|mailto:|tel:|tg://|www\.|t\.me/)[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*"


def _around(mark: str, *, boundary: bool = True, lines: bool = False) -> re.Pattern[str]:
    """A pair of marks with something between, which begins and ends with no blank."""
    sign = re.escape(mark[0])
    inside = rf"(?:(?!{re.escape(mark)}).)+?" if lines or len(mark) > 1 else rf"[^{sign}\n]+?"
    before, behind = (rf"(?<!{_WORD})", rf"(?!{_WORD})") if boundary else ("", "")
    flags = re.DOTALL if lines else re.NOFLAG
    return re.compile(
        rf"{before}(?<!{sign}){re.escape(mark)}(?=[^\s{sign}])({inside})(?<=[^\s{sign}]){re.escape(mark)}(?!{sign}){behind}",
        flags,
    )


_CODE = (
    (re.compile(r"```(?:[\w+-]*\n)?(.+?)\n?```", re.DOTALL), "pre"),
    (re.compile(r"(?<!`)`([^`\n]+)`(?!`)"), "code"),
)
_PAIRS = (
    (_around("***", boundary=False), ("b", "i")),
    (_around("**", boundary=False, lines=True), ("b",)),
    (_around("__", lines=True), ("i",)),
    (_around("~~", boundary=False), ("s",)),
    (_around("||", boundary=False), ("tg-spoiler",)),
    (_around("*"), ("b",)),
    (_around("_"), ("i",)),
)
_LINK = re.compile(
    rf"(?<!!)\[([^\[\]\n]+)\]\(<?({_ADDRESS})>?(?:\s+(?:\"[^\"\n]*\"|&quot;[^\n]*?&quot;))?\)", re.IGNORECASE
)
_BARE = re.compile(r"\b(?:https?://|www\.|t\.me/)[^\s<>()]*[^\s<>().,;:!?*_~|`]", re.IGNORECASE)
"""An address, whose underscores are its own."""
_AUTOLINK = re.compile(r"&lt;(https?://(?:[^\s<>&]|&amp;)+)&gt;")
_HEADING = re.compile(r"^#{1,6}[ \t]+(\S[^\n]*?)[ \t]*#*$", re.MULTILINE)
_QUOTE = re.compile(r"^&gt;[ \t]?[^\n]*(?:\n&gt;[ \t]?[^\n]*)*", re.MULTILINE)
_POINT = re.compile(r"^([ \t]*)[*+-][ \t]+(?=\S)", re.MULTILINE)
_STAR_POINT = re.compile(r"^[ \t]*[*+][ \t]+(?=\S)", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:\*[ \t]*){3,}$|^[ \t]*(?:-[ \t]*){3,}$|^[ \t]*(?:_[ \t]*){3,}$", re.MULTILINE)
_LEFT = re.compile(
    r"!?\[[^\[\]\n]*\]\([^()\n]*\)?|\*\*(?=\S)|(?<=\S)\*\*|(?<![\w/])__(?=\S)|(?<=\S)__(?![\w/])|~~|```|"
    rf"(?<!{_WORD})[*`](?=[^\s*`])|(?<=[^\s*`])`(?!{_WORD})|^#{{1,6}} |^\|.*\|$|^[ \t]*>|</?[a-z][a-z-]*(?:\s[^<>]*)?>",
    re.MULTILINE | re.IGNORECASE,
)
SHOWN = 40
"""Characters of what is left, with what stands around it."""
MOST_LEFT = 4


class BrokenMarkup(Exception):
    """Typed tags do not fit each other; `tag` is the first wrong one."""

    def __init__(self, tag: str) -> None:
        super().__init__(f"<{tag}> has no matching tag: close what is opened, in the opposite order")
        self.tag = tag


def looks_typed(text: str) -> bool:
    """Whether a text (as `Html`, or as it is read) has typed formatting."""
    markup = text if isinstance(text, Html) else escape(text)
    if _TAG.search(_plain(markup)):
        return True
    return _marked(markup) != markup or bool(_STAR_POINT.search(_plain(markup)))


def as_meant(text: str) -> Html:
    """The text with its typed formatting applied, beside the formatting that it has. Raises `BrokenMarkup`."""
    markup = text if isinstance(text, Html) else escape(text)
    if _STAND_IN.search(markup):
        return markup
    if _TAG.search(_plain(markup)):
        markup = _with_tags(markup)
    return _marked(markup, points=True)


def left_as_typed(text: Html) -> tuple[str, ...]:
    """Marks that readers would see, each with a few words around it."""
    plain = visible(Html(re.sub(r"<(pre|code)\b[^>]*>.*?</\1>", " ", text, flags=re.DOTALL)))
    found: list[str] = []
    last = -SHOWN
    for match in _LEFT.finditer(plain):
        if match.start() - last < SHOWN // 2:
            continue
        last = match.start()
        line = plain[match.start() : plain.find("\n", match.start()) if "\n" in plain[match.start() :] else None]
        found.append(one_line(line, SHOWN))
    return tuple(found[:MOST_LEFT])


def _plain(markup: Html) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))


class _StandIns:
    """Tags and code as single signs, and back."""

    def __init__(self) -> None:
        self.kept: list[str] = []
        self._opens: list[int] = []

    def put(self, text: str, opens: int = 0) -> str:
        """The sign for a piece of HTML; `opens`: 1 for an opening tag, -1 for a closing one, 0 for what is whole."""
        self.kept.append(text)
        self._opens.append(opens)
        return chr(_FIRST + len(self.kept) - 1)

    def take(self, text: str) -> str:
        """The text with what the signs stand for; what is whole may hold signs again."""
        while _STAND_IN.search(text):
            text = _STAND_IN.sub(lambda match: self.kept[ord(match[0]) - _FIRST], text)
        return text

    def whole(self, text: str) -> bool:
        """Whether each tag in a text is closed in it."""
        depth = 0
        for sign in _STAND_IN.findall(text):
            depth += self._opens[ord(sign) - _FIRST]
            if depth < 0:
                return False
        return depth == 0


def _marked(markup: Html, *, points: bool = False) -> Html:
    """The HTML with typed marks applied. `points`: the signs of lists too."""
    if _STAND_IN.search(markup):
        return markup
    signs = _StandIns()
    text = re.sub(r"<(pre|code)\b[^>]*>.*?</\1>", lambda match: signs.put(match[0]), markup, flags=re.DOTALL)
    text = re.sub(r"</[^>]*>", lambda match: signs.put(match[0], -1), text)
    text = re.sub(r"<[^>]*>", lambda match: signs.put(match[0], 1), text)

    def wrap(inner: str, *tags: str) -> str:
        opening = "".join(signs.put(f"<{tag}>", 1) for tag in tags)
        closing = "".join(signs.put(f"</{tag.partition(' ')[0]}>", -1) for tag in reversed(tags))
        return f"{opening}{inner}{closing}"

    def where_whole(make: Callable[[re.Match[str]], str]) -> Callable[[re.Match[str]], str]:
        return lambda match: make(match) if signs.whole(match[0]) else match[0]

    for pattern, tag in _CODE:
        text = pattern.sub(
            where_whole(lambda match, tag=tag: signs.put(f"<{tag}>{match[1]}</{tag}>")),  # type: ignore[misc]
            text,
        )
    text = _LINK.sub(where_whole(lambda match: wrap(match[1], f'a href="{_address(match[2])}"')), text)
    text = _AUTOLINK.sub(lambda match: match[1], text)
    text = _BARE.sub(lambda match: signs.put(match[0]), text)
    text = _RULE.sub(lambda match: "—" * 5, text)
    text = _HEADING.sub(where_whole(lambda match: wrap(re.sub(r"\*\*|__", "", match[1]), "b")), text)
    if points:
        text = _POINT.sub(r"\1• ", text)
    for pattern, tags in _PAIRS:
        text = pattern.sub(where_whole(lambda match, tags=tags: wrap(match[1], *tags)), text)  # type: ignore[misc]
    text = _QUOTE.sub(
        where_whole(lambda match: wrap(re.sub(r"^&gt;[ \t]?", "", match[0], flags=re.MULTILINE), "blockquote")), text
    )
    return Html(signs.take(text))


def _address(text: str) -> str:
    return text if re.match(r"[a-z]+:", text, re.IGNORECASE) else f"https://{text}"


def _with_tags(markup: Html) -> Html:
    """The HTML with typed tags as tags. Raises `BrokenMarkup`."""
    signs = _StandIns()
    text = re.sub(r"<(/?)[^>]*>", lambda match: signs.put(match[0], -1 if match[1] else 1), markup)
    reader = _Reader(signs)
    reader.feed(html.unescape(text))
    reader.close()
    if reader.opened:
        raise BrokenMarkup(reader.opened[-1][0])
    return Html(signs.take("".join(reader.made)))


class _Reader(HTMLParser):
    """Keeps Telegram's tags, escapes everything else, and refuses tags that do not nest."""

    def __init__(self, signs: _StandIns) -> None:
        super().__init__(convert_charrefs=True)
        self.made: list[str] = []
        self.opened: list[tuple[str, int]] = []
        """Each tag, and where what it encloses begins in `made`."""
        self._signs = signs

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            self.made.append(escape(self.get_starttag_text() or ""))
            return
        address = dict(attrs).get("href") or ""
        if tag == "a" and not re.match(r"(https?|mailto|tel|tg):", address):
            raise BrokenMarkup("a")
        self.made.append(f'<a href="{html.escape(address)}">' if tag == "a" else f"<{tag}>")
        self.opened.append((tag, len(self.made)))

    def handle_endtag(self, tag: str) -> None:
        if tag not in TAGS:
            self.made.append(escape(f"</{tag}>"))
            return
        if not self.opened or self.opened[-1][0] != tag:
            raise BrokenMarkup(tag)
        _, begins = self.opened.pop()
        if not self._signs.whole("".join(self.made[begins:])):
            raise BrokenMarkup(tag)
        self.made.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.made.append(escape(data))
