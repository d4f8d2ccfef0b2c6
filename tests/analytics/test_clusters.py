"""Clusters: what was planted is found, noise is not, and the same rows give the same clusters."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import adjusted_rand_score

from analytics.behaviour import BEHAVIOUR, behaviour, scaling
from analytics.clusters import LEAST_CUSTOMERS, find_clusters

CENTRES = ([0, 0, 0, 0], [3, 0, 0, 0], [0, 3, 0, 3], [-3, 0, 3, 0])


def planted(per_group: int = 250) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    points = np.vstack([rng.normal(c, 0.35, (per_group, 4)) for c in CENTRES])
    return points, np.repeat(np.arange(len(CENTRES)), per_group)


def test_planted_clusters_are_found_and_counted() -> None:
    points, truth = planted()
    found = find_clusters(points, seed=5)

    assert (found.verdict, found.k, found.method) == ("found", 4, "kmeans")
    assert adjusted_rand_score(truth, found.assign(points)) > 0.99
    chosen = found.stability[found.stability["is_chosen"]]
    assert chosen["agreement"].tolist() == [pytest.approx(1.0, abs=0.01)]
    assert found.chance_agreement < chosen["low"].iloc[0]
    assert not found.is_continuum


def test_the_same_rows_give_the_same_clusters() -> None:
    points, _ = planted(80)
    one, other = (find_clusters(points, seed=5) for _ in range(2))

    pd.testing.assert_frame_equal(one.stability, other.stability)
    assert (one.assign(points) == other.assign(points)).all()
    assert one.chance_agreement == other.chance_agreement


def test_noise_has_no_stable_clusters() -> None:
    noise = np.random.default_rng(2).normal(size=(1000, 5))
    found = find_clusters(noise)

    assert (found.verdict, found.k, found.method) == ("unstable", 0, None)
    assert not found.stability["is_chosen"].any()
    assert found.stability["agreement"].max() < 0.5
    assert not found.is_continuum


def test_slices_of_one_cloud_are_called_slices() -> None:
    """One long cloud is cut across again and again at the same place: stable, yet no groups."""
    covariance = np.full((4, 4), 0.85) + 0.15 * np.eye(4)
    cloud = np.random.default_rng(3).multivariate_normal(np.zeros(4), covariance, 1500)
    found = find_clusters(cloud)

    assert found.verdict == "found"
    assert found.is_continuum


def test_a_handful_of_outliers_is_no_cluster() -> None:
    rng = np.random.default_rng(4)
    points = np.vstack([rng.normal(size=(990, 3)), rng.normal(40, 0.1, (10, 3))])

    found = find_clusters(points, sizes=(2,))

    assert found.verdict == "unstable"
    assert found.stability["agreement"].max() == 1.0  # found every time, and too small to matter
    assert found.stability["smallest_share"].max() == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("points", "verdict"),
    [
        (np.zeros((LEAST_CUSTOMERS - 1, 3)), "too_few"),
        (np.zeros((LEAST_CUSTOMERS, 3)), "no_variance"),
        (np.empty((LEAST_CUSTOMERS, 0)), "no_variance"),
        (np.empty((0, 3)), "too_few"),
        (np.tile([[0.0], [1.0]], (150, 1)), "no_variance"),
    ],
)
def test_degenerate_customers_get_a_reason_and_no_warning(points: np.ndarray, verdict: str) -> None:
    found = find_clusters(points)

    assert (found.verdict, found.k) == (verdict, 0)


INPUTS = pd.DataFrame(
    {
        "days_since_last_order": [10.0, 5.0, 400.0],
        "days_since_first_order": [110.0, 5.0, 400.0],
        "order_days": [5.0, 1.0, 1.0],
        "orders": [6.0, 1.0, 0.0],
        "returned_orders": [1.0, 0.0, 0.0],
        "net_amount": [300.0, -20.0, 0.0],
        "categories": [3.0, np.nan, 1.0],
    }
)


def test_behaviour_by_hand() -> None:
    found = behaviour(INPUTS)

    # 100 days between five days with an order; one such day: at least as long as since then.
    assert found["gap_days"].tolist() == [25.0, 5.0, 400.0]
    assert found["average_order_value"].tolist()[:2] == [50.0, -20.0]
    # 1 of 7 orders came back: ten orders at that share stand behind each customer.
    assert found["returned_share"].tolist()[:2] == [
        pytest.approx((1 + 10 / 7) / 16), pytest.approx((10 / 7) / 11),
    ]  # fmt: skip
    assert found.columns.tolist() == [feature.name for feature in BEHAVIOUR]


def test_scaling_takes_logarithms_fills_and_cuts() -> None:
    rows = behaviour(pd.concat([INPUTS] * 40, ignore_index=True))
    rows.loc[0, "order_days"] = 1e9
    scale = scaling(rows)
    points = scale(rows)

    assert points.shape == (120, 6)
    assert np.isfinite(points).all()
    assert np.abs(points).max() == 3.0
    value = np.log1p(rows["average_order_value"].abs()) * np.sign(rows["average_order_value"])
    filled = value.fillna(value.median())
    expected = (filled - filled.mean()) / filled.std(ddof=0)
    assert points[:, 2] == pytest.approx(expected.to_numpy())


def test_what_does_not_vary_is_left_out() -> None:
    rows = behaviour(INPUTS.assign(categories=np.nan, returned_orders=0.0))

    assert [f.name for f in scaling(rows).features] == [
        "days_since_last_order", "order_days", "average_order_value", "gap_days",
    ]  # fmt: skip
    alike = rows.iloc[[0, 0]]
    assert scaling(alike)(alike).shape == (2, 0)
