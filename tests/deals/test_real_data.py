"""Maven CRM: reference numbers that the data set is known by, and what they leave out."""

import pandas as pd
import pytest

from analytics.closed_deals import closed_by_period
from analytics.deal_times import deal_times
from analytics.win_rates import win_rates
from tests.deals.frames import day
from tests.real_data import real_file

pytestmark = pytest.mark.real_data
AS_OF = day("2017-12-31")
YEAR = day("2017-01-01"), day("2018-01-01")


@pytest.fixture(scope="module")
def maven() -> pd.DataFrame:
    given = pd.read_csv(real_file("maven_crm/sales_pipeline.csv.gz"))
    return pd.DataFrame(
        {
            "created_on": pd.to_datetime(given["engage_date"]).astype("datetime64[us]"),
            "closed_on": pd.to_datetime(given["close_date"]).astype("datetime64[us]"),
            "expected_close_on": pd.Series(pd.NaT, index=given.index, dtype="datetime64[us]"),
            "outcome": given["deal_stage"].map({"Won": "won", "Lost": "lost"}).astype("str"),
            "amount": given["close_value"].astype("float64"),
        }
    )


def test_win_rates(maven: pd.DataFrame) -> None:
    found = win_rates(maven, *YEAR, as_of=AS_OF)

    assert (found.won, found.lost) == (4238, 2473)
    assert round(100 * found.count.share, 4) == 63.1501
    assert found.value.numerator == 10_005_534
    # Lost deals carry a value of 0: the rate by value says nothing here, and says so.
    assert found.value.share == 1
    assert "lost_without_value" in [caveat.code for caveat in found.value.caveats]
    # 1,400 of 1,589 open deals are older than 19 of 20 closed ones were: hence the broad rate.
    assert found.count.caveats[0].figures == {"deals": 1400, "closed": 6711}
    assert (found.derail_age_days, found.broad.denominator) == (115, 6711 + 1400)
    assert round(100 * found.broad.share, 2) == 52.25
    assert (found.created_cohort.numerator, found.created_cohort.denominator) == (3988, 7942)
    assert round(found.eventual.share, 4) == 0.5107


def test_won_by_quarter(maven: pd.DataFrame) -> None:
    found = closed_by_period(maven, *YEAR, unit="quarter")

    assert found["won_value"].tolist() == [1_134_672, 3_086_111, 2_982_255, 2_802_496]


def test_time_to_win_with_open_deals_differs_from_that_of_closed_ones(maven: pd.DataFrame) -> None:
    days = (maven["closed_on"].fillna(AS_OF) - maven["created_on"]).dt.days
    found = deal_times(maven.assign(days=days, deals=1)[days.notna()])

    assert (found.closed_won_median, found.closed_lost_median) == (57, 14)
    # 500 in Prospecting have no day of creation; 18 % are open at the horizon and may yet be won.
    assert (days.isna().sum(), found.won, found.lost, found.open) == (500, 4238, 2473, 1589)
    assert (found.won_median.days, found.latest_won_median) == (59, 81)
    assert found.won_median.low <= 57 < 59 <= found.won_median.high
    assert (round(found.won_share, 4), round(found.undecided, 4)) == (0.5194, 0.1788)
    # Of deals still open after 120 days a tenth is won, not the 63 % of the narrow rate.
    assert round(found.by_age.set_index("age")["won_share"][120], 3) == 0.095
