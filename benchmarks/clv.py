"""Value models against lifetimes, and at a million customers. ``python -m benchmarks.clv``.

Against lifetimes: fit and predict of one table of simulated customers (or CDNOW, where
``--cdnow`` names the file), both in one run, medians. At a million: simulated histories in whole
days over two years, in a process of its own, whose peak memory is read before and after.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.clv import BetaGeoModel, GammaGammaModel, ModifiedBetaGeoModel, ParetoNBDModel

RESULTS = Path(__file__).with_name("results") / "clv.json"
OURS = {"bg": BetaGeoModel, "mbg": ModifiedBetaGeoModel, "pareto": ParetoNBDModel}
HORIZON = 180.0


def simulated(n: int, seed: int = 1) -> tuple[np.ndarray, ...]:
    """BG/NBD histories in whole days over two years, and mean values of repeat purchases."""
    random = np.random.default_rng(seed)
    age = random.integers(1, 730, n).astype(float)
    rate = random.gamma(0.6, 1 / 40.0, n)
    leaves = random.geometric(np.maximum(random.beta(0.8, 2.5, n), 1e-6))
    frequency, recency, now = np.zeros(n), np.zeros(n), np.zeros(n)
    active = np.arange(n)
    while len(active):
        now[active] += np.ceil(random.exponential(1 / rate[active]))
        active = active[now[active] <= age[active]]
        frequency[active] += 1
        recency[active] = now[active]
        active = active[frequency[active] < leaves[active]]
    buys = np.maximum(frequency, 1)
    value = random.gamma(6.0 * buys, 1 / (6.0 * buys)) * 60.0 / random.gamma(4.0, 1 / 3.0, n)
    return frequency, recency, age, np.where(frequency > 0, value, 0.0)


def cdnow(path: Path) -> tuple[np.ndarray, ...]:
    """Histories of CDNOW in weeks up to 1997-09-30."""
    names = ["master", "customer", "day", "items", "value"]
    rows = pd.read_csv(path, sep=r"\s+", header=None, names=names, dtype={"day": str})
    rows["day"] = pd.to_datetime(rows["day"], format="%Y%m%d")
    end = pd.Timestamp("1997-09-30")
    days = rows[rows["day"] <= end].groupby(["customer", "day"], as_index=False)["value"].sum()
    first = days.groupby("customer")["day"].transform("min")
    repeat = days[days["day"] > first].groupby("customer")["value"].mean()
    table = days.groupby("customer")["day"].agg(["count", "min", "max"])
    return (
        (table["count"] - 1).to_numpy(float),
        ((table["max"] - table["min"]).dt.days / 7).to_numpy(),
        ((end - table["min"]).dt.days / 7).to_numpy(),
        repeat.reindex(table.index).fillna(0.0).to_numpy(),
    )


def median_seconds(work: Callable[[], object], times: int) -> float:
    """Median time of some runs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def against_lifetimes(
    table: tuple[np.ndarray, ...], horizon: float, names: tuple[str, ...], runs: tuple[int, int]
) -> dict[str, object]:
    """Seconds of fit and predict of both, per model; ``runs`` are ours and those of lifetimes."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import lifetimes as reference

        theirs = {
            "bg": reference.BetaGeoFitter,
            "mbg": reference.ModifiedBetaGeoFitter,
            "pareto": reference.ParetoNBDFitter,
        }
        frequency, recency, age, value = table
        found: dict[str, object] = {"customers": len(frequency)}
        for name in names:
            model = OURS[name]

            def ours(model: type = model) -> None:
                fitted = model().fit(frequency, recency, age)
                fitted.predict(frequency, recency, age, horizon)

            def other(name: str = name) -> None:
                fitted = theirs[name]().fit(frequency, recency, age)
                fitted.conditional_expected_number_of_purchases_up_to_time(
                    horizon, frequency, recency, age
                )

            ours()
            found[name] = _pair(median_seconds(ours, runs[0]), median_seconds(other, runs[1]))
        buys = frequency > 0

        def ours_value() -> None:
            model = GammaGammaModel().fit(frequency[buys], value[buys])
            model.expected_value(frequency, value)

        def other_value() -> None:
            model = reference.GammaGammaFitter().fit(frequency[buys], value[buys])
            model.conditional_expected_average_profit(frequency, value)

        ours_value()
        seconds = median_seconds(ours_value, runs[0]), median_seconds(other_value, runs[1])
        found["gamma_gamma"] = _pair(*seconds)
    return found


def million(name: str, customers: int = 1_000_000) -> dict[str, float]:
    """Seconds and peak megabytes above the table; run in a process of its own."""
    frequency, recency, age, value = simulated(customers)
    some = slice(0, 5_000)
    OURS[name]().fit(frequency[some], recency[some], age[some])  # imports and first calls
    buys = value > 0
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    before = _peak_megabytes()
    started = time.perf_counter()
    model = OURS[name]().fit(frequency, recency, age)
    fitted = time.perf_counter()
    model.predict(frequency, recency, age, HORIZON)
    predicted = time.perf_counter()
    spend = GammaGammaModel().fit(frequency[buys], value[buys])
    spend.expected_value(frequency, value)
    done = time.perf_counter()
    return {
        "histories": model.n_histories_,
        "fit_seconds": fitted - started,
        "predict_seconds": predicted - fitted,
        "value_seconds": done - predicted,
        "all_seconds": done - started,
        "megabytes_above_table": _peak_megabytes() - before,
    }


def main() -> None:
    """Run all and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cdnow", type=Path)
    parser.add_argument("--million", choices=OURS)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if options.million:
        sys.stdout.write(json.dumps(million(options.million), default=float))
        return
    table, horizon = (cdnow(options.cdnow), 39.0) if options.cdnow else (simulated(2_357), HORIZON)
    found = {
        "against_lifetimes": against_lifetimes(table, horizon, tuple(OURS), (21, 7)),
        # Pareto/NBD is compared on the small table only.
        "against_lifetimes_million": against_lifetimes(
            simulated(1_000_000), HORIZON, ("bg", "mbg"), (3, 1)
        ),
    }
    for name in OURS:
        command = [sys.executable, "-m", "benchmarks.clv", "--million", name]
        runs = [json.loads(subprocess.check_output(command)) for _ in range(options.runs)]
        found[f"million_{name}"] = {
            key: statistics.median(run[key] for run in runs) for key in runs[0]
        }
    text = json.dumps(found, indent=2)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


def _pair(ours: float, other: float) -> dict[str, float]:
    return {"seconds": ours, "lifetimes_seconds": other, "times_faster": other / ours}


def _peak_megabytes() -> float:
    """Largest resident memory since the peak was last forgotten (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return float(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
