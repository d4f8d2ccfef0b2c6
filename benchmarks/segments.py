"""Sizes of segments while editing, their overlap and history, at the size of the benchmark."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from analytics.lifecycle_rules import LETTERS, STAGES
from benchmarks.queries import median_ms, raw_sum_ms
from crm_data.queries.cohorts import cohort_cells
from crm_data.queries.key_accounts import concentration_bins, key_accounts
from crm_data.queries.scored_customers import scored_list
from crm_data.queries.segment_maps import (
    rfm_by_stage,
    rfm_map,
    rfm_moves,
    rfm_segments,
    stage_moves,
    stages_now,
)
from crm_data.queries.segments import segment_overlap, segment_size, segment_sizes_by_month
from crm_data.queries.value import value_bands, value_by, value_totals, valued_customers
from crm_data.queries.white_space import category_amounts
from crm_data.scope import EVERYTHING, AccessScope
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


def charts(
    connection: Connection, scope: AccessScope, among: str
) -> dict[str, Callable[[], object]]:
    """Queries behind the pages of customers, for a viewer and a saved segment."""
    letters = dict(zip(LETTERS, STAGES, strict=True))
    of: dict[str, Any] = {"scope": scope, "among": among}
    return {
        "map": partial(rfm_map, connection, **of),
        "silence by RFM segment": partial(rfm_segments, connection, **of),
        "moves on the map": partial(rfm_moves, connection, before=11, after=12, **of),
        "stages": partial(stages_now, connection, **of),
        "steps between stages": partial(stage_moves, connection, stages=letters, **of),
        "RFM by stage": partial(rfm_by_stage, connection, **of),
        "list by score": partial(scored_list, connection, group=(), limit=25, **of),
        "totals of value": partial(value_totals, connection, **of),
        "bands of value": partial(value_bands, connection, **of),
        "value by region": partial(value_by, connection, dimension="region", **of),
        "value by RFM segment": partial(value_by, connection, dimension="rfm_segment", **of),
        "list by value": partial(
            valued_customers, connection, order="expected_value", limit=25, **of
        ),
        "cohorts": partial(cohort_cells, connection, **of),
        "concentration": partial(concentration_bins, connection, window="year", **of),
        "key accounts": partial(key_accounts, connection, window="year", **of),
        "white space": partial(category_amounts, connection, **of),
        "white space by gap": partial(category_amounts, connection, by_gap=True, **of),
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
        some = AccessScope(frozenset({"E1", "E2", "E3"}))
        of_fields = json.dumps({"all": [field("orders", "ge", 5), field("region", "in", "North")]})
        for title, scope, among in (
            ("everybody", EVERYTHING, ""),
            ("a segment of fields", EVERYTHING, of_fields),
            ("a segment of events", EVERYTHING, asked["category twice in 365 days"]),
            ("three owners", some, ""),
        ):
            for name, chart in charts(connection, scope, among).items():
                found[f"{title}: {name}"] = median_ms(chart)
    warehouse.close()
    found["reference: sum of all order lines"] = raw_sum_ms(settings, version)
    return found


def _product(connection: Connection) -> str:
    popular = mart("product_popularity")
    return str(connection.scalar(select(popular.c.product_id).order_by(popular.c.place).limit(1)))
