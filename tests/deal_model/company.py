"""A company whose deals are lost for a planted reason, or by chance; and its marts in memory."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb
import numpy as np
import pandas as pd

from crm_data.deal_diffs import create_diffs
from crm_data.marts import STEPS, MartMaker
from crm_data.merge import create_table
from crm_data.score_store import ScoreStore, create_score_tables
from crm_data.stage_rules import stage_rules_from, write_stage_rules
from crm_data.tables.model import TABLES, table_spec

START, END = date(2023, 1, 1), date(2025, 12, 31)
STAGES = ("talk", "offer", "contract")
Rows = list[dict[str, Any]]
MARTS = frozenset({
    "deal_keys", "deal_words", "pipeline_stages", "opportunity_snapshots", "stage_spells",
    "deal_facts", "lead_spells",
})  # fmt: skip


def at(day: date) -> datetime:
    return datetime.combine(day, time(9))


def company(*, deals: int = 900, pushed: float = 0.1, other: float = 0.7, seed: int = 1) -> dict[
    str, Rows
]:  # fmt: skip
    """Deals go through three stages in 30 to 110 days; half of them are put off in the first ten.

    Parameters
    ----------
    deals : int
    pushed, other : float
        Chance to be won of a deal that was put off, and of another.
    """
    rng = np.random.default_rng(seed)
    tables: dict[str, Rows] = {"opportunities": [], "opportunity_events": [], "interactions": []}
    for number in range(deals):
        _deal(f"d{number:04d}", rng, tables, (pushed, other))
    return tables


def _deal(who: str, rng: Any, tables: dict[str, Rows], chances: tuple[float, float]) -> None:
    born = START + timedelta(days=int(rng.integers(0, (END - START).days)))
    days = int(rng.integers(30, 110))
    is_put_off = bool(rng.random() < 0.5)
    is_won = bool(rng.random() < chances[0 if is_put_off else 1])
    outcome = "won" if is_won else "lost"
    moves = [("stage", int(days * share), STAGES[k], STAGES[k + 1])
             for k, share in enumerate((0.3, 0.6))]  # fmt: skip
    moves.append(("stage", days, STAGES[-1], outcome))
    due = born + timedelta(days=60)
    if is_put_off:
        later = due + timedelta(days=30)
        moves.append(("expected_close_on", int(rng.integers(1, 10)), str(due), str(later)))
        due = later
    amount = int(rng.integers(10, 90))
    moves.append(("amount", 5, str(amount), str(amount + 1)))
    known = [move for move in moves if born + timedelta(days=move[1]) <= END]
    stage = [move[3] for move in known if move[0] == "stage"]
    is_closed = born + timedelta(days=days) <= END
    tables["opportunities"].append(
        {"opportunity_id": who, "customer_id": f"c{int(rng.integers(0, 300))}", "pipeline": "P",
         "stage": stage[-1] if stage else STAGES[0], "source": str(rng.choice(["web", "fair"])),
         "amount": amount + 1 if born + timedelta(days=5) <= END else amount,
         "owner_id": f"E{int(rng.integers(0, 4))}", "created_at": at(born),
         "expected_close_on": due,
         "closed_at": at(born + timedelta(days=days)) if is_closed else None,
         "outcome": outcome if is_closed else None,
         "probability": None if is_closed else 0.5}
    )  # fmt: skip
    tables["opportunity_events"] += [
        {"opportunity_id": who, "changed_at": at(born + timedelta(days=day)), "field": field,
         "old_value": old, "new_value": new}
        for field, day, old, new in known
    ]  # fmt: skip
    tables["interactions"] += [
        {"interaction_id": f"{who}-{n}", "customer_id": tables["opportunities"][-1]["customer_id"],
         "occurred_at": at(born + timedelta(days=int(rng.integers(0, 200))))}
        for n in range(2)
    ]  # fmt: skip


def marts(tables: Mapping[str, Rows], *, until: date = END) -> ScoreStore:
    """Marts of deals over some rows, in a database of their own."""
    con = duckdb.connect()
    con.execute(f"SET VARIABLE known_until = DATE '{until}'")
    con.execute("CREATE TEMP MACRO business_day(moment) AS CAST(moment AS DATE)")
    write_stage_rules(con, stage_rules_from(None))
    for spec in TABLES:
        create_table(con, table_spec(spec.name))
        rows = tables.get(spec.name, [])
        if rows:
            con.register("rows", pd.DataFrame(rows).astype(object))
            con.execute(f'INSERT INTO "{spec.name}" BY NAME SELECT * FROM rows')
            con.unregister("rows")
    create_diffs(con)
    con.execute("CREATE TABLE order_facts AS SELECT customer_id, ordered_on, status FROM orders")
    maker = MartMaker(con)
    for name, sql in STEPS:
        if name in MARTS:
            maker.make(name, sql)
    create_score_tables(con)
    return ScoreStore(con, {}, lambda _step, _share: None)
