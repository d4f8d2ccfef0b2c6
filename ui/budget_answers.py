"""Curves of channels out of the card ``budget``; shared with the command line."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from analytics.budget_moves import ChannelCurve, curve_frame

TELLS = ("curve", "line")
_SEED = 20_240_507


def channels(card: Mapping[str, Any] | None) -> dict[str, dict[str, Any]]:
    """Return what the card says by channel, those with a curve first."""
    found = {one["channel"]: one for one in (card or {}).get("channels", ())}
    return dict(sorted(found.items(), key=lambda item: item[1]["verdict"] not in TELLS))


def curve_of(said: Mapping[str, Any]) -> ChannelCurve:
    """Return the curve of a channel, calibrated by its experiments where it has any."""
    heights, bends = np.array(said["heights"]), np.array(said["bends"])
    measured = said["calibration"]
    factors = np.ones(len(heights))
    if measured is not None:
        rng = np.random.default_rng(_SEED)
        factors = rng.normal(measured["factor"], measured["error"], len(heights))
    return ChannelCurve(
        said["height"], said["bend"], heights, bends, said["spent_now"], said["most_spent"],
        1.0 if measured is None else measured["factor"], factors,
    )  # fmt: skip


def observed(found: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return channels whose curve no experiment stands behind: grade C."""
    return [
        name for name, said in found.items()
        if said["verdict"] in TELLS and said["calibration"] is None
    ]  # fmt: skip


def summary(found: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return a row per channel: spend now, what it returns, and the next unit of money.

    Columns: ``channel``, ``verdict``, ``spent_now``, ``most_spent``, ``returned``,
    ``returned_low``, ``returned_high`` (a week, at the spend now), ``marginal``, ``marginal_low``,
    ``marginal_high`` (return of one more of the currency). NaN without a curve.
    """
    rows = []
    for name, said in found.items():
        row: dict[str, Any] = {"channel": name, "verdict": said["verdict"]}
        row |= {key: float(said[key]) for key in ("spent_now", "most_spent")}
        if said["verdict"] in TELLS:
            curve = curve_frame(curve_of(said))
            names = {"returned": "returned", "low": "returned_low", "high": "returned_high"}
            names |= {key: key for key in ("marginal", "marginal_low", "marginal_high")}
            row |= {
                new: float(np.interp(said["spent_now"], curve["spend"], curve[old]))
                for old, new in names.items()
            }
        rows.append(row)
    columns = [
        "channel", "verdict", "spent_now", "most_spent", "returned", "returned_low",
        "returned_high", "marginal", "marginal_low", "marginal_high",
    ]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)
