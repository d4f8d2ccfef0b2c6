"""The proof of customer value: calibrate up to a day, predict after it, compare with what came."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics import clv_candidates as candidates
from analytics.clv_candidates import Money, ValueModel
from analytics.clv_choice import Judged, Kind, choose_for_totals, ranks_by_past, unjudged
from analytics.clv_measures import by_frequency, by_tenth, measures
from analytics.clv_spread import Spread, spread_of
from analytics.value_rules import MIN_LATER_BUYERS
from crm_data.errors import BadInputError

Floats = npt.NDArray[np.float64]
Pair = tuple[Floats | None, Floats]
_MOST_POINTS = 26  # of the curve over time
_CURVE_CUSTOMERS = 100_000
DAYS_PER_WEEK = 7


@dataclass(frozen=True)
class Holdout:
    """What the test showed.

    Attributes
    ----------
    customers, later_buyers, days : int
        Customers known at the calibration, how many of them bought in the test, and its length.
    tested : tuple of Judged
        Every candidate, in the order of the page.
    chosen : Judged or None
        Where values come from; None where nothing can be judged: too few bought after the
        calibration, or without any value.
    is_ranked_by_past : bool
        Whether past value orders customers better.
    tenths, frequencies, weeks : DataFrame
        Of the chosen candidate: by tenth of the prediction, by repeat purchases, and cumulated.
    spread : Spread or None
        Intervals of the chosen candidate, and how many customers they held.
    unknown_share : float or None
        Share of the later value from customers whose first purchase came after the calibration.
    money_params : dict of str to float
        Of the value of a purchase (Gamma-Gamma's p, q, v); empty where nobody bought again.
    """

    customers: int
    later_buyers: int
    days: int
    tested: tuple[Judged, ...]
    chosen: Judged | None
    is_ranked_by_past: bool
    tenths: pd.DataFrame
    frequencies: pd.DataFrame
    weeks: pd.DataFrame
    spread: Spread | None
    unknown_share: float | None
    money_params: dict[str, float]

    @property
    def is_too_small(self) -> bool:
        """Whether too few customers bought in the test for anything to be judged."""
        return self.later_buyers < MIN_LATER_BUYERS


def run_holdout(
    history: pd.DataFrame,
    earlier: pd.DataFrame,
    weeks: pd.DataFrame,
    *,
    days: int,
    earlier_days: int,
) -> Holdout:
    """Test every candidate.

    Parameters
    ----------
    history : DataFrame
        ``VALUE_HISTORIES`` as of the calibration's end, at least one row; ``next_…`` is the test,
        ``last_…`` the period before of the same length.
    earlier : DataFrame
        The same as of an earlier day, whose ``next_…`` ends with the calibration; may be empty.
    weeks : DataFrame
        ``VALUE_WEEKS`` from the calibration's end.
    days, earlier_days : int
        Length of the test, and of the outcome in ``earlier``.

    Returns
    -------
    Holdout
    """
    came = history["next_days"].to_numpy(dtype=np.float64)
    worth = history["next_value"].to_numpy(dtype=np.float64)
    money = candidates.fit_money(history)
    models, tested, predicted = _models(history, money, days)
    found = [*zip(tested, predicted, strict=True)]
    found += _baselines(history, earlier, days / earlier_days)
    judged = tuple(_judged(one, pair, came, worth) for one, pair in found)
    later_buyers = int((came > 0).sum())
    if later_buyers < MIN_LATER_BUYERS:
        judged = unjudged(judged)
    chosen = choose_for_totals(judged)
    past = judged[-1]
    pairs = {one.name: pair for one, pair in found}
    purchases, value = (None, None) if chosen is None else pairs[chosen.name] or (None, None)
    model = models.get(chosen.name) if chosen else None
    has_value = chosen is not None and value is not None and purchases is not None
    both = pd.DataFrame({"actual_purchases": came, "actual_value": worth})
    if has_value:
        both["predicted_purchases"], both["predicted_value"] = purchases, value
    return Holdout(
        customers=len(history),
        later_buyers=later_buyers,
        days=days,
        tested=judged,
        chosen=chosen,
        is_ranked_by_past=chosen is not None and ranks_by_past(chosen, past),
        tenths=by_tenth(value, both) if value is not None and has_value else pd.DataFrame(),
        frequencies=by_frequency(history["frequency"], both) if has_value else pd.DataFrame(),
        weeks=_over_time(history, weeks, list(models.values()), days),
        spread=spread_of(model, history, value, worth, days) if value is not None else None,
        unknown_share=_unknown_share(weeks) if later_buyers >= MIN_LATER_BUYERS else None,
        money_params=dict(money.params_) if money else {},
    )


def _models(
    history: pd.DataFrame, money: Money | None, days: int
) -> tuple[dict[str, ValueModel], list[Judged], list[Pair | None]]:
    """Fit the dropout models and predict; what cannot be fitted says why."""
    fitted: dict[str, ValueModel] = {}
    tested: list[Judged] = []
    predicted: list[Pair | None] = []
    for name in candidates.DROPOUT_MODELS:
        try:
            if money is None:
                raise BadInputError("clv_no_repeat", "Nobody bought again for a value above 0.")
            model = candidates.fit(name, history, money)
            purchases = model.expected_purchases(history, days)
            value = purchases * model.value_of_purchase(history)
            if not np.isfinite(value).all():
                raise BadInputError("clv_not_a_number", "The prediction is not a number.")
        except BadInputError as error:
            tested.append(Judged(name, "model", None, None, error.code))
            predicted.append(None)
            continue
        fitted[name] = model
        fit = model.purchases
        tested.append(
            Judged(
                name, "model", None, None, model.collapse, dict(fit.params_),
                dict(fit.standard_errors_), fit.log_likelihood_,
            )
        )  # fmt: skip
        predicted.append((purchases, value))
    return fitted, tested, predicted


def _baselines(
    history: pd.DataFrame, earlier: pd.DataFrame, scale: float
) -> list[tuple[Judged, Pair | None]]:
    boosted = candidates.boosting(earlier, history, scale)
    past = history["total_value"].to_numpy(dtype=np.float64)
    kinds: tuple[tuple[str, Kind, str | None, Pair | None], ...] = (
        (candidates.LAST_PERIOD, "baseline", None, candidates.last_period(history, 1.0)),
        (
            candidates.BOOSTING,
            "comparison",
            "comparison" if boosted else "no_earlier_window",
            boosted,
        ),
        (candidates.PAST_REVENUE, "ranking", "ranking", (None, past)),
    )
    return [(Judged(name, kind, None, None, why), pair) for name, kind, why, pair in kinds]


def _judged(one: Judged, pair: Pair | None, came: Floats, worth: Floats) -> Judged:
    if pair is None:
        return one
    purchases, value = pair
    worth_of = measures(value, worth)
    if one.kind == "ranking":  # it orders customers, and predicts no amount
        worth_of = replace(worth_of, error=None, wape=None)
    return Judged(
        one.name, one.kind, None if purchases is None else measures(purchases, came),
        worth_of, one.reason, one.params, one.standard_errors, one.log_likelihood,
    )  # fmt: skip


def _over_time(
    history: pd.DataFrame, weeks: pd.DataFrame, models: Sequence[ValueModel], days: int
) -> pd.DataFrame:
    """Cumulate purchases of known customers by week: what came, the last period, each model.

    Of many customers, every so-many-th carries the models' curves, scaled to the whole.
    """
    count = -(-days // DAYS_PER_WEEK)
    step = -(-count // _MOST_POINTS)
    ends = sorted({*range(step, count + 1, step), count})
    known = weeks[weeks["is_known"].fillna(False).astype(bool)]
    by_week = dict(zip(known["week_no"], known["purchase_days"], strict=True))
    curve: dict[str, Any] = {
        "week": [0, *ends],
        "days": [0, *(min(end * DAYS_PER_WEEK, days) for end in ends)],
        "actual": [0, *(_sum(by_week, 0, end) for end in ends)],
        # Aligned to the end of the calibration: the last week before it is week -1.
        "last_period": [0, *(_sum(by_week, -count, end - count) for end in ends)],
    }
    some = history.iloc[:: -(-len(history) // _CURVE_CUSTOMERS)]
    scale = len(history) / len(some)
    for model in models:
        curve[model.name] = [
            float(model.expected_purchases(some, day).sum()) * scale if day else 0.0
            for day in curve["days"]
        ]
    return pd.DataFrame(curve)


def _sum(by_week: dict[Any, Any], first: int, until: int) -> int:
    return sum(int(by_week.get(week, 0)) for week in range(first, until))


def _unknown_share(weeks: pd.DataFrame) -> float | None:
    later = weeks[weeks["week_no"] >= 0]
    total = float(later["value"].sum())
    is_known = later["is_known"].fillna(False).astype(bool)
    return float(later.loc[~is_known, "value"].sum()) / total if total > 0 else None
