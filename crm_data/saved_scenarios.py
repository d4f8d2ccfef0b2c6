"""What a saved comparison of scenarios is, and what of it a viewer may see."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from crm_data.app_db import SavedScenarioRow
from crm_data.scope import AccessScope


@dataclass(frozen=True)
class ScenarioTotal:
    """What the forecast (``scenario`` is empty) or a scenario came to; None: cannot be told.

    ``review_total`` is of the period under review, ``ahead_sum`` of all periods ahead, both in the
    unit of the metric.
    """

    scenario: str
    review_total: float | None
    ahead_sum: float | None


@dataclass(frozen=True)
class ComparisonDraft:
    """A comparison to be saved.

    Attributes
    ----------
    question : mapping of str to sequence of str
        Parameters of the address that reproduce it.
    among : str
        Conditions of its segment as they are now (JSON); empty without one.
    frequency : str
        Unit of the series.
    period_start, period_end : date
        The period under review, half-open.
    as_of : date
        Day at whose end things were seen.
    totals : tuple of ScenarioTotal
        The forecast first, then each scenario.
    version : str
        Warehouse version that the totals are of.
    """

    question: Mapping[str, Sequence[str]]
    among: str
    frequency: str
    period_start: date
    period_end: date
    as_of: date
    totals: tuple[ScenarioTotal, ...]
    version: str


@dataclass(frozen=True)
class SavedComparison:
    """A saved comparison as a viewer may see it.

    Attributes
    ----------
    scope : AccessScope
        What it is made again under for this viewer: the scope it was saved under where that is
        within the viewer's own, else the viewer's own.
    totals : tuple of ScenarioTotal or None
        None: they are of customers whom the viewer may not see.
    saved_at, changed_at : datetime
        When totals and question were saved, and when anything was changed last (UTC).
    """

    comparison_id: str
    name: str
    note: str
    owner: str
    question: dict[str, list[str]]
    among: str
    frequency: str
    period_start: date
    period_end: date
    as_of: date
    version: str
    saved_at: datetime
    changed_at: datetime
    is_deleted: bool
    scope: AccessScope
    totals: tuple[ScenarioTotal, ...] | None


def saved_of(row: SavedScenarioRow, viewer: AccessScope) -> SavedComparison:
    """Return a row as somebody with the scope ``viewer`` may see it."""
    saved = _scope_of(row.owner_ids)
    is_within = _is_within(saved, viewer)
    totals = tuple(ScenarioTotal(*one) for one in json.loads(row.totals)) if is_within else None
    return SavedComparison(
        row.comparison_id, row.name, row.note, row.owner, json.loads(row.question), row.among,
        row.frequency, row.period_start, row.period_end, row.as_of, row.version, row.saved_at,
        row.changed_at, row.deleted_at is not None, saved if is_within else viewer, totals,
    )  # fmt: skip


def scope_json(scope: AccessScope) -> str:
    """Return a scope as it is stored: its owners, or null for everything."""
    return json.dumps(None if scope.owner_ids is None else sorted(scope.owner_ids))


def written(totals: Sequence[ScenarioTotal]) -> list[list[str | float | None]]:
    """Return totals as they are stored; what is no number is null."""
    return [[one.scenario, _number(one.review_total), _number(one.ahead_sum)] for one in totals]


def _scope_of(text: str) -> AccessScope:
    owners = json.loads(text)
    return AccessScope(None if owners is None else frozenset(owners))


def _is_within(inner: AccessScope, outer: AccessScope) -> bool:
    if inner.owner_ids is None or outer.owner_ids is None:
        return outer.owner_ids is None
    return inner.owner_ids <= outer.owner_ids


def _number(value: float | None) -> float | None:
    return None if value is None or not math.isfinite(value) else float(value)
