"""Citations in four styles: what each must look like, checked by hand against the styles' own rules and examples.

APA: Publication Manual, 7th edition, 10.4 and 8.13. GB/T 7714—2015: 4.1, 4.6, 8.1, 8.4 and annex A. BibTeX and RIS are
read back by libraries that nobody here wrote.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import bibtexparser
import pytest
import rispy

from bot.reading.citing import STYLES, Style, bibtex_key, cite, read_authors
from content.documents import Locator
from index.answering.answer import Citation

TODAY = date(2026, 12, 1)
EN, ZH = "en", "zh"


def cited(
    title: str,
    year: int | None = None,
    *,
    page: int | None = None,
    paragraph: int = 1,
    section: tuple[str, ...] = (),
    document: str = "report",
    printed: int | None = None,
    address: str = "",
    **known: str,
) -> Citation:
    place = Locator(section, page, paragraph)
    return Citation(document, title, year, place, f"{document}.pdf", address, printed_page=printed, **known)


CASTED = "Chinese Academy of Science and Technology for Development (CASTED)"
REPORTS: dict[str, tuple[Citation, str, str, str, str]] = {
    # APA reference, APA in the text, GB/T reference, GB/T in the text
    "an institution that publishes is the author": (
        cited("CASTED Annual Report 2021", 2021, page=19, paragraph=37, publisher=CASTED, language=EN),
        "Chinese Academy of Science and Technology for Development. (2021). CASTED Annual Report 2021.",
        "(Chinese Academy of Science and Technology for Development [CASTED], 2021, p. 19, para. 37)",
        f"{CASTED}. CASTED Annual Report 2021[R]. [S.l.]: {CASTED}, 2021: 19.",
        "(p. 19, para. 37)",
    ),
    "as the standard's example of the WHO": (
        cited(
            "Factors regulating the immune response: report of WHO Scientific Group",
            1970,
            author="World Health Organization",
            publisher="WHO",
            place="Geneva",
            language=EN,
        ),
        "World Health Organization. (1970). Factors regulating the immune response: report of WHO Scientific Group. "
        "WHO.",
        "(World Health Organization, 1970, para. 1)",
        "World Health Organization. Factors regulating the immune response: report of WHO Scientific Group[R]. "
        "Geneva: WHO, 1970.",
        "(para. 1)",
    ),
    "as the standard's example of a white paper on line": (
        cited(
            "国防白皮书:中国武装力量的多样化运用",
            author="中华人民共和国国务院新闻办公室",
            address="http://www.mod.gov.cn/affair/2013-04/16/content_4442839.htm",
            language=ZH,
        ),
        "中华人民共和国国务院新闻办公室. (n.d.). 国防白皮书:中国武装力量的多样化运用. "
        "http://www.mod.gov.cn/affair/2013-04/16/content_4442839.htm",
        "(中华人民共和国国务院新闻办公室, n.d., para. 1)",
        "中华人民共和国国务院新闻办公室.国防白皮书:中国武装力量的多样化运用[R/OL].[2026-12-01]."
        "http://www.mod.gov.cn/affair/2013-04/16/content_4442839.htm.",
        "（第1段）",
    ),
    "four Chinese authors are three and 等": (
        cited(
            "人体安全重要技术标准研制最终报告",
            2013,
            author="汤万金; 杨跃翔; 刘文; 张三",
            address="http://www.nstrs.org.cn/xiangxiBG.aspx?id=41707",
            language=ZH,
        ),
        "汤万金, 杨跃翔, 刘文, & 张三. (2013). 人体安全重要技术标准研制最终报告. "
        "http://www.nstrs.org.cn/xiangxiBG.aspx?id=41707",
        "(汤万金 et al., 2013, para. 1)",
        "汤万金,杨跃翔,刘文,等.人体安全重要技术标准研制最终报告[R/OL].2013[2026-12-01]."
        "http://www.nstrs.org.cn/xiangxiBG.aspx?id=41707.",
        "（第1段）",
    ),
    "four authors with initials are three and et al": (
        cited(
            "Deep lakes",
            1999,
            page=7,
            author="Doe, Jane-Ann Maria; Roe, R.; Poe, Edgar; Moe, M",
            publisher="Lake Press",
            place="London",
            language=EN,
        ),
        "Doe, J.-A. M., Roe, R., Poe, E., & Moe, M. (1999). Deep lakes. Lake Press.",
        "(Doe et al., 1999, p. 7, para. 1)",
        "DOE J A M, ROE R, POE E, et al. Deep lakes[R]. London: Lake Press, 1999: 7.",
        "(p. 7, para. 1)",
    ),
    "two authors": (
        cited("Ports", 2020, author="Doe, Jane; Roe, Richard", publisher="Harbour Board", language=EN),
        "Doe, J., & Roe, R. (2020). Ports. Harbour Board.",
        "(Doe & Roe, 2020, para. 1)",
        "DOE J, ROE R. Ports[R]. [S.l.]: Harbour Board, 2020.",
        "(para. 1)",
    ),
    "neither author nor year nor place": (
        cited("Untitled inventory", page=3, paragraph=12, language=EN),
        "Untitled inventory. (n.d.).",
        "(Untitled inventory, n.d., p. 3, para. 12)",
        "Untitled inventory[R]. [S.l.]: [s.n.]: 3.",
        "(p. 3, para. 12)",
    ),
    "neither author nor year nor place, in Chinese": (
        cited("资料清单", page=3, paragraph=12, language=ZH),
        "资料清单. (n.d.).",
        "(资料清单, n.d., p. 3, para. 12)",
        "资料清单[R].[出版地不详]:[出版者不详]:3.",
        "（第3页，第12段）",
    ),
    "a Chinese institution with its place": (
        cited(
            "2018年第一季度报告",
            2018,
            page=4,
            paragraph=9,
            publisher="东北电气发展股份有限公司",
            place="沈阳",
            language=ZH,
        ),
        "东北电气发展股份有限公司. (2018). 2018年第一季度报告.",
        "(东北电气发展股份有限公司, 2018, p. 4, para. 9)",
        "东北电气发展股份有限公司.2018年第一季度报告[R].沈阳:东北电气发展股份有限公司,2018:4.",
        "（第4页，第9段）",
    ),
    "the place is known, the publisher is not": (
        cited("哈尔滨水文", 2013, author="李四", place="哈尔滨", language=ZH),
        "李四. (2013). 哈尔滨水文.",
        "(李四, 2013, para. 1)",
        "李四.哈尔滨水文[R].哈尔滨:[出版者不详],2013.",
        "（第1段）",
    ),
    "on line, what is not known is left out": (
        cited("Ports on line", 2022, page=2, address="https://example.org/p", language=EN),
        "Ports on line. (2022). https://example.org/p",
        "(Ports on line, 2022, p. 2, para. 1)",
        "Ports on line[R/OL]. 2022: 2[2026-12-01]. https://example.org/p.",
        "(p. 2, para. 1)",
    ),
    "on line with publisher and place": (
        cited(
            "Open science",
            2024,
            page=5,
            paragraph=8,
            publisher="UNESCO",
            place="Paris",
            address="https://example.org/os",
            language=EN,
        ),
        "UNESCO. (2024). Open science. https://example.org/os",
        "(UNESCO, 2024, p. 5, para. 8)",
        "UNESCO. Open science[R/OL]. Paris: UNESCO, 2024: 5[2026-12-01]. https://example.org/os.",
        "(p. 5, para. 8)",
    ),
    "without pages the heading says where": (
        cited(
            "Digest",
            2021,
            paragraph=8,
            section=("Digest", "Staff", "How many people work"),
            author="Office",
            language=EN,
        ),
        "Office. (2021). Digest.",
        "(Office, 2021, “How many people work” section, para. 8)",
        "Office. Digest[R]. [S.l.]: [s.n.], 2021.",
        "(para. 8)",
    ),
    "the printed number of a page counts": (
        cited("Numbered", 2015, page=18, printed=12, paragraph=40, author="Office", language=EN),
        "Office. (2015). Numbered.",
        "(Office, 2015, p. 12, para. 40)",
        "Office. Numbered[R]. [S.l.]: [s.n.], 2015: 12.",
        "(p. 12, para. 40)",
    ),
    "an institution with a comma stands in braces": (
        cited("Rivers", 2001, author="{Ministry of Water, Energy and Mines}", language=EN),
        "Ministry of Water, Energy and Mines. (2001). Rivers.",
        "(Ministry of Water, Energy and Mines, 2001, para. 1)",
        "Ministry of Water, Energy and Mines. Rivers[R]. [S.l.]: [s.n.], 2001.",
        "(para. 1)",
    ),
    "a title that asks keeps its mark, one that ends with a stop gets no other": (
        cited("Who owns the lake?", 2010, author="Lake Inc.", language=EN),
        "Lake Inc. (2010). Who owns the lake?",
        "(Lake Inc., 2010, para. 1)",
        "Lake Inc. Who owns the lake?[R]. [S.l.]: [s.n.], 2010.",
        "(para. 1)",
    ),
    "a Chinese person with a comma": (
        cited("湖泊研究", 2012, author="王, 小明; 李, 雷", publisher="科学出版社", place="北京", language=ZH),
        "王小明, & 李雷. (2012). 湖泊研究. 科学出版社.",
        "(王小明 & 李雷, 2012, para. 1)",
        "王小明,李雷.湖泊研究[R].北京:科学出版社,2012.",
        "（第1段）",
    ),
    "a Russian report": (
        cited("Доклад о науке", 2023, page=10, publisher="Министерство науки", language="ru"),
        "Министерство науки. (2023). Доклад о науке.",
        "(Министерство науки, 2023, p. 10, para. 1)",
        "Министерство науки. Доклад о науке[R]. [S.l.]: Министерство науки, 2023: 10.",
        "(p. 10, para. 1)",
    ),
    "a French author with a particle": (
        cited("Science ouverte", 2021, page=3, author="de La Fontaine, Jean", publisher="État", language="fr"),
        "de La Fontaine, J. (2021). Science ouverte. État.",
        "(de La Fontaine, 2021, p. 3, para. 1)",
        "DE LA FONTAINE J. Science ouverte[R]. [S.l.]: État, 2021: 3.",
        "(p. 3, para. 1)",
    ),
    "a title over two lines with marks of every language": (
        cited("R&D {50%}\n of #1_ ~ ^ \\ “all”", 2000, author="A & B; Ü, Öz", language=EN),
        "A & B, & Ü, Ö. (2000). R&D {50%} of #1_ ~ ^ \\ “all”.",
        "(A & B & Ü, 2000, para. 1)",
        "A & B, Ü Ö. R&D {50%} of #1_ ~ ^ \\ “all”[R]. [S.l.]: [s.n.], 2000.",
        "(para. 1)",
    ),
}


@pytest.mark.parametrize("what", REPORTS)
def test_a_reference_is_as_the_style_has_it(what: str) -> None:
    citation, apa, apa_in_text, gbt, gbt_in_text = REPORTS[what]
    assert (cite(citation, "apa", TODAY).reference, cite(citation, "apa", TODAY).in_text) == (apa, apa_in_text)
    assert (cite(citation, "gbt7714", TODAY).reference, cite(citation, "gbt7714", TODAY).in_text) == (gbt, gbt_in_text)


def test_of_more_than_twenty_authors_apa_names_nineteen_and_the_last() -> None:
    names = "; ".join(f"N{number}, A" for number in range(1, 23))
    reference = cite(cited("Crowd", 2020, author=names), "apa", TODAY).reference
    assert reference.startswith("N1, A., N2, A., ")
    assert "N19, A., . . . N22, A. (2020). Crowd." in reference
    assert "N20" not in reference


def test_names_are_parted_by_semicolons_and_persons_by_a_comma() -> None:
    told = [(name.family, name.given) for name in read_authors("Doe, Jane；{A, B} ; ; 张三; World Bank;Roe,")]
    assert told == [("Doe", "Jane"), ("A, B", ""), ("张三", ""), ("World Bank", ""), ("Roe,", "")]
    assert read_authors("") == ()


def plain(tex: str) -> str:
    """What TeX prints of what `citing` writes, by a library's rules; it does not know the names of braces."""
    from pylatexenc.latex2text import LatexNodes2Text

    named = tex.replace(r"\textbraceleft{}", "⟨").replace(r"\textbraceright{}", "⟩")
    printed = str(LatexNodes2Text().latex_to_text(named))
    return printed.replace("⟨", "{").replace("⟩", "}").replace("ˆ", "^")


@pytest.mark.parametrize("what", REPORTS)
def test_bibtex_is_read_back_by_another_library(what: str) -> None:
    citation = REPORTS[what][0]
    library = bibtexparser.parse_string(cite(citation, "bibtex", TODAY).reference)
    assert not library.failed_blocks
    (entry,) = library.entries
    fields = {field.key: field.value for field in entry.fields}
    assert entry.key == bibtex_key(citation.document)
    assert entry.entry_type == ("techreport" if citation.publisher else "misc")
    assert plain(fields["title"]) == " ".join(citation.title.split())
    assert fields.get("year") == (str(citation.year) if citation.year else None)
    assert fields.get("url") == (citation.address or None)
    assert plain(fields.get("institution", "")) == citation.publisher
    assert ("address" in fields) == bool(citation.place)
    assert fields["note"] == f"para. {citation.locator.paragraph}"
    page = citation.printed_page or citation.locator.page
    assert fields.get("pages") == (str(page) if page else None)


@pytest.mark.parametrize("what", REPORTS)
def test_ris_is_read_back_by_another_library(what: str) -> None:
    citation = REPORTS[what][0]
    (entry,) = rispy.loads(cite(citation, "ris", TODAY).reference)
    assert entry["type_of_reference"] == "RPRT"
    assert entry["title"] == " ".join(citation.title.split())
    assert entry.get("year") == (str(citation.year) if citation.year else None)
    assert entry.get("publisher", "") == citation.publisher
    assert entry.get("place_published", "") == citation.place
    assert entry.get("urls", [""]) == [citation.address]
    assert entry["notes"] == [f"para. {citation.locator.paragraph}"]
    authors = citation.author or citation.publisher
    assert len(entry.get("authors", [])) == len(read_authors(authors)) or not citation.author


HOSTILE = "a{b}c}{ \\end{document} %25 \x00\x1b\n@article{x, ER  - \r\nTY  - BOOK"


@pytest.mark.parametrize("style", STYLES)
def test_what_a_report_says_never_breaks_out_of_its_field(style: Style) -> None:
    known: dict[str, Any] = {"author": HOSTILE, "publisher": HOSTILE, "place": HOSTILE, "language": EN}
    citation = cited(HOSTILE, 2020, page=1, address="https://example.org/{%7B}%zz\\x y", document=HOSTILE, **known)
    text = cite(citation, style, TODAY).reference
    assert not any(character < " " and character != "\n" for character in text)
    if style == "bibtex":
        library = bibtexparser.parse_string(text)
        assert len(library.blocks) == len(library.entries) == 1
        (entry,) = library.entries
        assert {field.key for field in entry.fields} == set(
            "author title institution address year pages url note".split()
        )
        url = next(field.value for field in entry.fields if field.key == "url")
        assert url == "https://example.org/%7B%7B%7D%25zz%5Cx%20y"
    elif style == "ris":
        assert len(rispy.loads(text)) == 1
    else:
        assert "\n" not in text


def test_keys_of_bibtex_are_plain_and_stay_apart() -> None:
    assert bibtex_key("casted-annual-report-2021") == "casted-annual-report-2021"
    keys = {bibtex_key(name) for name in ("报告一", "报告二", "a b", "a-b", "a{b", "")}
    assert len(keys) == 6
    assert all(key.isascii() and not set(key) & set("{}(),= \\%#\"'~") for key in keys)
