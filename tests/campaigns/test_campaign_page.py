"""The page Campaigns as viewers use it, on a shop that is counted by hand."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.commands.segments import create_segment
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from tests.campaigns.returns_shop import TABLES
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from ui import rows
from ui.context import PageContext

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")
CONTROL = {"en": "Control", "zh_CN": "对照组"}
OF_E1 = '{"field": "owner_id", "op": "eq", "values": ["e1"]}'
E1 = AccessScope(frozenset({"e1"}))


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("campaign_page"))})
    built(made, TABLES)
    yield made
    dispose(made)


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: PageContext, frame: Any, **more: Any) -> None:
        made = frame() if callable(frame) else frame
        assert [name for name in made.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, made, **more)

    monkeypatch.setattr(rows, "download", checked)


def opened(
    open_page: OpenPage, shop: Settings, language: str = "en", scope: AccessScope = EVERYTHING,
    **query: str,
) -> AppTest:  # fmt: skip
    page = open_page(
        "campaigns", shop, language=language, scope=scope, query={"period": "all_time", **query}
    )
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def frame(page: AppTest, column: str) -> pd.DataFrame:
    return next(f.value for f in page.dataframe if column in f.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_table_says_money_and_evidence(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, shop, language)
    values = [one.value for one in page.metric]
    table = frame(page, "roi_attributed").set_index("campaign")

    assert values[2] == "42.9%"  # (80 - 56) / 56
    assert table.loc["Gift", "cost"] == 16
    assert table.loc["Gift", "attributed_margin"] == 30
    assert table.loc["Gift", "roi_attributed"] == "87.5%"
    assert table["grade"].to_dict() == {"Late": "C", "Ads": "C", "Gift": "A †"}
    verdicts = table["verdict_conversion"].to_dict()
    none = {"en": "compatible with no effect", "zh_CN": "与“没有效果”相容"}
    assert verdicts["Gift"] == none[language]
    assert frame(page, "open_rate").columns[-1] == "open_rate"
    assert any({"en": "inflated", "zh_CN": "虚高"}[language] in text for text in texts(page))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("outcome", ["conversion", "revenue", "margin"])
def test_a_claim_with_its_arms(
    shop: Settings, open_page: OpenPage, language: str, outcome: str
) -> None:
    page = opened(open_page, shop, language, view="evidence", outcome=outcome, campaign="k1")
    arms = frame(page, "revenue_a_member").set_index("arm")

    assert arms["revenue_a_member"].to_dict() == {"A": 130 / 4, CONTROL[language]: 30 / 4}
    assert arms["margin_a_member"].to_dict() == {"A": 30 / 3, CONTROL[language]: 10 / 4}
    said = "\n".join(texts(page))
    assert {"en": "Grade A · drawn by lot", "zh_CN": "A 级 · 随机分组"}[language] in said
    ads = opened(open_page, shop, language, view="evidence", campaign="k3")
    said = "\n".join(texts(ads))
    assert {"en": "its days are not over", "zh_CN": "观察期未结束"}[language] in said


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("by", ["channel", "quarter", "target_segment"])
def test_groups_are_made_from_sums(
    shop: Settings, open_page: OpenPage, language: str, by: str
) -> None:
    found = frame(opened(open_page, shop, language, view="groups", by=by), "campaign_group")

    assert found["cost"].sum() == 56
    assert found["campaigns"].sum() == 3
    if by == "quarter":
        assert found["roi_attributed"].tolist() == ["42.9%"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_messages_a_month(shop: Settings, open_page: OpenPage, language: str) -> None:
    found = frame(opened(open_page, shop, language, view="fatigue"), "contacts")

    assert found["contacts"].tolist() == ["1"]
    assert found["reached"].tolist() == [4]


@pytest.mark.parametrize("language", LANGUAGES)
def test_groups_online_and_offline_with_payback(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    found = frame(opened(open_page, shop, language, view="groups", by="presence"), "ltv_to_cac")
    online, other = {"en": ("Online", "Cannot be told"), "zh_CN": ("线上", "无法判断")}[language]
    assert set(found["campaign_group"]) <= {online, other}
    assert online in set(found["campaign_group"])
    assert "payback" in found.columns


def test_fatigue_says_that_the_channel_does_not_filter(shop: Settings, open_page: OpenPage) -> None:
    plain = texts(opened(open_page, shop, view="fatigue"))
    filtered = texts(opened(open_page, shop, view="fatigue", channel="sms"))
    said = "the filter by channel does not apply"
    assert not any(said in one for one in plain)
    assert any(said in one for one in filtered)


def test_who_sees_some_customers_is_told_no_cost(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, scope=E1)

    assert [one.value for one in page.metric][:1] == ["–"]
    assert any("of no owner" in text for text in texts(page))
    table = frame(page, "roi_attributed").set_index("campaign")
    assert table["cost"].isna().all()
    assert table.loc["Ads", "orders"] == 0


def test_a_channel_and_a_segment_narrow_it(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, channel="search")
    assert frame(page, "roi_attributed")["campaign"].tolist() == ["Ads"]

    one = create_segment(
        shop, name="E1", definition=OF_E1, now=datetime(2026, 3, 2), actor="somebody"
    )
    page = opened(open_page, shop, segment=one.segment_id)
    table = frame(page, "roi_attributed").set_index("campaign")
    assert table.loc["Gift", "attributed_margin"] == 30
    assert table["cost"].isna().all()
    arms = frame(opened(open_page, shop, segment=one.segment_id, view="evidence"), "arm")
    assert arms["members"].tolist() == [1]
