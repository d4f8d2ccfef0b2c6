"""Queries and analytics together, on the hand-counted shop: ``ui.metrics``."""

import json
from datetime import date

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.metric_registry import METRICS
from crm_data.errors import UsageError
from crm_data.queries.cut import Cut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.tables import mart
from tests.queries.shop import SHOP, duckdb_engine, fill
from ui.metrics import Compare, horizon, metric_document, metric_values

FEBRUARY = Cut(date(2025, 2, 1), date(2025, 3, 1))
MARCH = Cut(date(2025, 3, 1), date(2025, 4, 1))
SALES = tuple(name for name, one in METRICS.items() if one.source == "sales")
QUARTER = (date(2025, 1, 1), date(2025, 4, 1))


def values(conn: sa.Connection, name: str, cut: Cut, **options: object) -> pd.DataFrame:
    return metric_values(conn, scope=EVERYTHING, names=(name,), cut=cut, **options)[name]  # type: ignore[arg-type]  # passed on


def test_every_metric_of_the_quarter_by_hand(conn: sa.Connection) -> None:
    found = metric_values(conn, scope=EVERYTHING, names=SALES, cut=Cut(*QUARTER))

    assert tuple(found) == SALES
    got = {name: frame["value"].iloc[0] for name, frame in found.items()}
    assert got == pytest.approx(
        {
            "net_revenue": 287,
            "gross_revenue": 347,
            "orders": 10,
            "order_lines": 11,
            "units": 9,
            "active_customers": 5,
            "new_customers": 4,
            "returning_customers": 1,
            "average_order_value": 28.7,
            "revenue_per_customer": 56,
            "repeat_purchase_rate": 0.4,
            "return_rate": 60 / 347,
            "purchase_frequency": 1.8,
            "net_revenue_growth_previous": 287 / 15 - 1,  # December: 15
            "net_revenue_growth_year": np.nan,  # nothing was sold a year before
            "historic_clv": (280 + 15) / 5,  # with December, whatever the start
        },
        nan_ok=True,
    )


def test_intervals_can_be_spared(conn: sa.Connection) -> None:
    cut = Cut(*QUARTER)

    assert values(conn, "revenue_per_customer", cut)["low"].notna().all()
    assert values(conn, "revenue_per_customer", cut, intervals=False)["low"].isna().all()


def test_months_grow_over_the_month_before_even_when_it_is_outside(conn: sa.Connection) -> None:
    cut = Cut(date(2025, 1, 1), date(2025, 4, 1), ("ordered_on:month",))

    growth = values(conn, "net_revenue_growth_previous", cut)

    # December 15, January 240, February -28, March 75 over a negative base
    assert growth["value"].tolist() == pytest.approx(
        [240 / 15 - 1, -28 / 240 - 1, np.nan], nan_ok=True
    )
    assert growth["denominator"].tolist() == [15, 240, -28]


def test_growth_of_an_open_period_is_not_defined(conn: sa.Connection) -> None:
    assert values(conn, "net_revenue_growth_year", Cut())["value"].isna().all()


def test_comparison_by_region_keeps_regions_that_vanished(conn: sa.Connection) -> None:
    cut = Cut(date(2025, 2, 1), date(2025, 3, 1), ("region",))

    # January: North 240. February: North -60, South 25, without 7.
    found = values(conn, "net_revenue", cut, compare="previous")
    assert found["region"].fillna("-").tolist() == ["North", "South", "-"]
    assert found["change"].tolist() == [-300, 25, 7]
    assert found["relative_change"].tolist() == pytest.approx([-1.25, np.nan, np.nan], nan_ok=True)

    # March: North 40, without 35. South is 0 now, not gone.
    march = values(
        conn, "net_revenue", Cut(date(2025, 3, 1), date(2025, 4, 1), ("region",)),
        compare="previous",
    )  # fmt: skip
    assert march["value"].tolist() == [40, 0, 35]
    assert march["base_value"].tolist() == [-60, 25, 7]
    assert march["relative_change"].tolist() == pytest.approx([np.nan, -1, 4], nan_ok=True)


def test_days_are_compared_with_the_same_days_of_another_month(conn: sa.Connection) -> None:
    cut = Cut(date(2025, 3, 1), date(2025, 4, 1), ("ordered_on",))

    found = values(conn, "net_revenue", cut, compare="previous").set_index("ordered_on")

    # February 3rd, 14th and 15th move to March; nothing was sold on those days of March.
    assert found.loc["2025-03-03", ["value", "base_value"]].tolist() == [0, -60]
    assert found.loc["2025-03-14", ["value", "base_value"]].tolist() == [0, 25]
    assert found.loc["2025-03-05", ["value", "base_value"]].tolist() == [30, 0]
    assert "2025-03-31" not in found.index


def test_a_base_before_the_first_day_with_data_is_missing_rather_than_zero(
    conn: sa.Connection,
) -> None:
    # The first order is of 30 December 2024.
    for cut in (MARCH, Cut(MARCH.start, MARCH.end, ("region",))):
        assert values(conn, "net_revenue", cut, compare="year")["base_value"].isna().all()
    by_month = Cut(date(2024, 12, 1), date(2025, 4, 1), ("ordered_on:month",))
    months = values(conn, "net_revenue", by_month, compare="previous")
    assert months["base_value"].isna().all()  # August to November
    # Of January only the 30th and 31st have a day with data a month before.
    days = Cut(date(2025, 1, 1), date(2025, 2, 1), ("ordered_on",), (("region", ("North",)),))
    found = values(conn, "net_revenue", days, compare="previous").set_index("ordered_on")
    assert found["base_value"].isna().all()
    to_january = values(conn, "net_revenue", Cut(*QUARTER), compare="previous")
    assert to_january["base_value"].tolist() == [15]


def test_growth_can_be_compared_too(conn: sa.Connection) -> None:
    found = values(conn, "net_revenue_growth_previous", FEBRUARY, compare="previous").iloc[0]

    assert found["value"] == pytest.approx(-28 / 240 - 1)
    assert found["base_value"] == pytest.approx(240 / 15 - 1)


def test_a_period_of_ones_own_can_be_compared(conn: sa.Connection) -> None:
    base = (date(2025, 2, 1), date(2025, 2, 15))
    cut = Cut(date(2025, 3, 1), date(2025, 3, 15))

    assert values(conn, "net_revenue", cut, compare=base)["base_value"].tolist() == [-35]
    odd = values(conn, "net_revenue", cut, compare=(date(2025, 2, 3), date(2025, 2, 15)))
    assert odd["base_value"].tolist() == [-35]


@pytest.mark.parametrize("compare", ["previous", "year", (date(2024, 1, 1), date(2024, 2, 1))])
def test_an_open_period_cannot_be_compared(conn: sa.Connection, compare: Compare) -> None:
    with pytest.raises(UsageError, match="start and an end"):
        values(conn, "orders", Cut(start=date(2025, 1, 1)), compare=compare)


def test_as_of_a_past_day_knows_only_what_was_known(conn: sa.Connection) -> None:
    cut = Cut(*QUARTER, by=("ordered_on:month",))

    found = values(conn, "net_revenue", cut, as_of=date(2025, 2, 14))

    assert found["value"].tolist() == [240, -35]
    assert found["is_complete"].tolist() == [True, False]


def test_only_months_with_all_their_days_are_complete(conn: sa.Connection) -> None:
    found = values(conn, "orders", Cut(by=("ordered_on:month",)))

    # The first order is of 30 December, the last known day is 7 March.
    assert found["is_complete"].tolist() == [False, True, True, False]


@pytest.mark.parametrize(
    ("end", "as_of", "complete"),
    [
        (date(2025, 3, 8), None, True),  # the last day with data is 7 March
        (date(2025, 3, 9), None, False),
        (date(2025, 3, 8), date(2025, 3, 7), True),
        (date(2025, 3, 8), date(2025, 3, 6), False),
        (date(2025, 3, 9), date(2025, 6, 1), False),  # asking later does not bring more data
    ],
)
def test_a_period_is_complete_when_it_ends_by_the_day_after_the_watermark(
    conn: sa.Connection, end: date, as_of: date | None, complete: bool
) -> None:
    found = values(conn, "orders", Cut(date(2025, 3, 1), end), as_of=as_of)

    assert found["is_complete"].tolist() == [complete]


def test_document_is_plain_json_with_null_for_not_defined(conn: sa.Connection) -> None:
    document = metric_document(
        conn,
        scope=EVERYTHING,
        version="v1",
        name="return_rate",
        cut=Cut(date(2025, 3, 1), date(2025, 4, 1), ("ordered_on:month", "region")),
        compare="previous",
        as_of=date(2025, 3, 20),
    )

    again = json.loads(json.dumps(document, allow_nan=False))
    assert again == document
    assert {key: document[key] for key in document if key not in ("rows", "compare")} == {
        "metric": "return_rate",
        "unit": "share",
        "clock": "period",
        "start": "2025-03-01",
        "end": "2025-04-01",
        "as_of": "2025-03-20",
        "version": "v1",
        "watermark": "2025-03-07",
        "filters": {},
        "segment": None,
    }
    north = {row["region"]: row for row in document["rows"]}["North"]
    assert north == {
        "ordered_on:month": "2025-03-01",
        "region": "North",
        "value": 0,
        "numerator": 0,
        "denominator": 40,
        "n": 1,
        "low": None,
        "high": None,
        "is_complete": False,
    }
    before = document["compare"]
    assert (before["kind"], before["start"], before["end"]) == (
        "previous", "2025-02-01", "2025-03-01",
    )  # fmt: skip
    north_before = {row["region"]: row for row in before["rows"]}["North"]
    assert north_before["value"] is None  # 60 returned, nothing paid


@pytest.mark.parametrize(
    ("start", "end", "as_of", "complete"),
    [
        (None, None, None, True),
        (None, None, date(2024, 12, 30), True),  # the first day
        (None, None, date(2024, 12, 29), False),
        (None, None, date(2024, 1, 1), False),
        (date(2024, 12, 30), None, date(2024, 1, 1), False),
        (None, date(2024, 1, 1), None, False),  # before the data
        (None, date(2024, 12, 31), None, True),
        (date(2025, 3, 7), None, None, True),  # the last day
        (date(2025, 3, 8), None, None, False),
        (date(2025, 3, 7), None, date(2025, 3, 6), False),
    ],
)
def test_an_open_period_without_a_known_day_is_not_complete(
    conn: sa.Connection, start: date | None, end: date | None, as_of: date | None, complete: bool
) -> None:
    found = values(conn, "orders", Cut(start, end), as_of=as_of)

    assert found["is_complete"].tolist() == [complete]


def test_document_of_growth_and_without_comparison(conn: sa.Connection) -> None:
    document = metric_document(
        conn,
        scope=AccessScope(frozenset({"e1"})),
        version="v1",
        name="net_revenue_growth_previous",
        cut=FEBRUARY.within("region", "North"),
    )

    assert "compare" not in document
    assert document["filters"] == {"region": ["North"]}
    (row,) = document["rows"]
    # Ada alone: January 160, February -60
    assert (row["value"], row["numerator"], row["denominator"]) == (-220 / 160, -220, 160)


def test_nobody_gets_zeros_and_no_groups(conn: sa.Connection) -> None:
    for cut, rows in ((MARCH, 1), (Cut(*QUARTER, by=("region",)), 0)):
        for name, frame in metric_values(
            conn, scope=NOBODY, names=SALES, cut=cut, compare="previous"
        ).items():
            assert len(frame) == rows, name
            assert not frame["n"].any()


def test_a_version_without_orders_answers_with_nothing_known() -> None:
    engine = duckdb_engine()
    with engine.connect() as empty:
        assert horizon(empty).watermark_on is None
        empty.execute(mart("version_info").insert(), [{"table_name": "orders", "rows": 0}])
        document = metric_document(
            empty, scope=EVERYTHING, version="v", name="average_order_value", cut=Cut(*QUARTER)
        )
    engine.dispose()

    assert document["watermark"] is None
    (row,) = document["rows"]
    assert (row["value"], row["n"], row["is_complete"]) == (None, 0, False)


def test_an_order_whose_amount_is_unknown_is_in_neither_part_of_the_average() -> None:
    # o01 is worth 100, o99 nobody knows: three ways to ask, one answer, 100 an order.
    known = next(row for row in SHOP["orders"] if row["order_id"] == "o01")
    unknown = known | {"order_id": "o99", "amount": None}
    lines = [line for line in SHOP["order_lines"] if line["order_id"] == "o01"]
    engine = duckdb_engine()
    with engine.connect() as empty:
        fill(empty, {**SHOP, "orders": [known, unknown], "order_lines": lines})
        for scope, where in (
            (EVERYTHING, ()),
            (AccessScope(frozenset({"e1"})), ()),
            (EVERYTHING, (("city", ("A",)),)),
        ):
            found = metric_values(
                empty,
                scope=scope,
                names=("average_order_value", "orders"),
                cut=Cut(*QUARTER, where=where),
            )
            assert found["average_order_value"]["value"].tolist() == [100.0]
            assert found["average_order_value"]["n"].tolist() == [1]
            assert found["orders"]["value"].tolist() == [2]
    engine.dispose()
