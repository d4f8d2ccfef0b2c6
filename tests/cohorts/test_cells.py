"""Cohort cells: counted by hand, and by brute force from the months of customers."""

from datetime import date

import pandas as pd
import pytest
from sqlalchemy import Connection, select

from crm_data.queries.cohort_members import CohortCell, cohort_members, cohort_members_count
from crm_data.queries.cohorts import SPLITS, Where, cohort_cells, first_categories
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import CUSTOMER_FACTS, CUSTOMER_MONTHS

JAN, FEB, MAR, APR = (f"2025-0{month}-01" for month in (1, 2, 3, 4))
ALL_OWNERS = AccessScope(frozenset({"E1", "E2"}))


def rows(frame: pd.DataFrame, *columns: str) -> list[tuple[object, ...]]:
    """Rows as plain values: days as text, None for missing."""
    plain = frame[list(columns)].astype(object).where(frame[list(columns)].notna(), None)
    return [
        tuple(v.date().isoformat() if isinstance(v, pd.Timestamp) else v for v in row)
        for row in plain.itertuples(index=False, name=None)
    ]


def test_cells_counted_by_hand(hand: Connection) -> None:
    cells = cohort_cells(hand, scope=EVERYTHING)

    counted = ("customers", "first_in_quarter", "last_customers", "orders", "net_amount", "margin")
    assert rows(cells, "cohort_on", "month_on", *counted) == [
        (JAN, JAN, 2, 2, 0, 3, 150.0, 50.0),
        (JAN, FEB, 1, 0, 0, 1, 50.0, 30.0),
        (JAN, MAR, 1, 0, 1, 1, 20.0, None),
        (JAN, APR, 1, 1, 1, 1, 30.0, None),
        (FEB, FEB, 2, 2, 2, 2, 75.0, None),  # c's order of 2099 is not a later one
        (APR, APR, 1, 1, 1, 1, 80.0, 70.0),
    ]
    assert rows(cells, "valued_customers", "costed_customers")[:3] == [(2, 2), (1, 1), (1, 0)]


def test_cells_by_source_keep_the_unknown_apart(hand: Connection) -> None:
    cells = cohort_cells(hand, scope=EVERYTHING, by="source")

    assert rows(cells, "cohort_on", "month_on", "member", "customers")[-3:] == [
        (FEB, FEB, "store", 1),
        (FEB, FEB, None, 1),
        (APR, APR, None, 1),
    ]


@pytest.mark.parametrize(
    ("where", "customers"),
    [
        ((("region", ("South",)),), {(FEB, FEB): 1, (APR, APR): 1}),
        ((("region", (None,)),), {(FEB, FEB): 1}),
        ((("first_category", ("tea", "pot")),), {(JAN, JAN): 1, (JAN, FEB): 1, (JAN, APR): 1,
                                                  (FEB, FEB): 1}),
        ((("country", (None,)), ("source", ("store", None))), {(FEB, FEB): 2, (APR, APR): 1}),
    ],
)  # fmt: skip
def test_filters(hand: Connection, where: Where, customers: dict[tuple[str, str], int]) -> None:
    cells = cohort_cells(hand, scope=EVERYTHING, where=where)

    found = rows(cells, "cohort_on", "month_on", "customers")
    assert {(cohort, month): n for cohort, month, n in found} == customers


def test_only_what_the_viewer_may_see(hand: Connection) -> None:
    assert cohort_cells(hand, scope=NOBODY).empty
    own = cohort_cells(hand, scope=AccessScope(frozenset({"E2"})))
    assert rows(own, "cohort_on", "month_on", "customers", "first_in_quarter") == [
        (JAN, JAN, 1, 1),
        (JAN, MAR, 1, 0),
        (APR, APR, 1, 1),
    ]
    assert first_categories(hand, scope=ALL_OWNERS) == ["pot", "tea", None]
    assert first_categories(hand, scope=NOBODY) == []


@pytest.mark.parametrize("by", ["", *SPLITS])
def test_the_mart_and_the_months_of_customers_agree(many: Connection, by: str) -> None:
    """A filter that keeps every country makes the query read customer_months."""
    fast = cohort_cells(many, scope=EVERYTHING, by=by)
    slow = cohort_cells(many, scope=EVERYTHING, by=by, where=(("country", (None,)),))

    pd.testing.assert_frame_equal(fast, slow)
    assert len(fast) > 60


@pytest.mark.parametrize("region", ["North", "South", None])
def test_cells_by_brute_force(many: Connection, region: str | None) -> None:
    months = read_frame(many, mart("customer_months").select(), CUSTOMER_MONTHS)
    is_own = months["region"] == region if region else months["region"].isna()
    own = months[is_own & (months["paid_orders"] > 0)].to_dict("records")
    cells = cohort_cells(many, scope=EVERYTHING, where=(("region", (region,)),))

    expected: dict[tuple[pd.Timestamp, pd.Timestamp], list[int]] = {}
    for row in own:
        others = [r["month_on"] for r in own if r["customer_no"] == row["customer_no"]]
        month = row["month_on"]
        quarter = [m for m in others if (m.year, m.quarter) == (month.year, month.quarter)]
        counts = expected.setdefault((min(others), month), [0, 0, 0])
        counts[0] += 1
        counts[1] += month == min(quarter)
        counts[2] += month == max(others)
    found = cells[cells["customers"] > 0].set_index(["cohort_on", "month_on"])[
        ["customers", "first_in_quarter", "last_customers"]
    ]
    assert dict(zip(found.index, found.to_numpy().tolist(), strict=True)) == expected


def cell(joined: tuple[int, int], active: tuple[int, int | None], **more: object) -> CohortCell:
    def month(number: int | None) -> date:
        return date(2025, number or 1, 1)

    until = None if active[1] is None else month(active[1])
    days = (month(joined[0]), month(joined[1]), month(active[0]), until)
    return CohortCell(*days, **more)  # type: ignore[arg-type]  # test data


@pytest.mark.parametrize(
    ("asked", "members"),
    [
        (cell((1, 2), (1, 2)), ["a", "b"]),
        (cell((1, 2), (2, 3)), ["a"]),
        (cell((1, 2), (2, 3), is_active=False), ["b"]),
        (cell((1, 2), (3, None)), ["a", "b"]),
        (cell((1, 4), (2, 4), is_active=None), ["c", "a", "b", "x"]),
        (cell((1, 4), (1, 4), where=(("source", ("ads",)),)), ["a", "b"]),
        (cell((2, 3), (5, None)), []),  # an order of 2099 has not come yet
    ],
)
def test_members_of_a_cell(hand: Connection, asked: CohortCell, members: list[str]) -> None:
    found = cohort_members(hand, scope=EVERYTHING, cell=asked, limit=10)

    assert found["customer_id"].tolist() == members
    assert cohort_members_count(hand, scope=EVERYTHING, cell=asked) == len(members)


def test_members_carry_the_orders_of_the_period_and_stay_in_scope(hand: Connection) -> None:
    asked = cell((1, 2), (2, 4), is_active=None)

    found = cohort_members(hand, scope=EVERYTHING, cell=asked, limit=10)
    assert rows(found, "customer_id", "period_orders", "period_net_amount") == [
        ("a", 1, 50.0),
        ("b", 1, 20.0),
    ]
    own = AccessScope(frozenset({"E2"}))
    assert cohort_members(hand, scope=own, cell=asked, limit=10)["customer_id"].tolist() == ["b"]
    assert cohort_members_count(hand, scope=NOBODY, cell=asked) == 0
    second = cohort_members(hand, scope=EVERYTHING, cell=asked, limit=1, offset=1)
    assert second["customer_id"].tolist() == ["b"]


def test_a_return_is_no_purchase_but_its_money_counts(many: Connection) -> None:
    """From the orders themselves: customers by purchase, amounts by every counted order."""
    orders, info = mart("order_facts"), mart("version_info")
    known = orders.select().where(
        orders.c.is_counted, orders.c.customer_no.is_not(None), orders.c.ordered_on.is_not(None)
    )
    rows_of = pd.DataFrame(many.execute(known).mappings().all())
    last = many.scalar(select(info.c.watermark_on).where(info.c.table_name == "orders"))
    rows_of = rows_of[rows_of["ordered_on"] <= last]
    rows_of["month_on"] = pd.to_datetime(rows_of["ordered_on"]).dt.to_period("M").dt.to_timestamp()
    bought = rows_of[rows_of["status"] == "paid"]
    cohort = bought.groupby("customer_no")["month_on"].min()
    rows_of["cohort_on"] = rows_of["customer_no"].map(cohort)
    rows_of = rows_of[rows_of["month_on"] >= rows_of["cohort_on"]]
    money = rows_of.groupby(["cohort_on", "month_on"])["net_amount"].sum().astype("float64")
    bought = rows_of[rows_of["status"] == "paid"]
    people = bought.groupby(["cohort_on", "month_on"])["customer_no"].nunique()

    cells = cohort_cells(many, scope=EVERYTHING).set_index(["cohort_on", "month_on"])

    assert (rows_of["status"] == "returned").sum() > 20
    assert cells["net_amount"].to_dict() == pytest.approx(money.to_dict())
    assert cells["customers"].to_dict() == people.reindex(cells.index).fillna(0).to_dict()
    assert cells["orders"].sum() == len(bought)


def test_members_of_a_cell_are_as_many_as_it_counts(many: Connection) -> None:
    cells = cohort_cells(many, scope=EVERYTHING)
    for row in cells[cells["cohort_on"] == cells["cohort_on"].min()].itertuples():
        month = row.month_on
        asked = CohortCell(
            row.cohort_on.date(), (row.cohort_on + pd.DateOffset(months=1)).date(),
            month.date(), (month + pd.DateOffset(months=1)).date(),
        )  # fmt: skip
        assert cohort_members_count(many, scope=EVERYTHING, cell=asked) == row.customers


def test_every_customer_with_a_purchase_day_is_in_one_cohort(many: Connection) -> None:
    facts = read_frame(many, mart("customer_facts").select(), CUSTOMER_FACTS)
    cells = cohort_cells(many, scope=EVERYTHING)

    joined = cells.loc[cells["cohort_on"] == cells["month_on"], "customers"].sum()
    assert joined == (facts["paid_days"] > 0).sum() == cells["last_customers"].sum()
