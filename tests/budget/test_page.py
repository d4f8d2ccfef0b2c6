"""The page Budget and ``analyze budget``, on a company with planted curves."""

from collections.abc import Iterator
from typing import Any, get_args

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.response_curve import Verdict
from crm_data.app_db import dispose
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.warehouse import build
from scoring import budget
from scoring.run import STEPS
from tests.budget.company import END, FIRST, WEEKS, score, tables
from tests.cli.run import cli, cli_json
from tests.conftest import NOW
from tests.customers.shop import TABLES as SHOP
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from tests.warehouse.stage import stored
from ui import rows
from ui.context import PageContext
from ui.translations import catalogue

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from _built(tmp_path_factory.mktemp("budget"), tables())


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from _built(tmp_path_factory.mktemp("no_budget"), {"customers": SHOP["customers"]})


def _built(home: Any, named: dict[str, Any]) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(home)})
    for name, own in named.items():
        stored(made, name, own)
    build(made, now=NOW, scorer=score)
    yield made
    dispose(made)


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
    page = open_page("budget", company, language=language, scope=scope, query=query)
    assert not page.exception
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def test_the_build_runs_it() -> None:
    assert dict(STEPS)["budget"] is budget.step


@pytest.mark.parametrize("language", LANGUAGES)
def test_curves_and_refusals(company: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page, company, language, of="search")
    table = next(f.value for f in page.dataframe if "curve_verdict" in f.value)
    verdicts = table.set_index("channel")["curve_verdict"].to_dict()

    assert (
        list(verdicts.values())
        == {
            "en": ["an effect; no bend shown", "diminishing returns", "too little history"],
            "zh_CN": ["有作用，未见递减", "边际递减", "历史不足"],
        }[language]
    )
    said = "\n".join(texts(page))
    assert {"en": "returns diminish", "zh_CN": "边际递减"}[language] in said
    assert {"en": "Where more is spent", "zh_CN": "若因需求旺而多花"}[language] in said
    names = [f"budget.{kind}_{one}" for kind in ("told", "short") for one in get_args(Verdict)]
    assert [name for name in names if name not in catalogue(language)] == []
    refused = "\n".join(texts(opened(open_page, company, language, of="social")))
    assert {"en": "a high week has 100 % of a low one, 200 % are needed",
            "zh_CN": "高周是低周的 100%，需要 200%"}[language] in refused  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("amount", ["1", "999", "nonsense"])
def test_money_that_is_moved(
    company: Settings, open_page: OpenPage, language: str, amount: str
) -> None:
    page = opened(open_page, company, language, move_from="display", move_to="search",
                  amount=amount)  # fmt: skip
    said = "\n".join(texts(page))
    if amount == "999":
        assert {"en": "does not spend as much", "zh_CN": "没有花这么多"}[language] in said
    else:
        assert {"en": "should bring", "zh_CN": "预计每周变化"}[language] in said
        grade = {"en": "If spend was high because demand was", "zh_CN": "C 级：所依据的曲线"}
        assert grade[language] in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_costs_and_for_who_sees_a_part(
    company: Settings, without: Settings, open_page: OpenPage, language: str
) -> None:
    said = "\n".join(texts(opened(open_page, without, language)))
    assert "campaign_costs" in said
    part = opened(open_page, company, language, scope=AccessScope(frozenset({"E1"})))
    assert not part.dataframe
    assert cli(without.home, "analyze", "budget").returncode == 2


def test_costs_without_scores_are_not_asked_for_again(
    company: Settings, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.budget_view.card", lambda _ctx: None)
    said = "\n".join(texts(opened(open_page, company, "en")))
    assert "There are costs" in said
    assert "No campaign has costs" not in said


def test_the_command_line_finds_what_was_planted(company: Settings) -> None:
    found = cli_json(company.home, "analyze", "budget", "--from", "display", "--to", "search",
                     "--amount", "5")  # fmt: skip
    channels = {one["channel"]: one for one in found["channels"]}

    assert found["outcome"] == "margin"
    search = channels["search"]
    assert search["verdict"] == "curve"
    assert search["height"] == pytest.approx(60, rel=0.15)
    assert search["bend"] == pytest.approx(20, rel=0.3)
    assert search["first_on"] == FIRST.isoformat()
    last = FIRST + pd.Timedelta(weeks=WEEKS) - pd.Timedelta(days=1)
    assert search["last_on"] == last.isoformat() < END.isoformat()
    assert search["most_spent"] < 200  # the week that is not over does not count
    summary = {one["channel"]: one for one in found["summary"]}
    assert summary["display"]["marginal"] == pytest.approx(0.2, abs=0.03)
    assert found["move"]["verdict"] == "more"
    beyond = [one for one in found["curves"]["search"] if not one["is_seen"]]
    assert min(one["spend"] for one in beyond) > search["most_spent"]
    done = cli(company.home, "analyze", "budget")
    assert "social: 100 spread of 200" in done.stdout
    assert "search: grade C, no experiment stands behind its curve" in done.stdout
    assert cli(company.home, "analyze", "budget", "--to", "social").returncode == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("search", "search", "5"), "Choose two different channels."),
        (("search", "display", "999"), "search does not spend as much a week."),
        (("display", "search", "5"), "Moving it from display to search should bring +"),
    ],
)
def test_the_command_line_says_the_sentence_of_the_page(
    company: Settings, words: tuple[str, str, str], sentence: str
) -> None:
    source, target, amount = words
    done = cli(company.home, "analyze", "budget", "--from", source, "--to", target,
               "--amount", amount)  # fmt: skip
    assert sentence in done.stdout
    assert "nan" not in done.stdout
