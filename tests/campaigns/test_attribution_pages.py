"""The page Attribution as viewers use it, and the shape of journeys, counted by hand."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.attribution_paths import paths_of
from analytics.journey_shape import gaps, sequences, steps
from crm_data.app_db import dispose
from crm_data.queries.journey_ends import contract_ends
from crm_data.queries.journeys import purchases_since, touched
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.campaigns.shop import DAY, TABLES, at, touch
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from ui import rows
from ui.attribution_found import paths_found

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")
# With the touches of the shop: b1 has a contract that ended on day 20, after search on day 11 and a
# ticket on day 12; b2 one that still runs.
SHOP: dict[str, list[dict[str, Any]]] = {
    **TABLES,
    "touchpoints": [*TABLES["touchpoints"], touch("t9", "b1", None, 11, "search")],
    "tickets": [{"ticket_id": "k1", "customer_id": "b1", "created_at": at(12)}],
    "subscriptions": [
        {"subscription_id": "s1", "customer_id": "b1", "started_on": DAY.date(),
         "ended_on": DAY.date() + timedelta(days=20), "end_reason": "price"},
        {"subscription_id": "s2", "customer_id": "b2", "started_on": DAY.date()},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("attribution"))})
    built(made, SHOP)
    yield made
    dispose(made)


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: Any, frame: Any, **more: Any) -> None:
        assert [name for name in frame.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, frame, **more)

    monkeypatch.setattr(rows, "download", checked)


def opened(
    open_page: OpenPage, shop: Settings, language: str = "en", scope: AccessScope = EVERYTHING,
    **query: str,
) -> AppTest:  # fmt: skip
    page = open_page("attribution", shop, language=language, scope=scope, query=query)
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def said(page: AppTest) -> str:
    return "\n".join(texts(page))


def frame(page: AppTest, column: str) -> pd.DataFrame:
    return next(f.value for f in page.dataframe if column in f.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rule_adds_up_to_the_conversions_once(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    table = frame(opened(open_page, shop, language), "credit_first").set_index("channel")
    # a1: search, email; a2: social, search. c2 bought without a touch.
    sums = table.iloc[-1].drop(["credit_least", "credit_most", "credit_spread"])
    assert sums.tolist() == pytest.approx([2] * 8)
    assert table["credit_first"].sort_values().tolist() == [0, 0, 0, 1, 1, 2]
    assert table["credit_linear"].sort_values().tolist() == [0, 0, 0.5, 0.5, 1, 2]


def test_what_nobody_is_credited_with_is_said(shop: Settings, open_page: OpenPage) -> None:
    text = said(opened(open_page, shop))
    assert "shares out the same 2 once" in text
    assert "1 came without a touch" in text
    assert "Credit is not cause" in text


def test_a_short_look_back_drops_touches(shop: Settings, open_page: OpenPage) -> None:
    # Of every order, the one of day 50 is too late for the touch of day 5 under 30 days.
    text = said(opened(open_page, shop, conversion="orders", lookback="30"))
    assert "shares out the same 2 once" in text
    assert "2 came without a touch" in text


def test_experiments_lie_over_the_rules(shop: Settings, open_page: OpenPage) -> None:
    told = frame(opened(open_page, shop), "caused").set_index("arm")
    # 3 of 5 in A and 3 of 4 in B, against 1 of 4: +0.35 × 5, +0.5 × 4.
    assert told.loc["A", "caused"].startswith("1.8 (")
    assert told.loc["B", "caused"].startswith("2 (")


@pytest.mark.parametrize("language", LANGUAGES)
def test_flow_and_paths(shop: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page, shop, language, view="paths")
    flow = frame(page, "from_contact")
    starts = flow[flow["from_contact"] == {"en": "Start", "zh_CN": "开始"}[language]]
    paths = frame(page, "path_conversions")
    assert starts["journeys"].sum() == paths[["path_conversions", "path_null"]].to_numpy().sum()
    assert paths["path_conversions"].sum() == 2
    assert len(page.get("plotly_chart")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_journeys_before_a_purchase_and_before_leaving(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    bought = frame(opened(open_page, shop, language, view="journeys"), "share_told")
    assert bought["ended_so"].sum() == 2
    left = frame(opened(open_page, shop, language, view="journeys", before="leaving"), "share_told")
    ended = left[left["ended_so"] > 0]
    assert ended["path_told"].tolist() == [
        {"en": "search → Service ticket", "zh_CN": "搜索 → 服务工单"}[language]
    ]


def test_a_viewer_sees_own_customers_only(shop: Settings, open_page: OpenPage) -> None:
    # E1 owns a1 and a2: not b1, who left, nor c2, who came untouched.
    mine = AccessScope(frozenset({"E1"}))
    assert "0 came without a touch" in said(opened(open_page, shop, scope=mine))
    gone = opened(open_page, shop, scope=mine, view="journeys", before="leaving")
    assert not gone.dataframe
    assert not opened(open_page, shop, scope=NOBODY).dataframe


def test_paths_of_a_segment_are_those_of_its_members(shop: Settings) -> None:
    warehouse = Warehouse(shop)
    with warehouse.connect(warehouse.current() or "") as conn:
        among = json.dumps({"field": "customer_id", "op": "in", "values": ["a2"]})
        own = touched(conn, first_only=False, scope=EVERYTHING, among=among)
        assert (own["person_no"].nunique(), own["value"].tolist()) == (1, [50, 50])
        orders, value = purchases_since(
            conn, date(2020, 1, 1), scope=EVERYTHING, first_only=False, among=among
        )
        assert (orders, value) == (2, 59)
        assert touched(conn, first_only=False, scope=NOBODY, among=among).empty
        found = paths_found(conn, "orders", 30, scope=EVERYTHING, among=among)
        assert found.paths.conversions.sum() + found.paths.untouched == 2
    warehouse.close()


def test_ends_of_contracts_are_within_the_scope(shop: Settings) -> None:
    warehouse = Warehouse(shop)
    with warehouse.connect(warehouse.current() or "") as conn:
        assert contract_ends(conn, scope=EVERYTHING)["person"].tolist() == ["b1"]
        assert contract_ends(conn, scope=AccessScope(frozenset({"E1"}))).empty
    warehouse.close()


def test_sequences_put_a_channel_met_twice_in_a_row_together() -> None:
    given = pd.DataFrame(
        {"path": ["a > a > b", "a > b", "b"], "total_conversions": [2, 1, 0],
         "total_null": [0, 1, 5]}
    )  # fmt: skip
    found = sequences(paths_of(given)).set_index("sequence")
    assert found[["journeys", "conversions"]].to_numpy().tolist() == [[4, 3], [5, 0]]
    assert found["share"].tolist() == [0.75, 0]


def test_steps_tell_where_journeys_end() -> None:
    given = pd.DataFrame(
        {"path": ["a > a > b", "a > b", "b"], "total_conversions": [2, 1, 0],
         "total_null": [0, 1, 5]}
    )  # fmt: skip
    found = steps(paths_of(given))
    assert found["reached"].tolist() == [9, 4, 2]
    assert found["converted"].tolist() == [0, 1, 2]
    assert found["dropped"].tolist() == [5, 1, 0]


def test_days_between_contacts_are_of_journeys_that_ended_so() -> None:
    from analytics.attribution_journeys import CONVERSIONS, TOUCHES, journeys

    touches = TOUCHES.conform(
        pd.DataFrame({"person": ["p", "p", "q"], "occurred_at": [at(0), at(2), at(1)],
                      "channel": ["a", "b", "a"]})
    )  # fmt: skip
    ends = CONVERSIONS.conform(
        pd.DataFrame({"person": ["p"], "occurred_at": [at(5)], "value": [1.0]})
    )
    made = journeys(touches, ends, lookback_days=30, known_until=at(100))
    found = gaps(made.paths)
    assert found["pairs"].tolist() == [1, 1]
    assert found.set_index("source")["median_days"].to_dict() == {"a": 2.0, "b": 3.0}
    assert gaps(paths_of(pd.DataFrame({"path": ["a > b"], "total_conversions": [1]}))).empty
