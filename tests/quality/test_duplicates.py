"""Numbers without duplicates, counted by hand over both engines, and against a real merge."""

import pytest
import sqlalchemy as sa

from crm_data import warehouse
from crm_data.commands.identity import merge_records
from crm_data.queries.quality_duplicates import MERGED_CHANGES, merged_changes
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.actions.company import fill
from tests.conftest import NOW
from tests.two_engines import on_both_engines
from tests.warehouse.stage import stored
from ui.quality_answers import effects_of

# customer, cluster, orders, paid orders, revenue
_CUSTOMERS = (
    ("a", "a", 1, 1, 10), ("b", "a", 1, 1, 20),  # two single buyers become one who came back
    ("c", "c", 3, 3, 30), ("d", "c", 2, 2, 5),  # two who came back become one
    ("e", "e", 0, 0, None), ("f", "e", 1, 0, -5),  # nobody and a return
    ("g", "g", 4, 4, 99), ("h", None, 1, 1, 1),
)  # fmt: skip


def fill_company(conn: sa.Connection) -> None:
    facts = [
        {"customer_no": no, "customer_id": key, "orders": orders, "paid_orders": paid,
         "net_amount": amount}
        for no, (key, _, orders, paid, amount) in enumerate(_CUSTOMERS)
    ]  # fmt: skip
    scores = [
        {"customer_id": key, "cluster_id": cluster, "survivor_id": cluster, "probability": 0.9}
        for key, cluster, *_ in _CUSTOMERS
        if cluster is not None
    ]
    cards = [{"name": "identity", "card": "{}"}]
    fill(conn, {"customer_facts": facts, "score_duplicates": scores, "model_cards": cards})


conn = on_both_engines(fill_company)


def test_each_cluster_counts_once(conn: sa.Connection) -> None:
    found = merged_changes(conn, scope=EVERYTHING)
    MERGED_CHANGES.check(found)

    assert found.to_dict("records") == [
        {"customers": 3, "active": -2, "buyers": -2, "repeat_buyers": 0, "net_amount": 60.0}
    ]


@pytest.mark.parametrize("scope", [NOBODY, AccessScope(frozenset({"e1"}))], ids=["nobody", "part"])
def test_who_sees_a_part_sees_none(conn: sa.Connection, scope: AccessScope) -> None:
    assert merged_changes(conn, scope=scope).empty


def test_what_is_said_without_duplicates_is_what_a_merge_makes(settings: Settings) -> None:
    """Two records of one person, found by the score, then merged: the number said before."""
    from scoring import score_version

    people = [
        {"customer_id": f"c{n}", "name": f"Person {chr(65 + n)}{chr(75 + n % 7)}ström",
         "email": f"p{n}@mail{n}.example", "phone": f"+4930123456{n:02d}"}
        for n in range(20)
    ]  # fmt: skip
    twin = {**people[3], "customer_id": "twin"}
    stored(settings, "customers", [*people, twin])
    day = NOW.date().replace(year=NOW.year - 1)
    stored(settings, "orders", [
        {"order_id": f"{n}", "customer_id": owner, "ordered_on": day, "amount": 10,
         "status": "paid"}
        for n, owner in enumerate(["c3", "twin", "c1"])
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW, scorer=score_version)
    reader = Warehouse(settings)
    with reader.connect(version) as connection:
        before = effects_of(connection, EVERYTHING).set_index("metric")
        merge_records(
            settings, connection, EVERYTHING, "customers", [("twin", "c3")], now=NOW, actor="me"
        )
    assert before.loc["active_customers", ["value", "without_duplicates"]].tolist() == [3, 2]
    assert before.loc["repeat_purchase_rate", "without_duplicates"] == 0.5

    merged = warehouse.build(settings, now=NOW, scorer=score_version)
    with reader.connect(merged) as connection:
        after = effects_of(connection, EVERYTHING).set_index("metric")
    reader.close()
    assert after.loc["active_customers", "value"] == 2
    assert after.loc["repeat_purchase_rate", "value"] == 0.5
