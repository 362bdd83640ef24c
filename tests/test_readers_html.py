"""Web pages as pieces: the main content, without what surrounds it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.documents import Metadata, Piece
from content.omissions import Omission
from content.readers import read_bytes
from content.readers.errors import Unreadable

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><title>Workshop held – The Centre</title>
<meta charset="utf-8"><meta property="article:published_time" content="2023-05-01T10:00:00Z">
<meta property="og:site_name" content="The Centre"><link rel="canonical" href="https://example.org/w">
<style>p {color: red}</style></head>
<body><nav><ul><li><a href="/">Home</a></li></ul></nav>
<div class="cookie-banner">We use cookies.</div>
<main><h1>Workshop held</h1><p>The <b>tenth</b> workshop was
held<br>online.</p><ul><li>First item</li><li><p>Second item</p></li></ul>
<h2>Trainees</h2><table><tr><th>Country</th><th>Number</th></tr><tr><td>Egypt</td><td>12</td></tr></table>
<p style="display:none">Hidden.</p><script>alert(1)</script></main>
<footer>Imprint</footer></body></html>"""


def read(page: str) -> tuple[list[Piece], Metadata]:
    return read_bytes("page.html", page.encode())


def told(page: str) -> list[tuple[str, str]]:
    return [("#" * piece.level or piece.kind, piece.text) for piece in read(page)[0]]


def test_main_content_is_read_and_the_rest_is_not() -> None:
    assert told(PAGE) == [
        ("#", "Workshop held"),
        ("paragraph", "The tenth workshop was held\nonline."),
        ("item", "First item"),
        ("item", "Second item"),
        ("##", "Trainees"),
        ("row", "Country: Egypt; Number: 12"),
    ]


def test_authors_of_a_page_are_those_that_it_names_for_citing() -> None:
    page = (
        '<html><head><meta name="citation_author" content="Doe, Jane"><meta name="citation_author" content="Roe, R.">'
        '<meta name="author" content="webmaster"></head><body><p>Ships sail.</p></body></html>'
    )
    assert read(page)[1].author == "Doe, Jane; Roe, R."
    assert read(page.replace("citation_author", "viewport"))[1].author == ""


def test_page_says_what_it_is() -> None:
    assert read(PAGE)[1] == Metadata(
        title="Workshop held",
        year=2023,
        date="2023-05-01",
        publisher="The Centre",
        language="en",
        address="https://example.org/w",
        left_out=(Omission("text-unseen", 6),),
    )


def test_text_around_blocks_is_kept_in_order() -> None:
    assert [text for _, text in told("<body>Before<div>Inside</div>after <i>all</i></body>")] == [
        "Before",
        "Inside",
        "after all",
    ]


def test_values_stand_under_the_names_that_the_page_has_over_them() -> None:
    """Cells over several columns or rows once put values under other names, "Country: 2019"."""
    page = (
        '<table><thead><tr><th rowspan="2">Country</th><th colspan="2">Trainees</th></tr>'
        "<tr><th>2019</th><th>2020</th></tr></thead><tr><td>Egypt</td><td>12</td><td>15</td></tr>"
        "<tr><td rowspan=2>Peru</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr>"
        "<tr><td colspan=3>Asia</td></tr><tr><td colspan=2>Total</td><td>21</td></tr></table>"
    )
    assert [text for _, text in told(page)] == [
        "Country: Egypt; Trainees 2019: 12; Trainees 2020: 15",
        "Country: Peru; Trainees 2019: 1; Trainees 2020: 2",
        "Trainees 2019: 3; Trainees 2020: 4",
        "Asia",
        "Country: Total; Trainees 2020: 21",
    ]


def test_no_row_of_names_is_lost() -> None:
    pairs = "<tr><th>Country</th><th>Trainees</th></tr><tr><td rowspan=2>Peru</td><td>1</td></tr><tr><td>2</td></tr>"
    assert told(f"<table>{pairs}</table>")[-1] == ("row", "Trainees: 2")
    title = "<tr><th colspan=2>Table 5</th></tr>"
    names = "<tr><th>Country</th><th>Trainees</th></tr>"
    assert [text for _, text in told(f"<table>{title}{names}<tr><td>Egypt</td><td>12</td></tr></table>")] == [
        "Table 5",
        "Country: Egypt; Trainees: 12",
    ]
    assert [text for _, text in told(f"<table>{names}</table>")] == ["Country | Trainees"]
    short = "<tr><td>Egypt</td></tr><tr><td>Peru</td><td></td><td>of 2019</td></tr>"
    assert [text for _, text in told(f"<table>{names}{short}</table>")] == [
        "Country | Trainees",
        "Country: Egypt",
        "Country: Peru; of 2019",
    ]
    odd = "<tr><th colspan=3>A</th><th>B</th></tr><tr><th>C</th><th>D</th></tr>"
    assert [text for _, text in told(f"<table>{odd}<tr><td>1</td><td>2</td></tr></table>")] == [
        "A | B",
        "C | D",
        "1 | 2",
    ]


def test_figures_set_high_say_so_and_marks_of_notes_are_left_out() -> None:
    """10<sup>6</sup> goats were 106 goats, and a note made 20191 of a year."""
    page = (
        "<p>10<sup>6</sup> goats, 10<sup>-3</sup> m<sup>2</sup>, H<sub>2</sub>O, the 1<sup>st</sup> one<sup>[2]</sup> "
        'in 2019<sup><a href="#n">1</a></sup> or 2020<a href="#n"><sup>2</sup></a>.</p>'
    )
    assert told(page) == [("paragraph", "10⁶ goats, 10⁻³ m², H2O, the 1st one[2] in 2019 or 2020.")]


def test_section_whose_id_repeats_its_heading_is_no_furniture() -> None:
    """Converters name sections after their headings: "Related work" and "Share of women" were lost."""
    page = (
        '<section id="related-work"><h2>2 Related work</h2><p>Seven balloons.</p></section>'
        '<h2 id="satellite-navigation">Satellite navigation</h2>'
        '<div class="section" id="newsletter-1"><h2>Newsletter</h2><p>It had 500 readers.</p></div>'
        '<div id="newsletter"><h2>Newsletter</h2><p>Write to us.</p></div>'
        '<section id="related"><h2>Related articles</h2><p>Another one.</p></section>'
    )
    assert [text for _, text in told(page)] == [
        "2 Related work",
        "Seven balloons.",
        "Satellite navigation",
        "Newsletter",
        "It had 500 readers.",
    ]


def test_form_around_the_whole_page_is_no_form_to_fill_in() -> None:
    """Many sites of ministries are made so (ASP.NET), and had "no text"."""
    state = '<input type="hidden" name="__VIEWSTATE" value="x">'
    assert told(f"<form>{state}<p>第十届培训班有23名学员。</p></form>") == [("paragraph", "第十届培训班有23名学员。")]
    search = '<div><input type="text"><input type="submit"></div>'
    text = "The workshop was held in Beijing. " * 20
    assert told(f"<form>{state}{search}<p>{text}</p></form>") == [("paragraph", text.strip())]
    script = "<script>" + "if (a)   { b }\n    " * 400 + "</script>"
    assert told(f"<form>{state}{search}{script}<p>{text}</p></form>") == [("paragraph", text.strip())]
    comment = "<form><p>Your address is not shown.</p><textarea></textarea></form>"
    assert told(f"<p>Text.</p>{comment}") == [("paragraph", "Text.")]


def test_table_that_lays_out_a_page_gives_its_blocks() -> None:
    page = "<table><tr><td><h1>Title</h1><p>Left.</p></td><td><p>Right.</p></td></tr></table>"
    assert told(page) == [("#", "Title"), ("paragraph", "Left."), ("paragraph", "Right.")]


def test_declared_and_undeclared_chinese() -> None:
    page = "<html><head>{}<title>科技</title></head><body><p>国际合作与培训</p></body></html>"
    declared = page.format('<meta http-equiv="Content-Type" content="text/html; charset=gb2312">')
    for data in (
        declared.encode("gb18030"),
        page.format("").encode("gb18030"),
        page.format("").encode("utf-8"),
    ):
        pieces, metadata = read_bytes("x.html", data)
        assert [piece.text for piece in pieces] == ["国际合作与培训"]
        assert (metadata.title, metadata.language) == ("科技", "zh")


def test_entities_are_not_fetched_or_unfolded() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/hosts">]><html><p>A &x; B &amp; C</p></html>'
    assert told(page)[-1][1].endswith("B & C")


def test_deep_nesting_is_no_crash() -> None:
    page = "<p>Top.</p>" + "<div>" * 5000 + "deep" + "</div>" * 5000
    assert told(page)[0] == ("paragraph", "Top.")
    assert told("<div>" * 230 + "deep <p>text</p>" + "</div>" * 230) == [("paragraph", "deep text")]


@given(st.text(max_size=300))
def test_any_markup_is_read_or_refused(text: str) -> None:
    try:
        pieces, _ = read_bytes("x.html", f"<html><body>{text}</body></html>".encode())
    except Unreadable as refused:
        pieces = [Piece("paragraph", refused.remedy)]
    assert any(piece.text.strip() for piece in pieces)


def texts(source: str) -> list[str]:
    return [piece.text for piece in read_bytes("a.html", source.encode())[0]]


def test_foot_of_an_article_is_read_and_that_of_the_site_is_not() -> None:
    article = "<article><p>The text.</p><footer><p>Written by Li Ming, Nairobi.</p></footer></article>"
    links = "<article><p>More.</p><footer><a href='/'>Home</a> <a href='/b'>Next</a></footer></article>"
    assert texts(f"<body>{article}{links}<footer><p>Site, 2020</p></footer></body>") == [
        "The text.",
        "Written by Li Ming, Nairobi.",
        "More.",
    ]


@pytest.mark.parametrize("depth", [255, 257, 1_500])
def test_what_is_nested_deeply_is_read(depth: int) -> None:
    """libxml2 leaves out what lies deeper than 256, and says so to nobody."""
    assert texts("<div>" * depth + "<p>Deep.</p>" + "</div>" * depth + "<p>After.</p>") == ["Deep.", "After."]


def test_what_is_nested_too_deeply_is_read_without_its_nesting() -> None:
    page = "<p>Before.</p>" + "<div>" * 5_000 + "<p>Deep <b>down</b>.</p>" + "<ul><li>" * 3_000 + "Deeper."
    assert texts(page) == ["Before.", "Deep down.", "Deeper."]
    with pytest.raises(Unreadable, match="nested too deeply"):
        texts("<ins>" * 5_000 + "Deep.")


def test_traces_of_a_template_are_no_text() -> None:
    page = "---\ntitle: Visits\nlayout: page\n---\n"
    page += "<body>{% for x in all %}<p>Come {{ x.day }} in May.</p>{% endfor %}</body>"
    pieces, metadata = read_bytes("a.html", page.encode())
    assert ([piece.text for piece in pieces], metadata.title) == (["Come in May."], "Visits")
