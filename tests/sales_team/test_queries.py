"""Queries of the team and of leads against plain recounts, for each viewer, over both engines."""

import itertools
from collections import Counter
from datetime import date, datetime, timedelta

import pandas as pd
import pytest
import sqlalchemy as sa

from crm_data.calendar import begins_at
from crm_data.errors import UsageError
from crm_data.queries import (
    handovers,
    lead_rows,
    leads,
    leads_waiting,
    sales_options,
    sales_team,
    team_activity,
)
from crm_data.queries.deals import DealCut
from crm_data.queries.lead_rows import LeadPick
from crm_data.queries.leads import LeadCut
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.sales_team.company import CONTACTS, FACTS, LEADS, LEFT, MOMENTS, STATES, ZONE, Row

START, END = date(2025, 2, 10), date(2025, 3, 10)
VIEWERS = {"all": EVERYTHING, "two": AccessScope(frozenset({"e1", "e3"})), "nobody": NOBODY}
EACH = pytest.mark.parametrize("viewer", VIEWERS)


def sees(viewer: str, owner: str | None) -> bool:
    scope = VIEWERS[viewer]
    return scope.owner_ids is None or owner in scope.owner_ids


@EACH
def test_contacts_are_counted_by_who_made_them_on_days_of_the_company(
    conn: sa.Connection, viewer: str
) -> None:
    found = team_activity.activities(
        conn, start=START, end=END, timezone=ZONE, scope=VIEWERS[viewer]
    )
    team_activity.ACTIVITIES.check(found)
    first, last = (datetime(d.year, d.month, d.day) - timedelta(hours=8) for d in (START, END))
    wanted: Counter[tuple[str | None, str | None]] = Counter()
    who: dict[tuple[str | None, str | None], set[str]] = {}
    for row in CONTACTS:
        if first <= row["occurred_at"] < last and sees(viewer, row["employee_id"]):
            key = row["employee_id"], row["channel"]
            wanted[key] += 1
            who.setdefault(key, set()).update({row["customer_id"]} - {None})
    rows = found.astype(object).where(found.notna(), None).to_dict("records")
    assert {(r["owner_id"], r["channel"]): r["contacts"] for r in rows} == wanted
    assert {(r["owner_id"], r["channel"]): r["customers"] for r in rows} == {
        key: len(names) for key, names in who.items()
    }
    assert bool(wanted) == (viewer != "nobody")


def changes(viewer: str, start: date, end: date, pipeline: str | None) -> list[Row]:
    found = []
    for fact in FACTS:
        if not sees(viewer, fact["owner_id"]) or pipeline not in (None, fact["pipeline"]):
            continue
        own = [state for state in STATES if state["opportunity_no"] == fact["opportunity_no"]]
        for one, then in itertools.pairwise(own):
            was, now = one["owner_id"], then["owner_id"]
            if was and now and was != now and start <= then["valid_from"] < end:
                found.append(fact | then | {"before_id": was, "now": fact["owner_id"]})
    return found


@EACH
@pytest.mark.parametrize("pipeline", [None, "P"])
def test_every_change_from_one_owner_to_another_is_a_handover(
    conn: sa.Connection, viewer: str, pipeline: str | None
) -> None:
    start, end = date(2025, 2, 1), date(2025, 6, 1)
    cut = DealCut(where=() if pipeline is None else (("pipeline", (pipeline,)),))
    found = handovers.handovers(conn, cut, start=start, end=end, scope=VIEWERS[viewer])
    handovers.HANDOVERS.check(found)
    wanted = changes(viewer, start, end, pipeline)
    keys = ["opportunity_no", "handed_on", "before_id", "after_id", "owner_id"]
    told = found[keys].astype(object).where(found[keys].notna(), None)
    rows = [tuple(r.values()) for r in told.to_dict("records")]
    assert rows == [
        (w["opportunity_no"], pd.Timestamp(w["valid_from"]), w["before_id"], w["owner_id"],
         w["now"])
        for w in wanted
    ]  # fmt: skip
    gone = found.loc[found["before_left_on"].notna(), "before_id"]
    assert set(gone) <= {"e9"}
    assert len(gone) == sum(w["before_id"] == "e9" for w in wanted)
    assert bool(wanted) == (viewer != "nobody")


@EACH
def test_open_deals_of_who_has_left_are_behind(conn: sa.Connection, viewer: str) -> None:
    scope = VIEWERS[viewer] if viewer != "two" else AccessScope(frozenset({"e1", "e9"}))
    day = LEFT + timedelta(days=1)
    found = handovers.left_behind(conn, DealCut(), day=day, scope=scope)
    handovers.LEFT_BEHIND.check(found)
    wanted = [f for f in FACTS if f["owner_id"] == "e9" and f["outcome"] is None]
    assert len(wanted) > 2
    assert set(found["opportunity_no"]) == (
        {f["opportunity_no"] for f in wanted} if viewer != "nobody" else set()
    )
    amounts = found["amount"].dropna().tolist()
    assert amounts == sorted(amounts, reverse=True)
    assert handovers.left_behind(conn, DealCut(), day=LEFT, scope=scope).empty


def known_then(day: date) -> dict[int, Row]:
    """What was known of each deal at the end of a day."""
    return {
        state["opportunity_no"]: state for state in STATES
        if state["valid_from"] <= day and (state["valid_to"] is None or state["valid_to"] > day)
    }  # fmt: skip


@pytest.mark.parametrize("day", [date(2025, 4, 1), date(2025, 7, 1)])
def test_handed_over_and_left_behind_as_of_a_past_day(conn: sa.Connection, day: date) -> None:
    then, cut = known_then(day), DealCut(as_of=day)
    found = handovers.handovers(
        conn, cut, start=date(2025, 1, 1), end=day + timedelta(days=1), scope=EVERYTHING
    )
    assert len(found) > 5
    outcomes = found["outcome"].astype(object).where(found["outcome"].notna(), None)
    assert outcomes.tolist() == [then[no]["outcome"] for no in found["opportunity_no"]]
    now = {fact["opportunity_no"]: fact["outcome"] for fact in FACTS}
    changed = [now[no] is not None and then[no]["outcome"] is None for no in then]
    assert any(changed)
    left = handovers.left_behind(conn, cut, day=day + timedelta(days=1), scope=EVERYTHING)
    wanted = {no for no, s in then.items() if s["owner_id"] == "e9" and s["outcome"] is None}
    assert set(left["opportunity_no"]) == (wanted if day > LEFT else set())
    assert set(left["owner_id"]) <= {"e9"}


@EACH
def test_leads_as_they_were_known_at_the_end_of_a_day(conn: sa.Connection, viewer: str) -> None:
    moment = begins_at(date(2025, 5, 2), ZONE)
    cut = LeadCut(date(2025, 1, 20), where=(("source", ("web", None)),), known_before=moment)
    found = leads.leads(conn, cut, scope=VIEWERS[viewer])
    wanted = []
    for lead in LEADS:
        known = {what: at for what, at in MOMENTS[lead["lead_id"]].items() if at < moment}
        if (
            not sees(viewer, lead["owner_id"]) or lead["source"] == "fair" or "created" not in known
            or lead["created_on"] < date(2025, 1, 20)
        ):  # fmt: skip
            continue
        outcome = next((what for what in ("converted", "lost") if what in known), None)
        wanted.append(
            (lead["lead_id"], outcome,
             lead["response_hours"] if "first_response" in known else None,
             (moment - known["created"]).total_seconds() / 3600,
             lead["customer_id"] if outcome == "converted" else None, None)
        )  # fmt: skip
    names = ["lead_id", "outcome", "response_hours", "watched_hours", "customer_id", "status"]
    told = found[names].astype(object).where(found[names].notna(), None)
    assert [tuple(row) for row in told.to_numpy().tolist()] == wanted
    for name in ("qualified_on", "converted_on", "lost_on"):
        assert found[name].notna().sum() == sum(
            MOMENTS[row[0]].get(name.removesuffix("_on"), moment) < moment for row in wanted
        )
    pick = LeadPick(cut, is_waiting=True)
    count = lead_rows.lead_rows_count(conn, pick, scope=VIEWERS[viewer])
    assert count == sum(row[1] is None and row[2] is None for row in wanted)
    old = LeadPick(cut, watched_hours=24.0 * 30)
    rows = lead_rows.lead_rows(conn, old, scope=VIEWERS[viewer], limit=2, offset=1)
    newest_first = [row[0] for row in reversed(wanted) if row[3] >= 24 * 30]
    assert rows["lead_id"].tolist() == newest_first[1:3]
    assert bool(wanted) == (viewer != "nobody")


@EACH
def test_leads_that_wait_the_oldest_first(conn: sa.Connection, viewer: str) -> None:
    cut = LeadCut(where=(("source", ("web", None)),))
    found = leads_waiting.waiting_leads(conn, cut, scope=VIEWERS[viewer])
    wanted = [
        lead["lead_id"] for lead in LEADS
        if lead["response_hours"] is None and lead["outcome"] is None
        and lead["source"] in ("web", None) and sees(viewer, lead["owner_id"])
    ]  # fmt: skip
    assert found["lead_id"].tolist() == wanted
    pick = LeadPick(cut, is_waiting=True)
    assert lead_rows.lead_rows_count(conn, pick, scope=VIEWERS[viewer]) == len(wanted)
    page = leads_waiting.waiting_leads(conn, cut, scope=VIEWERS[viewer], limit=2, offset=1)
    assert page["lead_id"].tolist() == wanted[1:3]
    with pytest.raises(UsageError, match="no field 'x'"):
        leads_waiting.waiting_leads(conn, LeadCut(where=(("x", ("y",)),)), scope=EVERYTHING)


@EACH
@pytest.mark.parametrize(("name", "rows"), [("deal_facts", FACTS), ("lead_spells", LEADS)])
def test_options_are_the_values_that_the_viewer_sees(
    conn: sa.Connection, viewer: str, name: str, rows: list[Row]
) -> None:
    found = sales_options.sales_options(conn, name, scope=VIEWERS[viewer])
    seen = [row for row in rows if sees(viewer, row["owner_id"])]
    for field in sales_options.OPTIONS[name]:
        own = found[found["field"] == field]
        counted = dict(zip(own["value"].astype(object).where(own["value"].notna(), None),
                           own["rows"], strict=True))  # fmt: skip
        assert counted == Counter(row.get(field) for row in seen)


def test_campaigns_by_id(conn: sa.Connection) -> None:
    found = sales_options.campaign_names(conn)
    assert found.to_dict("list") == {"campaign_id": ["k1", "k2"], "name": ["One", "Two"]}


@EACH
def test_what_was_won_on_each_day_by_whom(conn: sa.Connection, viewer: str) -> None:
    start, end = date(2025, 3, 1), date(2025, 8, 1)
    found = sales_team.won_days(conn, DealCut(), start=start, end=end, scope=VIEWERS[viewer])
    sales_team.WON_DAYS.check(found)
    wanted: Counter[tuple[object, object]] = Counter()
    amounts: Counter[tuple[object, object]] = Counter()
    for fact in FACTS:
        is_won = fact["outcome"] == "won" and start <= fact["closed_on"] < end
        if is_won and sees(viewer, fact["owner_id"]):
            key = pd.Timestamp(fact["closed_on"]), fact["owner_id"]
            wanted[key] += 1
            amounts[key] += fact["amount"] or 0
    rows = found.astype(object).where(found.notna(), None).to_dict("records")
    assert {(r["closed_on"], r["owner_id"]): r["deals"] for r in rows} == wanted
    assert sum(r["amount"] or 0 for r in rows) == sum(amounts.values())
    assert bool(wanted) == (viewer != "nobody")
