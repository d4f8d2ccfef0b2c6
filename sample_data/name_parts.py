"""Parts that invented names are put together from: the written form and, for Chinese, pinyin."""


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    """Read ``written:pinyin`` words."""
    return tuple((word.split(":")[0], word.split(":")[1]) for word in text.split())


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURNAMES_ZH = _pairs(
    "王:wang 李:li 张:zhang 刘:liu 陈:chen 杨:yang 赵:zhao 黄:huang 周:zhou 吴:wu 徐:xu 孙:sun "
    "胡:hu 朱:zhu 高:gao 林:lin 何:he 郭:guo 马:ma 罗:luo 梁:liang 宋:song 郑:zheng 谢:xie "
    "韩:han 唐:tang 冯:feng 于:yu 董:dong 萧:xiao 程:cheng 曹:cao 袁:yuan 邓:deng 许:xu 傅:fu "
    "沈:shen 曾:zeng 彭:peng 吕:lv 苏:su 卢:lu 蒋:jiang 蔡:cai 贾:jia 丁:ding 魏:wei 薛:xue"
)
GIVEN_ZH_MALE = _pairs(
    "伟:wei 强:qiang 磊:lei 军:jun 洋:yang 勇:yong 杰:jie 涛:tao 明:ming 超:chao 刚:gang 平:ping "
    "辉:hui 鹏:peng 飞:fei 宇:yu 浩:hao 凯:kai 健:jian 俊:jun 帆:fan 志:zhi 建:jian 文:wen 博:bo "
    "晨:chen 航:hang 哲:zhe 睿:rui 轩:xuan 然:ran 泽:ze 成:cheng 林:lin 东:dong 海:hai"
)
GIVEN_ZH_FEMALE = _pairs(
    "芳:fang 娜:na 敏:min 静:jing 丽:li 艳:yan 娟:juan 霞:xia 燕:yan 玲:ling 桂:gui 丹:dan 萍:ping "
    "红:hong 玉:yu 梅:mei 琳:lin 雪:xue 倩:qian 婷:ting 慧:hui 颖:ying 佳:jia 欣:xin 怡:yi 悦:yue "
    "涵:han 诗:shi 梦:meng 雨:yu 晓:xiao 思:si 子:zi 若:ruo 一:yi 嘉:jia"
)
# Names abroad, by where they are usual; the first group serves every other country.
SURNAMES_ABROAD = (
    _words(
        "Ashford Bennett Calloway Dalton Ellery Fairbank Garrick Holloway Ingram Jarvis Kendrick "
        "Langford Merritt Norwood Oakley Prescott Quimby Radcliffe Sheridan Thackery Underhill "
        "Vance Whitlock Yardley Novak Marchetti Duval Okafor Petrov Larsen Byrne Gallagher"
    ),
    _words(
        "Becker Fischer Hoffmann Keller Lindner Richter Brandt Vogel Kraus Seidel Winkler Lorenz "
        "Albrecht Pohl Engel Huber"
    ),
    _words("Tan Lim Goh Lee Ng Koh Chua Teo Ong Yeo Wong Chan Low Sim Rahman Pillai Nair Menon"),
    _words(
        "Tanaka Mori Hayashi Kimura Fujita Sato Suzuki Watanabe Ito Yamamoto Nakamura Kobayashi "
        "Yoshida Inoue Shimizu Ogawa"
    ),
)
GIVEN_ABROAD_MALE = (
    _words(
        "Adrian Benedict Callum Dominic Edwin Felix Gareth Harvey Isaac Julian Kenneth Leon "
        "Malcolm Nathan Oscar Philip Quentin Rupert Tobias Victor Wesley"
    ),
    _words("Jonas Lukas Stefan Matthias Florian Sebastian Moritz Henrik Torsten Emil Anton Konrad"),
    _words("Wei Jun Boon Kian Ethan Ryan Marcus Darren Alvin Desmond Terence Arjun Farid Benjamin"),
    _words("Kenji Hiroshi Takeshi Daisuke Kenta Ryo Shota Haruto Yuto Naoki Makoto Satoshi"),
)
GIVEN_ABROAD_FEMALE = (
    _words(
        "Amelia Beatrice Clara Daphne Eleanor Fiona Greta Harriet Imogen Jocelyn Lydia Marion "
        "Nadia Odette Priscilla Rosalind Sylvia Tessa Ursula Vivian Winifred"
    ),
    _words("Katrin Helena Anneke Sabine Johanna Frieda Lena Miriam Ulrike Charlotte Paula Marlene"),
    _words("Mei Hui Xin Siew Li Rachel Grace Joanne Michelle Priya Aisyah Cheryl Vanessa Elaine"),
    _words("Yuki Akiko Naomi Haruka Misaki Sakura Aya Keiko Emi Rina Mayumi Hana"),
)
STEMS_ZH = _pairs(
    "云:yun 岭:ling 蓝:lan 湖:hu 青:qing 禾:he 远:yuan 帆:fan 星:xing 野:ye 松:song 石:shi "
    "晨:chen 曦:xi 海:hai 棠:tang 南:nan 溪:xi 北:bei 辰:chen 木:mu 槿:jin 白:bai 桦:hua 知:zhi "
    "微:wei 拾:shi 光:guang 和:he 润:run 宏:hong 图:tu 锦:jin 程:cheng"
)
STEMS_EN = _words(
    "Alder Birch Cedar Drift Ember Fern Glen Harbor Iron Juniper Kestrel Linden Maple North "
    "Orchard Pine Quarry River Slate Timber Upland Vale Willow Yarrow Amber Beacon Copper "
    "Dune"
)
ENDINGS_EN = _words(
    "bridge brook crest dale field ford gate grove haven hill mark point ridge stone ton wick"
)
INDUSTRIES = (
    "Technology", "Hospitality", "Education", "Retail", "Manufacturing", "Healthcare", "Finance",
    "Logistics",
)  # fmt: skip
INDUSTRIES_ZH = ("科技", "酒店管理", "教育", "商贸", "制造", "医疗", "投资", "物流")
INDUSTRIES_EN = (
    "Systems", "Hotels", "Academy", "Trading", "Works", "Clinics", "Capital", "Logistics",
)  # fmt: skip
# By country, China first, which has its own.
SUFFIXES_ABROAD = ("Co", "Inc", "Ltd", "GmbH", "Pte Ltd", "KK", "Pty Ltd")
# The group of names of each country.
NAMES_OF_COUNTRY = (0, 0, 0, 1, 2, 3, 0)
