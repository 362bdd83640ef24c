"""A typed value for each kind of button; `pack` gives the data that Telegram carries, `parse` gives the value back.

A button stays in its chat for years and is pressed after any number of updates of this program. So a form never
changes once it was sent; `tests/test_callbacks.py` holds each to the literal strings. A new kind of button is a class
here, a `button(...)` in the words of its feature, and an `on_press(...)` in its chat.

Why text, and not an id of something that is kept? Telegram takes 64 bytes of data; what fits into them needs no table,
no cleaning up, and works after the database was restored from a backup.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from typing import ClassVar, Self

from bot.words.markup import Button

NUMBER = r"\d{1,15}"
"""The number of an announcement, a version, a delivery."""
PAGE = r"\d{1,9}"
"""Where a page of a list begins, or which page it is."""
TOKEN = r"[\w-]+"  # noqa: S105 - a pattern
"""A random or derived id: of an answer, a passage, a relay, a digest."""
WAITING = r"[\w-]{12}"
"""The folder of a file that waits."""
ANYTHING = r".*"
_PIECE = re.compile(r"\[([^{}\]]*)\{(\w+)\}\]|\{(\w+)\}|([^{}\[\]]+)")


class Form:
    """`s:{chat}:{what}[:{topic}]`: literal text and fields; what stands in brackets is left out with its field."""

    def __init__(self, text: str, **patterns: str) -> None:
        self._pieces = [
            (before or literal or "", name or optional or "", bool(optional))
            for before, optional, name, literal in _PIECE.findall(text)
        ]
        self._pattern = re.compile("".join(self._piece(*piece, patterns) for piece in self._pieces), re.DOTALL)

    @staticmethod
    def _piece(literal: str, name: str, optional: bool, patterns: dict[str, str]) -> str:
        found = re.escape(literal) + (f"(?P<{name}>{patterns.get(name, TOKEN)})" if name else "")
        return f"(?:{found})?" if optional else found

    def fill(self, values: dict[str, object]) -> str:
        """The data of these values; an optional field that is None is left out."""
        return "".join(
            "" if optional and values[name] is None else literal + (str(values[name]) if name else "")
            for literal, name, optional in self._pieces
        )

    def read(self, text: str) -> dict[str, str] | None:
        """The values that stand in the data; None: it is of another kind."""
        match = self._pattern.fullmatch(text)
        return {name: value for name, value in match.groupdict().items() if value is not None} if match else None


@dataclass(frozen=True, slots=True)
class Data:
    """What a button carries."""

    form: ClassVar[Form]

    def pack(self) -> str:
        """The data as Telegram carries it: at most 64 bytes."""
        return self.form.fill({field.name: getattr(self, field.name) for field in fields(self)})

    @classmethod
    def parse(cls, text: object) -> Self | None:
        """The value of the data; None: another kind of button, or made up."""
        found = cls.form.read(text) if isinstance(text, str) else None
        if found is None:
            return None
        whole = {field.name for field in fields(cls) if str(field.type).startswith("int")}
        return cls(**{name: int(value) if name in whole else value for name, value in found.items()})


def button(text: str, data: Data) -> Button:
    """A button that sends this back when it is pressed."""
    return Button(text, data.pack())


# People


@dataclass(frozen=True, slots=True)
class ChooseLanguage(Data):
    """`/language`: speak this language in this chat."""

    language: str
    form: ClassVar[Form] = Form("lang:{language}", language="[a-z]{2,3}")


@dataclass(frozen=True, slots=True)
class Forget(Data):
    """`/forget`: `yes` deletes what is stored, `no` keeps it."""

    sure: str
    form: ClassVar[Form] = Form("forget:{sure}", sure="yes|no")


@dataclass(frozen=True, slots=True)
class ProfileField(Data):
    """`/profile`: ask for a field, or take this value for it (empty: clear it). `back` and `clear` are no fields."""

    field: str
    value: str | None = None
    form: ClassVar[Form] = Form("pf:{field}[:{value}]", field="[a-z]+", value=r"[\w/+-]*")


@dataclass(frozen=True, slots=True)
class Subscribe(Data):
    """A topic of a chat `on` or `off`; `stop` ends all, `done` and `show` change nothing."""

    chat: int
    what: str
    topic: str | None = None
    form: ClassVar[Form] = Form(
        "s:{chat}:{what}[:{topic}]", chat=r"-?\d+", what="on|off|done|stop|show", topic="[a-z0-9-]+"
    )


# Asking


@dataclass(frozen=True, slots=True)
class Example(Data):
    """An example question; the question is what stands on the button."""

    number: int
    form: ClassVar[Form] = Form("q:{number}", number=r"\d+")


@dataclass(frozen=True, slots=True)
class UnderAnswer(Data):
    """Under an answer that is kept: `up`, `down`, `more`, `ctx`, `src`, `sug`, `tell`, `alone`; `pick` the excerpt that
    the other buttons are about, its `page`, `cite` it, a `menu` of more, the answer as a `doc`."""

    answer: str
    what: str
    number: int | None = None
    """Of the excerpt or the suggestion, from 1."""
    form: ClassVar[Form] = Form("a:{answer}:{what}[:{number}]", what="[a-z]+", number=PAGE)


@dataclass(frozen=True, slots=True)
class UnderPassage(Data):
    """A passage: `open` it, show what stands around it (`ctx`), send its report (`src`) or its `page`, `cite` it."""

    passage: str
    what: str
    form: ClassVar[Form] = Form("p:{passage}:{what}", what="open|ctx|src|page|cite")


@dataclass(frozen=True, slots=True)
class PageOfAnswer(Data):
    """Turn a picture to a page of the report that an excerpt of an answer stands in."""

    answer: str
    number: int
    """Of the excerpt, from 1."""
    page: int
    """Of the file."""
    form: ClassVar[Form] = Form("pa:{answer}:{number}:{page}", number=PAGE, page=PAGE)


@dataclass(frozen=True, slots=True)
class PageOfPassage(Data):
    """Turn a picture to a page of the report that a passage stands in."""

    passage: str
    page: int
    form: ClassVar[Form] = Form("pp:{passage}:{page}", page=PAGE)


@dataclass(frozen=True, slots=True)
class CiteAnswer(Data):
    """The citation of an excerpt in a style."""

    answer: str
    number: int
    """Of the excerpt, from 1."""
    style: str
    form: ClassVar[Form] = Form("ca:{answer}:{number}:{style}", number=PAGE, style="[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class CitePassage(Data):
    """The citation of a passage in a style."""

    passage: str
    style: str
    form: ClassVar[Form] = Form("cp:{passage}:{style}", style="[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class LibraryTop(Data):
    """`/library`: all collections."""

    page: int
    form: ClassVar[Form] = Form("l:top:{page}", page=PAGE)


@dataclass(frozen=True, slots=True)
class LibraryCollection(Data):
    """The reports of a collection, by its digest."""

    collection: str
    page: int
    form: ClassVar[Form] = Form("l:c:{collection}:{page}", page=PAGE)


@dataclass(frozen=True, slots=True)
class LibraryReport(Data):
    """The headings of a report, by its digest."""

    report: str
    page: int
    form: ClassVar[Form] = Form("l:d:{report}:{page}", page=PAGE)


@dataclass(frozen=True, slots=True)
class LibraryHeading(Data):
    """The passages under a heading, by the digests of the report and of the heading."""

    report: str
    heading: str
    page: int
    form: ClassVar[Form] = Form("l:h:{report}:{heading}:{page}", page=PAGE)


@dataclass(frozen=True, slots=True)
class LibrarySource(Data):
    """Send a report as a file, by its digest."""

    report: str
    form: ClassVar[Form] = Form("l:s:{report}")


@dataclass(frozen=True, slots=True)
class ReportChange(Data):
    """A report, by its digest: `remove` or `replace` it, `sure` of removing it, `keep` it."""

    report: str
    what: str
    form: ClassVar[Form] = Form("lc:{report}:{what}", what="remove|replace|sure|keep")


LibraryPage = LibraryTop | LibraryCollection | LibraryReport | LibraryHeading


@dataclass(frozen=True, slots=True)
class UnansweredPage(Data):
    """`/unanswered`: another page."""

    first: int
    form: ClassVar[Form] = Form("n:at:{first}", first=PAGE)


@dataclass(frozen=True, slots=True)
class UnansweredDone(Data):
    """Take a question off the list, and show the page again."""

    question: str
    first: int
    form: ClassVar[Form] = Form("n:done:{question}:{first}", first=PAGE)


# Announcing: for readers


@dataclass(frozen=True, slots=True)
class NewsPage(Data):
    """`/news`: another page."""

    first: int
    form: ClassVar[Form] = Form("nw:at:{first}", first=PAGE)


@dataclass(frozen=True, slots=True)
class NewsItem(Data):
    """`/news`: one past announcement."""

    announcement: int
    form: ClassVar[Form] = Form("nw:{announcement}", announcement=NUMBER)


@dataclass(frozen=True, slots=True)
class UnderAnnouncement(Data):
    """A reader's answer to an announcement: `yes`, `no`, `ask`, `stop`."""

    announcement: int
    what: str
    form: ClassVar[Form] = Form("r:{announcement}:{what}", announcement=NUMBER, what="yes|no|ask|stop")


@dataclass(frozen=True, slots=True)
class RelayNever(Data):
    """ "Never mind": nothing is asked any more."""

    form: ClassVar[Form] = Form("rl:never")


@dataclass(frozen=True, slots=True)
class RelayButton(Data):
    """Talk between partner and staff: show `me` or `sign`, write `more`, `answer`; `mute` who asks, or `hear` them."""

    relay: str
    what: str
    form: ClassVar[Form] = Form("rl:{relay}:{what}", what="me|more|answer|sign|mute|hear")


# Announcing: for staff


@dataclass(frozen=True, slots=True)
class NewDraft(Data):
    """Begin an announcement."""

    form: ClassVar[Form] = Form("d:new")


@dataclass(frozen=True, slots=True)
class DiscardDraft(Data):
    """The second press, on "throw it away"."""

    announcement: int
    form: ClassVar[Form] = Form("d:{announcement}:discard!", announcement=NUMBER)


@dataclass(frozen=True, slots=True)
class SendDraft(Data):
    """`go` asks once more, `send` sends; both hold for the version that was seen."""

    announcement: int
    what: str
    version: int
    form: ClassVar[Form] = Form("d:{announcement}:{what}:{version}", announcement=NUMBER, what="go|send", version=PAGE)


@dataclass(frozen=True, slots=True)
class DraftButton(Data):
    """A screen of a draft, and what it is about: a language, a number, a topic, a time."""

    announcement: int
    what: str
    more: str | None = None
    form: ClassVar[Form] = Form("d:{announcement}:{what}[:{more}]", announcement=NUMBER, what="[a-z]+", more=ANYTHING)


@dataclass(frozen=True, slots=True)
class AnnouncementButton(Data):
    """What is done with an announcement that is no draft; `?` asks first, `!` is the second press."""

    announcement: int
    what: str
    more: str | None = None
    form: ClassVar[Form] = Form(
        "m:{announcement}:{what}[:{more}]", announcement=NUMBER, what="[a-z]+[?!]?", more=ANYTHING
    )


@dataclass(frozen=True, slots=True)
class AnnouncementsPage(Data):
    """`/announcements`: another page."""

    first: int
    form: ClassVar[Form] = Form("ml:{first}", first=PAGE)


# Administration


@dataclass(frozen=True, slots=True)
class GrantCancel(Data):
    """Change no role."""

    form: ClassVar[Form] = Form("g:cancel")


@dataclass(frozen=True, slots=True)
class Grant(Data):
    """Give a person a role."""

    user: int
    role: str
    form: ClassVar[Form] = Form("g:{user}:{role}", user=r"\d{1,16}", role="staff|admin")


@dataclass(frozen=True, slots=True)
class AuditPage(Data):
    """`/audit`: another page."""

    first: int
    form: ClassVar[Form] = Form("audit:{first}", first=PAGE)


@dataclass(frozen=True, slots=True)
class ForceReindex(Data):
    """Take the new index though known questions are no longer answered."""

    form: ClassVar[Form] = Form("r:force")


@dataclass(frozen=True, slots=True)
class GlossaryChange(Data):
    """`take` a proposed change of the glossary, or `leave` it."""

    what: str
    form: ClassVar[Form] = Form("dict:{what}", what="take|leave")


@dataclass(frozen=True, slots=True)
class OfficeAnswerChange(Data):
    """`take` a proposed change of the office's answers, or `leave` it."""

    what: str
    form: ClassVar[Form] = Form("oa:{what}", what="take|leave")


@dataclass(frozen=True, slots=True)
class HandedButton(Data):
    """A question that staff may answer: `reply` to it, `keep` what was answered as the office's own."""

    question: str
    what: str
    form: ClassVar[Form] = Form("ho:{question}:{what}", what="reply|keep")


@dataclass(frozen=True, slots=True)
class UploadOffer(Data):
    """`add` the file that the offer replies to, or do not (`no`)."""

    what: str
    form: ClassVar[Form] = Form("u:{what}", what="add|no")


@dataclass(frozen=True, slots=True)
class UploadName(Data):
    """A file whose name is taken: `replace`, keep `both`, `cancel`. `token` names the folder in which it waits."""

    token: str
    what: str
    form: ClassVar[Form] = Form("u:{token}:{what}", token=WAITING, what="replace|both|cancel")
