"""What people read: nothing breaks out of the markup or passes Telegram's limits, no word is missing."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

from bot.admin import staff_messages
from bot.asking import answer_messages as messages
from bot.asking import handing_messages, library_messages
from bot.asking.handing_on import Handed
from bot.asking.questions import Given
from bot.people import personal_messages
from bot.people.people import Role
from bot.sandbox.entities import parse_html
from bot.words.catalogue import FALLBACK, FOLDER, LANGUAGES, read_catalogue, words
from bot.words.markup import (
    BUTTON_LIMIT,
    MESSAGE_LIMIT,
    Button,
    Html,
    Message,
    Rows,
    bold,
    clean,
    escape,
    one_line,
    split,
    utf16,
    visible,
)
from bot.words.pleasantries import is_asking, pleasantry, says_nothing
from content.documents import Locator
from index.answering.answer import Answer, Citation, Excerpt, NoAnswer, Suggestion
from index.store.corpus import DocumentInfo, Heading, StoredPassage

ROOT = Path(__file__).parents[1]
HOSTILE = "</i><b>&amp; <script>alert('1')</script> \"x\" \u202e\x00 " + "长" * 500
LINK = "https://t.me/citedesk_bot?start=p_"


def citation(title: str = "Report", section: tuple[str, ...] = ("Part",), page: int | None = 4) -> Citation:
    return Citation("report", title, 2021, Locator(section, page, 7), "report.pdf", "https://example.org/r")


def excerpt(text: str, rank: int = 1, title: str = "Report") -> Excerpt:
    return Excerpt(rank, 1.0, text, (0, len(text) // 2), (), f"passage{rank:05}", citation(title))


def answer(*texts: str, language: str = "en", title: str = "Report") -> Answer:
    found = tuple(excerpt(text, rank, title) for rank, text in enumerate(texts, 1))
    return Answer("Why?", language, found, ("why",), "g1")


def given_(found: Answer | NoAnswer) -> Given:
    from datetime import UTC, datetime

    return Given("AbCdEfGh_-12", datetime(2026, 1, 1, tzinfo=UTC), found)


# Splitting

pieces = st.lists(
    st.one_of(
        st.text(max_size=60).map(escape),
        st.text(min_size=1, max_size=60).map(lambda text: Html(f"<b>{escape(text)}</b>")),
        st.text(min_size=1, max_size=90).map(lambda text: Html(f"<blockquote expandable>{escape(text)}</blockquote>")),
        st.sampled_from(["\n", "\n\n", " ", "𠮷" * 9, "👩‍👩‍👧", "e\u0301" * 5, "。", "&amp;" * 7]).map(Html),
    ),
    max_size=25,
)


def bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(pieces, st.integers(min_value=8, max_value=120))
def test_parts_fit_are_well_formed_and_lose_nothing_but_white_space(parts: list[Html], limit: int) -> None:
    markup = "".join(parts)
    found = split(markup, limit)
    for part in found:
        text, _ = parse_html(part)  # refuses what Telegram refuses
        assert utf16(text) <= limit
        assert text.strip()
        text.encode("utf-16-le")  # no lone surrogate
    assert bare("".join(map(visible, found))) == bare(visible(markup))


@given(st.text())
def test_escaped_text_is_shown_as_it_was(text: str) -> None:
    assert html.unescape(escape(text)) == clean(text)
    assert "<" not in escape(text)
    assert '"' not in escape(text)


@given(st.text(min_size=1), st.integers(0, 40), st.integers(0, 40))
def test_bold_marks_a_slice_and_changes_no_letter(text: str, start: int, end: int) -> None:
    assert visible(bold(text, (start, end))) == clean(text)


def test_message_is_cut_between_paragraphs_where_there_is_one() -> None:
    first, second = "word " * 30, "more " * 30
    assert split(f"{first}\n\n{second}", 200) == (first.strip(), second.strip())


def test_tag_that_a_cut_falls_into_is_closed_and_opened_again() -> None:
    assert split("<b>one two three</b>", 8) == ("<b>one two</b>", "<b>three</b>")


def test_four_thousand_letters_outside_the_basic_plane_take_two_messages() -> None:
    assert [utf16(part) for part in split("𠮷" * 4000)] == [4096, 3904]


def test_limit_that_cannot_be_met_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        split("text", 3)


def test_buttons_stand_under_the_last_part_only() -> None:
    row = ((Button("More", "a:1:more:2"),),)
    parts = Message(escape("word " * 1500), row).parts()
    assert [part.buttons for part in parts] == [(), row]


def test_one_line_is_short_and_on_one_line() -> None:
    assert one_line("a\n b\t" + "c" * 99, 10) == "a b ccccc…"


# Answers


def test_answer_shows_the_best_and_folds_two() -> None:
    message = messages.answer(given_(answer("One fact. Rest.", "Two.", "Three.", "Four.")), LINK)
    assert message.html.count("<blockquote>") == 1
    assert message.html.count("<blockquote expandable>") == 2
    assert "Four" not in message.html
    assert "<b>1</b> <i>— Report (2021), Part, p. 4, para. 7</i>" in message.html
    assert "</blockquote>\n<b>3</b> <i>— <a href=" in message.html, "a citation is never folded"
    assert [[button.data for button in row] for row in message.buttons] == [
        ["a:AbCdEfGh_-12:pick:1", "a:AbCdEfGh_-12:pick:2", "a:AbCdEfGh_-12:pick:3"],
        [f"a:AbCdEfGh_-12:{what}:1" for what in ("ctx", "page", "cite", "menu")],
        ["a:AbCdEfGh_-12:more:4", "a:AbCdEfGh_-12:up", "a:AbCdEfGh_-12:down"],
    ]


def test_each_question_of_a_message_stands_above_its_excerpt_and_what_is_unanswered_is_said() -> None:
    found = answer("It is deep.", "Nine sail.", "It is blue.")
    asked = ["How deep?", "How many & why?", "How deep?"]
    excerpts = tuple(replace(one, asked=question) for one, question in zip(found.excerpts, asked, strict=True))
    message = messages.answer(given_(replace(found, excerpts=excerpts, unanswered=("Who rules <it>?",))), "")
    shown = visible(message.html)
    places = [
        shown.index(text) for text in ("How deep?", "It is deep.", "How many & why?", "Nine sail.", "It is blue.")
    ]
    assert places == sorted(places)
    assert "Who rules <it>?" in shown
    assert message.html.count("<blockquote>") == 2
    more = messages.more(given_(replace(found, excerpts=excerpts)), 2)
    assert more is not None
    assert visible(more.html).startswith("How many & why?")


def test_more_goes_on_until_the_last_excerpt() -> None:
    given_answer = given_(answer("One.", "Two.", "Three.", "Four.", "Five."))
    fourth, fifth = messages.more(given_answer, 4), messages.more(given_answer, 5)
    assert fourth is not None
    assert fifth is not None
    assert fourth.buttons[1][0].data == "a:AbCdEfGh_-12:more:5"
    assert len(fifth.buttons) == 1
    assert messages.more(given_answer, 6) is None


def test_chinese_question_has_a_chinese_citation() -> None:
    message = messages.answer(given_(answer("一个事实。", language="zh", title="年度报告")), LINK)
    assert "——《年度报告》（2021年），Part，第4页，第7段" in message.html


def test_section_that_only_repeats_the_title_is_left_out() -> None:
    assert "Report (2021), Part, p. 4" in messages.citation(words("en"), citation(section=("Report", "Part")))


def test_refusal_without_anything_to_look_for_asks_for_more_words() -> None:
    refusal = NoAnswer("???", "en", (), (), (), "g1")
    assert messages.answer(given_(refusal), LINK).buttons == ()


def test_refusal_offers_headings_and_the_staff() -> None:
    refusal = NoAnswer("Q", "en", ("saffron",), ("saffron",), (Suggestion("Trade", "passage00001"),), "g1")
    assert (
        "3 conditions of your question were not heeded"
        in messages.answer(given_(replace(refusal, ignored=3)), LINK).html
    )
    message = messages.answer(given_(refusal), LINK)
    assert "They never mention: saffron." in message.html
    both = NoAnswer("Q", "en", ("saffron", "Peru"), ("saffron", "Peru"), (), "g1", apart=("Peru",))
    told = messages.answer(given_(both), LINK).html
    assert "They never mention: saffron. They mention, but not in this connection: Peru." in told
    assert [row[0].text for row in message.buttons] == ["Trade", "Tell the staff"]
    assert messages.without_tell(given_(refusal), message.buttons) == message.buttons[:1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_text_from_reports_and_people_cannot_break_out(language: str) -> None:
    w = words(language)
    cited = Citation("d", HOSTILE, 2021, Locator((HOSTILE, HOSTILE), 1, 1), HOSTILE, HOSTILE)
    found = Excerpt(1, 1.0, HOSTILE, (3, 40), (), "passage00001", cited)
    reply = Answer(HOSTILE, language, (found,) * 4, (HOSTILE,), "g", HOSTILE)
    refusal = NoAnswer(HOSTILE, language, (HOSTILE,) * 30, (HOSTILE,), (Suggestion(HOSTILE, "passage00001"),), "g")
    info = DocumentInfo("d", HOSTILE, 2021, language, HOSTILE, HOSTILE, HOSTILE, HOSTILE, 3)
    passage = StoredPassage("passage00001", "d", HOSTILE, cited, language)
    shown = [
        messages.answer(given_(reply), LINK),
        messages.answer(given_(refusal), LINK),
        messages.passage(w, "passage00001", HOSTILE, cited),
        messages.context(w, [HOSTILE], escape(HOSTILE), [HOSTILE], cited),
        messages.context_gone(w, escape(HOSTILE), cited),
        messages.source_without_file(w, cited, too_large=False),
        messages.asked(w, HOSTILE),
        library_messages.collections(w, [info], 0),
        library_messages.collection(w, HOSTILE, [info], 0),
        library_messages.document(w, info, [Heading((HOSTILE,), "passage00001", 1)], 0, alone=False),
        library_messages.section(w, info, (HOSTILE,), [passage], 0, 0),
        staff_messages.upload_offer(w, HOSTILE),
        staff_messages.upload_refused(w, HOSTILE, HOSTILE, HOSTILE),
        staff_messages.upload_done(w, HOSTILE, HOSTILE, 2),
        handing_messages.told_by_partner(w, HOSTILE),
        handing_messages.written_back(w, HOSTILE, escape(HOSTILE)),
        handing_messages.answered(w, HOSTILE, escape(HOSTILE)),
        handing_messages.closed(w, HOSTILE),
        handing_messages.as_command(Handed("id", HOSTILE, language, 1, 1, 1), HOSTILE),
        staff_messages.grant_choice(w, 5, HOSTILE, Role.STAFF, met=False),
        personal_messages.welcome(w, [HOSTILE]),
    ]
    for message in shown:
        for part in message.parts():
            text, entities = parse_html(part.html)
            assert utf16(text) <= MESSAGE_LIMIT
            assert not {entity.kind for entity in entities} - {
                "bold", "italic", "blockquote", "expandable_blockquote", "text_link", "code",
            }  # fmt: skip
            assert "\u202e" not in text
            assert "\x00" not in text
            for button in (button for row in part.buttons for button in row):
                assert 0 < len(button.text) <= max(BUTTON_LIMIT, 200)
                assert "\u202e" not in button.text


def test_page_of_the_library_turns() -> None:
    many = [DocumentInfo(f"d{n}", f"Report {n:02}", 2000 + n, "en", "", "", "", "", 1) for n in range(20)]
    w = words("en")
    first, last = library_messages.collections(w, many, 0), library_messages.collections(w, many, 9)
    assert [button.text for button in first.buttons[-1]] == ["Page 2 of 3 ›"]
    assert [button.text for button in last.buttons[-1]] == ["‹ Page 2"]
    assert first.buttons[0][0].text == "Report 19 (2019)"


# Catalogues


def ids_in_code() -> set[str | tuple[str, ...]]:
    files = [file for file in (ROOT / "bot").rglob("*.py") if "sandbox" not in file.parts]
    keywords = {"say": None, "label": None, "count": (1, 2)}
    found = (extract_from_file("python", str(file), keywords=keywords) for file in files)
    return {message for each in found for _, message, _, _ in each}


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != FALLBACK])
def test_catalogue_has_every_text_of_the_code_and_no_other(language: str) -> None:
    with (FOLDER / f"{language}.po").open("rb") as file:
        catalogue = read_po(file, locale=language)
    ids = {message.id for message in catalogue if message.id}
    assert ids == ids_in_code()
    for message in catalogue:
        if not message.id:
            continue
        sources = message.id if isinstance(message.id, tuple) else (message.id,)
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        assert all(forms), message.id
        assert not message.fuzzy, message.id
        for form in forms:
            assert fields(form) == fields(sources[-1]) or fields(form) == fields(sources[0]), message.id
            assert re.findall(r"</?\w+", form) == re.findall(r"</?\w+", sources[-1]), message.id


@pytest.mark.parametrize("language", [tag for tag in LANGUAGES if tag != FALLBACK])
def test_catalogue_reads_as_babel_reads_it(language: str) -> None:
    """The oracle of the reader of our own, which is there because Babel is slow to import."""
    with (FOLDER / f"{language}.po").open("rb") as file:
        oracle = read_po(file, locale=language)
    texts, plural = read_catalogue((FOLDER / f"{language}.po").read_text(encoding="utf-8"))
    forms = {message.id: message.string for message in oracle if message.id}
    assert texts == {
        (id_ if isinstance(id_, str) else id_[0]): ((form,) if isinstance(form, str) else tuple(form))
        for id_, form in forms.items()
    }
    assert {plural(n) for n in range(200)} == set(range(oracle.num_plurals))


def test_catalogue_of_a_language_with_three_plurals_chooses_among_them() -> None:
    """Russian, say: what a further language needs is in its catalogue."""
    text = """msgid ""
msgstr ""
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && n%100!=12 ? 1 : 2);\\n"

msgid "{n} report"
msgid_plural "{n} reports"
msgstr[0] "{n} отчёт"
msgstr[1] "{n} "
"отчёта"
msgstr[2] "{n} отчётов"
"""
    texts, plural = read_catalogue(text)
    assert [texts["{n} report"][plural(n)] for n in (1, 3, 5, 11, 21)] == [
        "{n} отчёт", "{n} отчёта", "{n} отчётов", "{n} отчётов", "{n} отчёт",
    ]  # fmt: skip


def fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_numbers_have_their_plural() -> None:
    w = words("en")
    assert w.count("{n} report", "{n} reports", 1) == "1 report"
    assert w.count("{n} report", "{n} reports", 1200) == "1,200 reports"
    assert words("zh").count("{n} report", "{n} reports", 1) == "1 份报告"


@pytest.mark.parametrize(
    ("tag", "language"), [("zh-hans", "zh"), ("zh_TW", "zh"), ("en-GB", "en"), ("fr", "en"), ("", "en")]
)
def test_language_tags_find_their_catalogue(tag: str, language: str) -> None:
    assert words(tag).language == language
    assert words(tag) is words(language)  # a catalogue is read once, not for each tag


# Courtesies


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Hello!", "greeting"),
        ("  good   morning ", "greeting"),
        ("您好，", "greeting"),
        ("你好啊！", "greeting"),
        ("Thank you very much 🙏", "thanks"),
        ("OK, thanks.", "thanks"),
        ("好的，谢谢！", "thanks"),
        ("Bye bye", "farewell"),
        ("再见", "farewell"),
        ("Hello, who founded the forum?", None),
        ("good", None),
        ("OECD", None),
        ("谢谢参与的国家有哪些？", None),
    ],
)
def test_only_a_whole_message_is_a_courtesy(text: str, kind: str | None) -> None:
    assert pleasantry(text) == kind


@pytest.mark.parametrize(
    ("text", "nothing"), [("???", True), ("👍 👍", True), ("", True), ("2021", False), ("谁", False)]
)
def test_signs_alone_say_nothing(text: str, nothing: bool) -> None:
    assert says_nothing(text) is nothing


def test_votes_of_a_group_are_counted_and_the_other_buttons_stay_as_they_are() -> None:
    given = given_(answer())
    rows = messages.answer(given, LINK).buttons
    several = messages.with_votes(given, rows, {"up": 3}, counted=True)
    own = messages.with_votes(given, several, {"down": 1}, counted=False)

    def texts(shown: Rows) -> list[str]:
        return [button.text for row in shown for button in row]

    assert [text for text in texts(several) if text[0] in "👍👎"] == ["👍 3", "👎"]
    assert [text for text in texts(own) if text[0] in "👍👎"] == ["👍", "👎 ✓"]
    assert [button.data for row in own for button in row] == [button.data for row in rows for button in row]


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Where did its secretariat move?", True),
        ("where did it move", True),
        ("and in 2020", True),
        ("其中女性有多少", True),
        ("请问什么时候报名", True),
        ("nice photo of us", False),
        ("I was there with my colleagues from the ministry, and we had a long and very good talk about ports", False),
        ("谢谢大家", False),
        ("我们一起去吧", False),
        ("see you in Beijing!", False),
    ],
)
def test_reply_in_a_group_is_for_the_bot_where_it_asks(text: str, asks: bool) -> None:
    assert is_asking(text) is asks
