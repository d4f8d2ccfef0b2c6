"""Queries of the Value page against plain Python over the same rows, on both engines."""

import math
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.queries import few_rows
from crm_data.queries import value as queries
from crm_data.queries.model_cards import model_card
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.tables import mart

SCOPES = [EVERYTHING, AccessScope(frozenset({"E1"})), NOBODY]


def rows_of(conn: sa.Connection, scope: AccessScope) -> list[dict[str, Any]]:
    """Scores with attributes, read whole and filtered here."""
    scores, facts = mart("customer_scores"), mart("customer_facts")
    wanted = sa.select(scores, facts.c.region, facts.c.source, facts.c.net_amount).join(
        facts, facts.c.customer_id == scores.c.customer_id
    )
    rows = [dict(row) for row in conn.execute(wanted).mappings()]
    if scope.owner_ids is None:
        return rows
    return [row for row in rows if row["owner_id"] in scope.owner_ids]


@pytest.mark.parametrize("scope", SCOPES)
def test_totals(conn: sa.Connection, scope: AccessScope) -> None:
    rows = rows_of(conn, scope)
    (found,) = queries.value_totals(conn, scope=scope).to_dict("records")
    values = sorted(float(r["expected_value"]) for r in rows if r["expected_value"] is not None)
    top = math.ceil(len(values) / 10)

    assert (found["customers"], found["valued"]) == (len(rows), len(values))
    if not values:
        assert pd.isna(found["expected_value"])
        return
    assert found["expected_value"] == pytest.approx(sum(values), abs=1e-3)
    assert found["top_customers"] == top
    assert found["top_value"] == pytest.approx(sum(values[-top:]), abs=1e-3)
    held = [r for r in rows if (r["value_kind"] or "").startswith("contract")]
    assert found["under_contract"] == len(held) > 0
    of_contracts = [float(r["contract_value"]) for r in held]  # both kinds have a part of their own
    assert found["contract_value"] == pytest.approx(sum(of_contracts), abs=1e-3)
    assert found["contract_value"] < found["expected_value"]


@pytest.mark.parametrize("scope", SCOPES)
def test_bands(conn: sa.Connection, scope: AccessScope) -> None:
    found = queries.value_bands(conn, scope=scope)
    wanted: dict[int, int] = {}
    for row in rows_of(conn, scope):
        if row["expected_value"] is not None:
            band = max(
                place for place, low in enumerate(queries.BANDS) if row["expected_value"] >= low
            )
            wanted[band] = wanted.get(band, 0) + 1

    assert dict(zip(found["band"], found["customers"], strict=True)) == wanted


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("dimension", queries.VALUE_DIMENSIONS)
def test_by_dimension(
    conn: sa.Connection, scope: AccessScope, dimension: queries.ValueDimension
) -> None:
    found = queries.value_by(conn, scope=scope, dimension=dimension)
    wanted: dict[Any, list[float]] = {}
    for row in rows_of(conn, scope):
        if row["expected_value"] is not None:
            wanted.setdefault(row[dimension], []).append(float(row["expected_value"]))

    members = [None if pd.isna(member) else member for member in found["member"]]
    assert dict(zip(members, found["customers"], strict=True)) == {
        member: len(values) for member, values in wanted.items()
    }
    for member, total, mean in zip(
        members, found["expected_value"], found["mean_value"], strict=True
    ):
        assert total == pytest.approx(sum(wanted[member]), abs=1e-3)
        assert mean == pytest.approx(total / len(wanted[member]), abs=1e-3)
    assert found["expected_value"].is_monotonic_decreasing


@pytest.mark.parametrize("scope", SCOPES)
@pytest.mark.parametrize("order", ["expected_value", "net_amount"])
@pytest.mark.parametrize("most", [20, 19], ids=["read", "asked_inside"])
def test_customers_in_order_and_paged(
    conn: sa.Connection,
    monkeypatch: pytest.MonkeyPatch,
    scope: AccessScope,
    order: queries.ValueOrder,
    most: int,
) -> None:
    monkeypatch.setattr(few_rows, "MOST", most)
    valued = [r for r in rows_of(conn, scope) if r["expected_value"] is not None]
    valued.sort(key=lambda r: (-float(r[order] or -1e18), r["customer_id"]))
    found = queries.valued_customers(conn, scope=scope, order=order, limit=20, offset=5)
    queries.VALUED_CUSTOMERS.check(found)

    assert found["customer_id"].tolist() == [r["customer_id"] for r in valued[5:25]]


def test_the_card_says_everything(conn: sa.Connection) -> None:
    card, proof = model_card(conn, "clv"), model_card(conn, "clv_holdout")

    assert card is not None
    assert proof is not None
    assert card["basis"] == "margin"
    assert card["margin_rate"] == pytest.approx(0.4, abs=1e-3)
    assert card["chosen"] == proof["chosen"]
    assert len(proof["candidates"]) == 6
    assert len(proof["tenths"]) == 10
    assert 0 < proof["unknown_share"] < 1


def test_a_long_list_is_not_told_number_by_number(conn: sa.Connection) -> None:
    told: list[int] = []
    sa.event.listen(conn, "before_cursor_execute", lambda *call: told.append(len(call[3])))
    page: dict[str, Any] = {"scope": EVERYTHING, "order": "expected_value"}
    found = queries.valued_customers(conn, limit=200_000, **page)
    assert len(found) > 20
    assert max(told) < 20
