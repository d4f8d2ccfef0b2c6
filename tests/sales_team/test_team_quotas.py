"""A team's quota: the sum of parts, its own where there are none, and both told."""

import numpy as np
import pandas as pd

from analytics.team_quotas import all_teams, team_quotas

TEAMS = pd.DataFrame(
    {
        "team": ["A", "B", "C"],
        "quota": [100.0, np.nan, np.nan],
        "due": [50.0, np.nan, np.nan],
        "won": [90.0, 30.0, 7.0],
        "won_with_quota": [80.0, np.nan, np.nan],
        "attained": [0.8, np.nan, np.nan],
        "people": [3, 2, 1],
        "blank": [1, 2, 1],
        "status": ["part", "blank", "blank"],
    }
)
OWN = pd.DataFrame({"team": ["A", "B"], "quota": [120.0, 60.0], "due": [60.0, 20.0]})


def test_the_sum_of_parts_goes_before_the_teams_own() -> None:
    rows = team_quotas(TEAMS, OWN).set_index("team")
    assert rows["basis"].to_dict() == {"A": "parts", "B": "own", "C": "none"}
    assert rows.loc["A", ["quota", "due", "attained", "own", "status"]].tolist() == [
        100.0, 50.0, 0.8, 120.0, "part"
    ]  # fmt: skip
    assert rows.loc["B", ["quota", "due", "won_with_quota", "attained", "status"]].tolist() == [
        60.0, 20.0, 30.0, 0.5, "ok"
    ]  # fmt: skip
    assert rows.loc["C", ["quota", "attained", "own"]].isna().all()
    assert rows.loc["C", "status"] == "blank"


def test_all_teams_are_the_sum_of_those_with_a_quota() -> None:
    total = all_teams(team_quotas(TEAMS, OWN)).iloc[0]
    assert total[["quota", "due", "won", "won_with_quota"]].tolist() == [160.0, 70.0, 127.0, 110.0]
    assert total["attained"] == 110 / 160
    assert (total["people"], total["blank"]) == (6, 4)


def test_without_any_quota_there_is_no_attainment() -> None:
    total = all_teams(team_quotas(TEAMS.iloc[2:], OWN.iloc[:0])).iloc[0]
    assert np.isnan(total["attained"])
    assert np.isnan(total["quota"])
    assert total["won"] == 7.0
