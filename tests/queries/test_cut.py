"""Cuts as users write them."""

from datetime import date

import pytest

from crm_data.errors import UsageError
from crm_data.queries.cut import Cut, parse_cut
from crm_data.queries.dimensions import dimension


def test_values_of_one_field_are_alternatives() -> None:
    cut = parse_cut(None, None, ["region"], ["channel=web", "channel=store", "category="])

    assert cut == Cut(by=("region",), where=(("channel", ("web", "store")), ("category", (None,))))
    assert hash(cut) == hash(
        Cut(by=("region",), where=(("channel", ("web", "store")), ("category", (None,))))
    )
    assert cut.filter_values == {"channel": ["web", "store"], "category": [None]}


def test_not_equal_is_a_field_with_a_mark() -> None:
    (condition,) = parse_cut(None, None, [], ["region!=North"]).filters

    assert condition.is_negated
    assert condition.keeps_missing
    assert condition.dimension.name == "region"


def test_a_value_may_hold_an_equals_sign() -> None:
    assert parse_cut(None, None, [], ["city=a=b"]).where == (("city", ("a=b",)),)


@pytest.mark.parametrize(
    ("name", "table", "column", "kind"),
    [
        ("region", "customers", "region", "text"),
        ("channel", "orders", "channel", "text"),
        ("owner_id", "order_facts", "owner_id", "text"),
        ("seller_id", "orders", "owner_id", "text"),
        ("orders.owner_id", "orders", "owner_id", "text"),
        ("customers.owner_id", "customers", "owner_id", "text"),
        ("name", "customers", "name", "text"),
        ("category", "products", "category", "text"),
        ("product_id", "order_lines", "product_id", "text"),
        ("team", "employees", "team", "text"),
        ("ordered_on:month", "orders", "ordered_on", "day"),
        ("customers.created_at:month", "customers", "created_at", "day"),
        ("attributes.size class", "customers", "attributes", "text"),
        ("products.attributes.tier", "products", "attributes", "text"),
    ],
)
def test_names_mean_what_the_docs_say(name: str, table: str, column: str, kind: str) -> None:
    d = dimension(name)

    assert (d.table, d.column, d.kind) == (table, column, kind)


@pytest.mark.parametrize("name", ["regoin", "orders.nope", "tickets.status", "attributes.", ""])
def test_unknown_fields_are_refused_with_the_list(name: str) -> None:
    with pytest.raises(UsageError, match=r"There is no field '.*customers\.region.*seller_id"):
        dimension(name)


@pytest.mark.parametrize("name", ["region:month", "ordered_on:fortnight", "ordered_on:MONTH"])
def test_only_dates_are_cut_by_calendar_units(name: str) -> None:
    with pytest.raises(UsageError, match="Only dates can, by day, week, month, quarter, year"):
        dimension(name)


@pytest.mark.parametrize(
    "where", ["ordered_on:month=soon", "line_no=two", "consent_email=maybe", "list_price=dear"]
)
def test_values_of_the_wrong_kind_are_refused(where: str) -> None:
    with pytest.raises(UsageError, match="cannot be compared with"):
        parse_cut(None, None, [], [where])


def test_a_month_may_be_written_short() -> None:
    assert dimension("ordered_on:month").value("2025-03") == date(2025, 3, 1)
    assert dimension("ordered_on:quarter").value("2025-03-09") == date(2025, 1, 1)
    assert dimension("ordered_on:year").value("2025") == date(2025, 1, 1)


@pytest.mark.parametrize("where", ["region", "=x", " =x", ""])
def test_a_filter_needs_a_field_and_an_equals_sign(where: str) -> None:
    with pytest.raises(UsageError, match="is not a filter"):
        parse_cut(None, None, [], [where])


def test_empty_periods_and_repeated_dimensions_are_refused() -> None:
    with pytest.raises(UsageError, match="has no days"):
        parse_cut(date(2025, 1, 2), date(2025, 1, 2))
    with pytest.raises(UsageError, match="named twice"):
        parse_cut(None, None, ["region", "region"])
