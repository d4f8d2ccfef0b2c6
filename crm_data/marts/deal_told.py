"""What was told of deals, read once into NumPy and sorted once, for every mart of their history.

States, stays and sums are made of the same rows in order of deals and moments (decision 0018).
A deal has a place from zero on: its ``opportunity_no`` less one.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from crm_data.marts.deal_moves import (
    APPEARED,
    CLEARED,
    DEAL_CODES_SQL,
    DEAL_MOVES_SQL,
    DEAL_WORD_SQL,
    FIELDS,
)
from crm_data.marts.deal_order import in_order

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
AT = {name: place for place, name in enumerate(FIELDS)}
NONE = np.iinfo(np.int64).min  # no moment, and no day
_KNOWN_UNTIL = "SELECT coalesce(getvariable('known_until'), DATE '9999-12-31') - DATE '1970-01-01'"


@dataclass(frozen=True)
class Told:
    """Changes in order of deals and moments, what deals are now, and how they were at first.

    Attributes
    ----------
    deal, field, at, day, code : array, one per change
        The deal's place, the number of the field (of ``FIELDS``), microseconds and days since
        1970, and the number of the new value. Stages are numbers of ``stages``.
    now : dict of str to array, one per deal
        ``FIELDS``, ``created_at``, ``closed_at``, ``closed_on``; ``NONE`` where it is missing.
    starts : dict of str to array, one per deal
        ``FIELDS`` as they were at first, and ``known_at``, ``known_on``.
    pipelines, pipeline : list of str or None, array of int
        Names, and the place among them of each deal's.
    stages : list of tuple
        Pipeline's place, stage and number, of every stage that a deal is in or was in.
    last_on, last_at : int or None
        The last day and moment with news of any deal.
    """

    deal: Numbers
    field: Numbers
    at: Numbers
    day: Numbers
    code: Numbers
    now: dict[str, Numbers]
    starts: dict[str, Numbers]
    has_stages: Flags
    has_outcome: Flags
    has_appeared: Flags
    first_stage: Numbers
    pipelines: list[str | None]
    pipeline: Numbers
    stages: list[tuple[int, str, int]]
    last_on: int | None
    last_at: int | None

    @cached_property
    def staged(self) -> Numbers:
        """The rows that are changes of stage."""
        return np.flatnonzero(self.field == AT["stage"])


@dataclass(frozen=True)
class History:
    """What the store holds of deals, as it was read.

    Attributes
    ----------
    keys, moves : Table
        Of ``DEAL_CODES_SQL`` and ``DEAL_MOVES_SQL``.
    words : dict of int to str
        The word of each code.
    known_until : int
        The last day that counts, since 1970.
    """

    keys: pa.Table
    moves: pa.Table
    words: dict[int, str]
    known_until: int


def history_of_deals(con: duckdb.DuckDBPyConnection) -> History:
    """Read deals and their changes, with ``deal_words``; whatever follows needs no connection."""
    con.execute(DEAL_WORD_SQL)
    keys = con.execute(DEAL_CODES_SQL).to_arrow_table()
    moves = con.execute(DEAL_MOVES_SQL).to_arrow_table()
    con.execute("DROP TYPE deal_word")
    words = con.execute("SELECT code, word FROM deal_words").fetchall()
    (known_until,) = con.execute(_KNOWN_UNTIL).fetchone() or (0,)
    return History(keys, moves, {int(code): str(word) for code, word in words}, int(known_until))


def told_of_deals(history: History) -> Told:
    """Sort the changes of deals, and find what deals were at first."""
    keys, moves = history.keys, history.moves
    pipelines, pipeline = _encoded(keys.column("pipeline"))
    now = {name: _plain(keys.column(name)) for name in keys.column_names if name != "pipeline"}
    told = {name: _plain(moves.column(name)) for name in moves.column_names}
    order = in_order(told["deal"], told["at"])
    told = {name: values[order] for name, values in told.items()}
    stages = _numbered(history.words, told, now, pipeline)
    last_on, last_at = _edge(history.known_until, told, now)
    of_deal = _Firsts(told, len(pipeline))
    appeared = of_deal.first(told["field"] == APPEARED)
    is_change = told["field"] < APPEARED
    return Told(
        **{name: told[name][is_change] for name in ("deal", "field", "at", "day")},
        code=told["new_code"][is_change],
        now=now,
        starts=_starts(told, now, of_deal, appeared, last_on),
        has_stages=of_deal.any((told["field"] == AT["stage"]) & told["is_exported"]),
        has_outcome=of_deal.any(told["field"] == AT["outcome"]),
        has_appeared=appeared >= 0,
        first_stage=_taken(told["at"], of_deal.first(told["field"] == AT["stage"])),
        pipelines=pipelines,
        pipeline=pipeline,
        stages=stages,
        last_on=last_on,
        last_at=last_at,
    )


def _edge(
    known_until: int, told: dict[str, Any], now: dict[str, Numbers]
) -> tuple[int | None, int | None]:
    """Return the last day, and the last moment, that anything is known of deals."""
    days, moments = [], []
    for day, at in (
        (now["created_on"], now["created_at"]),
        (now["closed_on"], now["closed_at"]),
        (told["day"], told["at"]),
    ):
        counts = (day != NONE) & (day <= known_until)
        if counts.any():
            days.append(int(day[counts].max()))
            moments.append(int(at[counts].max()))
    return max(days, default=None), max(moments, default=None)


@dataclass(frozen=True)
class _Firsts:
    """The first rows of deals among rows in order."""

    told: dict[str, Any]
    deals: int

    def first(self, which: Flags) -> Numbers:
        """Return of each deal the first row of which it holds, below zero without one."""
        found = np.full(self.deals, -1)
        rows = np.flatnonzero(which)[::-1]
        found[self.told["deal"][rows]] = rows  # the last one written is the first
        return found

    def any(self, which: Flags) -> Flags:
        """Return whether it holds for some row of each deal."""
        found = np.zeros(self.deals, dtype=bool)
        found[self.told["deal"][which]] = True
        return found


def _numbered(
    words: dict[int, str], told: dict[str, Any], now: dict[str, Any], pipeline: Numbers
) -> list[tuple[int, str, int]]:
    """Number the stages of each pipeline by name, and write these numbers in place of words."""
    most = max(words, default=0) + 1
    is_stage = told["field"] == AT["stage"]
    own = pipeline[told["deal"][is_stage]]
    codes = [told[name][is_stage] for name in ("old_code", "new_code")]
    used = np.zeros((int(pipeline.max(initial=0)) + 1, most), dtype=bool)
    for at, code in ((pipeline, now["stage"]), *((own, code) for code in codes)):
        used[at[code >= 0], code[code >= 0]] = True
    numbers = np.where(used, np.cumsum(used, axis=1) - 1, CLEARED)

    def number(at: Numbers, code: Numbers) -> Numbers:
        return np.where(code >= 0, numbers[at, np.maximum(code, 0)], CLEARED)

    for name, code in zip(("old_code", "new_code"), codes, strict=True):
        told[name][is_stage] = number(own, code)
    now["stage"] = number(pipeline, now["stage"])
    return [(int(at), words[int(code)], int(numbers[at, code])) for at, code in np.argwhere(used)]


def _starts(
    told: dict[str, Any], now: dict[str, Any], of_deal: _Firsts, appeared: Numbers,
    last_on: int | None,
) -> dict[str, Numbers]:  # fmt: skip
    """Return what deals were at first, since when they are known, and on which day.

    That is what the first change replaced; where nothing ever changed, what it is now, unless that
    belongs to a deal that is closed by now and was open at first.
    """
    is_as_now = (now["outcome"] == 0) | (appeared >= 0)
    found = {}
    for name, place in AT.items():
        row = of_deal.first(told["field"] == place)
        stays = name in ("amount", "expected_close_on", "owner_id")
        instead = now[name] if stays else 0 if name == "outcome" else CLEARED
        value = np.where(is_as_now, now[name], instead)
        found[name] = _taken(told["old_code"], row, value)
    first = of_deal.first(told["field"] < APPEARED)
    for name, own, column in (("known_at", "created_at", "at"), ("known_on", "created_on", "day")):
        known = np.where(now[own] == NONE, _taken(told[column], first), now[own])
        found[name] = np.where(appeared >= 0, _taken(told[column], appeared), known)
    if last_on is not None:
        found["known_on"] = np.where(found["known_on"] == NONE, last_on, found["known_on"])
    return found


def _taken(values: Numbers, row: Numbers, instead: Numbers | int = NONE) -> Numbers:
    """Return the values of rows; ``instead`` where there is no row."""
    found = np.full(len(row), instead, dtype=np.int64)
    found[row >= 0] = values[row[row >= 0]]
    return found


def _encoded(column: Any) -> tuple[list[str | None], Numbers]:
    encoded = column.combine_chunks().dictionary_encode()
    names: list[str | None] = [*encoded.dictionary.to_pylist(), None]
    return names, encoded.indices.fill_null(len(names) - 1).to_numpy().astype(np.int64)


def _plain(column: Any) -> Any:
    """Return whole numbers of a column: moments in microseconds, days; ``NONE`` where missing."""
    kind = str(column.type)
    if kind.startswith("timestamp"):
        column = column.cast("int64")
    elif kind.startswith("date32"):
        column = column.cast("int32").cast("int64")
    if column.null_count:
        column = column.fill_null(NONE)
    return column.to_numpy()
