"""The page Quality in both languages, its rules, and the command line beside it."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from analytics.metric_registry import METRICS
from crm_data.app_db import dispose
from crm_data.commands.quality_rules import add_quality_rule, quality_rules, remove_quality_rule
from crm_data.commands.segments import create_segment
from crm_data.errors import UsageError
from crm_data.queries.cut import Cut
from crm_data.scope import EVERYTHING, AccessScope
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
from ui import quality_loaders as load
from ui.metrics import metric_values

__all__ = ["_fresh_caches", "empty", "open_page", "published"]  # fixtures
LANGUAGES = ("en", "zh_CN")
VERSION = "v000001"
NO_PHONE = '{"field": "phone", "op": "is_missing"}'


@pytest.fixture
def own(published: Settings, tmp_path: Path) -> Iterator[Settings]:
    made = replace(published, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield made
    dispose(made)


def said(page: AppTest) -> str:
    assert not page.exception
    assert not page.error
    return "\n".join(texts(page))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", ["faults", "fields", "arrival", "effects", "rules"])
def test_every_view_opens(
    published: Settings, open_page: OpenPage, view: str, language: str
) -> None:
    page = open_page("quality", published, language=language, query={"view": view})

    assert len(page.metric) == 3
    assert said(page)


def test_fields_are_of_the_table_in_the_address(published: Settings, open_page: OpenPage) -> None:
    page = open_page("quality", published, query={"view": "fields", "table": "tickets"})
    assert page.selectbox(key="table").value == "tickets"
    page = open_page("quality", published, query={"view": "fields", "table": "no such table"})
    assert page.selectbox(key="table").value == "customers"
    assert "One import so far" in said(page)


def test_who_sees_a_part_is_told_so(published: Settings, open_page: OpenPage) -> None:
    page = open_page("quality", published, scope=AccessScope(frozenset({"E0001"})))

    assert not page.metric
    assert "whole company" in said(page)


def test_a_fault_is_opened_with_its_rows(published: Settings, open_page: OpenPage) -> None:
    found = load.broken(published, VERSION, EVERYTHING)
    place = found.index[found["rule"] == "shared"][0]
    page = open_page("quality", published)
    page.session_state["quality_faults"] = {"selection": {"rows": [int(place)], "columns": []}}
    page.run()

    assert "Values that several records share · customers" in said(page)
    assert any("rows" in one.lower() or "1" in one for one in texts(page))


def test_numbers_as_they_are_are_those_of_the_registry(published: Settings) -> None:
    found = load.moved(published, VERSION, EVERYTHING).set_index("metric")
    warehouse = Warehouse(published)
    with warehouse.connect(VERSION) as conn:
        for name in found.index:
            if METRICS[name].source != "sales":
                continue
            told = metric_values(conn, scope=EVERYTHING, names=(name,), cut=Cut())[name]
            assert found.loc[name, "value"] == pytest.approx(told["value"].iloc[0]), name
    warehouse.close()
    assert {"net_revenue", "repeat_purchase_rate", "win_rate", "csat"} <= set(found.index)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_rule_is_made_of_a_segment_and_counts_its_members(
    own: Settings, open_page: OpenPage, language: str
) -> None:
    page = open_page("quality", own, language=language, query={"view": "rules"})
    assert not [one for one in page.text_input if one.key == "quality_rule_name"]

    create_segment(own, name="No telephone", definition=NO_PHONE, now=NOW, actor="me")
    page = open_page("quality", own, language=language, query={"view": "rules"})
    page.text_input(key="quality_rule_name").set_value("telephone needed").run()
    page.button(key="quality_rule_add").click().run()

    (rule,) = quality_rules(own)
    n = load.matching(own, VERSION, EVERYTHING, rule.definition)
    assert n > 0
    assert f"telephone needed** — {n} " in said(page)
    page.button(key=f"rule_remove_{rule.rule_id}").click().run()
    assert said(page)
    assert quality_rules(own) == []


def test_rules_have_names_of_their_own(own: Settings) -> None:
    add_quality_rule(own, name=" a ", definition=NO_PHONE, now=NOW, actor="me")
    with pytest.raises(UsageError, match="a rule 'a' already"):
        add_quality_rule(own, name="a", definition=NO_PHONE, now=NOW, actor="me")
    for name in ("", " ", "x" * 81):
        with pytest.raises(UsageError, match="1 to 80"):
            add_quality_rule(own, name=name, definition=NO_PHONE, now=NOW, actor="me")
    with pytest.raises(UsageError):
        add_quality_rule(own, name="b", definition="no tree", now=NOW, actor="me")
    remove_quality_rule(own, "a", now=NOW, actor="me")
    with pytest.raises(UsageError, match="no rule 'a'"):
        remove_quality_rule(own, "a", now=NOW, actor="me")
    add_quality_rule(own, name="a", definition=NO_PHONE, now=NOW, actor="me")


def test_the_command_line_says_the_same(published: Settings) -> None:
    home = published.home
    told = cli_json(home, "analyze", "quality")

    faults = load.broken(published, VERSION, EVERYTHING)
    assert [one["rows"] for one in told["faults"]] == faults["rows"].tolist()
    fields = load.fields(published, VERSION, EVERYTHING)
    assert told["present"] == int(fields["present"].sum())
    assert {one["metric"] for one in told["effects"]} >= {"net_revenue", "active_customers"}
    first = told["faults"][0]
    field = f"{first['table_name']}.{first['field']}"
    rows = cli_json(home, "quality", "rows", first["rule"], field, "--limit", "2")
    assert rows["total"] == first["rows"]
    assert len(rows["rows"]) == 2
    assert cli(home, "analyze", "quality").returncode == 0
    wrong = cli(home, "quality", "rows", "nothing", "customers.name")
    assert wrong.returncode == 2
    assert "no check 'nothing'" in wrong.stderr


def test_metrics_of_the_data(published: Settings) -> None:
    home = published.home
    (whole,) = cli_json(home, "metric", "get", "completeness_rate")["rows"]
    parts = cli_json(home, "metric", "get", "completeness_rate", "--by", "region")["rows"]
    assert whole["numerator"] == sum(one["numerator"] for one in parts)
    assert whole["value"] == whole["numerator"] / whole["denominator"]
    (age,) = cli_json(home, "metric", "get", "freshness_hours")["rows"]
    assert age["value"] > 0
    assert cli_json(home, "rows", "completeness_rate", "--limit", "3")["rows"]
    assert cli_json(home, "rows", "freshness_hours", "--limit", "3")["rows"]
    for words in (
        ("completeness_rate", "--start", "2026-01-01"), ("freshness_hours", "--by", "region"),
        ("completeness_rate", "--by", "channel"),
    ):  # fmt: skip
        done = cli(home, "metric", "get", *words)
        assert done.returncode == 2
        assert "as they are now" in done.stderr
