"""The Overview in Chromium: from navigation until tiles and both charts are drawn.

Warm means a profile that has seen the page before, as a manager's browser has: the files of the
front end and their compiled code are in its cache, the view is in the server's. Cold is a new
profile and a server that has just started.
"""

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from benchmarks.server import app_server
from tests.browser.conftest import CHROMIUM, FLAGS

WARM_UPS, RUNS = 3, 7
TILES = 8
_DRAWN = f"""() => {{
    const charts = [...document.querySelectorAll('.js-plotly-plot')];
    return document.querySelectorAll('[data-testid="stMetric"]').length === {TILES}
        && charts.length === 2
        && charts.every(chart => chart.querySelector('.barlayer path'));
}}"""


def timings(home: Path) -> dict[str, float]:
    """Seconds of a first visit, and of visits by a browser that knows the page."""
    profile = tempfile.mkdtemp(prefix="clientscope-profile-")
    try:
        with app_server(home) as (port, _), sync_playwright() as playwright:
            context = playwright.chromium.launch_persistent_context(
                profile,
                executable_path=CHROMIUM,
                args=FLAGS.split(),
                viewport={"width": 1440, "height": 1000},
            )
            page = context.new_page()
            address = f"http://127.0.0.1:{port}/overview"
            first = _draw(page, address)
            for _ in range(WARM_UPS):
                _draw(page, address)
            warm = [_draw(page, address) for _ in range(RUNS)]
            changed = [_draw(page, f"{address}?period=this_year&region=North")]
            changed += [_draw(page, f"{address}?period=last_90_days&region=South")]
            context.close()
    finally:
        shutil.rmtree(profile, ignore_errors=True)
    return {
        "first_visit_seconds": first,
        "warm_median_seconds": statistics.median(warm),
        "warm_max_seconds": max(warm),
        "warm_changed_filter_seconds": max(changed),
    }


def _draw(page: Page, address: str) -> float:
    page.goto("about:blank")
    started = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.wait_for_function(_DRAWN, timeout=120_000)
    return time.perf_counter() - started
