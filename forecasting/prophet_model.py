"""Prophet, with holidays and promotions, quietly; and what it says a series is made of."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
import pandas as pd

from forecasting.grid import PER_YEAR, Floats
from forecasting.history import History

Mode = Literal["additive", "multiplicative"]
MODES: tuple[Mode, Mode] = ("additive", "multiplicative")
_SPEAKERS = ("cmdstanpy", "prophet", "prophet.models", "prophet.plot")
_YEARLY = "yearly"


def prophet(history: History, horizon: int, mode: Mode) -> Floats | None:
    """Return Prophet's forecast with a season that is added or multiplied; None where it failed.

    It fails where its optimiser finds no maximum. The yearly season needs two years, the weekly one
    (by day) two weeks.
    """
    model, table = _fitted(history, horizon, mode)
    if model is None:
        return None
    return np.asarray(_quietly_predicted(model, table.tail(horizon))["yhat"], dtype="float64")


def components(history: History, horizon: int, mode: Mode = "multiplicative") -> pd.DataFrame:
    """Return what each period is made of: trend, season, each holiday and promotion.

    Returns
    -------
    DataFrame
        One row per period of the past and the next ``horizon``, indexed by ``ds``: ``yhat``,
        ``trend``, ``yearly``, ``weekly`` and one column per regressor (those that apply), all in
        units of the series, so that they add up to ``yhat``. Empty where Prophet failed.
    """
    model, table = _fitted(history, horizon, mode)
    if model is None:
        return pd.DataFrame()
    found = _quietly_predicted(model, table).set_index("ds")
    names = [name for name in (_YEARLY, "weekly", *model.extra_regressors) if name in found]
    parts = found[names].mul(found["trend"], axis=0) if mode == MODES[1] else found[names]
    return pd.concat([found[["yhat", "trend"]], parts], axis=1)


def _fitted(history: History, horizon: int, mode: Mode) -> tuple[Any, pd.DataFrame]:
    """Return a fitted model (None where the fit failed), and dates with regressors."""
    table = history.regressors(horizon)
    n = history.grid.size
    varied = [name for name in table.columns if np.ptp(table[name].iloc[:n]) > 0]
    table = table[varied].rename_axis("ds").reset_index()
    past = table.head(n).assign(y=history.values)
    from prophet import Prophet  # not at the top: importing it takes seconds

    with _quiet():
        model = Prophet(
            seasonality_mode=mode,
            uncertainty_samples=0,
            yearly_seasonality=n >= 2 * PER_YEAR[history.grid.frequency],
            weekly_seasonality=history.grid.frequency == "day" and n >= 14,
            daily_seasonality=False,
        )
        for name in varied:
            model.add_regressor(str(name), standardize=False)
        try:
            # its own choice for short series, Newton, takes ten times as long for the same maximum
            model.fit(past, algorithm="LBFGS")
        except (RuntimeError, ValueError):
            return None, table
    return model, table


def _quietly_predicted(model: Any, table: pd.DataFrame) -> pd.DataFrame:
    with _quiet():
        found: pd.DataFrame = model.predict(table)
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the progress of Prophet and its sampler, and pandas' notices about Prophet's code."""
    speakers = [logging.getLogger(name) for name in _SPEAKERS]
    for speaker in speakers:
        speaker.addFilter(_nothing)  # a level would be set back when cmdstanpy is first imported
    try:
        with warnings.catch_warnings():
            for module in ("prophet", "cmdstanpy"):
                warnings.filterwarnings("ignore", module=module)
            yield
    finally:
        for speaker in speakers:
            speaker.removeFilter(_nothing)


def _nothing(_record: logging.LogRecord) -> bool:
    return False
