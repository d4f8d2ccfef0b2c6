"""What campaigns cost, brought and caused, counted by hand, over both engines."""

from collections.abc import Iterator
from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.app_db import dispose
from crm_data.errors import UsageError
from crm_data.queries.campaign_measures import newcomer_measures
from crm_data.queries.campaign_rows import CampaignPick, campaign_rows, campaign_rows_count
from crm_data.queries.campaigns import (
    CampaignCut,
    campaign_new,
    campaign_outcomes,
    campaign_totals,
    contact_counts,
)
from crm_data.queries.cut import Cut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.campaigns.returns_shop import TABLES
from tests.customers.shop import built
from tests.postgres_server import NewDatabase
from ui.campaign_results import results_of
from ui.metrics import metric_document

E1 = AccessScope(frozenset({"e1"}))
ALL = CampaignCut()
ALL_DAYS = Cut(clock="campaign_days.day_on")


@pytest.fixture(scope="module", params=["duckdb", pytest.param("pg", marks=pytest.mark.postgres)])
def conn(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sa.Connection]:
    url = ""
    if request.param == "pg":
        new: NewDatabase = request.getfixturevalue("new_postgres")
        url = new()
    home = tmp_path_factory.mktemp("returns")
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_WAREHOUSE_URL": url})
    built(settings, TABLES)
    warehouse = Warehouse(settings)
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()
    dispose(settings)


def of(frame: pd.DataFrame, campaign: str, *names: str) -> list[float]:
    row = frame[frame["campaign_id"] == campaign].iloc[0]
    return [float(row[name]) for name in names]


def test_money_of_campaigns_counts_returns_back(conn: sa.Connection) -> None:
    found = campaign_totals(conn, ALL, scope=EVERYTHING)

    assert found["campaign_id"].tolist() == ["k3", "k2", "k1"]
    names = ("cost", "orders", "net_amount", "gross_amount", "returned_amount", "margin")
    assert of(found, "k1", *names) == [16, 2, 130, 150, 20, 30]
    assert of(found, "k1", "uncosted_orders", "new_customers") == [1, 2]
    assert of(found, "k2", "cost", "leads", "new_customers", "margin") == [40, 2, 1, 50]
    rates = ("sent", "reached", "opened", "responded", "converted", "unsubscribed", "complained")
    assert of(found, "k1", *rates) == [4, 3, 1, 1, 2, 1, 0]  # n4 complained, and was not reached


def test_arms_are_counted_in_the_days_of_the_campaign(conn: sa.Connection) -> None:
    found = campaign_outcomes(
        conn, CampaignCut(where=(("campaign_id", ("k1",)),)), scope=EVERYTHING
    )

    assert found["arm"].tolist() == ["A", "control"]
    ends = found["window_end_on"].dt.date.tolist()
    assert ends == [date(2026, 1, 14), date(2026, 1, 18)]
    assert found["members"].tolist() == [4, 4]
    assert found["over"].tolist() == [4, 4]
    assert found["buyers"].tolist() == [2, 1]
    assert found["net_amount"].tolist() == [130, 30]  # the return is in, the 15th is not
    assert found["net_amount_sq"].tolist() == [80**2 + 50**2, 900]
    assert found["costed"].tolist() == [3, 4]  # n2's margin is not known
    assert found["margin"].tolist() == [30, 10]
    assert found["complained"].tolist() == [1, 0]


def test_days_that_are_not_over_are_no_result(conn: sa.Connection) -> None:
    found = campaign_outcomes(conn, CampaignCut(where=(("channel", ("sms",)),)), scope=EVERYTHING)

    assert found["members"].tolist() == [1, 1]
    assert found["over"].tolist() == [0, 0]
    assert found["valued"].tolist() == [0, 0]
    totals = campaign_totals(conn, ALL, scope=EVERYTHING)
    new = campaign_new(conn, ALL, scope=EVERYTHING)
    told = results_of(totals, campaign_outcomes(conn, ALL, scope=EVERYTHING), new)
    late = told[told["campaign_id"] == "k3"].iloc[0]
    assert (late["grade"], late["reason"]) == ("C", "unfinished")


def test_who_sees_some_customers_sees_what_these_did_and_no_cost(conn: sa.Connection) -> None:
    found = campaign_totals(conn, ALL, scope=E1)

    assert found["cost"].isna().all()
    assert of(found, "k1", "net_amount", "members") == [130, 4]
    assert of(found, "k2", "leads", "orders") == [1, 0]
    assert campaign_outcomes(conn, ALL, scope=E1)["arm"].tolist() == ["A", "A"]
    assert campaign_new(conn, ALL, scope=E1)["campaign_id"].tolist() == ["k1"]
    for query in (campaign_outcomes, campaign_new):
        assert query(conn, ALL, scope=NOBODY).empty
    assert campaign_totals(conn, ALL, scope=NOBODY)["members"].sum() == 0
    assert contact_counts(conn, None, None, scope=NOBODY).empty


def test_a_period_is_of_the_start_and_unknown_fields_are_refused(conn: sa.Connection) -> None:
    cut = CampaignCut(date(2026, 2, 1), date(2026, 2, 27))

    assert campaign_totals(conn, cut, scope=EVERYTHING)["campaign_id"].tolist() == ["k2"]
    with pytest.raises(UsageError, match="no field 'owner'"):
        campaign_totals(conn, CampaignCut(where=(("owner", ("x",)),)), scope=EVERYTHING)


def test_messages_a_month(conn: sa.Connection) -> None:
    january = contact_counts(conn, date(2026, 1, 1), date(2026, 2, 1), scope=EVERYTHING)

    assert january.to_dict("records") == [
        {"contacts": 1, "customers": 3, "reached": 3, "responded": 1, "unsubscribed": 1,
         "complained": 0}
    ]  # fmt: skip
    assert contact_counts(conn, None, None, scope=E1)["customers"].tolist() == [4]


def test_whom_campaigns_brought(conn: sa.Connection) -> None:
    found = campaign_new(conn, ALL, scope=EVERYTHING)

    assert of(found, "k2", "new_customers", "margin", "days") == [1, 50, 24]
    assert of(found, "k1", "new_customers") == [2]


@pytest.mark.parametrize(
    ("kind", "keys"),
    [("orders", ["o6", "o3", "o2", "o1"]), ("newcomers", ["o6", "o3", "o1"]), ("costs", None),
     ("leads", None)],
)  # fmt: skip
def test_rows_behind_are_as_many_as_counted(
    conn: sa.Connection, kind: str, keys: list[str] | None
) -> None:
    pick = CampaignPick(ALL, kind)  # type: ignore[arg-type]  # a parameter
    rows = campaign_rows(conn, pick, scope=EVERYTHING, limit=10)

    assert campaign_rows_count(conn, pick, scope=EVERYTHING) == len(rows)
    if keys is not None:
        assert rows["order_id"].tolist() == keys
    else:
        assert len(rows) == {"costs": 3, "leads": 2}[kind]
    assert campaign_rows_count(conn, pick, scope=NOBODY) == 0


@pytest.mark.parametrize(
    ("name", "top", "bottom"),
    [
        ("campaign_cost", 56, None), ("campaign_roi", 80 - 56, 56), ("roas", 210, 56),
        ("cac", 56, 3), ("cost_per_lead", 56, 2), ("conversion_rate", 2, 4),
        ("response_rate", 1, 4), ("unsubscribe_rate", 1, 4),
    ],
)  # fmt: skip
def test_metrics_of_the_registry(
    conn: sa.Connection, name: str, top: float, bottom: float | None
) -> None:
    document = metric_document(
        conn, scope=EVERYTHING, version="v", name=name, cut=Cut(clock="campaign_days.day_on")
    )

    (row,) = document["rows"]
    assert (row["numerator"], row["denominator"]) == (top, bottom)
    assert row["value"] == pytest.approx(top if bottom is None else top / bottom)
    (january,) = metric_document(
        conn, scope=EVERYTHING, version="v", name="campaign_cost",
        cut=Cut(date(2026, 1, 2), date(2026, 2, 1)),
    )["rows"]  # fmt: skip
    assert january["value"] == 6
    hidden = metric_document(
        conn, scope=E1, version="v", name="campaign_cost", cut=Cut(clock="campaign_days.day_on")
    )
    assert hidden["rows"][0]["value"] is None


def test_lift_is_of_campaigns_with_a_control(conn: sa.Connection) -> None:
    cut = Cut(by=("campaign_id",), clock="campaign_days.day_on")
    document = metric_document(
        conn, scope=EVERYTHING, version="v", name="incremental_lift", cut=cut
    )

    (row,) = document["rows"]
    assert row["campaign_id"] == "k1"
    assert row["value"] == pytest.approx(2 / 4 - 1 / 4)
    assert (row["numerator"], row["denominator"]) == (1, 4)
    assert row["low"] < 0 < row["high"]


def test_what_a_customer_brought_is_worth_and_pays_back(conn: sa.Connection) -> None:
    cut = Cut(where=(("campaign_id", ("k2",)),), clock="campaign_days.day_on")
    payback = metric_document(
        conn, scope=EVERYTHING, version="v", name="cac_payback_months", cut=cut
    )["rows"][0]

    assert payback["numerator"] == 40
    assert payback["denominator"] == pytest.approx(50 / (24 / 30.4375))
    for scope, brought in ((EVERYTHING, 3), (E1, 2), (NOBODY, 0)):
        found = newcomer_measures(conn, ALL_DAYS, until=None, scope=scope)
        assert found["brought"].tolist() == [brought]
    with pytest.raises(UsageError, match="segment"):
        metric_document(
            conn, scope=EVERYTHING, version="v", name="cac",
            cut=Cut(among='{"all": []}', clock="campaign_days.day_on"),
        )  # fmt: skip


def test_a_segment_is_counted_from_its_customers(conn: sa.Connection) -> None:
    of_e1 = CampaignCut(among='{"field": "owner_id", "op": "eq", "values": ["e1"]}')
    found = campaign_totals(conn, of_e1, scope=EVERYTHING)
    by_owner = campaign_totals(conn, ALL, scope=E1)

    assert found[["cost", "leads"]].isna().all(axis=None)
    same = [n for n in found if n not in ("cost", "impressions", "ad_clicks", "leads")]
    pd.testing.assert_frame_equal(found[same], by_owner[same])
    pd.testing.assert_frame_equal(
        campaign_outcomes(conn, of_e1, scope=EVERYTHING), campaign_outcomes(conn, ALL, scope=E1)
    )
    brought = campaign_new(conn, of_e1, scope=EVERYTHING)
    pd.testing.assert_frame_equal(brought, campaign_new(conn, ALL, scope=E1))
