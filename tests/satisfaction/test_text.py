"""Sentiment, topics and masks on small texts whose truth is known."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from analytics.text import (
    Sentiment,
    Topics,
    fit_sentiment,
    labels_of_scores,
    masked,
    topic_scores,
    topic_trend,
    topics,
)
from analytics.text_mask import name_parts
from crm_data.errors import BadInputError

_GOOD = ("味道很好", "送餐很快", "态度不错", "great taste", "arrived fast", "friendly staff")
_BAD = ("味道太差", "送餐太慢", "态度恶劣", "awful taste", "arrived late", "rude staff")
_ENDS = ("。", "！", "，下次再说", "，朋友也这么说", "…", " today", " again", "!!", " 1", " 2")


@pytest.fixture(scope="module")
def scored() -> pd.DataFrame:
    rows = [(said + end, "good") for said, end in product(_GOOD, _ENDS)]
    rows += [(said + end, "bad") for said, end in product(_BAD, _ENDS)]
    return pd.DataFrame(rows, columns=["text", "label"])


@pytest.fixture(scope="module")
def fitted(scored: pd.DataFrame) -> Sentiment:
    return fit_sentiment(scored["text"], scored["label"])


def test_comments_in_two_languages_are_told_apart(fitted: Sentiment) -> None:
    assert fitted.predict(["味道好，快", "态度太差", "great", "late and rude"]).tolist() == [
        "good",
        "bad",
        "good",
        "bad",
    ]
    assert fitted.cross_validated_accuracy_ > 0.95
    assert fitted.n_ == 120
    assert fitted.reliability_["n"].sum() == 120
    assert fitted.predict_proba(["great"]).sum() == pytest.approx(1)


def test_it_declines_where_it_is_not_sure(fitted: Sentiment) -> None:
    assert fitted.judge(["味道很好", "zzz", "", None]) == ["good", None, None, None]
    assert fitted.predict([]).tolist() == []


def test_labels_without_meaning_are_no_better_than_chance(scored: pd.DataFrame) -> None:
    # The same comment sent by two, once with each label: copies stay in one fold.
    twice = pd.concat([scored["text"], scored["text"]])
    drawn = np.random.default_rng(0).choice(["a", "b"], len(scored))
    found = fit_sentiment(twice, np.concatenate([drawn, drawn]))

    assert found.cross_validated_accuracy_ < 0.65


def test_too_few_comments_are_refused() -> None:
    with pytest.raises(BadInputError, match="bad: 24, good: 30") as caught:
        fit_sentiment([f"g{k}" for k in range(30)] + [f"b{k}" for k in range(24)],
                      ["good"] * 30 + ["bad"] * 24)  # fmt: skip
    assert caught.value.code == "too_few_comments"


def test_labels_of_scores_leave_out_the_middle() -> None:
    assert labels_of_scores([5, 4, 3, 2, None], "csat", 5) == [
        "positive", "positive", None, "negative", None,
    ]  # fmt: skip
    assert labels_of_scores([10, 8, 7, 6], "nps", 10) == ["positive", None, None, "negative"]


@pytest.fixture(scope="module")
def comments() -> list[str]:
    delivery = [f"配送员{w}，配送速度{w}" for w in ("太慢", "很快", "一般", "还行", "超慢")] * 4
    screen = [f"the screen {w} and screen quality {w}" for w in ("broke", "flickers", "is dim")] * 7
    return [*delivery, *screen, "", "嗯"]


@pytest.fixture(scope="module")
def found(comments: list[str]) -> Topics:
    return topics(comments, 2)


def test_topics_are_named_by_whole_terms_in_both_scripts(found: Topics) -> None:
    by_script = {topic.name[0].isascii(): topic for topic in found}
    assert by_script[True].n == 21
    assert by_script[False].n == 20
    assert any("screen" in term for term in by_script[True].terms)
    assert any("配送" in term for term in by_script[False].terms)
    assert by_script[False].share == pytest.approx(20 / 43)
    assert found.none_share == pytest.approx(2 / 43)
    assert found.main[-1] == -1


def test_score_and_trend_by_topic(found: Topics) -> None:
    scores = [1] * 20 + [5] * 20 + [2] + [None, 3]
    place = next(k for k, topic in enumerate(found) if topic.name[0].isascii())

    means = topic_scores(found, scores, "csat", 5).groups.set_index("group")
    shares = topic_trend(found, ["a"] * 30 + ["b"] * 13)

    assert means.loc[place, "mean"] == pytest.approx(20 / 21)
    assert means.loc[1 - place, "mean"] == 0
    row = shares[(shares["topic"] == place) & (shares["period"] == "a")].iloc[0]
    assert (row["n"], row["texts"]) == (10, 30)


def test_no_term_is_cut_from_a_phrase_or_a_commoner_longer_term() -> None:
    same = [f"{of}和描述差不多" for of in ("颜色", "大小", "质地", "款式", "样子")] * 3
    late = [f"{of}态度恶劣" for of in ("客服", "店员", "司机", "前台", "经理")] * 3

    terms = [term for topic in topics(same + late, 2) for term in topic.terms]

    assert not [term for term in terms if "差" in term or term in {"服态", "度恶", "态度恶"}]
    assert any("描述" in term for term in terms)


def test_too_little_text_has_no_topics() -> None:
    with pytest.raises(BadInputError, match="20 comments are needed"):
        topics(["配送很慢"] * 19, 3)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("write li.wei+x@example.com.cn now", "write *** now"),
        ("电话13800138000，谢谢", "电话***，谢谢"),
        ("(020) 8888 6666 / +44 20 7946 0958", "*** / ***"),
        ("身份证11010519491231002X。", "身份证***。"),
        ("card 4111-1111-1111-1111", "card ***"),
        ("SSN 078-05-1120", "SSN ***"),
        ("等了150分钟，花了1,000,000元，2025-03-01", "等了150分钟，花了1,000,000元，2025-03-01"),
        ("送到人民路88号3栋501室了", "***了"),
        ("我住3栋2单元501室", "我住***"),
        ("I live at 12 Baker Street, P.O. Box 7", "I live at ***, ***"),
        ("order R0001234, passport E12345678", "order ***, passport ***"),
        ("车牌京A12345挡路", "车牌***挡路"),
        ("wechat: tom_2020，微信号abc_123", "wechat: ***，微信号***"),
        ("王先生和欧阳女士，李小明经理", "***先生和***女士，***经理"),
        ("Mr. Smith was rude. My name is Ann", "Mr. *** was rude. My name is ***"),
        ("我叫李伟，我是王芳", "我叫***，我是***"),
        (
            "3号送到，5号楼，on the road 5 times, 12 Good Days",
            "3号送到，5号楼，on the road 5 times, 12 Good Days",
        ),
        ("请打138 0013 8000找我", "请打***找我"),
        ("请打138-0013-8000找我", "请打***找我"),
        ("电话88886666，请打88886666找我", "电话***，请打***找我"),
        ("打我电话8888-6666吧", "打我电话***吧"),
        ("电话2345 6789谢谢", "电话***谢谢"),
        ("电话010-88886666转3", "电话***转3"),
        ("身份证110101 19491231 002X吧", "身份证***吧"),
        ("卡号6222 0200 1234 5678 123吧", "卡号***吧"),
        ("我的号码是138-0013-8000", "我的号码是***"),
        ("谢谢,8888 6666", "谢谢,***"),
        ("联系王伟@example.cn，jürgen.müller@example.de谢谢", "***，***谢谢"),
        ("打138\u200b0013\u200b8000找我", "打***找我"),
        ("l\u200bi@example\u2060.cn", "***"),
        ("打一三八零零一三八零零零找我", "打***找我"),
        ("我叫欧阳锋，我是欧阳锋来投诉", "我叫***，我是***投诉"),
        ("Too late. Regards\nJohn Smith", "Too late. Regards\n***"),
        ("Thanks,\nJohn O'Neil\nLeeds", "Thanks,\n***\nLeeds"),
        (
            "花了1234567元，2025-03-01下单，九九八十一次，一家👨\u200d👩\u200d👧",
            "花了1234567元，2025-03-01下单，九九八十一次，一家👨\u200d👩\u200d👧",
        ),
    ],
)
def test_personal_data_is_masked_and_amounts_are_not(text: str, shown: str) -> None:
    assert masked(text) == shown


def test_who_signs_with_a_part_of_the_name_is_hidden_too() -> None:
    assert masked(
        "Ann here, Mary said; 小明说", [*name_parts("Ann O Mary"), *name_parts("王小明")]
    ) == ("*** here, *** said; ***说")
    assert name_parts("欧阳") == ["欧阳"]


def test_names_are_masked_as_whole_words() -> None:
    assert masked("Ann told Anna; 李伟说", ["Ann", "李伟"]) == "*** told Anna; ***说"
