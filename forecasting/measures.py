"""How far forecasts were off, in the measures that forecasters use."""

import numpy as np
import pandas as pd

from forecasting.bands import band_columns, coverage
from forecasting.grid import Floats


def wape(actual: Floats, yhat: Floats) -> float:
    """Return the sum of absolute errors over the sum of absolute values; NaN where that is 0."""
    total = float(np.abs(actual).sum())
    return float(np.abs(yhat - actual).sum()) / total if total > 0 else float("nan")


def bias(actual: Floats, yhat: Floats) -> float:
    """Return the sum of forecasts less values over the sum of values: above 0 is too high."""
    total = float(actual.sum())
    return float((yhat - actual).sum()) / total if total != 0 else float("nan")


def mase(actual: Floats, yhat: Floats, scale: Floats) -> float:
    """Return the mean absolute error in units of ``scale``; NaN where no scale is known."""
    known = scale > 0
    return float(np.mean(np.abs(yhat - actual)[known] / scale[known])) if known.any() else np.nan


def smape(actual: Floats, yhat: Floats) -> float:
    """Return the mean of twice the error over both sizes, 0 to 2; both zero is no error."""
    both = np.abs(actual) + np.abs(yhat)
    return float(np.mean(2 * np.abs(yhat - actual) / np.where(both > 0, both, 1.0)))


def pinball(actual: Floats, quantile: Floats, share: float) -> float:
    """Return the mean pinball loss of a quantile that ``share`` of values should lie below."""
    over = actual - quantile
    return float(np.mean(np.maximum(share * over, (share - 1) * over)))


def scores(table: pd.DataFrame, levels: tuple[float, ...]) -> pd.DataFrame:
    """Return one row per candidate of a back-test with bands, the smallest MASE first.

    Columns: ``candidate``, ``origins``, ``n`` (values compared), ``wape``, ``bias``, ``mase``,
    ``smape``, ``pinball`` (mean over the bounds of all bands, in units of the series) and per level
    ``coverage_80`` … (share of values inside).
    """
    rows = []
    for name, group in table[table["actual"].notna()].groupby("candidate", sort=False):
        actual, yhat = group["actual"].to_numpy(), group["yhat"].to_numpy()
        held = coverage(group, levels)
        rows.append(
            {
                "candidate": name,
                "origins": group["known"].nunique(),
                "n": len(group),
                "wape": wape(actual, yhat),
                "bias": bias(actual, yhat),
                "mase": mase(actual, yhat, group["scale"].to_numpy()),
                "smape": smape(actual, yhat),
                "pinball": _pinball_of_bands(group, levels),
            }
            | {f"coverage_{100 * x:g}": y for x, y in zip(levels, held["share"], strict=True)}
        )
    names = ["candidate", "origins", "n", "wape", "bias", "mase", "smape", "pinball"]
    names += [f"coverage_{100 * level:g}" for level in levels]
    return pd.DataFrame(rows, columns=names).sort_values("mase", ignore_index=True, kind="stable")


def _pinball_of_bands(group: pd.DataFrame, levels: tuple[float, ...]) -> float:
    actual = group["actual"].to_numpy()
    shares = [0.5 + sign * level / 2 for level in levels for sign in (-1, 1)]
    losses = [
        pinball(actual, group[name].to_numpy(), share)
        for name, share in zip(band_columns(levels), shares, strict=True)
    ]
    return float(np.mean(losses)) if losses else float("nan")
