"""Repairs are stored, audited, made at build, and taken back; trials tell what they would do."""

from datetime import date

import pytest
import sqlalchemy as sa

from crm_data import warehouse
from crm_data.app_db import AuditRow, session
from crm_data.batch_rows import Correction
from crm_data.commands.imports import import_files
from crm_data.commands.repairs import (
    Suggestion,
    accept_repairs,
    suggestion_id,
    suggestions,
    undo_repairs,
)
from crm_data.errors import UsageError
from crm_data.queries.repairs import repair_candidates
from crm_data.repairs import repairs
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.trial import HEADLINES, try_batches, try_repairs
from crm_data.versions import Warehouse
from tests.conftest import NOW
from tests.real_data import real_file
from tests.warehouse.stage import selected, staged, stored

PRODUCTS = "SELECT product_id, count(*) FROM opportunities GROUP BY 1 ORDER BY 1"


def found(settings: Settings) -> list[Suggestion]:
    reader = Warehouse(settings)
    version = reader.current() or ""
    with reader.connect(version) as conn:
        frame = repair_candidates(conn, scope=EVERYTHING)
    reader.close()
    return suggestions(frame, repairs(settings))


def deals(settings: Settings) -> str:
    stored(settings, "products", [{"product_id": "GTX Pro"}])
    rows = [{"opportunity_id": f"{n}", "product_id": "GTXPro"} for n in range(3)]
    stored(settings, "opportunities", [*rows, {"opportunity_id": "9", "product_id": "GTX Pro"}])
    return warehouse.build(settings, now=NOW)


def test_accepted_then_undone_and_audited(settings: Settings) -> None:
    first = deals(settings)
    (one,) = found(settings)
    assert one.suggestion_id == suggestion_id("opportunities", "product_id", "GTXPro")
    assert warehouse.build(settings, now=NOW) == first  # never by itself
    (made,) = accept_repairs(settings, [one], now=NOW, actor="ada")
    assert found(settings) == []  # before the build already
    second = warehouse.build(settings, now=NOW)
    assert selected(settings, second, PRODUCTS) == [("GTX Pro", 4)]
    # A file that comes later is repaired, too.
    stored(settings, "opportunities", [{"opportunity_id": "10", "product_id": "GTXPro"}])
    assert selected(settings, warehouse.build(settings, now=NOW), PRODUCTS) == [("GTX Pro", 5)]
    assert selected(settings, warehouse.rebuild(settings, now=NOW), PRODUCTS) == [("GTX Pro", 5)]

    with pytest.raises(UsageError, match="is repaired already, to 'GTX Pro'"):
        accept_repairs(settings, [one], now=NOW, actor="ada")
    (gone,) = undo_repairs(settings, [made.repair_id], now=NOW, actor="bob")
    assert (gone.accepted_by, gone.undone_by, gone.rows, gone.similarity) == (
        "ada", "bob", 3, pytest.approx(6 / 7),
    )  # fmt: skip
    last = warehouse.build(settings, now=NOW)
    assert selected(settings, last, PRODUCTS) == [("GTX Pro", 1), ("GTXPro", 4)]
    with pytest.raises(UsageError, match="no repair 1 to undo"):
        undo_repairs(settings, [made.repair_id], now=NOW, actor="bob")
    with session(settings) as db:
        said = db.execute(
            sa.select(AuditRow.actor, AuditRow.action, AuditRow.subject, AuditRow.details)
            .where(AuditRow.action.like("repair%")).order_by(AuditRow.audit_id)
        ).all()  # fmt: skip
    assert [tuple(row) for row in said] == [
        ("ada", "repair", "opportunities.product_id", "GTXPro -> GTX Pro (3 rows)"),
        ("bob", "repair_undo", "opportunities.product_id", "GTXPro -> GTX Pro (3 rows)"),
    ]


def test_all_or_none_and_no_keys(settings: Settings) -> None:
    good = Suggestion(
        "1", "customers", "city", "Pariz", "Paris", 1, 9, 0.8, "misspelt", False, None
    )
    key = Suggestion("2", "customers", "customer_id", "1", "2", 1, 9, 0.8, "misspelt", False, None)
    with pytest.raises(UsageError, match=r"customers\.customer_id cannot be repaired"):
        accept_repairs(settings, [good, key], now=NOW, actor="ada")
    assert repairs(settings, with_undone=True) == []


def test_a_trial_of_files_says_what_a_build_then_says(settings: Settings) -> None:
    day = date(2025, 1, 5)
    stored(settings, "customers", [{"customer_id": "1"}])
    stored(settings, "orders", [{"order_id": "a", "ordered_on": day, "amount": 5},
                                {"order_id": "b", "ordered_on": day, "amount": 7}])  # fmt: skip
    warehouse.build(settings, now=NOW)
    new = [
        staged(settings, "orders", [
            {"order_id": "b", "amount": 9, "status": None, "ordered_on": day},
            {"order_id": "c", "amount": -2, "status": "returned", "ordered_on": day},
            {"order_id": "d", "amount": 100, "status": "cancelled", "ordered_on": day},
            {"order_id": "e", "amount": None, "status": "paid", "ordered_on": day}]),
        staged(settings, "order_lines", [{"order_id": "e", "line_no": 1, "amount": 4}]),
        staged(settings, "opportunities", [
            {"opportunity_id": "1", "amount": 3, "outcome": "won"},
            {"opportunity_id": "2", "amount": 3, "outcome": None}]),
    ]  # fmt: skip
    tried = try_batches(settings, new, now=NOW)
    nothing = dict.fromkeys(HEADLINES, 0)
    assert tried.before == {**nothing, "net_revenue": 12, "orders": 2, "customers": 1,
                            "won_value": None}  # fmt: skip
    assert tried.after == {**nothing, "net_revenue": 16, "orders": 4, "customers": 1, "deals": 2,
                           "won_value": 3, "open_deals": 1}  # fmt: skip
    assert [p for p in settings.staging_dir.iterdir() if p.name.startswith("trial")] == []
    from crm_data.batches import store

    store(settings, new, now=NOW)
    version = warehouse.build(settings, now=NOW)
    facts = "SELECT sum(net_amount), count(*) FROM order_facts WHERE is_counted"
    assert selected(settings, version, facts) == [(16, 4)]
    assert try_batches(settings, [], now=NOW).before == tried.after


def test_a_trial_without_a_version_begins_with_nothing(settings: Settings) -> None:
    new = staged(settings, "customers", [{"customer_id": "1"}], replaces=True)
    assert try_batches(settings, [new], now=NOW).after["customers"] == 1
    stored(settings, "customers", [{"customer_id": "1"}, {"customer_id": "2"}])
    warehouse.build(settings, now=NOW)
    new = staged(settings, "customers", [{"customer_id": "3"}], replaces=True)
    tried = try_batches(settings, [new], now=NOW)
    assert (tried.before["customers"], tried.after["customers"]) == (2, 1)


def test_a_trial_of_a_repair_keeps_what_it_does_not_touch(settings: Settings) -> None:
    deals(settings)
    correction = Correction("opportunities", "product_id", "GTXPro", "GTX Pro")
    tried = try_repairs(settings, [correction])
    assert tried.before == tried.after
    assert tried.after["deals"] == 4


@pytest.mark.real_data
def test_the_slips_of_maven_crm(settings: Settings) -> None:
    import_files(settings, [real_file("maven_crm/accounts.csv").parent], now=NOW)
    first = warehouse.build(settings, now=NOW)
    of_pro = "SELECT count(*) FILTER (product_id = 'GTX Pro'), count(*) FILTER (category = 'GTX'), "
    of_pro += "sum(amount) FILTER (outcome = 'won') FROM deal_facts"
    assert selected(settings, first, of_pro)[0] == (0, 4_217, 10_005_534)
    said = {(s.table, s.field, s.value): (s.target, s.rows, s.worth) for s in found(settings)}
    assert said == {
        ("opportunities", "product_id", "GTXPro"): ("GTX Pro", 1480, 3_510_578),
        ("customers", "industry", "technolgy"): ("technology", 12, None),
        ("customers", "country", "Philipines"): ("Philippines", 1, None),
    }
    made = accept_repairs(settings, found(settings), now=NOW, actor="ada")
    second = warehouse.build(settings, now=NOW)
    assert selected(settings, second, of_pro)[0] == (1480, 5_697, 10_005_534)
    industry = "SELECT count(*) FROM customers WHERE industry = 'technology'"
    assert selected(settings, second, industry) == [(12,)]
    undo_repairs(settings, [one.repair_id for one in made], now=NOW, actor="ada")
    last = warehouse.build(settings, now=NOW)
    assert selected(settings, last, of_pro) == selected(settings, first, of_pro)
    assert len(found(settings)) == 3
