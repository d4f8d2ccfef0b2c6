"""Metrics of leads, by the day on which they were created."""

from datetime import date

import pytest
import sqlalchemy as sa

from analytics.lead_flow import first_response
from analytics.metric_registry import metric
from crm_data.errors import UsageError
from crm_data.queries.cut import Cut
from crm_data.queries.leads import LeadCut, leads
from crm_data.scope import EVERYTHING, NOBODY
from tests.deal_metrics.test_deal_metrics import asked, by, only
from ui.deal_metric_rows import deal_metric_rows

EVER = Cut()


def test_volume(conn: sa.Connection) -> None:
    assert only(conn, "leads", EVER)["value"] == 5
    assert only(conn, "leads", EVER, as_of=date(2025, 10, 15))["value"] == 2
    found = by(conn, "leads", "source", EVER)
    assert {key: row["value"] for key, row in found.items()} == {"web": 2, "fair": 2, None: 1}
    march = Cut(date(2026, 3, 1), date(2026, 4, 1))
    document = asked(conn, "leads", march, compare="previous")
    assert document["compare"]["rows"] == [{"value": 0, "change": 2, "relative_change": None}]
    assert only(conn, "leads", EVER, scope=NOBODY)["n"] == 0


def test_conversion_is_told_when_all_have_had_their_days(conn: sa.Connection) -> None:
    row = only(conn, "lead_conversion_rate", EVER)  # l1 of l1 l2 l3: l3 took 113 days
    assert (row["value"], row["numerator"], row["n"]) == (pytest.approx(1 / 3), 1, 3)
    found = by(conn, "lead_conversion_rate", "created_on:quarter", EVER)
    young = found["2026-01-01"]
    assert (young["value"], young["numerator"], young["n"]) == (None, 1, 2)
    assert found["2025-10-01"]["value"] == pytest.approx(1 / 3)
    earlier = Cut(date(2025, 10, 1), date(2026, 1, 1))
    assert only(conn, "lead_conversion_rate", earlier, as_of=date(2026, 3, 1))["value"] is None


def test_response_counts_those_never_answered_as_waiting(conn: sa.Connection) -> None:
    told = first_response(leads(conn, LeadCut(), scope=EVERYTHING))
    row = only(conn, "lead_response_hours", EVER)
    assert (row["value"], row["n"]) == (told.median.median, 5) == (2, 5)
    assert by(conn, "lead_response_hours", "source", EVER)["fair"]["value"] == 1
    with pytest.raises(UsageError, match="Leave out --as-of"):
        asked(conn, "lead_response_hours", EVER, as_of=date(2026, 1, 1))


def test_rows_and_what_leads_are_not_cut_by(conn: sa.Connection) -> None:
    total, found = deal_metric_rows(
        conn, scope=EVERYTHING, metric=metric("leads"), cut=EVER, limit=2
    )
    assert (total, found["lead_id"].tolist()) == (5, ["l5", "l4"])
    with pytest.raises(UsageError, match="campaign_id"):
        asked(conn, "leads", Cut(by=("office",)))
    with pytest.raises(UsageError, match="Segments are of customers"):
        asked(conn, "leads", Cut(among="{}"))
