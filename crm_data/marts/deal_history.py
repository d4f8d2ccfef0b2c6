"""Marts of what was known of deals: states, and stays in stages, made of the rows of one history.

A deal is known from the day it was created, or, where nothing tells of its creation but an import,
from the day of that import. It is closed on its closing day, unless an exported history of stages
or the difference between two imports says when that came to be known. What cannot be known of the
past is taken from the first state there is. A deal without any day is known on the last day only.
"""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

import duckdb
import pyarrow as pa

from crm_data.marts import deal_states, deal_stays
from crm_data.marts.deal_state_words import StageWords
from crm_data.marts.deal_told import Told, history_of_deals, told_of_deals
from crm_data.marts.deal_visits import visits_of_deals

# The rows are in order already.
OPPORTUNITY_SNAPSHOTS_SQL = """
SELECT opportunity_no, valid_from, valid_to, CAST(pipeline AS VARCHAR) AS pipeline,
       CAST(stage AS VARCHAR) AS stage, stage_no, amount, probability,
       CAST(forecast_category AS VARCHAR) AS forecast_category, expected_close_on,
       CAST(owner_id AS VARCHAR) AS owner_id, CAST(outcome AS VARCHAR) AS outcome,
       pushes, pulls, handovers, stage_since_on
FROM deal_states
"""
STAGE_SPELLS_SQL = """
SELECT spell_no, opportunity_no, CAST(pipeline AS VARCHAR) AS pipeline,
       CAST(stage AS VARCHAR) AS stage, stage_no, visit, entered_on, left_on, days,
       CAST(exit AS VARCHAR) AS exit, next_stage_no, amount, CAST(owner_id AS VARCHAR) AS owner_id,
       CAST(outcome AS VARCHAR) AS outcome, is_entry_known
FROM deal_stays
"""


# What each step reads that no SQL has made.
_SOURCES = {
    "pipeline_stages": "stage_visits",
    "opportunity_snapshots": "deal_states",
    "stage_spells": "deal_stays",
    "deal_facts": "deal_sums",
}


class DealHistory:
    """What steps about deals read that no SQL has made; read and sorted once for all of them.

    It is made on a thread of its own while the store makes other marts: NumPy needs no connection.
    Everything is read on the thread of the build, between its steps.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._told: Future[Told] | None = None
        self._due: dict[str, Future[pa.Table]] = {}

    def begin(self, made: str) -> None:
        """Begin to make what can be made once a step is there."""
        if made == "deal_words":
            self._begin_visits()
        elif made == "pipeline_stages" and self._told is not None:
            self._begin_marts(self._told.result())
            self._told = None  # half a gigabyte, held until the last mart of it is made

    def source(self, step: str) -> tuple[str, pa.Table] | None:
        """Return the name and rows of what a step reads; None if that is marts only.

        Whatever went wrong in making them is raised here.
        """
        if step not in _SOURCES:
            return None
        return _SOURCES[step], self._due.pop(step).result()

    def _begin_visits(self) -> None:
        history = history_of_deals(self._con)
        pool = ThreadPoolExecutor(1)  # one by one, in this order
        self._told = told = pool.submit(told_of_deals, history)
        self._due["pipeline_stages"] = pool.submit(lambda: visits_of_deals(told.result()))
        pool.shutdown(wait=False)

    def _begin_marts(self, told: Told) -> None:
        words = StageWords.read(self._con, told.pipelines)
        pool = ThreadPoolExecutor(1)
        states = pool.submit(deal_states.states_of, told, words)
        stays = pool.submit(deal_stays.stays_of, told, words)
        made: dict[str, Callable[[], pa.Table]] = {
            "opportunity_snapshots": lambda: deal_states.snapshots(states.result(), words, told),
            "stage_spells": lambda: deal_stays.spells(stays.result(), told, words),
            "deal_facts": lambda: deal_stays.sums(stays.result(), states.result(), told, words),
        }
        self._due = {step: pool.submit(make) for step, make in made.items()}
        pool.shutdown(wait=False)
