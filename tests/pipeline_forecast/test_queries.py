"""What the forecast reads, recounted by plain loops, of every scope, over both engines."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from crm_data.errors import UsageError
from crm_data.queries.deal_rows import DealPick, deal_rows, deal_rows_count
from crm_data.queries.deals import DealCut
from crm_data.queries.pipeline_forecast import (
    closing_curves,
    new_won,
    period_deals,
    pipeline_backtest,
)
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.pipeline_forecast.company import CURVES, END, SCORES, START
from tests.sales_team.company import FACTS

REP = AccessScope(frozenset({"e1"}))
SCOPES = (EVERYTHING, REP, NOBODY)


def visible(row: dict[str, Any], scope: AccessScope) -> bool:
    return scope.owner_ids is None or row["owner_id"] in scope.owner_ids


@pytest.mark.parametrize("scope", SCOPES)
def test_open_deals_and_those_won_in_the_period(conn: sa.Connection, scope: AccessScope) -> None:
    found = period_deals(conn, DealCut(), start=START, end=END, scope=scope)
    expected = [
        row["opportunity_no"] for row in FACTS
        if visible(row, scope)
        and (row["outcome"] is None
             or (row["outcome"] == "won" and START <= row["closed_on"] < END))
    ]  # fmt: skip
    assert found["opportunity_no"].tolist() == expected
    scored = {row["opportunity_no"] for row in SCORES}
    told = found.loc[found["win_probability"].notna(), "opportunity_no"]
    assert set(told) == scored & set(expected)


def test_filters_and_past_days(conn: sa.Connection) -> None:
    cut = DealCut((("team", ("A",)),))
    found = period_deals(conn, cut, start=START, end=END, scope=EVERYTHING)
    assert set(found["team"]) == {"A"}
    with pytest.raises(UsageError, match="today only"):
        period_deals(conn, DealCut(as_of=START), start=START, end=END, scope=EVERYTHING)


@pytest.mark.parametrize("scope", SCOPES)
def test_what_was_won_of_new_deals(conn: sa.Connection, scope: AccessScope) -> None:
    windows = [(date(2025, 2, 10), date(2025, 1, 1), date(2025, 4, 1)),
               (date(2025, 2, 1), START, END), (date(2025, 3, 1), START, END)]  # fmt: skip
    found = new_won(conn, DealCut(), windows, scope=scope)
    sums = [
        sum(
            row["amount"] or 0 for row in FACTS
            if visible(row, scope) and row["outcome"] == "won" and row["created_on"] > after
            and start <= row["closed_on"] < end
        )
        for after, start, end in windows
    ]  # fmt: skip
    assert found["won"].tolist() == sums
    assert found["window"].tolist() == [0, 1, 2]
    if scope is EVERYTHING:
        assert sums[1] > sums[2]
        assert sums[1] > 0
    assert new_won(conn, DealCut(), [], scope=scope).empty


def test_curves_are_of_all_deals_and_of_nobody_to_nobody(conn: sa.Connection) -> None:
    for scope in (EVERYTHING, REP):
        found = closing_curves(conn, scope=scope)
        assert len(found) == len(CURVES)
        assert found["stage_no"].isna().sum() == 3
    assert closing_curves(conn, scope=NOBODY).empty


def test_past_quarters_of_those_whose_deals_are_seen(conn: sa.Connection) -> None:
    def seen(scope: AccessScope, *teams: str) -> list[str]:
        found = pipeline_backtest(conn, scope=scope, teams=frozenset(teams))
        return [f"{row.level}:{row.subject}" for row in found.itertuples()]

    assert len(seen(EVERYTHING, "A", "B")) == 6
    assert seen(REP) == ["owner:e1"]
    assert seen(AccessScope(frozenset({"e1", "e2"})), "A") == ["owner:e1", "team:A"]
    assert seen(NOBODY) == []


def test_one_deal_for_the_drawer(conn: sa.Connection) -> None:
    own = next(row for row in FACTS if row["owner_id"] == "e1")
    other = next(row for row in FACTS if row["owner_id"] == "e3")
    pick = DealPick(DealCut(), ids=(own["opportunity_id"], other["opportunity_id"]))
    for scope, numbers in ((EVERYTHING, {own["opportunity_id"], other["opportunity_id"]}),
                           (REP, {own["opportunity_id"]}), (NOBODY, set())):  # fmt: skip
        assert set(deal_rows(conn, pick, scope=scope, limit=9)["opportunity_id"]) == numbers
        assert deal_rows_count(conn, pick, scope=scope) == len(numbers)
