"""Amounts in another currency become the company's, by the dated rate table, at import.

A rate holds from its day until the next one of its currency. The day of a deal is that of its end,
while it is open that of its beginning. Where no rate is known on the day, the amount in the
company's currency is missing, not zero; the original amount is kept.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from crm_data.importers import StagedFile
from crm_data.importers.engine import file_name
from crm_data.importers.written_numbers import quoted
from crm_data.settings import Settings
from crm_data.tables import table_spec
from crm_data.versions import current_version, open_version

_MONEY = "DECIMAL(18,4)"
_DAYS = {"orders": ("ordered_on", "ordered_at"), "opportunities": ("closed_at", "created_at")}
_LINE_AMOUNTS = ("unit_price", "amount", "cost")
_NAMES = {
    "CNY": ("RMB", "CNH", "元", "人民币", "人民幣", "¥", "￥"),
    "USD": ("US$", "美元", "美金", "$"), "EUR": ("€", "欧元", "歐元"),
    "GBP": ("£", "英镑", "英鎊"), "JPY": ("日元", "円", "日圓"),
    "HKD": ("HK$", "港币", "港元", "港幣"),
}  # fmt: skip


def convert_currencies(settings: Settings, staged: Sequence[StagedFile]) -> None:
    """Write staged orders and deals again whose file says their currency, and lines of orders.

    An amount is taken for the original one, unless the file gives both. Counted as
    ``currency_converted`` and ``currency_without_rate``.
    """
    wanted = [
        (made, table, path)
        for made in staged
        for table in _DAYS
        if _needs_rates(made, table) and (path := _path(made, table)) is not None
    ]
    if not wanted:
        return
    with _published(settings) as con:
        _load_rates(con, staged)
        for made, table, path in wanted:
            _rate_rows(con, table, path, settings.currency)
            _write_rows(con, table, path, made)
            if table == "orders" and (lines := _path(made, "order_lines")) is not None:
                _write_lines(con, lines)


def _needs_rates(made: StagedFile, wanted: str) -> bool:
    """Whether a file says the currency of each row, and gives its amount in that alone."""
    for table in made.mapping.tables:
        if table.table == wanted and table.cell("currency") is not None:
            return (table.cell("amount") is None) != (table.cell("amount_original") is None)
    return False


@contextmanager
def _published(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a connection to what is published, or to nothing."""
    version = None if settings.warehouse_url else current_version(settings)
    if version is None:
        with duckdb.connect(":memory:") as con:
            yield con
    else:
        with open_version(settings, version) as con:
            yield con


def _load_rates(con: duckdb.DuckDBPyConnection, staged: Sequence[StagedFile]) -> None:
    """Make the table of rates: those published, and over them those of this import."""
    con.execute("CREATE TEMP TABLE rates (currency VARCHAR, rate_on DATE, rate DOUBLE, place INT)")
    held = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'exchange_rates'"
    ).fetchone()
    if held is not None and held[0]:
        con.execute(
            "INSERT INTO rates SELECT currency, rate_on, rate_to_company, 0 FROM exchange_rates"
        )
    for made in staged:
        if (path := _path(made, "exchange_rates")) is not None:
            con.execute(
                "INSERT INTO rates SELECT currency, rate_on, rate_to_company, 1 "
                f"FROM read_parquet({file_name(path)})"
            )
    con.execute(
        "CREATE TEMP TABLE rate_days AS SELECT upper(currency) AS code, rate_on AS day, "
        "arg_max(rate, place) AS rate FROM rates WHERE rate > 0 GROUP BY ALL"
    )


def _rate_rows(con: duckdb.DuckDBPyConnection, table: str, path: Path, company: str) -> None:
    """Make the table of the codes and rates of the rows of a file; 1 for the company's own."""
    names, (key,) = _columns(con, path), table_spec(table).key
    days = [f"CAST({name} AS DATE)" for name in _DAYS[table] if name in names]
    words = " ".join(
        f"WHEN upper(currency) IN ({', '.join(quoted(word) for word in words)}) THEN {quoted(code)}"
        for code, words in _NAMES.items()
    )
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE coded AS SELECT {key} AS id, "
        f"coalesce({', '.join([*days, 'CAST(NULL AS DATE)'])}) AS day, "
        f"CASE {words} ELSE upper(currency) END AS code FROM read_parquet({file_name(path)})"
    )
    con.execute(
        "CREATE OR REPLACE TEMP TABLE rated AS SELECT c.id, c.code, "
        f"CASE WHEN c.code IS NULL OR c.code = {quoted(company)} THEN 1 ELSE r.rate END AS rate "
        "FROM coded AS c ASOF LEFT JOIN rate_days AS r ON c.code = r.code AND c.day >= r.day"
    )


def _write_rows(con: duckdb.DuckDBPyConnection, table: str, path: Path, made: StagedFile) -> None:
    names, (key,) = _columns(con, path), table_spec(table).key
    original = "amount_original" if "amount_original" in names else "amount"
    values = {name: f"s.{name}" for name in names} | {"currency": "r.code"}
    values |= {"amount": _converted(f"s.{original}"), "amount_original": f"s.{original}"}
    if "cost" in names:
        values["cost"] = _converted("s.cost")
    counted = con.execute(
        "SELECT count(*) FILTER (r.rate <> 1), count(*) FILTER (r.rate IS NULL) "
        f"FROM read_parquet({file_name(path)}) AS s JOIN rated AS r ON r.id = s.{key} "
        f"WHERE s.{original} IS NOT NULL"
    ).fetchone()
    findings = made.report["tables"][table]["findings"]
    rules = ("currency_converted", "currency_without_rate")
    findings |= {rule: int(n) for rule, n in zip(rules, counted or (), strict=False) if n}
    _write(con, path, table, key, values)


def _write_lines(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Convert the lines of orders; a line of an order that is not there stays as it is."""
    names = _columns(con, path)
    values = {name: f"s.{name}" for name in names}
    values |= {name: _converted(f"s.{name}") for name in _LINE_AMOUNTS if name in names}
    _write(con, path, "order_lines", "order_id", values)


def _converted(column: str) -> str:
    rate = "CASE WHEN r.id IS NULL THEN 1 ELSE r.rate END"
    return (
        f"CASE WHEN {rate} = 1 THEN {column} "
        f"ELSE TRY_CAST(round(CAST({column} AS DOUBLE) * {rate}, 4) AS {_MONEY}) END"
    )


def _write(
    con: duckdb.DuckDBPyConnection, path: Path, table: str, key: str, values: dict[str, str]
) -> None:
    """Write a staged table again, its columns in their order; ``key`` names what was rated."""
    names = [name for name in (*table_spec(table).names, "attributes") if name in values]
    listed = ", ".join(f"{values[name]} AS {name}" for name in names)
    target = path.with_suffix(".converted")
    con.execute(
        f"COPY (SELECT {listed} FROM read_parquet({file_name(path)}) AS s "
        f"LEFT JOIN rated AS r ON r.id = s.{key}) "
        f"TO {quoted(str(target))} (FORMAT parquet)"
    )
    target.replace(path)


def _columns(con: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    described = con.execute(f"DESCRIBE SELECT * FROM read_parquet({file_name(path)})").fetchall()
    return [str(row[0]) for row in described]


def _path(made: StagedFile, table: str) -> Path | None:
    return next((batch.staged for batch in made.batches if batch.table == table), None)
