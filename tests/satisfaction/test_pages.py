"""The page Satisfaction as viewers use it, on a company that is counted by hand."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from charts.satisfaction import TrendLabels, score_trend
from crm_data import warehouse
from crm_data.app_db import dispose
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from tests.warehouse.stage import stored
from ui import rows
from ui.context import PageContext

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")
_BEGIN = datetime(2025, 3, 3, 10)
_WEEKS = 52


def _answers() -> list[dict[str, Any]]:
    """Ten agents with 39 answers of 4 and 5, one with 39 of 1 to 3, a lucky one with four 5s."""
    made = []
    for agent in range(12):
        scores = ([1, 2, 3] * 13) if agent == 10 else [5] * 4 if agent == 11 else [3, 4, 5] * 13
        for place, score in enumerate(scores):
            day = _BEGIN + timedelta(days=7 * (place * _WEEKS // len(scores)))
            made.append({"agent": f"e{agent:02d}", "score": score, "day": day})
    return made


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    home = tmp_path_factory.mktemp("satisfaction")
    made = Settings.from_environment({"CRM_HOME": str(home), "CRM_TIMEZONE": "Asia/Shanghai"})
    answers = _answers()
    stored(made, "customers", [
        {"customer_id": f"c{n:03d}", "owner_id": "o1" if n % 2 else "o2",
         "region": "North" if n % 3 else "South", "name": "Zoe Quill",
          "created_at": datetime(2024, 1, 5)}
        for n in range(len(answers))
    ])  # fmt: skip
    stored(made, "employees", [
        {"employee_id": f"e{n:02d}", "name": f"Agent {n}", "team": "A"} for n in range(12)
    ])  # fmt: skip
    stored(made, "tickets", [
        {"ticket_id": f"t{n}", "customer_id": f"c{n:03d}", "agent_id": one["agent"],
         "created_at": one["day"] - timedelta(hours=5 + n % 7),
         "first_response_at": one["day"] - timedelta(hours=4),
         "resolved_at": one["day"] - timedelta(hours=n % 4), "contact_count": 1 + n % 3,
         "reopened_count": n % 2, "is_complaint": n % 5 == 0}
        for n, one in enumerate(answers)
    ])  # fmt: skip
    stored(made, "survey_responses", [
        {"response_id": f"r{n}", "customer_id": f"c{n:03d}", "kind": "csat",
         "score": one["score"], "scale_max": 5, "ticket_id": f"t{n}", "responded_at": one["day"],
         "comment": "call Zoe 13800138000" if n == 0 else None}
        for n, one in enumerate(answers)
    ] + [
        {"response_id": f"n{n}", "customer_id": f"c{n:03d}", "kind": "nps", "score": score,
         "scale_max": 10, "responded_at": _BEGIN + timedelta(days=100 + n)}
        for n, score in enumerate([10, 9, 9, 10, 8, 7, 8, 7, 3, 6] * 10)
    ] + [
        {"response_id": f"s{n}", "customer_id": f"c{n:03d}", "kind": "ces", "score": 4,
         "scale_max": scale, "responded_at": _BEGIN + timedelta(days=100)}
        for n, scale in enumerate([5, 7])
    ])  # fmt: skip
    stored(made, "survey_invitations", [
        {"invitation_id": f"i{n}", "customer_id": f"c{n:03d}", "kind": "nps",
         "sent_at": _BEGIN + timedelta(days=100), "delivered_at": _BEGIN + timedelta(days=100),
         "response_id": f"n{n}" if n < 100 else None}
        for n in range(400)
    ])  # fmt: skip
    stored(made, "orders", [
        {"order_id": f"o{n}", "customer_id": f"c{n:03d}", "amount": 10, "currency": "CNY",
         "status": "paid", "ordered_on": (_BEGIN + timedelta(days=110 + n)).date()}
        for n in range(100) if n % 10 < 4
    ] + [{"order_id": "last", "customer_id": "c420", "amount": 10, "currency": "CNY",
          "status": "paid", "ordered_on": date(2026, 3, 1)}])  # fmt: skip
    warehouse.build(made, now=NOW)
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
    open_page: OpenPage, shop: Settings, language: str = "en", scope: AccessScope = EVERYTHING,
    **query: str,
) -> AppTest:  # fmt: skip
    page = open_page("satisfaction", shop, language=language, scope=scope,
                     query={"period": "all_time", **query})  # fmt: skip
    assert not page.exception
    assert not page.error
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def frame(page: AppTest, column: str) -> pd.DataFrame:
    return next(f.value for f in page.dataframe if column in f.value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_scores_with_interval_and_response_rate(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    assert opened(open_page, shop, language).selectbox(key="kind").value == "csat"  # most answers
    page = opened(open_page, shop, language, kind="nps")
    values = [one.value for one in page.metric]
    # 20 by hand: 40 % promoters less 20 % detractors; ± 1.96·100·√((0.6 − 0.04)/100).
    assert values[0] == "20"
    notes = [one.value for one in page.caption]
    assert any("5.3 – 34.7" in note and "25.0%" in note for note in notes)
    assert values[2] == "–"  # CES on two scales
    assert values[5] == "25.0%"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_poor_agent_is_flagged_and_a_lucky_one_is_not(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, shop, language, kind="csat", view="groups", by="agent_id")
    (flag,) = page.warning
    assert "Agent 10" in flag.value
    table = frame(page, "answer_standing").set_index("answer_group")
    plain = {"en": "Like all", "zh_CN": "与总体相近"}[language]
    assert table.loc["Agent 11", "answer_standing"] == plain
    assert table.loc["Agent 11", ["answers_given", "answer_mean"]].tolist() == [4, 5]


@pytest.mark.parametrize("language", LANGUAGES)
def test_mixed_scales_are_refused_with_the_reason(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, shop, language, kind="ces")
    assert {"en": "a 4 of 5 is not a 4 of 10", "zh_CN": "5 分制的 4 分不是"}[language] in (
        page.warning[0].value
    )
    assert not page.get("plotly_chart")


def test_months_and_the_one_that_is_not_over(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, kind="csat")
    table = frame(page, "answer_verdict")
    assert table["answer_verdict"].iloc[0] == "Not over yet"
    assert table["answers_given"].sum() == len(_answers())
    assert table["limit_lower"].notna().all()
    assert len(page.get("plotly_chart")) == 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_promoters_did_next(shop: Settings, open_page: OpenPage, language: str) -> None:
    page = opened(open_page, shop, language, kind="nps", view="later", days="90")
    table = frame(page, "bought_again")
    # The first four of each ten bought ten days after; they are the promoters.
    assert table["answer_customers"].tolist() == [40, 40, 20]
    assert table["customers_again"].tolist() == [40, 0, 0]
    assert any("100" in one.value for one in page.markdown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_drivers_are_called_associations(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, shop, language, kind="csat", view="drivers")
    assert {"en": "Associations, not causes", "zh_CN": "而非因果"}[language] in (
        page.warning[0].value
    )
    assert len(frame(page, "driver_share")) == 5
    few = opened(open_page, shop, language, kind="nps", view="drivers")
    assert not few.get("plotly_chart")
    # Without a choice the page opens on the score with most answers, which has enough here.
    free = opened(open_page, shop, language, view="drivers")
    assert len(frame(free, "driver_share")) == 5


def test_a_viewer_sees_answers_of_their_customers(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, scope=AccessScope(frozenset({"o1"})))
    # Odd places of each ten: 9, 10, 7, 7, 6.
    assert page.metric[0].value == "20"
    page.session_state["define_survey_nps"] = True
    page.run()
    page.button(key="rows_survey_nps").click().run()
    assert not page.exception
    assert [one for one in page.caption if one.value.startswith("50 row")]
    assert set(frame(page, "answer_score")["answer_score"]) == {6, 7, 9, 10}


@pytest.mark.parametrize("language", LANGUAGES)
def test_colleagues_are_not_named_to_a_viewer(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    one = AccessScope(frozenset({"o1", "e00"}))
    page = opened(open_page, shop, language, one, kind="csat", view="groups", by="agent_id")
    groups = frame(page, "answer_group")["answer_group"].tolist()
    colleague = {"en": "a colleague", "zh_CN": "某位同事"}[language]
    assert sorted(set(groups)) == sorted({"Agent 0", colleague})
    assert len(groups) == 12
    assert not [text for text in texts(page) if "Agent 10" in text]
    few = AccessScope(frozenset({"o1", *(f"e{n:02d}" for n in range(10))}))
    page = opened(open_page, shop, language, few, kind="csat", view="groups", by="agent_id")
    assert len(frame(page, "answer_group")) == 10


def test_comments_in_rows_are_masked(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, kind="csat", agent_id="e00")
    page.session_state["define_survey_csat"] = True
    page.run()
    page.button(key="rows_survey_csat").click().run()
    assert "call *** ***" in frame(page, "answer_comment")["answer_comment"].tolist()


def test_change_is_against_as_many_days_before(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, kind="csat", period="last_quarter")
    days = [(one["day"].date(), one["score"] >= 4) for one in _answers()]
    # The last answer is of 16 February 2026: the last quarter is of October to December.
    now = [top for day, top in days if date(2025, 10, 1) <= day < date(2026, 1, 1)]
    before = [top for day, top in days if date(2025, 7, 1) <= day < date(2025, 10, 1)]
    gap = 100 * (sum(now) / len(now) - sum(before) / len(before))
    # 92 days before 1 October is 1 July.
    assert float(page.metric[3].value.split()[0].replace("\u2212", "-")) == pytest.approx(
        gap, abs=0.051
    )
    assert any("No change beyond chance" in one.value for one in page.caption)


def test_points_of_the_trend_are_told_apart_by_verdict() -> None:
    verdicts = ["noise", "change", "cannot_tell", "unfinished"]
    points = pd.DataFrame(
        {
            "label": verdicts, "hover": verdicts, "verdict": verdicts,
            "value": [0.5, 0.1, 0.5, 0.4],
            "low": 0.0, "high": 0.9, "lower": [0.3, 0.3, None, None],
            "upper": [0.7, 0.7, None, None],
        }
    )  # fmt: skip
    figure = score_trend(points, labels=TrendLabels("limits", *verdicts), write=str)

    drawn = {trace.name: list(trace.x) for trace in figure.data if trace.mode == "markers"}
    assert drawn == {"noise": [0], "change": [1], "cannot_tell": [2], "unfinished": [3]}
    line = next(trace for trace in figure.data if trace.showlegend is False)
    assert list(line.x) == [0, 1, 2]  # the month that is not over is not joined
