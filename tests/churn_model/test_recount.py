"""Every feature of the sample company, counted again in plain pandas from its source tables."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from crm_data.marts.score_inputs_churn import FEATURES
from sample_data.generate import generate
from tests.churn_model.stage import READ, Stage

END, DAY = date(2026, 11, 18), date(2026, 6, 1)
HORIZON, SILENCE = 90, 120
NOW = pd.Timestamp(DAY)
MIDNIGHT, SINCE = NOW + pd.Timedelta(days=1), NOW - pd.Timedelta(days=89)
BEFORE, LATER = SINCE - pd.Timedelta(days=90), NOW + pd.Timedelta(days=HORIZON)
Frames = dict[str, pd.DataFrame]


@pytest.fixture(scope="module")
def both() -> tuple[Stage, Frames]:
    company = generate(customers=500, seed=4, months=20, end=END)
    stage = Stage().filled({name: company.frames[name] for name in READ})
    return stage, {name: stage.con.table(name).df() for name in READ}


def orders_of(frames: Frames) -> pd.DataFrame:
    lines = frames["order_lines"].groupby("order_id")["amount"].sum()
    orders = frames["orders"].assign(status=frames["orders"]["status"].fillna("paid"))
    orders = orders[orders["status"].isin(["paid", "returned"])].dropna(subset=["customer_id"])
    value = orders["amount"].fillna(orders["order_id"].map(lines)).astype(float)
    return orders.assign(value=value, on=pd.to_datetime(orders["ordered_on"]))


def by_hand(frames: Frames, who: str, orders: pd.DataFrame) -> dict[str, object]:
    def own(table: str) -> pd.DataFrame:
        rows = frames[table]
        return rows[rows["customer_id"] == who]

    mine = orders[(orders["customer_id"] == who) & (orders["on"] <= NOW)]
    bought = sorted(set(mine.loc[mine["status"] == "paid", "on"]))
    last, first = (bought[-1], bought[0]) if bought else (None, None)
    recent, earlier = mine["on"] >= SINCE, (mine["on"] >= BEFORE) & (mine["on"] < SINCE)
    gaps = np.diff([day.toordinal() for day in bought])
    held = own("subscriptions")
    held = held[pd.to_datetime(held["started_on"]) <= NOW].sort_values("started_on")
    ends = pd.to_datetime(held["ended_on"]).where(pd.to_datetime(held["ended_on"]) <= NOW)
    starts, amounts = list(pd.to_datetime(held["started_on"])), list(held["monthly_amount"])
    contracts = list(zip(starts, ends, amounts, strict=True))
    changes = [
        (float(before), float(after))
        for begin, _, after in contracts
        for start, end, before in contracts
        if start < begin and pd.notna(end) and abs((begin - end).days) <= 31
    ]
    begun = None
    for place, start in enumerate(starts):
        until = [NOW if pd.isna(end) else end for end in list(ends)[:place]]
        if begun is None or (start - max(until)).days > 31:
            begun = start
    tickets = own("tickets")
    tickets = tickets[tickets["created_at"] < MIDNIGHT]
    waits, unanswered = [], 0
    for case in tickets.to_dict("records"):
        answers = [case[name] for name in ("first_response_at", "resolved_at", "closed_at")]
        known = [one for one in answers if pd.notna(one) and one < MIDNIGHT]
        unanswered += not known
        hours = ((known[0] if known else MIDNIGHT) - case["created_at"]).total_seconds() / 3600
        waits += [hours] if case["is_complaint"] and hours >= 0 else []
    surveys = own("survey_responses")
    surveys = surveys[(surveys["responded_at"] < MIDNIGHT) & surveys["score"].notna()]
    surveys = surveys.sort_values(["responded_at", "response_id"])
    contacts = own("interactions")
    contacts = contacts[contacts["occurred_at"] < MIDNIGHT]["occurred_at"]
    reached = own("campaign_members")
    when = reached["assigned_at"].fillna(reached["sent_at"])
    reached = reached[(when >= SINCE) & (when < MIDNIGHT) & (reached["arm"] != "control")]
    person = own("customers").iloc[0]
    is_held = len(held) > 0
    last_of = {kind: surveys.loc[surveys["kind"] == kind, "score"] for kind in ("nps", "csat")}
    returned = (mine["status"] == "returned").mean() if len(mine) else None
    return {
        "days_since_last_order": last and (NOW - last).days,
        "days_since_first_order": first and (NOW - first).days,
        "order_days": len(bought),
        "order_days_90d": sum(day >= SINCE for day in bought),
        "order_days_90d_before": sum(BEFORE <= day < SINCE for day in bought),
        "overdue": (NOW - last).days / gaps.mean() if last is not None and len(gaps) else None,
        "net_amount_90d": mine.loc[recent, "value"].sum(),
        "net_amount_90d_before": mine.loc[earlier, "value"].sum(),
        "returned_share": returned,
        "contract_age_days": (NOW - begun).days if begun is not None else None,
        "monthly_amount": held.loc[ends.isna(), "monthly_amount"].sum() if ends.isna().any()
        else None,
        "was_upgraded": any(new > old for old, new in changes) if is_held else None,
        "was_downgraded": any(new < old for old, new in changes) if is_held else None,
        "tickets_90d": (tickets["created_at"] >= SINCE).sum(),
        "complaints_90d": (tickets["is_complaint"] & (tickets["created_at"] >= SINCE)).sum(),
        "complaint_response_hours": max(waits, default=None),
        "unanswered_tickets": unanswered,
        "last_nps": last_of["nps"].iloc[-1] if len(last_of["nps"]) else None,
        "last_csat": last_of["csat"].iloc[-1] if len(last_of["csat"]) else None,
        "contacts_90d": (contacts >= SINCE).sum(),
        "days_since_last_contact": (NOW - contacts.max().normalize()).days if len(contacts)
        else None,
        "campaigns_90d": reached["campaign_id"].nunique(),
        "kind": person["kind"], "region": person["region"], "source": person["source"],
    }  # fmt: skip


@pytest.mark.parametrize("kind", ["contract", "silence"])
def test_every_feature_is_what_plain_loops_count(both: tuple[Stage, Frames], kind: str) -> None:
    stage, frames = both
    orders = orders_of(frames)
    found = stage.members(kind, DAY, horizon=HORIZON, silence=SILENCE)

    assert len(found) > 50
    expected = pd.DataFrame(
        [by_hand(frames, who, orders) for who in found.index], index=found.index
    )
    for name in FEATURES:
        ours, theirs = found[name].astype(object), expected[name].astype(object)
        same = (ours.isna() & theirs.isna()) | (ours == theirs)
        if name not in ("kind", "region", "source"):
            near = np.isclose(ours.fillna(np.nan).astype(float), theirs.astype(float), rtol=1e-9)
            same |= near
        assert same.all(), (name, found.loc[~same, name].head(), expected.loc[~same, name].head())
    used = (*FEATURES[:20], "was_upgraded", "region") if kind == "contract" else FEATURES[:9]
    assert [name for name in used if found[name].nunique(dropna=False) < 2] == []


def test_members_and_who_has_left_are_who_plain_loops_find(both: tuple[Stage, Frames]) -> None:
    stage, frames = both
    orders = orders_of(frames)
    paid = orders[orders["status"] == "paid"]
    held = frames["subscriptions"].assign(
        start=lambda f: pd.to_datetime(f["started_on"]), end=lambda f: pd.to_datetime(f["ended_on"])
    )

    def running(on: pd.Timestamp) -> set[str]:
        is_running = (held["start"] <= on) & (held["end"].isna() | (held["end"] > on))
        return set(held.loc[is_running, "customer_id"])

    def bought(after: pd.Timestamp, until: pd.Timestamp) -> set[str]:
        return set(paid.loc[(paid["on"] > after) & (paid["on"] <= until), "customer_id"])

    ever = set(held.loc[held["start"] <= NOW, "customer_id"])
    active = bought(NOW - pd.Timedelta(days=SILENCE + 1), NOW) - ever
    expected = {
        "contract": {who: who not in running(LATER) for who in running(NOW)},
        "silence": {who: who not in bought(NOW, LATER) for who in active},
    }
    for kind, who in expected.items():
        found = stage.members(kind, DAY, horizon=HORIZON, silence=SILENCE)["has_left"]
        assert {str(k): bool(v) for k, v in found.items()} == who, kind
        assert 0 < found.sum() < len(found)


def test_a_part_of_the_members_is_the_same_part_whole(both: tuple[Stage, Frames]) -> None:
    stage, _ = both
    everybody = stage.members("silence", DAY, horizon=HORIZON, silence=SILENCE)
    some = stage.members("silence", DAY, horizon=HORIZON, silence=SILENCE, most=40)
    later = stage.members("silence", date(2026, 6, 30), silence=SILENCE, most=40)

    assert len(some) == 40
    pd.testing.assert_frame_equal(some, everybody.loc[some.index])
    assert len(some.index.intersection(later.index)) > 25  # most of the same people, a month on
