"""Forecasts that add up."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm_data.errors import BadInputError
from forecasting import Forecast, Hierarchy, forecast, hierarchy, reconcile
from forecasting.reconcile import adding_up
from tests.forecasting.made import months, seasonal

ATTRIBUTES = pd.DataFrame(
    {"region": ["N", "N", "S", "S"], "channel": ["web", "shop", "web", "shop"]},
    index=["a", "b", "c", "d"],
)


@pytest.fixture(scope="module")
def nodes() -> Hierarchy:
    return hierarchy(ATTRIBUTES, [["region"], ["channel"]])


def test_nodes_by_hand(nodes: Hierarchy) -> None:
    assert nodes.nodes == [
        "total", "region=N", "region=S", "channel=shop", "channel=web", "a", "b", "c", "d",
    ]  # fmt: skip
    assert nodes.summing.loc["channel=web"].tolist() == [1, 0, 1, 0]
    assert nodes.level_of["region=S"] == "region"
    crossed = hierarchy(ATTRIBUTES, [["region", "channel"]])
    assert "region=N, channel=web" in crossed.nodes
    assert nodes.sums(pd.DataFrame({"x": [1.0, 2, 3, 4]}, ["a", "b", "c", "d"]))["x"].tolist() == [
        10, 3, 7, 6, 4, 1, 2, 3, 4,
    ]  # fmt: skip


def test_a_name_that_comes_twice_is_refused() -> None:
    with pytest.raises(BadInputError) as refused:
        hierarchy(pd.DataFrame({"region": ["N"]}, index=["total"]))

    assert refused.value.code == "hierarchy_names"


def test_without_errors_the_gap_is_shared_by_how_many_series_a_node_has() -> None:
    """Two series under a total: structural scaling moves total by 2/4 of the gap, each by 1/4."""
    two = hierarchy(pd.DataFrame(index=["a", "b"]))
    base = pd.DataFrame({"x": [14.0, 4.0, 6.0]}, index=["total", "a", "b"])

    assert adding_up(base, two)["x"].tolist() == pytest.approx([12, 5, 7])
    assert adding_up(base, two, method="bottom_up")["x"].tolist() == [10, 4, 6]


def test_a_node_that_is_never_wrong_is_not_moved_much() -> None:
    two = hierarchy(pd.DataFrame(index=["a", "b"]))
    base = pd.DataFrame({"x": [14.0, 4.0, 6.0]}, index=["total", "a", "b"])
    random = np.random.default_rng(0)
    errors = pd.DataFrame(
        {"total": random.normal(0, 10, 400), "a": random.normal(0, 0.1, 400),
         "b": random.normal(0, 10, 400)}
    )  # fmt: skip

    made = adding_up(base, two, errors)["x"]

    assert made["a"] == pytest.approx(4, abs=0.05)
    assert made["b"] == pytest.approx(8, abs=0.5)  # as far off as the total: they meet half-way


def test_least_variance_agrees_with_the_projection_of_the_paper() -> None:
    random = np.random.default_rng(1)
    nodes = hierarchy(ATTRIBUTES, [["region"]])
    errors = pd.DataFrame(random.normal(0, 1, (5000, 7)) * [5, 3, 4, 1, 2, 1, 3],
                          columns=nodes.nodes)  # fmt: skip
    base = pd.DataFrame(random.uniform(1, 9, (7, 3)), index=nodes.nodes)
    summing = nodes.summing.to_numpy(dtype="float64")
    weight = np.linalg.inv(np.diag((errors**2).mean()))
    middle = summing.T @ weight
    expected = summing @ np.linalg.solve(middle @ summing, middle @ base.to_numpy())

    assert adding_up(base, nodes, errors).to_numpy() == pytest.approx(expected, abs=0.02)


@given(st.lists(st.floats(0, 1e9), min_size=9, max_size=9), st.sampled_from(["mint", "bottom_up"]))
def test_any_forecasts_add_up_and_stay_above_zero(values: list[float], method: str) -> None:
    nodes = hierarchy(ATTRIBUTES, [["region"], ["channel"]])
    base = pd.DataFrame({"x": values}, index=nodes.nodes)

    made = adding_up(base, nodes, method=method, is_positive=True)["x"]

    assert (made >= 0).all()
    bottom = made[["a", "b", "c", "d"]]
    scale = max(1.0, made["total"])
    assert abs(made["total"] - bottom.sum()) <= 1e-9 * scale
    assert abs(made["region=N"] + made["region=S"] - made["total"]) <= 1e-9 * scale
    assert abs(made["channel=web"] + made["channel=shop"] - made["total"]) <= 1e-9 * scale


@pytest.fixture(scope="module")
def made(nodes: Hierarchy) -> dict[str, Forecast]:
    bottom = {name: seasonal(54, seed=k, noise=12) for k, name in enumerate("abcd")}
    values = {
        node: sum(bottom[name] for name in nodes.bottoms if nodes.summing.loc[node, name])
        for node in nodes.nodes
    }
    return {
        node: forecast(months(v), 6, "month", candidates=("mean",)) for node, v in values.items()
    }


def test_forecasts_with_bands_and_errors_by_level(
    nodes: Hierarchy, made: dict[str, Forecast]
) -> None:
    found = reconcile(made, nodes)

    table = found.forecast.pivot(index="node", columns="ds", values="yhat")
    gap = table.loc["total"] - table.loc[["a", "b", "c", "d"]].sum()
    assert gap.abs().max() <= 1e-9
    before = made["total"].forecast
    after = found.forecast[found.forecast["node"] == "total"].reset_index(drop=True)
    width = after["high_80"] - after["low_80"]
    assert width.to_numpy() == pytest.approx((before["high_80"] - before["low_80"]).to_numpy())
    assert list(found.forecast)[:4] == ["node", "level", "ds", "yhat"]
    errors = found.errors.set_index(["level", "method"])["wape"]
    rows = made["total"].backtest
    base = (rows["yhat"] - rows["actual"]).abs().sum() / rows["actual"].sum()
    assert errors["total", "base"] == pytest.approx(base)
    assert errors["bottom", "bottom_up"] == pytest.approx(errors["bottom", "base"])
    assert set(found.errors["method"]) == {"base", "bottom_up", "mint"}
    assert (found.errors.loc[found.errors["level"] == "total", "n"] == 36).all()
