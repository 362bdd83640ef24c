"""A language in; its words, from the gettext catalogues of `locales/`, and its punctuation out.

The English texts in the code are the message ids, so English has no catalogue. Another language needs one line of
`LANGUAGES` and one catalogue, `locales/<tag>.po`.

Why are .po files read at start, and no .mo files kept? A compiled file in version control becomes outdated, and people
forget build steps. Why our own reader and not Babel? `citedesk ask` starts anew for every question, and importing Babel
takes as long as the question itself. The catalogue is read in milliseconds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from bot.words.markup import Html, clean, escape, join

FOLDER = Path(__file__).parent / "locales"


@dataclass(frozen=True, slots=True)
class Language:
    """A language that the bot speaks, and how it joins words. The patterns of times are CLDR's."""

    tag: str
    name: str
    """Its name in the language itself."""
    called: tuple[str, ...]
    """The names that people use for it, in lower case."""
    comma: str = ", "
    """Between parts of a sentence."""
    between: str = ", "
    """Between the items of a list."""
    semicolon: str = "; "
    space: str = " "
    """Between two sentences."""
    brackets: tuple[str, str] = (" (", ")")
    letters: str = "[A-Za-z]+"
    """A pattern: each match counts as a word of the language."""
    own_script: bool = False
    """Whether only this language has such letters, so that one letter is enough to know the language."""
    day: str = "d MMM y"
    moment: str = "EEE d MMM y, HH:mm"
    clock: str = "HH:mm"


LANGUAGES: Mapping[str, Language] = {
    language.tag: language
    for language in (
        Language("en", "English", ("en", "english", "英文", "英语", "英語")),
        Language(
            "zh",
            "中文",
            (
                *("zh", "chinese", "中文", "汉语", "漢語", "简体", "简体中文", "簡體中文"),
                *("繁體中文", "繁体中文", "普通话"),
            ),
            comma="，",
            between="、",
            semicolon="；",
            space="",
            brackets=("（", "）"),
            letters="[\u3400-\u9fff]",
            own_script=True,
            day="y年M月d日",
            moment="y年M月d日 EEE HH:mm",
        ),
    )
}
"""The languages by their tags. The first is that of the texts in the code; people with any other language get it."""
FALLBACK = next(iter(LANGUAGES))
NAMES = {tag: language.name for tag, language in LANGUAGES.items()}
"""Each language's name in the language itself."""


class Words:
    """The words of one language. `texts`: translations by message id; `plural`: number → index of its plural form."""

    def __init__(self, rules: Language, texts: Mapping[str, tuple[str, ...]], plural: Callable[[int], int]) -> None:
        self.rules = rules
        self.language = rules.tag
        self._texts = texts
        self._plural = plural

    def say(self, text: str, **values: object) -> Html:
        """A text as HTML; values are escaped unless they are `Html`."""
        return _fill(self._texts.get(text, (text,))[0], values)

    def count(self, singular: str, plural: str, n: int, **values: object) -> Html:
        """A text that depends on a number, `{n}`, as HTML; values are escaped unless they are `Html`."""
        return _fill(self._texts.get(singular, (singular, plural))[self._plural(n)], values | {"n": f"{n:,}"})

    def label(self, text: str, **values: object) -> str:
        """A text for places without markup: buttons, command lists, pop-ups, terminals."""
        shown = {name: clean(value) if isinstance(value, str) else value for name, value in values.items()}
        return self._texts.get(text, (text,))[0].format(**shown)

    def listed(self, values: Iterable[object]) -> Html:
        """The items of a list, as HTML: `a, b, c`."""
        return join(self.rules.between, values)


def _fill(text: str, values: dict[str, object]) -> Html:
    return Html(text.format(**{name: escape(value) for name, value in values.items()}))


def words(language: str) -> Words:
    """The words for a language tag such as `zh-Hans` or `en`; English where the language is none of `LANGUAGES`."""
    return _words(language_of(language))


@cache
def _words(language: str) -> Words:
    """The words of one of `LANGUAGES`, cached. (Tags come from people's apps, so caching by tag would have no end.)"""
    if language == FALLBACK:
        return Words(LANGUAGES[language], {}, lambda n: int(n != 1))
    return Words(LANGUAGES[language], *read_catalogue((FOLDER / f"{language}.po").read_text(encoding="utf-8")))


def language_of(tag: str) -> str:
    """The interface language for a language tag."""
    primary = tag.lower().replace("_", "-").partition("-")[0]
    return primary if primary in LANGUAGES else FALLBACK


def language_in(text: str) -> str:
    """The language whose own script occurs in a text; English where there is none."""
    own = (language for language in LANGUAGES.values() if language.own_script)
    return next((language.tag for language in own if re.search(language.letters, text)), FALLBACK)


def language_mostly_in(text: str) -> str:
    """The language of most words of a text; English where it is equal."""
    return max(LANGUAGES, key=lambda tag: len(re.findall(LANGUAGES[tag].letters, text)))


def read_catalogue(text: str) -> tuple[dict[str, tuple[str, ...]], Callable[[int], int]]:
    """The translations of a .po file by message id, and a function: number → index of its plural form.

    The format: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html, without contexts.
    """
    import ast  # late: a question in English needs neither module
    import gettext

    texts: dict[str, tuple[str, ...]] = {}
    for entry in re.split(r"\n\s*\n", text):
        strings: dict[str, str] = {}
        keyword = ""
        for line in entry.splitlines():
            match = re.match(r'(?:(msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?(".*")\s*$', line)
            if match:
                keyword = match[1] or keyword
                strings[keyword] = strings.get(keyword, "") + str(ast.literal_eval(match[2]))
        if "msgid" in strings:
            texts[strings["msgid"]] = tuple(value for key, value in strings.items() if key.startswith("msgstr"))
    header = texts.pop("", ("",))[0]
    rule = re.search(r"plural=([^;\n]+)", header)
    return texts, gettext.c2py(rule[1] if rule else "n != 1")
