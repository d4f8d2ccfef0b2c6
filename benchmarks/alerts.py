"""How many alarms are false: the standard rules on calm months of sample companies.

    python -m benchmarks.alerts

Calm are the months in which nothing was planted: not those of Spring Festival and its shadow
(January to March), not November, and not the last ones, in which a region declines. What is
printed is written into ``ui/alert_words.py``, which shows it on the page.
"""

import tempfile
from datetime import UTC, date, datetime
from pathlib import Path

from analytics.alert_rules import Condition, Replay, counted, replayed
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from sample_data.demo import build_demo
from ui.alert_checks import STANDARD, history_of

SEEDS, CUSTOMERS, MONTHS = (1, 2, 3), 3000, 36
END = date(2026, 10, 31)
LOUD = (1, 2, 3, 11)
DECLINING = 6  # months at the end


def calm(settings: Settings, version: str, name: str) -> Replay:
    """Return alarms and verdicts of a band on a metric in calm months."""
    warehouse = Warehouse(settings)
    try:
        with warehouse.connect(version) as conn:
            past = history_of(conn, name, "month", (), {})
    finally:
        warehouse.close()
    told = replayed(past, Condition("band")).iloc[:-DECLINING]
    return counted(told[~told["period_on"].dt.month.isin(LOUD)])


def main() -> None:
    """Print alarms and verdicts by metric, and of all."""
    alarms = periods = 0
    for seed in SEEDS:
        with tempfile.TemporaryDirectory() as home:
            settings = Settings.from_environment({"CRM_HOME": str(Path(home))})
            version = build_demo(
                settings, customers=CUSTOMERS, seed=seed, months=MONTHS, end=END,
                now=datetime(2026, 11, 1, tzinfo=UTC),
            )  # fmt: skip
            for rule in STANDARD:
                found = calm(settings, version, rule.metric)
                print(seed, rule.metric, found.alarms, found.periods)
                alarms, periods = alarms + found.alarms, periods + found.periods
    print("all", alarms, periods)


if __name__ == "__main__":
    main()
