"""A page's source in; the source without what a site's generator would have replaced out.

`{% include nav.html %}`, `{{ page.title }}`, `{{< figure >}}`, `{# comment #}`, `{: .wide}` and `[TOC]` are words that
Jekyll, Hugo, Django and kramdown have for themselves: the page as people see it has none. Fenced code is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_ENDS = {"{%": "%}", "{#": "#}", "{{": "}}"}
_BEGINS = re.compile(r"\{[%#{]")
_LONGEST = 1_000
"""Characters that one mark may have; what is longer has only lost its end."""
_EXPRESSION = re.compile(r"[<%-]{0,2}\s*[\w.$\"'/#^>!][^{}]*\Z")
"""What may stand in `{{ }}`. Formulas have double braces, too (`\\frac{{a}}{{b}}`), after a letter or a brace."""
_IN_FORMULA = re.compile(r"[\w}^\\$]")
_ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,200}\}")
_CONTENTS = re.compile(r"\[\[?_?toc_?\]?\]", re.IGNORECASE)
_FENCE = re.compile(r" {0,3}(```|~~~)")


def without_templates(source: str) -> str:
    """The source without marks of templates; the same object where it has none."""
    if "{" not in source and "[" not in source:
        return source
    return "".join(_without_marks(part) if is_text else part for part, is_text in _parts(source))


def _parts(source: str) -> Iterator[tuple[str, bool]]:
    """Runs of lines, and whether they are text; those of fenced code are not."""
    run: list[str] = []
    fence = ""
    for line in source.splitlines(keepends=True):
        match = _FENCE.match(line)
        if match and (not fence or match[1] == fence):
            yield "".join(run), not fence
            run, fence = [], "" if fence else match[1]
        run.append(line)
    yield "".join(run), not fence


def _without_marks(text: str) -> str:
    parts: list[str] = []
    position = 0
    for match in _BEGINS.finditer(text):
        start = match.start()
        if start < position:
            continue
        begin = match.group()
        end = text.find(_ENDS[begin], start + 2, start + _LONGEST)
        if end < 0:
            continue
        inner = text[start + 2 : end]
        if begin == "{{" and (not _EXPRESSION.match(inner) or _IN_FORMULA.match(text[start - 1 : start])):
            continue
        if begin == "{#" and "\n\n" in inner:
            continue
        parts.append(text[position:start])
        position = end + 2
    parts.append(text[position:])
    plain = _ATTRIBUTES.sub("", "".join(parts))
    if "toc" not in plain.lower():
        return plain
    return "\n".join("" if _CONTENTS.fullmatch(line.strip()) else line for line in plain.split("\n"))
