"""Forecasts of competition series. ``python -m benchmarks.forecast [--parts m3,walmart,…]``.

M3, monthly, the series with odd numbers: trained on what the competition gave, compared with what
it kept back. Walmart, weekly: the last 13 weeks of 45 stores. Every series is forecast as a page
would, with all candidates and origins. ``pooled`` is the same after the series calibrated each
other. Seconds are of CPU, of this process and the ones it starts, so that a busy machine does not
change them. Results of single series are kept in ``benchmarks/data`` and not made again.
"""

import argparse
import json
import os
import pickle
import resource
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from forecasting import Forecast, Options, forecast, forecast_many
from forecasting.engine import LEVELS
from forecasting.pool import pooled, pooled_border, recalibrated

RESULTS = Path(__file__).with_name("results") / "forecast.json"
KEPT = Path(__file__).with_name("data")
REAL = Path(os.environ.get("CRM_REAL_DATA", str(Path(__file__).parents[2] / "shared" / "data")))
PLAIN = ("mean", "ets", "theta", "seasonal_drift", "seasonal_naive")
Truth = dict[str, tuple["pd.Series[float]", np.ndarray]]


def m3(period: str = "MONTHLY") -> Truth:
    """Series of the competition with what was kept back; dates begin in 1980, as many have none."""
    of = pd.read_csv(REAL / "m3" / "m3_series_meta.csv")
    wanted = of.loc[of["period"] == period, "series_id"]
    values = pd.read_csv(REAL / "m3" / "m3_values_long.csv.gz")
    step = {"MONTHLY": "MS", "QUARTERLY": "QS"}[period]
    found: Truth = {}
    for name, rows in values[values["series_id"].isin(wanted)].groupby("series_id"):
        train = rows.loc[rows["split"] == "train", "y"].to_numpy()
        dates = pd.date_range("1980-01-01", periods=len(train), freq=step)
        found[str(name)] = (pd.Series(train, dates), rows["y"].to_numpy()[len(train) :])
    return found


def _some(truth: Truth, every: int) -> Truth:
    return dict(list(truth.items())[::every])


def walmart() -> Truth:
    """Weekly sales of each store, and the last 13 weeks."""
    rows = pd.read_csv(REAL / "walmart_weekly" / "Walmart_Store_sales.csv")
    rows["Date"] = pd.to_datetime(rows["Date"], format="%d-%m-%Y")
    by_store = rows.sort_values("Date").groupby("Store")
    stores = {f"store {k}": group.set_index("Date")["Weekly_Sales"] for k, group in by_store}
    return {k: (v.iloc[:-13], v.iloc[-13:].to_numpy()) for k, v in stores.items()}


def evaluated(
    truth: Truth, frequency: str, kept: Path, options: Options, *, kept_only: bool = False
) -> dict[str, object]:
    """Figures of every candidate, of the choice and of its bands, alone and pooled."""
    made: dict[str, Forecast] = pickle.loads(kept.read_bytes()) if kept.exists() else {}  # noqa: S301 - our own file
    horizon = len(next(iter(truth.values()))[1])

    def keep(name: str, one: Forecast) -> None:
        made[name] = one
        if len(made) % 20 == 0:
            _write(kept, made)
            print(f"{kept.stem}: {len(made)} of {len(truth)}", flush=True)

    if kept_only:
        truth = {name: one for name, one in truth.items() if name in made}
    train = ((name, series) for name, (series, _) in truth.items())
    forecast_many(train, horizon, frequency, options=options, done=dict(made), keep=keep)
    _write(kept, made)
    made = {name: made[name] for name in truth}
    made = {name: recalibrated(one) for name, one in made.items()}  # kept by earlier code, maybe
    border = pooled_border(made.values())
    return {
        "series": len(truth),
        "alone": _figures(truth, made),
        "pooled": _figures(truth, pooled(made)),
        "pooled_border": border.border,
        "borders": border.trials.round(4).to_dict("records"),
        "borders_on_what_was_kept_back": _borders(truth, made),
        "candidates": _of_candidates(truth, made),
    }


def _figures(truth: Truth, made: Mapping[str, Forecast]) -> dict[str, object]:
    rows = [_row(truth[name], one.forecast, one.series.grid.season) for name, one in made.items()]
    table = pd.DataFrame(rows)
    tested = pd.concat([one.coverage for one in made.values()]).groupby("level").sum()
    chosen = pd.Series([one.chosen for one in made.values()]).value_counts()
    return _means(table) | {
        "coverage_80": table["held_80"].mean(),
        "coverage_95": table["held_95"].mean(),
        "printed_coverage_80": float(tested["held"].loc[0.8] / tested["n"].loc[0.8]),
        "printed_coverage_95": float(tested["held"].loc[0.95] / tested["n"].loc[0.95]),
        "chosen": {str(k): int(v) for k, v in chosen.items()},
    }


def _of_candidates(truth: Truth, made: Mapping[str, Forecast]) -> dict[str, dict[str, float]]:
    rows = []
    for name, one in made.items():
        for candidate, ahead in one.candidates.groupby("candidate"):
            row = _row(truth[name], ahead, one.series.grid.season)
            rows.append({"candidate": candidate} | row)
    table = pd.DataFrame(rows)
    found = {}
    for candidate, group in table.groupby("candidate"):
        held = {f"coverage_{x}": group[f"held_{x}"].mean() for x in (80, 95)}
        found[str(candidate)] = _means(group) | {"series": len(group)} | held
    return found


def _borders(truth: Truth, made: Mapping[str, Forecast]) -> dict[str, float]:
    """Mean MASE of the choice on what was kept back, by border."""
    from forecasting.choice import choose

    found = {}
    for border in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 1.0):
        errors = []
        for name, one in made.items():
            names = tuple(one.candidates["candidate"].unique())
            chosen = choose(one.backtest, names, border=border)[0]
            ahead = one.candidates[one.candidates["candidate"] == chosen]
            errors.append(_row(truth[name], ahead, one.series.grid.season)["mase"])
        found[f"{border:g}"] = round(float(np.mean(errors)), 4)
    return found


def _row(
    truth: tuple["pd.Series[float]", np.ndarray], ahead: pd.DataFrame, season: int
) -> dict[str, float]:
    train, actual = truth[0].to_numpy(), truth[1]
    error = np.abs(ahead["yhat"].to_numpy() - actual)
    held = {
        f"held_{x}": float(((actual >= ahead[f"low_{x}"]) & (actual <= ahead[f"high_{x}"])).mean())
        for x in (80, 95)
    }
    return held | {
        "mase": float(error.mean() / np.abs(train[season:] - train[:-season]).mean()),
        "smape": float((200 * error / (np.abs(actual) + np.abs(ahead["yhat"]))).mean()),
        "error": float(error.sum()),
        "actual": float(np.abs(actual).sum()),
    }


def _means(table: pd.DataFrame) -> dict[str, float]:
    return {
        "mase": float(table["mase"].mean()),
        "smape_percent": float(table["smape"].mean()),
        "wape": float(table["error"].sum() / table["actual"].sum()),
    }


def speed() -> dict[str, float]:
    """Seconds of CPU for ten years of months, all candidates, without and with six origins."""
    truth = m3()
    longest = [series for series, _ in truth.values() if len(series) >= 120][:5]
    forecast(longest[0].iloc[:60], 3, "month", options=Options(origins=0))  # imports
    once = [_cpu(lambda y=y: _one(y, 0)) for y in longest]
    six = [_cpu(lambda y=y: _one(y, 6)) for y in longest]
    return {"once": max(once), "six_origins": max(six)}


def many(processes: int = 2, series: int = 300) -> dict[str, float]:
    """Seconds for many series with all candidates and origins on two processes."""
    truth = dict(list(m3().items())[-series:])
    started = time.perf_counter()
    train = ((name, values) for name, (values, _) in truth.items())
    cpu = _cpu(lambda: forecast_many(train, 18, "month", processes=processes))
    return {
        "series": series,
        "processes": processes,
        "seconds": time.perf_counter() - started,
        "seconds_of_cpu": cpu,
    }


def _one(values: "pd.Series[float]", origins: int) -> Forecast:
    return forecast(values.iloc[-120:], 12, "month", options=Options(origins=origins))


def _cpu(work: Callable[[], object]) -> float:
    def used() -> float:
        of = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in of)

    before = used()
    work()
    return used() - before


def _write(path: Path, made: Mapping[str, Forecast]) -> None:
    path.parent.mkdir(exist_ok=True)
    path.with_suffix(".new").write_bytes(pickle.dumps(dict(made)))
    path.with_suffix(".new").replace(path)


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(one) for key, one in value.items()}
    return round(value, 4) if isinstance(value, float) else value


def main() -> None:
    """Run the chosen parts and merge them into the kept result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", default="m3,walmart,speed")
    parser.add_argument("--plain", action="store_true", help="without Prophet")
    parser.add_argument("--kept-only", action="store_true", help="M3 as far as it was run")
    parser.add_argument("--every", type=int, default=1, help="every n-th series of M3 only")
    given = parser.parse_args()
    options = Options(levels=LEVELS, candidates=PLAIN if given.plain else None)
    ending = "-plain" if given.plain else ""
    parts: dict[str, Callable[[], object]] = {
        "m3": lambda: evaluated(
            _some(m3(), given.every),
            "month",
            KEPT / f"m3{ending}.pickle",
            options,
            kept_only=given.kept_only,
        ),
        "m3_quarterly": lambda: evaluated(
            m3("QUARTERLY"), "quarter", KEPT / f"m3q{ending}.pickle", options
        ),
        "walmart": lambda: evaluated(walmart(), "week", KEPT / f"walmart{ending}.pickle", options),
        "speed": speed,
        "many": many,
    }
    found = json.loads(RESULTS.read_text()) if RESULTS.exists() else {}
    for part in given.parts.split(","):
        found[part + ending] = _rounded(parts[part]())
        RESULTS.write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n")
        print(json.dumps(found[part + ending], indent=1))


if __name__ == "__main__":
    main()
