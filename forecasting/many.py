"""Many series: several processes, progress, and going on after a kill."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd
from joblib import Parallel, delayed

from forecasting.backtest import Others
from forecasting.boosting import global_boosting
from forecasting.candidates import GLOBAL
from forecasting.engine import Options, forecast
from forecasting.history import History
from forecasting.pool import pooled
from forecasting.result import Forecast
from forecasting.series import regular_series

Keep = Callable[[str, Forecast], None]
Progress = Callable[[int, int], None]
Named = tuple[str, "pd.Series[float]"]


def forecast_many(
    series: Iterable[Named],
    horizon: int,
    frequency: str,
    *,
    options: Options | None = None,
    done: Mapping[str, Forecast] | None = None,
    keep: Keep | None = None,
    progress: Progress | None = None,
    processes: int = 1,
) -> dict[str, Forecast]:
    """Forecast related series, and let them calibrate each other.

    Beside the candidates of one series there is one gradient-boosted model over all of them. Bands
    and the border of the choice come from the errors of all series (``forecasting.pool``).

    Parameters
    ----------
    series : iterable of name and Series
    horizon, frequency
        See ``forecast``.
    options : Options, optional
        Levels, candidates, calendar and so on.
    done : mapping, optional
        What an earlier run kept, by name. Those are not forecast again.
    keep : callable, optional
        Called with name and forecast as soon as each is ready, in any order. What it keeps has not
        been pooled yet: hand it back as ``done`` and the result is the same as of one run.
    progress : callable, optional
        Called with how many are ready and how many there are, first with those of ``done``.
    processes : int
        How many work at once.

    Returns
    -------
    dict
        Name to forecast, in the order of ``series``.

    Raises
    ------
    BadInputError
        Those of ``forecast``.
    """
    given = options or Options()
    named = dict(series)
    ready = {name: made for name, made in (done or {}).items() if name in named}
    left = [name for name in named if name not in ready]
    _tell(progress, len(ready), len(named))
    others = _global(named, horizon, frequency, given) if left else {}
    tasks = ((name, named[name], others.get(name)) for name in left)
    for name, made in _forecasts(tasks, horizon, frequency, given, processes):
        ready[name] = made
        if keep is not None:
            keep(name, made)
        _tell(progress, len(ready), len(named))
    return pooled({name: ready[name] for name in named})


def _forecasts(
    tasks: Iterable[tuple[str, "pd.Series[float]", Others | None]],
    horizon: int,
    frequency: str,
    options: Options,
    processes: int,
) -> Iterator[tuple[str, Forecast]]:
    if processes == 1:
        yield from (_one(*task, horizon, frequency, options) for task in tasks)
        return
    run = Parallel(n_jobs=processes, return_as="generator_unordered", pre_dispatch="2*n_jobs")
    yield from run(delayed(_one)(*task, horizon, frequency, options) for task in tasks)


def _one(
    name: str,
    series: "pd.Series[float]",
    others: Others | None,
    horizon: int,
    frequency: str,
    options: Options,
) -> tuple[str, Forecast]:
    made = forecast(
        series, horizon, frequency, options.levels, options.candidates,
        options=options, others=others,
    )  # fmt: skip
    return name, made


def _global(
    named: Mapping[str, "pd.Series[float]"], horizon: int, frequency: str, options: Options
) -> dict[str, Others]:
    """Forecasts of the model over all series, for each series that can be modelled."""
    if options.candidates is not None and GLOBAL not in options.candidates:
        return {}
    histories = {}
    for name, values in named.items():
        regular = regular_series(values, frequency, last_day=options.last_day, gaps=options.gaps)
        if regular.trouble is None:
            histories[name] = History(regular.grid, regular.values, options.events)
    found = global_boosting(histories, horizon, most_origins=options.origins)
    return {name: {GLOBAL: forecasts} for name, forecasts in found.items()}


def _tell(progress: Progress | None, ready: int, all_of_them: int) -> None:
    if progress is not None:
        progress(ready, all_of_them)
