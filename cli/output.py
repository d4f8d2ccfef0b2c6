"""What the command line prints: tables for people, one JSON document for programs, progress."""

import json
import math
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pandas as pd
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

_DECIMALS, _MOST_DECIMALS, _LEAST_P = 4, 8, 0.001
Report = Callable[[str, float], None]


def print_json(document: object) -> None:
    """Print one JSON document (UTF-8, nothing else on standard output)."""
    text = json.dumps(_plain(document), ensure_ascii=False, indent=2, allow_nan=False)
    sys.stdout.buffer.write(text.encode("utf-8") + b"\n")
    sys.stdout.buffer.flush()


def print_table(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table that fits the terminal; plain columns elsewhere.

    A p-value below a thousandth is written as that, and never as 0.
    """
    written = [
        [
            _p_cell(value) if name.endswith(("p_value", "_p")) else _cell(value)
            for name, value in cells
        ]
        for cells in (zip(columns, row, strict=True) for row in rows)
    ]
    if not sys.stdout.isatty():
        for row in (columns, *written):
            sys.stdout.write("\t".join(row) + "\n")
        return
    table = Table(*columns)
    for row in written:
        table.add_row(*row)
    Console().print(table)


@contextmanager
def progress(title: str) -> Iterator[Report]:
    """Yield a function (step, share done): a bar on a terminal, plain lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain_lines(title)
        return
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=console
    ) as bar:
        task = bar.add_task(title, total=1.0)
        yield lambda step, share: bar.update(task, description=f"{title}: {step}", completed=share)
        bar.update(task, completed=1.0)


def _plain_lines(title: str) -> Report:
    """Report every tenth, so that a log stays short."""
    said = [-1]

    def report(step: str, share: float) -> None:
        tenth = int(share * 10)
        if tenth > said[0]:
            said[0] = tenth
            sys.stderr.write(f"{title}: {tenth * 10} % {step}\n")

    return report


def _cell(value: object) -> str:
    plain = _plain(value)
    if plain is None:
        return "–"
    return _number(plain) if isinstance(plain, float) else str(plain)


def _p_cell(value: object) -> str:
    plain = _plain(value)
    is_small = isinstance(plain, float) and 0 <= plain < _LEAST_P
    return f"<{_LEAST_P}" if is_small else _cell(plain)


def _number(value: float) -> str:
    """Return four decimals, or as many as show four significant digits of a smaller number."""
    small = 0 < abs(value) < 1
    decimals = min(_MOST_DECIMALS, 3 - math.floor(math.log10(abs(value)))) if small else _DECIMALS
    text = f"{value:,.{decimals}f}"
    text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _plain(value: Any) -> Any:
    """Turn frames' values into JSON's; what is not defined becomes null."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if hasattr(value, "item"):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return _plain_date(value)


def _plain_date(value: Any) -> Any:
    if isinstance(value, pd.Timestamp | datetime):
        has_time = (value.hour, value.minute, value.second) != (0, 0, 0)
        return value.isoformat(sep=" ") if has_time else value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    return value
