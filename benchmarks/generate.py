"""A large file of order lines for timing imports and builds.

``python -m benchmarks.generate --customers 1000000 --lines 20000000 --to FILE.csv``

DuckDB makes every row from its number: a hash with the seed stands in for chance, so that the same
arguments give the same file. Orders come in the order of time, their lines together; a few
customers buy a great deal; what depends on a customer or a product is always the same for it.
``benchmarks/order_lines.toml`` maps the file to tables.
"""

import argparse
import os
import time
from datetime import date
from pathlib import Path

import duckdb

SIZES = {"10k": (10_000, 200_000), "100k": (100_000, 2_000_000), "1M": (1_000_000, 20_000_000)}
PRODUCTS = 500
MONTHS = 36

# Ten orders have thirty lines, in a rotation that chance picks.
_LINES_OF_TEN = (1, 1, 2, 2, 2, 3, 3, 4, 5, 7)

# A number in [0, 1) from a row number, a purpose and the seed.
_SETUP = """
SET threads = {threads};
SET preserve_insertion_order = true;
CREATE MACRO chance(number, purpose) AS
    (hash(number, purpose, {seed}) >> 11)::DOUBLE / 9007199254740992.0;
CREATE MACRO pick(words, number, purpose) AS
    list_extract(words, 1 + floor(chance(number, purpose) * len(words))::INTEGER);
"""

# Orders of each day, in proportion to weekday, growth and the two peaks of the year.
_DAYS = """
CREATE TABLE days AS
WITH calendar AS (
    SELECT day::DATE AS day, row_number() OVER (ORDER BY day) - 1 AS place
    FROM generate_series(DATE '{start}', DATE '{end}', INTERVAL 1 DAY) AS series(day)
), weighted AS (
    SELECT *, (1 + place / 1500.0)
        * CASE WHEN isodow(day) >= 5 THEN 1.1 ELSE 0.95 END
        * CASE WHEN month(day) = 11 AND day(day) <= 11 THEN 2.0
            WHEN month(day) = 1 THEN 1.3 ELSE 1 END
        AS weight
    FROM calendar
), running AS (
    SELECT *, sum(weight) OVER (ORDER BY day) / sum(weight) OVER () AS share FROM weighted
)
SELECT day, coalesce(lag(upto) OVER (ORDER BY day), 0) AS since, upto
FROM (SELECT day, round(share * {orders})::BIGINT AS upto FROM running)
ORDER BY day
"""

_ORDERS = """
CREATE TABLE orders AS
WITH numbered AS (
    SELECT day, since, upto, unnest(range(since, upto)) AS n FROM days
), shared AS (
    SELECT *, n / {orders} AS share,
        {customers} * (0.12 + 0.88 * n / {orders}) AS born,
        chance(n, 1) AS u, chance(n, 2) AS kind
    FROM numbered
)
SELECT n,
    day + to_seconds(28800 + floor(50400.0 * (n - since) / greatest(upto - since, 1))::BIGINT)
        AS ordered_at,
    least({customers} - 1, floor(CASE
        WHEN kind < 0.16 THEN born - 1
        WHEN kind < 0.5 THEN born * (1 - 0.2 * u * u)
        ELSE born * power(u, 1.8) END))::BIGINT AS customer,
    list_extract({rotations}, 1 + ((n % 10) + (hash(n // 10, 3, {seed}) % 10)::BIGINT) % 10) AS size
FROM shared
"""

_COPY = """
COPY (
    WITH lines AS (
        SELECT *, unnest(range(1, size + 1)) AS line_no FROM orders
    ), bought AS (
        SELECT *, floor({products} * power(chance(n * 16 + line_no, 4), 1.7))::BIGINT AS product
        FROM lines
    )
    SELECT
        'O' || lpad(n::VARCHAR, 8, '0') AS order_id,
        line_no,
        'C' || lpad(customer::VARCHAR, 7, '0') AS customer_id,
        ordered_at,
        'P' || lpad(product::VARCHAR, 4, '0') AS product_id,
        pick(['Coffee', 'Kitchen', 'Lighting', 'Furniture', 'Audio', 'Travel'], product, 5)
            AS category,
        1 + floor(3 * power(chance(n * 16 + line_no, 6), 3))::INTEGER AS quantity,
        (9.9 + 10 * floor(40 * power(chance(product, 7), 2)))::DECIMAL(10, 2) AS unit_price,
        pick(['store', 'web', 'app', 'phone'], n, 8) AS channel,
        CASE WHEN chance(customer, 9) < 0.15 THEN 'Overseas'
            ELSE pick(['North', 'East', 'South', 'West', 'Central'], customer, 10) END AS region,
        CASE WHEN chance(customer, 9) < 0.15
            THEN pick(['United States', 'Germany', 'Japan', 'Singapore'], customer, 11)
            ELSE 'China' END AS country,
        pick(['search', 'social', 'referral', 'store', 'event'], customer, 12) AS source
    FROM bought
    LIMIT {lines}
) TO '{path}' (FORMAT csv, HEADER)
"""


def write_order_lines(
    path: Path, customers: int, lines: int, *, seed: int = 1, end: date = date(2026, 11, 18)
) -> None:
    """Write ``lines`` order lines of ``customers`` customers over the 36 months before ``end``."""
    orders = -(-lines // sum(_LINES_OF_TEN)) * len(_LINES_OF_TEN)
    start = date(end.year - MONTHS // 12, end.month, 1)
    values = {
        "customers": customers,
        "lines": lines,
        "orders": orders,
        "seed": seed,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "products": PRODUCTS,
        "rotations": list(_LINES_OF_TEN),
        "path": str(path).replace("'", "''"),
        "threads": os.cpu_count() or 1,
    }
    with duckdb.connect() as connection:
        for statement in (_SETUP, _DAYS, _ORDERS, _COPY):
            connection.execute(statement.format(**values))


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a large CSV file of order lines.")
    parser.add_argument("--size", choices=SIZES, help="customers and lines together")
    parser.add_argument("--customers", type=int, default=10_000)
    parser.add_argument("--lines", type=int, default=200_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--to", type=Path, required=True)
    asked = parser.parse_args()
    customers, lines = SIZES[asked.size] if asked.size else (asked.customers, asked.lines)
    began = time.perf_counter()
    write_order_lines(asked.to, customers, lines, seed=asked.seed)
    seconds = time.perf_counter() - began
    megabytes = asked.to.stat().st_size / 1e6
    print(f"{asked.to}: {lines:,} lines, {megabytes:,.0f} MB, {seconds:.1f} s")


if __name__ == "__main__":
    main()
