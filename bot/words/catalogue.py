"""A language in, its words out: the gettext catalogues of `locales/`, read once.

English texts in the code are the message ids; `locales/en.po` may word them better and gives their plurals,
`locales/zh.po` translates them.

Why are .po files read at start, and no .mo files kept? A compiled file in version control goes stale, and a
build step is one more thing that can be forgotten; the catalogues are small and read in a few milliseconds.
"""

from __future__ import annotations

import gettext
import io
from functools import cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from bot.words.markup import Html, escape

FOLDER = Path(__file__).parent / "locales"
LANGUAGES = ("en", "zh")
NAMES = {"en": "English", "zh": "中文"}
"""Each language in itself."""


class Words:
    """The words of one language."""

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def say(self, text: str, **values: object) -> Html:
        """A text as HTML; values are escaped unless they are `Html`."""
        return _fill(self._catalogue.gettext(text), values)

    def count(self, one: str, many: str, n: int, **values: object) -> Html:
        """A text that depends on a number, `{n}`, as HTML; values are escaped unless they are `Html`."""
        return _fill(self._catalogue.ngettext(one, many, n), values | {"n": f"{n:,}"})

    def label(self, text: str, **values: object) -> str:
        """A text for where there is no markup: buttons, command lists, pop-ups."""
        return self._catalogue.gettext(text).format(**values)


def _fill(text: str, values: dict[str, object]) -> Html:
    return Html(text.format(**{name: escape(value) for name, value in values.items()}))


def words(language: str) -> Words:
    """The words of a language tag such as `zh-Hans` or `en`; English for languages without a catalogue."""
    return _words(language_of(language))


@cache
def _words(language: str) -> Words:
    """Those of one of `LANGUAGES`: tags come from people's apps, and there is no end to them."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Words(language, gettext.GNUTranslations(compiled))


def language_of(tag: str) -> str:
    """The interface language for a language tag."""
    primary = tag.lower().replace("_", "-").partition("-")[0]
    return primary if primary in LANGUAGES else "en"
