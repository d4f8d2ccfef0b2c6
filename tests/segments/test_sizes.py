"""Sizes, members and overlaps, counted a second time in plain Python."""

import json
from collections import Counter

import pytest
import sqlalchemy as sa

from crm_data.errors import UsageError
from crm_data.queries.segments import (
    OVERLAP,
    SEGMENT_MEMBERS,
    segment_members,
    segment_overlap,
    segment_size,
)
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.segments import parse
from tests.segments import plain
from tests.segments.company import AS_OF, Rows

OWN = AccessScope(frozenset({"e1"}))
LOYAL = '{"field": "stage", "op": "eq", "values": ["loyal"]}'
TREES = (
    LOYAL,
    json.dumps({"not": {"field": "consent_email", "op": "eq", "values": [True]}}),
    '{"event": "order", "n": 2}',
)
NOBODY_IN_IT = '{"any": []}'


@pytest.fixture(params=["duckdb", pytest.param("postgres", marks=pytest.mark.postgres)])
def conn(request: pytest.FixtureRequest) -> sa.Connection:
    """A connection to the company, over each engine."""
    found: sa.Connection = request.getfixturevalue(f"in_{request.param}")
    return found


def inside(made: dict[str, Rows], tree: str, owner: str | None = None) -> Rows:
    numbers = plain.members(parse(tree), made, AS_OF)
    return [
        row
        for row in made["customer_facts"]
        if row["customer_no"] in numbers and (owner is None or row["owner_id"] == owner)
    ]


def total(rows: Rows, name: str) -> float:
    return float(sum(row[name] for row in rows if row[name] is not None))


@pytest.mark.parametrize("tree", TREES)
@pytest.mark.parametrize(("scope", "owner"), [(EVERYTHING, None), (OWN, "e1")])
def test_size(
    conn: sa.Connection, made: dict[str, Rows], tree: str, scope: AccessScope, owner: str | None
) -> None:
    expected = inside(made, tree, owner)
    size = segment_size(conn, scope, tree)

    assert 0 < size.customers == len(expected)
    assert size.customers_with_orders == sum(row["orders"] > 0 for row in expected)
    assert size.net_amount == total(expected, "net_amount")
    assert size.net_amount_365d == total(expected, "net_amount_365d")


def test_an_empty_segment_has_no_amount_rather_than_none_of_it(conn: sa.Connection) -> None:
    size = segment_size(conn, EVERYTHING, NOBODY_IN_IT)

    assert (size.customers, size.net_amount, size.net_amount_365d) == (0, None, None)
    assert segment_size(conn, AccessScope(), '{"all": []}').customers == 0


def test_members_by_amount_in_pages(conn: sa.Connection, made: dict[str, Rows]) -> None:
    expected = sorted(
        inside(made, LOYAL, "e1"),
        key=lambda r: (r["net_amount"] is None, -(r["net_amount"] or 0), r["customer_id"]),
    )
    pages = [segment_members(conn, OWN, LOYAL, limit=2, offset=at) for at in range(0, 12, 2)]
    listed = [customer for page in pages for customer in page["customer_id"]]

    assert len(expected) > 2
    assert listed == [row["customer_id"] for row in expected]
    SEGMENT_MEMBERS.check(pages[0])
    SEGMENT_MEMBERS.check(segment_members(conn, OWN, NOBODY_IN_IT, limit=2))


def test_overlap_counts_each_combination_once(conn: sa.Connection, made: dict[str, Rows]) -> None:
    masks: Counter[str] = Counter()
    for bit, tree in enumerate(TREES):
        for row in inside(made, tree):
            masks[row["customer_id"]] += 1 << bit
    found = segment_overlap(conn, EVERYTHING, TREES)

    OVERLAP.check(found)
    assert dict(zip(found["mask"], found["customers"], strict=True)) == Counter(masks.values())
    both = [row for row in made["customer_facts"] if masks[row["customer_id"]] == 3]
    assert found.set_index("mask").loc[3, "net_amount"] == total(both, "net_amount")
    assert segment_overlap(conn, AccessScope(), TREES).empty


@pytest.mark.parametrize("n", [0, 1, 6])
def test_an_overlap_is_of_two_to_five(conn: sa.Connection, n: int) -> None:
    with pytest.raises(UsageError) as caught:
        segment_overlap(conn, EVERYTHING, [LOYAL] * n)

    assert caught.value.code == "segment_overlap"
