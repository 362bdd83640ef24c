"""Telegram HTML as Telegram reads it: texts, entities in UTF-16, and the refusals word for word."""

from __future__ import annotations

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.api_errors import ApiRefusal
from bot.sandbox.detected_links import checked_link
from bot.sandbox.entities import Entity, parse_html, slice_utf16, tidy, utf16_length

LETTERS = st.text(st.sampled_from("ab <>&\"'科😀\n"), max_size=12)
TAGS = st.sampled_from(["b", "strong", "i", "em", "u", "ins", "s", "strike", "del", "tg-spoiler", "blockquote"])


def kinds(text: str) -> list[tuple[str, int, int]]:
    """Kind, offset and length of the entities of an HTML text."""
    return [(entity.kind, entity.offset, entity.length) for entity in parse_html(text)[1]]


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"), ("strong", "bold"), ("i", "italic"), ("em", "italic"), ("u", "underline"),
        ("ins", "underline"), ("s", "strikethrough"), ("strike", "strikethrough"), ("del", "strikethrough"),
        ("tg-spoiler", "spoiler"), ("code", "code"), ("pre", "pre"), ("blockquote", "blockquote"),
        ("B", "bold"),
    ],
)  # fmt: skip
def test_each_tag_gives_its_entity(tag: str, kind: str) -> None:
    assert parse_html(f"x<{tag}>y</{tag}>") == ("xy", (Entity(kind, 1, 1),))


@pytest.mark.parametrize(
    ("source", "text", "entity"),
    [
        ('<a href="http://a.org/?x&amp;y=2">go</a>', "go", Entity("text_link", 0, 2, url="http://a.org/?x&y=2")),
        ("<a href='a.org'>go</a>", "go", Entity("text_link", 0, 2, url="http://a.org/")),
        ("<a>a.org</a>", "a.org", Entity("text_link", 0, 5, url="http://a.org/")),
        ('<a href="tg://user?id=7">Li</a>', "Li", Entity("text_mention", 0, 2, user=7)),
        ('<span class="tg-spoiler">x</span>', "x", Entity("spoiler", 0, 1)),
        ('<pre><code class="language-python">x</code></pre>', "x", Entity("pre", 0, 1, language="python")),
        ('<code class="language-python">x</code>', "x", Entity("code", 0, 1)),
        ("<blockquote expandable>x</blockquote>", "x", Entity("expandable_blockquote", 0, 1)),
        ('<blockquote expandable="">x</blockquote>', "x", Entity("expandable_blockquote", 0, 1)),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "👍",
         Entity("custom_emoji", 0, 2, custom_emoji="5368324170671202286")),
    ],
)  # fmt: skip
def test_attributes_are_read(source: str, text: str, entity: Entity) -> None:
    assert parse_html(source) == (text, (entity,))


@pytest.mark.parametrize("address", ["", "http://localhost/x", "javascript:alert(1)", "ftp://a.org", "a b.org"])
def test_a_link_that_is_none_leaves_its_text_alone(address: str) -> None:
    assert checked_link(address) == ""
    assert parse_html(f'<a href="{address}">go</a>') == ("go", ())


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("hello<x>", 'Unsupported start tag "x" at byte offset 5'),
        ("科<br>", 'Unsupported start tag "br" at byte offset 3'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("a<b", "Unclosed start tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        (
            "<a href>x</a>",
            'Expected equal sign in declaration of an attribute of the tag "a" at byte offset 0',
        ),
        ("<a =x>x</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=a/b>x</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ('<tg-emoji emoji-id="x">👍</tg-emoji>', "Invalid custom emoji identifier specified"),
        ("<!-- x -->", 'Unsupported start tag "!--" at byte offset 0'),
    ],
)  # fmt: skip
def test_a_text_that_telegram_cannot_parse_is_refused_in_its_words(source: str, complaint: str) -> None:
    with pytest.raises(ApiRefusal) as caught:
        parse_html(source)
    assert caught.value.code == 400
    assert caught.value.description == f"Bad Request: can't parse entities: {complaint}"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&#20013;&#x4e2d;", "中中"),
        ("&lt x", "< x"),
        ("&nbsp;&copy; A&B", "&nbsp;&copy; A&B"),
        ("&#0;&#x110000;", "&#0;&#x110000;"),
    ],
)
def test_four_named_characters_and_numbers_are_decoded(source: str, text: str) -> None:
    assert parse_html(source) == (text, ())


@given(st.lists(st.tuples(LETTERS, TAGS, LETTERS), max_size=6))
def test_entities_mark_their_own_text_in_utf16(parts: list[tuple[str, str, str]]) -> None:
    source = "".join(f"{html.escape(before)}<{tag}>{html.escape(inside)}</{tag}>" for before, tag, inside in parts)
    text, entities = parse_html(source)
    assert text == "".join(before + inside for before, _, inside in parts)
    assert [slice_utf16(text, entity.offset, entity.end) for entity in entities] == [
        inside for _, _, inside in parts if inside
    ]


@given(st.text(max_size=40))
def test_length_is_counted_in_utf16_units(text: str) -> None:
    assert utf16_length(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(st.sampled_from("<>/ab=\"' &;#x0科"), max_size=30))
def test_any_text_is_parsed_or_refused(source: str) -> None:
    refusal = ""
    try:
        text, entities = parse_html(source)
    except ApiRefusal as caught:
        refusal = caught.description
        text, entities = "", ()
    assert refusal == "" or refusal.startswith("Bad Request: can't parse entities: ")
    assert all(entity.offset >= 0 and entity.end <= utf16_length(text) for entity in entities)


@given(LETTERS, st.lists(st.tuples(st.integers(0, 12), st.integers(1, 12)), max_size=4))
def test_tidied_entities_lie_within_the_text(text: str, places: list[tuple[int, int]]) -> None:
    units = utf16_length(text)
    entities = [Entity("bold", start, min(length, units - start)) for start, length in places if start < units]
    tidied, kept = tidy(text, entities)
    assert tidied == tidied.rstrip()
    assert all(0 <= entity.offset < entity.end <= utf16_length(tidied) for entity in kept)


def test_blanks_at_both_ends_are_dropped_and_entities_move_along() -> None:
    assert tidy("\n  科技 x  \n", [Entity("bold", 6, 4)]) == ("科技 x", (Entity("bold", 3, 1),))


def test_an_entity_of_blanks_alone_vanishes() -> None:
    assert tidy("a   b", [Entity("bold", 1, 3)]) == ("a   b", ())


def test_bold_does_not_reach_into_code() -> None:
    text, entities = parse_html("<b>one <code>two</code> three</b>")
    assert [(e.kind, e.offset, e.length) for e in tidy(text, entities)[1]] == [
        ("bold", 0, 4), ("code", 4, 3), ("bold", 7, 6),
    ]  # fmt: skip


def test_a_quote_may_hold_bold() -> None:
    assert kinds("<blockquote>a <b>b</b></blockquote>") == [("blockquote", 0, 3), ("bold", 2, 1)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/start", [("bot_command", "/start")]),
        ("hi /help@citedesk_bot now", [("bot_command", "/help@citedesk_bot")]),
        ("and/or 1/2", []),
        ("ask @citedesk_bot please", [("mention", "@citedesk_bot")]),
        ("see https://a.org/x?y=1, or b.org.", [("url", "https://a.org/x?y=1"), ("url", "b.org")]),
        ("见 https://a.org/路。", [("url", "https://a.org/路")]),
        ("(https://en.wikipedia.org/wiki/A_(b))", [("url", "https://en.wikipedia.org/wiki/A_(b)")]),
        ("write to li@most.cn", [("email", "li@most.cn")]),
        ("#Science2021 #2021 😀 #科技", [("hashtag", "#Science2021"), ("hashtag", "#科技")]),
    ],
)
def test_what_telegram_marks_by_itself(text: str, expected: list[tuple[str, str]]) -> None:
    found = tidy(text, ())[1]
    assert [(entity.kind, slice_utf16(text, entity.offset, entity.end)) for entity in found] == expected


def test_nothing_is_marked_inside_code_or_a_written_link() -> None:
    text, entities = parse_html('<code>/start</code> <a href="https://a.org/">b.org</a>')
    assert [entity.kind for entity in tidy(text, entities)[1]] == ["code", "text_link"]
