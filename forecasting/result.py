"""What a forecast consists of."""

from dataclasses import dataclass

import pandas as pd

from forecasting.bands import Pool, band_columns, banded, banded_backtest, coverage
from forecasting.choice import Reason
from forecasting.measures import scores
from forecasting.series import RegularSeries


@dataclass(frozen=True, eq=False)
class Forecast:
    """A forecast with everything that it rests on.

    Attributes
    ----------
    forecast : DataFrame
        One row per period ahead: ``ds``, ``yhat``, and per level ``low_80``, ``high_80`` …, in
        units of the series. NaN bands where a single value is all that is known.
    chosen : str
        The candidate it is from; see ``candidates.CANDIDATES``.
    reason : Reason
        Why this one: a code and numbers.
    candidates : DataFrame
        The same of every candidate: ``candidate``, ``ds``, ``step``, ``yhat``, ``spread``,
        ``expected_error`` and bands.
    backtest : DataFrame
        ``BACKTEST`` with the band of each origin: every candidate, origin and step.
    scores : DataFrame
        One row per candidate, best first; see ``measures.scores``.
    coverage : DataFrame
        How often bands of the chosen candidate held in the back-test: see ``bands.coverage``. Each
        band came from what was known at its origin (with a pool: from other series), so this is a
        test, not a fit.
    series : RegularSeries
        What was forecast.
    notes : tuple of str
        Of the series (see ``RegularSeries.notes``), of the calendar (see ``Holidays.notes``), and
        ``failed:<candidate>`` where one could not be fitted.
    levels : tuple of float
    """

    forecast: pd.DataFrame
    chosen: str
    reason: Reason
    candidates: pd.DataFrame
    backtest: pd.DataFrame
    scores: pd.DataFrame
    coverage: pd.DataFrame
    series: RegularSeries
    notes: tuple[str, ...]
    levels: tuple[float, ...]


def assembled(
    series: RegularSeries,
    ahead: pd.DataFrame,
    table: pd.DataFrame,
    choice: tuple[str, Reason],
    levels: tuple[float, ...],
    *,
    pool: Pool | None = None,
    pool_of_test: Pool | None = None,
) -> Forecast:
    """Put forecasts, back-test and choice together, with bands and scores.

    Parameters
    ----------
    series : RegularSeries
    ahead : DataFrame
        ``candidate``, ``ds``, ``step``, ``yhat`` and ``spread`` of every candidate.
    table : DataFrame
        ``BACKTEST``.
    choice : tuple of str and Reason
    levels : tuple of float
    pool : Pool, optional
        For the bands ahead.
    pool_of_test : Pool, optional
        For the bands of the back-test, where the first one knows this series' errors.
    """
    floor = 0.0 if series.is_never_negative else None
    tested = banded_backtest(table, levels, floor=floor, pool=pool_of_test or pool)
    every = banded(ahead, table, len(series.values), levels, floor=floor, pool=pool)
    columns = ["ds", "yhat", *band_columns(levels)]
    return Forecast(
        forecast=every.loc[every["candidate"] == choice[0], columns].reset_index(drop=True),
        chosen=choice[0],
        reason=choice[1],
        candidates=every,
        backtest=tested,
        scores=scores(tested, levels),
        coverage=coverage(tested[tested["candidate"] == choice[0]], levels),
        series=series,
        notes=series.notes,
        levels=levels,
    )
