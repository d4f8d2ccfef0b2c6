"""What each candidate would have said at past origins, knowing nothing that came later."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crm_data.frames import Column, FrameSpec
from forecasting.bands import spread
from forecasting.candidates import forecasts
from forecasting.grid import Floats
from forecasting.history import History
from forecasting.series import FEWEST

ORIGINS = 6
Others = Mapping[str, Mapping[int, Floats]]  # candidate -> values known -> forecast

BACKTEST = FrameSpec(
    "forecast_backtest",
    "one row per candidate, origin and step ahead",
    ("candidate", "known", "step"),
    (
        Column("candidate", "text"),
        Column("origin", "day", "Last period that was known."),
        Column("known", "count", "Periods known at the origin."),
        Column("step", "count", "Periods ahead, from 1."),
        Column("ds", "day", "Period forecast."),
        Column("actual", "number", "What came; missing where nothing is known of the period."),
        Column("yhat", "number"),
        Column("scale", "number", "Mean absolute change over a season up to the origin (MASE)."),
        Column("spread", "number", "Usual size of moves over this many steps, at the origin."),
    ),
)


def origins(n: int, horizon: int, season: int, most: int = ORIGINS) -> list[int]:
    """Return how many values are known at each origin, ascending; the last leaves one horizon.

    Origins lie a third of the horizon apart. Two seasons and two values are left to learn from, or
    half of a series that is shorter than four. Empty where the series is too short for any.
    """
    fewest = max(FEWEST, min(2 * season + 2, n // 2))
    step = max(1, round(horizon / 3))
    sizes = [n - horizon - step * k for k in range(most)]
    return sorted(size for size in sizes if size >= fewest)


def backtest(
    history: History,
    horizon: int,
    names: tuple[str, ...],
    *,
    most: int = ORIGINS,
    others: Others | None = None,
) -> pd.DataFrame:
    """Forecast ``horizon`` periods from each origin, with what was known there.

    Parameters
    ----------
    history : History
    horizon : int
        The horizon of use.
    names : tuple of str
        Candidates.
    most : int
        Origins at most.
    others : mapping, optional
        Forecasts made elsewhere: candidate, values known at the origin, forecast.

    Returns
    -------
    DataFrame
        ``BACKTEST``. A candidate that failed at an origin has no rows there.
    """
    values = history.values  # noqa: PD011 - an array of ours
    parts: list[pd.DataFrame] = []
    for known in origins(len(values), horizon, history.season, most):
        past = history.until(known)
        made = forecasts(past, horizon, names) | _at(others, known, past)
        if not made:
            continue
        common = pd.DataFrame(
            {
                "origin": past.grid.dates[-1],
                "known": known,
                "step": np.arange(1, horizon + 1),
                "ds": past.grid.after(horizon).dates,
                "actual": values[known : known + horizon],
                "scale": seasonal_scale(past.values, history.season),
                "spread": spread(past, horizon),
            }
        )
        part = pd.concat([common] * len(made), ignore_index=True)
        part["candidate"] = np.repeat(list(made), horizon)
        part["yhat"] = np.concatenate(list(made.values()))
        parts.append(part)
    if not parts:
        return BACKTEST.conform(pd.DataFrame(columns=BACKTEST.column_names))
    return BACKTEST.conform(pd.concat(parts, ignore_index=True))


def seasonal_scale(values: Floats, season: int) -> float:
    """Return the mean absolute change over one season, the scale of MASE.

    Over one period where the series is no longer than a season. NaN where nothing changed.

    Hyndman and Koehler (2006), International Journal of Forecasting 22, 679–688.
    """
    lag = season if len(values) > season else 1
    moves = np.abs(values[lag:] - values[:-lag])
    known = moves[np.isfinite(moves)]
    return float(known.mean()) if len(known) and known.any() else float("nan")


def _at(others: Others | None, known: int, past: History) -> dict[str, Floats]:
    """Forecasts from elsewhere that were made at this origin."""
    if others is None:
        return {}
    return {name: past.bounded(made[known]) for name, made in others.items() if known in made}
