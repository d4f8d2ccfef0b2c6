"""Metrics of deals that sums cannot tell: each asks its analysis, for one period and its groups."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics import deal_metrics as told
from analytics.coverage import coverage
from analytics.deal_metrics import Figure
from analytics.quota import team_attainment
from analytics.stage_history import WINNERS, limits_of, rates_of
from analytics.win_rates import derail_age
from crm_data.queries import deal_measures as measures
from crm_data.queries import sales_team
from crm_data.queries.deal_counts import stage_evidence
from crm_data.queries.deal_movement import movement_states
from ui.deal_answers import attained, kept
from ui.deal_asked import Asked
from ui.metric_bases import where_of

Members = dict[str, Any]
Rows = list[tuple[Members, Figure]]
_ONE = timedelta(days=1)
_DAYS = {"created": "created_on", "closed": "closed_on", "expected": "expected_close_on"}
# A period without a start or an end reaches to these.
EVER, NEVER = date(1900, 1, 1), date(2200, 1, 1)


def broad(asked: Asked) -> Rows:
    """Won of those won, lost or derailed; the age to derail at is of all deals of the pipelines."""
    deals, as_of = deals_of(asked), _stamp(asked.known or NEVER)
    period = _stamp(asked.cut.start or EVER), _stamp(asked.cut.end or NEVER)
    rows = []
    for members, part, age in aged(asked, deals):
        rows.append((members, told.broad_rate(part, *period, as_of=as_of, age_days=age)))
    return [row for row in rows if row[1].n or not asked.cut.by]


def deals_of(asked: Asked) -> pd.DataFrame:
    """Return every deal of the question, whenever closed, with its groups."""
    found = measures.closed_frame(
        asked.conn, asked.deals(), asked.cut, whole=True, scope=asked.scope
    )
    return found.rename(columns=_DAYS)


def aged(asked: Asked, deals: pd.DataFrame) -> Iterator[tuple[Members, pd.DataFrame, float]]:
    """Yield the groups with the age at which their deals derail: by pipeline one for each."""
    own = ("pipeline",) if "pipeline" in asked.cut.by else ()
    for _, whole in split(deals, own):
        age = derail_age(whole)
        for members, part in split(whole, asked.cut.by):
            yield members, part, age


def cycle(asked: Asked) -> Rows:
    """Median days from creation to closing of deals won."""
    found = measures.cycle_counts(asked.conn, asked.deals(), asked.cut, scope=asked.scope)
    return [(who, told.median_cycle(part)) for who, part in split(found, asked.cut.by)]


def velocity(asked: Asked) -> Rows:
    """Money per day of the deals open at the end of the period, by those closed in it."""
    found = measures.closed_frame(
        asked.conn, asked.deals(), asked.cut, whole=False, scope=asked.scope
    )
    closed, opened, by = found.rename(columns=_DAYS), _opened(asked), list(asked.cut.by)
    if not by:
        return [({}, told.velocity_figure(closed, int(opened["deals"].sum())))]
    counts = opened.groupby(by, dropna=False, as_index=False)[["deals"]].sum()
    known = closed.merge(counts, on=by, how="left", validate="many_to_one").fillna({"deals": 0})
    return [
        (who, told.velocity_figure(part, int(part["deals"].iloc[0])))
        for who, part in split(known, asked.cut.by)
    ]


def weighted(asked: Asked) -> Rows:
    """Open value by the share won of past deals in the same stage."""
    rates = rates_of(_evidence(asked))
    return [
        (who, told.weighted_figure(part, rates))
        for who, part in split(_opened(asked), asked.cut.by)
    ]  # fmt: skip


def stuck(asked: Asked) -> Rows:
    """Open deals that are in their stage for longer than most winners were."""
    limits, day = limits_of(_evidence(asked)), _stamp(asked.at_end or EVER)
    return [
        (who, told.stuck_count(part, day, limits))
        for who, part in split(_opened(asked), asked.cut.by)
    ]  # fmt: skip


def slippage(asked: Asked) -> Rows:
    """Of the deals due when the period began, those put off behind it."""
    start, end = asked.cut.start, asked.cut.end
    if start is None or end is None or asked.known is None or asked.first is None:
        return []
    opening, closing = start - _ONE, min(end - _ONE, asked.known)
    if opening < asked.first or closing < opening:
        return []  # nobody knows what was due then
    both = movement_states(
        asked.conn, asked.deals(), opening=opening, closing=closing, scope=asked.scope
    )
    period = _stamp(start), _stamp(end)
    if not asked.cut.by:
        return [({}, told.slippage_figure(*both, *period))]
    groups = measures.closed_frame(
        asked.conn, asked.deals(opening), asked.cut, whole=True, scope=asked.scope
    )[[*asked.cut.by, "opportunity_no"]]
    rows = []
    for who, part in split(groups, asked.cut.by):
        opened, closed = (
            side[side["opportunity_no"].isin(part["opportunity_no"])] for side in both
        )
        rows.append((who, told.slippage_figure(opened, closed, *period)))
    return [row for row in rows if row[1].n]


def quota_attainment(asked: Asked) -> Rows:
    """Won by quota, quotas pro-rated."""
    parts = _attainment(asked)
    if parts is None:
        return []
    found = team_attainment(parts, asked.cut.by)
    return [(_members(row, asked.cut.by), told.attained(row)) for _, row in found.iterrows()]


def quota_coverage(asked: Asked) -> Rows:
    """Open value due in the period by what is still to be won of the quota."""
    parts, by = _attainment(asked), asked.cut.by
    if parts is None or asked.cut.start is None or asked.cut.end is None:
        return []
    due = _opened(asked, (asked.cut.start, asked.cut.end))
    if by:
        due = due.groupby(list(by), dropna=False, as_index=False)[["amount", "deals"]].sum()
    opened = due.rename(columns={"amount": "open_value"})
    found = coverage(team_attainment(parts, by), opened, by)
    if by:
        found = found.merge(due[[*by, "deals"]], on=list(by), how="left")
    else:
        found = found.assign(deals=due["deals"].sum())
    counts = found["deals"].fillna(0).astype("int64")
    return [
        (_members(row, by), told.covered(row, int(counts.loc[place])))
        for place, (_, row) in enumerate(found.iterrows())
    ]


ANALYSES: dict[str, Callable[[Asked], Rows]] = {
    "win_rate_broad": broad,
    "sales_cycle_days": cycle,
    "sales_velocity": velocity,
    "weighted_pipeline": weighted,
    "stuck_deals": stuck,
    "slippage_rate": slippage,
    "quota_attainment": quota_attainment,
    "pipeline_coverage": quota_coverage,
}


def split(frame: pd.DataFrame, by: tuple[str, ...]) -> Iterator[tuple[Members, pd.DataFrame]]:
    """Yield the groups of a frame, missing ones last; without groups the frame itself."""
    if not by:
        yield {}, frame.reset_index(drop=True)
        return
    for key, part in frame.groupby(list(by), dropna=False, sort=True):
        yield dict(zip(by, key, strict=True)), part.reset_index(drop=True)


def _attainment(asked: Asked) -> pd.DataFrame | None:
    """Return what sellers won against their quotas; None where nobody has one."""
    start, end, known = asked.cut.start, asked.cut.end, asked.known
    if start is None or end is None or known is None:
        return None
    period: dict[str, Any] = {"start": start, "end": end, "scope": asked.scope}
    people = kept(sales_team.sellers(asked.conn, scope=asked.scope), where_of(asked.cut))
    quotas = sales_team.quotas(asked.conn, **period)
    results = sales_team.results(asked.conn, asked.deals(), **period)
    return attained(quotas, people, results, (start, end), known + _ONE)


def _opened(asked: Asked, due: tuple[date, date] | None = None) -> pd.DataFrame:
    """Return the deals open at the end of the period, by stage, under the names of analyses."""
    found = measures.open_counts(
        asked.conn, asked.deals(asked.at_end), asked.cut, scope=asked.scope, due=due
    )
    if "pipeline" in asked.cut.by:
        return found.drop(columns="of_pipeline")
    return found.rename(columns={"of_pipeline": "pipeline"})


def _evidence(asked: Asked) -> pd.DataFrame:
    history = asked.history(asked.at_end)
    return stage_evidence(asked.conn, history, share=WINNERS, scope=asked.scope)


def _members(row: pd.Series, by: tuple[str, ...]) -> Members:
    return {name: row[name] for name in by}


def _stamp(day: date) -> pd.Timestamp:
    return pd.Timestamp(day)
