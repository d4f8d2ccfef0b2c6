"""Paths from the mart of touches, against paths made of the tables by plain counting."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analytics.attribution_journeys import CONVERSIONS, TOUCHES, journeys
from analytics.attribution_paths import Paths, paths_of, texts_of_paths
from analytics.attribution_shapley import shapley_credits
from crm_data.app_db import dispose
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.customers.shop import built
from ui.attribution_found import CONVERSIONS as KINDS
from ui.attribution_found import Conversion, paths_found

DAY, LAST = datetime(2026, 1, 1), date(2026, 3, 1)
CUSTOMERS, VISITORS = 25, 30


def company() -> dict[str, list[dict[str, Any]]]:
    """Draw touches of customers (some on no list), of visitors and of nobody, and their orders."""
    rng = np.random.default_rng(7)
    touches, orders = [], []
    for n in range(300):
        who, visitor = rng.integers(0, CUSTOMERS * 2), rng.integers(0, VISITORS * 2)
        touches.append({
            "touchpoint_id": f"t{n:03}", "customer_id": f"c{who}" if who < CUSTOMERS else None,
            "visitor_id": f"v{visitor}" if visitor < VISITORS else None,
            "occurred_at": DAY + timedelta(hours=int(rng.integers(0, 50)) * 24),
            "channel": None if n % 40 == 0 else ("b", "a", "c > d")[int(rng.integers(0, 3))],
        })  # fmt: skip
    for n in range(80):
        at = DAY + timedelta(days=int(rng.integers(0, 55)))
        orders.append({
            "order_id": f"o{n:02}", "customer_id": f"c{rng.integers(0, CUSTOMERS)}",
            "ordered_on": at.date(), "ordered_at": at if n % 3 else None,
            "status": "open" if n % 10 == 9 else "paid",
            "amount": None if n % 17 == 0 else Decimal(int(rng.integers(1, 99))),
        })  # fmt: skip
    orders.append({"order_id": "last", "customer_id": "c0", "ordered_on": LAST,
                   "ordered_at": None, "status": "paid",
                   "amount": Decimal(1)})  # fmt: skip
    return {
        "customers": [{"customer_id": f"c{n}"} for n in range(CUSTOMERS - 5)],
        "touchpoints": touches, "orders": orders,
    }  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("touches"))})
    built(made, company())
    yield made
    dispose(made)


def plainly(kind: str, lookback: float) -> Any:
    tables = company()
    owners: dict[str, set[str]] = {}
    for one in tables["touchpoints"]:
        if one["customer_id"] and one["visitor_id"]:
            owners.setdefault(one["visitor_id"], set()).add(one["customer_id"])

    def person(one: dict[str, Any]) -> str | None:
        known = owners.get(one["visitor_id"], set())
        visitor = one["visitor_id"] and f"visitor {one['visitor_id']}"
        return one["customer_id"] or (next(iter(known)) if len(known) == 1 else visitor)

    touched = pd.DataFrame(
        [(person(one), one["occurred_at"], one["channel"]) for one in tables["touchpoints"]],
        columns=["person", "occurred_at", "channel"],
    )
    paid = [one for one in tables["orders"] if one["status"] == "paid"]
    order = sorted(paid, key=lambda one: (one["ordered_on"], one["order_id"]))
    if kind == "first_orders":
        order = list({one["customer_id"]: one for one in reversed(order)}.values())
    end = timedelta(days=1) - timedelta(microseconds=1)
    bought = pd.DataFrame(
        [(one["customer_id"],
          one["ordered_at"] or datetime.combine(one["ordered_on"], datetime.min.time()) + end,
          None if one["amount"] is None else float(one["amount"]))
         for one in sorted(order, key=lambda one: one["order_id"])],
        columns=["person", "occurred_at", "value"],
    )  # fmt: skip
    bought = bought[bought["occurred_at"] >= touched["occurred_at"].min().floor("D")]
    until = datetime.combine(LAST + timedelta(days=1), datetime.min.time())
    return journeys(TOUCHES.conform(touched), CONVERSIONS.conform(bought.reset_index(drop=True)),
                    lookback_days=lookback, known_until=until)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("lookback", [1.0, 7.0, 30.0])
def test_the_mart_makes_the_same_paths(shop: Settings, kind: Conversion, lookback: float) -> None:
    warehouse = Warehouse(shop)
    with warehouse.connect(warehouse.current() or "") as conn:
        found = paths_found(conn, kind, lookback, scope=EVERYTHING)
    warehouse.close()
    known = plainly(kind, lookback)

    pd.testing.assert_frame_equal(found.paths.counts(), known.paths.counts())
    assert found.paths.channels == known.paths.channels
    assert (found.open_journeys, found.touches_too_old, found.touches_unknown) == (
        known.open, known.too_old, known.unknown,
    )  # fmt: skip
    assert (found.paths.untouched, found.paths.untouched_value) == (
        known.paths.untouched, known.paths.untouched_value,
    )  # fmt: skip
    assert known.paths.conversions.sum() > 2
    assert found.paths.age_days is not None
    assert np.sort(found.paths.age_days) == pytest.approx(np.sort(known.paths.age_days))


def test_paths_are_written_as_they_were_gone() -> None:
    rng = np.random.default_rng(3)
    lengths = rng.integers(1, 6, 500)
    touches = rng.integers(0, 3, lengths.sum())
    starts = np.concatenate([[0], np.cumsum(lengths)])
    names = ("a", "b > c", "c")
    told = [" > ".join(names[one] for one in touches[a:b])
            for a, b in pairwise(starts)]  # fmt: skip

    assert list(texts_of_paths(names, touches, starts)) == told
    assert list(texts_of_paths((), touches[:0], starts[:1])) == []


def test_shapley_in_blocks_is_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"path": ["a > b > a", "b", "c > a", "c", "a > b > c"],
                          "total_conversions": [6, 1, 2, 5, 9]})  # fmt: skip
    paths: Paths = paths_of(frame)
    whole = shapley_credits(paths, paths.conversions)
    monkeypatch.setattr("analytics.attribution_shapley._CELLS", 6)

    assert whole == pytest.approx([3 + 1 + 3, 3 + 1 + 3, 1 + 5 + 3])
    assert shapley_credits(paths, paths.conversions) == pytest.approx(whole)
