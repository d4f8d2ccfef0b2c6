"""States of deals: what was known of each at the end of every day that told something of it.

Whole numbers in order of deals and days are filled forward in NumPy, in half the time of windows in
SQL (decision 0017): the row that told last of a field is the running maximum of row numbers.
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from crm_data.marts.deal_moves import CLEARED, FIELDS
from crm_data.marts.deal_state_words import named

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]
OPEN_END = 1 << 31  # the day on which the last state of a deal ends
_UNTOLD = CLEARED - 1
_PART = 122_880  # rows, as the store keeps them together
_START, _MOVE, _CLOSE = 0, 1, 2
_AT = {name: place for place, name in enumerate(FIELDS)}
_FIELD = " ".join(f"WHEN '{name}' THEN {place}" for name, place in _AT.items())
_EPOCH = "DATE '1970-01-01'"
_AS_THEY_ARE = (
    "day", "valid_to", "amount", "probability", "expected_close_on", "pushes", "pulls", "handovers",
    "stage_since_on",
)  # fmt: skip

# One row per change, as narrow as can be, in order. At its closing a deal takes what its own row
# says now: its stage is the code there.
TOLD_SQL = f"""
WITH stage_outcomes AS (
  SELECT pipeline, stage_no, CASE outcome WHEN 'won' THEN 1 WHEN 'lost' THEN 2 ELSE 0 END AS outcome
  FROM pipeline_stages
),
told AS (
  SELECT opportunity_no, known_on AS day, {_START} AS place, NULL AS changed_at, NULL AS field,
         NULL AS code, NULL AS outcome, NULL AS probability, NULL AS category
  FROM deal_starts
  UNION ALL
  SELECT m.opportunity_no, greatest(m.day, b.known_on), {_MOVE}, m.changed_at,
         CASE m.field {_FIELD} END, m.new_code,
         -- a stage that stands for won or lost closes a deal; any other opens it again
         CASE WHEN m.field = 'outcome' THEN m.new_code
              WHEN b.has_stages AND NOT b.has_outcome THEN s.outcome END, NULL, NULL
  FROM deal_moves m JOIN deal_starts b USING (opportunity_no)
  LEFT JOIN stage_outcomes s ON s.pipeline IS NOT DISTINCT FROM b.pipeline
    AND s.stage_no = CASE WHEN m.field = 'stage' THEN m.new_code END
  UNION ALL
  SELECT opportunity_no, greatest(coalesce(k.closed_on, b.known_on), b.known_on), {_CLOSE}, NULL,
         NULL, c.stage, c.outcome, c.probability, c.forecast_category
  FROM deal_keys k JOIN deal_starts b USING (opportunity_no)
  JOIN deal_codes c USING (opportunity_no)
  WHERE k.outcome IS NOT NULL AND NOT b.has_outcome AND b.appeared_at IS NULL
)
SELECT opportunity_no, CAST(day - {_EPOCH} AS BIGINT) AS day, CAST(place AS TINYINT) AS place,
       CAST(coalesce(field, -1) AS TINYINT) AS field, coalesce(code, {_UNTOLD}) AS code,
       coalesce(outcome, {_UNTOLD}) AS outcome, coalesce(probability, {_UNTOLD}) AS probability,
       coalesce(category, {_UNTOLD}) AS category
FROM told
WHERE (SELECT last_on FROM deals_edge) IS NOT NULL  -- else no day is known
ORDER BY opportunity_no, told.day, told.place, changed_at
"""


def states_of_deals(con: duckdb.DuckDBPyConnection) -> pa.Table:
    """Return the states of deals from the marts before them.

    Returns
    -------
    Table
        One row per deal and day with another state than before: ``opportunity_no``, ``day`` and
        ``valid_to`` (days since 1970; ``OPEN_END`` of the last one), words of stage, owner …, the
        numbers of the other ``FIELDS``, ``pushes``, ``pulls`` and ``handovers`` so far, and
        ``stage_since_on``. A past day reads the end of each part only: open deals come first, then
        by the day that a state ends.
    """
    told = _columns(con, TOLD_SQL)
    starts, now = (_by_deal(con, name) for name in ("deal_starts", "deal_codes"))
    edge = con.execute(f"SELECT last_on - {_EPOCH} FROM deals_edge").fetchall()
    last_on = int(edge[0][0]) if edge and edge[0][0] is not None else 0
    is_start: Flags = told["place"] == _START
    deal, day = np.cumsum(is_start) - 1, told["day"]
    kept = _differs_from_next(deal, day)
    with ThreadPoolExecutor() as pool:  # NumPy lets other threads run
        filled = pool.map(
            lambda name: _filled(told, name, starts[name], deal, is_start)[kept], FIELDS
        )
        states = dict(zip(FIELDS, filled, strict=True))
    found = _counted(*_ended(states, deal[kept], day[kept], now, last_on))
    own = found.pop("deal")
    table = pa.table(
        {"opportunity_no": told["opportunity_no"][is_start][own]}
        | named(con, own, found)
        | {name: found[name] for name in _AS_THEY_ARE}
    )
    # In parts, or one thread alone would write what is made of it.
    return pa.Table.from_batches(table.to_batches(max_chunksize=_PART), table.schema)


def _columns(con: duckdb.DuckDBPyConnection, sql: str) -> dict[str, Any]:
    table = con.execute(sql).to_arrow_table()
    return {name: table.column(name).to_numpy() for name in table.column_names}


def _by_deal(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    return _columns(con, f"SELECT {', '.join(FIELDS)} FROM {name} ORDER BY opportunity_no")


def _differs_from_next(*keys: Numbers) -> Flags:
    differs = np.zeros(len(keys[0]), dtype=bool)
    for key in keys:
        differs[:-1] |= key[1:] != key[:-1]
    differs[-1:] = True
    return differs


def _filled(
    told: dict[str, Any], name: str, first: Numbers, deal: Numbers, is_start: Flags
) -> Numbers:
    """Return the last value told of a field so far; every deal begins with one."""
    values: Numbers = told["code"]
    is_told: Flags = told["field"] == _AT[name]
    if name == "stage":
        is_told |= told["place"] == _CLOSE
    elif name == "outcome":
        values = told["outcome"]
        is_told = values != _UNTOLD
    elif name in ("probability", "forecast_category"):
        closing: Numbers = told["probability" if name == "probability" else "category"]
        is_closing = closing != _UNTOLD
        values, is_told = np.where(is_closing, closing, values), is_told | is_closing
    values = np.where(is_start, first[deal], values)
    return values[_last(is_told | is_start)]


def _last(is_told: Flags) -> Numbers:
    """Return the number of the last row so far of which it holds."""
    return np.maximum.accumulate(np.where(is_told, np.arange(len(is_told)), 0))


def _ended(
    states: dict[str, Numbers], deal: Numbers, day: Numbers, now: dict[str, Any], last_on: int
) -> tuple[dict[str, Numbers], Numbers, Numbers]:
    """Let deals end as they are now: on the last day known, or on their own if that is later."""
    is_last = _differs_from_next(deal)
    is_late = is_last & (day >= last_on)
    differs = np.zeros(len(deal), dtype=bool)
    for name in FIELDS:
        differs |= states[name] != now[name][deal]
    ends = is_last & (is_late | differs)
    deals = np.concatenate([deal[~is_late], deal[ends]])
    days = np.concatenate([day[~is_late], np.maximum(day[ends], last_on)])
    order = np.argsort(deals, kind="stable")
    joined = {
        name: np.concatenate([states[name][~is_late], now[name][deal[ends]]])[order]
        for name in FIELDS
    }
    return joined, deals[order], days[order]


def _counted(states: dict[str, Numbers], deal: Numbers, day: Numbers) -> dict[str, Numbers]:
    """Return states that differ from the one before, with what was counted on the way."""
    is_first = np.ones(len(deal), dtype=bool)
    is_first[1:] = deal[1:] != deal[:-1]
    differs = is_first.copy()
    for values in states.values():
        differs[1:] |= values[1:] != values[:-1]
    states = {name: values[differs] for name, values in states.items()}
    deal, day, is_first = deal[differs], day[differs], is_first[differs]
    was = {name: np.roll(states[name], 1) for name in ("expected_close_on", "stage", "owner_id")}
    due, was_due = states["expected_close_on"], was["expected_close_on"]
    is_open = (states["outcome"] == 0) & ~is_first
    is_moved = is_first | (states["stage"] != was["stage"])
    is_handed = ~is_first & (states["owner_id"] != was["owner_id"])
    valid_to = np.where(np.roll(is_first, -1), OPEN_END, np.roll(day, -1))
    found = states | {
        "deal": deal,
        "day": day,
        "valid_to": valid_to,
        "pushes": _so_far(is_open & (due > was_due) & (was_due != CLEARED), is_first),
        "pulls": _so_far(is_open & (due < was_due) & (due != CLEARED), is_first),
        "handovers": _so_far(is_handed, is_first),
        "stage_since_on": day[_last(is_moved)],
    }
    order = _in_order(states["outcome"] != 0, valid_to, day)
    return {name: values[order] for name, values in found.items()}


def _in_order(is_closed: Flags, valid_to: Numbers, day: Numbers) -> Numbers:
    """Return places by three keys, packed into one number: one plain sort in place of three."""
    first, last = (int(day.min()), int(day.max())) if len(day) else (0, 0)
    span = last - first + 2
    ends = np.minimum(valid_to, last + 1) - first
    return np.argsort((is_closed * span + ends) * span + (day - first), kind="stable")


def _so_far(happened: Flags, is_first: Flags) -> Numbers:
    """Return how often it happened in a deal so far."""
    total = np.cumsum(happened)
    return total - (total - happened)[_last(is_first)]
