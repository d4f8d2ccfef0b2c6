"""Queries of the pipeline against plain recounts, now and as of a past day, over both engines."""

import itertools
import math
from collections import Counter
from datetime import date

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.pipeline_movement import pipeline_movement
from crm_data.errors import UsageError
from crm_data.queries import deal_counts, deal_movement, deal_rows, deal_values, deals
from crm_data.queries.deal_rows import DealPick
from crm_data.queries.deals import DealCut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.actions.company import fill
from tests.pipeline.company import DEALS, LAST, Deal, State
from tests.queries.shop import duckdb_engine

THEN = date(2025, 8, 20)
DAYS = pytest.mark.parametrize("as_of", [None, THEN], ids=["now", "then"])


def known(as_of: date | None) -> list[tuple[Deal, State]]:
    return [(d, s) for d in DEALS if (s := d.on(as_of or LAST)) is not None]


def days_of(deal: Deal, state: State, last: date) -> int:
    return ((state.since if state.outcome else last) - deal.created).days


def counted(frame: pd.DataFrame, *names: str) -> Counter[tuple[object, ...]]:
    found: Counter[tuple[object, ...]] = Counter()
    for row in frame.to_dict("records"):
        key = tuple(None if pd.isna(row[name]) else row[name] for name in names)
        found[key] += int(row["deals"])
    return found


@DAYS
def test_deals_by_days_and_outcome(conn: sa.Connection, as_of: date | None) -> None:
    last = as_of or LAST
    cut = DealCut(as_of=as_of)
    found = deal_counts.closing_counts(conn, cut, last_day=last, scope=EVERYTHING)
    deal_counts.CLOSING_COUNTS.check(found)
    wanted = Counter((days_of(d, s, last), s.outcome) for d, s in known(as_of))
    assert counted(found, "days", "outcome") == wanted
    assert len({outcome for _, outcome in wanted}) == 3


def test_impossible_days_are_counted_as_not_known() -> None:
    given = ((date(2025, 5, 1), date(2025, 4, 30)), (None, LAST), (LAST, LAST), (LAST, None))
    facts = [
        {"opportunity_no": number, "created_on": created, "closed_on": closed, "outcome": "won"}
        for number, (created, closed) in enumerate(given)
    ]
    engine = duckdb_engine()
    with engine.begin() as conn:
        fill(conn, {"deal_facts": facts})
        found = deal_counts.closing_counts(conn, DealCut(), last_day=LAST, scope=EVERYTHING)
    engine.dispose()
    assert counted(found, "days", "outcome") == Counter({(0, "won"): 1, (None, "won"): 3})


@DAYS
def test_deals_by_quarter_of_creation(conn: sa.Connection, as_of: date | None) -> None:
    last = as_of or LAST
    cut = DealCut(as_of=as_of)
    found = deal_counts.cohort_counts(conn, cut, last_day=last, unit="quarter", scope=EVERYTHING)
    wanted = Counter(
        (pd.Timestamp(d.created).to_period("Q").start_time, days_of(d, s, last), s.outcome)
        for d, s in known(as_of)
    )
    assert counted(found, "cohort_on", "days", "outcome") == wanted


@DAYS
def test_reasons_of_deals_lost_in_a_period(conn: sa.Connection, as_of: date | None) -> None:
    start, end = date(2025, 3, 1), date(2025, 11, 1)
    found = deal_counts.loss_counts(
        conn, DealCut(as_of=as_of), start=start, end=end, scope=EVERYTHING
    )
    lost = [(d, s) for d, s in known(as_of) if s.outcome == "lost" and start <= s.since < end]
    # The reason is that of today: a deal that has since come back has none.
    reason = [d.reason if d.states[-1].outcome == "lost" else None for d, _ in lost]
    assert counted(found, "loss_reason") == Counter((one,) for one in reason)
    assert found["amount"].sum() == sum(s.amount or 0.0 for _, s in lost)
    assert found["valued"].sum() == sum(s.amount is not None for _, s in lost)


@DAYS
def test_a_narrow_row_per_deal_and_amounts_of_the_won(
    conn: sa.Connection, as_of: date | None
) -> None:
    cut = DealCut(as_of=as_of)
    found = deal_counts.rated_deals(conn, cut, scope=EVERYTHING)
    wanted = Counter((d.created, s.since if s.outcome else None, s.expected, s.outcome, s.amount)
                     for d, s in known(as_of))  # fmt: skip
    rows = Counter(
        (r.created_on.date(), *(None if pd.isna(x) else x.date() for x in
                                (r.closed_on, r.expected_close_on)),
         None if pd.isna(r.outcome) else r.outcome, None if math.isnan(r.amount) else r.amount)
        for r in found.itertuples()
    )  # fmt: skip
    assert rows == wanted
    amounts = deal_counts.won_amounts(conn, cut, scope=EVERYTHING)["amount"]
    won = [s.amount for _, s in known(as_of) if s.outcome == "won" and s.amount is not None]
    assert sorted(amounts) == sorted(won)


@DAYS
@pytest.mark.parametrize("owner", [None, "e1"])
def test_open_deals_with_all_that_is_known_or_what_sums_need(
    conn: sa.Connection, as_of: date | None, owner: str | None
) -> None:
    cut, scope = DealCut((("pipeline", ("P",)),), as_of=as_of), AccessScope(None)
    if owner:
        scope = AccessScope(frozenset({owner}))
    found = deals.open_amounts(conn, cut, scope=scope)
    deals.OPEN_AMOUNTS.check(found)
    wanted = [
        (d.number, "P", s.stage, s.amount, s.expected and pd.Timestamp(s.expected), d.owner)
        for d, s in known(as_of)
        if s.outcome is None and (owner is None or d.owner == owner)
    ]
    shown = found.astype(object).where(found.notna(), None)
    assert list(shown.itertuples(index=False, name=None)) == wanted
    whole = deals.open_deals(conn, cut, scope=scope)
    deals.OPEN_DEALS.check(whole)
    pd.testing.assert_frame_equal(whole[found.columns], found)
    assert deals.open_amounts(conn, cut, scope=NOBODY).empty


@DAYS
def test_what_closed_deals_say_of_a_stage(conn: sa.Connection, as_of: date | None) -> None:
    """Of deals that are closed today and were by then: what came later says nothing."""
    last = as_of or LAST
    found = deal_counts.stage_evidence(
        conn, DealCut(as_of=as_of), share=0.8, scope=EVERYTHING
    ).set_index("stage_no")
    closed = [d for d in DEALS if d.states[-1].outcome and d.states[-1].since <= last]
    for stage in range(3):
        there = [d for d in closed if stage in d.stages_by(last)]
        won = [d for d in there if d.states[-1].outcome == "won"]
        assert found.loc[stage, "closed"] == len(there)
        assert found.loc[stage, "won"] == len(won)
        visits = []
        for deal in won:
            stays = [s for s in deal.states if s.day == s.since]
            visits += [
                ((then.day - one.day).days, deal.number)
                for one, then in itertools.pairwise(stays)
                if one.stage == stage and (one.day != deal.created or deal.number % 2 == 0)
            ]
        lengths = sorted(length for length, _ in visits)
        assert found.loc[stage, "limit_days"] == lengths[math.ceil(0.8 * len(lengths)) - 1]
        assert found.loc[stage, "winners"] == len({number for _, number in visits})


def test_movement_needs_only_deals_that_may_have_moved(conn: sa.Connection) -> None:
    opening, closing = date(2025, 6, 1), date(2025, 9, 1)
    frames = deal_movement.movement_states(
        conn, DealCut(), opening=opening, closing=closing, scope=EVERYTHING
    )
    everything = [_all_on(day) for day in (opening, closing)]
    found, wanted = pipeline_movement(*frames), pipeline_movement(*everything)
    assert found.opening == wanted.opening
    assert found.closing == wanted.closing
    pd.testing.assert_frame_equal(found.steps, wanted.steps)
    assert sorted(found.changes["opportunity_no"]) == sorted(wanted.changes["opportunity_no"])
    by_step = found.steps.set_index("step")["deals"]
    assert {name for name in ("new", "won", "lost", "reopened") if by_step[name]} == {
        "new", "won", "lost", "reopened"
    }  # fmt: skip
    assert len(frames[1]) < len(everything[1])
    same = [
        d.number for d in DEALS
        if (a := d.on(opening)) and (b := d.on(closing)) and a.outcome and a.outcome == b.outcome
    ]  # fmt: skip
    for frame in frames:
        assert not set(frame["opportunity_no"]) & set(same)
    with pytest.raises(UsageError, match="before the opening day"):
        deal_movement.movement_states(
            conn, DealCut(), opening=closing, closing=opening, scope=EVERYTHING
        )


def _all_on(day: date) -> pd.DataFrame:
    known = [(d, s) for d in DEALS if (s := d.on(day)) is not None]
    frame = pd.DataFrame(
        {
            "opportunity_no": [d.number for d, _ in known],
            "pipeline": "P",
            "stage_no": [s.stage for _, s in known],
            "amount": [np.nan if s.amount is None else s.amount for _, s in known],
            "expected_close_on": pd.to_datetime([s.expected for _, s in known]),
            "owner_id": [d.owner for d, _ in known],
            "outcome": [s.outcome for _, s in known],
        }
    )
    return deal_movement.STATES.conform(frame)


@DAYS
@pytest.mark.parametrize(
    "more",
    [
        {"reached": (1, 2)},
        {"reached": (1, 2), "short_of": (2,), "outcomes": ("lost",)},
        {"closed": (date(2025, 5, 1), date(2025, 8, 1)), "outcomes": ("won", "lost")},
        {"created": (date(2025, 5, 1), date(2025, 8, 1))},
        {"expected": (date(2025, 7, 1), date(2025, 10, 1)), "outcomes": (None,)},
        {"reasons": (None,), "outcomes": ("lost",)},
    ],
    ids=["reached", "lost there", "closed", "created", "due", "no reason"],
)
def test_the_deals_behind_a_number(
    conn: sa.Connection, as_of: date | None, more: dict[str, tuple[object, ...]]
) -> None:
    pick = DealPick(DealCut(as_of=as_of), **more)  # type: ignore[arg-type]  # by name
    wanted = {f"d{d.number}" for d, s in known(as_of) if _is_picked(d, s, as_of, **more)}
    found = deal_rows.deal_rows(conn, pick, scope=EVERYTHING, limit=100)
    assert set(found["opportunity_id"]) == wanted
    assert 0 < len(wanted) < len(known(as_of))
    assert deal_rows.deal_rows_count(conn, pick, scope=EVERYTHING) == len(wanted)
    page = deal_rows.deal_rows(conn, pick, scope=EVERYTHING, limit=2, offset=1)
    assert list(page["opportunity_id"]) == list(found["opportunity_id"][1:3])


def _is_picked(
    deal: Deal,
    state: State,
    as_of: date | None,
    reached: tuple[int, ...] = (),
    short_of: tuple[int, ...] = (),
    outcomes: tuple[str | None, ...] = (),
    closed: tuple[date, date] | None = None,
    created: tuple[date, date] | None = None,
    expected: tuple[date, date] | None = None,
    reasons: tuple[str | None, ...] = (),
) -> bool:
    been = deal.stages_by(as_of or LAST)
    won = state.outcome == "won"
    reason = deal.reason if deal.states[-1].outcome == "lost" and state.outcome == "lost" else None

    def within(day: date | None, period: tuple[date, date] | None) -> bool:
        return period is None or (day is not None and period[0] <= day < period[1])

    return (
        (not reached or won or bool(been & set(reached)))
        and (not short_of or not (won or been & set(short_of)))
        and (not outcomes or state.outcome in outcomes)
        and within(state.since if state.outcome else None, closed)
        and within(deal.created, created)
        and within(state.expected, expected)
        and (not reasons or reason in reasons)
    )


def test_nobody_sees_a_deal_and_a_seller_their_own(conn: sa.Connection) -> None:
    own = AccessScope(frozenset({"e1"}))
    mine = sum(d.owner == "e1" for d in DEALS)
    for scope, count in ((NOBODY, 0), (own, mine)):
        counts = deal_counts.closing_counts(conn, DealCut(), last_day=LAST, scope=scope)
        assert counts["deals"].sum() == count
        assert len(deal_counts.rated_deals(conn, DealCut(), scope=scope)) == count
        assert deal_rows.deal_rows_count(conn, DealPick(DealCut()), scope=scope) == count
    day = date(2025, 6, 1)
    for call in (
        lambda s: deal_counts.cohort_counts(conn, DealCut(), last_day=LAST, unit="month", scope=s),
        lambda s: deal_counts.loss_counts(conn, DealCut(), start=day, end=LAST, scope=s),
        lambda s: deal_counts.won_amounts(conn, DealCut(), scope=s),
        lambda s: deal_counts.stage_evidence(conn, DealCut(), share=0.8, scope=s),
        lambda s: deal_movement.movement_states(conn, DealCut(), opening=day, closing=LAST,
                                                scope=s)[1],
        lambda s: deal_values.deal_values(conn, scope=s),
    ):  # fmt: skip
        assert len(call(NOBODY)) == 0
        assert len(call(EVERYTHING)) > 0
    values = deal_values.deal_values(conn, scope=EVERYTHING)
    owners = values[values["field"] == "owner_id"]
    assert counted(owners, "value") == Counter((d.owner,) for d in DEALS)
