"""A group or filter by an attribute that no row has is a mistake, never a silent 0."""

import pytest
import sqlalchemy as sa

from crm_data.errors import UsageError
from crm_data.queries.attribute_keys import (
    LISTED_KEYS,
    attribute_keys,
    check_attribute_keys,
    has_attribute_key,
)
from crm_data.queries.cut import Cut, parse_cut
from tests.queries.shop import SHOP, duckdb_engine, fill

MANY = [f"k{number:02}" for number in range(LISTED_KEYS + 5)]


def test_keys_that_rows_have(conn: sa.Connection) -> None:
    assert attribute_keys(conn, "customers") == ["tier"]
    assert attribute_keys(conn, "orders") == []
    assert has_attribute_key(conn, "customers", "tier")
    assert not has_attribute_key(conn, "customers", "Tier")
    assert not has_attribute_key(conn, "customers", "gold")


@pytest.mark.parametrize(
    "cut",
    [
        Cut(),
        parse_cut(None, None, ["region", "attributes.tier"], ["attributes.tier=none such"]),
        parse_cut(None, None, [], ["customers.attributes.tier!=gold"]),
    ],
)
def test_what_rows_have_passes(conn: sa.Connection, cut: Cut) -> None:
    check_attribute_keys(conn, cut)


@pytest.mark.parametrize(
    ("by", "where", "says"),
    [
        ([], ["attributes.nosuch=1"], "No row of customers has the attribute 'nosuch'. .*: tier."),
        ([], ["attributes.nosuch!=1"], "'nosuch'"),
        ([], ["attributes.nosuch="], "'nosuch'"),
        (["attributes.nosuch"], [], "Its attributes are: tier."),
        ([], ["attributes.tier=gold", "customers.attributes.no'such=1"], "'no'such'"),
        ([], ["products.attributes.size=1"], "No row of products .* nor any other"),
        ([], ["orders.attributes.tier=gold"], "Write customers.attributes.tier."),
    ],
)
def test_what_no_row_has_is_refused(
    conn: sa.Connection, by: list[str], where: list[str], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        check_attribute_keys(conn, parse_cut(None, None, by, where))


def test_nothing_is_asked_where_no_attribute_is_used(duckdb_shop: sa.Engine) -> None:
    asked: list[str] = []
    sa.event.listen(duckdb_shop, "before_cursor_execute", lambda *a: asked.append(a[2]))
    with duckdb_shop.connect() as conn:
        check_attribute_keys(conn, parse_cut(None, None, ["region"], ["channel=web"]))
        assert asked == []
        check_attribute_keys(conn, parse_cut(None, None, [], ["attributes.tier=gold"]))
        assert len(asked) == 1


def test_the_most_frequent_keys_are_listed_and_not_all() -> None:
    engine = duckdb_engine()
    customers = [dict(row) for row in SHOP["customers"]]
    customers[0]["attributes"] = "{" + ", ".join(f'"{key}": 1' for key in MANY) + "}"
    customers[1]["attributes"] = f'{{"{MANY[-1]}": 1}}'
    customers[2]["attributes"] = "[1]"
    with engine.begin() as conn:
        fill(conn, {**SHOP, "customers": customers})
        with pytest.raises(UsageError) as refused:
            check_attribute_keys(conn, Cut(by=("attributes.nosuch",)))
    engine.dispose()

    listed = str(refused.value.details["keys"])
    assert listed == ", ".join([MANY[-1], *MANY[: LISTED_KEYS - 1]]) + " …"
