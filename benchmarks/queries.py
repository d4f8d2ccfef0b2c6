"""Each query behind the Overview and the lookup, against DuckDB's sum over all order lines."""

import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
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
from ui.overview import DEPENDS_ON_LENGTH
from ui.overview import TILES as TILE_METRICS

RUNS = 3


Names = tuple[str, ...]


def _measures(metrics: Names) -> Names:
    wanted = (m for name in metrics for m in METRICS[name].measures(intervals=False))
    return tuple(dict.fromkeys(wanted))


TILES = _measures(TILE_METRICS)
SERIES = _measures(tuple(name for name in TILE_METRICS if name not in DEPENDS_ON_LENGTH))


def median_ms(call: Callable[[], object]) -> float:
    call()
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        call()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def cuts(year: tuple[date, date], region: str, channel: str) -> dict[str, tuple[Cut, Names]]:
    """The cuts that the Overview asks for, of the last year with data, and what it asks of each."""
    one, other = (("region", (region,)),), (("channel", (channel,)),)
    kitchen, revenue = (("category", ("Kitchen",)),), ("net_amount",)
    return {
        "tiles": (Cut(*year), TILES),
        "tiles, one region": (Cut(*year, where=one), TILES),
        "tiles, region and channel": (Cut(*year, where=(*one, *other)), TILES),
        "by month": (Cut(*year, by=("ordered_on:month",)), SERIES),
        "by week": (Cut(*year, by=("ordered_on:week",)), SERIES),
        "by day": (Cut(*year, by=("ordered_on:day",)), SERIES),
        "all time by month": (Cut(by=("ordered_on:month",)), SERIES),
        "movers": (Cut(*year, by=("region", "channel", "source")), revenue),
        "movers by category": (Cut(*year, by=("category",)), revenue),
        "tiles, one category": (Cut(*year, where=kitchen), TILES),
        "tiles, one category and region": (Cut(*year, where=(*kitchen, *one)), TILES),
        "one category by month": (Cut(*year, by=("ordered_on:month",), where=kitchen), SERIES),
        "all time, one category": (Cut(where=kitchen), TILES),
        "exception: tiles, two categories": (
            Cut(*year, where=(("category", ("Kitchen", "Audio")),)),
            TILES,
        ),
    }


def timings(home: Path) -> dict[str, float]:
    """Milliseconds of each SELECT that a measure needs for each cut, slowest per cut and step."""
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    warehouse = Warehouse(settings)
    version = warehouse.current()
    if version is None:
        raise RuntimeError(f"{home} has no published version; run benchmarks.run first")
    found: dict[str, float] = {}
    with warehouse.connect(version) as connection:
        until = horizon(connection).watermark_on
        if until is None:
            raise RuntimeError(f"{home} has no orders")
        year = (until - timedelta(days=365), until)
        for title, (cut, names) in cuts(year, "North", "web").items():
            for step in plan(question(EVERYTHING, cut), names):
                label = f"{title}: {', '.join(step.measures)}"
                found[label] = median_ms(
                    partial(
                        measure_frame,
                        connection,
                        scope=EVERYTHING,
                        measures=step.measures,
                        cut=cut,
                    )
                )
        some = AccessScope(frozenset({"E1", "E2", "E3"}))
        found["tiles, three owners"] = median_ms(
            lambda: measure_frame(connection, scope=some, measures=TILES, cut=Cut(*year))
        )
    warehouse.close()
    found["reference: sum of all order lines"] = raw_sum_ms(settings, version)
    return found


def raw_sum_ms(settings: Settings, version: str) -> float:
    with duckdb.connect(str(version_file(settings, version)), read_only=True) as con:
        return median_ms(lambda: con.execute("SELECT sum(amount) FROM order_lines").fetchone())
