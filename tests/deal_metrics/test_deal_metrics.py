"""Metrics of deals: counted by hand, equal to the analyses, as known then, for each viewer."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.metric_registry import METRICS, metric
from analytics.stage_history import WINNERS
from analytics.velocity import velocity
from analytics.win_rates import win_rates
from crm_data.errors import UsageError
from crm_data.queries import sales_team
from crm_data.queries.cut import Cut, parse_cut
from crm_data.queries.deal_counts import rated_deals, stage_evidence
from crm_data.queries.deals import DealCut, open_amounts
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.deal_metrics.company import LAST, Q1
from ui.closed_answers import closed_results, open_at_end
from ui.deal_answers import attained, covered, weighted
from ui.deal_metric_rows import deal_metric_rows
from ui.metrics import metric_document, metric_values

PQ = (("pipeline", ("P", "Q")),)
OF_R = (("pipeline", ("R",)),)
QUARTER = Cut(*Q1, where=PQ)
PARTS = ("value", "numerator", "denominator", "n")
OF_DEALS = [name for name, one in METRICS.items() if one.source == "deals"]


def asked(conn: sa.Connection, name: str, cut: Cut, **more: Any) -> Any:
    given = {"scope": EVERYTHING, "version": "v", "name": name, "cut": cut}
    return metric_document(conn, **given | more)


def only(conn: sa.Connection, name: str, cut: Cut = QUARTER, **more: Any) -> Any:
    (row,) = asked(conn, name, cut, **more)["rows"]
    return row


def by(conn: sa.Connection, name: str, dimension: str, cut: Cut = QUARTER, **more: Any) -> Any:
    cut = Cut(cut.start, cut.end, (dimension,), cut.where)
    return {row[dimension]: row for row in asked(conn, name, cut, **more)["rows"]}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("won_value", (300, 300, None, 3)),  # d4 was won, its amount is not known
        ("won_deals", (3, 3, None, 3)),
        ("lost_deals", (2, 2, None, 2)),
        ("win_rate", (3 / 5, 3, 5, 5)),
        ("win_rate_by_value", (300 / 680, 300, 680, 4)),
        ("win_rate_broad", (3 / 6, 3, 6, 6)),  # d8 derailed
        ("win_rate_created_cohort", (2 / 4, 2, 4, 4)),  # d3 d4 of d3 d4 d6 d7
        ("open_pipeline_value", (510, 510, None, 3)),
        ("average_deal_size", (150, 300, 2, 2)),
        ("sales_cycle_days", (46, None, None, 3)),  # 36, 46, 46
        ("slippage_rate", (1 / 3, 1, 3, 3)),  # d5 of d1 d2 d5
    ],
)
def test_a_quarter_by_hand(conn: sa.Connection, name: str, expected: tuple[Any, ...]) -> None:
    row = only(conn, name)
    assert tuple(row[part] for part in PARTS) == pytest.approx(expected)
    assert row["is_complete"] is True
    document = asked(conn, name, QUARTER)
    assert (document["start"], document["end"]) == ("2026-01-01", "2026-04-01")
    assert document["watermark"] == "2026-03-31"


def test_win_rates_and_velocity_are_those_of_the_analyses(conn: sa.Connection) -> None:
    frame = rated_deals(conn, DealCut(PQ), scope=EVERYTHING)
    start, end = (pd.Timestamp(day) for day in Q1)
    found = win_rates(frame, start, end, as_of=pd.Timestamp(LAST))
    names = ("win_rate", "win_rate_by_value", "win_rate_broad", "win_rate_created_cohort")
    for name, rate in zip(names, found.all(), strict=True):
        row = only(conn, name)
        told = (rate.share, rate.numerator, rate.denominator, rate.n, rate.low, rate.high)
        assert tuple(row[part] for part in (*PARTS, "low", "high")) == pytest.approx(told), name
    inside = frame[(frame["closed_on"] >= start) & (frame["closed_on"] < end)]
    # open at the end: d5 d6 d8
    speed, row = velocity(inside, 3).parts.loc["velocity"], only(conn, "sales_velocity")
    assert row["value"] == pytest.approx(speed["value"])
    assert row["value"] == pytest.approx(row["numerator"] / row["denominator"])
    assert row["denominator"] == pytest.approx((36 + 46 + 46) / 3)
    assert (row["low"], row["n"]) == (None, 5)


def test_velocity_of_groups_and_months_counts_what_was_open_there_and_then(
    conn: sa.Connection,
) -> None:
    owners = by(conn, "sales_velocity", "owner_id")
    assert owners["e1"]["value"] == pytest.approx(2 * 0.5 * 100 / 36)  # open: d5 d8
    assert owners["e2"]["value"] == pytest.approx(1 * 1 * 200 / 46)  # d6
    months = list(by(conn, "sales_velocity", "closed_on:month").values())
    assert months[0]["value"] == pytest.approx(5 * 1 * 100 / 36)  # on 31 January: d2 d3 d4 d5 d8
    assert months[1]["value"] == pytest.approx(4 * 2 / 3 * 200 / 46)  # on 28 February: d5 to d8


def test_broad_rate_of_groups_adds_up_and_ages_are_of_the_whole(conn: sa.Connection) -> None:
    total, found = only(conn, "win_rate_broad"), by(conn, "win_rate_broad", "owner_id")
    assert sum(row["denominator"] for row in found.values()) == total["denominator"] == 6
    assert found["e1"]["numerator"] == 1
    # R has closed deals enough to learn an age from, 19 days: r26 and r28 are older
    whole = Cut(*Q1)
    r = by(conn, "win_rate_broad", "pipeline", Cut(date(2025, 10, 1), Q1[1]))["R"]
    assert (r["numerator"], r["denominator"]) == (20, 27)
    assert only(conn, "win_rate_broad", whole)["n"] > total["n"]


def test_groups(conn: sa.Connection) -> None:
    offices = by(conn, "won_value", "office")
    assert {key: row["value"] for key, row in offices.items()} == {"A": 100, "B": 200, None: 0}
    # Region is the customer's: what is not known is in a group of its own, nothing is invented
    regions = by(conn, "won_value", "region")
    assert {key: row["value"] for key, row in regions.items()} == {"East": 200, None: 100}
    months = by(conn, "won_value", "closed_on:month")
    assert [row["value"] for row in months.values()] == [100, 200, 0]
    assert all(row["is_complete"] for row in months.values())
    cycles = by(conn, "sales_cycle_days", "closed_on:month")
    assert [(row["value"], row["n"]) for row in cycles.values()] == [(36, 1), (46, 2)]
    not_e1 = Cut(*Q1, where=(*PQ, ("owner_id!", ("e1",))))
    assert only(conn, "win_rate", not_e1)["n"] == 3  # d3 d4, and d7 that nobody owns


def test_state_at_the_end_of_the_period_and_as_known_then(conn: sa.Connection) -> None:
    january = Cut(date(2026, 1, 1), date(2026, 2, 1), where=PQ)
    row = only(conn, "open_pipeline_value", january)
    assert (row["value"], row["n"]) == (300 + 200 + 50 + 60, 5)
    then: Any = {"as_of": date(2026, 2, 15)}
    row = only(conn, "open_pipeline_value", Cut(where=PQ), **then)
    assert (row["value"], row["n"]) == (200 + 50 + 400 + 80 + 60, 6)
    won = only(conn, "won_value", **then)
    assert (won["value"], won["n"], won["is_complete"]) == (100, 1, False)
    assert asked(conn, "won_value", QUARTER, **then)["as_of"] == "2026-02-15"


def test_stages_tell_what_open_deals_are_worth_and_which_are_stuck(conn: sa.Connection) -> None:
    row = only(conn, "weighted_pipeline", Cut(where=OF_R))
    assert (row["value"], row["n"]) == (pytest.approx(0.8 * 1500), 2)
    assert row["low"] < row["value"] < row["high"]
    stuck = only(conn, "stuck_deals", Cut(where=OF_R))
    assert (stuck["value"], stuck["n"]) == (1, 2)  # 30 days; four of five winners took 16 or less
    earlier = only(conn, "stuck_deals", Cut(where=OF_R), as_of=date(2026, 3, 10))
    assert (earlier["value"], earlier["n"]) == (0, 1)
    for name in ("weighted_pipeline", "stuck_deals"):  # P has no past that tells anything
        assert only(conn, name)["value"] is None
    mine = by(conn, "weighted_pipeline", "pipeline", Cut())
    assert mine["P"]["value"] is None  # not left out: it has open deals
    assert mine["R"]["value"] == pytest.approx(1200)


def test_quotas(conn: sa.Connection) -> None:
    row = only(conn, "quota_attainment", Cut())  # of the running quarter
    assert tuple(row[part] for part in PARTS) == pytest.approx((300 / 1500, 300, 1500, 2))
    assert asked(conn, "quota_attainment", Cut())["start"] == "2026-01-01"
    teams = by(conn, "quota_attainment", "team", Cut())
    assert {key: row["value"] for key, row in teams.items()} == {"North": 0.1, "South": 0.4}
    quarters = by(conn, "quota_attainment", "closed_on:quarter", Cut())
    assert {key[:7]: row["value"] for key, row in quarters.items()} == {"2026-01": 0.2}
    then = only(conn, "pipeline_coverage", Cut(), as_of=date(2026, 2, 15))
    assert tuple(then[part] for part in PARTS) == pytest.approx((200 / 1400, 200, 1400, 1))
    offices = by(conn, "pipeline_coverage", "office", Cut(), as_of=date(2026, 2, 15))
    assert (offices["A"]["value"], offices["B"]["value"]) == (0, pytest.approx(200 / 500))
    own = only(conn, "quota_attainment", Cut(where=(("owner_id", ("e2",)),)))
    assert own["value"] == 0.4
    with pytest.raises(UsageError, match="Quotas are of people"):
        asked(conn, "quota_attainment", Cut(by=("pipeline",)))
    assert only(conn, "quota_attainment", Cut(date(2025, 10, 1), Q1[0]))["value"] is None


@pytest.mark.parametrize("as_of", [None, date(2026, 2, 15)], ids=["now", "then"])
def test_metrics_are_the_figures_of_the_page(conn: sa.Connection, as_of: date | None) -> None:
    everyone: Any = {"scope": EVERYTHING}
    of_r, whole = DealCut(OF_R, as_of=as_of), DealCut(as_of=as_of)
    evidence = stage_evidence(conn, of_r, share=WINNERS, **everyone)
    sums = weighted(open_amounts(conn, of_r, **everyone), evidence)
    row = only(conn, "weighted_pipeline", Cut(where=OF_R), as_of=as_of)
    shown = [None if np.isnan(x) else pytest.approx(x) for x in (sums.value, sums.low, sums.high)]
    assert [row["value"], row["low"], row["high"], row["n"]] == [*shown, sums.told]

    day = as_of or LAST
    for end in (Q1[1], date(2026, 2, 1)):
        opened = open_at_end(conn, whole, end, day, **everyone)
        rated = rated_deals(conn, whole, **everyone)
        speed = closed_results(rated, opened, Q1[0], end, day).speed.parts.loc["velocity"]
        row = only(conn, "sales_velocity", Cut(Q1[0], end), as_of=as_of)
        assert [row["value"], row["low"]] == [
            None if np.isnan(x) else pytest.approx(x) for x in (speed["value"], speed["low"])
        ]

    period: Any = {"start": Q1[0], "end": Q1[1], **everyone}
    found = (sales_team.quotas(conn, **period), sales_team.sellers(conn, **everyone),
             sales_team.results(conn, whole, **period))  # fmt: skip
    until = day + timedelta(days=1)
    cover = covered(attained(*found, Q1, until), open_amounts(conn, whole, **everyone), Q1)
    row = only(conn, "pipeline_coverage", Cut(), as_of=as_of)
    assert cover is not None
    assert [row["value"], row["numerator"], row["denominator"]] == pytest.approx(
        [cover.of_left, cover.open_value, cover.left]
    )


def test_slippage_by_group_and_before_anything_was_known(conn: sa.Connection) -> None:
    assert by(conn, "slippage_rate", "owner_id")["e1"]["n"] == 3
    months = by(conn, "slippage_rate", "expected_close_on:month")
    # February: d2 was lost, d3 was won; March: d5 had been put off before it began
    assert {key[5:7]: (row["numerator"], row["n"]) for key, row in months.items()} == {
        "01": (0, 1), "02": (0, 2),
    }  # fmt: skip
    # Due at the end of the day before: d3 and d5, which was put off on the first day itself
    late = only(conn, "slippage_rate", Cut(date(2026, 2, 15), date(2026, 3, 15), where=PQ))
    assert (late["numerator"], late["n"]) == (1, 2)
    early = only(conn, "slippage_rate", Cut(date(2025, 7, 1), date(2025, 10, 1)))
    assert (early["value"], early["n"], early["is_complete"]) == (None, 0, False)


def test_each_viewer_sees_their_own(conn: sa.Connection) -> None:
    own: Any = {"scope": AccessScope(frozenset({"e1"}))}
    assert only(conn, "won_value", **own)["value"] == 100
    assert set(by(conn, "win_rate_broad", "owner_id", **own)) == {"e1"}
    assert only(conn, "quota_attainment", Cut(), **own)["denominator"] == 1000
    for name in OF_DEALS:
        assert not only(conn, name, Cut(*Q1), scope=NOBODY)["n"], name


def test_before_the_first_day_nothing_is_known(conn: sa.Connection) -> None:
    for name in OF_DEALS:
        row = only(conn, name, Cut(date(2024, 1, 1), date(2025, 1, 1)))
        assert (row["value"], row["is_complete"]) == (None, False), name


def test_compared(conn: sa.Connection) -> None:
    february = Cut(date(2026, 2, 1), date(2026, 3, 1), where=PQ)
    document = asked(conn, "won_value", february, compare="previous")
    assert document["compare"]["rows"] == [{"value": 100, "change": 100, "relative_change": 1}]
    cut = Cut(*Q1, ("owner_id",), PQ)
    found = asked(conn, "sales_cycle_days", cut, compare="previous")["compare"]["rows"]
    assert {row["value"] for row in found} == {None}  # nothing was won the quarter before
    assert asked(conn, "open_pipeline_value", february, compare="previous")["compare"]["rows"] == [
        {"value": 610, "change": 510 + 80 - 610, "relative_change": pytest.approx(-20 / 610)}
    ]


def test_several_at_once_beside_those_of_sales(conn: sa.Connection) -> None:
    names = ("won_value", "win_rate_broad", "leads")
    found = metric_values(conn, scope=EVERYTHING, names=names, cut=Cut(*Q1))
    assert tuple(found) == names
    assert found["leads"]["value"].tolist() == [2]


@pytest.mark.parametrize("name", OF_DEALS)
def test_rows_are_as_many_as_the_number_rests_on(conn: sa.Connection, name: str) -> None:
    cut = Cut(*Q1) if name in ("quota_attainment", "pipeline_coverage") else QUARTER
    cut = Cut(where=OF_R) if name in ("weighted_pipeline", "stuck_deals") else cut
    row = only(conn, name, cut)
    total, found = deal_metric_rows(conn, scope=EVERYTHING, metric=metric(name), cut=cut, limit=2)
    expected = {
        "average_deal_size": 3, "win_rate_by_value": 5,  # with those that have no amount
        "weighted_pipeline": 3, "stuck_deals": 1, "quota_attainment": 3,
    }.get(name, row["n"])  # fmt: skip
    assert total == expected
    assert len(found) == min(2, total)
    assert not total or {"opportunity_id", "customer_name", "amount", "outcome"} <= set(found)
    assert deal_metric_rows(
        conn, scope=NOBODY, metric=metric(name), cut=cut, limit=2
    )[0] == 0  # fmt: skip


def test_an_unknown_dimension_is_told_with_those_there_are(conn: sa.Connection) -> None:
    with pytest.raises(UsageError, match=r"cut by 'colour'.*office.*closed_on:day"):
        asked(conn, "won_value", Cut(by=("colour",)))
    with pytest.raises(UsageError, match="expected_close_on"):
        asked(conn, "open_pipeline_value", Cut(by=("closed_on:month",)))
    with pytest.raises(UsageError, match="cut by 'status'"):
        parse_cut(None, None, (), ("status=x",), "", metric("win_rate").clock_column)
