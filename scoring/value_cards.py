"""What the step ``value`` says of itself: the gate, the model, the test. JSON values only."""

import math
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics.clv_candidates import ValueModel
from analytics.clv_choice import TOO_FEW_LATER_BUYERS
from analytics.clv_holdout import Holdout
from analytics.stats import Z80
from analytics.value_rules import MIN_LATER_BUYERS
from scoring.value_data import Basis


def gate_card(basis: Basis) -> dict[str, Any]:
    """Return the gate and what value is counted in."""
    return {
        "is_enough": basis.is_enough,
        "requirements": [{**asdict(one), "is_met": one.is_met} for one in basis.requirements],
        "first_on": basis.first_on,
        "basis": basis.basis,
        "cost_share": basis.cost_share,
        "margin_rate": basis.margin_rate,
        "chosen": None,
    }


def model_card(
    kind: str, fitted: ValueModel | None, holdout: Holdout, total: float
) -> dict[str, Any]:
    """Return the fit that values come from, and how far their total may be off."""
    card: dict[str, Any] = {
        "chosen": kind,
        "is_ranked_by_past": holdout.is_ranked_by_past,
        "orders_value": total,
        "reason": TOO_FEW_LATER_BUYERS if holdout.is_too_small else None,
        "later_buyers": holdout.later_buyers,
        "later_buyers_needed": MIN_LATER_BUYERS,
        "half_width": half_width(holdout),
        "spread": holdout.spread.as_card() if holdout.spread else None,
        "has_p_alive_of_one_time_buyers": False,
    }
    if fitted is None:
        return card
    fit = fitted.purchases
    return card | {
        "params": dict(fit.params_),
        "standard_errors": dict(fit.standard_errors_),
        "log_likelihood": fit.log_likelihood_,
        "collapse": fitted.collapse,
        "customers": fit.n_customers_,
        "money_params": dict(fitted.money.params_),
        "money_standard_errors": dict(getattr(fitted.money, "standard_errors_", {})),
        "has_p_alive_of_one_time_buyers": fit.estimates_p_alive_of_one_time_buyers,
    }


def holdout_card(holdout: Holdout, basis: Basis, earlier_on: date, as_of: date) -> dict[str, Any]:
    """Return everything that the page shows of the test."""
    return {
        "calibration_on": as_of - timedelta(days=holdout.days),
        "until": as_of,
        "days": holdout.days,
        "earlier_on": earlier_on,
        "customers": holdout.customers,
        "later_buyers": holdout.later_buyers,
        "later_buyers_needed": MIN_LATER_BUYERS,
        "basis": basis.basis,
        "chosen": holdout.chosen.name if holdout.chosen else None,
        "is_ranked_by_past": holdout.is_ranked_by_past,
        "candidates": [one.as_card() for one in holdout.tested],
        "tenths": _rows(holdout.tenths),
        "frequencies": _rows(holdout.frequencies),
        "weeks": _rows(holdout.weeks),
        "spread": holdout.spread.as_card() if holdout.spread else None,
        "unknown_share": holdout.unknown_share,
        "money_params": holdout.money_params,
    }


def half_width(holdout: Holdout) -> float | None:
    """Return how far a total may be off, as a share of it.

    The largest error among the models that could have been chosen, since the smallest was chosen by
    this very test, and chance (80 %) from the errors of its customers, added as independent. One
    test is one observation: the error of the next year may be larger.
    """
    value = holdout.chosen.value if holdout.chosen else None
    if value is None or value.error is None or value.predicted <= 0:
        return None
    chance = Z80 * value.rmse * math.sqrt(holdout.customers) / value.actual
    rivals = [
        abs(one.value.error)
        for one in holdout.tested
        if one.kind == "model" and one.reason is None and one.value and one.value.error is not None
    ]
    return math.hypot(max([abs(value.error), *rivals]), chance)


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {str(name): value for name, value in row.items()}
        for row in frame.astype("object").to_dict("records")
    ]
