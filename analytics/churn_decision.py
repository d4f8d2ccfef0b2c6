"""How many customers to contact, which ones, and what it is expected to bring.

Contacting a customer costs the offer, whoever takes it. It brings the margin at stake if the
customer would have left (the probability) and is saved by it (the save rate). Customers who would
have stayed cost the offer and bring nothing: that is why a border of one half says nothing.
S. Neslin et al. (2006), Defection Detection, Journal of Marketing Research 43, 204–211.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn_save_rate import MeasuredSaveRate
from analytics.ranking import largest_first
from analytics.stats import Floats
from crm_data.errors import BadInputError

Verdict = Literal["contact", "uncertain", "no_contact_pays"]
_DRAWS = 2_000
_POINTS = 200  # of the curve
_SEED = 20_240_229


@dataclass(frozen=True)
class SaveRate:
    """Share of contacted leavers who stay because of it, 0 to 1, as somebody guesses.

    A guess has no interval, and the gain none from it; see ``MeasuredSaveRate`` for one that
    retention lists have measured.

    Raises
    ------
    BadInputError
        ``churn_save_rate``: not a share.
    """

    value: float

    def __post_init__(self) -> None:
        """Check that it is a share."""
        if not 0 <= self.value <= 1:
            raise BadInputError("churn_save_rate", "The save rate must be a share from 0 to 1.")

    def draws(self, rng: np.random.Generator, n: int) -> Floats:
        """Return the guess every time."""
        del rng
        return np.full(n, self.value)


@dataclass(frozen=True)
class Decision:
    """Whom to contact, and what it is worth.

    Attributes
    ----------
    verdict : str
        ``no_contact_pays``: the best number is 0; ``uncertain``: the interval of the gain reaches
        below 0; ``contact``.
    best_n : int
        Customers to contact, within the capacity.
    best_low, best_high : int
        95 % interval of the best number.
    gain, gain_low, gain_high : float
        Expected gain of contacting them, in money, and its 95 % interval.
    unlimited_n : int
        The best number, were there no limit of capacity.
    threshold : float
        Value at stake (probability times margin) from which a contact pays, in money; infinite
        where nobody is saved.
    order : ndarray of int, shape (n_customers,)
        Positions of customers, the most worth contacting first; the list is its first ``best_n``.
    curve : DataFrame
        ``contacted``, ``gain``, ``low``, ``high`` (95 %), ``cost``, ``saved`` (expected customers).
    """

    verdict: Verdict
    best_n: int
    best_low: int
    best_high: int
    gain: float
    gain_low: float
    gain_high: float
    unlimited_n: int
    threshold: float
    order: npt.NDArray[np.int64]
    curve: pd.DataFrame


def decide(
    probability: Any,
    margin: Any,
    *,
    offer_cost: float,
    save_rate: SaveRate | MeasuredSaveRate,
    capacity: int | None = None,
    reliability: pd.DataFrame | None = None,
) -> Decision:
    """Return the expected gain by number of customers contacted, and the best number.

    Parameters
    ----------
    probability : array-like of shape (n_customers,)
        Calibrated, 0 to 1.
    margin : array-like of shape (n_customers,), or one number
        What is lost with the customer, in money; from 0 up.
    offer_cost : float
        Of contacting one customer, in money; from 0 up.
    save_rate : SaveRate or MeasuredSaveRate
        Guessed, or measured by retention lists; of zero and below nobody is worth contacting.
    capacity : int, optional
        Most customers that can be contacted.
    reliability : DataFrame, optional
        ``predicted``, ``observed``, ``n`` of the model card. The probabilities of each bin are then
        as uncertain as it missed by, and by chance.

    Returns
    -------
    Decision
        Customers are in the order of their value at stake, the earlier row first where equal. The
        gain is an expectation: what chance does to the customers contacted is not in its interval.

    Raises
    ------
    BadInputError
        ``churn_probability``, ``churn_margin``, ``churn_offer_cost``, ``churn_capacity``: not such
        numbers.
    """
    p, stakes = _checked(probability, margin, offer_cost, capacity)
    at_stake = p * stakes
    order = largest_first(at_stake)
    unlimited = int((save_rate.value * at_stake > offer_cost).sum())
    most = len(p) if capacity is None else min(capacity, len(p))
    best = min(unlimited, most)
    points = _points(len(p), best, most)
    factors = _factors(p, reliability)
    saved = save_rate.value * _sums(p, order, points)
    by_bin = _sums(at_stake, order, points, factors.position, len(factors.spread))
    rng = np.random.default_rng(_SEED)
    rates = save_rate.draws(rng, _DRAWS)
    gains = rates[:, None] * (factors.draws(rng, _DRAWS) @ by_bin.T) - offer_cost * points
    expected = save_rate.value * by_bin.sum(axis=1) - offer_cost * points
    low, high = np.quantile(gains, (0.025, 0.975), axis=0)
    low, high = np.minimum(low, expected), np.maximum(high, expected)
    within = points <= most
    bests = points[within][np.argmax(gains[:, within], axis=1)]
    at = int(np.searchsorted(points, best))
    return Decision(
        verdict="no_contact_pays" if not best else "uncertain" if low[at] < 0 else "contact",
        best_n=best,
        best_low=min(best, int(np.quantile(bests, 0.025))),
        best_high=max(best, int(np.ceil(np.quantile(bests, 0.975)))),
        gain=float(expected[at]),
        gain_low=float(low[at]),
        gain_high=float(high[at]),
        unlimited_n=unlimited,
        threshold=offer_cost / save_rate.value if save_rate.value > 0 else float("inf"),
        order=order.astype(np.int64),
        curve=pd.DataFrame(
            {
                "contacted": points,
                "gain": expected,
                "low": low,
                "high": high,
                "cost": offer_cost * points,
                "saved": saved[:, 0],
            }
        ),
    )


@dataclass(frozen=True)
class _Factors:
    """Bin of each customer, and how far its probabilities may be off, as a share of themselves."""

    position: npt.NDArray[np.uint16]
    spread: Floats

    def draws(self, rng: np.random.Generator, n: int) -> Floats:
        """Draw factors with mean one and these spreads, from Gamma distributions: never below 0."""
        found = np.ones((n, len(self.spread)))
        off = self.spread > 0
        shape = 1.0 / self.spread[off] ** 2
        found[:, off] = rng.gamma(shape, 1.0 / shape, (n, len(shape)))
        return found


def _factors(p: Floats, reliability: pd.DataFrame | None) -> _Factors:
    if reliability is None or reliability.empty:
        return _Factors(np.zeros(len(p), dtype=np.uint16), np.zeros(1))
    bins = reliability[reliability["predicted"] > 0].sort_values("predicted")
    predicted, observed, n = (bins[c].to_numpy("float64") for c in ("predicted", "observed", "n"))
    chance = predicted * (1 - predicted) / n
    spread = np.sqrt(chance + (observed - predicted) ** 2) / predicted
    position = np.zeros(len(p), dtype=np.uint16)
    for border in (predicted[1:] + predicted[:-1]) / 2:
        position += p > border  # of ten borders a quarter of the time that looking each up takes
    return _Factors(position, spread)


def _points(n: int, best: int, most: int) -> npt.NDArray[np.int64]:
    """Numbers of contacts to show: evenly from 0 to everybody, with the best and the most."""
    return np.unique(np.append(np.linspace(0, n, _POINTS + 1).astype(np.int64), [best, most]))


def _sums(values: Floats, order: Any, points: Any, bins: Any = 0, n_bins: int = 1) -> Floats:
    """Return sums of values among the first so many customers of an order, a column per bin.

    Added up between points first: every customer is touched once, however many bins there are.
    """
    part = np.repeat(np.arange(len(points) - 1), np.diff(points)) * n_bins
    part += bins[order] if n_bins > 1 else 0
    sums = np.bincount(part, weights=values[order], minlength=(len(points) - 1) * n_bins)
    return np.vstack([np.zeros(n_bins), np.cumsum(sums.reshape(-1, n_bins), axis=0)])


def _checked(
    probability: Any, margin: Any, offer_cost: float, capacity: int | None
) -> tuple[Floats, Floats]:
    p = np.asarray(probability, dtype="float64")
    if p.ndim != 1 or not ((p >= 0) & (p <= 1)).all():
        raise BadInputError("churn_probability", "Probabilities must be numbers from 0 to 1.")
    stakes = np.asarray(margin, dtype="float64")
    if stakes.shape not in ((), p.shape) or not (np.isfinite(stakes) & (stakes >= 0)).all():
        raise BadInputError("churn_margin", "Margins must be amounts from 0 up, one per customer.")
    if not (np.isfinite(offer_cost) and offer_cost >= 0):
        raise BadInputError("churn_offer_cost", "The cost of an offer must be an amount from 0 up.")
    if capacity is not None and capacity < 0:
        raise BadInputError("churn_capacity", "The capacity must be a number from 0 up.")
    return p, np.broadcast_to(stakes, p.shape)
