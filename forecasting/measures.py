"""How far forecasts were off, in the measures that forecasters use."""

import numpy as np
import pandas as pd

from forecasting.bands import coverage


def wape(actual: "pd.Series[float]", yhat: "pd.Series[float]") -> float:
    """Return the sum of absolute errors over the sum of absolute values; NaN where that is 0."""
    total = float(actual.abs().sum())
    return float((yhat - actual).abs().sum()) / total if total > 0 else float("nan")


def bias(actual: "pd.Series[float]", yhat: "pd.Series[float]") -> float:
    """Return the sum of forecasts less values over the sum of values: above 0 is too high."""
    total = float(actual.sum())
    return float((yhat - actual).sum()) / total if total != 0 else float("nan")


def mase(actual: "pd.Series[float]", yhat: "pd.Series[float]", scale: "pd.Series[float]") -> float:
    """Return the mean absolute error in units of ``scale``; NaN where no scale is known."""
    return float(((yhat - actual).abs() / scale).mean())


def smape(actual: "pd.Series[float]", yhat: "pd.Series[float]") -> float:
    """Return the mean of twice the error over both sizes, 0 to 2; both zero is no error."""
    both = actual.abs() + yhat.abs()
    return float((2 * (yhat - actual).abs() / both.where(both > 0, 1.0)).mean())


def pinball(actual: "pd.Series[float]", quantile: "pd.Series[float]", share: float) -> float:
    """Return the mean pinball loss of a quantile that ``share`` of values should lie below."""
    over = actual - quantile
    return float(np.maximum(share * over, (share - 1) * over).mean())


def scores(table: pd.DataFrame, levels: tuple[float, ...]) -> pd.DataFrame:
    """Return one row per candidate of a back-test with bands, the smallest MASE first.

    Columns: ``candidate``, ``origins``, ``n`` (values compared), ``wape``, ``bias``, ``mase``,
    ``smape``, ``pinball`` (mean over the bounds of all bands, in units of the series) and per level
    ``coverage_80`` … (share of values inside).
    """
    rows = []
    for name, group in table[table["actual"].notna()].groupby("candidate", sort=False):
        held = coverage(group, levels)
        rows.append(
            {
                "candidate": name,
                "origins": group["known"].nunique(),
                "n": len(group),
                "wape": wape(group["actual"], group["yhat"]),
                "bias": bias(group["actual"], group["yhat"]),
                "mase": mase(group["actual"], group["yhat"], group["scale"]),
                "smape": smape(group["actual"], group["yhat"]),
                "pinball": _pinball_of_bands(group, levels),
            }
            | {f"coverage_{100 * x:g}": y for x, y in zip(levels, held["share"], strict=True)}
        )
    names = ["candidate", "origins", "n", "wape", "bias", "mase", "smape", "pinball"]
    names += [f"coverage_{100 * level:g}" for level in levels]
    return pd.DataFrame(rows, columns=names).sort_values("mase", ignore_index=True, kind="stable")


def _pinball_of_bands(group: pd.DataFrame, levels: tuple[float, ...]) -> float:
    losses = [
        pinball(group["actual"], group[f"{side}_{100 * level:g}"], 0.5 + sign * level / 2)
        for level in levels
        for side, sign in (("low", -1), ("high", 1))
    ]
    return float(np.mean(losses)) if losses else float("nan")
