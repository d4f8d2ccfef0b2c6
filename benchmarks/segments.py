"""Sizes of segments while editing, their overlap and history, at the size of the benchmark."""

import json
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from benchmarks.queries import median_ms, raw_sum_ms
from crm_data.queries.segments import segment_overlap, segment_size, segment_sizes_by_month
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.tables import mart
from crm_data.versions import Warehouse

Tree = dict[str, Any]
A, B = "Kitchen", "Audio"


def field(name: str, op: str, *values: object) -> Tree:
    return {"field": name, "op": op, "values": list(values)}


def event(kind: str, n: int, *filters: Tree, **more: object) -> Tree:
    return {"event": kind, "n": n, "filters": list(filters), **more}


def trees(product: str) -> dict[str, Tree]:
    """Conditions by what they say."""
    of_a, never = field("category", "eq", A), {"count": "exactly"}
    return {
        "five orders": field("orders", "ge", 5),
        "stage": field("stage", "in", "loyal", "at_risk"),
        "champions of value": {
            "all": [field("rfm_segment", "eq", "champions"), field("expected_value", "ge", 100)]
        },
        "not north nor consent": {
            "not": {"any": [field("region", "in", "North"), field("consent_email", "eq", True)]}
        },
        "category twice in 90 days": event("order", 2, of_a, within_days=90),
        "category twice in 365 days": event("order", 2, of_a, within_days=365),
        "no order in 180 days": event("order", 0, within_days=180, **never),
        "product in 90 days": event("line", 1, field("product_id", "in", product), within_days=90),
        "one category, never another": {
            "all": [
                event("order", 1, of_a),
                event("order", 0, field("category", "eq", B), **never),
            ]
        },
        "three orders ever, as an event": event("order", 3),
        "category and channel ever": event("order", 1, of_a, field("channel", "eq", "web")),
        "exception: product ever": event("line", 1, field("product_id", "in", product)),
        "exception: two categories twice ever": event("order", 2, field("category", "in", A, B)),
    }


def timings(home: Path) -> dict[str, float]:
    """Milliseconds, medians; the reference is DuckDB's sum over all order lines."""
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    warehouse = Warehouse(settings)
    version = warehouse.current()
    if version is None:
        raise RuntimeError(f"{home} has no published version; run benchmarks.run first")
    with warehouse.connect(version) as connection:
        asked = {name: json.dumps(tree) for name, tree in trees(_product(connection)).items()}
        found = {
            f"size: {name}": median_ms(partial(segment_size, connection, EVERYTHING, tree))
            for name, tree in asked.items()
        }
        three = [asked[name] for name in ("five orders", "stage", "category twice in 90 days")]
        found["overlap of three"] = median_ms(
            partial(segment_overlap, connection, EVERYTHING, three)
        )
        for name in ("five orders", "category twice in 90 days"):
            history = partial(segment_sizes_by_month, connection, EVERYTHING, asked[name], 13)
            found[f"thirteen month ends: {name}"] = median_ms(history)
    warehouse.close()
    found["reference: sum of all order lines"] = raw_sum_ms(settings, version)
    return found


def _product(connection: Connection) -> str:
    popular = mart("product_popularity")
    return str(connection.scalar(select(popular.c.product_id).order_by(popular.c.place).limit(1)))
