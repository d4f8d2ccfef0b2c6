"""Personal data hidden in quotes: e-mail and postal addresses, phones, numbers of papers and cards.

Rather too much than too little: any run of nine or more digits is hidden, whatever it may be.
Names are hidden where they are given, and where a title or an introduction says that one follows or
went before; nobody can be told from a word by its look.
"""

import re
from collections.abc import Hashable, Iterable
from typing import TypeVar

MASK = "***"
_Key = TypeVar("_Key", bound=Hashable)
_HAN = "\u3400-\u9fff"
_IN_HAN = re.compile(f"[{_HAN}\u3040-\u30ff\uac00-\ud7af]")  # written without spaces
_LATIN = "0-9A-Za-z_\u00c0-\u024f"
# Chinese before an address runs on without a space: no more of it than a name has is hidden.
_EMAIL = re.compile(
    rf"(?:[{_LATIN}.+-]+[{_HAN}]{{0,4}}|[{_HAN}]{{1,4}})\s?[@\uff20]\s?"
    rf"(?:[{_LATIN}-]+|[{_HAN}]+)(?:\.[{_LATIN}-]+)+"
)
_NATIONAL_ID = re.compile(r"(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d{14}[Xx\d](?!\d)")
_SOCIAL = re.compile(r"(?<!\d)\d{3}-\d{2}-\d{4}(?!\d)")
# Digits with single signs between them: +86 138-0013-8000, (020) 8888 6666, 4111 1111 1111 1111.
# Chinese writes on without a space: only Latin letters and digits tell that it is part of a word.
_NUMBER = re.compile(
    r"(?<![A-Za-z_\d])(?<!\d[.,])(?:\+\s?|00)?\(?\d(?:[\s().\-\u2010-\u2014]{0,2}\d){6,18}"
    r"(?:\s?[Xx])?\)?(?![A-Za-z_\d]|\s?[元块])"
)
_IN_WORDS = re.compile(r"\d{9,}")
_DIGIT = "零〇一二三四五六七八九幺"
_SPELT = re.compile(rf"[{_DIGIT}](?:[\s\-]?[{_DIGIT}]){{6,}}")
# Signs without a width, put between letters or digits.
_UNSEEN = re.compile(
    rf"(?<=[{_LATIN}{_HAN}@.+-])[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]+(?=[{_LATIN}{_HAN}@.+-])"
)
_WORD = r"[A-Z][a-z'\u2019]+"
# Numbers behind letters (orders, passports), plates of cars, accounts that are called so.
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{1,4}[-_]?\d{5,}(?![A-Za-z0-9])", re.ASCII)
_PLATE = re.compile(rf"[{_HAN}][A-Z][\u00b7.\s]?(?=[A-Z0-9]*\d)[A-Z0-9]{{5,6}}(?![A-Za-z0-9])")
_ACCOUNT = re.compile(
    r"((?:wechat|weixin|whatsapp|telegram|line id|qq|微信号?|加我微信)"
    r"(?:\s*(?:id|no\.?|number|is|号|是))?\s*[:\uff1a]?\s*)"
    r"(?=[\w-]*\d|[\w-]*_)[A-Za-z0-9][\w-]{3,}",
    re.ASCII | re.IGNORECASE,
)
# 人民路 88 号 3 栋 501 室; 12 Baker Street; P.O. Box 12. What is before a road is not known to end.
_CHINESE_ADDRESS = re.compile(
    rf"[{_HAN}]{{0,4}}[路街道巷弄村苑]\s?\d+\s?"
    r"(?:[号弄栋幢楼层室单元座\-]\s?\d*\s?)+"
)
_ROOM = re.compile(r"\d+\s?[号栋幢座]\s?(?:楼\s?)?(?:\d+\s?单元\s?)?\d+\s?[室户]?")
_STREET = re.compile(
    rf"\d{{1,5}}[A-Za-z]?,?\s(?:{_WORD}\.?\s){{1,4}}"
    r"(?:Street|St|Road|Rd|Avenue|Ave|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Close|Square|Place"
    r"|Terrace)\b\.?"
)
_BOX = re.compile(r"\bP\.?\s?O\.?\sBox\s\d+", re.IGNORECASE)
_TITLED = re.compile(rf"\b(Mr|Mrs|Ms|Miss|Dr|Prof)(\.?\s){_WORD}(?:\s{_WORD})?")
_INTRODUCED = re.compile(
    rf"\b((?:[Mm]y name is|[Tt]his is|[Rr]egards,|[Ss]igned,)\s){_WORD}(?:\s{_WORD})?"
)
_SIGNED = re.compile(
    r"((?:[Rr]egards|[Ss]igned|[Ss]incerely|[Yy]ours|[Cc]heers|[Tt]hanks|[Tt]hank you)[,.!]?[ \t]*"
    r"\n\s*)[A-Z][\w'\u2019.-]*(?:[ \t]+[A-Z][\w'\u2019.-]*){0,2}"
)
_SURNAME = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡"
    "郭何林高罗郑梁谢宋唐许韩冯邓曹"
    "彭曾肖田董潘袁蔡蒋余于杜叶程魏"
    "苏吕丁任卢姚沈钟姜崔谭陆范汪廖"
)
_LONG_SURNAME = (
    "欧阳|上官|司马|诸葛|皇甫|尉迟|公孙|慕容|令狐|司徒|夏侯|南宫|东方|西门|端木|申屠|长孙|宇文"
)
_CHINESE_TITLED = re.compile(
    rf"(?:{_LONG_SURNAME}|[{_SURNAME}])[{_HAN}]{{0,2}}?(?=先生|女士|小姐|太太|老师"
    r"|师傅|经理)"
)
_CHINESE_INTRODUCED = re.compile(
    rf"((?:我叫|我是|名字叫|姓名[:\uff1a]?)\s?)"
    rf"(?:(?:{_LONG_SURNAME})[{_HAN}]{{1,2}}|[{_SURNAME}][{_HAN}]{{1,2}}(?![{_HAN}]))"
)
_DATE = re.compile(r"(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}(?:\s\d{1,2})?")
_SHORTEST_NAME = 2


def masked(text: str, names: Iterable[str] = ()) -> str:
    """Return a text with personal data replaced by ``***``.

    Parameters
    ----------
    text : str
        A quote.
    names : iterable of str
        Names to hide too, longest first where one holds another; whole words where they are in
        Latin letters.

    Examples
    --------
    >>> masked("Call +86 138 0013 8000 or write li.wei@example.cn, order 4711 of 2025-03-01")
    'Call *** or write ***, order 4711 of 2025-03-01'
    """
    hidden = _EMAIL.sub(MASK, _UNSEEN.sub("", text))
    for pattern in (_NATIONAL_ID, _SOCIAL):
        hidden = pattern.sub(MASK, hidden)
    for pattern in (_CHINESE_ADDRESS, _ROOM, _STREET, _BOX, _PLATE):
        hidden = pattern.sub(MASK, hidden)
    hidden = _ACCOUNT.sub(rf"\1{MASK}", hidden)
    hidden = _NUMBER.sub(_unless_date, hidden)
    for pattern in (_IN_WORDS, _SPELT, _CODE, _CHINESE_TITLED):
        hidden = pattern.sub(MASK, hidden)
    hidden = _TITLED.sub(rf"\1\2{MASK}", hidden)
    for pattern in (_INTRODUCED, _SIGNED, _CHINESE_INTRODUCED):
        hidden = pattern.sub(rf"\1{MASK}", hidden)
    for name in sorted({n.strip() for n in names}, key=len, reverse=True):
        if len(name) >= _SHORTEST_NAME:
            edge = "" if _IN_HAN.search(name) else r"\b"
            hidden = re.sub(f"{edge}{re.escape(name)}{edge}", MASK, hidden, flags=re.IGNORECASE)
    return hidden


def _unless_date(found: re.Match[str]) -> str:
    return found.group() if _DATE.fullmatch(found.group()) else MASK


def name_parts(name: str) -> list[str]:
    """Return a person's name and its parts: who signs with a first name is known by it, too.

    Examples
    --------
    >>> name_parts("Ann Marie O'Neil")
    ["Ann Marie O'Neil", 'Ann', 'Marie', "O'Neil"]
    >>> name_parts("José García")
    ['José García', 'José', 'García']
    >>> name_parts("王小明")
    ['王小明', '小明']
    """
    whole = name.strip()
    if not _IN_HAN.search(whole):
        return [whole, *(part for part in whole.split() if len(part) > _SHORTEST_NAME)]
    given = whole[1:] if len(whole) == _SHORTEST_NAME + 1 else ""
    return [whole, *([given] if given else [])]


def names_by_key(known: Iterable[tuple[_Key, str, bool]]) -> dict[_Key, list[str]]:
    """Return what to hide in texts of each key: its names, and the parts of a person's.

    Parameters
    ----------
    known : iterable of (key, name, bool)
        Whose name, the name, and whether it is a person's.
    """
    found: dict[_Key, list[str]] = {}
    for key, name, is_person in known:
        found.setdefault(key, []).extend(name_parts(name) if is_person else [name])
    return found
