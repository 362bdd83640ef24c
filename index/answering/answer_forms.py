"""A question that asks for a thing of one form in; the form, to be looked for in sentences, out.

"How long", "how much does it cost", "in which language", "how many times": such a question wants more than a number or
a name, it wants one of a certain form: weeks, euros, per cent. The sentence that has the form answers, in whatever
words the rest is said. Where no passage has it, the reports do not say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from index.answering.shapes import AMOUNT
from index.text.patterns import Pattern

_FIGURE = (
    r"(?:\d[\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|"
    r"a few|several|half an?|an?)"
)
_FIGURE_ZH = r"(?:\d[\d.,]*|[一二两兩三四五六七八九十百千半几数]+)"
_MANY_ZH = r"\s*(?:多|余|餘|来)?\s*(?:万|萬|亿|億)?\s*(?:多|余|餘)?"
_LANGUAGES = (
    r"\b(?:English|French|Spanish|Arabic|Chinese|Mandarin|Cantonese|Russian|Portuguese|German|Italian|Japanese|"
    r"Korean|"
    r"Hindi|Urdu|Bengali|Swahili|Hausa|Amharic|Persian|Farsi|Turkish|Vietnamese|Thai|Indonesian|Malay|Nepali|Sinhala|"
    r"Serbian|Polish|Dutch|Greek|Hebrew|bilingual|multilingual)\b|"
    r"[英法俄德日韩韓汉漢]语|[英法俄德日韩韓汉漢]語|[英中法俄德日]文|西班牙[语語]|阿拉伯[语語]|葡萄牙[语語]|"
    r"普通话|普通話|双语|雙語"
)


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """What a sentence must have."""

    kind: str
    """phone, duration, eligibility, ...; two questions of two kinds are not one."""
    asked: str
    """The words of the question that ask for it."""
    pattern: Pattern
    names_form: bool
    """Whether the words that ask for it name nothing but the form, as weeks do; a budget is more than an amount."""
    demanded: bool
    """Whether nothing else answers: a duration where "how long" is asked. How much may also be a number of things."""


_DURATION = Pattern(
    rf"\b{_FIGURE}(?:[- ](?:to|or)[- ]{_FIGURE})?[- ](?:\w+ )?(?:minute|hour|day|week|month|year|decade|"
    r"semester)s?\b|"
    r"\b\d[\d.,]*[- ]?(?:kilomet(?:re|er)|km|met(?:re|er)|mile|feet|page|word|character)s?\b|"
    r"\d\s*(?:公里|千米|米|页|頁|字)|"
    rf"(?<!\d){_FIGURE_ZH}\s*(?:多|余|餘)?\s*(?:分钟|分鐘|个?小时|個?小時|天|周|週|个?星期|個?星期|个月|個月|"
    rf"个工作日|工作日)|"
    r"(?<![\d.])(?:\d{1,3}|[一二两兩三四五六七八九十]+)(?:多|余|餘)?\s*年(?![\d代度级])|"
    r"(?<!月)(?<!\d)\d{1,3}\s*日(?!本|前|起)"
)
_PHONE = Pattern(
    r"\+\d[\d\s()-]{6,}\d|\(?0\d{1,3}\)?[-\s]\d{5,}|\b1[3-9]\d{9}\b|\b\d{3}[-.\s]\d{3}[-.\s]\d{4}\b|"
    r"\b\d{4}[-\s]\d{4}\b"
)
_MAIL = Pattern(r"[\w.+-]+(?:@|\s?\[at\]\s?)[\w-]+\.\w+|\bcontact form\b")
_SITE = Pattern(r"https?://|\bwww\.|\b[\w-]+\.(?:org|com|net|edu|gov|io|cn)\b")
_SHARE = Pattern(
    r"\d\s?[%％]|\bper ?cent|\bone in \w+\b|\b(?:half|thirds?|quarters?|majority|most) of\b|百分之|"
    r"[一二两三四五六七八九]成(?!立|为|為|果|本|功)|"
    r"[\d一二三四五六七八九十]+分之|一半|半数|過半|过半"
)
_TIMES = Pattern(
    rf"(?<!第)(?<![第\d一二三四五六七八九十]){_FIGURE_ZH}\s*(?:多|余|餘)?[次回屆届](?!会议|会議|大会)|"
    r"\b(?:once|twice|\d+ times|(?:two|three|four|five|six|ten|several|many) times)\b|"
    r"\b(?:every (?:\w+ )?(?:day|week|month|quarter|year)s?|weekly|monthly|quarterly|annual(?:ly)?|yearly|"
    r"(?:a|per|each) (?:day|week|month|year))\b|每[年月周天日季]|[一二两三四五六七八九十\d]年一[次届屆]"
)

ELIGIBILITY = Pattern(
    r"\bwho\b[^?？]{0,12}\b(?:can|may|could|should|is eligible|are eligible|is allowed|are allowed|is able|"
    r"gets? to)\b[^?？]*\b(?:take part|"
    r"participate|apply|attend|join|register|come|submit|enrol|be nominated|become|use)|\beligib\w+|"
    r"(?:谁|哪些人|什么人|什么样的人|哪[类种]人)(?:都|才)?(?:可以|能够?|有资格|可)[^，。？?]{0,8}(?:参加|参与|"
    r"申请|报名|加入|申报)|"
    r"(?:申请|报名|参加|申报|入选)(?:人)?(?:条件|资格|要求)|(?:什么|哪些)条件"
)
"""Questions for who may take part: neither a name nor an organisation answers them, but what they have to be."""

ELIGIBLE = Pattern(
    r"\b(?:aimed at|open to|eligible|eligibility|is for|are for|intended for|designed for|must (?:be|have|"
    r"hold)|welcomes?|"
    r"(?:participants|trainees|attendees|applicants|learners|students)\b[^.;]{0,60}\b(?:are|were|came from|come from|"
    r"must|should|need)|anyone|restricted to|limited to|qualif\w+|"
    r"accessible to)\b|"
    r"面向|下列条件|以下条件|资格|资質|年满|年滿|均可|欢迎|歡迎|应当是|應當是|要求"
)

_FORMS: tuple[tuple[str, Pattern, Pattern, bool], ...] = (
    ("phone", Pattern(r"\b(?:tele)?phone\b|\bfax\b|\bwhatsapp\b|电话|電話|手机|手機|传真|傳真"), _PHONE, True),
    ("mail", Pattern(r"\be-?mail\b|邮箱|郵箱|电邮|電郵|电子邮件"), _MAIL, True),
    ("site", Pattern(r"\bweb ?site\b|\bhome ?page\b|\burl\b|网址|網址|官网|官網|主页"), _SITE, True),
    (
        "duration",
        Pattern(
            r"\bhow long\b(?! ago| is the (?:river|bridge|road|line|wall|text|coast))|"
            r"\bhow many (?:minutes|hours|days|weeks|months|years)\b|\bhow (?:much time|quickly|soon)\b|"
            r"\bduration of\b|"
            r"多久|多长时间|多長時間|(?:为期)?几(?:天|周|个?星期|个月|年时间|个?小时|分钟|个?工作日)|多少(?:天|"
            r"周|个?星期|个月|个?小时|分钟)|为期"
        ),
        _DURATION,
        True,
    ),
    (
        "share",
        Pattern(
            r"\b(?:what|wh?ich|how (?:big|large|high) (?:is|was|are) the)\b[^?？]{0,20}\b(?:share|percentage|"
            r"proportion|part|"
            r"fraction|per ?cent)\b(?! (?:in|is|was|does|do|did|of (?:the )?(?:report|project|programme|"
            r"document))\b)|"
            r"\bhow many per ?cent\b|百分之[几多]|占[^，。？?]{0,20}(?:多少|几成|比例|比重)|(?:比例|比重|"
            r"占比)(?:是|有|为|达到?|約|约)?(?:多少|多大|多高|几)|"
            r"多大比例|几成|[几多][个個少]?百?分?[点點](?![钟鐘])"
        ),
        _SHARE,
        True,
    ),
    (
        "amount",
        Pattern(
            r"\bhow (?:much|big|large|high) (?:money|funding|is the (?:fine|fee|budget|salary|penalty|grant|"
            r"prize|bonus))\b|"
            r"\bhow much (?:money|funding|does it cost|do (?:i|we|they) (?:pay|earn|get paid))\b|"
            r"\b(?:budget|salary|wage|tuition|fee) (?:of|for)\b|多少(?:钱|錢|元|块|萬元|万元|美元)|"
            r"(?:预算|預算|经费|工资|学费|费用)(?:是|有)?多少|(?:给|发|拨|花|付|拿|收|交)多少[万亿]|"
            r"\bwhat (?:is|was|are|were)\b[^?？]*\b(?:budget|salary|salaries|turnover|revenue|tuition|fees?|price)\b"
        ),
        AMOUNT,
        True,
    ),
    (
        "amount",
        Pattern(
            r"\bhow much (?:can|could|do|does|did|is|are|was|were|will|would|should|may|must|at)\b|"
            r"\b(?:cost|price|budget|salary|bonus|stipend|honorarium|fine) (?:of|for|is|in)\b|"
            r"\bhow (?:expensive|costly)\b|"
            r"\bhow (?:big|large|high)\b[^?？]{0,30}\b(?:budget|fund|grant|bonus|prize|award|fee|loan)s?\b"
        ),
        AMOUNT,
        False,
    ),
    ("times", Pattern(r"\bhow (?:many times|often)\b|[几幾多][少]?[次回]|多久一次"), _TIMES, True),
    (
        "language",
        Pattern(
            r"\b(?:what|wh?ich) languages?\b|\bwhat is the (?:working |official )?language\b|(?:什么|"
            r"哪[一]?[种个些门几]?)(?:语言|语种|文字|語言)"
        ),
        Pattern(_LANGUAGES),
        True,
    ),
    (
        "reason",
        Pattern(
            r"\bwhy\b|\bwhat (?:is|was|are|were) the reasons?\b|\bhow come\b|为什么|為什麼|为何|為何|为啥|"
            r"啥原因|什么原因|原因是"
        ),
        Pattern(
            r"\b(?:because|due to|owing to|in order to|so that|since|therefore|thus|as a result|reasons?|"
            r"caused? by|leads? to|led to|to (?:improve|ensure|avoid|reduce|help|enable|promote|strengthen))\b|"
            r"由于|因为|為了|为了|原因|因此|以便|旨在|有利于|导致|使得|從而|从而"
        ),
        False,
    ),
    ("eligibility", ELIGIBILITY, ELIGIBLE, False),
    (
        "procedure",
        Pattern(
            r"\bhow (?:do|can|could|may|should|must|does|to)\b[^?？]{0,40}\b(?:apply|register|join|sign up|"
            r"enrol|submit|participate|take part|"
            r"become|order|get (?:a|the|my)|claim|request)\b|(?:怎么|如何|怎样|咋)[^，。？?]{0,8}(?:申请|报名|"
            r"参加|注册|加入|提交|办理|领取|申報|申请)|"
            r"(?:申请|报名|办理)(?:流程|步骤|程序|手续)"
        ),
        Pattern(
            r"\b(?:apply (?:for|by|via|through|at|online)|applications? (?:form|must|should|are|is|can)|"
            r"submit(?:ted|ting)?|fill (?:in|out)|register (?:at|on|via|"
            r"for|by)|sign up|steps? \d|please (?:send|contact|use|complete|apply|register)|by e-?mail|"
            r"form below|deadline)\b|"
            r"提出[^，。]{0,6}申请|书面申请|提交|填写|登录|登陆|报名方式|申请流程|步骤|第一步|"
            r"通过[^，。]{1,12}(?:提出|提交|报名|申请)"
        ),
        False,
    ),
)
"""Each with the questions that ask for it, what it looks like, and whether nothing else answers."""
_PLAIN_FORMS: tuple[tuple[str, Pattern, Pattern, bool], ...] = (
    (
        "list",
        Pattern(
            r"\bwhat (?:kinds|types|sorts) of\b|有哪些|哪[几幾些][种種个個类類项項]|"
            r"包括(?:什么|哪)|分[为為成](?:什么|哪|几|幾)"
        ),
        Pattern(
            r"\b(?:includ(?:e|es|ed|ing)|namely|such as|follow(?:s|ing)|consists? of|divided into)\b|"
            r"下列|以下|如下|包括|分[为為成]|分别是|分別是"
        ),
        False,
    ),
    (
        "yes or no",
        Pattern(
            r"(?:^|[.,:;!?]\s+|\n\s*)(?:and |but |so )?(?:can|may|could|is|are|was|were|do|does|did|will|must|should|"
            r"am|has|have)\b|吗|嗎|能不能|可不可以|是不是|有没有|有沒有|是否|要不要"
        ),
        Pattern(
            r"(?<![\w,;] )(?<!\w)(?:Yes|No)[,.] \w|"
            r"(?<![\u4e00-\u9fff，])(?:是的|不是的?|不?可以|不能|不行|不会|不會|没有|沒有|有的|不需要)[，。！]",
            re.NOFLAG,
        ),
        False,
    ),
    (
        "the most",
        Pattern(
            r"\b(?:largest|biggest|greatest|highest|lowest|smallest|oldest|youngest|longest|shortest|fastest|earliest|"
            r"(?<!at )best|(?<!at )most(?! of))\b|最(?!近|新|终|終|后|後|多能|多可)|首[个個位家次]"
        ),
        Pattern(
            r"\b(?:largest|biggest|greatest|highest|lowest|smallest|oldest|youngest|longest|shortest|fastest|earliest|"
            r"(?<!at )best|(?<!at )most|first|leading|top|ranks?|ranked|main|major)\b|"
            r"最|首[位个個家次要]|第一|居[^，。]{0,6}首|领先"
        ),
        False,
    ),
)
"""The same of forms that count only where nothing better is asked for."""
_BESIDE: dict[str, frozenset[str]] = {
    "yes or no": frozenset(("",)),
    "the most": frozenset(("", "number")),
    "list": frozenset(("", "number")),
}
"""The answer types beside which they count."""
_ACTS: tuple[tuple[str, str, str], ...] = (
    (
        "build(?:s|ing)?|built|creat(?:e|es|ed)|develop(?:s|ed)?|design(?:s|ed)?|ma[kd]es?|invent(?:s|ed)?|"
        "produc(?:e|es|ed)",
        "built|created|developed|designed|made|invented|produced",
        "开发|研发|研制|制造|建造|设计|发明|編寫|開發|研發|研製",
    ),
    (
        "found(?:s|ed)?|start(?:s|ed)?|establish(?:es|ed)?|set up|launch(?:es|ed)?|initiat(?:e|es|ed)|began",
        "founded|started|established|set up|launched|initiated|created",
        "发起|创办|创立|创建|成立|设立|建立|發起|創辦|創立|創建|設立",
    ),
    (
        "pays?|paid|funds?|funded|financ(?:e|es|ed)|sponsor(?:s|ed)?|support(?:s|ed)?|covers?",
        "paid|funded|financed|sponsored|supported|covered|awarded",
        "出资|资助|支付|承担|赞助|拨款|出錢|出钱|資助|負擔|负担",
    ),
    (
        "organi[sz](?:e|es|ed)|host(?:s|ed)?|runs?|ran|h[oe]lds?|conven(?:e|es|ed)",
        "organi[sz]ed|hosted|run|held|convened",
        "主办|承办|举办|组织|主辦|承辦|舉辦|召开",
    ),
    (
        "wr[io]tes?|written|author(?:s|ed)?|draft(?:s|ed)?|prepar(?:e|es|ed)|compil(?:e|es|ed)|edit(?:s|ed)?",
        "written|authored|drafted|prepared|compiled|edited",
        "编写|撰写|起草|写|编制|主编|編寫|撰寫|寫",
    ),
    ("publish(?:es|ed)?|issu(?:e|es|ed)|releas(?:e|es|ed)", "published|issued|released", "发布|出版|印发|發布"),
)
"""Acts that a question asks who did: its verbs, their participles, and the Chinese of both."""

_WHO = Pattern(r"\bwho\b([^?？]*)|(?:谁|誰|哪[个家些]?(?:机构|单位|公司|组织))([^，。？?]{1,12})")


@lru_cache(maxsize=64)
def _done_by(question: str) -> AnswerForm | None:
    """The form of who did what is asked: "built by", or a name before the verb."""
    asks = _WHO.search(question)
    if asks is None:
        return None
    for verbs, participles, chinese in _ACTS:
        if re.search(
            rf"^\W*(?:(?:has|have|is|are|was|were|had|first|originally) )*(?:{verbs})\b", asks[1] or "", re.IGNORECASE
        ):
            name = r"[A-Z][\w&.-]+(?:,? (?:and |of |the |for )?[A-Z][\w&.-]+)*"
            form = Pattern(
                rf"(?i:\b(?:{participles})\b(?: \w+){{0,3}}? by\b)|"
                rf"{name}(?: also| first| jointly)? (?:(?:has|have) )?(?:{participles})\b",
                re.NOFLAG,
            )
            return AnswerForm("done by", asks[0], form, names_form=False, demanded=False)
        if asks[2] and re.search(chinese, asks[2]):
            form = Pattern(rf"(?:由|受)[^，。；]{{1,40}}(?:{chinese})|(?:{chinese})(?:单位|單位|方|者|机构|人)")
            return AnswerForm("done by", asks[0], form, names_form=False, demanded=False)
    return None


_NAMED = frozenset(("duration", "share", "times", "language"))
_MEASURED = Pattern(r"(?:几|多少)([个個名位项項份篇种種家座栋场場部本门門条條批支台张張件处處间層层卷颗架辆艘所])")


_KINDS = {
    "大学": "大学|学院|大學|學院",
    "高校": "大学|学院|大學|學院",
    "学院": "学院|學院",
    "研究所": "研究所|研究院",
    "研究院": "研究院|研究所",
    "医院": "医院|醫院",
    "银行": "银行|銀行",
    "基金会": "基金会|基金會",
    "城市": "市",
    "省": "省|自治区",
    "部": "部",
    "部委": "部|委员会|总局",
}
"""What names of a kind end in, for kinds whose names print it: 华为 is a company and does not say so."""
_WHICH_KIND = Pattern(rf"哪[一几些]?[所家个座]?({'|'.join(sorted(_KINDS, key=len, reverse=True))})")
_NO_NAME = "城这该各本所些多哪的个家及与和高等全内外何某座"
"""What stands before a kind that is not the end of a name."""


def _first_of(forms: tuple[tuple[str, Pattern, Pattern, bool], ...], question: str) -> AnswerForm | None:
    for name, asks, pattern, demanded in forms:
        match = asks.search(question)
        if match:
            return AnswerForm(name, match[0], pattern, name in _NAMED, demanded)
    return None


@lru_cache(maxsize=256)
def form_asked_for(question: str) -> AnswerForm | None:
    """The form that an answer has to have; None where the question asks for none."""
    form = _first_of(_FORMS, question)
    if form is not None:
        return form
    measured = _MEASURED.search(question)
    if measured:
        counts = Pattern(rf"(?<!第){_FIGURE_ZH}{_MANY_ZH}[{measured[1]}]")
        return AnswerForm("measured", measured[0], counts, names_form=False, demanded=False)
    return _done_by(question)


@lru_cache(maxsize=256)
def form_preferred(question: str, wants: str) -> AnswerForm | None:
    """The form that a sentence is preferred for: also one that no answer has to have, such as a Yes."""
    form = _first_of(_FORMS, question)
    if form is not None:
        return form
    kind = _WHICH_KIND.search(question)
    if kind and wants in ("", "name", "place"):
        named = Pattern(rf"[\u4e00-\u9fff]{{2}}(?<![{_NO_NAME}])(?:{_KINDS[kind[1]]})")
        return AnswerForm("of a kind", kind[0], named, names_form=False, demanded=False)
    form = _first_of(_PLAIN_FORMS, question)
    if form is not None:
        return form if wants in _BESIDE[form.kind] else None
    return form_asked_for(question)
