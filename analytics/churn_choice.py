"""Which customers a decision chooses: those whose value is known and who may be contacted."""

from collections.abc import Collection
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.churn_decision import Decision, SaveRate, decide
from analytics.churn_save_rate import MeasuredSaveRate
from crm_data.frames import Column, FrameSpec

GUESSED_SAVE_RATE = 0.2
_GUESSED_COST = 0.01  # of the middle value at stake: some number has to stand there at first
STAKES = FrameSpec(
    "stakes",
    "one row per customer with a probability",
    ("customer_id",),
    (
        Column("customer_id", "text"),
        Column("churn_probability", "share", "Calibrated."),
        Column("value_at_stake", "money", "Missing where none is known."),
    ),
)


@dataclass(frozen=True)
class Terms:
    """On what terms customers are contacted.

    Attributes
    ----------
    offer_cost : float
        Of one contact, in money.
    margin_share : float
        Of the value at stake that is lost with the customer, 0 to 1.
    save_rate : SaveRate or MeasuredSaveRate
    capacity : int or None
        Most customers that can be contacted.
    """

    offer_cost: float
    margin_share: float
    save_rate: SaveRate | MeasuredSaveRate
    capacity: int | None = None


@dataclass(frozen=True, eq=False)
class Choice:
    """A decision with the customers it chose: ids in ``customers``, the most worth it first.

    ``scored`` have a probability; of them ``unvalued`` have no value that is known, and ``busy`` of
    the others are on a list that still runs: neither can be chosen. ``at_stake`` is the expected
    loss of all others in money, contacted or not.
    """

    decision: Decision
    customers: pd.Series
    scored: int
    unvalued: int
    busy: int
    at_stake: float

    @property
    def customer_ids(self) -> tuple[str, ...]:
        """Return all ids, which takes a moment where they are hundreds of thousands."""
        return self.first_ids(len(self.customers))

    def first_ids(self, n: int, *, after: int = 0) -> tuple[str, ...]:
        """Return the first ``n`` ids after so many others."""
        return tuple(self.customers.iloc[after : after + n].tolist())


def choose(
    stakes: pd.DataFrame,
    terms: Terms,
    *,
    reliability: pd.DataFrame | None = None,
    busy: Collection[str] = (),
) -> Choice:
    """Return whom to contact; see ``analytics.churn_decision.decide``.

    Parameters
    ----------
    stakes : DataFrame
        ``STAKES`` of one kind of leaving: probabilities of two are of different things.
    terms : Terms
    reliability : DataFrame, optional
        Of the model card.
    busy : collection of str
        Customers of lists that still run: one held back must be left alone, and one contacted
        twice would count for both.

    Raises
    ------
    BadInputError
        Those of ``decide``.
    """
    STAKES.check(stakes)
    is_valued = stakes["value_at_stake"].notna().to_numpy()
    is_free = is_valued
    if busy:
        is_free = is_valued & ~stakes["customer_id"].isin(list(busy)).to_numpy()
    free = np.flatnonzero(is_free)
    margin = stakes["value_at_stake"].to_numpy("float64")[free] * terms.margin_share
    probability = stakes["churn_probability"].to_numpy("float64")[free]
    decision = decide(
        probability,
        margin,
        offer_cost=terms.offer_cost,
        save_rate=terms.save_rate,
        capacity=terms.capacity,
        reliability=reliability,
    )
    chosen = decision.order[: decision.best_n]
    valued = int(is_valued.sum())
    return Choice(
        replace(decision, order=chosen),
        stakes["customer_id"].iloc[free[chosen]].reset_index(drop=True),
        len(stakes),
        len(stakes) - valued,
        valued - len(free),
        float((probability * margin).sum()),
    )


def guessed_cost(stakes: pd.DataFrame) -> float:
    """Return a first cost of an offer: a hundredth of the middle value at stake, one digit.

    0 where no value is known.

    Examples
    --------
    >>> guessed_cost(pd.DataFrame({"value_at_stake": [1068.0, 1068.0, None]}))
    10.0
    """
    middle = stakes["value_at_stake"].astype("float64").median()
    return 0.0 if pd.isna(middle) else float(f"{_GUESSED_COST * middle:.0e}")
