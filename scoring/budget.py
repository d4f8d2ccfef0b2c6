"""The step ``budget``: what each channel returns at each level of spend, or why that is not known.

The card ``budget`` holds ``as_of``, ``outcome`` (``margin``, or ``net_amount`` where costs of some
credited orders are not known) and ``channels``, each with ``channel``, ``verdict`` and the other
fields of ``ResponseCurve`` (draws included), ``weeks`` (``first_on``, ``last_on``), ``spent_now``
(mean of the last ``NOW_WEEKS`` weeks), ``most_spent``, ``points`` (spend and outcome by week), and
``calibration`` (``factor``, ``error``, ``campaigns``) or None. ``left_out`` names experiments whose
arms are not of the planned sizes, ``unchecked`` those that count though no plan says any.
"""

from dataclasses import asdict
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.curve_calibration import calibration
from analytics.response_curve import fit_curve
from crm_data.marts import score_inputs_budget as sql
from crm_data.score_store import ScoreStore
from scoring.arm_sizes import arm_sizes
from scoring.step import Scores

NOW_WEEKS = 13
_DIGITS = 6
_SEED = 20_240_507


def step(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:
    """Return the card ``budget``; no card where no channel has spent anything."""
    del customers
    weeks = store.frame(sql.budget_weeks_sql(as_of), sql.BUDGET_WEEKS)
    if not (weeks["spend"] > 0).any():
        return Scores()
    tests = store.frame(sql.BUDGET_TESTS_SQL, sql.BUDGET_TESTS)
    tests["sizes"] = tests["campaign_id"].map(arm_sizes(store)).fillna("unchecked")
    outcome = "net_amount" if weeks["uncosted_orders"].sum() else "margin"
    last = pd.Timestamp(as_of).to_period("W-SUN").start_time
    if last + pd.Timedelta(days=6) > pd.Timestamp(as_of):
        last -= pd.Timedelta(weeks=1)
    channels = [
        _channel(str(name), own, outcome, last, tests[tests["channel"] == name])
        for name, own in weeks.groupby("channel", sort=True)
        if (own["spend"] > 0).any()
    ]
    return Scores(cards={"budget": {"as_of": as_of, "outcome": outcome, "channels": channels}})


def _channel(
    name: str, weeks: pd.DataFrame, outcome: str, last: pd.Timestamp, tests: pd.DataFrame
) -> dict[str, Any]:
    first = weeks.loc[weeks["spend"] > 0, "week_on"].min()
    every = pd.date_range(first, last, freq="7D")
    filled = weeks.set_index("week_on").reindex(every)
    spend = filled["spend"].fillna(0.0).clip(lower=0).to_numpy(dtype="float64")
    returned = filled[outcome].fillna(0.0).to_numpy(dtype="float64")
    found = fit_curve(spend, returned, seed=_SEED)
    is_broken = tests["sizes"].eq("broken")
    measured = calibration(tests[~is_broken]) if outcome == "margin" else None
    names = () if measured is None else measured.campaigns
    is_used = tests["sizes"].eq("unchecked") & tests["name"].isin(names)
    kept = ("verdict", "errors", "gain", "gain_low", "gain_high", "demand_p", "height", "bend",
            "carry")  # fmt: skip
    return {name_: getattr(found, name_) for name_ in kept} | {
        "channel": name,
        "requirements": [{**asdict(one), "is_met": one.is_met} for one in found.requirements],
        "heights": np.round(found.heights, _DIGITS),
        "bends": np.round(found.bends, _DIGITS),
        "first_on": every[0].date(),
        "last_on": (last + pd.Timedelta(days=6)).date(),
        "spent_now": float(spend[-NOW_WEEKS:].mean()),
        "most_spent": float(spend.max()),
        "points": {"week_on": [day.date() for day in every], "spend": spend, "returned": returned},
        "calibration": None if measured is None else asdict(measured),
        "left_out": tests.loc[is_broken, "name"].drop_duplicates().tolist(),
        "unchecked": tests.loc[is_used, "name"].drop_duplicates().tolist(),
    }
