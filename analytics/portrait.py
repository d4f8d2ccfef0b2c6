"""Portraits: what sets a group of customers apart from the rest, largest differences first.

Differences are standardised so that they can be held against each other: of numbers Hedges' g (the
difference of means over the pooled standard deviation, long-tailed numbers on their logarithm), of
shares Cohen's h. Both read alike: 0.2 is small, 0.5 medium, 0.8 large (J. Cohen 1988, Statistical
Power Analysis for the Behavioral Sciences, 2nd ed., chapters 2 and 6).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from analytics.differences import Difference, share_difference, standardised_difference
from analytics.group_sums import added, units
from analytics.multiplicity import adjusted
from analytics.stats import ratio_interval, wilson_interval

LEAST = 5  # customers on each side
ERROR_RATE = 0.05
SMALL, MEDIUM, LARGE = 0.2, 0.5, 0.8
TRAITS = [
    "feature",
    "level",
    "kind",
    "unit",
    "n",
    "n_rest",
    "value",
    "low",
    "high",
    "value_rest",
    "effect",
    "effect_low",
    "effect_high",
    "p_value",
    "is_claimed",
    "size",
]


@dataclass(frozen=True)
class Portrait:
    """What sets a group apart.

    Attributes
    ----------
    n, n_rest : int
        Customers of the group, and all others.
    verdict : str
        ``told``; ``alike`` where no difference is both at least small and beyond chance;
        ``too_few`` and ``no_rest`` where there are fewer than ``LEAST`` customers on a side.
    traits : DataFrame
        One row per feature, level of a category, and feature that is often missing. ``kind`` is
        number, share or missing; ``value`` of the group with its 95 % interval, ``value_rest``;
        ``effect`` (g or h, positive where the group has more) with its 95 % interval; ``p_value``
        adjusted for the number of traits; ``is_claimed`` where the false discovery rate of 5 %
        allows it; ``size`` is none, small, medium or large. Claimed ones first, then by size.
    """

    n: int
    n_rest: int
    verdict: Literal["told", "alike", "too_few", "no_rest"]
    traits: pd.DataFrame

    @property
    def telling(self) -> pd.DataFrame:
        """Return the traits that are claimed and at least small."""
        is_told = self.traits["is_claimed"].astype("bool") & (self.traits["size"] != "none")
        return self.traits[is_told]


def portrait(sums: pd.DataFrame, cells: Collection[str]) -> Portrait:
    """Return what sets the customers of some cells apart from those of all others.

    Parameters
    ----------
    sums : DataFrame
        ``GROUP_SUMS``: see ``analytics.group_sums``.
    cells : collection of str
        The cells of the group; the rest is every other cell of ``sums``.

    Notes
    -----
    Chance: Welch's t for numbers, the chi-squared test for shares (Fisher's exact test where a
    cell is expected to hold fewer than 5), adjusted for all traits looked at together by
    Y. Benjamini and Y. Hochberg (1995), Journal of the Royal Statistical Society B 57, 289–300.
    """
    rest_cells = set(sums["cell"].dropna()) - set(cells)
    mine, rest = added(sums, cells), added(sums, rest_cells)
    n, n_rest = _customers(mine), _customers(rest)
    if min(n, n_rest) < LEAST:
        verdict: Literal["no_rest", "too_few"] = "no_rest" if n_rest < LEAST <= n else "too_few"
        return Portrait(n, n_rest, verdict, pd.DataFrame(columns=TRAITS))
    unit = units(sums).reindex(mine.index)
    is_number = mine.index.get_level_values("level") == ""
    parts = [
        _numbers(mine[is_number], rest[is_number], unit[is_number]),
        _levels(mine[~is_number], rest[~is_number]),
        _missing(mine, rest),
    ]
    defined = [part for part in parts if not part.empty]
    if not defined:
        return Portrait(n, n_rest, "alike", pd.DataFrame(columns=TRAITS))
    traits = _ranked(pd.concat(defined, ignore_index=True))
    told = (traits["is_claimed"] & (traits["size"] != "none")).any()
    return Portrait(n, n_rest, "told" if told else "alike", traits)


def size_of(effect: float) -> str:
    """Return none, small, medium or large."""
    bounds = (SMALL, MEDIUM, LARGE)
    return ("none", "small", "medium", "large")[sum(abs(effect) >= bound for bound in bounds)]


def _customers(sums: pd.DataFrame) -> int:
    return int((sums["n"] + sums["missing"]).max()) if len(sums) else 0


def _numbers(mine: pd.DataFrame, rest: pd.DataFrame, unit: pd.Series) -> pd.DataFrame:
    found = standardised_difference(
        (mine["n"], mine["scaled_total"], mine["scaled_total_sq"]),
        (rest["n"], rest["scaled_total"], rest["scaled_total_sq"]),
    )
    low, high = ratio_interval(
        mine["n"], mine["total"], mine["under"], numerator_sq=mine["total_sq"],
        denominator_sq=mine["under_sq"], cross=mine["cross"],
    )  # fmt: skip
    values = {
        "n": mine["n"],
        "n_rest": rest["n"],
        "unit": unit,
        "kind": "number",
        "value": _ratio(mine["total"], mine["under"]),
        "low": low,
        "high": high,
        "value_rest": _ratio(rest["total"], rest["under"]),
    }
    return _with(pd.DataFrame(values, index=mine.index), found)


def _levels(mine: pd.DataFrame, rest: pd.DataFrame) -> pd.DataFrame:
    """Of a category with two levels one says it all: the one that the group has more of."""
    frame = _shares(mine["total"], mine["n"], rest["total"], rest["n"]).assign(kind="share")
    if frame.empty:
        return frame
    levels = frame.groupby("feature")["level"].transform("size")
    return frame[(levels != 2) | (frame["effect"] > 0)]


def _missing(mine: pd.DataFrame, rest: pd.DataFrame) -> pd.DataFrame:
    """Features that are missing together (no orders: no last order, no mean …) count once."""
    one = mine.groupby("feature", sort=False)[["n", "missing"]].first()
    other = rest.groupby("feature", sort=False)[["n", "missing"]].first()
    together = pd.concat([one, other], axis=1).duplicated()
    never = (one["missing"] + other["missing"]) == 0
    always = (one["n"] + other["n"]) == 0
    kept = ~(together | never | always)
    one, other = one[kept], other[kept]
    index = pd.MultiIndex.from_arrays([one.index, [""] * len(one)], names=["feature", "level"])
    counts = [(side["missing"], side["n"] + side["missing"]) for side in (one, other)]
    flat = [pd.Series(column.to_numpy(), index=index) for pair in counts for column in pair]
    return _shares(*flat).assign(kind="missing")


def _shares(x: pd.Series, n: pd.Series, x_rest: pd.Series, n_rest: pd.Series) -> pd.DataFrame:
    low, high = wilson_interval(x, n)
    values = {
        "n": n,
        "n_rest": n_rest,
        "unit": "share",
        "value": _ratio(x, n),
        "low": low,
        "high": high,
        "value_rest": _ratio(x_rest, n_rest),
    }
    return _with(pd.DataFrame(values, index=x.index), share_difference(x, n, x_rest, n_rest))


def _with(frame: pd.DataFrame, found: Difference) -> pd.DataFrame:
    known = frame.assign(
        effect=found.effect, effect_low=found.low, effect_high=found.high, p_value=found.p_value
    )
    is_defined: pd.Series = np.isfinite(known["effect"]) & np.isfinite(known["p_value"])
    return known.loc[is_defined].reset_index()


def _ratio(over: pd.Series, under: pd.Series) -> pd.Series:
    return over / under.where(under > 0)


def _ranked(traits: pd.DataFrame) -> pd.DataFrame:
    p = adjusted(traits["p_value"].to_numpy(dtype="float64"))
    ranked = traits.assign(
        p_value=p,
        is_claimed=p <= ERROR_RATE,
        size=[size_of(float(effect)) for effect in traits["effect"]],
        far=traits["effect"].abs(),
    ).sort_values(["is_claimed", "far"], ascending=False, kind="stable")
    return ranked.astype({"n": "int64", "n_rest": "int64"})[TRAITS].reset_index(drop=True)
