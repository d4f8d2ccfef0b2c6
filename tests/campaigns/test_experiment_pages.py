"""The page Experiments as viewers use it, on campaigns that are counted by hand."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.experiment_weeks import arm_weeks
from crm_data.app_db import dispose
from crm_data.commands.segments import create_segment
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from tests.campaigns.shop import TABLES, at, member, order
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from ui import rows

__all__ = ["_fresh_caches", "open_page"]  # fixtures
LANGUAGES = ("en", "zh_CN")
LOOKS = ("segments", "before", "daily", "novelty", "balance")
# m3: 60 of control and 60 of A; 12 and 36 of them bought on day 3, for 100 each.
# m4: 200 against 60.
_LARGE = [
    {**member("m3", arm, f"{arm}{n}", 100 if n < hits else 0), "customer_id": f"{arm}{n}"}
    for arm, hits in (("control", 12), ("A", 36))
    for n in range(60)
]
_BROKEN = [
    {**member("m4", arm, f"{arm}-{n}", 0), "customer_id": None, "converted_at": at(1)}
    for arm, size in (("control", 60), ("A", 200))
    for n in range(size)
]
_BOUGHT = [order(f"b{m['member_id']}", m["customer_id"], 3, 100)
           for m in _LARGE if m["outcome_value"]]  # fmt: skip
_EARLIER = [order(f"e{m['member_id']}", m["customer_id"], -10, 10 * (n % 7))
            for n, m in enumerate(_LARGE)]  # fmt: skip
SHOP: dict[str, list[dict[str, Any]]] = {
    **TABLES,
    "customers": [
        *TABLES["customers"],
        *(
            {"customer_id": m["customer_id"], "region": ("North", "South")[n % 2], "owner_id": "E2",
             "email": f"{m['customer_id']}@example.com", "consent_email": n % 3 > 0}
            for n, m in enumerate(_LARGE)
        ),
    ],
    "campaigns": [*TABLES["campaigns"], {"campaign_id": "m3", "name": "Large"},
                  {"campaign_id": "m4", "name": "Broken"}],
    "campaign_members": [*TABLES["campaign_members"], *_LARGE, *_BROKEN],
    "orders": [*TABLES["orders"], *_BOUGHT, *_EARLIER],
}  # fmt: skip


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("experiments"))})
    built(made, SHOP)
    yield made
    dispose(made)


@pytest.fixture(autouse=True)
def _every_column_of_a_file_has_a_name(monkeypatch: pytest.MonkeyPatch) -> None:
    download = rows.download

    def checked(ctx: Any, frame: Any, **more: Any) -> None:
        made = frame() if callable(frame) else frame
        assert [name for name in made.columns if f"column.{name}" not in ctx.t] == []
        download(ctx, made, **more)

    monkeypatch.setattr(rows, "download", checked)


def opened(
    open_page: OpenPage, shop: Settings, language: str = "en", scope: AccessScope = EVERYTHING,
    **query: str,
) -> AppTest:  # fmt: skip
    page = open_page("experiments", shop, language=language, scope=scope, query=query)
    assert not page.exception
    assert not [text for text in texts(page) if "nan" in text.lower().split()]
    return page


def frame(page: AppTest, column: str) -> pd.DataFrame:
    return next(f.value for f in page.dataframe if column in f.value)


def said(page: AppTest) -> str:
    return "\n".join(texts(page))


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_effect_in_its_interval_with_the_method_named(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, shop, language, campaign="m3", outcome="converted")
    assert not page.error
    row = frame(page, "effect_told").iloc[0]
    # 36 and 12 of 60.
    assert row["effect_told"].startswith("+40")
    assert row["interval_method"] == "Newcombe"
    assert row["evidence"] == {"en": "higher than the control", "zh_CN": "高于对照组"}[language]
    assert row["relative_lift"].startswith("+200")


def test_a_broken_draw_is_blocked_everywhere(shop: Settings, open_page: OpenPage) -> None:
    for look in LOOKS:
        page = opened(open_page, shop, campaign="m4", outcome="converted", look=look, split="50,50")
        assert "Blocked" in page.error[0].value
        assert frame(page, "evidence")["evidence"].str.startswith("no verdict").all()
        assert "higher than" not in said(page)
        assert "compatible with" not in said(page)


def test_the_same_sizes_are_fine_where_they_were_planned(
    shop: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, shop, campaign="m4", split="60,200")
    assert not page.error
    assert frame(page, "planned_size")["planned_size"].tolist() == [60, 200]


def test_sizes_asked_for_are_of_one_campaign(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, campaign="m4", split="60,200")
    (select,) = [one for one in page.selectbox if one.key == "campaign"]
    select.set_value("m3").run()
    assert page.query_params["campaign"] in ("m3", ["m3"])
    assert "split" not in page.query_params


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("look", LOOKS)
def test_every_closer_look_opens(
    shop: Settings, open_page: OpenPage, look: str, language: str
) -> None:
    page = opened(open_page, shop, language, campaign="m3", outcome="revenue", look=look)
    assert not page.error
    assert len(page.dataframe) == 3


def test_slices_are_counted_and_adjusted(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, campaign="m3", look="segments", by="region")
    assert "2 slices were looked at" in said(page)
    assert frame(page, "slice")["slice"].tolist() == ["North", "South"]


def test_amounts_before_are_even_and_orders_tell_the_first_week(
    shop: Settings, open_page: OpenPage
) -> None:
    balance = frame(opened(open_page, shop, campaign="m3", look="balance"), "balance_field")
    assert balance["is_balanced"].all()
    weeks = frame(opened(open_page, shop, campaign="m3", look="novelty"), "week_after")
    assert weeks["effect_told"].iloc[0].startswith("+40")
    assert set(weeks["evidence"].iloc[1:]) <= {"compatible with no effect", "cannot tell"} | {
        "cannot tell: all members are alike"
    }


def test_a_viewer_sees_own_customers_only(shop: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, shop, scope=AccessScope(frozenset({"E1"})))
    assert "two arms or more" in said(page)
    assert not opened(open_page, shop, scope=NOBODY).dataframe


def test_a_plan_says_when_it_cannot_be_learnt(shop: Settings, open_page: OpenPage) -> None:
    query = {"view": "plan", "base": "50", "effect": "10"}
    # 775 is what sample_size's own example says, of Fleiss: 388 in each of two arms.
    assert "776 members in all" in said(opened(open_page, shop, **query))
    few = opened(open_page, shop, units="700", **query)
    assert "You cannot learn this" in few.error[0].value
    assert "can be learnt" in said(opened(open_page, shop, units="776", **query))
    days = opened(open_page, shop, daily="100", wait="7", **query)
    assert frame(days, "plan_item")["plan_value"].tolist()[5:7] == ["8", "700"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_plan_that_an_experiment_would_have_needed(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(
        open_page, shop, language, view="plan", campaign="m3", effect="1", **{"from": "experiment"}
    )
    assert page.metric[0].value.startswith("20")  # 12 of 60
    assert page.error


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_segment_is_drawn_by_lot_of_those_who_agreed(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    one = create_segment(
        shop, name=f"All {language}", definition='{"all":[]}', actor="tester",
        now=datetime(2026, 3, 16, tzinfo=UTC),
    )  # fmt: skip
    files: list[pd.DataFrame] = []
    before = rows.download
    query = {"view": "assign", "segment": one.segment_id, "channel": "email", "held": "25"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "download", lambda _ctx, made, **_: files.append(made))
        page = opened(open_page, shop, language, arms="3", **query)
    assert rows.download is before
    assert not page.error
    unfiltered = {"en": "does not filter this view", "zh_CN": "不筛选此视图"}[language]
    assert not any(unfiltered in text for text in texts(page))  # arms are drawn from it
    control = {"en": "Control 25.0%", "zh_CN": "对照组 25.0%"}[language]
    assert any(control in one.value.replace("\\", "") for one in page.caption)
    members = files[-1]
    agreed = {m["customer_id"] for n, m in enumerate(_LARGE) if n % 3 > 0}
    assert set(members["customer_id"]) == agreed  # 80
    assert members["arm"].value_counts().to_dict() == {"A": 30, "B": 30, "control": 20}
    assert members.loc[members["arm"] == "control", "email"].isna().all()
    assert members.loc[members["arm"] != "control", "email"].notna().all()
    assert "phone" not in members


def test_only_weeks_that_are_over_count_and_no_order_is_zero() -> None:
    units = pd.DataFrame(
        {"member_id": ["p", "q"], "net_before": [0.0, 5.0], "arm": ["A", "control"],
         "assigned_on": [at(0), at(7)]}
    )  # fmt: skip
    bought = pd.DataFrame({"member_id": ["p"], "week": [1], "orders": [2], "revenue": [30.0]})
    until = at(14).date()
    found = arm_weeks(units, bought, "revenue", weeks=3, known_until=until)
    rows_of = found.set_index(["member_id", "week"])["outcome"].to_dict()
    assert rows_of == {("p", 0): 0, ("q", 0): 0, ("p", 1): 30}
    assert arm_weeks(units, bought, "orders", weeks=3, known_until=until)["outcome"].max() == 1
