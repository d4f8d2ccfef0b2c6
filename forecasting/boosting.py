"""One gradient-boosted model over many series, at each origin from what was known there."""

from collections import Counter
from collections.abc import Mapping

import numpy as np
from sklearn.ensemble import HistGradientBoostingRegressor
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # ships no types

from forecasting.backtest import origins
from forecasting.bands import trailing_level
from forecasting.grid import Floats
from forecasting.history import History

FEWEST_SERIES, FEWEST_ROWS = 10, 500
_MOST_ROWS = 40_000
_MOST_LAGS = 12


def global_boosting(
    histories: Mapping[str, History], horizon: int, *, most_origins: int
) -> dict[str, dict[int, Floats]]:
    """Return forecasts by series and values known, of now and of each origin of the back-test.

    One model of all steps learns how far values move from the level of the last season: inputs are
    the last values and those a season before the target, each relative to the level, the place in
    the season and the step. At an origin it learns from targets up to that period only. So that
    "that period" is the same for all, only series that end in the most frequent last period take
    part; of fewer than ``FEWEST_SERIES`` nothing is returned.

    Returns
    -------
    dict
        Series, values known, forecast in units of the series, not below zero where the series never
        was.
    """
    ends = Counter(h.grid.first + h.grid.size for h in histories.values())
    if not ends:
        return {}
    end = max(ends, key=lambda period: (ends[period], period))
    together = {k: h for k, h in histories.items() if h.grid.first + h.grid.size == end}
    if len(together) < FEWEST_SERIES:
        return {}
    backs = {
        len(history.values) - known
        for history in together.values()
        for known in origins(len(history.values), horizon, history.season, most_origins)
    }
    made: dict[str, dict[int, Floats]] = {key: {} for key in together}
    with threadpool_limits(1, user_api="openmp"):  # on busy cores threads wait for each other
        for back in sorted({0, *backs}):
            for key, (known, forecast) in _at(together, back, horizon).items():
                made[key][known] = forecast
    return {key: found for key, found in made.items() if found}


def _at(histories: Mapping[str, History], back: int, horizon: int) -> dict[str, tuple[int, Floats]]:
    """Values known and forecast of each series that had a season ``back`` periods ago."""
    pasts = {
        key: past
        for key, history in histories.items()
        if (past := _before(history, back)) is not None
    }
    model = _fitted(list(pasts.values()), horizon)
    if model is None:
        return {}
    return {key: (len(p.values), _forecast(model, p, horizon)) for key, p in pasts.items()}


def _before(history: History, back: int) -> History | None:
    """The history ``back`` periods ago; None before one season and a lag."""
    known = len(history.values) - back
    return history.until(known) if known > history.season + 1 else None


def _fitted(pasts: list[History], horizon: int) -> HistGradientBoostingRegressor | None:
    rows = [_rows(past, horizon) for past in pasts]
    inputs = np.concatenate([row[0] for row in rows]) if rows else np.empty((0, 1))
    targets = np.concatenate([row[1] for row in rows]) if rows else np.empty(0)
    if len(targets) < FEWEST_ROWS:
        return None
    if len(targets) > _MOST_ROWS:
        some = np.random.default_rng(0).choice(len(targets), _MOST_ROWS, replace=False)
        inputs, targets = inputs[some], targets[some]
    model = HistGradientBoostingRegressor(
        loss="absolute_error", learning_rate=0.1, max_iter=80, max_leaf_nodes=15,
        min_samples_leaf=40, early_stopping=False, random_state=0,
    )  # fmt: skip
    return model.fit(inputs, targets)


def _rows(past: History, horizon: int) -> tuple[Floats, Floats]:
    """Inputs and targets of every step from every time that has a season before it."""
    values = past.recent
    level = trailing_level(values, past.season)
    times = np.arange(past.season, len(values))
    inputs, targets = [], []
    for step in range(1, horizon + 1):
        at = times[times + step < len(values)]
        inputs.append(_inputs(values, level, at, step, past))
        targets.append(values[at + step] / level[at] - 1)
    return np.concatenate(inputs), np.concatenate(targets)


def _inputs(values: Floats, level: Floats, at: np.ndarray, step: int, past: History) -> Floats:
    """One row per time: lags, the values a season before the target, place and step."""
    season = past.season
    lags = [values[at - lag] for lag in range(min(season, _MOST_LAGS))]
    seasons_back = season * -(-step // season)
    before = [values[at + step - seasons_back]]
    earlier = at + step - seasons_back - season
    before.append(np.where(earlier >= 0, values[np.maximum(earlier, 0)], before[0]))
    relative = np.stack([*lags, *before], axis=1) / level[at][:, None] - 1
    offset = past.grid.first + past.grid.size - len(values)
    place = (offset + at + step) % season
    return np.column_stack([relative, place, np.full(len(at), float(step))])


def _forecast(model: HistGradientBoostingRegressor, past: History, horizon: int) -> Floats:
    values = past.recent
    level = trailing_level(values, past.season)
    last = np.array([len(values) - 1])
    rows = [_inputs(values, level, last, step, past) for step in range(1, horizon + 1)]
    return past.bounded((1 + model.predict(np.concatenate(rows))) * level[-1])
