"""The words that the numbers of states of deals stand for; each word is kept once."""

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
_OUTCOMES = [None, "won", "lost"]


def named(
    con: duckdb.DuckDBPyConnection, deal: Numbers, states: dict[str, Numbers]
) -> dict[str, pa.Array]:
    """Return pipeline, stage with its number, forecast category, owner and outcome of states.

    Parameters
    ----------
    con : connection
        Holds ``deal_keys``, ``deal_words`` and ``pipeline_stages``.
    deal : array of int
        Place of each state's deal by ``opportunity_no``.
    states : dict of str to array of int
        ``stage``, ``forecast_category``, ``owner_id`` and ``outcome``; below zero is cleared.
    """
    held = con.execute("SELECT word FROM deal_words ORDER BY code").fetchall()
    words = [None, *(str(word) for (word,) in held)]
    return {
        **_stages(con, deal, states["stage"]),
        "forecast_category": _words(words, states["forecast_category"]),
        "owner_id": _words(words, states["owner_id"]),
        "outcome": _words(_OUTCOMES, states["outcome"]),
    }


def _stages(con: duckdb.DuckDBPyConnection, deal: Numbers, stage: Numbers) -> dict[str, pa.Array]:
    keys = con.execute("SELECT pipeline FROM deal_keys ORDER BY opportunity_no").to_arrow_table()
    pipelines = keys.column("pipeline").combine_chunks().dictionary_encode()
    names: list[str | None] = [*pipelines.dictionary.to_pylist(), None]
    pipeline = pipelines.indices.fill_null(len(names) - 1).to_numpy()[deal].astype(np.int64)
    known = {
        (name, int(number)): word
        for name, number, word in con.execute(
            "SELECT pipeline, stage_no, stage FROM pipeline_stages WHERE stage_no IS NOT NULL"
        ).fetchall()
    }
    # A row per pipeline and a column per stage; the last column is of what is no stage of it.
    most = max((number for _, number in known), default=-1) + 1
    is_number = (stage >= 0) & (stage < most)
    at = pipeline * (most + 1) + np.where(is_number, stage, most)
    cells = [(name, number) for name in names for number in range(most + 1)]
    is_stage = np.array([cell in known for cell in cells], dtype=bool)[at]
    return {
        "pipeline": _words(names, pipeline),
        "stage": _words([known.get(cell) for cell in cells], at),
        "stage_no": pa.array(np.where(is_stage, stage, 0), mask=~is_stage),
    }


def _words(words: list[str | None], at: Numbers) -> pa.DictionaryArray:
    """Return words by their place; a place below zero is the first, of none."""
    places = pa.array(np.maximum(at, 0).astype(np.int32))
    return pa.DictionaryArray.from_arrays(places, pa.array(words, pa.string()))
