"""Buttons that were sent by any version still say what they said: the literal data, and the value it stands for."""

from __future__ import annotations

import inspect

import pytest

from bot.telegram import callbacks
from bot.telegram.callbacks import (
    AnnouncementButton,
    AnnouncementsPage,
    AuditPage,
    ChooseLanguage,
    CiteAnswer,
    CitePassage,
    Data,
    DiscardDraft,
    DraftButton,
    Example,
    ForceReindex,
    Forget,
    GlossaryChange,
    Grant,
    GrantCancel,
    HandedButton,
    LibraryCollection,
    LibraryHeading,
    LibraryReport,
    LibrarySource,
    LibraryTop,
    NewDraft,
    NewsItem,
    NewsPage,
    OfficeAnswerChange,
    PageOfAnswer,
    PageOfPassage,
    ProfileField,
    RelayButton,
    RelayNever,
    ReportChange,
    SendDraft,
    Subscribe,
    UnansweredDone,
    UnansweredPage,
    UnderAnnouncement,
    UnderAnswer,
    UnderPassage,
    UploadName,
    UploadOffer,
)

SENT: tuple[tuple[str, Data], ...] = (
    ("lang:en", ChooseLanguage("en")),
    ("lang:zh", ChooseLanguage("zh")),
    ("forget:yes", Forget("yes")),
    ("pf:country", ProfileField("country")),
    ("pf:country:", ProfileField("country", "")),
    ("pf:zone:America/Argentina/Buenos_Aires", ProfileField("zone", "America/Argentina/Buenos_Aires")),
    ("pf:zone:Etc/GMT+3", ProfileField("zone", "Etc/GMT+3")),
    ("pf:back", ProfileField("back")),
    ("pf:clear", ProfileField("clear")),
    ("s:77:on:workshops", Subscribe(77, "on", "workshops")),
    ("s:-1001234567890:off:summer-school", Subscribe(-1001234567890, "off", "summer-school")),
    ("s:77:done", Subscribe(77, "done")),
    ("s:77:stop", Subscribe(77, "stop")),
    ("q:2", Example(2)),
    ("a:Ab_-9xYz0123:up", UnderAnswer("Ab_-9xYz0123", "up")),
    ("a:Ab_-9xYz0123:more:4", UnderAnswer("Ab_-9xYz0123", "more", 4)),
    ("a:Ab_-9xYz0123:ctx:1", UnderAnswer("Ab_-9xYz0123", "ctx", 1)),
    ("a:Ab_-9xYz0123:alone", UnderAnswer("Ab_-9xYz0123", "alone")),
    ("a:Ab_-9xYz0123:pick:2", UnderAnswer("Ab_-9xYz0123", "pick", 2)),
    ("a:Ab_-9xYz0123:page:2", UnderAnswer("Ab_-9xYz0123", "page", 2)),
    ("a:Ab_-9xYz0123:doc:1", UnderAnswer("Ab_-9xYz0123", "doc", 1)),
    ("p:passage-00001:cite", UnderPassage("passage-00001", "cite")),
    ("pa:Ab_-9xYz0123:2:19", PageOfAnswer("Ab_-9xYz0123", 2, 19)),
    ("pp:passage-00001:19", PageOfPassage("passage-00001", 19)),
    ("ca:Ab_-9xYz0123:2:gbt7714", CiteAnswer("Ab_-9xYz0123", 2, "gbt7714")),
    ("cp:passage-00001:ris", CitePassage("passage-00001", "ris")),
    ("p:passage-00001:open", UnderPassage("passage-00001", "open")),
    ("l:top:0", LibraryTop(0)),
    ("l:c:Zm9vYmFyYmE:1", LibraryCollection("Zm9vYmFyYmE", 1)),
    ("l:d:Zm9vYmFyYmE:12", LibraryReport("Zm9vYmFyYmE", 12)),
    ("l:h:Zm9vYmFyYmE:aGVhZGluZ18:3", LibraryHeading("Zm9vYmFyYmE", "aGVhZGluZ18", 3)),
    ("l:s:Zm9vYmFyYmE", LibrarySource("Zm9vYmFyYmE")),
    ("n:at:5", UnansweredPage(5)),
    ("n:done:Ab_-9xYz0123:5", UnansweredDone("Ab_-9xYz0123", 5)),
    ("nw:at:8", NewsPage(8)),
    ("nw:17", NewsItem(17)),
    ("r:17:yes", UnderAnnouncement(17, "yes")),
    ("r:17:stop", UnderAnnouncement(17, "stop")),
    ("rl:never", RelayNever()),
    ("rl:Ab_-9xYz0123:answer", RelayButton("Ab_-9xYz0123", "answer")),
    ("d:new", NewDraft()),
    ("d:17:discard!", DiscardDraft(17)),
    ("d:17:go:41", SendDraft(17, "go", 41)),
    ("d:17:send:41", SendDraft(17, "send", 41)),
    ("d:17:desk", DraftButton(17, "desk")),
    ("d:17:discard", DraftButton(17, "discard")),
    ("d:17:text:en", DraftButton(17, "text", "en")),
    ("d:17:for:0:all", DraftButton(17, "for", "0:all")),
    ("d:17:at:tomorrow 9:00", DraftButton(17, "at", "tomorrow 9:00")),
    ("m:17:card", AnnouncementButton(17, "card")),
    ("m:17:cancel?", AnnouncementButton(17, "cancel?")),
    ("m:17:cancel!", AnnouncementButton(17, "cancel!")),
    ("m:17:resume:", AnnouncementButton(17, "resume", "")),
    ("m:17:resume:failing", AnnouncementButton(17, "resume", "failing")),
    ("m:17:again:all", AnnouncementButton(17, "again", "all")),
    ("m:17:at:2026-05-06 9:00", AnnouncementButton(17, "at", "2026-05-06 9:00")),
    ("m:17:correct!:zh", AnnouncementButton(17, "correct!", "zh")),
    ("ml:8", AnnouncementsPage(8)),
    ("g:cancel", GrantCancel()),
    ("g:1234567:staff", Grant(1234567, "staff")),
    ("audit:10", AuditPage(10)),
    ("r:force", ForceReindex()),
    ("dict:take", GlossaryChange("take")),
    ("oa:take", OfficeAnswerChange("take")),
    ("ho:Ab_-9xYz0123:reply", HandedButton("Ab_-9xYz0123", "reply")),
    ("lc:Ab_-9xYz012:remove", ReportChange("Ab_-9xYz012", "remove")),
    ("u:add", UploadOffer("add")),
    ("u:Ab_-9xYz0123:both", UploadName("Ab_-9xYz0123", "both")),
)
KINDS = [
    kind for _, kind in inspect.getmembers(callbacks, inspect.isclass) if issubclass(kind, Data) and kind is not Data
]


@pytest.mark.parametrize(("text", "value"), SENT)
def test_data_that_was_sent_is_read_and_written_as_ever(text: str, value: Data) -> None:
    assert type(value).parse(text) == value
    assert value.pack() == text


def test_every_kind_has_data_that_was_sent() -> None:
    assert {type(value) for _, value in SENT} == set(KINDS)


@pytest.mark.parametrize(("text", "value"), SENT)
def test_data_is_of_one_kind(text: str, value: Data) -> None:
    """Two kinds that read the same data would leave it to the order of handlers what a button does."""
    may_also = {SendDraft: DraftButton}  # a screen is taken only where there is one of that name
    read = {kind for kind in KINDS if kind.parse(text) is not None} - {may_also.get(type(value))}
    assert read == {type(value)}


@pytest.mark.parametrize(
    "text", ["", "q:", "q:x", "lang:en:zh", "audit:9999999999", "g:1:partner", "d:17:go:x!", None, 7]
)
def test_data_that_nobody_sent_is_of_no_kind(text: object) -> None:
    read = [kind for kind in KINDS if kind.parse(text) is not None and kind is not DraftButton]
    assert read == []
