"""Which stages deals were in, and which of two they were in first."""

import numpy as np
import pyarrow as pa

from crm_data.marts.deal_order import Numbers, in_order, is_new
from crm_data.marts.deal_told import NONE, Told

_WON, _LOST = 1, 2


def visits_of_deals(told: Told) -> pa.Table:
    """Return what the deals of a pipeline say of each of its stages.

    Returns
    -------
    Table
        One row per pipeline and stage that some deal was in: ``pipeline``, ``stage_no``, ``stage``,
        ``deals``, ``won``, ``lost``, and ``stages_before``: the stages that more deals were in
        before it than after it; missing where no deal was in another one.
    """
    most = max((number for _, _, number in told.stages), default=-1) + 1
    deal, stage, at = _firsts(told)
    before = _before(told.pipeline[deal], deal, stage, at, most, len(told.pipelines))
    placed = np.flatnonzero(told.now["stage"] >= 0)
    deal = np.concatenate([deal, placed])
    stage = np.concatenate([stage, told.now["stage"][placed]])
    order = in_order(deal, stage)
    order = order[is_new(deal[order], stage[order])]
    deal, stage = deal[order], stage[order]
    cell, outcome = told.pipeline[deal] * most + stage, told.now["outcome"][deal]
    cells = len(told.pipelines) * most
    deals, won, lost = (
        np.bincount(cell[which], minlength=cells)
        for which in (slice(None), outcome == _WON, outcome == _LOST)
    )
    rows = [(place, word, no, place * most + no) for place, word, no in told.stages]
    rows = [row for row in rows if deals[row[3]]]
    at_cell = np.array([row[3] for row in rows], dtype=np.int64)
    return pa.table(
        {
            "pipeline": pa.array([told.pipelines[row[0]] for row in rows], pa.string()),
            "stage_no": pa.array([row[2] for row in rows], pa.int64()),
            "stage": pa.array([row[1] for row in rows], pa.string()),
            "deals": deals[at_cell],
            "won": won[at_cell],
            "lost": lost[at_cell],
            "stages_before": pa.array(before[at_cell], mask=before[at_cell] < 0),
        }
    )


def _firsts(told: Told) -> tuple[Numbers, Numbers, Numbers]:
    """Return deal, stage and moment of every first visit that a change tells of, in order."""
    rows = told.staged
    opens = rows[is_new(told.deal[rows])]  # what was there before the first change was there first
    began = told.deal[opens].astype(np.int64)
    deal = np.concatenate([began, told.deal[rows].astype(np.int64)])
    stage = np.concatenate([told.starts["stage"][began], told.code[rows]])
    at = np.concatenate([np.full(len(began), NONE), told.at[rows]])
    is_stage = stage >= 0
    order = np.flatnonzero(is_stage)[in_order(deal[is_stage])]
    deal, stage, at = deal[order], stage[order], at[order]
    by_stage = in_order(deal, stage)
    kept = np.sort(by_stage[is_new(deal[by_stage], stage[by_stage])])
    return deal[kept], stage[kept], at[kept]


def _before(
    pipeline: Numbers, deal: Numbers, stage: Numbers, at: Numbers, most: int, pipelines: int
) -> Numbers:
    """Return by pipeline and stage how many stages come before it; -1 where it met none."""
    shape = (pipelines, most, most)
    sooner = np.zeros(pipelines * most * most, dtype=np.int64)
    met = sooner.copy()
    first = np.arange(len(deal))
    step = 1
    while len(first := first[first + step < len(deal)]):
        first = first[deal[first] == deal[first + step]]
        pair = (pipeline[first] * most + stage[first]) * most + stage[first + step]
        met += np.bincount(pair, minlength=len(met))
        sooner += np.bincount(pair[at[first] < at[first + step]], minlength=len(met))
        step += 1
    ahead, either = sooner.reshape(shape), met.reshape(shape)
    comes_before = (ahead > ahead.transpose(0, 2, 1)).sum(axis=1)
    has_met = (either.sum(axis=1) + either.sum(axis=2)) > 0
    return np.where(has_met, comes_before, -1).ravel()
