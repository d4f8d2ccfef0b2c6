"""From sums to metrics, by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.metric_kinds import DIRECTIONS, INTERVALS, LABELS, UNITS
from analytics.metric_quality import QUALITY_ROW_KINDS
from analytics.metric_registry import METRICS, Metric, metric
from analytics.metric_surveys import SURVEY_ROW_KINDS
from analytics.metric_tickets import TICKET_ROW_KINDS
from analytics.metrics import Window, compare, evaluate
from analytics.stats import mean_interval_from_sums
from crm_data.errors import FrameContractError, UsageError
from crm_data.queries.measures import MEASURES
from crm_data.queries.rows import ROW_KINDS
from ui.base_rows import ROWS
from ui.deal_metric_rows import DEAL_ROW_KINDS
from ui.translations import catalogue

QUARTER = Window(date(2025, 1, 1), date(2025, 4, 1), date(2024, 12, 1), date(2025, 4, 1))
NAMES = [
    "net_revenue",
    "gross_revenue",
    "orders",
    "order_lines",
    "units",
    "active_customers",
    "new_customers",
    "returning_customers",
    "average_order_value",
    "revenue_per_customer",
    "repeat_purchase_rate",
    "return_rate",
    "purchase_frequency",
    "net_revenue_growth_previous",
    "net_revenue_growth_year",
    "won_value",
    "won_deals",
    "lost_deals",
    "win_rate",
    "win_rate_by_value",
    "win_rate_broad",
    "win_rate_created_cohort",
    "open_pipeline_value",
    "weighted_pipeline",
    "average_deal_size",
    "sales_cycle_days",
    "sales_velocity",
    "pipeline_coverage",
    "slippage_rate",
    "stuck_deals",
    "quota_attainment",
    "leads",
    "lead_conversion_rate",
    "lead_response_hours",
    "churn_rate",
    "revenue_churn_rate",
    "retention_rate",
    "gross_revenue_retention",
    "net_revenue_retention",
    "historic_clv",
    "early_value",
    "predicted_clv",
    "tickets",
    "complaint_rate",
    "first_response_hours",
    "first_response_open_hours",
    "resolution_hours",
    "resolution_open_hours",
    "first_contact_resolution_rate",
    "fcr_not_reopened",
    "fcr_no_return",
    "sla_attainment",
    "reopen_rate",
    "cost_per_ticket",
    "backlog",
    "campaign_cost",
    "campaign_roi",
    "roas",
    "cac",
    "cost_per_lead",
    "conversion_rate",
    "response_rate",
    "unsubscribe_rate",
    "incremental_lift",
    "ltv_to_cac",
    "cac_payback_months",
    "nps",
    "csat",
    "ces",
    "survey_response_rate",
    "completeness_rate",
    "freshness_hours",
    "duplicate_rate",
]
SALES = {name: one for name, one in METRICS.items() if one.source == "sales"}


def only(name: str, window: Window = QUARTER, **measures: float) -> pd.Series:
    return evaluate(metric(name), pd.DataFrame([measures]), window=window).iloc[0]


def test_registry_has_the_promised_names_and_no_other() -> None:
    assert list(METRICS) == NAMES


@pytest.mark.parametrize("definition", METRICS.values(), ids=lambda m: m.name)
def test_every_metric_is_fully_declared(definition: Metric) -> None:
    assert definition.unit in UNITS
    assert definition.direction in DIRECTIONS
    assert definition.interval in INTERVALS
    is_measured = definition.source == "sales"
    assert definition.rows in (
        ROW_KINDS
        if is_measured
        else (
            *ROWS,
            *DEAL_ROW_KINDS,
            *TICKET_ROW_KINDS,
            *SURVEY_ROW_KINDS,
            *QUALITY_ROW_KINDS,
            "campaign_days",
        )
    )
    assert set(definition.measures()) <= set(MEASURES) or not is_measured
    assert set(definition.rivals) <= set(METRICS)
    assert (definition.interval == "none") == (not definition.squares) or (
        definition.interval == "wilson" or definition.source not in ("sales", "value")
    )
    for language in ("en", "zh_CN"):
        labels = catalogue(language)
        measures = definition.measures() if is_measured else ()
        for key in (*definition.label_keys, *(f"measure.{m}" for m in measures)):
            assert labels(key).strip(), key


def test_label_keys_name_every_part() -> None:
    assert {key.rpartition(".")[2] for key in metric("return_rate").label_keys} == set(LABELS)
    assert "metric.orders.denominator" not in metric("orders").label_keys


def test_a_rate_carries_its_parts_and_interval() -> None:
    row = only("repeat_purchase_rate", repeat_customers=81, paid_customers=263)

    assert row["value"] == pytest.approx(81 / 263)
    assert (row["numerator"], row["denominator"], row["n"]) == (81, 263, 263)
    assert (round(row["low"], 4), round(row["high"], 4)) == (0.2553, 0.3662)


def test_a_mean_has_students_interval_from_its_squares() -> None:
    row = only("average_order_value", net_amount=60, valued_orders=3, net_amount_sq=1400)

    assert row["value"] == 20
    assert [row["low"], row["high"]] == [float(x) for x in mean_interval_from_sums(3, 60, 1400)]
    without = only("average_order_value", net_amount=60, valued_orders=3)
    assert np.isnan(without["low"])
    assert without["value"] == 20


def test_return_rate_is_by_value_and_not_below_zero() -> None:
    # Ten orders: nine of 10 paid, one of 5 returned.
    row = only(
        "return_rate", returned_amount=5, gross_amount=90, orders=10, returned_amount_sq=25,
        gross_amount_sq=900,
    )  # fmt: skip

    assert row["value"] == pytest.approx(5 / 90)
    assert row["low"] == 0
    assert row["high"] > 5 / 90


@pytest.mark.parametrize("name", [m.name for m in SALES.values() if m.denominator])
def test_zero_denominator_is_not_defined_rather_than_zero(name: str) -> None:
    row = only(name, **dict.fromkeys(metric(name).measures(), 0.0))

    assert np.isnan(row["value"])
    assert np.isnan(row["low"])
    assert row["denominator"] == 0


def test_totals_have_no_denominator_and_no_interval() -> None:
    row = only("net_revenue", net_amount=-3, orders=2)

    assert (row["value"], row["numerator"], row["n"]) == (-3, -3, 2)
    assert np.isnan([row["denominator"], row["low"], row["high"]]).all()


@pytest.mark.parametrize(
    ("base", "growth"), [(80, 0.25), (0, np.nan), (-5, np.nan), (None, np.nan)]
)
def test_growth_needs_a_positive_base(base: float | None, growth: float) -> None:
    row = only("net_revenue_growth_year", net_amount=100, orders=1, base_amount=base)

    assert row["value"] == pytest.approx(growth, nan_ok=True)
    assert row["numerator"] == pytest.approx(np.nan if base is None else 100 - base, nan_ok=True)


def test_growth_without_any_base_is_not_defined() -> None:
    assert np.isnan(only("net_revenue_growth_year", net_amount=100, orders=1)["value"])


@pytest.mark.parametrize(
    ("window", "complete"),
    [
        (QUARTER, True),
        (replace(QUARTER, complete_until=date(2025, 3, 31)), False),
        (replace(QUARTER, first_on=date(2025, 1, 2)), False),
        (replace(QUARTER, first_on=None), True),
        (replace(QUARTER, complete_until=None), False),
        (Window(None, None, date(2025, 1, 1), date(2025, 3, 1)), True),
        (Window(), False),
    ],
)
def test_a_period_is_complete_when_it_ends_by_the_day_after_the_last(
    window: Window, complete: bool
) -> None:
    assert bool(only("orders", window, orders=1)["is_complete"]) is complete


def test_each_unit_is_complete_on_its_own() -> None:
    months = pd.to_datetime(["2024-12-01", "2025-01-01", "2025-02-01", "2025-03-01"])
    frame = pd.DataFrame({"ordered_on:month": months, "orders": 1})

    def verdicts(window: Window) -> list[bool]:
        by = ("ordered_on:month",)
        return evaluate(metric("orders"), frame, by=by, window=window)["is_complete"].tolist()

    data = Window(None, None, date(2024, 12, 3), date(2025, 3, 10))
    assert verdicts(data) == [False, True, True, False]
    # The period cuts January and February.
    cut = replace(data, start=date(2025, 1, 15), end=date(2025, 2, 20))
    assert verdicts(cut) == [False, False, False, False]


def test_every_group_of_other_kinds_shares_the_period() -> None:
    frame = pd.DataFrame({"region": ["N", None], "orders": [1, 2]})

    result = evaluate(metric("orders"), frame, by=("region",), window=QUARTER)

    assert result["is_complete"].tolist() == [True, True]
    assert list(result.columns[:2]) == ["region", "value"]


def test_works_on_no_rows() -> None:
    for definition in SALES.values():
        frame = pd.DataFrame(columns=["region", *definition.measures()])
        result = evaluate(definition, frame, by=("region",), window=QUARTER)
        assert result.empty
        assert compare(result, result, by=("region",)).empty


def test_comparison_is_by_key_whatever_the_order() -> None:
    current = pd.DataFrame({"region": ["N", "S", None], "value": [10.0, 5.0, 2.0]})
    base = pd.DataFrame({"region": [None, "N", "W"], "value": [4.0, 0.0, 9.0]})

    result = compare(current, base, by=("region",)).set_index("region")

    assert result.loc["N", "change"] == 10
    assert np.isnan(result.loc["N", "relative_change"])  # base of 0
    assert np.isnan(result.loc["S", "base_value"])
    missing = result[result.index.isna()].iloc[0]
    assert (missing["change"], missing["relative_change"]) == (-2, -0.5)
    assert len(result) == 3


def test_broken_frames_are_refused() -> None:
    with pytest.raises(FrameContractError, match=r"lacks \['orders'\]"):
        evaluate(metric("orders"), pd.DataFrame({"x": [1]}), window=QUARTER)
    twice = pd.DataFrame({"region": ["N", "N"], "orders": 1, "value": 1.0})
    with pytest.raises(FrameContractError, match="repeat the group"):
        evaluate(metric("orders"), twice, by=("region",), window=QUARTER)
    with pytest.raises(FrameContractError, match="repeat the group"):
        compare(twice, twice, by=("region",))
    with pytest.raises(FrameContractError, match="repeat the group"):
        evaluate(metric("orders"), twice, window=QUARTER)


def test_inputs_are_left_alone() -> None:
    frame = pd.DataFrame({"region": ["N"], "net_amount": [1.0], "valued_orders": [1]})
    before = frame.copy()

    evaluate(metric("average_order_value"), frame, by=("region",), window=QUARTER)

    pd.testing.assert_frame_equal(frame, before)


def test_unknown_metric_is_refused_with_the_list() -> None:
    with pytest.raises(UsageError, match="no metric 'profit'. Metrics are: net_revenue"):
        metric("profit")
