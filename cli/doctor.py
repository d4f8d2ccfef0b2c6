"""``doctor``: what is installed, which stores answer, how old the data is, what is missing."""

import importlib.metadata
import shutil
import sys
from datetime import date
from pathlib import Path

from cli.app import app, now, settings
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.app_db import session
from crm_data.errors import CrmError
from crm_data.queries.metrics import version_facts
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from ui.report_pdf import browser

_PACKAGES = ("streamlit", "plotly", "pandas", "duckdb", "SQLAlchemy", "prophet", "scikit-learn",
             "python-pptx")  # fmt: skip


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Check the installation, the stores and the data."""
    facts = _facts(settings(), now().date())
    if as_json:
        print_json(facts)
    else:
        print_table(("what", "finding"), list(facts.items()))


def _facts(config: Settings, today: date) -> dict[str, object]:
    facts: dict[str, object] = {"python": sys.version.split()[0]}
    for package in _PACKAGES:
        try:
            facts[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            facts[package] = None
    facts["chromium"] = browser(config)
    facts["home"] = str(config.home)
    facts["free_gb"] = round(shutil.disk_usage(_existing(config.home)).free / 1e9, 1)
    facts["app_database"] = _app_database(config)
    facts.update(_warehouse(config, today))
    return facts


def _existing(folder: Path) -> Path:
    """Return the nearest folder above that exists."""
    return folder if folder.exists() else _existing(folder.parent)


def _app_database(config: Settings) -> str:
    try:
        with session(config):
            return "answers"
    except CrmError as error:
        return str(error)


def _warehouse(config: Settings, today: date) -> dict[str, object]:
    warehouse = Warehouse(config)
    try:
        version = warehouse.current()
        if version is None:
            return {"warehouse": "nothing published yet: `python -m cli demo` or `import`"}
        with warehouse.connect(version) as connection:
            facts = version_facts(connection)
    except CrmError as error:
        return {"warehouse": str(error)}
    finally:
        warehouse.close()
    filled = facts[facts["rows"] > 0]
    orders = filled.loc[filled["table_name"] == "orders", "watermark_on"]
    newest = orders.iloc[0].date() if len(orders) and orders.notna().all() else None
    return {
        "warehouse": "answers",
        "version": version,
        "tables": ", ".join(f"{r.table_name} {r.rows}" for r in filled.itertuples()),
        "orders_until": newest,
        "orders_age_days": (today - newest).days if newest else None,
    }
