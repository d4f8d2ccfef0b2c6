"""The words that the numbers of deals stand for; each word is kept once."""

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from crm_data.marts.deal_order import Flags, Numbers, words

OUTCOMES = (None, "won", "lost")
_UNKNOWN = -1


@dataclass(frozen=True)
class StageWords:
    """Stages as ``pipeline_stages`` has them, by place of the pipeline and number; and owners.

    Tables have a row per pipeline and a column per stage; the last column is of what is none.
    """

    pipelines: list[str | None]
    held: list[str | None]  # words of owners and categories, by code
    names: list[str | None]
    outcome: Numbers
    position: Numbers
    most: int

    @classmethod
    def read(cls, con: duckdb.DuckDBPyConnection, pipelines: list[str | None]) -> "StageWords":
        """Read ``deal_words`` and ``pipeline_stages``."""
        held = con.execute("SELECT word FROM deal_words ORDER BY code").fetchall()
        known = {
            (pipeline, int(number)): (word, outcome, position)
            for pipeline, number, word, outcome, position in con.execute(
                "SELECT pipeline, stage_no, stage, outcome, position FROM pipeline_stages"
            ).fetchall()
        }
        most = max((number for _, number in known), default=-1) + 1
        cells = [known.get((name, no)) for name in pipelines for no in range(most + 1)]
        return cls(
            pipelines,
            [None, *(str(word) for (word,) in held)],
            [cell and cell[0] for cell in cells],
            np.array([OUTCOMES.index(cell[1]) if cell else _UNKNOWN for cell in cells], np.int64),
            np.array([cell[2] if cell else 0 for cell in cells], np.int64),
            most,
        )

    def at(self, pipeline: Numbers, stage: Numbers) -> Numbers:
        """Return the cell of stages."""
        is_number = (stage >= 0) & (stage < self.most)
        found: Numbers = pipeline * (self.most + 1) + np.where(is_number, stage, self.most)
        return found

    def outcomes(self, pipeline: Numbers, stage: Numbers) -> Numbers:
        """Return what stages stand for: 1 won, 2 lost, 0 neither; below zero what is no stage."""
        found: Numbers = self.outcome[self.at(pipeline, stage)]
        return found

    def is_stage(self, at: Numbers) -> Flags:
        """Return whether cells are stages."""
        found: Flags = self.outcome[at] != _UNKNOWN
        return found


def named(stages: StageWords, pipeline: Numbers, states: dict[str, Numbers]) -> dict[str, pa.Array]:
    """Return pipeline, stage with its number, forecast category, owner and outcome of states.

    Parameters
    ----------
    pipeline : array of int
        Place of each state's pipeline.
    states : dict of str to array of int
        ``stage``, ``forecast_category``, ``owner_id`` and ``outcome``; below zero is cleared.
    """
    at = stages.at(pipeline, states["stage"])
    is_none = ~stages.is_stage(at)
    return {
        "pipeline": words(stages.pipelines, pipeline),
        "stage": words(stages.names, at),
        "stage_no": pa.array(np.where(is_none, 0, states["stage"]), mask=is_none),
        "forecast_category": words(stages.held, states["forecast_category"]),
        "owner_id": words(stages.held, states["owner_id"]),
        "outcome": words(OUTCOMES, states["outcome"]),
    }
