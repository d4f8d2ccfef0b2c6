"""Forecasts of a hierarchy that add up."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecasting.bands import band_columns
from forecasting.grid import Floats
from forecasting.hierarchy import Hierarchy
from forecasting.result import Forecast

METHODS = ("bottom_up", "mint")
_FEWEST_ERRORS = 8  # rows of errors below which only how many series a node has is believed


@dataclass(frozen=True, eq=False)
class Reconciled:
    """Forecasts of all nodes, adding up.

    Attributes
    ----------
    forecast : DataFrame
        One row per node and period: ``node``, ``level``, ``ds``, ``yhat`` and bands.
    errors : DataFrame
        One row per level and method (``base`` is what was before, ``bottom_up``, ``mint``), from
        the back-tests: ``level``, ``method``, ``wape`` (share) and ``n``.
    method : str
    """

    forecast: pd.DataFrame
    errors: pd.DataFrame
    method: str


def reconcile(
    made: Mapping[str, Forecast], nodes: Hierarchy, *, method: str = "mint"
) -> Reconciled:
    """Make forecasts of all nodes add up.

    Parameters
    ----------
    made : mapping
        Node to forecast, for every node; all with the same horizon and levels.
    nodes : Hierarchy
    method : str
        ``bottom_up``, or ``mint``: the combination whose errors have the least variance, with the
        covariance of back-test errors shrunk towards its diagonal.

    Returns
    -------
    Reconciled
        Bands keep their width around the new forecast: they do not add up, as errors partly cancel
        out. Where no bottom series was ever negative, no forecast and no bound is.

    Notes
    -----
    Wickramasuriya, Athanasopoulos and Hyndman (2019), Journal of the American Statistical
    Association 114, 804–819; shrinkage of Schäfer and Strimmer (2005), Statistical Applications in
    Genetics and Molecular Biology 4, 32.
    """
    base = pd.DataFrame({node: made[node].forecast["yhat"] for node in nodes.nodes}).T
    errors = _errors(made, nodes)
    is_positive = all(made[name].series.is_never_negative for name in nodes.bottoms)
    found = adding_up(base, nodes, errors, method=method, is_positive=is_positive)
    floor = 0.0 if is_positive else -np.inf
    parts = []
    for node in nodes.nodes:
        before = made[node].forecast
        moved = found.loc[node].to_numpy() - before["yhat"].to_numpy()
        columns = band_columns(made[node].levels)
        bands = before[columns].add(moved, axis=0).clip(lower=floor)
        table = pd.concat([before[["ds"]].assign(yhat=found.loc[node].to_numpy()), bands], axis=1)
        parts.append(table.assign(node=node, level=nodes.level_of[node]))
    whole = pd.concat(parts, ignore_index=True)
    whole = whole[["node", "level", *(c for c in whole if c not in ("node", "level"))]]
    return Reconciled(whole, _tested(made, nodes, is_positive), method)


def adding_up(
    base: pd.DataFrame,
    nodes: Hierarchy,
    errors: pd.DataFrame | None = None,
    *,
    method: str = "mint",
    is_positive: bool = False,
) -> pd.DataFrame:
    """Return ``base`` (rows nodes, columns periods) changed so that it adds up.

    Parameters
    ----------
    base : DataFrame
    nodes : Hierarchy
    errors : DataFrame, optional
        Past errors, one column per node; rows with a missing one are left out. Too few, and nodes
        are trusted by how many series they sum.
    method : str
    is_positive : bool
        Bottom series below zero become zero before they are summed.
    """
    base = base.loc[nodes.nodes]
    bottom = base.loc[nodes.bottoms]
    if method == "mint":
        above = nodes.aggregates
        apart = np.hstack([np.eye(len(above)), -above])  # zero where it adds up
        weight = _covariance(errors, nodes)
        gap = apart @ base.to_numpy(dtype="float64")
        moved = weight @ apart.T @ np.linalg.pinv(apart @ weight @ apart.T) @ gap
        bottom = bottom - moved[len(above) :]
    return nodes.sums(bottom.clip(lower=0.0) if is_positive else bottom)


def _covariance(errors: pd.DataFrame | None, nodes: Hierarchy) -> Floats:
    """Covariance of errors by node, shrunk; or how many series each node sums."""
    known = None if errors is None else errors[nodes.nodes].dropna().to_numpy(dtype="float64")
    if known is None or len(known) < _FEWEST_ERRORS or not (known**2).sum(axis=0).all():
        return np.diag(nodes.summing.sum(axis=1).to_numpy(dtype="float64"))
    n = len(known)
    size = np.sqrt((known**2).mean(axis=0))
    unit = known / size
    r = unit.T @ unit / n
    products = unit[:, :, None] * unit[:, None, :]
    noise = ((products - r) ** 2).sum(axis=0) / (n * (n - 1))
    off = ~np.eye(len(r), dtype=bool)
    signal = float((r[off] ** 2).sum())
    share = min(1.0, float(noise[off].sum()) / signal) if signal > 0 else 1.0
    shrunk = np.where(off, (1 - share) * r, 1.0)
    return np.asarray(shrunk * np.outer(size, size))


def _rows(made: Forecast) -> pd.DataFrame:
    table = made.backtest[made.backtest["candidate"] == made.chosen]
    return table.set_index(["origin", "step", "ds"])[["actual", "yhat"]]


def _errors(made: Mapping[str, Forecast], nodes: Hierarchy) -> pd.DataFrame:
    """Errors of the back-tests: index origin, step and period, one column per node."""
    return pd.DataFrame(
        {node: (rows := _rows(made[node]))["actual"] - rows["yhat"] for node in nodes.nodes}
    ).dropna()


def _tested(made: Mapping[str, Forecast], nodes: Hierarchy, is_positive: bool) -> pd.DataFrame:
    """Errors per level and method; at each origin with weights from what had come by then."""
    base = pd.DataFrame({node: _rows(made[node])["yhat"] for node in nodes.nodes}).dropna()
    actual = pd.DataFrame({node: _rows(made[node])["actual"] for node in nodes.nodes})
    actual = actual.reindex(base.index)
    errors = actual - base
    found: dict[str, list[pd.DataFrame]] = {name: [] for name in METHODS}
    for origin, at in base.groupby(level="origin"):
        seen = errors[errors.index.get_level_values("ds") <= origin]
        for name in METHODS:
            one = adding_up(at.T, nodes, seen, method=name, is_positive=is_positive)
            found[name].append(one.T)
    rows = []
    for name, table in {"base": base, **{k: _together(v, base) for k, v in found.items()}}.items():
        off = (table - actual).abs()
        for level, members in nodes.level_of.groupby(nodes.level_of, sort=False).groups.items():
            known = actual[list(members)].notna()
            total = float(actual[list(members)].abs().sum().sum())
            wape = float(off[list(members)].sum().sum()) / total if total > 0 else np.nan
            rows.append((level, name, wape, int(known.sum().sum())))
    return pd.DataFrame(rows, columns=["level", "method", "wape", "n"])


def _together(parts: list[pd.DataFrame], base: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(parts).reindex(base.index) if parts else base
