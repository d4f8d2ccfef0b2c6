"""The page Duplicates in both languages, the command line beside it, and what was scored."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.queries.duplicates import duplicate_pairs, duplicate_sums, side_by_side
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse, current_version
from scoring import score_version
from tests.cli.run import cli, cli_json
from tests.conftest import NOW
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from tests.warehouse.stage import selected, stored

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")
CUSTOMERS = [
    {"customer_id": "c1", "name": "王小明", "email": "ming@x.org", "phone": "13800138001",
     "city": "上海", "owner_id": "E1"},
    {"customer_id": "c2", "name": "王 小明", "email": "ming@x.org", "phone": "+86 138 0013 8001",
     "city": "上海市", "owner_id": "E1"},
    {"customer_id": "c3", "name": "Eva Berg", "email": "eva@y.org", "city": "Hull",
     "owner_id": "E2"},
]  # fmt: skip
LEADS = [
    {"lead_id": "l1", "owner_id": "E1",
     "attributes": '{"FirstName": "Jo", "LastName": "Lind", "Email": "jo@z.org", '
     '"Phone": "555123456"}'},
    {"lead_id": "l2", "owner_id": "E1",
     "attributes": '{"Name": "Lind, Jo", "Email": "JO@z.org", "Phone": "555123456"}'},
]  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("duplicates")
    made = Settings.from_environment({"CRM_HOME": str(home), "CRM_THREADS": "1"})
    stored(made, "customers", CUSTOMERS)
    stored(made, "leads", LEADS)
    stored(made, "orders", [{"order_id": "1", "customer_id": "c2", "ordered_on": NOW.date()}])
    warehouse.build(made, now=NOW, scorer=score_version)
    yield made
    dispose(made)


@pytest.fixture
def own(built: Settings, tmp_path: Path) -> Iterator[Settings]:
    made = replace(built, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield made
    dispose(made)


def test_what_was_scored(built: Settings) -> None:
    """c2 would stay: it has the order."""
    version = current_version(built) or ""
    found = selected(
        built, version, "SELECT customer_id, cluster_id, survivor_id, probability > 0.9 "
        "FROM score_duplicates ORDER BY 1",
    )  # fmt: skip
    assert found == [
        ("c1", "c1", "c2", True),
        ("c2", "c1", "c2", True),
        ("c3", "c3", "c3", None),
    ]


def test_only_pairs_that_one_may_see(built: Settings) -> None:
    with Warehouse(built).connect(current_version(built) or "") as conn:
        seen = {
            name: [
                len(duplicate_pairs(conn, scope=scope, kind=kind))
                for kind in ("customers", "contacts", "leads")
            ]
            for name, scope in {
                "all": EVERYTHING, "mine": AccessScope(frozenset({"E1"})),
                "other": AccessScope(frozenset({"E2"})), "nobody": NOBODY,
            }.items()
        }  # fmt: skip
        sums = duplicate_sums(conn, scope=EVERYTHING).iloc[0].tolist()
        of_others = duplicate_sums(conn, scope=AccessScope(frozenset({"E2"}))).iloc[0].tolist()
        held = side_by_side(conn, "leads", ["l1", "l2"], scope=EVERYTHING)
        hidden = side_by_side(conn, "leads", ["l1"], scope=NOBODY)
    assert seen == {"all": [1, 0, 1], "mine": [1, 0, 1], "other": [0, 0, 0], "nobody": [0, 0, 0]}
    assert (sums, of_others) == ([3, 3, 1, 1], [1, 1, 0, 0])
    assert (held["l2"]["Name"], hidden) == ("Lind, Jo", {})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["customers", "contacts", "leads"])
def test_the_page_in_both_languages(
    open_page: OpenPage, own: Settings, language: str, kind: str
) -> None:
    page = open_page("duplicates", own, language=language, query={"kind": kind})

    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "duplicates." in text]
    merge_buttons = [one for one in page.button if str(one.key).startswith("keep_left")]
    assert len(merge_buttons) == (0 if kind == "contacts" else 1)


def test_a_pair_is_merged_waits_and_is_undone(open_page: OpenPage, own: Settings) -> None:
    page = open_page("duplicates", own)
    page.button(key="keep_right_c1_c2").click().run()
    assert not page.exception
    assert [one.key for one in page.button if str(one.key).startswith("keep_")] == []
    assert page.button(key="duplicates_apply")
    page.button(key="duplicates_undo_last").click().run()
    assert page.button(key="keep_right_c1_c2")


def test_all_are_accepted_only_after_a_look(open_page: OpenPage, own: Settings) -> None:
    page = open_page("duplicates", own)
    assert page.button(key="duplicates_accept").disabled
    page.checkbox(key="duplicates_sure").check().run()
    page.button(key="duplicates_accept").click().run()
    assert not page.exception
    assert [one.key for one in page.button if str(one.key).startswith("keep_")] == []


def test_who_sees_nothing_decides_nothing(open_page: OpenPage, own: Settings) -> None:
    page = open_page("duplicates", own, scope=NOBODY)
    assert not page.exception
    assert [one.key for one in page.button if str(one.key).startswith("keep_")] == []
    assert "王小明" not in " ".join(texts(page))


def test_who_sees_a_part_is_not_told_how_many_there_are(open_page: OpenPage, own: Settings) -> None:
    def told(page: AppTest) -> list[str]:
        return [one.value for one in page.caption if "pairs compared" in one.value]

    assert len(told(open_page("duplicates", own))) == 1
    page = open_page("duplicates", own, scope=AccessScope(frozenset({"E2"})))
    assert not page.exception
    assert told(page) == []


def test_who_sees_a_part_sees_no_decision_on_others(open_page: OpenPage, own: Settings) -> None:
    more = {"CRM_APP_URL": own.app_url, "CRM_THREADS": "1"}
    cli_json(own.home, "duplicates", "split", "c1", "c2", **more)
    tables = {
        owner: [frame.value for frame in page.dataframe if "record_id" in frame.value]
        for owner in ("E1", "E2")
        for page in [open_page("duplicates", own, scope=AccessScope(frozenset({owner})))]
    }
    assert [len(frames) for frames in tables.values()] == [1, 0]


def test_the_command_line_does_the_same(own: Settings) -> None:
    home, more = own.home, {"CRM_APP_URL": own.app_url, "CRM_THREADS": "1"}
    listed = cli_json(home, "duplicates", "list", **more)
    assert [(one["id_l"], one["id_r"]) for one in listed["pairs"]] == [("c1", "c2")]
    told = cli_json(home, "analyze", "duplicates", **more)
    assert [one["undecided"] for one in told["kinds"]] == [1, 0, 1]
    made = cli_json(home, "duplicates", "merge", "c1", "c2", **more)["decisions"]
    assert cli_json(home, "duplicates", "list", **more)["pairs"] == []
    cli_json(home, "duplicates", "undo", *made, **more)
    cli_json(home, "duplicates", "split", "c1", "c2", **more)
    decided = cli_json(home, "duplicates", "list", "--decided", **more)["decisions"]
    assert [one["action"] for one in decided] == ["apart"]
    assert "0 pairs" in cli(home, "duplicates", "accept", "0.9", **more).stdout


def test_the_metric_and_the_rows_behind_it(built: Settings) -> None:
    """One of three customers is another's duplicate: c1 goes on as c2."""
    (row,) = cli_json(built.home, "metric", "get", "duplicate_rate", CRM_THREADS="1")["rows"]
    assert (row["numerator"], row["denominator"], row["n"]) == (1, 3, 3)
    assert row["value"] == pytest.approx(1 / 3)
    behind = cli_json(built.home, "rows", "duplicate_rate", CRM_THREADS="1")["rows"]
    assert [(one["customer_id"], one["survivor_id"]) for one in behind] == [("c1", "c2")]
