"""Which arm is the control, and whether an outcome can be compared at all."""

from collections.abc import Sequence

import pandas as pd

_CONTROLS = (
    "control",
    "holdout",
    "hold-out",
    "hold_out",
    "hold_back",
    "held_back",
    "none",
    "对照组",
    "对照",
)


def likely_control(names: Sequence[str]) -> str:
    """Return the arm that is called as controls are; empty where it is none, or several."""
    likely = [name for name in names if name.lower() in _CONTROLS or name.lower().startswith("no ")]
    return likely[0] if len(likely) == 1 else ""


def outcome_problem(arms: pd.DataFrame, outcome: str) -> str:
    """Return why the outcome of arms cannot be compared; empty where it can.

    Parameters
    ----------
    arms : DataFrame
        One row per arm: ``n``, ``missing``, ``total``, ``converted``, ``valued_unconverted``.
    outcome : str
        ``responded``, ``converted``, ``outcome_value``, ``purchase`` or ``revenue``.

    Returns
    -------
    str
        ``nothing_happened`` (or nothing was imported), ``not_known`` (yet), or ``buyers_only``:
        amounts are known of who converted only, and buyers of two arms are not alike.
    """
    if not arms["n"].sum():
        return "not_known"
    if outcome in ("responded", "converted", "purchase") and not arms["total"].sum():
        return "nothing_happened"
    if outcome == "outcome_value" and (
        arms["missing"].sum() and arms["converted"].sum() and not arms["valued_unconverted"].sum()
    ):
        return "buyers_only"
    return ""
