"""What kind of thing answers: a question in, its answer type out, empty where its form tells none.

A ranking by words finds what a passage is about; a person who asks "how many" wants the sentence with the number.
The types are told by the question's form alone, in both languages; so is what is to be counted.

Why one type and not several? "When was the latest report published" asks for a time; that it is the latest says which
one. The first of `_FORMS` that fits decides, so what is asked stands before what only says which.
"""

from __future__ import annotations

from typing import Literal

from index.text.patterns import Pattern

AnswerType = Literal[
    "",
    "number",  # how many, how large, 多少, 几座
    "founding",  # since when something exists: when was X set up, X是哪年成立的
    "upcoming",  # what is still to come: when is the next workshop, 下一期
    "time",  # when, 啥时候
    "country",  # which countries
    "leader",  # who leads X, 院长是谁
    "relation",  # what two things have to do with each other
    "contact",  # mail, telephone, site: how to reach X, 怎么联系
    "place",  # where X is, 在哪儿
    "name",  # who, which university, 哪所
    "newest",  # what is new, the latest, 最新
    "definition",  # what X is, stands for, does
]

_LED = (
    r"(?:director|president|chair(?:man|woman|person)?|head|leader|boss|dean|rector|chief|ceo|minister|secretary|"
    r"manager|coordinator|principal|editor)s?(?:[ -](?:general|in[ -]chief|executive|of staff))?"
)
_LED_ZH = (
    "院长|所长|主任|校长|会长|部长|省长|市长|县长|州长|区长|总理|厅长|处长|主席|主编|理事长|秘书长|局长|司长|"
    "书记|总裁|总干事|负责人|领导人?|主管|一把手|带头人|掌门人|头儿|"
    "牵头人|首席专家"
)
_LEADS_ZH = "领导|负责|管理|主持|掌管|带领|牵头|管|带"
_SET_UP = (
    r"(?:found(?:ed)?|establish(?:ed|ment)?|set up|created?|formed?|incorporated|born|come into (?:being|existence))"
)
_SET_UP_ZH = "成立|创立|创办|创建|建立|设立|建成|组建|开办|诞生|创刊|建院|建所|建校"
_WHEN = r"(?:when|since when|(?:in |since )?(?:what|wh?ich) year|how long ago)"
_WHEN_ZH = "何时|几时|啥时候|啥时|什么时候|什么时间|啥时间|哪一?年|几几年|几年|何年|哪个?月"
_MEASURES = "个名位项次届份篇种家期天人所成座栋场部本门条类轮批支台只张件处间层段句页卷倍颗架辆"
_ORGANISATIONS = (
    "大学|高校|院校|学校|机构|组织|单位|城市|企业|公司|专家|部门|人|地方|省|"
    "研究所|研究院|实验室|期刊|杂志|协会|学会|基金会"
)

_FORMS: tuple[tuple[AnswerType, str, str], ...] = (
    (
        "founding",
        rf"\b{_WHEN}\b[^?？]{{0,300}}\b{_SET_UP}\b|"
        rf"\bhow (?:old|long)\b[^?？]{{0,300}}\b(?:existed?|around)\b|^\s*how old (?:is|are)\b|"
        r"\b(?:year|date|time) (?:of|when)\b[^?？]{0,300}\b(?:foundation|founding|establishment|founded|established)\b|"
        r"\b(?:founding|foundation) (?:year|date)\b",
        rf"(?:{_WHEN_ZH})[^，。；]{{0,60}}(?:{_SET_UP_ZH})|(?:{_SET_UP_ZH})[于在的了]*(?:{_WHEN_ZH}|多久|多少年|时间|"
        rf"年份|日期)",
    ),
    (
        "number",
        r"\bhow (?:many|much|large|big|long|old|often|far|high|tall|deep|wide|fast)\b|"
        r"\b(?:number|percentage|proportion|share|rate|amount) of\b|"
        r"\bwhat (?:percentage|proportion|share|number|amount)\b|"
        r"\bwhat (?:is|was) the (?:total|size|budget|cost|price|attendance|turnout|enrol?ment)\b",
        rf"(?<!电话)(?<!电话是)(?<!号码)(?<!号码是)(?<!传真是)(?<!邮编是)多少|几[{_MEASURES}]|"
        "占.{0,12}(?:比|比例|比重)|比例是|多[大长久高远深重宽快]|人数|数量",
    ),
    (
        "upcoming",
        r"\b(?:when|what|whats|wh?ich|is there|are there|will there|any|dates?|until|how long|how soon)\b[^?？]{0,300}"
        r"\b(?:next|upcoming|coming) (?:\w+ ){0,3}(?:workshop|course|training|call|session|edition|round|cohort|"
        r"meeting|conference|event|intake|deadline|seminar|programme|program|school|lecture|one|issue)s?\b|"
        r"\bwhen\b[^?？]{0,300}\b(?:next|coming|again|upcoming)\b",
        "下一?(?:期|届|次|批|轮|场|个班)|即将(?:举办|举行|开始|召开)",
    ),
    (
        "time",
        r"\bwhen\b|\b(?:what|wh?ich) (?:year|date|month|day|time)\b|\bsince when\b|"
        r"\bwhat (?:is|are|was|were) the (?:\w+ )?(?:dates?|deadlines?|schedule|timetable|opening hours)\b",
        rf"{_WHEN_ZH}|哪一?[天日]|几月|几号|年份|日期",
    ),
    (
        "country",
        r"\b(?:what|wh?ich)(?: (?!do\b|does\b|did\b)\w+){0,2} (?:countr(?:y|ies)|nations?)\b",
        "哪[个些一几]*国家?|什么国家|哪些地区",
    ),
    ("", r"\bwh?(?:at|ich) (?:kind|sort|type)s? of\b", ""),
    (
        "leader",
        r"\bwho(?:m|se)?\b (?:(?:is it that|currently|now|actually) )*(?:leads?|led|heads?|headed|directs?|"
        r"directed|chairs?|chaired|runs?|ran|manages?|managed|presides?|supervises?|oversees?)\b|"
        r"\bwho(?:'s|’s| is| are| was| were)?\b[^?？]{0,300}\b(?:in charge|at the head|at the top|responsible for)\b|"
        rf"\bwho(?:'s|’s| is| are| was| were)(?: \w+){{0,3}}? {_LED}\b(?! (?:found|creat|initiat))|"
        rf"\b(?:what is the |what's the )?names? of (?:the |its |their )?(?:\w+ )?{_LED}\b|"
        rf"^\s*(?:the |current )*{_LED} of [^?？]+[?？]?$",
        rf"(?:{_LED_ZH})[^，。；]{{0,4}}?(?:是|叫|姓)?(?:谁|哪[一]?[位个]|什么名字|什么人|何人)|"
        rf"(?:谁|哪[一]?[位个]人?)[^，。；]{{0,12}}(?:{_LED_ZH})|(?:谁|归谁|哪[一]?位)来?(?:{_LEADS_ZH})",
    ),
    (
        "relation",
        r"\b(?:relations?|relationships?|differences?|connections?|links?|distinctions?) between\b|"
        r"\bhow (?:is|are|was|were|do|does|did)\b[^?？]{0,300}\b(?:related|relate|connected|linked|differ|different)\b|"
        r"\bhave to do with\b|\bthe same as\b",
        "(?:和|与|跟|同|、).{1,24}?(?:什么关系|啥关系|何关系|的关系|(?:什么|啥|何|的)(?:区别|不同|联系|差别)|是一回事)",
    ),
    (
        "contact",
        r"\b(?:what(?:'s|’s| is| are)?|is there|do(?:es)?|give|send|have|which|your|their|its|the)\b[^?？]{0,300}"
        r"\b(?:e-?mail|(?:tele)?phone|fax|web ?site|home ?page|wechat|whatsapp)\b|"
        r"\bcontact (?:details?|info\w*|person|address)\b|"
        r"\b(?:how|where|whom?)\b[^?？]{0,300}"
        r"\b(?:contact|reach (?:you|them|us|the|out)|get in touch|write to|get hold of)\b|"
        r"\bget in touch\b|^\s*(?:contacts?|e-?mail|phone|telephone|web ?site)\b[^?？]{0,40}[?？]?$",
        "网址|网站是|官网|主页|邮箱|电邮|电话|传真|微信号|公众号|联系方式|联系人|联系电话|"
        "(?:怎么|怎样|如何|咋|想|找谁|跟谁|和谁|与谁)(?:才能)?(?:跟|和|与|去)?.{0,10}联系",
    ),
    (
        "place",
        r"\bwhere\b(?![^?？]{0,300}\bfrom\b)|"
        r"\b(?:postal|street|mailing) address\b|\baddress (?:of|is)\b|\baddress[?？]?\s*$|"
        r"\b(?:what|wh?ich) (?:city|town|street|place|location|building|campus)\b|\blocation of\b",
        "在哪(?!个国|[些几二两三四五六七八九])|位于哪|什么地方|啥地方|何处|何地|哪[个座]城市|地址|位置|坐落",
    ),
    (
        "name",
        r"\bwho(?:se|m)?\b(?! are (?:you|they|we)\b)|\bwhere\b|"
        r"\b(?:what|wh?ich)(?: \w+){0,2} (?:universit|organi|institut|compan|"
        r"partner|cit|laborator|journal|person|lecturer|teacher|speaker|people|think tank|agenc|ministr|bod|firm|"
        r"enterprise|expert|place|town|province)\w*",
        rf"谁|哪[个些几一两位家所座]*(?:{_ORGANISATIONS})|哪几?[位家所座]|哪里|哪儿|何人|啥人|什么人",
    ),
    (
        "newest",
        r"\bwhat(?:'s|’s| is| are)(?: the)? new\b|\b(?:latest|newest|most recent)\b|\b(?:any|recent) news\b",
        "最新|新消息|新闻|有什么新|有啥新|最近有",
    ),
    (
        "definition",
        r"^\s*what(?:'s|’s|s| is| are| was| were| does| do) (?:the |an? )?[\w&./-]{2,30}(?: [\w&./-]+){0,2}"
        r"(?: mean| stand for| do)?\s*[?？]*(?:\s*(?:and )?what (?:do(?:es)?|is|are) (?:they|it|you|"
        r"that) ?(?:do|about|for)?)?"
        r"\s*[?？]*\s*$|"
        r"^\s*what(?:'s|’s|s| is| are) (?:the |an? )?[\w&./ -]{2,40} according to\b|"
        r"^\s*what do(?:es)? [\w&./ -]{2,60} (?:do|mean|stand for)\s*[?？]*\s*$|"
        r"\b(?:full name|stands? for|short for|abbreviation|definition of|meaning of)\b|"
        r"^\s*who (?:are|is) (?:you|we|they)\b|^\s*what (?:do|are) you\b",
        "^(?:什么|啥)(?:是|叫)|"
        "^[^的，, ]{1,12}(?:是|叫)(?:一个|一家|一种|个|指)?"
        "(?:什么|啥|干什么的|干啥的|干嘛的|做什么的|做啥的|怎样的|怎么样的)(?:样的)?"
        "(?:意思|机构|单位|组织|部门|东西|项目|平台|公司|机制|概念|网络|地方)?[呀啊呢]?[?？]?\\s*$|"
        "全称|缩写|简称|的含义|的定义|(?:怎么|如何|怎样|怎麼)(?:定义|界定|理解|解释)|定义是什么",
    ),
)
"""Each type with its form in English and in Chinese, empty where there is none."""
_PATTERNS = tuple((kind, Pattern(english), Pattern(chinese or "(?!)")) for kind, english, chinese in _FORMS)

_COUNTED = Pattern(
    r"^(?:and )?how (?:many|much) (?:\w+ )?(\w+) (?:do|does|did|has|have|had|is|was|are|were|will|can) |"
    r"^(?:and )?how (?:many|much) [\w-]*[^s\s] (?!overseas|nowadays|besides|always)(\w+[^su]s)[?？. ]*$|"
    r"^(?:and )?how (?:many|much) (?!\w+ed |left |spoke |wrote |won |lost )(\w+) |"
    r"多少[个個名位項项次届屆份篇种種家部本元人场場条條]?([\u4e00-\u9fff]+?)[？?]?$"
)


def answer_type_of(question: str) -> AnswerType:
    """What kind of thing answers the question (Chinese in Simplified characters)."""
    english = any("a" <= character <= "z" for character in question.lower())
    chinese = not question.isascii()
    for kind, in_english, in_chinese in _PATTERNS:
        if (english and in_english.search(question)) or (chinese and in_chinese.search(question)):
            return kind
    return ""


def counted(question: str) -> str:
    """The word for what is to be counted, "followers" of "How many followers does it have?"; empty where nothing is.

    As the question has it, in lower case.
    """
    match = _COUNTED.search(question)
    return (match[match.lastindex or 0] if match else "").lower()
