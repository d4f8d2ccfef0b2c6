"""Who leaves, learnt from a snapshot: a row per customer, what is known, and what came of it.

Nothing in a snapshot is dated. What was written after the outcome looks like a cause of it, so
every field that is suspected of that stays out until the company says that it was known before.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.churn import ChurnModel
from analytics.churn_card import ChurnCard, judge
from analytics.churn_features import Flags
from analytics.churn_leaks import suspect_leaks
from analytics.churn_measures import auc_interval
from analytics.churn_split import folds
from analytics.stats import Floats
from crm_data.errors import UsageError

MOST_VALUES = 8  # of a field, for one of them to be offered as the outcome
MOST_JUDGED = 50_000  # customers; of more, the same number by chance
LEAST = 20  # customers with a value, before their number says anything about ids
ID_TEXT, ID_NUMBER = 0.9, 0.99  # different values by customers with one


@dataclass(frozen=True)
class Outcome:
    """The field that says what came of a customer, and its value where it was a loss."""

    field: str
    value: str

    @classmethod
    def parse(cls, text: str) -> "Outcome":
        """Return the outcome of ``field=value``.

        Raises
        ------
        UsageError
            ``outcome``: there is no field or no value in it.
        """
        field, sign, value = (part.strip() for part in text.partition("="))
        if not (field and sign and value):
            raise UsageError(
                "outcome",
                f"The outcome {text!r} is not a field and the value of who left. Write it like "
                "attributes.Churn=Yes.",
                outcome=text,
            )
        return cls(field, value)

    def of(self, rows: pd.DataFrame) -> pd.Series:
        """Return whether each customer left: ``boolean``, missing where the field says nothing.

        Raises
        ------
        UsageError
            ``outcome_field``: there is no such field; ``outcome_value``: nobody has the value.
        """
        if self.field not in rows:
            named = ", ".join(sorted(str(name) for name in rows if rows[name].notna().any()))
            raise UsageError(
                "outcome_field",
                f"No customer has the field {self.field}. There are: {named or 'none'}.",
                field=self.field, fields=named,
            )  # fmt: skip
        said = rows[self.field]
        if not (said == self.value).any():
            values = ", ".join(said.dropna().value_counts().index[:10].astype(str))
            raise UsageError(
                "outcome_value",
                f"No customer has {self.field} = {self.value}. Its values are: {values or 'none'}.",
                field=self.field, value=self.value, values=values,
            )  # fmt: skip
        return (said == self.value).astype("boolean").mask(said.isna())

    def __str__(self) -> str:
        return f"{self.field}={self.value}"


def possible_outcomes(rows: pd.DataFrame) -> tuple[Outcome, ...]:
    """Return what may be an outcome: each value of a field with two to ``MOST_VALUES`` of them.

    Fields of the company's own file first, and those with fewest values; a value with an edge that
    ``Outcome.parse`` would take off is left out.
    """
    values = {
        name: sorted(rows[name].dropna().astype(str).unique())
        for name in map(str, rows)
        if name != "customer_id"
    }
    few = {name: found for name, found in values.items() if 2 <= len(found) <= MOST_VALUES}
    order = sorted(few, key=lambda name: (not name.startswith("attributes."), len(few[name]), name))
    every = [Outcome(name, value) for name in order for value in few[name]]
    return tuple(one for one in every if _is_readable(one))


def _is_readable(outcome: Outcome) -> bool:
    try:
        return Outcome.parse(str(outcome)) == outcome
    except UsageError:
        return False


@dataclass(frozen=True, eq=False)
class OutOfFold:
    """How well customers were predicted by models that had not learnt from them.

    Attributes
    ----------
    rows : ndarray of int
        Positions of the customers judged; all, unless there are very many.
    probability : ndarray of shape (n,)
        Of each of them.
    card : ChurnCard
        Over all of them. Its importance is the mean over the parts.
    aucs : tuple of float
        AUC of each part. Parts are calibrated apart, so their mean may be a little above that of
        the card.
    model : ChurnModel
        That of the first part.
    """

    rows: np.ndarray
    probability: Floats
    card: ChurnCard
    aucs: tuple[float, ...]
    model: ChurnModel


def typed(rows: pd.DataFrame) -> pd.DataFrame:
    """Return a frame whose text columns of nothing but numbers are numbers; missing stays so."""
    numbers = {}
    for name in map(str, rows):
        given = rows[name].dropna()
        read = pd.to_numeric(given, errors="coerce")
        if len(given) and np.isfinite(read.to_numpy("float64", na_value=np.nan)).all():
            numbers[name] = read.astype("float64").reindex(rows.index)
    return rows.assign(**numbers)


def like_ids(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the columns of ``typed`` rows that tell customers apart rather than describe them.

    Text, or whole numbers, with nearly as many values as customers who have one. An amount with
    decimals describes a customer, however many different ones there are.
    """
    found = []
    for name in rows:
        given = rows[name].dropna()
        is_number = pd.api.types.is_numeric_dtype(given)
        is_fraction = is_number and bool((given % 1 != 0).any())
        share = given.nunique() / max(len(given), 1)
        if (
            len(given) >= LEAST
            and not is_fraction
            and share >= (ID_NUMBER if is_number else ID_TEXT)
        ):
            found.append(str(name))
    return tuple(found)


def leaks_of(
    rows: pd.DataFrame, left: Flags, known_after: Sequence[str], known_before: Sequence[str]
) -> pd.DataFrame:
    """Return ``suspect_leaks`` with ``is_used``: declared and suspected fields are not.

    ``known_before`` are fields that the company knows to be honest: named, and used. Names that are
    no column of the rows are passed over.
    """
    found = suspect_leaks(rows, left, [name for name in known_after if name in rows])
    trusted = (found["reason"] == "suspected") & found["field"].isin(list(known_before))
    return found.assign(is_dated=False, is_used=found["reason"].isna() | trusted)


def out_of_fold(
    rows: pd.DataFrame, left: Flags, *, k: int = 5, most: int = MOST_JUDGED, seed: int = 0
) -> OutOfFold:
    """Predict each of ``k`` parts of the customers by a model of the others, and judge them all.

    Parameters
    ----------
    rows : DataFrame of shape (n, n_fields)
        See ``ChurnModel.fit``.
    left : ndarray of bool, shape (n,)
    k : int
    most : int
        Customers judged at most.
    seed : int
        Of the parts and models.

    Raises
    ------
    BadInputError
        Those of ``ChurnModel.fit``.
    """
    some = np.arange(len(rows))
    if len(some) > most:
        some = np.sort(np.random.default_rng(seed).choice(len(rows), most, replace=False))
    rows, left = rows.iloc[some], left[some]
    probability, rate = np.empty(len(left)), np.empty(len(left))
    models, aucs, drops = [], [], []
    for train, test in folds(left, k=k, seed=seed):
        fitted = ChurnModel(seed=seed).fit(rows.iloc[train], left[train])
        probability[test] = fitted.predict_proba(rows.iloc[test])[:, 1]
        rate[test] = fitted.rate_
        aucs.append(auc_interval(left[test], probability[test])[0])
        drops.append(fitted.card(rows.iloc[test], left[test]).importance)
        models.append(fitted)
    card = judge(left, probability, {"rate": rate}, importance=_mean_importance(drops))
    return OutOfFold(some, probability, card, tuple(aucs), models[0])


def _mean_importance(drops: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the mean loss by field and its standard deviation over the parts."""
    by_field = pd.concat(drops).groupby("field", sort=False)["auc_drop"]
    found = by_field.agg(auc_drop="mean", spread="std").reset_index()
    return found.sort_values("auc_drop", ascending=False, kind="stable", ignore_index=True)
