"""The page Whom to contact and ``analyze response``, on the planted company."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.commands.segments import saved_segments
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.segments import parse
from crm_data.settings import Settings
from tests.cli.run import cli, cli_json
from tests.customers.shop import TABLES as SHOP
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from ui import rows
from ui.context import PageContext
from ui.response_segment import definition_of

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: PageContext, frame: Any, **more: Any) -> None:
        made = frame() if callable(frame) else frame
        assert [name for name in made.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, made, **more)

    monkeypatch.setattr(rows, "download", checked)


def opened(
    open_page: OpenPage, company: Settings, language: str = "en", scope: AccessScope = EVERYTHING,
    **query: str,
) -> AppTest:  # fmt: skip
    page = open_page("response", company, language=language, scope=scope, query=query)
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def frame(page: AppTest, column: str) -> pd.DataFrame:
    return next(f.value for f in page.dataframe if column in f.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_responds(company: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page, company, language, by="email", outcome="responded", cost="2",
                  worth="10", number="120")  # fmt: skip
    values = [one.value for one in page.metric]
    said = "\n".join(texts(page))

    assert values[0] == "120"
    assert 25 < float(values[1]) < 50  # 0.3 each, all of the club
    assert {"en": "its name says that the contact itself tells it",
            "zh_CN": "名称表明它由联系本身产生"}[language] in said  # fmt: skip
    assert len(frame(page, "response_reasons")) == 50
    assert frame(page, "response_way")["is_beaten"].tolist()[1] == {
        "en": "beaten", "zh_CN": "已超越"}[language]  # fmt: skip
    assert frame(page, "lift_low")["tenth"].tolist() == list(range(1, 11))
    # every tenth has no consent on record, every tenth said no; a fifth in all
    assert {"en": "240 without consent", "zh_CN": "未同意 240"}[language] in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_whom_contact_changes(company: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page, company, language, by="sms", outcome="caused")
    said = "\n".join(texts(page))

    assert {"en": "Leave out fifth", "zh_CN": "请勿联系第"}[language] in said
    assert {"en": "Evidence grade A", "zh_CN": "证据等级 A"}[language] in said
    assert frame(page, "fifth")["fifth"].tolist() == [1, 2, 3, 4, 5]
    assert "response_reasons" not in frame(page, "response_score")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_pays_at_that_cost(company: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page, company, language, by="email", outcome="responded", cost="999")

    assert page.metric[0].value == "0"
    said = "\n".join(texts(page))
    assert {"en": "no contact pays", "zh_CN": "都不划算"}[language] in said


def test_an_owner_sees_only_their_customers(company: Settings, open_page: OpenPage) -> None:
    scope = AccessScope(frozenset({"E2"}))
    page = opened(open_page, company, scope=scope, by="email", outcome="responded", number="9")

    assert set(frame(page, "response_score")["owner_id"]) == {"E2"}
    assert any(text.startswith("400 customers") for text in texts(page))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("channel", "outcome"), [("email", "responded"), ("sms", "caused")])
def test_an_owner_is_told_nothing_of_all_customers(
    company: Settings, open_page: OpenPage, language: str, channel: str, outcome: str
) -> None:
    scope = AccessScope(frozenset({"E2"}))
    page = opened(open_page, company, language, scope, by=channel, outcome=outcome, cost="0")
    of_all = {"campaign", "tenth", "response_way", "driver", "fifth", "predicted_rate"}

    assert len(frame(page, "response_score"))
    assert [set(one.value) & of_all for one in page.dataframe if set(one.value) & of_all] == []
    assert not page.warning
    assert "Letter 1" not in "\n".join(texts(page))


def test_nobody_chosen_is_not_nobody_who_pays(company: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, company, by="email", outcome="responded", number="0")
    said = "\n".join(texts(page))
    assert "Nobody is chosen" in said
    assert "no contact pays" not in said


def test_nonsense_in_the_address(company: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, company, by="moon", outcome="?", cost="-1", worth="x", number="1e99",
                  messages="٣", consent="maybe")  # fmt: skip
    assert page.metric


def test_the_list_is_saved_as_exactly_these_customers(
    company: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, company, by="email", outcome="responded", number="7")
    page.text_input(key="response_segment_name").set_value("Seven").run()
    page.button(key="response_save").click().run()
    assert not page.exception

    (saved,) = saved_segments(company)
    listed = cli_json(company.home, "analyze", "response", "--channel", "email", "--outcome",
                      "responded", "--number", "7")["customers"]  # fmt: skip
    assert saved.name == "Seven"
    wanted = parse(definition_of([one["customer_id"] for one in listed]))
    assert parse(saved.definition) == wanted
    parse(definition_of([str(one) for one in range(1_200)]))


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("no_response"))})
    built(made, {"customers": SHOP["customers"]})
    yield made
    dispose(made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_campaigns(without: Settings, open_page: OpenPage, language: str) -> None:
    said = "\n".join(texts(opened(open_page, without, language)))

    assert "campaign_members" in said
    done = cli(without.home, "analyze", "response")
    assert done.returncode == 2
    assert "Import campaign_members" in done.stderr


def test_the_command_line_says_the_same(company: Settings, card: dict[str, Any]) -> None:
    home: Path = company.home
    words = ("analyze", "response", "--channel", "email", "--outcome", "responded", "--cost", "2",
             "--worth", "10")  # fmt: skip
    found = cli_json(home, *words)

    assert found["asked"] == card["asked"]
    assert found["contacted"] == found["best"]
    assert found["left_out"]["listed"] == 960
    at = found["chosen"]
    assert at["profit"] == pytest.approx(10 * at["expected"] - 2 * at["contacted"])
    assert at["low"] < at["expected"] < at["high"]
    done = cli(home, *words)
    assert "attributes.call duration is refused (named)" in done.stdout
    assert cli(home, "analyze", "response", "--channel", "moon").returncode == 2
    assert cli(home, "analyze", "response", "--channel", "email", "--outcome", "x").returncode == 2
