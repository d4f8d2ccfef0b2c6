"""Have the customers, or the scores, become others than those that the model learnt from?

The population stability index of two samples of the same customers is not 0: each bin differs by
chance. Times ``1 / (1/n + 1/m)`` it is then near chi-squared with one degree of freedom less than
there are bins (B. Yurdakul and J. Naranjo 2020, Statistical properties of the population stability
index, Journal of Risk Model Validation 14(4)), so that the index has a threshold of its own for
each pair of sizes.
"""

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.churn_features import FieldEncoder
from analytics.stats import Floats

BINS = 10
SCORE = ""  # name of the row of the score: no field has it
LEVEL = 0.01  # chance of a false alarm in any row of a table
MATTERS = 0.1  # below it a shift that is no chance is called slight


@dataclass(frozen=True)
class Bins:
    """Where one column lay.

    Attributes
    ----------
    name : str
    edges : ndarray
        Inner edges; a value equal to one is below it. Of a text field, between its places.
    counts : ndarray of int, shape (len(edges) + 2,)
        Customers by bin, the last is of missing values.
    """

    name: str
    edges: Floats
    counts: Floats

    @classmethod
    def learn(cls, name: str, values: Floats, places: int = 0) -> Self:
        """Cut numbers into ten bins of equal size, text (``places`` above 0) at each place."""
        given = values[~np.isnan(values)]
        if places:
            edges = np.arange(places - 1) + 0.5
        else:
            shares = np.arange(1, BINS) / BINS
            edges = np.unique(np.quantile(given, shares)) if len(given) else given
        return cls(name, np.asarray(edges, dtype="float64"), _counts(values, edges))


def learn_bins(encoder: FieldEncoder, matrix: Floats, score: Floats) -> tuple[Bins, ...]:
    """Keep where fields and probabilities lay when the model was fitted.

    Parameters
    ----------
    encoder, matrix
        Of the customers learnt from.
    score : ndarray of shape (n,)
        Probabilities from models that had not learnt from the customer; NaN is left out.
    """
    fields = [
        Bins.learn(field.name, matrix[:, position], field.places)
        for position, field in enumerate(encoder.fields)
    ]
    return (Bins.learn(SCORE, score[~np.isnan(score)]), *fields)


def drift(learnt: tuple[Bins, ...], matrix: Floats, score: Floats) -> pd.DataFrame:
    """Compare customers of now with those learnt from.

    Parameters
    ----------
    learnt : tuple of Bins
        See ``learn_bins``.
    matrix : ndarray of shape (n, n_fields)
    score : ndarray of shape (n,)
        Probabilities.

    Returns
    -------
    DataFrame
        The row of the score first (``field`` is ``SCORE``), then fields, the greatest shift first:
        ``field``, ``psi``, ``threshold`` (what chance stays below for the whole table, 99 %),
        ``missing_then``, ``missing_now`` (shares), ``verdict`` (``stable``; ``slight``, more than
        chance and below 0.1; ``shifted``).
    """
    columns = [score, *matrix.T]
    rows = [_row(bins, values, len(learnt)) for bins, values in zip(learnt, columns, strict=True)]
    found = pd.DataFrame(rows)
    fields = found.iloc[1:].sort_values("psi", ascending=False, kind="stable")
    return pd.concat([found.iloc[:1], fields], ignore_index=True)


def stability_index(then: Floats, now: Floats) -> float:
    """Return the population stability index of counts by bin.

    Half a customer is added to each bin, so that an empty one does not make it infinite.
    """
    before = (then + 0.5) / (then + 0.5).sum()
    after = (now + 0.5) / (now + 0.5).sum()
    return float(((after - before) * np.log(after / before)).sum())


def chance_threshold(n: float, m: float, bins: int, *, level: float) -> float:
    """Return what the index of two samples of the same customers exceeds with chance ``level``."""
    from scipy.special import chdtri

    if bins < 2:
        return 0.0
    return float(chdtri(bins - 1, level)) * (1.0 / n + 1.0 / m)


def _row(bins: Bins, values: Floats, tests: int) -> dict[str, object]:
    now = _counts(values, bins.edges)
    used = (bins.counts + now) > 0
    psi = stability_index(bins.counts[used], now[used])
    n, m = float(bins.counts.sum()), float(now.sum())
    threshold = chance_threshold(n, m, int(used.sum()), level=LEVEL / tests)
    verdict = "stable" if psi <= threshold else "slight" if psi < MATTERS else "shifted"
    return {
        "field": bins.name,
        "psi": psi,
        "threshold": threshold,
        "missing_then": float(bins.counts[-1]) / n,
        "missing_now": float(now[-1]) / m,
        "verdict": verdict,
    }


def _counts(values: Floats, edges: npt.NDArray[Any]) -> Floats:
    position = np.searchsorted(edges, values, side="left")
    position[np.isnan(values)] = len(edges) + 1
    return np.bincount(position, minlength=len(edges) + 2).astype("float64")
