"""The list of customers: everybody whom the viewer may see, whole pages, over each engine."""

import pytest
import sqlalchemy as sa

from crm_data.errors import UsageError
from crm_data.queries.customer_list import CUSTOMER_LIST, customer_list, customers_count
from crm_data.queries.cut import Cut, parse_cut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope

E1 = AccessScope(frozenset({"E1"}))


def ids(conn: sa.Connection, scope: AccessScope, cut: Cut, **more: int) -> list[str]:
    frame = customer_list(conn, scope=scope, cut=cut, **{"limit": 100, **more})
    CUSTOMER_LIST.check(frame)
    return frame["customer_id"].tolist()


@pytest.mark.parametrize(
    ("scope", "where", "expected"),
    [
        (EVERYTHING, [], ["c1", "c2", "c3", "c4", "c40", "c9"]),
        (E1, [], ["c1", "c40"]),
        (NOBODY, [], []),
        (E1, ["owner_id=E2"], []),
        (EVERYTHING, ["owner_id=E2"], ["c2", "c3"]),
        (EVERYTHING, ["attributes.会员=金卡"], ["c1"]),
        (EVERYTHING, ["consent_email=true"], ["c1"]),
        (EVERYTHING, ["region=", "name!="], ["c2", "c3", "c4", "c40"]),
        (EVERYTHING, ["created_at:day=2024-12-31"], ["c1"]),
    ],
)
def test_everybody_who_is_visible_and_passes(
    conn: sa.Connection, scope: AccessScope, where: list[str], expected: list[str]
) -> None:
    cut = parse_cut(None, None, (), where)

    assert ids(conn, scope, cut) == expected
    assert customers_count(conn, scope=scope, cut=cut) == len(expected)


def test_pages_follow_each_other(conn: sa.Connection) -> None:
    pages = [ids(conn, EVERYTHING, Cut(), limit=4, offset=offset) for offset in (0, 4)]

    assert pages == [["c1", "c2", "c3", "c4"], ["c40", "c9"]]


@pytest.mark.parametrize("field", ["channel", "seller_id", "category", "orders.attributes.tier"])
def test_what_belongs_to_orders_is_refused(conn: sa.Connection, field: str) -> None:
    with pytest.raises(UsageError, match="belongs to orders"):
        customer_list(conn, scope=EVERYTHING, cut=Cut().within(field, "x"), limit=1)
