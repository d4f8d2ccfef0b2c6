"""Days of a company in Shanghai around midnight, leads that become customers, and past days.

Night (n1): p1 (A) and p2 (control) were assigned at 17:00 UTC on 1 January, which is 01:00 on the
2nd in Shanghai, so that 30 days end with the 31st and the first week with the 8th. p1 buys 10 on
the 8th, 100 on the 31st and 1,000 on 1 February; p2 bought 7 on 4 October, the first of 90 days
before. p1 responds at 23:30 on the 31st, p2 half an hour later.

Leads (n2): all assigned on 2 January; q1 (A) becomes p3, who buys 50 (cost 20) on the 5th, q2 (A)
and q3, q4 (control) nobody. q5 has no lead on record.

Late (n3): p4 … p7 in A, p8 … p11 in the control, assigned on 2 January; p4 and p8 convert on the
3rd, p5 on the 20th, after the days that count (until the 15th); p11 is assigned on the 10th.
"""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.experiment_weeks import arm_weeks
from crm_data.app_db import dispose
from crm_data.queries.campaign_arms import Window, campaign_arms
from crm_data.queries.campaign_units import campaign_units, unit_weeks
from crm_data.queries.campaigns import CampaignCut, campaign_new, campaign_outcomes, campaign_totals
from crm_data.queries.cut import Cut
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.customers.shop import built
from tests.postgres_server import NewDatabase
from ui.campaign_results import results_of
from ui.metrics import metric_document

NIGHT = datetime(2026, 1, 1, 17)
LAST = date(2026, 3, 1)


def order(key: str, who: str, on: date, amount: int, cost: int = 0) -> dict[str, Any]:
    return {"order_id": key, "customer_id": who, "ordered_on": on, "status": "paid",
            "amount": Decimal(amount), "cost": Decimal(cost)}  # fmt: skip


def member(campaign: str, who: str, arm: str, **more: Any) -> dict[str, Any]:
    return {"campaign_id": campaign, "member_id": f"{campaign}-{who}", "customer_id": who,
            "arm": arm, "assigned_at": NIGHT, **more}  # fmt: skip


def lead(who: str, arm: str) -> dict[str, Any]:
    return {**member("n2", who, arm), "customer_id": None, "lead_id": who}


TABLES: dict[str, list[dict[str, Any]]] = {
    "customers": [{"customer_id": f"p{n}"} for n in range(1, 12)],
    "campaigns": [
        {"campaign_id": key, "name": key, "started_on": date(2026, 1, 2)}
        for key in ("n1", "n2", "n3")
    ],
    "leads": [
        {"lead_id": f"q{n}", "created_at": NIGHT, "customer_id": "p3" if n == 1 else None}
        for n in range(1, 5)
    ],
    "campaign_members": [
        member("n1", "p1", "A", responded_at=datetime(2026, 1, 31, 15, 30)),
        member("n1", "p2", "control", responded_at=datetime(2026, 1, 31, 16)),
        lead("q1", "A"), lead("q2", "A"), lead("q3", "control"), lead("q4", "control"),
        lead("q5", "control"),
        member("n3", "p4", "A", converted_at=datetime(2026, 1, 3)),
        member("n3", "p5", "A", converted_at=datetime(2026, 1, 20)),
        *(member("n3", f"p{n}", "A") for n in (6, 7)),
        member("n3", "p8", "control", converted_at=datetime(2026, 1, 3)),
        *(member("n3", f"p{n}", "control") for n in (9, 10)),
        member("n3", "p11", "control", assigned_at=datetime(2026, 1, 10)),
    ],
    "orders": [
        order("o1", "p1", date(2026, 1, 8), 10), order("o2", "p1", date(2026, 1, 31), 100),
        order("o3", "p1", date(2026, 2, 1), 1_000), order("o4", "p2", date(2025, 10, 4), 7),
        order("o5", "p2", date(2025, 10, 3), 70), order("o6", "p3", date(2026, 1, 5), 50, 20),
        order("o7", "p9", LAST, 1),
    ],
}  # fmt: skip


@pytest.fixture(scope="module", params=["duckdb", pytest.param("pg", marks=pytest.mark.postgres)])
def conn(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[sa.Connection]:
    url = ""
    if request.param == "pg":
        new: NewDatabase = request.getfixturevalue("new_postgres")
        url = new()
    settings = Settings.from_environment(
        {"CRM_HOME": str(tmp_path_factory.mktemp("night")), "CRM_WAREHOUSE_URL": url,
         "CRM_TIMEZONE": "Asia/Shanghai"}
    )  # fmt: skip
    assert settings.timezone == "Asia/Shanghai"
    built(settings, TABLES)
    warehouse = Warehouse(settings)
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()
    dispose(settings)


def by_arm(frame: pd.DataFrame, column: str) -> dict[str, Any]:
    return dict(zip(frame["arm"], frame[column].tolist(), strict=True))


def test_windows_begin_with_the_companys_day(conn: sa.Connection) -> None:
    window = Window(30, LAST)
    revenue = campaign_arms(conn, "n1", "revenue", scope=EVERYTHING, window=window)
    assert by_arm(revenue, "total") == {"A": 110, "control": 0}
    responded = campaign_arms(conn, "n1", "responded", scope=EVERYTHING, window=window)
    assert by_arm(responded, "total") == {"A": 1, "control": 0}
    early = Window(30, date(2026, 1, 31))  # a day before these days are over
    unknown = campaign_arms(conn, "n1", "revenue", scope=EVERYTHING, window=early)
    assert by_arm(unknown, "n") == {"A": 0, "control": 0}


def test_units_and_weeks_are_of_the_companys_days(conn: sa.Connection) -> None:
    units = campaign_units(conn, "n1", "revenue", scope=EVERYTHING, window=Window(30, LAST))
    assert units["assigned_on"].tolist() == [pd.Timestamp("2026-01-02")] * 2
    assert by_arm(units, "net_before") == {"A": 0, "control": 7}
    weeks = unit_weeks(conn, "n1", scope=EVERYTHING, weeks=5)
    assert weeks.set_index("week")["revenue"].to_dict() == {0: 10, 4: 1_100}
    grid = arm_weeks(units, weeks, "revenue", weeks=5, known_until=date(2026, 1, 15))
    assert grid["week"].max() == 0  # the second week ends with the 15th


def test_leads_whose_days_are_over_have_their_evidence_and_returns(conn: sa.Connection) -> None:
    cut = CampaignCut(where=(("campaign_id", ("n2",)),))
    outcomes = campaign_outcomes(conn, cut, scope=EVERYTHING)
    known = {name: by_arm(outcomes, name) for name in ("members", "over", "buyers", "net_amount")}
    assert known == {
        "members": {"A": 2, "control": 3}, "over": {"A": 2, "control": 2},
        "buyers": {"A": 1, "control": 0}, "net_amount": {"A": 50, "control": 0},
    }  # fmt: skip
    asked = (conn, cut)
    row = results_of(campaign_totals(*asked, scope=EVERYTHING), outcomes,
                     campaign_new(*asked, scope=EVERYTHING)).iloc[0]  # fmt: skip
    assert (row["grade"], row["reason"], row["conversion_effect"]) == ("A", "", 0.5)
    assert (row["revenue_effect"], row["margin_effect"], row["margin_total"]) == (25, 15, 30)
    orders = campaign_arms(conn, "n2", "revenue", scope=EVERYTHING, window=Window(30, LAST))
    assert (by_arm(orders, "total"), by_arm(orders, "n")) == (
        {"A": 50, "control": 0}, {"A": 2, "control": 2},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("as_of", "value"),
    [
        (None, 0.25),  # 2 of 4 against 1 of 4
        (date(2026, 1, 19), 0.0),  # p5 has not converted yet
        (date(2026, 1, 15), 0.0), (date(2026, 1, 14), None),  # no days are over on the 14th
    ],
)  # fmt: skip
def test_a_lift_as_of_a_past_day_knows_nothing_later(
    conn: sa.Connection, as_of: date | None, value: float | None
) -> None:
    cut = Cut(where=(("campaign_id", ("n3",)),), clock="campaign_days.day_on")
    found = metric_document(
        conn, scope=EVERYTHING, version="v", name="incremental_lift", cut=cut, as_of=as_of
    )
    assert [one["value"] for one in found["rows"]] == [value]


def test_outcomes_as_of_a_day_leave_out_who_came_later(conn: sa.Connection) -> None:
    cut = CampaignCut(where=(("campaign_id", ("n3",)),))
    told = campaign_outcomes(conn, cut, scope=EVERYTHING, known_on=date(2026, 1, 9))
    assert by_arm(told, "members") == {"A": 4, "control": 3}
    now = campaign_outcomes(conn, cut, scope=EVERYTHING)
    assert by_arm(now, "members") == {"A": 4, "control": 4}
    last = campaign_outcomes(conn, cut, scope=EVERYTHING, known_on=LAST)
    pd.testing.assert_frame_equal(now, last)
