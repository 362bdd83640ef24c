"""The files of a folder in; which of them are editions of one report in several languages, out.

`water.en.md` and `water.zh.md`, `plan-2021-en.pdf` and `plan-2021_zh.pdf` are two editions of one report. A name alone
says nothing: there must be another file whose name differs only in the language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_LANGUAGES = "en|zh|fr|es|ru|ar|pt|de|it|ja|ko|eng|chi|chn|fra|spa|rus|english|chinese|french|spanish|russian"
_LANGUAGE = re.compile(
    rf"[._ -](?:{_LANGUAGES})(?:[_-](?:cn|tw|hk|hans|hant|us|gb|uk))?$|(?:英文|中文|法文|俄文)版?$", re.IGNORECASE
)


def work_of(source: str) -> str:
    """The name that a file shares with its other editions: without its ending and its language, in lower case."""
    folder, _, name = source.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    plain = _LANGUAGE.sub("", stem if dot and stem else name).strip("._- ")
    return f"{folder}/{plain}".lstrip("/").casefold()


def editions(sources: Iterable[str], said: dict[str, str] | None = None) -> dict[str, str]:
    """For each file that is an edition the name of its report. `said`: what side files say (`edition-of`), by file."""
    said = said or {}
    works: dict[str, set[str]] = {}
    sources = list(sources)
    for source in sources:
        works.setdefault(work_of(said.get(source) or source), set()).add(source)
    found: dict[str, str] = {}
    for work, files in works.items():
        # the same name with another ending (a.md, a.pdf) is a copy, no edition
        names = {file.rpartition(".")[0] for file in files}
        if len(names) > 1:
            found |= dict.fromkeys(files, work)
    return found
