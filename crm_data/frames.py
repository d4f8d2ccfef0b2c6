"""What a frame promises: its grain, key, columns and kinds. Nothing here reads data."""

from dataclasses import dataclass
from typing import Literal, get_args

import pandas as pd

from crm_data.errors import FrameContractError

Kind = Literal["text", "day", "instant", "money", "number", "count", "share", "flag", "json"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# Money becomes float64 only here, after the engine has summed exact decimals: 15 significant
# digits hold a trillion to the hundredth of a cent.
_DTYPE: dict[Kind, str] = {
    "text": "str",
    "day": "datetime64[us]",
    "instant": "datetime64[us]",
    "money": "float64",
    "number": "float64",
    "count": "Int64",
    "share": "float64",
    "flag": "boolean",
    "json": "str",
}


@dataclass(frozen=True)
class Column:
    """A column of a frame: its name, kind and meaning."""

    name: str
    kind: Kind
    meaning: str = ""


def _as_kind(column: pd.Series, kind: Kind) -> pd.Series:
    dtype = _DTYPE[kind]
    return column if column.dtype == dtype else column.astype(dtype)  # type: ignore[call-overload]  # the stubs list literals


@dataclass(frozen=True)
class FrameSpec:
    """The promise that a query makes about its result.

    Parameters
    ----------
    name, grain : str
        What the frame is called, and what one row of it is.
    key : tuple of str
        Columns that no two rows share; empty when rows have no key.
    columns : tuple of Column
        In their published order.
    """

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def column_names(self) -> list[str]:
        """Column names in their published order."""
        return [column.name for column in self.columns]

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """Return ``frame`` with the published columns and dtypes, even when it has no rows."""
        missing = [name for name in self.column_names if name not in frame.columns]
        if missing:
            raise FrameContractError(
                f"Frame '{self.name}' ({self.grain}) is missing {missing}; it has "
                f"{list(frame.columns)}. Select these columns in the query that promises it."
            )
        # Column by column, and only where needed: astype over a frame costs ten times as much.
        return pd.DataFrame(
            {column.name: _as_kind(frame[column.name], column.kind) for column in self.columns},
            index=frame.index,
        )

    def check(self, frame: pd.DataFrame) -> None:
        """Raise ``FrameContractError`` where ``frame`` breaks the promise."""
        missing = [name for name in self.column_names if name not in frame.columns]
        if missing:
            raise FrameContractError(
                f"Frame '{self.name}' ({self.grain}) is missing {missing}; it has "
                f"{list(frame.columns)}. Use the query that returns '{self.name}', or rename."
            )
        wrong = {
            column.name: f"{frame[column.name].dtype}, expected {_DTYPE[column.kind]}"
            for column in self.columns
            if str(frame[column.name].dtype) != _DTYPE[column.kind]
        }
        if wrong:
            raise FrameContractError(f"Frame '{self.name}' has columns of the wrong kind: {wrong}.")
        if not self.key or (len(self.key) == 1 and _ascends(frame[self.key[0]])):
            return
        repeated = frame.duplicated(list(self.key))
        if repeated.any():
            example = frame.loc[repeated, list(self.key)].iloc[0].to_dict()
            raise FrameContractError(
                f"Frame '{self.name}' should hold {self.grain}, but {int(repeated.sum())} row(s) "
                f"repeat the key {list(self.key)}, for example {example}. Aggregate before passing."
            )


def _ascends(column: pd.Series) -> bool:
    """Whether each value is above the one before: what queries order by their key need no hash."""
    values = column.array
    return bool(pd.Series(values[1:] > values[:-1], dtype="boolean").fillna(False).all())


def columns_of(declaration: str) -> tuple[Column, ...]:
    """Read ``name:kind`` words."""
    pairs = (word.split(":") for word in declaration.split())
    return tuple(Column(name, kind) for name, kind in pairs)  # type: ignore[arg-type]  # contract test checks kinds
