"""Faults found in a rival's dashboard that metrics of deals must not have."""

from datetime import date

import sqlalchemy as sa

from analytics.metric_registry import metric
from crm_data.queries.cut import Cut
from crm_data.queries.deals import DealCut
from crm_data.queries.sales_team import results
from crm_data.scope import EVERYTHING
from tests.deal_metrics.test_deal_metrics import OF_R, PQ, QUARTER, asked, by, only
from ui.deal_metric_rows import deal_metric_rows

DECEMBER = Cut(date(2025, 12, 1), date(2026, 1, 1), where=PQ)
JANUARY = Cut(date(2026, 1, 1), date(2026, 2, 1), where=PQ)


def test_wins_dated_by_creation(conn: sa.Connection) -> None:
    """The rival's trend counted a win on the day on which the deal was created."""
    assert (only(conn, "won_value", DECEMBER)["value"], only(conn, "won_value", JANUARY)["value"]) \
        == (0, 100)  # fmt: skip
    months = by(conn, "won_deals", "closed_on:month")
    assert sum(row["value"] for row in months.values()) == only(conn, "won_deals")["value"]


def test_wins_dated_by_creation_in_the_team(conn: sa.Connection) -> None:
    """d1 of e1 was created in December and won in January; the table is by closing day."""

    def won(cut: Cut) -> dict[str, int]:
        assert cut.start is not None
        assert cut.end is not None
        frame = results(conn, DealCut(), start=cut.start, end=cut.end, scope=EVERYTHING)
        frame = frame[frame["pipeline"] != "R"]
        return {str(k): int(v) for k, v in frame.groupby("owner_id")["won"].sum().items() if v}

    assert (won(DECEMBER), won(JANUARY)) == ({}, {"e1": 1})
    assert won(Cut(date(2026, 2, 1), date(2026, 3, 1))) == {"e2": 2}


def test_cohorts_of_unequal_age_in_open_deals(conn: sa.Connection) -> None:
    """The rival's open value was of deals created in the window only; d5 and d8 are older."""
    march = Cut(date(2026, 3, 1), date(2026, 4, 1), where=PQ)
    assert only(conn, "open_pipeline_value", march)["value"] == 50 + 400 + 60


def test_actuals_by_expected_month(conn: sa.Connection) -> None:
    """d3 was expected on the 28th of February and closed on the 20th."""
    early = Cut(date(2026, 2, 1), date(2026, 2, 21), where=PQ)
    assert only(conn, "won_value", early)["value"] == 200


def test_growth_from_zero_shown_as_0_percent(conn: sa.Connection) -> None:
    (change,) = asked(conn, "won_value", JANUARY, compare="previous")["compare"]["rows"]
    assert change == {"value": 0, "change": 100, "relative_change": None}


def test_comparison_window_a_day_short(conn: sa.Connection) -> None:
    cut = Cut(date(2026, 2, 16), date(2026, 2, 21), where=PQ)
    compared = asked(conn, "lost_deals", cut, compare="previous")["compare"]
    assert (compared["start"], compared["end"]) == ("2026-02-11", "2026-02-16")
    later = Cut(
        date(2026, 2, 15), date(2026, 2, 20), where=PQ
    )  # the loss of the 10th is its first day
    assert asked(conn, "lost_deals", later, compare="previous")["compare"]["rows"][0]["value"] == 1


def test_lost_value_in_the_weighted_pipeline(conn: sa.Connection) -> None:
    """The rival added lost deals at full value, so that losses raised the forecast."""
    row = only(conn, "weighted_pipeline", Cut(where=OF_R))
    assert row["value"] <= only(conn, "open_pipeline_value", Cut(where=OF_R))["value"] == 1507
    assert round(row["value"], 6) == 1200
    _, rows = deal_metric_rows(
        conn, scope=EVERYTHING, metric=metric("weighted_pipeline"), cut=Cut(), limit=99
    )
    assert rows["outcome"].isna().all()


def test_lost_deals_dropped(conn: sa.Connection) -> None:
    assert only(conn, "win_rate")["denominator"] == 5
    assert only(conn, "win_rate_created_cohort", QUARTER)["denominator"] == 4
