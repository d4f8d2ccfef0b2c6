"""A version's tables and marts in memory, as far as the churn step reads them."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa

from crm_data.marts import STEPS
from crm_data.marts.score_inputs_churn import churn_inputs, churn_inputs_sql
from crm_data.merge import create_table
from crm_data.score_store import ScoreStore, create_score_tables
from crm_data.tables.model import table_spec

READ = (
    "customers", "products", "orders", "order_lines", "subscriptions", "interactions", "tickets",
    "survey_responses", "campaign_members", "opportunities",
)  # fmt: skip
MARTS = (
    "category_sums", "order_keys", "strangers", "purchases", "order_facts", "customer_facts",
)  # fmt: skip
Rows = list[dict[str, Any]]
Tables = Mapping[str, Rows | pa.Table]


class Stage:
    """Marts over some rows; ``filled`` replaces them."""

    def __init__(self, rules: Mapping[str, Any] | None = None) -> None:
        self.con = duckdb.connect()
        self.con.execute("CREATE TABLE silence_gaps (gap_days BIGINT, gaps BIGINT)")
        create_score_tables(self.con)
        self.store = ScoreStore(self.con, rules or {}, lambda _step, _share: None)

    def filled(self, tables: Tables) -> "Stage":
        for name in READ:
            create_table(self.con, table_spec(name))
            rows = tables.get(name, [])
            if not len(rows):
                continue
            frame = rows if isinstance(rows, pa.Table) else pd.DataFrame(rows).astype(object)
            self.con.register("rows", frame)
            self.con.execute(f'INSERT INTO "{name}" BY NAME SELECT * FROM rows')
            self.con.unregister("rows")
        for name, sql in STEPS:
            if name in MARTS:
                self.con.execute(f"CREATE OR REPLACE TABLE {name} AS {sql}")
        return self

    def members(
        self, kind: str, day: date, *, horizon: int = 90, silence: int = 120, **more: Any
    ) -> pd.DataFrame:
        """Members as of a day, by customer id."""
        spec = churn_inputs(more.get("keys", ()))
        select = churn_inputs_sql(kind, day, horizon_days=horizon, silence_days=silence, **more)
        found = self.store.frame(select, spec)
        spec.check(found)
        return found.set_index("customer_id").drop(columns="customer_no")

    def customers(self) -> pd.DataFrame:
        return self.con.sql(
            "SELECT customer_no, customer_id FROM customer_facts ORDER BY customer_id"
        ).df()


def at(day: date, hour: int = 12) -> datetime:
    return datetime.combine(day, time(hour))


def days(day: date, number: int) -> date:
    return day + timedelta(days=number)
