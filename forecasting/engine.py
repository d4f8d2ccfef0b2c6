"""Forecast one series: candidates, back-test, choice, bands."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from crm_data.errors import BadInputError
from forecasting.backtest import ORIGINS, Others, backtest
from forecasting.bands import Pool, spread
from forecasting.candidates import CANDIDATES, GLOBAL, PLAINEST, forecasts, in_order
from forecasting.choice import BORDER, Reason, choose
from forecasting.events import Events
from forecasting.grid import Floats
from forecasting.history import History
from forecasting.result import Forecast, assembled
from forecasting.series import RegularSeries, regular_series

LEVELS = (0.8, 0.95)


@dataclass(frozen=True, eq=False)
class Options:
    """How series are forecast, beyond horizon and frequency.

    Attributes
    ----------
    levels : tuple of float
        Coverage of the bands, each between 0 and 1.
    candidates : tuple of str or None
        Names of ``CANDIDATES``; None for all.
    last_day : date or None
        Last day whose data are complete; see ``regular_series``.
    gaps : str
        ``missing`` or ``zero``; see ``regular_series``.
    events : Events
        Holidays and promotions.
    origins : int
        Of the back-test, at most; 0 for none.
    border : float
        See ``choice.choose``.
    pool : Pool or None
        Quantiles of related series; see ``forecasting.pool``.
    """

    levels: tuple[float, ...] = LEVELS
    candidates: tuple[str, ...] | None = None
    last_day: object = None
    gaps: str = "missing"
    events: Events = field(default_factory=Events)
    origins: int = ORIGINS
    border: float = BORDER
    pool: Pool | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Candidates in order of trust."""
        return in_order(CANDIDATES if self.candidates is None else tuple(self.candidates))


def forecast(
    series: "pd.Series[float] | Mapping[object, float]",
    horizon: int,
    frequency: str,
    levels: tuple[float, ...] = LEVELS,
    candidates: tuple[str, ...] | None = None,
    *,
    options: Options | None = None,
    others: Others | None = None,
) -> Forecast:
    """Forecast a series, with what every candidate would have said in the past.

    Parameters
    ----------
    series : Series or mapping
        Dates to values; see ``regular_series``.
    horizon : int
        Periods ahead, at least 1.
    frequency : str
        ``day``, ``week``, ``month`` or ``quarter``.
    levels : tuple of float
        Coverage of the bands.
    candidates : tuple of str, optional
        Names of ``CANDIDATES``; all when left out.
    options : Options, optional
        Everything else. Its ``levels`` and ``candidates`` give way to these arguments.
    others : mapping, optional
        Forecasts made elsewhere: candidate, values known, forecast; what is known in all is that of
        now. See ``forecasting.boosting``.

    Raises
    ------
    BadInputError
        ``forecast_horizon``, ``forecast_levels``, ``forecast_candidates``, ``forecast_frequency``,
        ``holiday_country``: an argument cannot be used. Values never raise: a series that cannot be
        modelled gets a plain baseline and a reason.

    Examples
    --------
    >>> made = forecast({"2025-01-01": 5.0, "2025-02-01": 7.0}, 2, "month")
    >>> made.forecast["yhat"].tolist(), made.chosen, made.reason.code
    ([7.0, 7.0], 'last_value', 'too_short')
    """
    given = options or Options()
    names = None if candidates is None else tuple(candidates)
    chosen = replace(given, levels=tuple(levels), candidates=names)
    _require(horizon, chosen)
    regular = regular_series(series, frequency, last_day=given.last_day, gaps=given.gaps)
    history = History(regular.grid, regular.values, given.events)
    if regular.trouble is not None:
        return _plain(regular, history, horizon, chosen)
    n = len(history.values)
    made = forecasts(history, horizon, chosen.names)
    made |= {k: history.bounded(v[n]) for k, v in (others or {}).items() if n in v}
    if not made:
        return _plain(regular, history, horizon, chosen, "default_failed")
    table = backtest(history, horizon, tuple(made), most=chosen.origins, others=others)
    choice = choose(table, tuple(made), border=chosen.border)
    notes = [f"failed:{name}" for name in chosen.names if name not in (*made, GLOBAL)]
    notes += chosen.events.notes(regular.grid.until(n + horizon))
    ahead = _ahead(history, made, horizon)
    whole = assembled(regular, ahead, table, choice, chosen.levels, pool=chosen.pool)
    return replace(whole, notes=(*regular.notes, *notes))


def _ahead(history: History, made: Mapping[str, Floats], horizon: int) -> pd.DataFrame:
    """Forecasts of every candidate below each other, without bands."""
    common = {
        "ds": history.grid.after(horizon).dates,
        "step": np.arange(1, horizon + 1),
        "spread": spread(history, horizon),
    }
    parts = [
        pd.DataFrame({"candidate": name} | common | {"yhat": yhat}) for name, yhat in made.items()
    ]
    return pd.concat(parts, ignore_index=True)


def _plain(
    regular: RegularSeries, history: History, horizon: int, options: Options, code: str = ""
) -> Forecast:
    """The last value (or the mean where there are many gaps or zeros), and why no more."""
    reason = Reason(code or regular.trouble or "", None, {"n": float(len(regular.values))})
    values = history.values  # noqa: PD011 - an array of ours
    known = values[np.isfinite(values)]
    if not len(known):
        horizon = 0
    is_sparse = reason.code in ("too_many_gaps", "too_many_zeros")
    name = "recent_mean" if is_sparse else PLAINEST
    value = float(known[-history.season :].mean()) if is_sparse else float(known[-1:].sum())
    table = backtest(history, horizon, (), most=0)
    ahead = _ahead(history, {name: np.full(horizon, value)}, horizon)
    return assembled(regular, ahead, table, (name, reason), options.levels)


def _require(horizon: int, options: Options) -> None:
    if horizon < 1:
        raise BadInputError(
            "forecast_horizon",
            f"A forecast reaches 1 period ahead or more, not {horizon}. Give a larger horizon.",
            horizon=horizon,
        )
    if not all(0 < level < 1 for level in options.levels):
        raise BadInputError(
            "forecast_levels",
            f"Bands cover a share between 0 and 1, not {list(options.levels)}. Give e.g. 0.8.",
        )
    unknown = [name for name in options.names if name not in (*CANDIDATES, GLOBAL)]
    if unknown or not options.names:
        named = ", ".join(unknown)
        raise BadInputError(
            "forecast_candidates",
            f"No candidate is called '{named}'. Choose from {', '.join(CANDIDATES)}.",
            unknown=named,
        )
