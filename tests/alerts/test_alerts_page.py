"""Alerts of the sample company: page, Overview, command line, and how few are false."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.alert_rules import Condition, counted, replayed
from crm_data.alert_store import RuleDraft
from crm_data.app_db import dispose, naive_utc
from crm_data.commands import alerts as store
from crm_data.errors import UsageError
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.cli.run import cli, cli_json
from tests.pages.conftest import (
    NOW,
    OpenPage,
    _fresh_caches,
    empty,
    open_page,
    published,
    texts,
)
from ui.alert_checks import STANDARD, check_alerts, draft_of, history_of

__all__ = ["_fresh_caches", "empty", "open_page", "published"]  # fixtures
LANGUAGES = ("en", "zh_CN")
VERSION = "v000001"
ALARM = RuleDraft("orders", "above", 1.0, owner="Li", note="a note", quiet=(60, 120))


@pytest.fixture
def own(published: Settings, tmp_path: Path) -> Iterator[Settings]:
    made = replace(published, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield made
    dispose(made)


def checked(own: Settings) -> None:
    store.add_rules(own, [*STANDARD, ALARM], now=naive_utc(NOW), actor="me")
    assert check_alerts(own, VERSION, naive_utc(NOW))


def said(page: AppTest) -> str:
    assert not page.exception
    assert not page.error
    return "\n".join(texts(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_alarm_is_shown_with_its_reason_until_it_is_known(
    own: Settings, open_page: OpenPage, language: str
) -> None:
    checked(own)
    why = {"en": "is above 1:", "zh_CN": "高于 1："}[language]
    assert why in said(open_page("overview", own, language=language))
    page = open_page("alerts", own, language=language)
    assert why in said(page)
    assert "Li" in said(page)
    known = next(b for b in page.button if b.key and b.key.startswith("alert_acknowledge"))
    page = known.click().run()
    assert not [b for b in page.button if b.key and b.key.startswith("alert_acknowledge")]
    assert why not in said(open_page("overview", own, language=language))


def test_a_rule_is_made_with_its_past_and_removed(own: Settings, open_page: OpenPage) -> None:
    check_alerts(own, VERSION, naive_utc(NOW))
    page = open_page("alerts", own)
    assert "orders" not in {rule.metric for rule in store.alert_rules(own)}
    page.selectbox(key="alert_metric").set_value("orders")
    page.selectbox(key="alert_kind").set_value("above").run()
    page.number_input(key="alert_threshold").set_value(1.0).run()
    assert "would have raised" in said(page)
    page.button(key="alert_add").click().run()
    rule = next(rule for rule in store.alert_rules(own) if rule.metric == "orders")
    assert (rule.kind, rule.threshold) == ("above", 1.0)
    page.button(key=f"alert_remove_{rule.rule_id}").click().run()
    assert rule.rule_id not in {one.rule_id for one in store.alert_rules(own)}


def test_who_sees_a_part_sees_no_alert(own: Settings, open_page: OpenPage) -> None:
    checked(own)
    part = AccessScope(frozenset({"E001"}))
    assert "is above 1:" not in said(open_page("overview", own, scope=part))
    page = open_page("alerts", own, scope=part)
    assert "Alerts are of the whole company" in said(page)
    assert not page.button


def test_few_alarms_in_calm_months(published: Settings) -> None:
    warehouse = Warehouse(published)
    alarms = periods = 0
    with warehouse.connect(VERSION) as conn:
        for draft in STANDARD:
            past = history_of(conn, draft.metric, "month", (), {})
            told = replayed(past, Condition("band"))
            month = told["period_on"].dt.month
            found = counted(told[~month.isin((1, 2, 3, 11))])  # without festivals
            alarms, periods = alarms + found.alarms, periods + found.periods
    warehouse.close()
    assert periods >= 20
    assert alarms / periods <= 0.05


def test_histories_of_flows_and_of_states(published: Settings) -> None:
    warehouse = Warehouse(published)
    with warehouse.connect(VERSION) as conn:
        orders = history_of(conn, "orders", "month", (), {})
        backlog = history_of(conn, "backlog", "month", (), {})
        quiet = history_of(conn, "orders", "month", ("region=nowhere",), {})
    warehouse.close()
    assert orders["period_on"].diff().dropna().dt.days.between(28, 31).all()
    assert str(orders["period_on"].iloc[-1])[:7] == "2026-02"  # March is not over
    assert str(backlog["period_on"].iloc[-1])[:7] == "2026-02"
    assert orders["denominator"].isna().all()
    assert quiet.empty


@pytest.mark.parametrize(
    ("name", "kind", "threshold", "unit", "why"),
    [
        ("orders", "above", None, "month", "need a threshold"),
        ("orders", "band", 3.0, "month", "need a threshold"),
        ("orders", "beside", 3.0, "month", "is none of"),
        ("orders", "band", None, "day", "is none of"),
        ("predicted_clv", "band", None, "month", "has no periods"),
        ("none", "band", None, "month", "no metric"),
    ],
)
def test_rules_that_cannot_be_checked_are_refused(
    name: str, kind: str, threshold: float | None, unit: str, why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        draft_of(name, kind, threshold, unit, ())


def test_commands(tmp_path: Path) -> None:
    made = cli_json(tmp_path, "alerts", "add", "orders", "above", "5", "--quiet", "22:00-07:00")
    assert (made["kind"], made["threshold"], made["quiet"]) == ("above", 5.0, [1320, 420])
    listed = cli_json(tmp_path, "alerts", "list")
    assert [rule["metric"] for rule in listed["rules"]] == ["orders"]
    assert "Nothing is published" in cli(tmp_path, "alerts", "check").stderr
    assert (
        "not like 22:00" in cli(tmp_path, "alerts", "add", "orders", "band", "--quiet", "x").stderr
    )
    assert "Removed" in cli(tmp_path, "alerts", "remove", made["rule_id"]).stdout
