"""A million customers scored with reasons. ``python -m benchmarks.churn``.

Simulated customers of twenty fields (numbers, text, yes or no, some missing). The model is fitted
on some of them; scoring and reasons of all run in a process of their own, whose peak memory is read
before and after. Reasons are kept as a company would: the frame of each chunk.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pandas as pd
from scipy.special import expit

from analytics.churn import ChurnModel
from analytics.churn_candidates import Scorer
from analytics.churn_logistic import fit_logistic
from analytics.churn_trees import MOST_TREES, fit_trees

RESULTS = Path(__file__).with_name("results") / "churn.json"
LEARNT_FROM = 20_000


def simulated(n: int, seed: int = 1) -> tuple[pd.DataFrame, np.ndarray]:
    """Twenty fields of customers, and who left."""
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({f"amount_{i}": rng.lognormal(3, 1, n) for i in range(6)})
    for i in range(5):
        frame[f"days_{i}"] = rng.integers(0, 700, n)
    for i in range(6):
        values = np.array([f"value {j}" for j in range(3 + 2 * i)], dtype=object)
        frame[f"text_{i}"] = pd.Series(values[rng.integers(0, len(values), n)], dtype="str")
    for i in range(3):
        frame[f"flag_{i}"] = rng.random(n) < 0.3
    frame.loc[rng.random(n) < 0.2, "amount_0"] = np.nan
    frame.loc[rng.random(n) < 0.2, "text_0"] = None
    log_odds = -3 + 0.004 * frame["days_0"] + (frame["text_1"] == "value 1") + frame["flag_0"]
    log_odds += 0.5 * np.sin(frame["days_1"] / 60) - 0.2 * np.log(frame["amount_1"])
    return frame, rng.random(n) < expit(log_odds.to_numpy())


def million(name: str, customers: int = 1_000_000) -> dict[str, float]:
    """Seconds and peak megabytes above the table; run in a process of its own."""
    frame, churned = simulated(customers)
    some = frame.head(LEARNT_FROM)
    started = time.perf_counter()
    model = ChurnModel().fit(some, churned[:LEARNT_FROM])
    fitted = time.perf_counter() - started
    model.scorer_ = _scorer(name, model, some, churned[:LEARNT_FROM])
    model.reasons(some)  # first calls
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # forget the peak so far
    before = _peak_megabytes()
    started = time.perf_counter()
    model.predict_proba(frame)
    scored = time.perf_counter()
    kept = list(model.scored_with_reasons(frame))
    done = time.perf_counter()
    return {
        "fields": frame.shape[1],
        "customers": sum(len(probability) for probability, _ in kept),
        "reasons": sum(len(reasons) for _, reasons in kept),
        f"fit_of_{LEARNT_FROM}_seconds": fitted,
        "score_seconds": scored - started,
        "score_with_reasons_seconds": done - scored,
        "megabytes_above_table": _peak_megabytes() - before,
        "megabytes_of_process": _peak_megabytes(),
    }


def main() -> None:
    """Run both candidates, trees at their greatest number, and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--million", choices=("boosting", "logistic"))
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    if options.million:
        sys.stdout.write(json.dumps(million(options.million), default=float))
        return
    found = {}
    for name in ("boosting", "logistic"):
        command = [sys.executable, "-m", "benchmarks.churn", "--million", name]
        runs = [json.loads(subprocess.check_output(command)) for _ in range(options.runs)]
        found[name] = {key: statistics.median(run[key] for run in runs) for key in runs[0]}
    text = json.dumps(found, indent=2)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


def _scorer(name: str, model: ChurnModel, frame: pd.DataFrame, churned: np.ndarray) -> Scorer:
    matrix, places = model.encoder_.matrix(frame), model.encoder_.places
    if name == "logistic":
        return fit_logistic(matrix, churned, places, penalty=0.1)
    return fit_trees(matrix, churned, places, trees=MOST_TREES, seed=0)


def _peak_megabytes() -> float:
    """Largest resident memory since the peak was last forgotten (Linux)."""
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return float(status.partition("VmHWM:")[2].split()[0]) / 1024


if __name__ == "__main__":
    main()
