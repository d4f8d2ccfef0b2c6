"""Who is learnt from and who is judged: never the same customer, never the future."""

import numpy as np
import pandas as pd
import pytest

from analytics.churn_split import folds, hold_out
from crm_data.errors import BadInputError

RNG = np.random.default_rng(4)
DATES = np.repeat(pd.date_range("2025-01-01", periods=4, freq="30D").to_numpy(), 100)
CUSTOMER = np.tile(np.arange(100), 4)
CHURNED = RNG.random(400) < 0.4


def test_the_last_date_is_the_test() -> None:
    split = hold_out(CHURNED, as_of=DATES, groups=CUSTOMER)

    assert split.by == "date"
    assert split.test.tolist() == list(range(300, 400))
    assert split.train.tolist() == list(range(300))


def test_an_outcome_that_was_not_known_yet_is_not_learnt_from() -> None:
    # Dates are 30 days apart: with 45 days to wait, only the first two were known by the fourth.
    assert hold_out(CHURNED, as_of=DATES, horizon_days=45).train.max() == 199
    assert hold_out(CHURNED, as_of=DATES, horizon_days=30).train.max() == 299
    for train, test in folds(CHURNED, as_of=DATES, horizon_days=45):
        assert DATES[train].max() + np.timedelta64(45, "D") <= DATES[test].min()


def test_dates_are_predicted_from_earlier_ones() -> None:
    found = folds(CHURNED, as_of=DATES, groups=CUSTOMER)

    assert [(len(train), len(test)) for train, test in found] == [
        (100, 100),
        (200, 100),
        (300, 100),
    ]
    assert all(DATES[train].max() < DATES[test].min() for train, test in found)
    last = folds(CHURNED, as_of=DATES, groups=CUSTOMER, k=2)
    assert [(len(train), len(test)) for train, test in last] == [(200, 100), (300, 100)]


def test_one_date_is_split_by_customer() -> None:
    split = hold_out(CHURNED, groups=CUSTOMER, as_of=["2025-01-01"] * 400)

    assert split.by == "chance"
    assert set(CUSTOMER[split.train]).isdisjoint(CUSTOMER[split.test])
    assert len(split.test) == 100
    assert sorted([*split.train, *split.test]) == list(range(400))


@pytest.mark.parametrize("groups", [None, CUSTOMER, CUSTOMER.astype(str)])
def test_parts_cover_everybody_once(groups: object) -> None:
    found = folds(CHURNED, groups=groups, k=5)

    assert sorted(np.concatenate([test for _, test in found])) == list(range(400))
    for train, test in found:
        assert set(train).isdisjoint(test)
        if groups is not None:
            assert set(np.asarray(groups)[train]).isdisjoint(np.asarray(groups)[test])


def test_churned_are_dealt_evenly() -> None:
    churned = np.arange(200) < 10

    assert [int(churned[test].sum()) for _, test in folds(churned, k=5)] == [2] * 5


def test_a_date_that_cannot_be_learnt_from_is_passed_over() -> None:
    early = CHURNED & (np.arange(400) >= 100)  # nobody left at the first date
    assert len(folds(early, as_of=DATES)) == 2
    assert len(folds(CHURNED & (np.arange(400) < 300), as_of=DATES)) == 2  # nor at the last
    assert len(folds(CHURNED, as_of=DATES, horizon_days=900)) == 5  # parts by chance


def test_the_seed_decides_the_draw() -> None:
    one, same, other = (hold_out(CHURNED, seed=s).test.tolist() for s in (1, 1, 2))

    assert one == same
    assert one != other


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"groups": [1, 2]}, "churn_length"),
        ({"as_of": ["2025-01-01"]}, "churn_length"),
        ({"as_of": [None, *DATES[1:]]}, "churn_as_of"),
    ],
)
def test_columns_that_do_not_fit_are_refused(arguments: dict, code: str) -> None:
    with pytest.raises(BadInputError) as refused:
        hold_out(CHURNED, **arguments)

    assert refused.value.code == code
