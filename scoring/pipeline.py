"""The step ``pipeline``: curves by which deals are won in time, and forecasts of past quarters."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.stats import Floats
from crm_data.score_store import ScoreStore
from forecasting.draws import drawn_totals, gamma_totals, variances
from forecasting.lead_times import stretch_of
from forecasting.new_business import LEAST_WINDOWS, MOST_WINDOWS
from forecasting.pipeline import BANDS
from scoring.deals_data import read_span
from scoring.pipeline_data import Origin, Then, curves_at, new_before, origins, read_then
from scoring.step import Scores

CURVES, BACKTEST = "closing_curves", "pipeline_backtest"
LEVELS = {"all": None, "pipeline": "pipeline", "team": "team", "owner": "owner_id"}
_DRAWS, _ALONE = 4_000, 1_000
_SUMS = ["won_so_far", "open_expected", "variance", "due_weighted", "due_committed", "open_deals",
         "untold"]  # fmt: skip
New = Mapping[tuple[date, int], pd.DataFrame]


def step(store: ScoreStore, _customers: pd.DataFrame, _as_of: date) -> Scores:
    """Return rows of ``closing_curves`` and ``pipeline_backtest``; nothing without any deal."""
    span = read_span(store)
    if span is None:
        return Scores()
    curves, _ = curves_at(store, span.last_on)
    wanted = origins(span)
    new = new_before(store, span, wanted)
    categories = span.dated_from.get("forecast_category")
    created = {level: _by_subject(new, key) for level, key in LEVELS.items()}
    parts = []
    for one in wanted:
        then = read_then(store, one)
        deals = _weighed(then.deals)
        is_dated = categories is not None and categories <= one.day
        for level in LEVELS:
            extra = _new_of(created[level], one)
            parts.append(_rows(then, deals, extra, level, is_dated=is_dated))
    tables = {CURVES: curves}
    if parts:
        tables[BACKTEST] = banded(pd.concat(parts, ignore_index=True))
    return Scores(tables=tables)


def banded(rows: pd.DataFrame) -> pd.DataFrame:
    """Spread bands out by the errors of the quarters before, of the same level and lead time."""
    error = (rows["won"] - rows["expected"]) / rows["deviation"].where(rows["deviation"] > 0)
    stretch = np.ones(len(rows))
    for _, own in rows.groupby(["level", "lead_weeks"]):
        for start, now in own.groupby("period_start"):
            before = own.index[own["period_end"] <= start]
            stretch[now.index] = stretch_of(error[before].to_numpy(dtype="float64"))
    found = rows.assign(stretch=stretch)
    for name in ("p10", "p50", "p90"):
        wide = rows["expected"] + (rows[name] - rows["expected"]) * stretch
        found[name] = wide.where(wide > rows["won_so_far"], rows[["won_so_far", name]].min(axis=1))
    return found


def _rows(
    then: Then, deals: pd.DataFrame, extra: pd.DataFrame, level: str, *, is_dated: bool
) -> pd.DataFrame:
    """Return the forecasts of one day, at one level."""
    origin, key = then.origin, LEVELS[level]
    subject = _subject(deals, key)
    sums = deals.groupby(subject)[_SUMS].sum()
    won = then.results.groupby(_subject(then.results, key))[["won", "won_new"]].sum()
    names = sums.index.union(won.index)
    found = sums.reindex(names, fill_value=0.0).join(won.reindex(names, fill_value=0.0))
    known = extra.reindex(names)
    if len(extra):  # who has won nothing of that kind yet
        known = known.fillna(0.0)
    found = found.join(known)
    # where nothing is told of new deals, the rest is the forecast
    found["expected"] = (
        found["won_so_far"] + found["open_expected"] + found["new_expected"].fillna(0.0)
    )
    found["deviation"] = np.sqrt(found["variance"] + found["new_deviation"].fillna(0.0) ** 2)
    if key != "owner_id":
        found = found.join(_quantiles(deals, subject, found))
    else:
        found[["p10", "p50", "p90"]] = np.nan
    found["weighted"] = found["won_so_far"] + found["due_weighted"]
    found["committed"] = found["won_so_far"] + found["due_committed"] if is_dated else np.nan
    found = found.rename(columns={"won_new": "new_won"}).rename_axis("subject").reset_index()
    return found.assign(
        level=level, period_start=pd.Timestamp(origin.start), period_end=pd.Timestamp(origin.end),
        lead_weeks=origin.weeks, as_of_on=pd.Timestamp(origin.day),
        owner_id=found["subject"] if level == "owner" else None,
        team=found["subject"] if level == "team" else None,
    )  # fmt: skip


def _weighed(deals: pd.DataFrame) -> pd.DataFrame:
    """Return deals with what each adds to a sum."""
    is_open = deals["outcome"].isna()
    amount, chance = deals["amount"].astype("float64"), deals["chance"].astype("float64")
    told = is_open & amount.notna() & chance.notna()
    is_due = is_open & deals["is_due"].fillna(False).astype(bool)
    is_commit = is_due & deals["forecast_category"].eq("commit").fillna(False)
    rate = deals["rate"].astype("float64")
    return deals.assign(
        told=told,
        won_so_far=amount.where(~is_open, 0.0).fillna(0.0),
        open_expected=(amount * chance).where(told, 0.0),
        variance=pd.Series(variances(_plain(amount), _plain(chance)), deals.index).where(told, 0.0),
        due_weighted=(amount * rate).where(is_due, 0.0).fillna(0.0),
        due_committed=amount.where(is_commit, 0.0).fillna(0.0),
        open_deals=is_open.astype("int64"),
        untold=(is_open & ~told).astype("int64"),
    )  # fmt: skip


def _plain(values: pd.Series) -> Floats:
    return values.to_numpy(dtype="float64", na_value=np.nan)


def _subject(frame: pd.DataFrame, key: str | None) -> Any:
    """Return who each row is of; who has no name is of nobody, and left out."""
    return pd.Series("", index=frame.index) if key is None else frame[key]


def _by_subject(new: New, key: str | None) -> dict[int, pd.DataFrame]:
    """Return new business by subject and first day of the quarter, for each lead time."""
    found: dict[int, dict[date, pd.Series]] = {}
    for (start, weeks), part in new.items():
        sums = part.groupby(_subject(part, key))["won_new"].sum()
        found.setdefault(weeks, {})[start] = sums
    return {weeks: pd.DataFrame(won).fillna(0.0) for weeks, won in found.items()}


def _new_of(created: dict[int, pd.DataFrame], origin: Origin) -> pd.DataFrame:
    """Return mean and spread of new business in the quarters before, by subject."""
    names = ["new_expected", "new_deviation"]
    won = created.get(origin.weeks, pd.DataFrame())
    starts: list[Any] = won.columns.tolist()
    windows = sorted(start for start in starts if start < origin.start)[-MOST_WINDOWS:]
    if len(windows) < LEAST_WINDOWS:
        return pd.DataFrame(columns=names, dtype="float64")
    values = won[windows].to_numpy(dtype="float64")
    spread = values.std(axis=1, ddof=1) * np.sqrt(1 + 1 / len(windows))
    moments = np.column_stack([values.mean(axis=1), spread])
    return pd.DataFrame(moments, index=won.index, columns=names)


def _quantiles(deals: pd.DataFrame, subject: Any, found: pd.DataFrame) -> pd.DataFrame:
    told = deals[deals["told"]]
    groups = dict(list(told.groupby(subject[deals["told"]])))
    rows = {}
    for name, row in found.iterrows():
        own = groups.get(name, told.iloc[:0])
        drawn = drawn_totals(
            _plain(own["amount"]), _plain(own["chance"]), draws=_DRAWS, most=_ALONE
        )
        extra = (float(row[n]) if row[n] == row[n] else 0.0 for n in _NEW)
        drawn = float(row["won_so_far"]) + drawn + gamma_totals(*extra, draws=_DRAWS, seed=1)
        rows[name] = [float(one) for one in np.quantile(drawn, BANDS, method="inverted_cdf")]
    return pd.DataFrame.from_dict(rows, orient="index", columns=["p10", "p50", "p90"])


_NEW = ("new_expected", "new_deviation")
