"""The planted experiment, measured as a retention list would be: its interval holds the truth."""

from collections.abc import Iterator
from datetime import timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.retention_effect import ASSIGNED, Effect, measured_effect
from crm_data.queries.retention_outcomes import known_until, member_outcomes
from crm_data.scope import EVERYTHING
from sample_data.generate import SampleCompany
from tests.queries.shop import duckdb_engine

CONTROL_SHARE, WINDOW_DAYS = 0.35, 14
FILL = """
INSERT INTO customer_facts BY NAME
  SELECT customer_id, owner_id, row_number() OVER () AS customer_no FROM made_customers;
INSERT INTO order_facts BY NAME
  SELECT o.order_id, f.customer_id, f.customer_no, o.ordered_on, coalesce(o.status, 'paid') AS
         status, coalesce(o.status, 'paid') IN ('paid', 'returned') AS is_counted,
         o.amount AS net_amount
  FROM made_orders o JOIN customer_facts f ON f.customer_id = o.customer_id;
INSERT INTO version_info BY NAME
  SELECT 'orders' AS table_name, max(ordered_on) AS watermark_on FROM made_orders
"""


@pytest.fixture(scope="module")
def version(company: SampleCompany) -> Iterator[sa.Connection]:
    """The company's customers and orders, where the queries look for them."""
    engine = duckdb_engine()
    with engine.begin() as conn:
        driver = conn.connection.driver_connection
        assert driver is not None
        for name in ("customers", "orders"):
            driver.register(f"made_{name}", company.frames[name])
        for statement in FILL.split(";"):
            conn.exec_driver_sql(statement)
    with engine.connect() as conn:
        yield conn
    engine.dispose()


def measured(company: SampleCompany, conn: sa.Connection, campaign: str) -> Effect:
    members = company.frames["campaign_members"].to_pandas()
    members = members[members["campaign_id"] == campaign]
    ids = members["customer_id"].tolist()
    assigned_on = members["assigned_at"].iloc[0].date()
    outcome_on = assigned_on + timedelta(days=WINDOW_DAYS)
    known = known_until(conn)
    assert known is not None
    found = member_outcomes(conn, EVERYTHING, ids, assigned_on=assigned_on, outcome_on=outcome_on)
    arms = members.set_index("customer_id")["arm"].map(
        lambda arm: "hold_back" if arm == "control" else "contact"
    )
    frame = found.assign(arm=found["customer_id"].map(arms), is_kept=found["orders"] > 0)
    return measured_effect(
        ASSIGNED.conform(frame), is_due=known >= outcome_on, hold_back_share=CONTROL_SHARE,
        save_rate_guess=0.1,
    )  # fmt: skip


def test_the_planted_effect_is_measured_within_its_interval(
    company: SampleCompany, version: sa.Connection
) -> None:
    planted = company.planted["truths"]["campaign_with_lift"]
    found = measured(company, version, planted["parameters"]["campaign_id"])

    assert found.verdict == "saved"
    assert found.low <= planted["parameters"]["conversion_lift"] <= found.high
    assert found.low <= planted["realised"]["true_lift_conversion"] <= found.high
    true_amount = planted["realised"]["true_lift_value"] * found.contact.observed
    assert 0 < found.amount_low <= true_amount <= found.amount_high
    arms = planted["realised"]["arms"]
    assert (found.contact.observed, found.hold_back.observed) == (
        arms["A"]["members"], arms["control"]["members"]
    )  # fmt: skip


def test_where_nothing_was_planted_nothing_is_found(
    company: SampleCompany, version: sa.Connection
) -> None:
    planted = company.planted["truths"]["campaign_without_lift"]
    found = measured(company, version, planted["parameters"]["campaign_id"])

    assert found.verdict == "cannot_tell"
    assert found.low <= 0 <= found.high
    assert found.amount_low <= 0 <= found.amount_high


def test_credit_by_who_opened_would_be_far_off(company: SampleCompany) -> None:
    """Why everybody assigned counts: those who answer would have bought more often anyway."""
    planted = company.planted["truths"]["campaign_without_lift"]
    members = pd.DataFrame(company.frames["campaign_members"].to_pandas())
    mine = members[members["campaign_id"] == planted["parameters"]["campaign_id"]]
    control = mine["arm"] == "control"
    opened = mine[~control & mine["opened_at"].notna()]["converted_at"].notna().mean()

    assert opened > mine[control]["converted_at"].notna().mean() * 1.2
