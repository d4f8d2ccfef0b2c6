"""What scoring may read of a version being built, and where its results go.

The build hands a ``ScoreStore`` to a ``Scorer`` (see ``scoring``): models live above this package.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd

from crm_data.frames import FrameSpec
from crm_data.tables.schema import duckdb_type
from crm_data.tables.scores import MODEL_CARDS, SCORES

RULES_CARD = "rules"  # the company's rules as they were, so that a change is noticed
Progress = Callable[[str, float], None]


class ScoreStore:
    """A version being built, for reading marts and writing scores.

    Parameters
    ----------
    con : DuckDBPyConnection
        The staged version, marts in place, score tables empty.
    rules : mapping of str to JSON
        What the company has set, by name (``crm_data.commands.rules``); empty means defaults.
    progress : callable
        Takes a step's name and the share that is done.
    country : str
        Whose holidays move sales: ISO code of two letters, or empty.
    folder : Path, optional
        Where slow steps may keep what is ready, for a build that goes on after a kill.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        rules: Mapping[str, Any],
        progress: Progress,
        country: str = "",
        folder: Path | None = None,
    ) -> None:
        self._con = con
        self.rules = rules
        self.progress = progress
        self.country = country
        self.folder = folder

    def frame(self, sql: str, spec: FrameSpec) -> pd.DataFrame:
        """Return what a SELECT of ``crm_data.marts`` gives, as its contract promises it.

        Text stays as the engine gives it (Arrow strings), numbers and days become NumPy columns.
        """
        arrow = self._con.sql(sql).to_arrow_table()
        return spec.conform(arrow.to_pandas(integer_object_nulls=True, date_as_object=False))

    def write(self, name: str, frame: pd.DataFrame) -> None:
        """Append rows to a score table; columns that the frame lacks stay missing."""
        spec = next(spec for spec in SCORES if spec.name == name)
        columns = [c for c in spec.columns if c.name in frame.columns]
        names = ", ".join(c.name for c in columns)
        values = ", ".join(f"CAST({c.name} AS {duckdb_type(c.kind)})" for c in columns)
        self._con.register("scored", frame[[c.name for c in columns]])
        try:
            self._con.execute(f"INSERT INTO {name} ({names}) SELECT {values} FROM scored")
        finally:
            self._con.unregister("scored")

    def write_card(self, name: str, card: Mapping[str, Any]) -> None:
        """Store what a model says of itself; NaN is written as null."""
        text = json.dumps(_plain(card), ensure_ascii=False, allow_nan=False)
        self._con.execute(f"INSERT INTO {MODEL_CARDS.name} VALUES (?, ?)", [name, text])


Scorer = Callable[[ScoreStore], None]


def create_score_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create the score tables, empty; what is there is dropped."""
    for spec in SCORES:
        con.execute(f"DROP TABLE IF EXISTS {spec.name}")
        columns = ", ".join(f"{c.name} {duckdb_type(c.kind)}" for c in spec.columns)
        con.execute(f"CREATE TABLE {spec.name} ({columns})")


def scored_by(con: duckdb.DuckDBPyConnection) -> dict[str, Any] | None:
    """Return the rules that a version was scored by; None where it holds no scores."""
    row = con.execute(
        f"SELECT card FROM {MODEL_CARDS.name} WHERE name = ?", [RULES_CARD]
    ).fetchone()
    return None if row is None else dict(json.loads(row[0]))


def _plain(value: Any) -> Any:
    """Return a value as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if hasattr(value, "tolist"):  # NumPy's numbers and arrays
        return _plain(value.tolist())
    if isinstance(value, float) and value != value:
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value
