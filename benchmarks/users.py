"""The Overview on the server: cold, changed filter, cached; and twenty users at once."""

import statistics
import threading
import time
from pathlib import Path

from benchmarks.server import app_server
from benchmarks.streamlit_client import Run, open_session

PAGE = "overview"
FILTERS = tuple(
    f"period={period}&compare={compare}"
    for period in ("last_90_days", "last_12_months", "this_year", "all_time")
    for compare in ("previous", "year")
)
USERS = 20


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, round(share * (len(ordered) - 1)))]


def one_user(home: Path) -> dict[str, float]:
    """Seconds of one user's first view, changed filters and repeated views."""
    with app_server(home) as (port, _), open_session(port) as session:
        cold = session.run(PAGE, "")
        changed = [session.run(PAGE, query) for query in FILTERS]
        repeated = [session.run(PAGE, query) for query in FILTERS for _ in range(3)]
        _require_good([cold, *changed, *repeated])
        return {
            "cold_seconds": cold.seconds,
            "changed_median_seconds": statistics.median(r.seconds for r in changed),
            "changed_max_seconds": max(r.seconds for r in changed),
            "cached_median_seconds": statistics.median(r.seconds for r in repeated),
            "page_kilobytes": repeated[0].bytes / 1024,
        }


def many_users(home: Path, regions: list[str]) -> dict[str, float]:
    """Seconds of twenty users who ask at the same moment: the same view, and each another one."""
    with app_server(home) as (port, process):
        with open_session(port) as first:
            _require_good([first.run(PAGE, query) for query in FILTERS])
        cached, memory_cached = _together(port, process, [[q] * 3 for q in _spread(FILTERS)])
        different = [
            f"{FILTERS[user % len(FILTERS)]}&region={regions[user % len(regions)]}"
            f"&channel={('store', 'web', 'app', 'phone')[user % 4]}"
            for user in range(USERS)
        ]
        uncached, memory = _together(port, process, [[query] for query in different])
        _require_good([*cached, *uncached])
        return {
            "users": USERS,
            "cached_p95_seconds": percentile([r.seconds for r in cached], 0.95),
            "uncached_p95_seconds": percentile([r.seconds for r in uncached], 0.95),
            "memory_megabytes": max(memory, memory_cached),
        }


def _spread(queries: tuple[str, ...]) -> list[str]:
    return [queries[user % len(queries)] for user in range(USERS)]


def _together(port: int, process: object, asked: list[list[str]]) -> tuple[list[Run], float]:
    """Let each user ask their queries one after another, all users at once."""
    runs: list[Run] = []
    barrier = threading.Barrier(len(asked) + 1)
    errors: list[BaseException] = []

    def user(queries: list[str]) -> None:
        try:
            with open_session(port) as session:
                barrier.wait()
                runs.extend([session.run(PAGE, query) for query in queries])
        except BaseException as error:  # noqa: BLE001 - reported below, with the others
            errors.append(error)

    threads = [threading.Thread(target=user, args=(queries,)) for queries in asked]
    for thread in threads:
        thread.start()
    barrier.wait(60)
    peak = 0.0
    while any(thread.is_alive() for thread in threads):
        peak = max(peak, process.memory_info().rss / 2**20)  # type: ignore[attr-defined]  # psutil.Process
        time.sleep(0.02)
    if errors:
        raise errors[0]
    return runs, peak


def _require_good(runs: list[Run]) -> None:
    bad = [run for run in runs if run.has_exception or not run.texts]
    if bad:
        raise RuntimeError(f"{len(bad)} of {len(runs)} views failed or had no tiles: {bad[0]}")
