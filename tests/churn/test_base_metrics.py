"""Metrics of keeping customers: as the months of the page say, grouped, pooled, and their rows."""

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import Connection

from analytics.churn_periods import pooled
from analytics.churn_rates import RATES, monthly_rates, rate_of, with_levels
from analytics.metric_registry import METRICS, metric
from crm_data.errors import UsageError
from crm_data.queries.churn_contracts import contract_months
from crm_data.queries.churn_spells import ends_known_from
from crm_data.queries.cut import Cut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.churn.shop import on
from tests.churn.test_rates import FLOWS
from ui.base_rows import base_rows
from ui.metrics import metric_document

SILENCE = {"churn": {"kind": "silence", "silence_days": 31}}
CONTRACT = {"churn": {"kind": "contract"}}
OF_CHURN = [name for name, one in METRICS.items() if one.source == "churn"]


def asked(conn: Connection, name: str, cut: Cut, rules: Any = CONTRACT, **more: Any) -> Any:
    given = {"scope": EVERYTHING, "version": "v", "name": name, "cut": cut, "rules": rules}
    return metric_document(conn, **given | more)


def test_of_the_last_complete_month_and_equal_to_the_page(hand: Connection) -> None:
    levels = with_levels(
        contract_months(hand, scope=EVERYTHING), date(2025, 4, 15), ends_known_from(hand)
    )
    table = monthly_rates(levels)
    for name in RATES:
        document = asked(hand, name, Cut())
        (row,) = document["rows"]
        page = rate_of(table, name, on(3, 1))
        assert (document["start"], document["end"]) == ("2025-03-01", "2025-04-01")
        assert document["watermark"] == "2025-04-15"
        for part in ("value", "low", "high", "numerator", "denominator", "n"):
            assert row[part] == getattr(page, part), (name, part)
        assert row["is_complete"] is True
    (churn,) = asked(hand, "churn_rate", Cut())["rows"]
    assert (churn["numerator"], churn["denominator"], churn["n"]) == (1, 5, 5)  # b of five
    (kept,) = asked(hand, "retention_rate", Cut())["rows"]
    assert (kept["numerator"], kept["value"]) == (4, 0.8)
    assert (kept["low"], kept["high"]) == (1 - churn["high"], 1 - churn["low"])


def test_by_month_and_region_and_for_a_viewer(hand: Connection) -> None:
    cut = Cut(on(2, 1), on(5, 1), by=("ordered_on:month",))
    rows = asked(hand, "churn_rate", cut, SILENCE)["rows"]
    told = [(row["ordered_on:month"][5:7], row["numerator"], row["denominator"]) for row in rows]
    # Silences of 31 days are not all seen in February; b in March; a and c in April
    assert told == [("02", None, None), ("03", 1, 2), ("04", 2, 2)]
    whole = asked(hand, "churn_rate", Cut(on(2, 1), on(5, 1)), SILENCE)["rows"][0]
    assert (whole["numerator"], whole["denominator"]) == (3, 4)

    march = Cut(on(3, 1), on(4, 1), by=("region",))
    by = {row["region"]: row for row in asked(hand, "churn_rate", march)["rows"]}
    assert sum(row["numerator"] for row in by.values()) == 1
    assert (by["North"]["numerator"], by["North"]["denominator"]) == (1, 1)
    own = asked(hand, "churn_rate", march, scope=AccessScope(frozenset({"E1"})))["rows"]
    assert [(row["region"], row["numerator"]) for row in own if row["n"]] == [("South", 0)]
    (nobody,) = asked(hand, "churn_rate", Cut(), scope=NOBODY)["rows"]
    assert (nobody["value"], nobody["n"], nobody["is_complete"]) == (None, 0, False)


def test_amounts_are_of_contracts_whatever_counts_as_lost(hand: Connection) -> None:
    found = asked(hand, "net_revenue_retention", Cut(), SILENCE)["rows"][0]
    assert found == asked(hand, "net_revenue_retention", Cut())["rows"][0]
    assert found["numerator"] == 133 - 20 + 15


def test_compared_and_as_known_then(hand: Connection) -> None:
    april = Cut(on(4, 1), on(5, 1))
    document = asked(hand, "churn_rate", april, SILENCE, compare="previous")
    assert document["compare"]["rows"][0]["value"] == 0.5
    assert document["compare"]["rows"][0]["change"] == 0.5
    then = asked(hand, "churn_rate", Cut(), SILENCE, as_of=on(4, 10))
    assert then["start"] == "2025-03-01"


@pytest.mark.parametrize(
    "cut",
    [
        Cut(on(3, 2), on(4, 1)),
        Cut(by=("channel",)),
        Cut(by=("ordered_on:week",)),
        Cut(where=(("region!", ("North",)),)),
    ],
)
def test_what_a_rate_of_months_cannot_be_cut_by_is_refused(hand: Connection, cut: Cut) -> None:
    with pytest.raises(UsageError, match="whole months"):
        asked(hand, "churn_rate", cut)


def test_the_rows_are_who_was_lost(hand: Connection) -> None:
    cut = Cut(on(2, 1), on(5, 1))
    total, rows = base_rows(
        hand, scope=EVERYTHING, metric=metric("churn_rate"), cut=cut, stored=SILENCE, limit=2
    )
    assert (total, len(rows)) == (3, 2)  # as many as the numerator
    total, rows = base_rows(
        hand, scope=EVERYTHING, metric=metric("churn_rate"), cut=Cut(), stored=CONTRACT, limit=9
    )
    assert (total, rows["customer_id"].tolist()) == (1, ["b"])


def test_value_has_no_period(hand: Connection) -> None:
    with pytest.raises(UsageError, match="no period"):
        asked(hand, "predicted_clv", Cut(on(1, 1), on(2, 1)))
    (row,) = asked(hand, "predicted_clv", Cut())["rows"]
    assert (row["value"], row["n"]) == (None, 0)  # nobody is scored in this company


def test_pooled_months_are_the_weighted_mean_month() -> None:
    levels = with_levels(FLOWS, date(2025, 5, 30))
    months = monthly_rates(levels).set_index("month_on")
    start, end = date(2025, 2, 1), date(2025, 5, 1)
    n = levels.set_index("month_on")["start_customers"].loc["2025-02":"2025-04"]
    found = pooled(levels, "churn_rate", start, end)
    assert found.value == pytest.approx(np.average(months["churn_rate"].loc[n.index], weights=n))
    assert found.n == n.sum()
    for name in RATES:
        one = pooled(levels, name, start, date(2025, 3, 1))
        assert one == rate_of(monthly_rates(levels), name, start)
    assert pooled(levels, "churn_rate", date(2026, 1, 1), date(2026, 2, 1)).value is None
    assert pd.isna(pooled(levels, "retention_rate", date(2020, 1, 1), start).low or np.nan)
