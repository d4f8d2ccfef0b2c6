"""A build hands its store to a scorer; scores can be made again without the marts."""

import json
from datetime import date, timedelta

import pandas as pd

from crm_data import warehouse
from crm_data.frames import FrameSpec, columns_of
from crm_data.rules import save_rules, stored_rules
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import selected, stored

IDS = FrameSpec("ids", "one row per customer", ("customer_id",), columns_of("customer_id:text"))
IDS_SQL = "SELECT customer_id FROM customer_facts ORDER BY customer_id"


def by_rule(store: ScoreStore) -> None:
    """Score every customer with what the rule ``stage`` says."""
    customers = store.frame(IDS_SQL, IDS)
    word = store.rules.get("stage", {"word": "default"})["word"]
    store.write("customer_scores", customers.assign(stage=word))
    store.write_card("card", {"n": len(customers), "at": date(2026, 1, 2), "none": float("nan")})


def stages(settings: Settings, version: str) -> list[tuple[object, ...]]:
    return selected(settings, version, "SELECT customer_id, stage FROM customer_scores ORDER BY 1")


def two_customers(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "b"}, {"customer_id": "a"}])


def test_without_a_scorer_the_score_tables_are_there_and_empty(settings: Settings) -> None:
    two_customers(settings)
    version = warehouse.build(settings, now=NOW)

    assert stages(settings, version) == []
    assert selected(settings, version, "SELECT * FROM model_cards") == []


def test_a_scorer_fills_them_and_cards_hold_plain_json(settings: Settings) -> None:
    two_customers(settings)
    version = warehouse.build(settings, now=NOW, scorer=by_rule)

    assert stages(settings, version) == [("a", "default"), ("b", "default")]
    ((name, card),) = selected(
        settings, version, "SELECT name, card FROM model_cards WHERE name = 'card'"
    )
    assert (name, json.loads(str(card))) == ("card", {"n": 2, "at": "2026-01-02", "none": None})


def test_a_version_without_scores_is_scored_once_and_then_stays(settings: Settings) -> None:
    two_customers(settings)
    bare = warehouse.build(settings, now=NOW)
    scored = warehouse.build(settings, now=NOW, scorer=by_rule)

    assert bare != scored
    assert warehouse.build(settings, now=NOW, scorer=by_rule) == scored
    assert warehouse.build(settings, now=NOW) == scored


def test_other_rules_are_applied_by_scoring_again_and_leave_the_marts(settings: Settings) -> None:
    two_customers(settings)
    first = warehouse.build(settings, now=NOW, scorer=by_rule)
    save_rules(settings, "stage", {"word": "loyal"}, now=NOW, actor="ada")

    ruled = warehouse.build(settings, now=NOW + timedelta(days=1), scorer=by_rule)

    assert stages(settings, ruled) == [("a", "loyal"), ("b", "loyal")]
    info = "SELECT table_name, rows, built_at FROM version_info ORDER BY 1"
    assert selected(settings, ruled, info) == selected(settings, first, info)


def test_scores_can_be_asked_for_again_without_any_change(settings: Settings) -> None:
    two_customers(settings)
    first = warehouse.build(settings, now=NOW, scorer=by_rule)

    assert warehouse.build(settings, now=NOW, scorer=by_rule, rescore=True) != first


def test_a_rule_goes_back_to_its_default(settings: Settings) -> None:
    save_rules(settings, "stage", {"word": "loyal"}, now=NOW, actor="ada")
    assert stored_rules(settings) == {"stage": {"word": "loyal"}}

    save_rules(settings, "stage", None, now=NOW, actor="ada")

    assert stored_rules(settings) == {}


def test_new_batches_are_scored_with_the_rest(settings: Settings) -> None:
    two_customers(settings)
    warehouse.build(settings, now=NOW, scorer=by_rule)
    stored(settings, "customers", [{"customer_id": "c"}])

    version = warehouse.build(settings, now=NOW, scorer=by_rule)

    assert [row[0] for row in stages(settings, version)] == ["a", "b", "c"]


def test_columns_that_a_step_leaves_out_stay_missing(settings: Settings) -> None:
    def half(store: ScoreStore) -> None:
        store.write("customer_scores", pd.DataFrame({"customer_id": ["a"], "r": [3]}))

    two_customers(settings)
    version = warehouse.build(settings, now=NOW, scorer=half)

    assert selected(settings, version, "SELECT customer_id, r, f FROM customer_scores") == [
        ("a", 3, None)
    ]
