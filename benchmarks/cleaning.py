"""Online Retail with every cleaning rule against DuckDB's own read of the same file.

    python -m benchmarks.cleaning ../shared/data/uci_online_retail/online_retail_all_days.csv.gz

The reference makes a table of ``read_csv`` with its detection, two threads; the import reads, maps,
cleans, checks and stores four tables. Both are run in turn, and the medians are compared.
"""

import gzip
import json
import os
import statistics
import sys
import tempfile
import time
from datetime import datetime
from pathlib import Path

import duckdb

from crm_data.commands.imports import import_files
from crm_data.settings import Settings

NOW = datetime(2026, 1, 15)  # noqa: DTZ001 - naive UTC, as the stores keep it
MAPPING = Path(__file__).parents[1] / "sample_data" / "mappings" / "online_retail.toml"
RESULT = Path(__file__).with_name("results") / "cleaning.json"
THREADS = 2
RUNS = 9


def reference(csv: Path) -> tuple[float, float]:
    """Seconds by the clock, and of the processor, of DuckDB's own read."""
    started, worked = time.perf_counter(), time.process_time()
    with duckdb.connect(config={"threads": THREADS}) as con:
        con.execute(f"CREATE TABLE held AS SELECT * FROM read_csv('{csv}')")
    return time.perf_counter() - started, time.process_time() - worked


def imported(settings: Settings, csv: Path) -> tuple[float, float]:
    """Seconds by the clock, and of the processor, of the import."""
    started, worked = time.perf_counter(), time.process_time()
    import_files(settings, [csv], mapping=MAPPING, force=True, now=NOW)
    return time.perf_counter() - started, time.process_time() - worked


def measure(packed: Path) -> dict[str, float]:
    """Return the medians of both and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        csv = Path(folder) / "online_retail.csv"
        csv.write_bytes(gzip.decompress(packed.read_bytes()))
        home = {"CRM_HOME": f"{folder}/home", "CRM_THREADS": str(THREADS)}
        settings = Settings.from_environment(home)
        imported(settings, csv)  # the app database is made
        runs = [(*reference(csv), *imported(settings, csv)) for _ in range(RUNS)]
    clock, worked, import_clock, import_worked = (
        statistics.median(values) for values in zip(*runs, strict=True)
    )
    return {
        "reference_seconds": clock,
        "import_seconds": import_clock,
        "import_to_reference": import_clock / clock,
        "processor_to_reference": import_worked / worked,
        "load": os.getloadavg()[0],
    }


if __name__ == "__main__":
    found = measure(Path(sys.argv[1]))
    RESULT.write_text(json.dumps(found, indent=2) + "\n")
    print(json.dumps(found, indent=2))
