"""Marts of what was known of deals: states, and stays in stages, made of the rows of one history.

A deal is known from the day it was created, or, where nothing tells of its creation but an import,
from the day of that import. It is closed on its closing day, unless an exported history of stages
or the difference between two imports says when that came to be known. What cannot be known of the
past is taken from the first state there is. A deal without any day is known on the last day only.
"""

from collections.abc import Callable

import duckdb
import pyarrow as pa

from crm_data.marts import deal_states, deal_stays
from crm_data.marts.deal_state_words import StageWords
from crm_data.marts.deal_states import States
from crm_data.marts.deal_stays import Stays
from crm_data.marts.deal_told import Told, told_of_deals
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


class DealHistory:
    """What steps about deals read that no SQL has made; read and sorted once for all of them."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._told: Told | None = None
        self._made: tuple[StageWords, States, Stays] | None = None

    def source(self, step: str) -> tuple[str, pa.Table] | None:
        """Return the name and rows of what a step reads; None if that is marts only."""
        sources: dict[str, tuple[str, Callable[[], pa.Table]]] = {
            "pipeline_stages": ("stage_visits", self._visits),
            "opportunity_snapshots": ("deal_states", self._states),
            "stage_spells": ("deal_stays", self._stays),
            "deal_facts": ("deal_sums", self._sums),
        }
        if step not in sources:
            return None
        name, make = sources[step]
        return name, make()

    def _visits(self) -> pa.Table:
        self._told, self._made = told_of_deals(self._con), None
        return visits_of_deals(self._told)

    def _states(self) -> pa.Table:
        told, words, states, _ = self._history()
        return deal_states.snapshots(states, words, told)

    def _stays(self) -> pa.Table:
        told, words, _, stays = self._history()
        return deal_stays.spells(stays, told, words)

    def _sums(self) -> pa.Table:
        told, words, states, stays = self._history()
        self._told = self._made = None  # the last step that reads it: half a gigabyte
        return deal_stays.sums(stays, states, told, words)

    def _history(self) -> tuple[Told, StageWords, States, Stays]:
        """Return what ``pipeline_stages`` was made of, and what is made with it."""
        told = self._told
        if told is None:
            raise AssertionError("pipeline_stages comes first")
        if self._made is None:
            words = StageWords.read(self._con, told.pipelines)
            states = deal_states.states_of(told, words)
            self._made = words, states, deal_stays.stays_of(told, words)
        return told, *self._made
