"""A company for ``benchmarks.churn_pages``: orders, contracts, balances and scores, at random.

Of a million customers half were ever under contract, and a tenth have a balance each month. Scores
are drawn, not fitted: the pages read them whatever they are.
"""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import duckdb

from crm_data.batches import NewBatch, store
from crm_data.frames import FrameSpec, columns_of
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings

NOW = datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None)
OWNERS = 200
LINES_OF_AN_ORDER = 3
_DRAWN = """
CREATE TABLE people AS
SELECT i AS n, CAST(random() * 900 AS INTEGER) AS joined, random() AS luck,
       CAST(1 - ln(1 - random()) * 300 AS INTEGER) AS first_days,
       CAST(1 - ln(1 - random()) * 500 AS INTEGER) AS next_days
FROM range({customers}) t(i);
CREATE TABLE bought AS
SELECT i AS n, CAST(pow(random(), 1.5) * {customers} AS BIGINT) % {customers} AS customer_n,
       random() AS share, random() AS luck
FROM range({orders}) t(i);
"""
_TABLES = {
    "customers": """
        SELECT 'C' || n AS customer_id, 'Customer ' || n AS name,
               ['person', 'company'][1 + n % 2] AS kind,
               ['North', 'East', 'South', 'West', 'Central'][1 + n % 5] AS region,
               ['ads', 'store', 'web', 'partner'][1 + (n // 5) % 4] AS source,
               'E' || (hash(n) % {owners}) AS owner_id,
               TIMESTAMP '2023-01-01' + to_days(joined) AS created_at
        FROM people""",
    "employees": "SELECT 'E' || i AS employee_id, 'Seller ' || i AS name FROM range({owners}) t(i)",
    "products": "SELECT 'P' || i AS product_id, 'Product ' || i AS name, "
    "['Kitchen', 'Audio', 'Garden', 'Books', 'Toys', 'Office'][1 + i % 6] AS category "
    "FROM range(500) t(i)",
    "orders": """
        SELECT 'O' || b.n AS order_id, 'C' || customer_n AS customer_id,
               DATE '2023-01-01' + CAST(joined + share * (1095 - joined) AS INTEGER) AS ordered_on,
               CASE WHEN b.luck < 0.07 THEN 'returned' ELSE 'paid' END AS status,
               ['web', 'store', 'app'][1 + b.n % 3] AS channel,
               CAST(10 + 90 * b.luck AS DECIMAL(18,4)) AS amount
        FROM bought b JOIN people p ON p.n = customer_n""",
    "order_lines": """
        SELECT 'O' || n AS order_id, line_no, 'P' || ((n * 7 + line_no * 13) % 500) AS product_id,
               CAST(1 AS DECIMAL(18,4)) AS quantity,
               CAST((10 + 90 * luck) / {lines} AS DECIMAL(18,4)) AS amount
        FROM bought, range(1, {lines} + 1) t(line_no)""",
    "subscriptions": """
        SELECT 'K' || n || '-' || place AS subscription_id, 'C' || n AS customer_id,
               'P' || (n % 12) AS product_id, started_on,
               CASE WHEN ended_on < DATE '2026-01-01' THEN ended_on END AS ended_on,
               CASE WHEN ended_on < DATE '2026-01-01'
                    THEN ['cancelled', 'price', 'moved', 'competitor'][1 + n % 4] END AS end_reason,
               CAST(5 + n % 40 + 10 * place AS DECIMAL(18,4)) AS monthly_amount
        FROM (
          SELECT n, 0 AS place, DATE '2021-01-01' + 2 * joined AS started_on,
                 DATE '2021-01-01' + 2 * joined + first_days AS ended_on
          FROM people WHERE n % 2 = 0
          UNION ALL
          SELECT n, 1, DATE '2021-01-01' + 2 * joined + first_days
                       + CASE WHEN luck < 0.3 THEN 0 ELSE 100 END,
                 DATE '2021-01-01' + 2 * joined + first_days + 100 + next_days
          FROM people WHERE n % 2 = 0 AND luck < 0.6
        )
        WHERE started_on < DATE '2026-01-01'""",
    "interactions": """
        SELECT 'I' || n || '-' || m AS interaction_id, 'C' || n AS customer_id,
               TIMESTAMP '2024-09-01' + to_months(CAST(m AS INTEGER)) + to_days(CAST(n % 27
                 AS INTEGER)) AS occurred_at, 'store' AS channel,
               '{{"balance": "' || round(100 + 900 * luck + 300 * random(), 2)
                 || '", "branch": "B' || (n % 50) || '"}}' AS attributes
        FROM people, range(16) t(m) WHERE n % 10 = 0""",
}
_SCORES = """
SELECT customer_no, customer_id, owner_id,
       ['champions', 'loyal', 'promising', 'asleep'][1 + customer_no % 4] AS rfm_segment,
       ['active', 'loyal', 'at_risk', 'lost'][1 + customer_no % 4] AS stage,
       CASE WHEN has_subscription THEN 'contract' WHEN paid_days > 0 THEN 'silence' END
         AS churn_kind,
       CASE WHEN has_subscription OR paid_days > 0 THEN 90 END AS churn_horizon_days,
       CASE WHEN has_subscription OR paid_days > 0 THEN hash(customer_no) % 1000 / 1000.0 END
         AS churn_probability,
       CASE WHEN has_subscription OR paid_days > 0 THEN '["days_since_last_order"]' END
         AS churn_reasons,
       CAST(hash(customer_no) % 101 AS DOUBLE) AS health_score
FROM customer_facts ORDER BY customer_id
"""
_DRAWN_SCORES = FrameSpec(
    "drawn_scores",
    "one row per customer",
    ("customer_id",),
    columns_of(
        "customer_no:count customer_id:text owner_id:text rfm_segment:text stage:text "
        "churn_kind:text churn_horizon_days:count churn_probability:share churn_reasons:json "
        "health_score:number"
    ),
)
RELIABILITY = [
    {"predicted": 0.05 + one / 10, "observed": 0.06 + one / 10, "n": 1_000} for one in range(10)
]


def stored(settings: Settings, customers: int) -> dict[str, int]:
    """Write the batches of so many customers; rows by table."""
    settings.staging_dir.mkdir(parents=True, exist_ok=True)
    sizes = {"customers": customers, "orders": customers * 20 // 3, "owners": OWNERS}
    batches, rows = [], {}
    with duckdb.connect() as con:
        con.execute("SET threads = 1; SELECT setseed(0.3)")  # the same company whatever the machine
        con.execute(_DRAWN.format(**sizes))
        for table, sql in _TABLES.items():
            path: Path = settings.staging_dir / f"{uuid4().hex}.parquet"
            con.sql(sql.format(lines=LINES_OF_AN_ORDER, **sizes)).write_parquet(str(path))
            counted = con.execute(f"SELECT count(*) FROM '{path}'").fetchone() or (0,)
            rows[table] = int(counted[0])
            batches.append(NewBatch(table, path, rows[table], uuid4().hex, "bench", replaces=False))
    store(settings, batches, now=NOW)
    return rows


def scores(to: ScoreStore) -> None:
    """Draw a probability for everybody who can still be lost."""
    to.write("customer_scores", to.frame(_SCORES, _DRAWN_SCORES))
    for kind in ("contract", "silence"):
        to.write_card(
            f"churn_{kind}", {"verdict": "useful", "reason": None, "reliability": RELIABILITY}
        )
