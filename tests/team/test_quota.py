"""Quotas, pace and coverage by hand."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from analytics.coverage import coverage, needed_coverage, open_then, same_days
from analytics.pace import pace, pace_curve
from analytics.quota import attainment, team_attainment
from analytics.work_days import WorkDays

QUARTER = (date(2025, 1, 1), date(2025, 4, 1))  # 64 working days: 23, 20 and 21
MAY = (date(2025, 5, 1), date(2025, 6, 1))


def days(*texts: str | None) -> pd.Series:
    return pd.Series(pd.to_datetime(list(texts))).astype("datetime64[us]")


PEOPLE = pd.DataFrame(
    {
        "owner_id": ["all", "came", "left", "blank", "gone"],
        "team": ["one", "one", "two", "two", "two"],
        "hired_on": days("2020-01-01", "2025-02-17", None, None, None),
        "left_on": days(None, None, "2025-01-31", None, "2024-12-31"),
    }
)
QUOTAS = pd.DataFrame(
    {
        "owner_id": ["all", "all", "all", "came", "left", "blank", "gone"],
        "period_start": days(
            "2025-01-01", "2025-02-01", "2025-03-01", *["2025-01-01"] * 3, "2025-01-01"
        ),
        "period_end": days(
            "2025-02-01", "2025-03-01", "2025-04-01", *["2025-04-01"] * 3, "2025-04-01"
        ),
        "amount": [100.0, 100.0, 200.0, 640.0, 640.0, np.nan, 640.0],
    }
)
WON = pd.DataFrame({"owner_id": ["all", "came", "blank"], "won": [300.0, 100.0, 77.0]})


def parts(until: date = date(2025, 3, 1)) -> pd.DataFrame:
    return attainment(QUOTAS, WON, PEOPLE, QUARTER, until=until)


def test_quotas_are_pro_rated_by_working_days_employed() -> None:
    found = parts().set_index("owner_id")

    # Came on Monday 17 February: 10 days in February and 21 in March. Left after January: 23.
    assert found["quota"].tolist()[:3] == pytest.approx([400, 310, 230])
    assert found["work_days"].tolist() == [64, 31, 23, 64]
    assert found["due"].tolist()[:3] == pytest.approx([200, 100, 230])
    assert found["attained"].tolist()[:3] == pytest.approx([0.75, 100 / 310, 0])
    assert list(found.index) == ["all", "came", "left", "blank"]  # who left before is not in it


def test_a_blank_quota_says_so_and_is_not_zero() -> None:
    found = parts().set_index("owner_id")
    zero = attainment(QUOTAS.assign(amount=0.0), WON, PEOPLE, QUARTER, until=QUARTER[1])

    assert found.loc["blank", "status"] == "blank"
    assert found.loc["blank", ["quota", "due", "attained", "won_with_quota"]].isna().all()
    assert found.loc["blank", "won"] == 77
    assert set(zero["status"]) == {"zero"}
    assert zero["attained"].isna().all()


def test_days_without_a_quota_are_told() -> None:
    found = attainment(QUOTAS.iloc[1:], WON, PEOPLE, QUARTER, until=QUARTER[1])

    assert found.loc[0, ["status", "quota_days", "work_days"]].tolist() == ["part", 41, 64]


def test_a_yearly_quota_counts_for_the_days_of_the_quarter() -> None:
    year = QUOTAS.iloc[[0]].assign(period_end=days("2026-01-01"), amount=261.0)  # 261 days in 2025

    found = attainment(year, WON, PEOPLE, QUARTER, until=QUARTER[1])

    assert found.loc[0, "quota"] == pytest.approx(64)


def test_a_team_is_the_sum_of_its_parts_and_no_mean_of_people() -> None:
    by_team = team_attainment(parts(), ["team"]).set_index("team")
    whole = team_attainment(parts()).iloc[0]

    assert by_team.loc["one", "attained"] == pytest.approx(400 / 710)
    assert by_team.loc["two", ["won", "won_with_quota", "attained"]].tolist() == [77, 0, 0]
    assert by_team.loc["two", ["people", "blank", "status"]].tolist() == [2, 1, "part"]
    assert whole["attained"] == pytest.approx(400 / 940)
    assert whole["won"] == by_team["won"].sum() == 477


def test_a_team_without_any_quota_has_none() -> None:
    found = team_attainment(parts().query("owner_id == 'blank'"), ["team"]).iloc[0]

    assert found["status"] == "blank"
    assert np.isnan(found["quota"])


def test_pace_is_held_against_the_working_days_gone() -> None:
    found = pace(parts(), QUARTER, until=date(2025, 3, 1)).set_index("owner_id")

    assert found.loc["all", "elapsed"] == pytest.approx(43 / 64)
    assert found.loc["all", ["expected", "gap", "left"]].tolist() == pytest.approx([200, 100, 100])
    assert found.loc["all", "per_day"] == pytest.approx(100 / 21)
    assert found.loc["came", "gap"] == pytest.approx(0)
    assert found.loc["blank", ["expected", "gap", "left", "per_day"]].isna().all()


def test_after_the_last_day_nothing_can_be_required_per_day() -> None:
    found = pace(parts(QUARTER[1]), QUARTER, until=date(2025, 6, 1))

    assert found["elapsed"].tolist() == [1.0] * 4
    assert found["per_day"].isna().all()


def test_past_periods_say_when_wins_come() -> None:
    deals = pd.DataFrame(
        {
            "closed_on": days("2025-01-15", "2025-03-31", "2025-06-30", None),
            "amount": [25.0, 75.0, 10.0, 9.0],
        }
    )
    spans = [QUARTER, (QUARTER[1], date(2025, 7, 1)), (date(2025, 7, 1), date(2025, 10, 1))]

    curve = pace_curve(deals, spans)
    found = pace(parts(), QUARTER, until=date(2025, 3, 1), curve=curve).set_index("owner_id")

    assert curve["periods"].unique().tolist() == [2]  # nothing was won in the third
    assert curve["share"].iloc[[0, -1]].tolist() == [0, 1]
    assert found.loc["all", ["usual_low", "usual", "usual_high"]].tolist() == pytest.approx(
        [0, 50, 100]
    )
    assert found.loc["all", "usual_gap"] == pytest.approx(250)
    assert pace_curve(deals, []).empty


def test_working_days_with_holidays_and_days_made_up() -> None:
    may = WorkDays(holidays=("2025-05-01", "2025-05-02", "2025-05-03"), worked=("2025-05-10",))

    assert WorkDays().between(*MAY) == 22
    assert may.between(*MAY) == 21
    assert WorkDays(worked=("2025-05-05", "2025-05-05")).between(*MAY) == 22
    assert WorkDays().between(MAY[1], MAY[0]) == 0
    assert WorkDays().between(days("2025-05-01", "2025-05-31"), MAY[1]).tolist() == [22, 0]


def test_coverage_in_both_denominators() -> None:
    value = pd.DataFrame({"owner_id": ["all", "came", "blank"], "open_value": [800.0, 62.0, 5.0]})

    found = coverage(parts(), value, ["owner_id"]).set_index("owner_id")

    assert found.loc["all", ["of_quota", "of_left"]].tolist() == pytest.approx([2, 8])
    assert found.loc["came", ["of_quota", "of_left"]].tolist() == pytest.approx([0.2, 62 / 210])
    assert found.loc["left", ["open_value", "of_quota"]].tolist() == [0, 0]
    assert found.loc["blank", ["of_quota", "of_left"]].isna().all()
    assert found["coverage_status"].tolist() == ["ok", "ok", "ok", "blank"]
    whole = coverage(team_attainment(parts()), value, []).iloc[0]
    assert whole["of_quota"] == pytest.approx(867 / 940)


def test_an_attained_quota_leaves_nothing_to_cover() -> None:
    rich = WON.assign(won=[400.0, 0, 0])
    value = pd.DataFrame({"owner_id": ["all"], "open_value": [800.0]})
    row = coverage(
        attainment(QUOTAS, rich, PEOPLE, QUARTER, until=QUARTER[1]), value, ["owner_id"]
    ).iloc[0]

    assert row["coverage_status"] == "attained"
    assert (row["of_quota"], row["left"]) == (2, 0)
    assert np.isnan(row["of_left"])


def test_what_was_open_is_what_was_known_then() -> None:
    snapshots = pd.DataFrame(
        {
            "opportunity_no": [1, 1, 2, 3, 4, 5],
            "valid_from": days("2025-01-05", "2025-02-10", *["2025-01-05"] * 4),
            "valid_to": days("2025-02-10", None, "2025-01-20", None, None, None),
            "outcome": [None, "won", None, "lost", None, None],
            "amount": [100.0, 120, 50, 60, np.nan, 70],
            "expected_close_on": days(*["2025-03-01"] * 5, "2025-04-01"),
        }
    )

    assert open_then(snapshots, QUARTER, date(2025, 2, 10))["opportunity_no"].tolist() == [1, 4]
    assert open_then(snapshots, QUARTER, date(2025, 2, 11))["opportunity_no"].tolist() == [4]
    early = open_then(snapshots, QUARTER, date(2025, 1, 20))
    assert early["open_amount"].fillna(-1).tolist() == [100, 50, -1]


def test_the_same_day_of_past_periods() -> None:
    past = [(date(2024, 10, 1), date(2025, 1, 1)), QUARTER]  # 66 and 64 working days

    assert same_days(QUARTER, date(2025, 2, 1), past) == [date(2024, 11, 2), date(2025, 2, 1)]
    assert same_days(QUARTER, QUARTER[0], past) == [past[0][0], QUARTER[0]]


def test_needed_coverage_is_one_by_what_was_won_of_it() -> None:
    past = pd.DataFrame(
        {
            "period": ["a", "a", "a", "b", "b", "c"],
            "opportunity_no": [1, 2, 3, 4, 5, 6],
            "open_amount": [100.0, 300, np.nan, 200, 200, 200],
        }
    )
    won = pd.DataFrame(
        {
            "period": ["a", "b", "b", "c"],
            "opportunity_no": [1, 4, 99, 6],
            "amount": [90.0, 110.0, 300.0, 50.0],
        }
    )

    found = needed_coverage(past, won)

    # 90 of 400, 110 of 400, 50 of 200: 0.25. Residuals -10, 10, 0, variance 3/2·200/1000².
    half = 4.302652729696142 * (1.5 * 200) ** 0.5 / 1000
    assert found.conversion == pytest.approx(0.25)
    assert (found.low, found.high) == pytest.approx((0.25 - half, 0.25 + half))
    assert (found.needed, found.needed_low) == pytest.approx((4, 1 / (0.25 + half)))
    assert found.came_later == pytest.approx(300 / 550)
    assert (found.periods, found.deals, found.without_amount) == (3, 5, 1)
    one = needed_coverage(past[past["period"] == "c"], won[won["period"] == "c"])
    assert (one.needed, np.isnan(one.needed_high)) == (4, True)
    assert np.isnan(needed_coverage(past.iloc[:0], won).needed)
