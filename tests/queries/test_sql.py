"""What differs by dialect gives the same on each, and refuses the others clearly."""

import json
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import CompileError

from crm_data.calendar import UNITS, Unit, floor_to, step
from crm_data.frames import Column, FrameSpec
from crm_data.sql import (
    _decimals_to_double,
    bucket_start,
    json_items,
    json_keys,
    json_text,
    read_frame,
)

DAYS = [
    date(2024, 2, 29), date(2024, 12, 30), date(2025, 1, 1), date(2025, 3, 31), date(2025, 6, 8),
    date(2025, 6, 9), date(2025, 10, 1), date(2025, 12, 31),
]  # fmt: skip
SPEC = FrameSpec(
    "test",
    "one row",
    (),
    (Column("m", "money"), Column("n", "count"), Column("d", "day"), Column("t", "text")),
)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("day", DAYS)
def test_buckets_begin_where_the_calendar_says(conn: sa.Connection, unit: Unit, day: date) -> None:
    from_day = conn.scalar(sa.select(bucket_start(sa.literal(day, sa.Date()), unit)))
    noon = datetime(day.year, day.month, day.day, 12)
    from_instant = conn.scalar(sa.select(bucket_start(sa.literal(noon, sa.DateTime()), unit)))

    assert from_day == from_instant == floor_to(day, unit)


def test_weeks_begin_on_monday_and_steps_keep_to_units() -> None:
    assert floor_to(date(2025, 6, 8), "week") == date(2025, 6, 2)
    assert step(date(2025, 6, 8), "week") == date(2025, 6, 9)
    assert step(date(2025, 1, 31), "month") == date(2025, 2, 1)
    assert step(date(2025, 2, 1), "quarter", -1) == date(2024, 10, 1)
    assert step(date(2024, 12, 31), "year") == date(2025, 1, 1)
    assert step(date(2024, 12, 31), "day") == date(2025, 1, 1)


@pytest.mark.parametrize(
    ("text", "key", "expected"),
    [
        ('{"a": "x"}', "a", "x"),
        ('{"a": 1}', "a", "1"),
        ('{"a": null}', "a", None),
        ('{"b": "x"}', "a", None),
        ('{"a/b~": "x"}', "a/b~", "x"),
        ('{"$.a": "x", "a": "y"}', "$.a", "x"),
        ('{"客": "户"}', "客", "户"),
        (None, "a", None),
    ],
)
def test_json_text(conn: sa.Connection, text: str | None, key: str, expected: str | None) -> None:
    assert conn.scalar(sa.select(json_text(sa.literal(text, sa.Text()), key))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"b": 1, "a": {"c": 2}, "客/": null}', ["a", "b", "客/"]),
        ("{}", []),
        ("[1, 2]", []),
        ("3", []),
        ('"x"', []),
        (None, []),
    ],
)
def test_json_keys(conn: sa.Connection, text: str | None, expected: list[str]) -> None:
    assert sorted(conn.scalars(sa.select(json_keys(sa.literal(text, sa.Text()))))) == expected


@pytest.mark.parametrize("texts", [[], ["a", "b'", "a", '客\\n"', "%s :x", ""]])
def test_json_items(conn: sa.Connection, texts: list[str]) -> None:
    asked = sa.select(json_items(json.dumps(texts)).label("one")).subquery()

    assert sorted(conn.scalars(sa.select(asked.c.one))) == sorted(texts)


def test_another_dialect_is_refused_with_what_to_do() -> None:
    text = sa.literal("{}")
    for expression in (
        bucket_start(text, "month"), json_text(text, "a"), json_keys(text), json_items("[]"),
    ):  # fmt: skip
        with pytest.raises(CompileError, match=r"has no form for 'sqlite'.*crm_data/sql\.py"):
            expression.compile(dialect=sqlite.dialect())


def test_equal_buckets_share_the_compile_cache_and_units_do_not() -> None:
    column = sa.column("d", sa.Date())
    month, again, week = (bucket_start(column, u) for u in ("month", "month", "week"))  # type: ignore[arg-type]  # literals

    assert month._generate_cache_key() == again._generate_cache_key()
    assert month._generate_cache_key() != week._generate_cache_key()


def test_frames_have_the_promised_kinds_with_and_without_rows(conn: sa.Connection) -> None:
    statement = sa.select(
        sa.cast(sa.literal("1.25"), sa.Numeric(38, 4)).label("m"),
        sa.cast(sa.literal(2**60 + 1), sa.BigInteger()).label("n"),
        sa.literal(date(2025, 1, 2), sa.Date()).label("d"),
        sa.cast(sa.null(), sa.Text()).label("t"),
    )
    frame = read_frame(conn, statement, SPEC)
    none = read_frame(conn, statement.where(sa.false()), SPEC)

    SPEC.check(frame)
    SPEC.check(none)
    assert frame["m"].tolist() == [1.25]
    assert frame["n"].tolist() == [2**60 + 1]
    assert frame["t"].isna().all()
    assert none.empty
    assert none.merge(none, on="t").empty


@pytest.mark.parametrize("text", ["9439.1400", "221698.2100", "-0.0001", "89999999999.9999"])
def test_a_decimal_becomes_the_nearest_float(text: str) -> None:
    """Arrow's cast alone gives 9439.140000000001."""
    exact = pa.table({"amount": pa.array([Decimal(text)], pa.decimal128(38, 4))})

    assert _decimals_to_double(exact)["amount"].to_pylist() == [float(text)]
