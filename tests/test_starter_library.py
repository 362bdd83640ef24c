"""The starter library and its glossary: files of `content/` in, the promises made about them checked.

The digests are what a newcomer's first answers are made of, so they must read well as excerpts (short
paragraphs that name their subject and their source) and must not copy the reports they retell.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[1]
DIGESTS = ROOT / "content" / "reports"
GLOSSARY = ROOT / "content" / "glossary.csv"
REPORTS = ROOT.parent / "shared" / "reports"

REQUIRED = ("title", "publisher", "language", "collection")
KNOWN = {*REQUIRED, "year", "date", "source"}
RETOLD = (
    "casted-annual-report-2021",
    "casted-international-exchange",
    "cistrat-annual-report-2012",
    "cistrat-biannual-report-2021-2022",
    "introduction-of-cistrat",
)
LONGEST_PARAGRAPH = 700
LONGEST_TITLE = 30
"""Words that may stand between quotation marks or in italics without counting as copied text."""
COPIED_WORDS = 8
COPIED_HAN = 16
FEWEST_TERMS = 220

OFFICIAL_NAMES = (
    "Chinese Academy of Science and Technology for Development",
    "National Research Center for Science and Technology for Development",
    "International Research and Training Center for Science and Technology Strategy",
    "National Consultation Research Center for Science and Technology Decision-Making",
    "National Top Think Tank Research Alliance of Ministry of Science and Technology",
    "Office of CPC CASTED Committee and Human Resources",
    "Office of Think Tank Operation and Research Management",
    "Office of General Management and Supervision",
    "Office of the Leading Group on Finance and Economic Affairs",
    "State Council Research Office",
    "National Development and Reform Commission",
    "Ministry of Industry and Information Technology",
    "Institute of Science and Technology Innovation Theory",
    "Institute of Regional Science and Technology Development",
    "Institute of Frontier Science and Emerging Technology",
    "Institute of Science and Technology Governance and Talent",
    "Institute of Science and Technology Foresight and Statistics",
    "Institute of International Scientific and Technological Relations",
    "Institute of Intelligent Science and Technology Innovation Policy",
    "China Sodality of Scientific and Technological Institutes",
    "China Science and Technology Indicator Research Association",
    "Joint Training Center on Scientific, Technological and Economic Cooperation",
    "China-Argentina Innovation and Technology Policy Research Center",
    "China-Argentina Seminar on Science and Technology Innovation Policy",
    "Argentine Ministry of Science, Technology and Innovation",
    "United Nations Commission on Science and Technology for Development",
    "16th China-Japan-Korea Trilateral Science and Technology Policy Seminar",
    "China-Japan-Korea Trilateral Science and Technology Policy Seminar",
    "National Institute of Science and Technology Policy of Japan",
    "Korea Institute of Science and Technology Evaluation & Planning",
    "Science and Technology Policy Institute",
    "National Institute for Science and Technology Policy and Strategic Studies",
    "China-EU Workshop on International Purchasing and Supply Chain Management",
    "China-Korea Industry Technology Planning and Assessment Workshop",
    "China-Austria Renewable Energy Technology Policy Forum",
    "China-Sweden S & T Policy Seminar",
    "China-U.S. Forum on Science and Technology Policy",
    "China-U.S. Innovation Conference",
    "Seminar on Technical Standard Strategy of Korea",
    "Technology and Management Centre for Development of Oxford University",
    "Karlsruhe Institute of Technology in Germany",
    "Fafo Institute for Applied International Studies",
    "National Pig Technology Innovation Center (Chongqing)",
    "Shanghai Qingmei Green Food Co., Ltd.",
    "Sunqiao modern agricultural park",
    "Shanghai Science and Technology Museum",
    "Shanghai North high-tech service Industry Park",
    "Beijing Great Wall Enterprise Strategy Research Institute",
    "Central University of Finance and Economics",
    "Development Research Center of the State Council",
    "International Decade of Sciences for Sustainable Development",
    "World Intellectual Property Organization (WIPO)",
    "21st Report Meeting on S&T Development and Reform",
    "National Science and Technology Advisory Committee",
    "Office of the Central Cyberspace Affairs Commission",
    "International Development Research Centre (IDRC)",
    "Intergovernmental Panel on Climate Change",
    "Belt and Road Seminar of the 2022 Pujiang Innovation Forum",
    "Chinese National Commission for UNESCO",
    "Belt and Road STI Think Tank Network",
    "国际科学和技术战略研究与培训中心",
)

digest_files = pytest.mark.parametrize("path", sorted(DIGESTS.glob("*.md")), ids=lambda path: path.name)


def split(path: Path) -> tuple[dict[str, Any], str]:
    """Front matter and body of one digest."""
    _, front, body = path.read_text(encoding="utf-8").split("---\n", 2)
    return yaml.safe_load(front), body


def paragraphs(body: str) -> list[str]:
    return [block for block in body.strip().split("\n\n") if not block.startswith("#")]


def test_every_report_is_retold_in_both_languages_and_nothing_else_is_there() -> None:
    assert sorted(path.name for path in DIGESTS.glob("*.md") if path.name != "README.md") == sorted(
        f"{report}-digest.{language}.md" for report in RETOLD for language in ("en", "zh")
    )


@digest_files
def test_front_matter_is_complete(path: Path) -> None:
    front, _ = split(path)
    assert [key for key in REQUIRED if not front.get(key)] == []
    assert set(front) <= KNOWN
    assert front["language"] == path.name.split(".")[-2]
    assert isinstance(front.get("date", ""), str), "YAML reads an unquoted date as something else than text"
    if named := re.search(r"(\d{4})-digest", path.name):
        assert front["year"] == int(named[1])


@digest_files
def test_paragraphs_can_be_cited_whole(path: Path) -> None:
    _, body = split(path)
    found = paragraphs(body)
    assert [p for p in found if len(p) > LONGEST_PARAGRAPH] == []
    assert [p for p in found if not p.endswith((".", "。"))] == [], "complete sentences only"
    assert [p for p in found if not re.search("CASTED|CISTRAT", p)] == [], "each names its subject or source"
    assert len(found) == len(set(found))


@digest_files
def test_every_paragraph_after_the_first_names_the_section_it_rests_on(path: Path) -> None:
    _, body = split(path)
    cited = re.compile(r"\([^()]*(Report|Exchange|CISTRAT)[^()]*\)\.$|（[^（）]*《[^（）]+》[^（）]*）。$")
    assert [p for p in paragraphs(body)[1:] if not cited.search(p)] == []


@pytest.mark.parametrize("report", RETOLD)
def test_both_languages_tell_the_same_story(report: str) -> None:
    shapes = []
    for language in ("en", "zh"):
        _, body = split(DIGESTS / f"{report}-digest.{language}.md")
        shapes.append(Counter(re.findall(r"^(#+) ", body, re.MULTILINE)))
    assert shapes[0] == shapes[1]


def words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9]+(?:[&'’.-][a-z0-9]+)*", text.lower())


def han(text: str) -> str:
    return "".join(re.findall(r"[\u4e00-\u9fff]", text))


def runs(tokens: list[str] | str, length: int) -> set[tuple[str, ...]]:
    return {tuple(tokens[at : at + length]) for at in range(len(tokens) - length + 1)}


def own_words(body: str) -> list[str]:
    """The stretches of a digest that are neither titles nor official names."""
    for name in sorted(OFFICIAL_NAMES, key=len, reverse=True):
        body = body.replace(name, "\0")
    pieces = []
    for paragraph in paragraphs(body):
        for quoted in re.findall(r"\*[^*]+\*|\"[^\"]+\"", paragraph):
            assert len(quoted.split()) <= LONGEST_TITLE, quoted
        pieces += re.sub(r"\*[^*]+\*|\"[^\"]+\"", "\0", paragraph).split("\0")
    return pieces


@pytest.fixture(scope="module")
def reports() -> str:
    if not REPORTS.is_dir():
        pytest.skip("the original reports are not beside the project")
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(REPORTS.iterdir()))


@digest_files
def test_no_sentence_of_a_report_is_copied(path: Path, reports: str) -> None:
    _, body = split(path)
    originals = runs(words(reports), COPIED_WORDS)
    copied = [
        " ".join(run)
        for piece in own_words(body)
        for run in sorted(runs(words(piece), COPIED_WORDS))
        if run in originals
    ]
    assert copied == []
    characters = runs(han(reports), COPIED_HAN)
    assert [piece for piece in own_words(body) if runs(han(piece), COPIED_HAN) & characters] == []


def test_copy_check_would_notice_a_copied_sentence(reports: str) -> None:
    sentence = next(line for line in reports.splitlines() if len(line.split()) > COPIED_WORDS + 5)
    assert runs(words(sentence), COPIED_WORDS) <= runs(words(reports), COPIED_WORDS)


# --- glossary -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def glossary() -> list[dict[str, str]]:
    with GLOSSARY.open(encoding="utf-8", newline="") as lines:
        reader = csv.DictReader(lines, strict=True)
        assert reader.fieldnames == ["english", "chinese", "other_forms"]
        return list(reader)


def forms(row: dict[str, str]) -> list[str]:
    others = row["other_forms"].split(";") if row["other_forms"] else []
    return [row["english"], row["chinese"], *others]


def test_glossary_has_enough_terms(glossary: list[dict[str, str]]) -> None:
    assert len(glossary) >= FEWEST_TERMS


def test_each_glossary_line_is_one_term_in_two_languages(glossary: list[dict[str, str]]) -> None:
    assert [row for row in glossary if not re.search(r"[\u4e00-\u9fff]", row["chinese"])] == []
    assert [row for row in glossary if re.search(r"[\u4e00-\u9fff]", row["english"])] == []


def test_glossary_has_no_stray_spaces_and_no_empty_forms(glossary: list[dict[str, str]]) -> None:
    stray = [form for row in glossary for form in forms(row) if form != " ".join(form.split()) or not form]
    assert stray == []


def test_no_form_belongs_to_two_concepts(glossary: list[dict[str, str]]) -> None:
    counted = Counter(form.casefold() for row in glossary for form in forms(row))
    assert [form for form, times in counted.items() if times > 1] == []


def test_glossary_is_sorted_by_its_english_terms(glossary: list[dict[str, str]]) -> None:
    english = [row["english"] for row in glossary]
    assert english == sorted(english, key=lambda term: (term.casefold(), term))
