"""Deals as known then, from an exported history, from differences of imports, and from neither."""

from datetime import date, datetime, timedelta

import pytest

from crm_data import warehouse
from crm_data.rules import save_rules
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import selected, stored

JAN = datetime(2026, 1, 1, 9)


def deal(key: str, **more: object) -> dict[str, object]:
    return {"opportunity_id": key, "pipeline": "P", "created_at": JAN, **more}


def event(key: str, day: int, field: str, old: str | None, new: str | None) -> dict[str, object]:
    return {
        "opportunity_id": key, "changed_at": JAN + timedelta(days=day - 1), "field": field,
        "old_value": old, "new_value": new,
    }  # fmt: skip


def states(settings: Settings, version: str, key: str, columns: str) -> list[tuple[object, ...]]:
    wanted = ", ".join(f"s.{name.strip()}" for name in columns.split(","))
    return selected(
        settings,
        version,
        f"SELECT day(valid_from), day(valid_to), {wanted} FROM opportunity_snapshots s "
        f"JOIN deal_facts f USING (opportunity_no) WHERE f.opportunity_id = '{key}' "
        "ORDER BY valid_from",
    )


def test_an_exported_history_is_told_day_by_day(settings):
    stored(settings, "opportunities", [
        deal("a", stage="won", amount=150, outcome="won", closed_at=JAN + timedelta(days=20),
             expected_close_on=date(2026, 2, 20)),
        deal("w", stage="won", outcome="won", closed_at=JAN + timedelta(days=3)),
    ])  # fmt: skip
    stored(settings, "opportunity_events", [
        event("a", 1, "stage", None, "talk"), event("a", 5, "stage", "talk", "offer"),
        event("a", 8, "amount", "100", "150"), event("a", 21, "stage", "offer", "won"),
        event("a", 10, "expected_close_on", "2026-01-20", "2026-02-20"),
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW)
    found = states(settings, version, "a", "stage, amount, expected_close_on, outcome, pushes")
    first, then = date(2026, 1, 20), date(2026, 2, 20)
    assert found == [
        (1, 5, "talk", 100, first, None, 0),
        (5, 8, "offer", 100, first, None, 0),
        (8, 10, "offer", 150, first, None, 0),
        (10, 21, "offer", 150, then, None, 1),
        (21, None, "won", 150, then, "won", 1),
    ]
    facts = "pushes, days_pushed, first_amount, moves, moves_back, day(stage_since_on), has_history"
    row = selected(settings, version, f"SELECT {facts} FROM deal_facts WHERE opportunity_id = 'a'")
    assert row == [(1, 31, 100, 1, 0, 21, True)]


def test_a_deal_that_was_won_and_came_back_is_open_in_between_and_after(settings):
    stored(settings, "opportunities", [
        deal("a", stage="offer"),
        deal("w", stage="won", outcome="won", closed_at=JAN + timedelta(days=3)),
    ])  # fmt: skip
    stored(settings, "opportunity_events", [
        event("a", 2, "stage", "offer", "won"), event("a", 6, "stage", "won", "talk"),
        event("a", 9, "stage", "talk", "offer"),
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW)
    found = states(settings, version, "a", "stage, outcome")
    assert found == [
        (1, 2, "offer", None), (2, 6, "won", "won"), (6, 9, "talk", None), (9, None, "offer", None),
    ]  # fmt: skip
    spells = (
        "SELECT s.stage, visit, day(entered_on), day(left_on), exit, is_entry_known "
        "FROM stage_spells s JOIN deal_facts f USING (opportunity_no) "
        "WHERE f.opportunity_id = 'a' ORDER BY spell_no"
    )
    assert selected(settings, version, spells) == [
        ("offer", 1, 1, 2, "won", False), ("talk", 1, 6, 9, "moved", True),
        ("offer", 2, 9, None, None, True),
    ]  # fmt: skip


def test_differences_of_imports_are_the_history_where_none_was_exported(settings):
    """What was published on each day is what the last version says was known then."""
    seen = "SELECT f.opportunity_id, f.stage, f.amount, f.outcome FROM deal_facts f ORDER BY 1"
    imports = [
        [deal("a", stage="talk", amount=1), deal("b", stage="talk", amount=5)],
        [deal("a", stage="offer", amount=2), deal("c", stage="talk", amount=7)],
        [deal("a", stage="won", amount=2, outcome="won", closed_at=JAN + timedelta(days=9)),
         deal("b", stage="talk", amount=5), deal("c", stage="offer", amount=None)],
    ]  # fmt: skip
    published = {}
    for week, rows in enumerate(imports):
        now = datetime(2026, 2, 1 + 7 * week, 9)
        stored(settings, "opportunities", rows, now=now)
        version = warehouse.build(settings, now=now)
        published[now.date()] = selected(settings, version, seen)
    for day, was in published.items():
        as_of = (
            "SELECT f.opportunity_id, s.stage, s.amount, s.outcome FROM opportunity_snapshots s "
            f"JOIN deal_facts f USING (opportunity_no) WHERE s.valid_from <= DATE '{day}' "
            f"AND (s.valid_to > DATE '{day}' OR s.valid_to IS NULL) ORDER BY 1"
        )
        assert selected(settings, version, as_of) == was, day
    assert len(published[date(2026, 2, 1)]) == 2  # c was not known yet, whenever it was created


def test_closed_deals_without_history_were_open_until_they_closed(settings):
    """As in a plain export: one row per deal, the stage only of today."""
    stored(settings, "opportunities", [
        deal("a", stage="Won", amount=9, outcome="won", closed_at=JAN + timedelta(days=9)),
        deal("b", stage="Engaging", amount=4),
        {"opportunity_id": "c", "pipeline": "P", "stage": "Prospecting"},
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW)
    assert states(settings, version, "a", "stage, amount, outcome") == [
        (1, 10, None, 9, None), (10, None, "Won", 9, "won"),
    ]  # fmt: skip
    assert states(settings, version, "b", "stage, outcome") == [(1, None, "Engaging", None)]
    # nothing says since when: known on the last day only
    assert states(settings, version, "c", "stage, outcome") == [(10, None, "Prospecting", None)]
    stages = "SELECT stage, position, outcome FROM pipeline_stages ORDER BY position"
    assert selected(settings, version, stages) == [
        ("Prospecting", 1, None), ("Engaging", 2, None), ("Won", 3, "won"),
    ]  # fmt: skip
    spells = (
        "SELECT f.opportunity_id, s.stage, s.exit, s.days, s.is_entry_known FROM stage_spells s "
        "JOIN deal_facts f USING (opportunity_no) WHERE s.days IS NOT NULL ORDER BY 1"
    )
    assert selected(settings, version, spells) == [
        ("a", None, "won", 9.0, False), ("b", "Engaging", None, 9.0, False),
    ]  # fmt: skip


def test_days_are_those_of_the_company(tmp_path):
    settings = Settings.from_environment(
        {"CRM_HOME": str(tmp_path), "CRM_TIMEZONE": "Asia/Shanghai"}
    )
    late = datetime(2026, 3, 31, 17)  # the first of April in Shanghai
    stored(settings, "opportunities", [deal("a", created_at=late, outcome="won", closed_at=late)])
    stored(settings, "leads", [{"lead_id": "l", "created_at": late}])
    version = warehouse.build(settings, now=NOW.replace(month=5))
    days = "SELECT created_on, closed_on, (SELECT created_on FROM lead_spells) FROM deal_facts"
    assert selected(settings, version, days) == [(date(2026, 4, 1),) * 3]


def test_the_company_s_own_stages_come_first(settings):
    stored(settings, "opportunities", [
        deal("a", stage="talk"), deal("b", stage="offer"), deal("c", stage="gone"),
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW)
    asked = "SELECT stage, position, outcome, category FROM pipeline_stages ORDER BY position"
    assert [r[0] for r in selected(settings, version, asked)] == ["gone", "offer", "talk"]
    stages = [
        {"pipeline": "P", "stage": "talk", "position": 1},
        {"pipeline": "P", "stage": "offer", "position": 2, "category": "commit"},
        {"pipeline": "P", "stage": "gone", "outcome": "lost"},
    ]
    save_rules(settings, "pipeline_stages", {"stages": stages}, now=NOW, actor="test")
    changed = warehouse.build(settings, now=NOW)
    assert changed != version
    assert selected(settings, changed, asked) == [
        ("talk", 1, None, None), ("offer", 2, None, "commit"), ("gone", 3, "lost", None),
    ]  # fmt: skip


def test_the_order_of_stages_is_what_most_deals_did(settings):
    """Deal b went back once; two others went forward."""
    rows = [deal(key, stage="zeta") for key in "abc"]
    stored(settings, "opportunities", rows)
    events = [event(key, 3, "stage", "mid", "zeta") for key in "ac"]
    events += [event("a", 2, "stage", "alpha", "mid"), event("b", 4, "stage", "mid", "zeta")]
    events += [event("b", 2, "stage", None, "zeta"), event("b", 3, "stage", "zeta", "mid")]
    stored(settings, "opportunity_events", events)
    version = warehouse.build(settings, now=NOW)
    asked = "SELECT stage FROM pipeline_stages ORDER BY position"
    assert selected(settings, version, asked) == [("alpha",), ("mid",), ("zeta",)]
    back = "SELECT moves_back, reentries FROM deal_facts WHERE opportunity_id = 'b'"
    assert selected(settings, version, back) == [(1, 1)]


@pytest.mark.parametrize("day", [1, 3])
def test_leads_wait_until_the_last_news_or_the_answer(settings, day):
    stored(settings, "leads", [
        {"lead_id": "a", "created_at": JAN, "first_response_at": JAN + timedelta(hours=5)},
        {"lead_id": "b", "created_at": JAN},
        {"lead_id": "c", "created_at": JAN + timedelta(days=day), "lost_at": JAN},
        {"lead_id": "d", "created_at": JAN, "first_response_at": JAN - timedelta(hours=1)},
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW)
    asked = (
        "SELECT lead_id, response_hours, watched_hours, outcome FROM lead_spells ORDER BY lead_id"
    )
    assert selected(settings, version, asked) == [
        ("a", 5.0, 24.0 * day, None), ("b", None, 24.0 * day, None), ("c", None, 0.0, "lost"),
        ("d", None, 24.0 * day, None),
    ]  # fmt: skip


def test_where_row_and_history_disagree_the_row_is_right_from_the_last_day_on(settings):
    stored(settings, "opportunities", [deal("a", stage="talk"), deal("b", amount=2)])
    stored(settings, "opportunity_events", [
        event("a", 5, "stage", "talk", "offer"), event("b", 10, "amount", "1", "2"),
    ])  # fmt: skip
    version = warehouse.build(settings, now=NOW)

    assert states(settings, version, "a", "stage") == [
        (1, 5, "talk"), (5, 10, "offer"), (10, None, "talk"),
    ]  # fmt: skip
