"""The step ``value``: what each customer is expected to bring, and the proof."""

import math
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics import clv_candidates as candidates
from analytics.clv_candidates import ValueModel
from analytics.clv_holdout import Holdout
from analytics.clv_spread import Spread
from analytics.contract_holdout import contract_holdout
from analytics.contract_value import KEPT, VALUES, ContractValues, contract_values
from analytics.customer_value import COLUMNS, last_period_values, model_values
from analytics.value_rules import ValueRules
from crm_data.errors import BadInputError
from crm_data.marts.score_inputs_value import (
    VALUE_BILLS,
    VALUE_BILLS_SQL,
    VALUE_CONTRACTS,
    VALUE_CONTRACTS_LATER,
    value_contracts_later_sql,
    value_contracts_sql,
)
from crm_data.score_store import ScoreStore
from scoring.step import Scores
from scoring.value_cards import gate_card, holdout_card, model_card
from scoring.value_data import Basis, Reader, basis_of, histories, holdout_of, rules_of

CONTRACT, CONTRACT_AND_ORDERS = "contract", "contract_and_orders"


def value_step(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:
    """Value every customer who can be valued; the rest stay missing, and the cards say why."""
    rules = rules_of(store.rules)
    basis = basis_of(store, rules, as_of)
    found = _empty(customers)
    cards: dict[str, dict[str, Any]] = {}
    clv = {"as_of": as_of, "rules": rules.as_stored(), **gate_card(basis)}
    if basis.is_enough and basis.first_on is not None:
        days = rules.holdout_days(basis.first_on, as_of)
        tested = holdout_of(
            store,
            basis,
            customers["customer_no"],
            calibration_on=as_of - timedelta(days=days),
            until=as_of,
        )
        if tested is not None:
            holdout, earlier_on = tested
            cards["clv_holdout"] = holdout_card(holdout, basis, earlier_on, as_of)
            clv |= _value_orders(store, customers, as_of, rules, basis, holdout, found)
    contracts = _contracts(store, as_of, rules, basis)
    bills = store.frame(VALUE_BILLS_SQL, VALUE_BILLS).iloc[0]
    seen = {"orders": int(bills["orders"]), "bills": int(bills["bills"])}
    counted = rules.contracts_are(**seen)
    _add_contracts(found, customers["customer_no"], contracts, is_instead=counted == "instead")
    clv["contracts"] = _contract_card(contracts, basis) | seen | {"counted": counted}
    clv["contracts"]["test"] = _contract_test(store, as_of, rules)
    cards["clv"] = clv
    return Scores(found, cards=cards)


def _empty(customers: pd.DataFrame) -> pd.DataFrame:
    columns = [*COLUMNS, "contract_value", KEPT]
    found = pd.DataFrame(np.nan, index=customers.index, columns=columns)
    found["value_kind"] = pd.Series(None, index=customers.index, dtype="str")
    return found


def _value_orders(
    store: Reader,
    customers: pd.DataFrame,
    as_of: date,
    rules: ValueRules,
    basis: Basis,
    holdout: Holdout,
    found: pd.DataFrame,
) -> dict[str, Any]:
    """Fill ``found`` by the chosen candidate, and return what the card says of it."""
    name = _valued_by(holdout)
    if name is None or basis.first_on is None:
        return {"chosen": None, "reason": "no_value_to_judge"}
    period = min(rules.horizon_days, (as_of - basis.first_on).days + 1)
    history = histories(
        store,
        basis,
        customers["customer_no"],
        as_of,
        last_from=as_of - timedelta(days=period),
        until=as_of,
    )
    fitted = _refitted(name, history)
    kind, values = (
        name,
        model_values(fitted, history, rules, holdout.spread)
        if fitted and holdout.spread
        else last_period_values(
            history, rules, _group_spread(holdout), period_days=period, test_days=holdout.days
        ),
    )
    kind = kind if fitted else candidates.LAST_PERIOD
    found.loc[history.index, list(COLUMNS)] = values[list(COLUMNS)].to_numpy()
    found.loc[history.index, "value_kind"] = kind
    return model_card(kind, fitted, holdout, float(values["expected_value"].sum()))


def _valued_by(holdout: Holdout) -> str | None:
    """Return the candidate that values come from; None where there is nothing to judge by.

    Where too few customers bought in the test, it is the one that claims nothing.
    """
    if holdout.is_too_small:
        return candidates.LAST_PERIOD
    return None if holdout.chosen is None or holdout.spread is None else holdout.chosen.name


def _refitted(name: str, history: pd.DataFrame) -> ValueModel | None:
    """Fit the chosen model to everything known; None for what is no model or cannot be fitted."""
    money = candidates.fit_money(history)
    if name not in candidates.DROPOUT_MODELS or money is None:
        return None
    try:
        return candidates.fit(name, history, money)
    except BadInputError:
        return None


def _group_spread(holdout: Holdout) -> Spread:
    """Return the intervals of "same as last period"; without any learned, none is claimed."""
    spread = holdout.spread
    if spread is not None and spread.borders:
        return spread
    nothing = (math.nan, math.nan)
    return Spread((0.1, 0.9), False, (0.0,), nothing, nothing, None, None, None, 0)


def _contracts(store: Reader, as_of: date, rules: ValueRules, basis: Basis) -> ContractValues:
    frame = store.frame(value_contracts_sql(as_of), VALUE_CONTRACTS)
    return contract_values(
        frame, rules, share=1.0 if basis.margin_rate is None else basis.margin_rate
    )


def _add_contracts(
    found: pd.DataFrame, numbers: pd.Series, contracts: ContractValues, *, is_instead: bool
) -> None:
    """Put the values of running contracts into ``found``: instead of orders, or added to them."""
    if contracts.by_customer.empty:
        return
    place = pd.Index(numbers).get_indexer(contracts.by_customer.index)
    at = numbers.index[place[place >= 0]]
    values = contracts.by_customer[place >= 0]
    names = list(VALUES)
    found.loc[at, "p_alive"] = np.nan  # of orders; who is under contract is a customer
    found.loc[at, "contract_value"] = values["expected_value"].to_numpy()
    found.loc[at, KEPT] = values[KEPT].to_numpy()
    if is_instead:
        found.loc[at, "expected_orders"] = np.nan
        found.loc[at, names] = values[names].to_numpy()
        found.loc[at, "value_kind"] = CONTRACT
        return
    has_orders = found.loc[at, "expected_value"].notna()
    # Where orders have a value without an interval, the sum of both has none either.
    of_orders = found.loc[at, names].mask(~has_orders, 0.0)
    found.loc[at, names] = of_orders.to_numpy() + values[names].to_numpy()
    found.loc[at, "value_kind"] = np.where(has_orders, CONTRACT_AND_ORDERS, CONTRACT)


def _contract_test(store: Reader, as_of: date, rules: ValueRules) -> dict[str, Any] | None:
    """Return how contracts did after a past day; None where that cannot be told.

    The test is as long as the horizon, but at most the rules' share of the time with contracts.
    """
    contracts = store.frame(value_contracts_sql(as_of), VALUE_CONTRACTS)
    if contracts.empty:
        return None
    first_on = as_of - timedelta(days=int(contracts["duration_days"].max()))
    days = rules.holdout_days(first_on, as_of)
    known_on = as_of - timedelta(days=days)
    found = contract_holdout(
        store.frame(value_contracts_sql(known_on), VALUE_CONTRACTS),
        store.frame(value_contracts_later_sql(known_on, until=as_of), VALUE_CONTRACTS_LATER),
        days=days,
    )
    return None if found is None else found.as_card() | {"known_on": known_on, "days": days}


def _contract_card(contracts: ContractValues, basis: Basis) -> dict[str, Any]:
    """Return what is known of contracts: counts, the curve by month, what an amount counts."""
    curve = contracts.curve
    step = max(1, -(-len(curve) // 120))
    shown = curve.iloc[::step] if contracts.is_enough else curve.iloc[:0]
    return {
        "contracts": contracts.contracts,
        "running": contracts.running,
        "ended": contracts.ended,
        "is_enough": contracts.is_enough,
        "valued": len(contracts.by_customer),
        "margin_rate": basis.margin_rate,
        "curve": shown.to_dict("list"),
    }
