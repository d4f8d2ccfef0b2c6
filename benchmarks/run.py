"""Run the benchmarks and keep the result as JSON. ``python -m benchmarks.run --size 1m``.

Every figure that is compared is a ratio against a reference that was timed in the same run.
"""

import argparse
import json
import os
import platform
import sys
from pathlib import Path

import duckdb
import psutil

from benchmarks import browser, imports, lookup, queries, segments, users
from benchmarks.generate import write_order_lines

DATA = Path(__file__).with_name("data")
RESULTS = Path(__file__).with_name("results")
SIZES = {"10k": (10_000, 200_000), "100k": (100_000, 2_000_000), "1m": (1_000_000, 20_000_000)}
REGIONS = ["North", "East", "South", "West", "Central"]


def run(size: str, parts: set[str]) -> dict[str, object]:
    """Run the chosen parts at one size."""
    customers, lines = SIZES[size]
    DATA.mkdir(exist_ok=True)
    csv, home = DATA / f"orders-{size}.csv", DATA / f"home-{size}"
    if not csv.exists():
        write_order_lines(csv, customers=customers, lines=lines)
    found: dict[str, object] = {
        "customers": customers,
        "order_lines": lines,
        "cores": os.cpu_count(),
        "memory_gigabytes": round(psutil.virtual_memory().total / 2**30),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
    }
    if "import" in parts or not home.exists():
        found["import"] = imports.import_and_build(csv, home)
    if "queries" in parts:
        found["query_milliseconds"] = queries.timings(home)
        found["lookup_milliseconds"] = lookup.timings(home)
    if "segments" in parts:
        found["segment_milliseconds"] = segments.timings(home)
    if "page" in parts:
        found["overview_one_user"] = users.one_user(home)
        found["overview_many_users"] = users.many_users(home, REGIONS)
    if "browser" in parts:
        found["overview_in_chromium"] = browser.timings(home)
    return found


def main() -> None:
    """Read the options, run, merge into the kept result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="100k")
    parser.add_argument("--parts", default="import,queries,segments,page,browser")
    options = parser.parse_args()
    RESULTS.mkdir(exist_ok=True)
    kept = RESULTS / f"{options.size}.json"
    before = json.loads(kept.read_text(encoding="utf-8")) if kept.exists() else {}
    found = before | run(options.size, set(options.parts.split(",")))
    text = json.dumps(found, indent=2, ensure_ascii=False, default=float)
    kept.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")


if __name__ == "__main__":
    main()
