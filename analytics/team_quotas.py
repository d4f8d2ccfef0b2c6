"""A team's quota: the sum of its people's, or its own where none of its people has one.

Both may be on record and differ. The sum of parts is held against what those people won, so that
parts and whole say the same; the team's own quota is told beside it. Only a team none of whose
people has a quota is held against its own, with all that it won.
"""

import numpy as np
import pandas as pd

_COLUMNS = [
    "team", "basis", "quota", "due", "won", "won_with_quota", "attained", "of_parts", "own",
    "people", "blank", "status",
]  # fmt: skip


def team_quotas(teams: pd.DataFrame, own: pd.DataFrame) -> pd.DataFrame:
    """Choose each team's quota.

    Parameters
    ----------
    teams : DataFrame
        Of ``analytics.quota.team_attainment`` by ``team``.
    own : DataFrame
        Quotas that teams have themselves, pro-rated: ``team``, ``quota``, ``due``.

    Returns
    -------
    DataFrame
        One row per team: ``team``, ``basis`` (``parts``, ``own``, ``none``), ``quota``, ``due``,
        ``won``, ``won_with_quota``, ``attained`` by that basis, ``of_parts`` and ``own`` (both
        quotas; NaN: none), ``people``, ``blank`` (people without a quota), ``status`` (``ok``,
        ``part`` where somebody's is blank or in part, ``zero``, ``blank``).
    """
    said = own.groupby("team")[["quota", "due"]].sum(min_count=1)
    of_parts = teams["quota"]
    mine = teams["team"].map(said["quota"]).astype("float64")
    basis = np.select([of_parts.notna(), mine.notna()], ["parts", "own"], "none").astype(object)
    is_own = basis == "own"
    quota = of_parts.where(~is_own, mine)
    with_quota = teams["won_with_quota"].where(~is_own, teams["won"])
    status = teams["status"].mask(is_own, np.where(quota == 0, "zero", "ok"))
    return teams.assign(
        basis=basis,
        quota=quota,
        due=teams["due"].where(~is_own, teams["team"].map(said["due"]).astype("float64")),
        won_with_quota=with_quota,
        attained=with_quota / quota.where(quota > 0),
        of_parts=of_parts,
        own=mine,
        status=status,
    )[_COLUMNS]


def all_teams(teams: pd.DataFrame) -> pd.DataFrame:
    """Add teams up: one row with ``quota``, ``due``, ``won``, ``won_with_quota``, ``attained``.

    Teams without any quota are in ``won`` only.
    """
    sums = teams[["quota", "due", "won", "won_with_quota"]].sum(min_count=1)
    counts = teams[["people", "blank"]].sum()
    frame = pd.DataFrame([{**sums, **counts}])
    quota = frame["quota"]
    return frame.assign(attained=frame["won_with_quota"] / quota.where(quota > 0))
