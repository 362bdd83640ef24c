"""What kind of thing a question asks for, told by its form alone."""

from __future__ import annotations

import pytest

from index.question.answer_type import AnswerType, answer_type_of

ASKED: dict[AnswerType, str] = {
    "founding": """When was the Lake Institute founded?
        what year was the observatory set up
        Since when does the guild exist, when was it established?
        how old is the academy
        When did the board come into being?
        天文台是哪一年成立的？
        研究所啥时候建的，什么时候设立？
        学会成立于哪年
        你们是几几年创办的""",
    "number": """How many boats does the guild have?
        how deep is the lake
        湖有多大？
        研究所有几座天文台
        船队去了几次
        有多少只船
        一共几所学校参加""",
    "upcoming": """When is the next course?
        Is there a next round of grants?
        any upcoming seminars
        下一期船长班什么时候开
        下届论坛何时举行""",
    "time": """When does the harbour freeze?
        On which date did the boat leave?
        船啥时候到
        论坛几月几号开
        轮渡哪天停运""",
    "country": """Which countries sent boats?
        in what countries is the eel found
        哪些国家派了船
        船来自什么国家""",
    "leader": """Who leads the observatory?
        who is the current director of the guild
        Who's in charge of the harbour?
        who runs the lake institute
        who are the heads of the two houses
        天文台台长归谁管理
        研究所的院长是谁？
        谁是船队的负责人
        中心主任叫什么名字""",
    "relation": """What is the relationship between the guild and the harbour?
        how is the lake institute related to the academy
        What does the observatory have to do with the university?
        船队和港口是什么关系
        研究所与学会有什么区别""",
    "contact": """What is your email address?
        how can I contact the harbour office
        Does the guild have a website?
        whom should I write to
        Who do I get in touch with about boats?
        港口怎么联系
        研究所的电话是多少号码，邮箱呢""",
    "place": """Where is the observatory?
        what is the address of the guild
        In which city is the lake institute located?
        天文台在哪儿？
        研究所的地址
        港口位于哪里
        研究所在哪""",
    "name": """Who painted the boats?
        Which university measured the lake?
        where do the eels come from
        湖是哪所大学测量的
        哪家造的船
        谁画的船""",
    "newest": """What is new at the harbour?
        the latest report of the guild
        研究所最新的报告讲什么""",
    "definition": """What is the Lake Institute?
        What does LI stand for?
        who are you
        what do you do
        LI是什么机构？
        船队是干什么的
        什么是潮汐闸
        LI是啥
        What does One Nation Two Harbours do?
        what does the lake guild in the north mean""",
    "": """Describe the lake
        介绍湖泊
        船用在哪三个方面
        研究所在哪些领域工作
        What kind of boat is it?
        How does the sluice work?
        Can I bring my dog?""",
}
EXAMPLES = [(line.strip(), kind) for kind, lines in ASKED.items() for line in lines.splitlines()]


@pytest.mark.parametrize(("question", "kind"), EXAMPLES)
def test_the_form_of_a_question_tells_what_answers_it(question: str, kind: AnswerType) -> None:
    assert answer_type_of(question) == kind
