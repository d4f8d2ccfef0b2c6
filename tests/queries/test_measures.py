"""Measures of the hand-counted shop (see ``tests.queries.shop``)."""

from datetime import date

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.errors import UsageError
from crm_data.queries.cut import Cut
from crm_data.queries.measures import MEASURES
from crm_data.queries.metrics import measure_frame, statement_text, version_facts
from crm_data.queries.versions import dimension_values
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.tables.marts import VERSION_INFO
from tests.queries.shop import VERSION

E1 = AccessScope(frozenset({"e1"}))
E2 = AccessScope(frozenset({"e2"}))
FIRST_QUARTER = Cut(date(2025, 1, 1), date(2025, 4, 1))


def totals(conn: sa.Connection, cut: Cut, scope: AccessScope = EVERYTHING) -> dict[str, float]:
    frame = measure_frame(conn, scope=scope, measures=tuple(MEASURES), cut=cut)
    assert len(frame) == 1
    return frame.astype("float64").iloc[0].to_dict()  # type: ignore[return-value]  # names are str


def by(conn: sa.Connection, measure: str, cut: Cut, scope: AccessScope = EVERYTHING) -> dict:
    frame = measure_frame(conn, scope=scope, measures=(measure,), cut=cut)
    keys = frame[cut.by[0]]
    plain = [None if pd.isna(k) else k.date() if isinstance(k, pd.Timestamp) else k for k in keys]
    return dict(zip(plain, frame[measure].tolist(), strict=True))


def test_first_quarter_by_hand(conn: sa.Connection) -> None:
    # o01 100, o02 50 (of its lines), o03 10, o04 -60, o05 80 (no status: paid), o07 40, o08 25,
    # o09 7, o10 30, o11 5. Not: o06 cancelled, o12 without a day, o13 open, o14 in December.
    expected = {
        "net_amount": 287,
        "gross_amount": 347,
        "returned_amount": 60,
        "orders": 10,
        "paid_orders": 9,
        "lines": 11,
        "units": 9,  # ten pieces out, one back
        "active_customers": 5,  # c1 c2 c3 c4 c9
        "new_customers": 4,  # c3 first bought in December
        "returning_customers": 1,
        "paid_customers": 5,
        "repeat_customers": 2,  # c1: o01 o02 o03; c2: o05 o07
        "customer_net_amount": 280,  # without o09
        "customer_orders": 9,
        # c1 100, c2 120, c3 25, c4 30, c9 5
        "customer_net_amount_sq": 100**2 + 120**2 + 25**2 + 30**2 + 5**2,
        "customer_orders_sq": 4**2 + 2**2 + 1 + 1 + 1,
    }
    found = totals(conn, FIRST_QUARTER)

    assert {name: found[name] for name in expected} == expected


def test_months_count_a_customer_in_each_and_the_total_once(conn: sa.Connection) -> None:
    cut = Cut(date(2024, 12, 1), date(2025, 4, 1), ("ordered_on:month",))

    assert by(conn, "active_customers", cut) == {
        date(2024, 12, 1): 1,  # c3
        date(2025, 1, 1): 2,  # c1 (three times), c2
        date(2025, 2, 1): 2,  # c1, c3; not o09, which has no customer
        date(2025, 3, 1): 3,  # c2 c4 c9
    }
    assert by(conn, "net_amount", cut) == {
        date(2024, 12, 1): 15,
        date(2025, 1, 1): 240,
        date(2025, 2, 1): -28,
        date(2025, 3, 1): 75,
    }


def test_window_that_begins_on_the_day_of_two_orders_counts_the_customer_once(
    conn: sa.Connection,
) -> None:
    day = Cut(date(2025, 1, 20), date(2025, 1, 21))

    found = totals(conn, day)

    assert (found["orders"], found["active_customers"], found["repeat_customers"]) == (2, 1, 1)
    assert (found["new_customers"], found["returning_customers"]) == (0, 1)


def test_categories_add_up_with_what_no_line_explains(conn: sa.Connection) -> None:
    cut = Cut(date(2025, 1, 1), date(2025, 4, 1), ("category",))
    # paper: o01 60, o02 30, o03 10, o04 -60, o09 7. kitchen: o01 40, o05 70, o11 5.
    # Without: o02's p3 20, o05's difference 10, o07 40, o08 25, o10 30.
    for scope in (EVERYTHING, AccessScope(frozenset({"e1", "e2"}))):
        found = by(conn, "net_amount", cut, scope)
        assert found["paper"] == 47
        assert found["kitchen"] == (115 if scope.is_everything else 110)
        assert found[None] == (125 if scope.is_everything else 95)
    # Without category: o02, o07 (no lines), o08, o10. o05 counts where its line is.
    assert by(conn, "orders", cut) == {"paper": 5, "kitchen": 3, None: 4}


@pytest.mark.parametrize(
    "dim",
    ["region", "channel", "category", "product_id", "products.name", "status", "owner_id", "team",
     "attributes.tier", "campaigns.name", "customers.created_at:year", "order_lines.quantity"],
)  # fmt: skip
@pytest.mark.parametrize("scope", [EVERYTHING, E1], ids=["everything", "e1"])
def test_every_breakdown_of_an_additive_measure_adds_up(
    conn: sa.Connection, dim: str, scope: AccessScope
) -> None:
    additive = ("net_amount", "gross_amount", "returned_amount", "lines", "units")
    whole = measure_frame(conn, scope=scope, measures=additive, cut=FIRST_QUARTER)
    parts = measure_frame(
        conn,
        scope=scope,
        measures=additive,
        cut=Cut(FIRST_QUARTER.start, FIRST_QUARTER.end, (dim,)),
    )

    assert parts[list(additive)].sum().to_dict() == whole.iloc[0].to_dict()


def test_owners_see_only_their_customers(conn: sa.Connection) -> None:
    assert totals(conn, FIRST_QUARTER, E1)["net_amount"] == 125  # c1 100, c3 25
    # c2 120, and o09, which has no customer and is theirs as its own owner
    assert totals(conn, FIRST_QUARTER, E2)["net_amount"] == 127
    assert set(by(conn, "orders", Cut(by=("owner_id",)), E2)) == {"e2"}


def test_scope_without_owners_sees_nothing_in_the_promised_shape(conn: sa.Connection) -> None:
    frame = measure_frame(
        conn, scope=NOBODY, measures=tuple(MEASURES), cut=Cut(by=("region", "ordered_on:month"))
    )

    assert frame.empty
    assert list(frame.columns) == ["region", "ordered_on:month", *MEASURES]
    assert str(frame["ordered_on:month"].dtype) == "datetime64[us]"
    assert str(frame["orders"].dtype) == "Int64"
    assert set(totals(conn, Cut(), NOBODY).values()) == {0.0}


def test_columns_keep_the_asked_order_and_repeats_are_dropped(conn: sa.Connection) -> None:
    frame = measure_frame(
        conn,
        scope=EVERYTHING,
        measures=("repeat_customers", "net_amount", "repeat_customers"),
        cut=Cut(by=("channel", "region")),
    )

    assert list(frame.columns) == ["channel", "region", "repeat_customers", "net_amount"]
    assert frame["channel"].isna().tolist() == sorted(frame["channel"].isna().tolist())


def test_no_measures_give_the_groups_shape_only(conn: sa.Connection) -> None:
    frame = measure_frame(conn, scope=EVERYTHING, measures=(), cut=Cut(by=("region",)))

    assert list(frame.columns) == ["region"]


@pytest.mark.parametrize(
    "hostile",
    ["North' OR '1'='1", "'; DROP TABLE order_facts; --", "%s", "%(param_1)s", ":x", "\\", "北'"],
)
@pytest.mark.parametrize("field", ["region", "category", "attributes.tier", "channel!"])
def test_a_hostile_value_is_only_a_value(conn: sa.Connection, field: str, hostile: str) -> None:
    cut = Cut(where=((field, (hostile,)),))
    found = totals(conn, cut)

    assert found["orders"] == (11 if field == "channel!" else 0)
    assert totals(conn, Cut())["orders"] == 11
    statement_text(conn, scope=EVERYTHING, measures=("net_amount",), cut=cut)


@pytest.mark.parametrize("key", ["tier", "no'such", 'a"b', "a/b~c", "%(x)s", "$", "tier')--"])
def test_an_attribute_key_is_only_a_key(conn: sa.Connection, key: str) -> None:
    found = by(conn, "net_amount", Cut(by=(f"attributes.{key}",)))

    assert sum(found.values()) == 302
    assert found == ({"gold": 100, "silver": 40, None: 162} if key == "tier" else {None: 302})


def test_statement_can_be_read_and_run_again(conn: sa.Connection) -> None:
    cut = Cut(date(2025, 1, 1), date(2025, 2, 1), ("region",), (("channel", ("we'b", "web")),))

    text = statement_text(conn, scope=E1, measures=("net_amount",), cut=cut)

    assert "2025-01-01" in text
    assert "'we''b'" in text
    assert [tuple(row) for row in conn.exec_driver_sql(text)] == [("North", 100)]


def test_version_facts_keep_their_promise(conn: sa.Connection) -> None:
    facts = version_facts(conn)

    VERSION_INFO.check(facts)
    assert facts["watermark_on"].dt.date.tolist() == [VERSION[0]["watermark_on"]]


def test_values_of_a_dimension_come_with_the_most_frequent_first(conn: sa.Connection) -> None:
    assert dimension_values(conn, scope=EVERYTHING, dim="channel") == ["web", "store", None]
    assert dimension_values(conn, scope=E2, dim="region") == ["North", None]
    assert dimension_values(conn, scope=NOBODY, dim="region") == []


def test_an_unknown_measure_is_refused_by_name(conn: sa.Connection) -> None:
    with pytest.raises(UsageError, match=r"'profit'\. Measures are: net_amount"):
        measure_frame(conn, scope=EVERYTHING, measures=("profit",), cut=Cut())
