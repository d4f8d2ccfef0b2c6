"""The series of won value against plain recounts, and as it was known on a past day."""

from datetime import date

import numpy as np
import pytest
import sqlalchemy as sa

from crm_data.queries import sales_team
from crm_data.queries.deals import DealCut
from crm_data.queries.series import SeriesCut, metric_series
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.sales_team.company import FACTS

SOME = AccessScope(frozenset({"e1", "e3"}))


@pytest.mark.parametrize("scope", [EVERYTHING, SOME, NOBODY], ids=["all", "two", "nobody"])
def test_won_value_by_month_is_a_plain_recount(conn: sa.Connection, scope: AccessScope) -> None:
    found = metric_series(conn, SeriesCut("won_amount", "month"), scope=scope)

    wanted: dict[tuple[int, int], float] = {}
    for deal in FACTS:
        is_seen = scope.owner_ids is None or deal["owner_id"] in scope.owner_ids
        if deal["outcome"] == "won" and is_seen:
            month = (deal["closed_on"].year, deal["closed_on"].month)
            wanted.setdefault(month, float("nan"))
            if deal["amount"]:
                wanted[month] = np.nan_to_num(wanted[month]) + deal["amount"]
    own = {
        (day.year, day.month): value
        for day, value in zip(found["period_on"], found["value"], strict=True)
        if value
    }
    # where no amount of a month is known, the month is missing and not 0
    assert own == pytest.approx(wanted, nan_ok=True)


def test_a_past_day_sees_nothing_later(conn: sa.Connection) -> None:
    day = date(2025, 4, 20)
    cut = SeriesCut("won_amount", "month", as_of=day)
    found = metric_series(conn, cut, scope=EVERYTHING)
    won = sales_team.won_days(
        conn, DealCut(as_of=day), start=date(2025, 1, 1), end=date(2026, 1, 1), scope=EVERYTHING
    )

    assert found["period_on"].max().date() == date(2025, 4, 1)
    assert not found["is_complete"].iloc[-1]
    assert won["closed_on"].max().date() <= day
    assert found["value"].sum() == pytest.approx(float(won["amount"].sum()))


def test_parts_are_those_of_deals(conn: sa.Connection) -> None:
    cut = SeriesCut("won_amount", "quarter", by="team")
    found = metric_series(conn, cut, scope=EVERYTHING)
    whole = metric_series(conn, SeriesCut("won_amount", "quarter"), scope=EVERYTHING)

    assert set(found["member"].dropna()) == {"A", "B"}
    assert found["value"].sum() == whole["value"].sum()


def test_a_seller_begins_with_the_first_win(conn: sa.Connection) -> None:
    cut = SeriesCut("won_amount", "month", by="owner_id")
    found = metric_series(conn, cut, scope=EVERYTHING)

    # months in which only a loss was closed are 0, and are no history of sales before the first win
    assert (found.groupby("member")["value"].first() != 0).all()
    assert (found["value"] == 0).any()
