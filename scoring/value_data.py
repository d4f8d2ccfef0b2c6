"""What customer value is estimated from, read and checked: rules, basis, histories, contracts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Protocol

import pandas as pd

from analytics.clv_holdout import Holdout, run_holdout
from analytics.value_rules import RECENT_DAYS, Requirement, ValueRules, requirements
from crm_data.frames import FrameSpec
from crm_data.marts import score_inputs_value as sql


class Reader(Protocol):
    """What runs a SELECT over a version, as ``ScoreStore`` does."""

    def frame(self, sql: str, spec: FrameSpec) -> pd.DataFrame:
        """Return what a SELECT gives."""


@dataclass(frozen=True)
class Basis:
    """What value is counted in, and what there is.

    Attributes
    ----------
    first_on : date or None
        Day of the first purchase.
    basis : str
        ``margin`` or ``revenue``.
    cost_share : float or None
        Share of revenue whose cost is known; None without revenue.
    margin_rate : float or None
        Margin by revenue where the cost is known; what an order without a cost counts with. None
        where value is revenue.
    requirements : tuple of Requirement
        The gate.
    """

    first_on: date | None
    basis: str
    cost_share: float | None
    margin_rate: float | None
    requirements: tuple[Requirement, ...]

    @property
    def is_enough(self) -> bool:
        """Whether a model may speak."""
        return all(one.is_met for one in self.requirements)


def rules_of(stored: Mapping[str, Any]) -> ValueRules:
    """Return the company's rules; defaults where stored ones are out of their bounds."""
    try:
        return ValueRules.from_stored(stored.get("value"))
    except (TypeError, ValueError):
        return ValueRules()


def basis_of(reader: Reader, rules: ValueRules, as_of: date) -> Basis:
    """Return what value is counted in as of a day."""
    row = reader.frame(sql.value_basis_sql(as_of, RECENT_DAYS), sql.VALUE_BASIS).iloc[0]
    first_on = None if pd.isna(row["first_on"]) else row["first_on"].date()
    share, rate = None, None
    if row["revenue"] > 0:
        share = float(row["costed_revenue"] / row["revenue"]) if row["costed_revenue"] > 0 else 0.0
    if share is not None and share > 0 and share >= rules.min_cost_share:
        rate = float(row["costed_margin"] / row["costed_revenue"])
    is_margin = rate is not None and rate > 0
    counts = {name: row[name] for name in ("customers", "recent_orders", "three_days")}
    whole = {name: 0 if pd.isna(value) else int(value) for name, value in counts.items()}
    return Basis(
        first_on,
        "margin" if is_margin else "revenue",
        share,
        rate if is_margin else None,
        requirements(first_on=first_on, as_of=as_of, **whole),
    )


def holdout_of(
    reader: Reader, basis: Basis, order: pd.Series, *, calibration_on: date, until: date
) -> tuple[Holdout, date] | None:
    """Run the test that calibrates up to a day; None where nobody had bought by then.

    ``order`` is as in ``histories``.

    Returns
    -------
    tuple of Holdout and date
        And the day that boosting was trained up to: half-way, or a test's length before.
    """
    if basis.first_on is None or calibration_on < basis.first_on or until <= calibration_on:
        return None
    days = (until - calibration_on).days
    known_days = (calibration_on - basis.first_on).days + 1
    earlier_days = max(1, min(days, known_days // 2))
    earlier_on = calibration_on - timedelta(days=earlier_days)
    start = calibration_on - timedelta(days=days)
    history = histories(reader, basis, order, calibration_on, last_from=start, until=until)
    if history.empty:
        return None
    earlier = histories(reader, basis, order, earlier_on, last_from=start, until=calibration_on)
    weeks = reader.frame(
        sql.value_weeks_sql(calibration_on, until=until, margin_rate=basis.margin_rate),
        sql.VALUE_WEEKS,
    )
    return (
        run_holdout(history, earlier, weeks, days=days, earlier_days=earlier_days),
        earlier_on,
    )


def histories(
    reader: Reader, basis: Basis, order: pd.Series, as_of: date, *, last_from: date, until: date
) -> pd.DataFrame:
    """Return ``VALUE_HISTORIES`` with the place of each customer in ``order`` as index.

    ``order`` are the customer numbers in the order of their ids: numbers are a version's own, and
    the same data should give the same scores whatever its history.
    """
    frame = reader.frame(
        sql.value_histories_sql(
            as_of, last_from=last_from, until=until, margin_rate=basis.margin_rate
        ),
        sql.VALUE_HISTORIES,
    )
    frame.index = pd.Index(pd.Index(order).get_indexer(pd.Index(frame["customer_no"])))
    return frame.sort_index()
