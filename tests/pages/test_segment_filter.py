"""A saved segment as a filter of pages and commands: the numbers are those of its members."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from crm_data.app_db import dispose
from crm_data.commands.segments import create_segment, delete_segment
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from tests.cli.run import cli
from tests.pages.conftest import NOW, OpenPage

COMPANIES = '{"field":"kind","op":"eq","values":["company"]}'
NAME = "Firms *of* <b>ours</b>"


@pytest.fixture
def own_app(published: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The published company with an app database of its own."""
    made = replace(published, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield made
    dispose(made)


def saved(settings: Settings, definition: str = COMPANIES) -> str:
    one = create_segment(settings, name=NAME, definition=definition, actor="ada", now=NOW)
    return one.segment_id


def asked(settings: Settings, *words: str) -> Any:
    done = cli(settings.home, *words, "--json", CRM_APP_URL=settings.app_url)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_the_command_line_takes_a_segment_by_name(own_app: Settings) -> None:
    saved(own_app)
    get = ("metric", "get", "net_revenue", "--by", "ordered_on:year")

    by_segment = asked(own_app, *get, "--segment", NAME)
    by_field = asked(own_app, *get, "--where", "kind=company")

    assert by_segment["rows"] == by_field["rows"]
    assert len(by_segment["rows"]) > 1
    assert by_segment["segment"] == json.loads(COMPANIES)
    assert by_field["segment"] is None
    rows = ("rows", "net_revenue", "--limit", "5")
    narrowed = asked(own_app, *rows, "--segment", NAME)
    assert narrowed["rows"] == asked(own_app, *rows, "--where", "kind=company")["rows"]


def test_an_unknown_segment_is_refused_with_the_names_there_are(own_app: Settings) -> None:
    saved(own_app)

    done = cli(
        own_app.home, "metric", "get", "orders", "--segment", "Nope", CRM_APP_URL=own_app.app_url
    )

    assert done.returncode == 2
    assert "Firms" in done.stderr


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_overview_is_about_the_segment(
    own_app: Settings, open_page: OpenPage, language: str
) -> None:
    key = saved(own_app)

    page = open_page("overview", own_app, language=language, query={"segment": key})
    everybody = open_page("overview", own_app, language=language)

    assert not page.exception
    narrowed, all_of_them = ([m.value for m in one.metric] for one in (page, everybody))
    assert len(narrowed) == len(all_of_them)
    assert narrowed[1] != all_of_them[1]
    (select,) = [box for box in page.selectbox if box.key == "segment_choice"]
    assert (select.value, select.options[1]) == (key, NAME)


def test_orders_of_the_overview_are_those_of_the_members(
    own_app: Settings, open_page: OpenPage
) -> None:
    key = saved(own_app)
    query = {"segment": key, "period": "custom", "since": "2025-01-01", "until": "2025-12-31"}

    page = open_page("overview", own_app, query=query)
    words = ("metric", "get", "orders", "--start", "2025-01-01", "--end", "2026-01-01")
    (row,) = asked(own_app, *words, "--where", "kind=company")["rows"]

    assert page.metric[1].value == f"{row['value']:,.0f}"


def test_the_lookup_lists_members_only_and_says_when_there_are_none(
    own_app: Settings, open_page: OpenPage
) -> None:
    key = saved(own_app)
    nobody = create_segment(
        own_app, name="Nobody", definition='{"any":[]}', actor="ada", now=NOW
    ).segment_id

    page = open_page("customers", own_app, query={"segment": key})
    members = asked(own_app, "export", "customers", "--to", str(own_app.home / f"{key}.csv"),
                    "--where", "kind=company")["rows"]  # fmt: skip

    assert f"{members} " in page.subheader[0].value
    empty = open_page("customers", own_app, query={"segment": nobody})
    assert "Nobody is in this segment" in empty.info[0].value


def test_a_segment_that_is_gone_falls_back_with_a_note(
    own_app: Settings, open_page: OpenPage
) -> None:
    key = saved(own_app)
    delete_segment(own_app, EVERYTHING, key, actor="ada", now=NOW)

    page = open_page("overview", own_app, query={"segment": key})

    assert not page.exception
    assert any("does not exist any more" in one.value for one in page.caption)
    assert len(page.metric) == len(open_page("overview", own_app).metric)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_map_and_the_lifecycle_are_of_the_members(
    own_app: Settings, open_page: OpenPage, language: str
) -> None:
    members = asked(own_app, "export", "customers", "--to", str(own_app.home / f"{language}.csv"),
                    "--where", "kind=company")["rows"]  # fmt: skip
    of_segment = {"segment": saved(own_app)}

    rfm = open_page("segments", own_app, language=language, query={"view": "rfm", **of_segment})
    stages = open_page(
        "segments", own_app, language=language, query={"view": "lifecycle", **of_segment}
    )

    assert not rfm.exception
    assert 0 < rfm.dataframe(key="rfm_table").value["customers"].sum() <= members
    assert sum(int(tile.value) for tile in stages.metric) == members
    said = "all customers" if language == "en" else "全部客户"
    assert any(said in one.value for one in stages.caption)


def test_a_view_of_nobody_says_so(own_app: Settings, open_page: OpenPage) -> None:
    key = saved(own_app, '{"any":[]}')

    for view in ("rfm", "lifecycle"):
        page = open_page("segments", own_app, query={"view": view, "segment": key})
        assert not page.exception
        assert page.info[0].value == "Nobody is in this group."
