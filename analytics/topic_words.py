"""Words that hold sentences together and name no topic."""

# Characters that no Chinese term of a topic begins or ends with: pronouns, particles, copulas,
# adverbs of degree, measure words.
CHINESE_EDGES = frozenset(
    "的了是我你他她它们这那就也都很还在有和与或把被让给对从到去来上下个只才又再不没别吗呢吧啊呀哦嘛哈啦"
    "着过得地之其此每些什么怎样多太真最更挺好像可以能会要想说看一二两三几次点儿为因所但而且如果虽然然后已经"
)

# Phrases that say something else than their parts (差不多 is "much the same", and nothing of 差):
# no term is cut from them, nor across them.
CHINESE_PHRASES = (
    "差不多", "差一点", "差点儿", "差点", "好不容易", "不好意思", "好多", "好久", "好几", "大不了",
    "了不起", "对不起", "没关系", "没问题", "不得不",
)  # fmt: skip

ENGLISH_STOP = frozenset(
    """
    a about after again all also am an and any are aren't as at be because been before being both
    but by can can't could couldn't did didn't do does doesn't doing don't done down each even
    ever few for from get gets got had has have he her here hers him his how i'd i'll i'm i've if
    in into is isn't it it's its just many may me might mine more most much must my no nor not now
    of off on one only onto or other our ours out over own really same shall she should since so
    some still such than that that's the their them then there there's these they they're this
    those though through to too two under up us use used using very was wasn't way we we're we've
    well were what when where which while who whom why will with won't would wouldn't yes you
    you're your
    """.split()  # noqa: SIM905 - a list of words is read as words
)
