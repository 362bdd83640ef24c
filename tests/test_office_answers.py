"""The office's own answers as a file: what is read, what is refused with its reason, and what a change leaves alone."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.answers import LONGEST, AnswersNotChanged, OfficeAnswer, find_file, home, put, read_answers, retire, tidy

FILE = """# Ours

A word to whoever edits this.

## How to apply

until: 2027-06-30

- How do I apply?
- 怎么报名？

### English

Write to the office.

It answers within a week.

### 中文

请联系办公室。

## Fees

* Is there a fee?

### English

See the announcement.
"""


def test_an_entry_is_a_heading_questions_and_an_answer_in_each_language() -> None:
    answers, flaws = read_answers(FILE)
    assert flaws == ()
    assert [answer.name for answer in answers] == ["How to apply", "Fees"]
    assert answers[0].questions == ("How do I apply?", "怎么报名？")
    assert answers[0].texts["en"] == "Write to the office.\n\nIt answers within a week."
    assert answers[0].text("zh") == ("请联系办公室。", "zh")


def test_an_answer_in_one_language_is_given_in_that_one() -> None:
    fees = read_answers(FILE)[0][1]
    assert fees.text("zh") == ("See the announcement.", "en")


def test_an_answer_ends_after_its_last_day() -> None:
    apply, fees = read_answers(FILE)[0]
    assert apply.holds(date(2027, 6, 30))
    assert not apply.holds(date(2027, 7, 1))
    assert fees.holds(date(2099, 1, 1))


@pytest.mark.parametrize(
    ("entry", "what"),
    [
        ("## Fees\n\n### English\n\nText.\n", "has no question"),
        ("## Fees\n\n- A fee?\n", "has no answer"),
        ("## Fees\n\n- A fee?\n\n### English\n\n\n", "has no answer"),
        ("## Fees\n\n- A fee?\n\n### Klingon\n\nHIja'.\n", "Klingon is no language"),
        ("## \n\n- A fee?\n\n### English\n\nText.\n", "an entry has no name"),
        ("## Fees\nuntil: 2027-13-01\n- A fee?\n\n### English\n\nText.\n", "2027-13-01 is no day"),
        (f"## Fees\n\n- A fee?\n\n### English\n\n{'x' * (LONGEST + 1)}\n", f"has {LONGEST + 1} characters"),
    ],
)
def test_what_is_no_answer_is_named_and_the_others_are_used(entry: str, what: str) -> None:
    answers, flaws = read_answers(FILE.replace("Fees", "Other") + "\n" + entry)
    assert [flaw.what for flaw in flaws] == [what]
    assert len(answers) == 2


def test_a_name_that_is_there_twice_counts_once() -> None:
    answers, flaws = read_answers(FILE + "\n## fees \n\n- Free?\n\n### English\n\nNo.\n")
    assert len(answers) == 2
    assert flaws[0].what == "is there twice"


def test_a_change_leaves_the_other_entries_as_they_are_letter_by_letter() -> None:
    changed = put(FILE, OfficeAnswer("Fees", ("What does it cost?",), {"en": "Nothing.", "zh": "免费。"}))
    assert changed.startswith(FILE[: FILE.index("## Fees")])
    assert read_answers(changed)[0][1].texts == {"en": "Nothing.", "zh": "免费。"}
    assert retire(changed, "FEES").rstrip() == FILE[: FILE.index("## Fees")].rstrip()


def test_a_new_answer_comes_last_and_a_file_may_be_empty() -> None:
    answer = OfficeAnswer("Visa", ("Do I need a visa?",), {"en": "Ask the embassy."}, date(2028, 1, 2))
    assert read_answers(put("", answer))[0] == (answer,)
    assert read_answers(put(FILE, answer))[0][-1] == answer


@pytest.mark.parametrize(
    "answer",
    [
        OfficeAnswer("Visa", (), {"en": "Ask."}),
        OfficeAnswer("Visa", ("A visa?",), {"en": ""}),
        OfficeAnswer("Visa", ("A visa?",), {"en": "Ask.\n\n## Fees\n\n- x\n\n### English\n\nFree."}),
        OfficeAnswer("Visa", ("A visa?",), {"en": "Ask.\n### 中文\nx"}),
    ],
)
def test_an_answer_that_would_not_be_read_back_is_refused(answer: OfficeAnswer) -> None:
    with pytest.raises(AnswersNotChanged):
        put(FILE, answer)


def test_what_is_not_there_cannot_be_retired() -> None:
    with pytest.raises(AnswersNotChanged, match="Visa: is no answer of the office"):
        retire(FILE, "Visa")


@given(st.text(max_size=200))
def test_any_text_is_tidied_once_and_for_all(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(st.text(max_size=400))
def test_any_file_is_read(text: str) -> None:
    answers, _ = read_answers(text)
    assert all(answer.questions and answer.texts for answer in answers)


def test_the_file_stands_in_the_folder_of_reports_or_beside_it(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    assert find_file(reports) is None
    assert home(reports) == reports / "answers.md"
    (tmp_path / "answers.md").write_text(FILE, encoding="utf-8")
    assert find_file(reports) == home(reports) == tmp_path / "answers.md"


def test_the_answers_that_come_with_the_program_are_all_read_in_both_languages() -> None:
    text = (Path(__file__).parent.parent / "content" / "answers.md").read_text(encoding="utf-8")
    answers, flaws = read_answers(text)
    assert flaws == ()
    assert all(set(answer.texts) == {"en", "zh"} for answer in answers)
