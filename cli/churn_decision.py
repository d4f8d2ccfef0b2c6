"""The decision part of ``analyze churn``: whom to contact on given terms, by kind of leaving."""

from dataclasses import dataclass
from datetime import date
from math import isfinite
from typing import Any

import pandas as pd
from sqlalchemy import Connection

from analytics.churn_choice import GUESSED_SAVE_RATE, Choice, Terms, choose
from analytics.churn_decision import SaveRate
from analytics.churn_rules import DEFINITIONS
from cli.app import print_line, settings
from crm_data.commands.retention_members import busy_customers
from crm_data.errors import UsageError
from crm_data.queries.churn_scores import churn_stakes
from crm_data.queries.model_cards import churn_terms
from crm_data.scope import EVERYTHING

_REVENUE = 1.0  # where no margin is known, value is revenue


@dataclass(frozen=True)
class Asked:
    """Terms as options give them; ``margin`` None takes what is known."""

    offer_cost: float
    save_rate: float
    capacity: int | None
    margin: float | None

    def __post_init__(self) -> None:
        """Refuse what cannot be, by the name of its option."""
        fits = {
            "--offer-cost": isfinite(self.offer_cost) and self.offer_cost >= 0,
            "--save-rate": 0 <= self.save_rate <= 1,
            "--margin": self.margin is None or 0 <= self.margin <= 1,
            "--capacity": self.capacity is None or self.capacity >= 0,
        }
        for option, is_fit in fits.items():
            if not is_fit:
                raise UsageError(
                    "churn_terms",
                    f"{option} cannot be that. Costs and numbers are from 0 up, shares 0 to 1.",
                    option=option,
                )


def asked(
    offer_cost: float | None,
    save_rate: float | None,
    capacity: int | None,
    margin: float | None,
) -> Asked | None:
    """Return terms; None where no decision is asked for.

    Raises
    ------
    UsageError
        Terms without a cost, or out of their bounds.
    """
    if offer_cost is not None:
        rate = GUESSED_SAVE_RATE if save_rate is None else save_rate
        return Asked(offer_cost, rate, capacity, margin)
    if any(one is not None for one in (save_rate, capacity, margin)):
        raise UsageError(
            "churn_terms", "--save-rate, --capacity and --margin need --offer-cost. Add it."
        )
    return None


def decisions(conn: Connection, on: Asked, today: date) -> dict[str, dict[str, Any]]:
    """Return decisions by kind, JSON values only; where there is no probability, the verdict.

    ``verdict`` is that of the decision, or that of the model's card where it is not useful. The
    customers are those that the page Churn shows on the same terms.
    """
    busy = busy_customers(settings(), on=today)
    return {
        kind: _decision(conn, kind, on, terms, busy)
        for kind in DEFINITIONS
        if (terms := churn_terms(conn, kind, scope=EVERYTHING)) is not None
    }


def print_decisions(found: dict[str, dict[str, Any]]) -> None:
    """Print a line by kind."""
    for kind, one in found.items():
        if "best_n" not in one:
            print_line(f"Whom to keep, {kind}: no probability ({one['verdict']})".replace("_", " "))
            continue
        print_line(
            f"Whom to keep, {kind}: {one['verdict'].replace('_', ' ')}; {one['best_n']} of "
            f"{one['scored']} customers, gain {one['gain']:.2f} ({one['gain_low']:.2f} to "
            f"{one['gain_high']:.2f}), {one['saved']:.1f} saved for {one['cost']:.2f}"
        )


def _decision(
    conn: Connection, kind: Any, on: Asked, terms: dict[str, Any], busy: frozenset[str]
) -> dict[str, Any]:
    if terms["verdict"] != "useful":
        return {"verdict": terms["verdict"], "requirements": terms["requirements"]}
    known = _REVENUE if terms["margin_rate"] is None else terms["margin_rate"]
    margin = known if on.margin is None else on.margin
    found = choose(
        churn_stakes(conn, scope=EVERYTHING, kind=kind),
        Terms(on.offer_cost, margin, SaveRate(on.save_rate), on.capacity),
        reliability=pd.DataFrame(terms["reliability"]),
        busy=busy,
    )
    return _document(found, margin, on)


def _document(found: Choice, margin: float, on: Asked) -> dict[str, Any]:
    decision = found.decision
    threshold = decision.threshold
    at = decision.curve[decision.curve["contacted"] == decision.best_n].iloc[0]
    return {
        "verdict": decision.verdict,
        "best_n": decision.best_n,
        "best_low": decision.best_low,
        "best_high": decision.best_high,
        "unlimited_n": decision.unlimited_n,
        "threshold": threshold if isfinite(threshold) else None,
        "gain": decision.gain,
        "gain_low": decision.gain_low,
        "gain_high": decision.gain_high,
        "saved": float(at["saved"]),
        "cost": float(at["cost"]),
        "at_stake": found.at_stake,
        "scored": found.scored,
        "unvalued": found.unvalued,
        "busy": found.busy,
        "terms": {
            "offer_cost": on.offer_cost,
            "margin_share": margin,
            "save_rate": on.save_rate,
            "capacity": on.capacity,
        },
        "customers": list(found.customer_ids),
        "curve": decision.curve.to_dict("records"),
    }
