"""Each query behind the Overview and the lookup, against DuckDB's sum over all order lines."""

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import duckdb

from analytics.metric_registry import METRICS
from crm_data.queries.cut import Cut
from crm_data.queries.metrics import measure_frame, plan
from crm_data.queries.question import question
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse, version_file
from ui.metrics import horizon

RUNS = 3


def median_ms(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def cuts(year: tuple[date, date], region: str, channel: str) -> dict[str, Cut]:
    """The cuts that the Overview asks for, of the last year with data."""
    one, other = (("region", (region,)),), (("channel", (channel,)),)
    return {
        "tiles": Cut(*year),
        "tiles, one region": Cut(*year, where=one),
        "tiles, region and channel": Cut(*year, where=(*one, *other)),
        "by month": Cut(*year, by=("ordered_on:month",)),
        "by day": Cut(*year, by=("ordered_on:day",)),
        "by region": Cut(*year, by=("region",)),
        "by channel": Cut(*year, by=("channel",)),
        "by category": Cut(*year, by=("category",)),
        "all time by month": Cut(by=("ordered_on:month",)),
    }


def timings(home: Path) -> dict[str, float]:
    """Milliseconds of each SELECT that a measure needs for each cut, slowest per cut and step."""
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    warehouse = Warehouse(settings)
    version = warehouse.current()
    if version is None:
        raise RuntimeError(f"{home} has no published version; run benchmarks.run first")
    names = tuple(dict.fromkeys(m for d in METRICS.values() for m in d.measures(intervals=False)))
    found: dict[str, float] = {}
    with warehouse.connect(version) as connection:
        until = horizon(connection).watermark_on
        if until is None:
            raise RuntimeError(f"{home} has no orders")
        year = (until - timedelta(days=365), until)
        for title, cut in cuts(year, "North", "web").items():
            for step in plan(question(EVERYTHING, cut), names):
                label = f"{title}: {', '.join(step.measures)}"
                found[label] = median_ms(
                    lambda step=step, cut=cut: measure_frame(
                        connection, scope=EVERYTHING, measures=step.measures, cut=cut
                    )
                )
        some = AccessScope(frozenset({"E1", "E2", "E3"}))
        found["tiles, three owners"] = median_ms(
            lambda: measure_frame(connection, scope=some, measures=names, cut=Cut(*year))
        )
    warehouse.close()
    found["reference: sum of all order lines"] = raw_sum_ms(settings, version)
    return found


def raw_sum_ms(settings: Settings, version: str) -> float:
    with duckdb.connect(str(version_file(settings, version)), read_only=True) as con:
        return median_ms(lambda: con.execute("SELECT sum(amount) FROM order_lines").fetchone())
