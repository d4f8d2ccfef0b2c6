"""Contracts after a past day: counted by hand, and as sure as chance allows in simulations."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analytics.contract_holdout import contract_holdout
from analytics.contract_value import contract_values, kept, lasting, month_grid
from analytics.survival import kaplan_meier, survival_at
from analytics.value_rules import ValueRules
from crm_data.app_db import dispose
from crm_data.marts import score_inputs_value as sql
from crm_data.settings import Settings
from tests.customers.shop import built
from tests.value.test_customer_value import contracts
from tests.value.test_histories import AS_OF, CONTRACTS, read, shop

__all__ = ["shop"]
UNTIL = date(2026, 3, 1)


def later(rows: list[tuple[int, float | None, bool, float | None]]) -> pd.DataFrame:
    """Contracts that ran: age in days, amount, whether they ended, what was paid."""
    names = ["age_days", "monthly_amount", "is_ended", "later_amount"]
    return pd.DataFrame(rows, columns=names).astype({"monthly_amount": "float64"})


def test_a_spell_is_followed_through_its_upgrade(shop: Settings) -> None:
    statement = sql.value_contracts_later_sql(AS_OF, until=UNTIL)
    found = read(shop, statement, sql.VALUE_CONTRACTS_LATER).sort_values("age_days")

    # b's second contract runs on AS_OF and ends on 1 January 2026; a's go on; c's has not begun.
    month, names = 365.25 / 12, ["monthly_amount", "is_ended", "later_amount"]
    assert [row[:2] for row in found[names].to_numpy().tolist()] == [[9, True], [20, False]]
    assert found["age_days"].tolist() == [
        (AS_OF - date(2024, 5, 1)).days, (AS_OF - date(2024, 1, 1)).days,
    ]  # fmt: skip
    b, a = found["later_amount"]
    assert b == pytest.approx(9 * (date(2026, 1, 1) - AS_OF).days / month)
    assert a == pytest.approx(20 * (UNTIL - AS_OF).days / month)
    assert len(CONTRACTS) == 7


def test_an_upgrade_after_the_day_is_paid_by_its_new_amount(shop: Settings) -> None:
    known = date(2024, 5, 15)  # a: s1 runs at 10, s2 follows it at 15 from 20 June, s3 is later
    found = read(shop, sql.value_contracts_later_sql(known, until=date(2024, 7, 15)),
                 sql.VALUE_CONTRACTS_LATER).sort_values("age_days")  # fmt: skip
    a = found.iloc[-1]

    assert (a["monthly_amount"], bool(a["is_ended"])) == (10, False)
    days = (10 * (date(2024, 6, 1) - known).days, 15 * (date(2024, 7, 15) - date(2024, 6, 20)).days)
    assert a["later_amount"] == pytest.approx(sum(days) / (365.25 / 12))


def test_an_amount_that_is_not_known_stays_so(tmp_path: Path) -> None:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    unknown = {**CONTRACTS[3], "customer_id": "e", "subscription_id": "s9", "monthly_amount": None}
    built(made, {"customers": [{"customer_id": "e"}], "subscriptions": [unknown]})
    now = read(made, sql.value_contracts_sql(date(2024, 2, 1)), sql.VALUE_CONTRACTS)
    then = sql.value_contracts_later_sql(date(2024, 2, 1), until=date(2024, 2, 20))
    after = read(made, then, sql.VALUE_CONTRACTS_LATER)
    dispose(made)

    assert now["monthly_amount"].isna().tolist() == [True]
    assert after[["monthly_amount", "later_amount"]].isna().all(axis=None)


def test_expected_by_hand() -> None:
    known = contracts([(1, 35, 100.0)])  # 40 end on days 30 to 69, one runs on day 35
    seen = later([(0, 100.0, False, 98.0), (0, None, True, 5.0), (29, 50.0, True, 10.0)])
    found = contract_holdout(known, seen, days=10)

    # Nobody ends before day 30: of those 29 days old, (1 - 10/41...) as the curve says.
    curve = kaplan_meier(known["duration_days"], known["is_ended"].astype(bool))
    stays = curve.loc[curve["duration"] == 39, "survival"].item()
    assert found is not None
    assert (found.contracts, found.ended) == (2, 1)
    assert found.expected_ended == pytest.approx(1 - stays)
    middle = curve.loc[curve["duration"] == 34, "survival"].item()
    month = 10 / (365.25 / 12)
    assert found.expected_amount == pytest.approx(100 * month + 50 * month * middle)
    assert found.amount == 108
    assert found.error == pytest.approx((found.expected_amount - 108) / 108)
    assert found.half_width is not None
    assert found.half_width > abs(found.error or 0)


def test_too_little_is_not_tested() -> None:
    seen = later([(5, 1.0, False, 1.0)])
    assert contract_holdout(contracts([(1, 9, 1.0)], ended=4), seen, days=30) is None
    assert contract_holdout(contracts([(1, 9, 1.0)]), later([]), days=30) is None
    unpaid = contract_holdout(contracts([(1, 9, 1.0)]), later([(5, 1.0, True, 0.0)]), days=30)
    assert unpaid is not None
    assert (unpaid.error, unpaid.half_width) == (None, None)


def test_ranges_hold_four_of_five() -> None:
    rng, hit, inside = np.random.default_rng(5), np.zeros(2), []
    for _ in range(200):
        known_rows = rng.exponential(400.0, 4000)
        cut = rng.uniform(1, 900, 4000)
        known = pd.DataFrame(
            {
                "duration_days": np.minimum(known_rows, cut),
                "entered_days": 0,
                "is_ended": known_rows <= cut,
            }
        ).astype({"is_ended": "boolean"})
        left, amount = rng.exponential(400.0, 150), rng.gamma(2.0, 50.0, 150)
        paid = amount * np.minimum(left, 180) / (365.25 / 12)
        seen = later(list(zip(rng.integers(0, 300, 150), amount, left < 180, paid, strict=True)))
        found = contract_holdout(known, seen, days=180)
        assert found is not None
        inside.append(found.inside)
        hit += (found.ended_low <= found.ended <= found.ended_high,
                found.amount_low <= found.amount <= found.amount_high)  # fmt: skip
    # 200 draws of 80 %: 3.3 standard errors around it, and a little for the curve.
    assert (hit / 200 > 0.70).all()
    assert (hit / 200 < 0.89).all()
    # 64 % are kept to the end, which is the upper border: one in ten is below, nobody above.
    assert 0.87 <= np.mean(inside) <= 0.93


def test_kept_is_the_chance_to_outlive_the_horizon() -> None:
    rules = ValueRules(horizon_days=40, yearly_discount_rate=0.0)
    frame = contracts([(1, 0, 1.0), (1, 35, 1.0), (2, 35, 1.0)])
    found = contract_values(frame, rules, share=1.0)

    of = found.by_customer["contract_kept"]
    assert of.tolist() == kept(found.curve, np.array([0.0, 35.0]), 40).tolist()  # 1: the better one
    assert of[1] == pytest.approx(found.curve.loc[found.curve["duration"] == 40, "survival"].item())


@pytest.mark.parametrize("days", [1, 30, 31, 365])
def test_months_add_up_to_the_horizon(days: int) -> None:
    middles, months = month_grid(days)
    assert months * len(middles) == pytest.approx(days / (365.25 / 12))
    assert months <= 1
    assert middles.mean() == pytest.approx(days / 2)


def test_what_began_before_ends_were_recorded_enters_late() -> None:
    rng = np.random.default_rng(8)
    began, lasts = rng.uniform(-1500, 900, 20_000), rng.exponential(400.0, 20_000)
    there = began + lasts > 0  # what had ended by day 0 was not written down
    began, lasts = began[there], lasts[there]
    frame = pd.DataFrame(
        {
            "duration_days": np.minimum(lasts, 900 - began),
            "entered_days": np.maximum(-began, 0),
            "is_ended": began + lasts <= 900,
        }
    )
    told, flattered = (
        survival_at(lasting(one), 400.0).item() for one in (frame, frame.assign(entered_days=0))
    )

    assert told == pytest.approx(np.exp(-1), abs=0.015)
    assert flattered > 0.45


def test_the_age_at_which_ends_began_to_be_recorded(tmp_path: Path) -> None:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    rows = [
        {**CONTRACTS[3], "customer_id": "e", "subscription_id": name, "started_on": start,
         "ended_on": end}
        for name, start, end in (
            ("s1", date(2023, 12, 1), None), ("s2", date(2024, 3, 5), None),
            ("s3", date(2024, 1, 10), date(2024, 2, 20)),
        )
    ]  # fmt: skip
    people = [{**row, "customer_id": f"p{place}"} for place, row in enumerate(rows)]
    built(made, {"customers": [{"customer_id": "e"}], "subscriptions": people})
    found = read(made, sql.value_contracts_sql(date(2024, 4, 1)), sql.VALUE_CONTRACTS)
    dispose(made)

    # The first end is of February 2024.
    known = date(2024, 2, 1)
    ages = [(known - began).days for began in (date(2024, 1, 10), date(2023, 12, 1))]
    assert sorted(found["entered_days"]) == [0, *ages]
