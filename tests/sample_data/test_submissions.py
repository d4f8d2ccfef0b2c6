"""What people of the sample company submitted: nothing later than its last day, truths found."""

from datetime import date

import pandas as pd
import pytest

from sample_data.company import SampleCompany
from sample_data.generate import generate
from sample_data.submissions import make_submissions

END = date(2026, 3, 14)


@pytest.fixture(scope="module")
def company() -> SampleCompany:
    return generate(customers=1500, seed=3, months=30, end=END)


def test_the_same_company_says_the_same_and_nothing_of_the_future(company: SampleCompany) -> None:
    rows = make_submissions(company).rows
    assert rows == make_submissions(company).rows
    assert len({row["submission_id"] for row in rows}) == len(rows)
    assert max(row["submitted_at"].date() for row in rows) <= END
    assert all(row["commit_amount"] <= row["best_amount"] for row in rows)
    assert all(
        row["period_start"] <= row["submitted_at"].date() < row["period_end"] for row in rows
    )


def test_the_planted_biases_are_in_the_rows(company: SampleCompany) -> None:
    made = make_submissions(company)
    rows = pd.DataFrame(made.rows)
    deals = company.frames["opportunities"].to_pandas()
    won = deals[deals["outcome"] == "won"]
    day = pd.to_datetime(won["closed_at"]).dt.date
    early = rows[
        (rows["level"] == "owner") & (rows["period_end"] <= END)
        & (rows["period_end"].map(date.toordinal) - rows["submitted_at"].dt.date.map(date.toordinal)
           == 84)
    ]  # fmt: skip
    bias = {}
    for who, own in early.groupby("subject"):
        actual = sum(
            float(won.loc[(won["owner_id"] == who) & (day >= row.period_start)
                          & (day < row.period_end), "amount"].sum())
            for row in own.itertuples()
        )  # fmt: skip
        bias[who] = own["commit_amount"].sum() / actual - 1
    found = made.planted["parameters"]
    ranked = sorted(bias, key=bias.__getitem__)
    assert (ranked[-1], ranked[0]) == (found["optimist"], found["sandbagger"])
    assert bias[found["optimist"]] > 0.2
    assert bias[found["sandbagger"]] < -0.2
