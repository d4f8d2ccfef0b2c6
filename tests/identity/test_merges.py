"""Merging: what it does to a build, that it can be taken back, who may do it, what goes along."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crm_data import warehouse
from crm_data.app_db import AuditRow, TaskRow, dispose, session
from crm_data.commands.identity import keep_apart, merge_records, undo_decisions
from crm_data.commands.task_create import create_task
from crm_data.commands.task_drafts import TaskDraft
from crm_data.errors import UsageError
from crm_data.identity_store import decisions
from crm_data.merged_records import Merged, resolved, stored_merges
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.tables.marts import MARTS
from crm_data.tables.model import TABLES
from crm_data.versions import Warehouse, current_version
from tests.conftest import NOW
from tests.warehouse.stage import rows_of_all, selected, stored

DAY = date(2025, 1, 5)
LATER = NOW + timedelta(hours=1)
ROWS: dict[str, list[dict[str, Any]]] = {
    "customers": [
        {"customer_id": "a", "name": "Ann Berg", "email": None, "city": "Hull", "owner_id": "E1",
         "attributes": '{"x": "1", "y": "a"}'},
        {"customer_id": "b", "name": "Anna Berg", "email": "a@x.org", "city": None,
         "owner_id": "E1", "attributes": '{"y": "b", "z": "3"}'},
        {"customer_id": "c", "name": "Carl", "email": "c@x.org", "owner_id": "E2",
         "parent_id": "b"},
    ],
    "contacts": [
        {"contact_id": "k1", "customer_id": "b", "name": "K", "phone": "1"},
        {"contact_id": "k2", "customer_id": "c", "name": "K", "phone": None},
    ],
    "orders": [
        {"order_id": "1", "customer_id": "a", "ordered_on": DAY, "amount": Decimal(10)},
        {"order_id": "2", "customer_id": "b", "ordered_on": DAY, "amount": Decimal(20)},
        {"order_id": "3", "customer_id": "c", "ordered_on": DAY, "amount": Decimal(40)},
    ],
    "opportunities": [
        {"opportunity_id": "d", "customer_id": "b", "created_at": datetime(2025, 1, 2),
         "amount": Decimal(5), "stage": "x"},
    ],
    "tickets": [{"ticket_id": "t", "customer_id": "b", "created_at": datetime(2025, 1, 3)}],
    "survey_responses": [
        {"response_id": "s", "customer_id": "b", "kind": "nps", "score": 9.0,
         "responded_at": datetime(2025, 1, 4)},
    ],
    "leads": [
        {"lead_id": "l1", "created_at": datetime(2025, 1, 1), "customer_id": "b",
         "owner_id": "E1"},
        {"lead_id": "l2", "created_at": datetime(2025, 1, 2), "owner_id": "E1"},
    ],
    "campaigns": [{"campaign_id": "m", "name": "M", "started_on": date(2025, 1, 1)}],
    "campaign_members": [
        {"campaign_id": "m", "member_id": "a", "customer_id": "a", "arm": "A"},
        {"campaign_id": "m", "member_id": "b", "customer_id": "b", "arm": "B",
         "opened_at": datetime(2025, 1, 3)},
        {"campaign_id": "m", "member_id": "l2", "lead_id": "l2", "arm": "A"},
    ],
}  # fmt: skip
NAMES = [spec.name for spec in (*TABLES, *MARTS) if spec.name not in ("version_info",)]


@pytest.fixture
def company(tmp_path: Path) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path / "home"), "CRM_THREADS": "1"})
    for table, rows in ROWS.items():
        stored(made, table, rows)
    warehouse.build(made, now=NOW)
    yield made
    dispose(made)


@contextmanager
def opened(settings: Settings) -> Iterator[sa.Connection]:
    with Warehouse(settings).connect(current_version(settings) or "") as conn:
        yield conn


def merge(
    settings: Settings, *pairs: tuple[str, str], kind: str = "customers",
    scope: AccessScope = EVERYTHING, now: datetime = NOW,
) -> list[str]:  # fmt: skip
    with opened(settings) as conn:
        return merge_records(settings, conn, scope, kind, pairs, now=now, actor="eva")


def undo(settings: Settings, ids: list[str], scope: AccessScope = EVERYTHING) -> None:
    with opened(settings) as conn:
        undo_decisions(settings, conn, scope, ids, now=LATER, actor="eva")


def rows(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    version = warehouse.build(settings, now=NOW)
    return selected(settings, version, sql)


def test_everything_of_the_merged_customer_belongs_to_the_survivor(company: Settings) -> None:
    merge(company, ("b", "a"))

    found = rows(company, "SELECT customer_id, name, email, city, attributes FROM customers")
    assert sorted(found)[0][:4] == ("a", "Ann Berg", "a@x.org", "Hull")
    assert len(found) == 2
    (attributes,) = rows(
        company,
        "SELECT attributes->>'x', attributes->>'y', attributes->>'z' FROM customers "
        "WHERE customer_id = 'a'",
    )
    assert attributes == ("1", "a", "3")
    for table in ("orders", "opportunities", "tickets", "survey_responses", "contacts", "leads"):
        assert rows(company, f"SELECT count(*) FROM {table} WHERE customer_id = 'b'") == [(0,)]
    assert rows(company, "SELECT parent_id FROM customers WHERE customer_id = 'c'") == [("a",)]
    assert rows(company, "SELECT orders, net_amount FROM customer_facts WHERE customer_id = 'a'")[
        0
    ] == (2, Decimal(30))


def test_a_member_of_the_same_campaign_is_one_member(company: Settings) -> None:
    merge(company, ("b", "a"))
    merge(company, ("l2", "l1"), kind="leads")

    found = rows(company, "SELECT member_id, customer_id, lead_id, arm, opened_at "
                 "FROM campaign_members ORDER BY 1")  # fmt: skip
    assert found == [
        ("a", "a", None, "A", datetime(2025, 1, 3)),
        ("l1", None, "l1", "A", None),
    ]


def test_contacts_are_made_one_column_by_column(company: Settings) -> None:
    merge(company, ("k1", "k2"), kind="contacts")

    assert rows(company, "SELECT contact_id, customer_id, phone FROM contacts") == [
        ("k2", "c", "1")
    ]


def test_sums_of_orders_never_change(company: Settings) -> None:
    sums = "SELECT count(*), sum(amount) FROM orders"
    facts = "SELECT count(*), sum(net_amount) FROM order_facts"
    before = rows(company, sums), rows(company, facts)

    merge(company, ("b", "a"), ("c", "a"))

    assert (rows(company, sums), rows(company, facts)) == before
    assert rows(company, "SELECT count(*) FROM customers") == [(1,)]


def test_merge_and_undo_gives_the_version_before(company: Settings) -> None:
    before = rows_of_all(company, warehouse.rebuild(company, now=NOW), NAMES)

    made = merge(company, ("b", "a"), ("c", "a"))
    merged = rows_of_all(company, warehouse.build(company, now=NOW), NAMES)
    undo(company, made)
    after = rows_of_all(company, warehouse.build(company, now=NOW), NAMES)

    assert merged != before
    assert [name for name in NAMES if after[name] != before[name]] == []


pairs = st.lists(st.tuples(st.sampled_from("abcxy"), st.sampled_from("abcxy")), max_size=4)
orders = st.lists(
    st.tuples(st.sampled_from("123456"), st.sampled_from("abcxy"), st.integers(-9, 99)),
    min_size=1, max_size=6, unique_by=lambda one: one[0],
)  # fmt: skip


@given(first=orders, second=orders, merges=pairs)
@hypothesis_settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_incremental_is_full_and_sums_stay_whatever_is_merged(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[str, str, int]],
    second: list[tuple[str, str, int]],
    merges: list[tuple[str, str]],
) -> None:
    home = tmp_path_factory.mktemp("merges")
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_THREADS": "1"})
    names = ["customers", "orders", "order_facts", "customer_facts", "merged_records"]
    try:
        stored(settings, "customers", [{"customer_id": one, "name": one} for one in "abcxy"])
        for batch in (first, second):
            stored(
                settings, "orders",
                [{"order_id": order, "customer_id": who, "ordered_on": DAY,
                  "amount": Decimal(amount)} for order, who, amount in batch],
            )  # fmt: skip
            warehouse.build(settings, now=NOW)
            if batch is first:
                merge(settings, *((one, other) for one, other in merges if one != other))
        plain = sum({order: amount for order, _, amount in (*first, *second)}.values())
        built = rows_of_all(settings, warehouse.build(settings, now=NOW), names)
        full = warehouse.rebuild(settings, now=NOW)
        assert built == rows_of_all(settings, full, names)
        assert selected(settings, full, "SELECT sum(amount) FROM orders") == [(plain,)]
        gone = {one.merged_id for one in stored_merges(settings)}
        left = selected(settings, full, "SELECT customer_id FROM customers")
        assert {row[0] for row in left} == set("abcxy") - gone
    finally:
        dispose(settings)


def test_later_imports_of_a_merged_record_go_to_the_survivor(company: Settings) -> None:
    merge(company, ("b", "a"))
    warehouse.build(company, now=NOW)
    stored(company, "customers", [{"customer_id": "b", "city": "Leeds"}])
    stored(company, "orders", [{"order_id": "4", "customer_id": "b", "ordered_on": DAY}])

    assert rows(company, "SELECT city FROM customers WHERE customer_id = 'a'") == [("Leeds",)]
    assert rows(company, "SELECT customer_id FROM orders WHERE order_id = '4'") == [("a",)]


def test_merges_follow_each_other(company: Settings) -> None:
    merge(company, ("b", "a"))
    merge(company, ("b", "c"), now=LATER)  # of b, a is left: a goes on as c

    assert stored_merges(company) == (
        Merged("customers", "a", "c"),
        Merged("customers", "b", "c"),
    )
    assert merge(company, ("c", "b")) == []  # one already


def test_a_ring_of_merges_ends() -> None:
    assert len(resolved([("leads", "a", "b"), ("leads", "b", "a")])) == 2


def test_tasks_go_along_and_come_back(company: Settings) -> None:
    with opened(company) as conn:
        for who in ("a", "b"):
            draft = TaskDraft(DAY, None, title=f"call {who}", customer_id=who)
            create_task(company, conn, EVERYTHING, draft, now=NOW, actor="eva")

    def about() -> list[tuple[str, str | None]]:
        with session(company) as db:
            found = db.execute(sa.select(TaskRow.subject, TaskRow.customer_id))
            return sorted((subject, who) for subject, who in found)

    before = about()
    made = merge(company, ("b", "a"))
    assert about() == [("customer:a", "a"), ("customer:a", "a")]
    undo(company, made)
    assert about() == before


def test_who_did_it_is_written_down(company: Settings) -> None:
    made = merge(company, ("b", "a"))
    undo(company, made)

    with session(company) as db:
        found = db.execute(
            sa.select(AuditRow.action, AuditRow.actor, AuditRow.subject)
            .where(AuditRow.action.startswith("identity"))
            .order_by(AuditRow.happened_at)
        ).all()
    assert [tuple(row) for row in found] == [
        ("identity_merge", "eva", "customers"),
        ("identity_undo", "eva", "customers"),
    ]
    assert decisions(company).empty


def test_only_what_one_may_see_and_only_what_is_there(company: Settings) -> None:
    mine = AccessScope(frozenset({"E1"}))
    merge(company, ("b", "a"), scope=mine)
    for pair, scope, code in (
        (("c", "a"), mine, "identity_unknown"),
        (("a", "b"), AccessScope(), "identity_unknown"),
        (("a", "zz"), EVERYTHING, "identity_unknown"),
        (("a", "a"), EVERYTHING, "identity_self"),
    ):
        with pytest.raises(UsageError) as refused:
            merge(company, pair, scope=scope)
        assert refused.value.code == code
    with pytest.raises(UsageError) as refused:
        merge(company, ("a", "b"), kind="orders")
    assert refused.value.code == "identity_kind"


def test_records_kept_apart_stay_so_until_that_is_undone(company: Settings) -> None:
    with opened(company) as conn:
        made = keep_apart(
            company, conn, EVERYTHING, "customers", [("b", "a")], now=NOW, actor="eva"
        )
    assert decisions(company)[["action", "record_id", "other_id"]].iloc[0].tolist() == [
        "apart", "a", "b",
    ]  # fmt: skip
    undo(company, made)
    with pytest.raises(UsageError) as refused:
        undo(company, made)
    assert refused.value.code == "identity_no_decision"
    merge(company, ("b", "a"))
    with pytest.raises(UsageError) as refused, opened(company) as conn:
        keep_apart(company, conn, EVERYTHING, "customers", [("b", "a")], now=NOW, actor="eva")
    assert refused.value.code == "identity_merged"
