"""Campaigns without a hold-out, compared with customers like those whom they wrote to."""

import json
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from analytics.experiment_arms import likely_control
from analytics.matched_effect import Match, matched_effect
from crm_data.marts.score_inputs_matched import (
    LEVELS,
    MATCH_CAMPAIGNS,
    MATCH_CAMPAIGNS_SQL,
    MOST_AFTER,
    MOST_BEFORE,
    NUMBERS,
    OUTCOMES,
    MatchDays,
    match_people_spec,
    match_people_sql,
)
from crm_data.score_store import ScoreStore
from crm_data.tables.matched_scores import MATCHED_SCORES
from scoring.step import Scores

MOST_CAMPAIGNS = 24  # the newest; what is older keeps attribution only
LONGEST_CONTACT = (
    7  # days from the first member to the last: later ones are chosen by what happened
)
Rows = dict[str, list[pd.DataFrame]]


def step(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:  # noqa: ARG001 # a Step
    """Return what was found of each campaign of which nobody was left alone."""
    found = store.frame(MATCH_CAMPAIGNS_SQL, MATCH_CAMPAIGNS)
    is_open = [not likely_control(json.loads(arms)) for arms in found["arms"]]
    rows: Rows = {spec.name: [] for spec in MATCHED_SCORES}
    for place, one in enumerate(found[np.array(is_open, dtype=bool)].to_dict("records")):
        row = {str(name): value for name, value in one.items()}
        days = _days(row)
        reason = _no_comparison(row, place, days)
        kept = _keep(rows, row, days)
        if reason or days is None:
            kept({"reason": reason})
            continue
        _compare(store, days, kept)
    return Scores(tables={name: pd.concat(parts) for name, parts in rows.items() if parts})


def _days(row: dict[str, Any]) -> MatchDays | None:
    """Return the periods of a campaign, as far as there are orders; None where its days go on."""
    first, end, known = (row[n].date() for n in ("first_on", "window_end_on", "known_on"))
    if pd.isna(row["known_on"]) or pd.isna(row["orders_on"]) or end > known:
        return None
    days = (end - first).days + 1
    before = min(MOST_BEFORE, (first - row["orders_on"].date()).days // days)
    after = min(MOST_AFTER, (known - end).days // days)
    return MatchDays(str(row["campaign_id"]), first, days, max(0, before), after)


def _no_comparison(row: dict[str, Any], place: int, days: MatchDays | None) -> str:
    """Return why a campaign cannot be compared at all."""
    if days is None:
        return "unfinished"
    if place >= MOST_CAMPAIGNS:
        return "old"
    if (row["last_on"] - row["first_on"]).days > LONGEST_CONTACT:
        return "staggered"
    return "" if days.before else "history"


def _keep(rows: Rows, row: dict[str, Any], days: MatchDays | None) -> Any:
    """Return what takes the row of a campaign, and its frames, to where they go."""
    known = {"campaign_id": row["campaign_id"], "first_on": row["first_on"],
             "window_end_on": row["window_end_on"], "members": row["customers"],
             "period_days": None if days is None else days.days}  # fmt: skip

    def keep(more: dict[str, Any], **frames: pd.DataFrame) -> None:
        rows["campaign_matches"].append(pd.DataFrame([known | more]))
        for name, frame in frames.items():
            if not frame.empty:
                rows[name].append(frame.assign(campaign_id=row["campaign_id"]))

    return keep


def _compare(store: ScoreStore, days: MatchDays, keep: Any) -> None:
    people = store.frame(match_people_sql(days), match_people_spec(days))
    sizes = people.groupby(["contacted", "is_met_elsewhere"])["side_size"].first()
    ours = people[~people["is_met_elsewhere"].astype(bool)].reset_index(drop=True)
    outcomes = {
        name: ours[[f"{name}_{k}" for k in range(days.periods)]].to_numpy(dtype="float64")
        for name in OUTCOMES
    }
    bought = {f"bought_{k - days.before}": outcomes["conversion"][:, k] for k in range(days.before)}
    found = matched_effect(
        ours.assign(**bought), outcomes, before=days.before, numbers=NUMBERS, levels=LEVELS,
        checks=list(bought),
    )  # fmt: skip
    reachable = int(sizes.get((True, False), 0))
    told = {
        "reason": found.reason, "met_elsewhere": int(sizes.get((True, True), 0)),
        "others": int(sizes.get((False, False), 0)), "contacted": found.contacted,
        "comparison": found.comparison, "reach": _reach(found, reachable),
        "without_counterpart": found.without_counterpart,
        "effective_contacted": found.effective_contacted,
        "effective_comparison": found.effective_comparison,
        "most_before": found.balance["before"].abs().max() if len(found.balance) else None,
        "most_after": found.balance["after"].abs().max() if len(found.balance) else None,
    }  # fmt: skip
    starts = [days.first_on + timedelta(days=int(k) * days.days) for k in found.periods["period"]]
    keep(
        told, campaign_match_effects=found.effects, campaign_match_balance=found.balance,
        campaign_match_periods=found.periods.assign(period_on=pd.to_datetime(starts)),
    )  # fmt: skip


def _reach(found: Match, reachable: int) -> int | None:
    """Return customers whom the effect may be said of."""
    if np.isnan(found.without_counterpart):
        return None
    return round(reachable * (1 - found.without_counterpart))
