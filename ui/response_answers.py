"""Whom to contact, how many, and what that should bring; shared with the command line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from analytics.response_choice import (
    Terms,
    at_number,
    best_number,
    caused_curve,
    expected_curve,
)
from crm_data.queries.response import ASKS_CONSENT

CAUSED = "caused"
OUTCOMES = ("responded", "bought", CAUSED)
MOST_CONTACTS = 3  # messages in 30 days, unless another number is asked for
TELLS = ("useful", "no_better_than_baseline")


@dataclass(frozen=True)
class Choice:
    """What contacting the first so many should bring.

    Attributes
    ----------
    curve : DataFrame
        See ``analytics.response_choice.expected_curve``.
    best : int
        How many bring the highest profit.
    contacted : int
        How many are asked for: ``best`` unless somebody says otherwise.
    chosen : mapping
        The row of the curve for them.
    left_out : mapping
        ``RESPONSE_LEFT_OUT``.
    """

    curve: pd.DataFrame
    best: int
    contacted: int
    chosen: Mapping[str, float]
    left_out: Mapping[str, int]


def answers(card: Mapping[str, Any] | None) -> dict[str | None, dict[str, dict[str, Any]]]:
    """Return what a card says by channel and outcome; those that can be listed come first.

    ``caused`` of a channel is the experiment that is used, else the latest in it.
    """
    found: dict[str | None, dict[str, dict[str, Any]]] = {}
    for one in (card or {}).get("asked", ()):
        found.setdefault(one["channel"], {})[one["outcome"]] = one
    for one in (card or {}).get("uplift", ()):
        own = found.setdefault(one["channel"], {})
        if CAUSED not in own or (one["is_used"] and not own[CAUSED]["is_used"]):
            own[CAUSED] = one
    return dict(sorted(found.items(), key=lambda item: not any(map(is_listed, item[1].values()))))


def is_listed(one: Mapping[str, Any]) -> bool:
    """Whether customers have a score of this kind."""
    return bool(one.get("is_used") or one["verdict"] in TELLS)


def asks_consent(channel: str | None, known_consent: int) -> bool:
    """Whether consent is asked for unless somebody says otherwise: where any is on record."""
    return channel in ASKS_CONSENT and known_consent > 0


def choice_of(
    one: Mapping[str, Any],
    bins: pd.DataFrame,
    left_out: Mapping[str, int],
    terms: Terms,
    contacted: int | None,
) -> Choice:
    """Return what contacting the first so many should bring.

    Parameters
    ----------
    one : mapping
        Of ``answers``: the outcome that is looked at.
    bins : DataFrame
        ``RESPONSE_BINS``.
    left_out : mapping
    terms : Terms
    contacted : int or None
        None: as many as bring most.
    """
    if "curve" in one:
        curve = caused_curve(pd.DataFrame(one["curve"]), left_out["listed"], terms)
    else:
        spread = one["level_spread"]
        curve = expected_curve(
            bins, terms, spread=float("nan") if spread is None else spread, misses=one["level_n"]
        )
    best = best_number(curve)
    number = best if contacted is None else min(contacted, left_out["listed"])
    return Choice(curve, best, number, at_number(curve, number), left_out)
