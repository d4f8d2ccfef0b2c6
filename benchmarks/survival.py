"""Survival of a million durations against scikit-survival. ``python -m benchmarks.survival``.

Both in one run, medians: Kaplan-Meier with log-log intervals of durations in whole days and of
durations that are all different, the log-rank test of four groups, and (of 50,000, whose variance
scikit-survival computes for each pair of ages) cumulative incidence by three causes.
"""

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sksurv.compare import compare_survival
from sksurv.nonparametric import cumulative_incidence_competing_risks, kaplan_meier_estimator

from analytics.competing_risks import cumulative_incidence
from analytics.hazard import hazard_by_age
from analytics.log_rank import log_rank
from analytics.survival import kaplan_meier

RESULTS = Path(__file__).with_name("results") / "survival.json"
FEW = 50_000


def simulated(n: int, seed: int = 1) -> tuple[np.ndarray, ...]:
    """Days until an end or the last day seen, its cause (0 still running), group and entry."""
    random = np.random.default_rng(seed)
    group = random.integers(0, 4, n)
    end = random.exponential(400.0 + 50.0 * group)
    seen = random.uniform(0, 1_500, n)
    cause = np.where(end <= seen, random.integers(1, 4, n), 0)
    lasted = np.minimum(end, seen)
    return lasted, cause, group, np.where(random.random(n) < 0.3, lasted / 2, 0.0)


def median_seconds(work: Callable[[], object], times: int) -> float:
    """Median time of some runs."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken)


def measured(n: int, runs: int) -> dict[str, object]:
    """Seconds of ours, and of scikit-survival where it has the same."""
    exact, cause, group, exact_entry = simulated(n)
    days, entry = np.ceil(exact), np.floor(exact_entry)
    ended = cause > 0
    y = np.empty(n, dtype=[("ended", bool), ("days", float)])
    y["ended"], y["days"] = ended, days

    def theirs(durations: np.ndarray) -> Callable[[], object]:
        return lambda: kaplan_meier_estimator(ended, durations, conf_type="log-log")

    pairs: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
        "kaplan_meier_days": (lambda: kaplan_meier(days, ended), theirs(days)),
        "kaplan_meier_all_different": (lambda: kaplan_meier(exact, ended), theirs(exact)),
        "log_rank_days": (lambda: log_rank(days, ended, group), lambda: compare_survival(y, group)),
        "cumulative_incidence_days_few": (
            lambda: cumulative_incidence(days[:FEW], cause[:FEW]),
            lambda: cumulative_incidence_competing_risks(
                cause[:FEW], days[:FEW], conf_type="log-log"
            ),
        ),
    }
    alone: dict[str, Callable[[], object]] = {
        "kaplan_meier_days_entered": lambda: kaplan_meier(days, ended, entered=entry),
        "cumulative_incidence_days": lambda: cumulative_incidence(days, cause),
        "hazard_by_month": lambda: hazard_by_age(days, ended, 365.25 / 12),
    }
    found: dict[str, object] = {"durations": n, "durations_few": FEW}
    for name, (ours, other) in pairs.items():
        ours()
        seconds, reference = median_seconds(ours, runs), median_seconds(other, 3)
        found[name] = {
            "seconds": seconds,
            "scikit_survival_seconds": reference,
            "times_faster": reference / seconds,
        }
    for name, ours in alone.items():
        ours()
        found[name] = {"seconds": median_seconds(ours, runs)}
    return found


def main() -> None:
    """Run all and keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--durations", type=int, default=1_000_000)
    parser.add_argument("--runs", type=int, default=11)
    options = parser.parse_args()
    text = json.dumps(measured(options.durations, options.runs), indent=2)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
