"""Words too common to search for. English ones stand in lower case, Chinese ones in simplified characters."""

ENGLISH = frozenset(
    """a about above after again against all also although am among an and any apart are as aside at be because been
    before being below besides between both but by can could did do does doing down during each either else etc
    except few for from further had has have having he her here hers herself him himself his how however i if in
    into is it its itself just may me might more most much must my myself no nor not of off on once only or other
    others our ours ourselves out over own per same shall she should so some such than that the their theirs them
    themselves then there these they this those through thus to too under until up upon us very via was we were what
    when where whether which while who whom whose why will with within without would yet you your yours
    yourself""".split()
)

CHINESE = frozenset(
    """第 的 了 是 在 和 与 及 及其 以及 或 或者 也 都 就 而 而且 并 并且 对 对于 从 向 往 由 被 把 将 给 让
    使 为 为了 于 以 按 按照 等 等等 之 其 其中 这 这个 这些 那 那个 那些 此 该 各 每 某 个 们 我 我们 你
    你们 他 他们 她 它 它们 自己 又 还 还有 再 更 最 很 太 已 已经 曾 曾经 正在 着 过 地 得 吗 呢 吧 啊 呀
    嘛 什么 哪 哪个 哪些 哪里 哪儿 哪家 谁 多少 几 几个 怎么 怎样 如何 为什么 为何 何 何时 是否 有没有 有
    没有 没 不 可以 可 能 能够 会 要 应 应该 所 所有 所以 因为 因此 但 但是 如果 虽然 关于 有关 通过 根据
    进行 年 月 日 一 一个 一些 一种 种 中 里 上 下 前 后 时 时候 请问 请 是什么 有哪些 名 位 项 次 届 份 篇
    本 条 家 方面 以来""".split()
)

# Words that ask rather than name: dropped from a question as long as something else is left of it.
ENGLISH_ASKING = frozenset(
    """tell show give list find know want need please explain describe say said says mean means meant called name names
    named kind kinds type types sort mention mentions mentioned many ever exactly there's what's who's let happen
    happened anybody anyone anything anywhere somebody someone something somewhere everybody everyone everything nobody
    nothing according able possible allowed wonder wondering please actually really maybe perhaps whats hows wheres whos
    what’s who’s how's how’s where's where’s i'm i’m we're we’re i'd i’d can't can’t don't don’t""".split()
)
ASKING = "什么"
"""What stands for any word that asks."""
CHINESE_ASKING = frozenset(
    """什么 介绍 告诉 说明 知道 想 列出 叫 叫做 名称 名字 提到 提及 具体 情况 主要 大约 大概 请 帮 帮忙 看看 查 查询
    相关 哪一年 哪年 几年 哪个 哪一个 一共 总共 共 全部 分别 哪几个 如何 怎么样 作为 两个 三个 目前 现在
    啥 啥时候 咋 咋样 咋办 怎样 怎么办 能不能 可不可以 可否 能否 是不是 要不要 会不会
    想问 一下 麻烦 那么 东西 哪所 哪座 几座 几所 干嘛 干吗 干啥 干什么 做什么 做啥""".split()
)

# Verbs and nouns that say little by themselves: they help to tell passages apart, but are not what is asked about.
ENGLISH_LIGHT = frozenset(
    """take takes took taken taking part hold holds held holding run runs ran running get gets got getting make makes
    made making use uses used using go goes went come comes came coming put puts do done become became keep kept
    bring brought set sets exist exists existed existing begin began begins start started starts work works worked
    working include includes included including deal deals people person persons thing things way ways place places
    case number total amount time times year years day days new many several various certain present last
    next current currently main important big large small long good best high highest since ago now today still
    well together help helps helped serve serves served play plays role happen sent send sends belong belongs
    relate related concern concerning regard regarding contain contains single back end away already completely always
    never side ones whole even quite whatever instance period try tries tried stand stands stood whether late later
    soon far near latest newest recent recently""".split()
)
CHINESE_LIGHT = frozenset(
    """来自 举行 举办 开展 参加 参与 进行 提供 成为 包括 涉及 属于 负责 做 开始 作出 提出 出 来 去 到 多 大
    小 新 人 人数 数量 总数 方式 内容 问题 时间 地点 地方 工作 活动 重要 同 与 一起 共同 过去 期间 当时 今年
    去年 最近 最高 最大 多个 一次 当 办 开 讲 派 签 帮 帮忙 叫 给 算 拿 搞 干 谈 说 问 写 带 送 些 大多
    想 打算 一年 每年 每月 每天 每次 每个月 跟 进 走 提
    靠 之内 以内 大家 点 回来 收 发 打 拿到 提到
    最终 到底 究竟 今天 今日 昨天 明天 万 亿 一般 通常 左右 以上 最新 近期""".split()
)

# What asks for a name written out or for its letters, beside the name itself.
DEFINING = frozenset(
    """full letters letter stand stands stood abbreviation abbreviated acronym spelled spelt definition meaning form
    long short 全称 全名 缩写 简称 全稱 縮寫 簡稱 含义 含義 定义 定義 意思 字母 英文""".split()
)
