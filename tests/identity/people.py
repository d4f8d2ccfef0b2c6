"""People made up for tests, with duplicates that are known: names, typos, holes, swapped words."""

import numpy as np
import pandas as pd

_GIVEN_WORDS = (
    "james mary robert patricia john jennifer michael linda david elizabeth william barbara anna "
    "richard susan joseph jessica thomas sarah charles karen emma lucas mia noah olivia liam ava "
    "ethan sophia mason isabella logan amelia jacob harper daniel evelyn henry abigail jack"
)
_GIVEN = _GIVEN_WORDS.split()
_START = "har wil bro tay and tho jac whi mar gar rob cla lew lee wal hal all you kin wri sco tor"
_END = "son ris man ley ton wood field berg stein ford worth er ing well ham by dale sen"
_FAMILY_ZH = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN_ZH = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀英华慧巧美霞平刚桂芝兰凤洁梅琳素云莲真环雪荣爱妹"
_CITIES = "london leeds hull york bristol bath derby oxford durham lincoln"
_CITIES_ZH = "北京 上海 广州 深圳 成都 杭州 武汉 西安 南京 重庆"
_STREETS = "mill oak church park station high queen victoria green manor"


def people(
    originals: int, duplicates: int, seed: int = 0, *, chinese: bool = False
) -> tuple[pd.DataFrame, set[tuple[str, str]]]:
    """Return records in random order, and the pairs of ids that are one person."""
    draw = np.random.default_rng(seed)
    made = [_person(draw, number, chinese=chinese) for number in range(originals)]
    copied = draw.choice(originals, duplicates, replace=False)
    copies = [_damaged(draw, made[number]) | {"customer_id": f"D{number:06d}"} for number in copied]
    frame = pd.DataFrame(made + copies).iloc[draw.permutation(originals + duplicates)]
    truth = {(f"C{number:06d}", f"D{number:06d}") for number in copied}
    return frame.reset_index(drop=True), truth


def found(pairs: pd.DataFrame) -> set[tuple[str, str]]:
    """Return pairs as ``people`` gives the truth."""
    return {
        (min(pair), max(pair))
        for pair in zip(pairs["customer_id_l"], pairs["customer_id_r"], strict=True)
    }


def f1(pairs: pd.DataFrame, truth: set[tuple[str, str]]) -> float:
    """Return the harmonic mean of precision and recall."""
    got = found(pairs)
    return 2 * len(got & truth) / (len(got) + len(truth))


def _pick(draw: np.random.Generator, words: "list[str] | str") -> str:
    return str(words[int(draw.integers(len(words)))])


def _person(draw: np.random.Generator, number: int, *, chinese: bool) -> dict[str, object]:
    day = pd.Timestamp("1940-01-01") + pd.Timedelta(days=int(draw.integers(24_000)))
    if chinese:
        name = _pick(draw, _FAMILY_ZH) + _pick(draw, _GIVEN_ZH) + _pick(draw, _GIVEN_ZH)
        mailbox = f"user{draw.integers(10**6)}"
        city = _pick(draw, _CITIES_ZH.split())
        address = (
            f"{city}市{_pick(draw, _GIVEN_ZH)}{_pick(draw, _GIVEN_ZH)}路{draw.integers(900)}号"
        )
    else:
        given = _pick(draw, _GIVEN)
        family = _pick(draw, _START.split()) + _pick(draw, _END.split())
        name = f"{given.title()} {family.title()}"
        mailbox = f"{given}.{family}{draw.integers(99)}"
        city = _pick(draw, _CITIES.split())
        street = f"{_pick(draw, _STREETS.split())} {_pick(draw, _STREETS.split())}"
        address = f"{draw.integers(1, 300)} {street} road"
    return {
        "customer_id": f"C{number:06d}",
        "name": name,
        "birth_on": day.strftime("%Y-%m-%d"),
        "email": f"{mailbox}@{_pick(draw, ['qq.com', '163.com', 'mail.org', 'web.net'])}",
        "phone": f"1{draw.integers(3, 10)}{draw.integers(10**9):09d}",
        "gender": _pick(draw, ["m", "f"]),
        "address": address,
        "city": city,
    }


def _damaged(draw: np.random.Generator, person: dict[str, object]) -> dict[str, object]:
    """Return a copy with a hole in every eighth field, and a slip in every fourth."""
    copy = dict(person)
    for field in person:
        chance = draw.random()
        if field == "customer_id":
            continue
        if chance < 0.125:
            copy[field] = None
        elif chance < 0.375 and field != "gender":
            copy[field] = _slip(draw, str(person[field]), field)
    return copy


def _slip(draw: np.random.Generator, text: str, field: str) -> str:
    if field == "name" and " " in text and draw.random() < 0.3:
        return " ".join(reversed(text.split()))
    place = int(draw.integers(0, len(text) - 1))
    if field in ("birth_on", "phone"):
        digit = str(draw.integers(10)) if text[place].isdigit() else text[place]
        return text[:place] + digit + text[place + 1 :]
    if draw.random() < 0.4:
        return text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    return text[:place] + text[place + 1 :]
