"""What form an answer must have, and which sentences have it."""

from __future__ import annotations

import pytest

from index.answering.answer_forms import form_asked_for, form_preferred


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("How long is the harbour course?", "duration"),
        ("how many weeks does it take", "duration"),
        ("培训为期几周？", "duration"),
        ("办证要多久", "duration"),
        ("How long ago was the harbour built?", ""),
        ("what share of the boats is blue", "share"),
        ("蓝船占百分之几", "share"),
        ("how much money did the harbour get", "amount"),
        ("What is the harbour's budget?", "amount"),
        ("津贴多少钱", "amount"),
        ("How often do they meet?", "times"),
        ("开过几次会", "times"),
        ("In which language is the course?", "language"),
        ("课程用什么语言", "language"),
        ("Who can take part in the course?", "eligibility"),
        ("谁可以报名", "eligibility"),
        ("How do I apply?", "procedure"),
        ("怎么申请", "procedure"),
        ("why did the harbour close", "reason"),
        ("港口为什么关闭", "reason"),
        ("有几座灯塔", "measured"),
        ("Who built the lighthouse?", "done by"),
        ("灯塔是谁建造的", "done by"),
        ("谁资助了这个项目", "done by"),
        ("Who is the director?", ""),
        ("What is a lighthouse?", ""),
    ],
)
def test_a_question_asks_for_a_form(question: str, kind: str) -> None:
    form = form_asked_for(question)
    assert (form.kind if form else "") == kind


@pytest.mark.parametrize(
    ("question", "sentence", "has"),
    [
        ("How long is the course?", "The course is a 6-week programme.", True),
        ("How long is the course?", "It takes two to three months.", True),
        ("How long is the course?", "The course has twelve students.", False),
        ("办证要多久", "审批时间缩短至50日。", True),
        ("办证要多久", "2016年5月10日起实行。", False),
        ("what share of boats is blue", "Blue boats are 12 % of all.", True),
        ("what share of boats is blue", "There are 12 blue boats.", False),
        ("开过几次会", "委员会开过3次会。", True),
        ("开过几次会", "第3次会议在北京召开。", False),
        ("In which language is it?", "Sessions are held in French.", True),
        ("In which language is it?", "Sessions are held in the hall.", False),
        ("Who can take part?", "The course is open to fishermen.", True),
        ("Who can take part?", "Fishermen took part in 2019.", False),
        ("有几座灯塔", "港口有12座灯塔。", True),
        ("有几座灯塔", "港口有12个码头。", False),
        ("Who built the lighthouse?", "The lighthouse was built by the town of Alder.", True),
        ("Who built the lighthouse?", "Harbours are built on sand.", False),
        ("Who funds the harbour?", "Funded by the Alder Foundation, it has no debts.", True),
        ("What is the telephone number of the harbour?", "Call +47 22 33 44 55.", True),
        ("What is the email of the harbour?", "Write to harbour@example.org.", True),
        ("学费是多少？", "每人收取300元。", True),
    ],
)
def test_a_sentence_has_the_form(question: str, sentence: str, *, has: bool) -> None:
    form = form_asked_for(question)
    assert form is not None
    assert (form.pattern.search(sentence) is not None) == has


def test_only_what_can_have_no_other_form_is_demanded() -> None:
    forms = [form_asked_for(question) for question in ("How long is it?", "How do I apply?", "Who built it?")]
    assert [form is not None and form.demanded for form in forms] == [True, False, False]


@pytest.mark.parametrize(
    ("question", "wants", "kind", "sentence", "other"),
    [
        ("May I bring my boat?", "", "yes or no", "No, boats stay outside.", "Boats that come are counted."),
        ("Good morning. Are dogs allowed?", "", "yes or no", "Yes. Dogs are welcome here.", "Yes"),
        ("可以带船吗", "", "yes or no", "不可以，船须留在外面。", "工作人员可以带船。"),
        ("Which harbour is the oldest?", "", "the most", "Eastport was the first.", "Eastport is a harbour."),
        ("which pier has the largest share of boats", "number", "the most", "东港居全国首位。", "东港有船。"),
        ("哪个国家的港口最多", "country", "", "", ""),
        ("港口有哪几种船", "number", "list", "港口的船分为：帆船、渔船。", "港口有船。"),
        ("What kinds of boats are there?", "", "list", "Boats include ferries.", "Boats are there."),
        ("哪所大学最先开课", "name", "of a kind", "东海大学最早开课。", "各大学都开课。"),
        ("哪些城市参加", "name", "of a kind", "东港市、西港市参加。", "许多城市参加。"),
        ("How many weeks does it take?", "number", "duration", "It takes 6 weeks.", "It takes time."),
    ],
)
def test_a_sentence_of_a_form_is_preferred(question: str, wants: str, kind: str, sentence: str, other: str) -> None:
    form = form_preferred(question, wants)
    assert (form.kind if form else "") == kind
    if form:
        assert form.pattern.search(sentence) is not None
        assert form.pattern.search(other) is None


@pytest.mark.parametrize("question", ["May I bring my boat?", "Which harbour is the oldest?", "港口有哪几类船"])
def test_what_is_only_preferred_is_never_demanded(question: str) -> None:
    form = form_asked_for(question)
    assert form is None or form.kind == "measured"
