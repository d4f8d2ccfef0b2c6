"""Which candidate is used: the mean, unless a rival has been clearly better."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasting.candidates import in_order

BORDER = 0.4
FEWEST_ORIGINS = 3


@dataclass(frozen=True)
class Reason:
    """Why a candidate was chosen; a page says it in words.

    Attributes
    ----------
    code : str
        ``default_stays``: no rival was better by the border. ``rival_better``: one was, over
        several origins. ``too_few_origins``: too few could be tested to leave the default.
        ``only_candidate``. ``default_failed``: the default could not be fitted. Or why only a plain
        baseline is given: ``empty``, ``too_short``, ``all_zero``, ``constant``, ``too_many_gaps``,
        ``too_many_zeros`` (see ``RegularSeries.trouble``).
    rival : str or None
        The best other candidate of the back-test.
    numbers : mapping
        ``border`` and ``origins``; ``improvement`` of the rival (share of the default's MASE) and
        ``won``, the origins at which it was better.
    """

    code: str
    rival: str | None = None
    numbers: Mapping[str, float] = field(default_factory=dict)

    def __str__(self) -> str:
        """Return the code."""
        return self.code


def choose(
    table: pd.DataFrame, fitted: tuple[str, ...], *, border: float = BORDER
) -> tuple[str, Reason]:
    """Return the candidate to use, and why.

    Parameters
    ----------
    table : DataFrame
        ``BACKTEST``.
    fitted : tuple of str
        Candidates that have a forecast now; at least one. The first in ``CANDIDATES``, the mean
        where it is among them, is the default.
    border : float
        Share of the default's error that a rival must be better by. One back-test of one series is
        noisy: see docs/decisions/0014.
    """
    return chosen_by(losses(table), fitted, border=border)


def chosen_by(
    by_origin: pd.DataFrame, fitted: tuple[str, ...], *, border: float = BORDER
) -> tuple[str, Reason]:
    """Return what ``choose`` does, from the ``losses`` of its table."""
    default = in_order(fitted)[0]
    tested = [name for name in fitted if name in by_origin]
    if len(fitted) == 1:
        return default, Reason("only_candidate", None, {"origins": len(by_origin)})
    origins = float(by_origin[default].notna().sum()) if default in by_origin else 0.0
    rivals = [name for name in tested if name != default]
    if not origins or not rivals:
        return default, Reason("too_few_origins", None, {"border": border, "origins": origins})
    rival, improvement, won = _best(by_origin, default, rivals)
    numbers = {"border": border, "origins": origins, "improvement": improvement, "won": float(won)}
    if origins < FEWEST_ORIGINS:
        return default, Reason("too_few_origins", rival, numbers)
    if improvement >= border and won >= origins - origins // 4:
        return rival, Reason("rival_better", rival, numbers)
    return default, Reason("default_stays", rival, numbers)


def losses(table: pd.DataFrame) -> pd.DataFrame:
    """Return the mean absolute error by origin (rows) and candidate, in units of the scale."""
    scale = table["scale"].where(table["scale"] > 0, table["spread"])
    error = (table["yhat"] - table["actual"]).abs() / scale
    by = [table["known"].rename("known"), table["candidate"].rename("candidate")]
    mean: pd.DataFrame = error.groupby(by).mean().unstack("candidate")
    return mean.dropna(how="all")


def _best(by_origin: pd.DataFrame, default: str, rivals: list[str]) -> tuple[str, float, int]:
    """Return the best rival, its improvement on the default, and at how many origins."""
    base_all = by_origin[default].to_numpy()
    found = []
    for name in rivals:
        of_rival = by_origin[name].to_numpy()
        both = np.isfinite(base_all) & np.isfinite(of_rival)
        base, loss = base_all[both], of_rival[both]
        total = float(base.sum())
        improvement = 1 - float(loss.sum()) / total if total > 0 else 0.0
        found.append((improvement, name, int((loss < base).sum())))
    improvement, name, won = max(found, key=lambda one: one[0])
    return name, improvement, won
