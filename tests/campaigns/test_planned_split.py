"""The split that a locked plan says, wherever sizes of arms are checked.

Four campaigns by email, each with 40 of the arm left alone and 160 others: k1 planned 20/80 by
names of its own, k2 planned half and half, k3 with two arms and a plan of the control only, k4
without a plan.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from analytics.experiment_arms import likely_control
from analytics.post_mortem import Came, Planned, deviations
from analytics.sample_ratio import checked_ratio, planned_ratio, sample_ratio_test
from crm_data.app_db import CampaignPlanRow, dispose, session
from crm_data.campaign_plans import CampaignPlan, PlanDraft, sha256
from crm_data.commands import campaign_plans as commands
from crm_data.errors import UsageError
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from tests.campaigns.shop import at, member, order, touch
from tests.cli.run import cli, cli_json
from tests.customers.shop import built
from tests.pages.conftest import OpenPage, _fresh_caches, open_page, texts
from ui.post_mortem_actions import control_share, draft_of, effect_written

__all__ = ["_fresh_caches", "open_page"]  # fixtures
ARMS = {
    "k1": {"holdout": 40, "mens": 160}, "k2": {"control": 40, "A": 160},
    "k3": {"control": 40, "A": 60, "B": 100}, "k4": {"control": 40, "A": 160},
}  # fmt: skip
SHARES = {
    "k1": {"holdout": 0.2, "mens": 0.8}, "k2": {"control": 0.5}, "k3": {"control": 0.2}, "k4": {},
}  # fmt: skip
DRAFT = PlanDraft("k1", "k1", "h", "conversion", 0.02, "a", "s")
_MEMBERS = [
    member(campaign, arm, f"{campaign}-{arm}-{n}", n % 2)
    for campaign, arms in ARMS.items()
    for arm, size in arms.items()
    for n in range(size)
]
TABLES: dict[str, list[dict[str, Any]]] = {
    "customers": [{"customer_id": m["member_id"]} for m in _MEMBERS],
    "campaigns": [
        {"campaign_id": one, "name": f"Name {one}", "channel": "email", "started_on": at(0).date()}
        for one in ARMS
    ],
    "campaign_members": _MEMBERS,
    "touchpoints": [touch("t1", "k1-mens-1", None, 1, "email")],
    "orders": [order("o1", "k1-mens-1", 2, 10), order("o2", "k2-A-1", 60, 10)],
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("split"))})
    built(made, TABLES)
    for campaign, shares in SHARES.items():
        draft = replace(DRAFT, campaign_id=campaign, campaign=campaign, shares=shares)
        lock(made, draft)
    yield made
    dispose(made)


def lock(settings: Settings, draft: PlanDraft) -> CampaignPlan:
    commands.write_plan(settings, EVERYTHING, draft, now=at(0), actor="ann")
    return commands.lock_plan(settings, EVERYTHING, draft.campaign_id, now=at(0), actor="ann")


def test_a_plan_of_every_arm_is_tested_as_it_is() -> None:
    found = planned_ratio({"x": 30, "y": 70}, {"x": 3, "y": 7})
    assert found is not None
    assert (found.expected, found.p_value, found.expected_from) == ({"x": 30, "y": 70}, 1.0, "plan")
    empty = planned_ratio({"x": 100}, {"x": 0.5, "y": 0.5})  # nobody came into y
    assert empty is not None
    assert empty.is_broken


def test_a_share_of_the_control_is_tested_against_all_others() -> None:
    counts = {"control": 260, "A": 300, "B": 440}
    found = planned_ratio(counts, {"control": 0.2}, "control")
    two = sample_ratio_test({"control": 260, "rest": 740}, {"control": 0.2, "rest": 0.8})

    assert found is not None
    assert (found.chi_squared, found.p_value) == (two.chi_squared, two.p_value)
    assert found.expected["control"] == 200
    assert sum(found.expected.values()) == pytest.approx(1_000)
    by_arm = sum((counts[a] - found.expected[a]) ** 2 / found.expected[a] for a in counts)
    assert by_arm == pytest.approx(two.chi_squared)
    assert found.farthest == "control"
    renamed = planned_ratio({"holdout": 200, "A": 800}, {"control": 1, "B": 2, "C": 2}, "holdout")
    assert renamed is not None
    assert renamed.p_value == 1


def test_a_plan_that_tells_nothing_of_these_arms_is_none() -> None:
    counts = {"control": 50, "A": 50}
    assert planned_ratio(counts, None, "control") is None
    assert planned_ratio(counts, {"x": 0.5, "y": 0.5}, "control") is None
    assert planned_ratio(counts, {"control": 1.0}, "control") is None
    assert planned_ratio(counts, {"control": 0.5}, "") is None
    assert planned_ratio({"control": 50}, {"control": 0.5}, "control") is None
    assert checked_ratio(counts, plan={"x": 1}).expected_from == "equal"
    asked = checked_ratio(counts, asked={"control": 1, "A": 9}, plan={"control": 0.5})
    assert (asked.expected_from, asked.is_broken) == ("asked", True)


def test_only_locked_and_intact_plans_say_a_split(tmp_path: Any) -> None:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    draft = replace(DRAFT, shares={"control": 0.3})
    commands.write_plan(settings, EVERYTHING, draft, now=at(0), actor="ann")
    assert commands.planned_shares(settings) == {}
    lock(settings, draft)
    assert commands.planned_shares(settings) == {"k1": {"control": 0.3}}
    other = replace(draft, campaign_id="k9", shares={"control": 0.9})
    with session(settings) as db:
        db.add(CampaignPlanRow(
            plan_id="p", campaign_id="k9", content=other.content(), content_hash=sha256("else"),
            written_by="", written_at=at(0), locked_by="", locked_at=at(0),
        ))  # fmt: skip
    assert commands.planned_shares(settings) == {"k1": {"control": 0.3}}
    dispose(settings)


@pytest.mark.parametrize("shares", [{"A": 0.0, "control": 1.0}, {"control": 1.0}, {"control": 35}])
def test_shares_that_nobody_can_be_drawn_by_are_refused(tmp_path: Any, shares: dict) -> None:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    draft = replace(DRAFT, shares=shares)
    with pytest.raises(UsageError, match="share above 0"):
        commands.write_plan(settings, EVERYTHING, draft, now=at(0), actor="ann")
    dispose(settings)


def test_the_form_keeps_the_other_arms() -> None:
    three = replace(DRAFT, shares={"none": 1.0, "mens": 1.0, "womens": 2.0})

    assert control_share(three) == 0.25

    def shares(old: PlanDraft, control: float | None) -> Any:
        return draft_of(old, control=control, effect=2.0, measure="conversion").shares

    assert shares(three, 0.25) == three.shares
    assert shares(three, 0.4) == pytest.approx({"none": 0.4, "mens": 0.2, "womens": 0.4})
    assert shares(three, None) == {}
    two = replace(DRAFT, shares={"A": 0.5, "B": 0.5})
    assert (control_share(two), shares(two, None)) == (None, two.shares)
    assert shares(DRAFT, 0.2) == {"control": 0.2}
    assert control_share(replace(DRAFT, shares={"control": 0.2})) == 0.2


def test_the_form_writes_effects_in_points_or_money() -> None:
    assert effect_written(replace(DRAFT, minimum_effect=0.07)) == 7
    assert effect_written(replace(DRAFT, minimum_effect=3.5, measure="revenue")) == 3.5
    points = draft_of(DRAFT, control=None, effect=7.0, measure="conversion")
    assert (points.minimum_effect, points.measure) == (0.07, "conversion")
    assert draft_of(DRAFT, control=None, effect=7.0, measure="margin").minimum_effect == 7


def test_the_post_mortem_holds_a_control_alone_against_the_rest() -> None:
    plan = Planned(0.02, None, None, None, {"control": 0.2}, date(2026, 1, 1))
    came = Came(0.0, 0.1, 0.0, 1_000, None, None, {"control": 200, "A": 300, "B": 500}, "")
    assert deviations(plan, came) == []
    broken = replace(came, arms={"control": 300, "A": 300, "B": 500})
    assert [one["code"] for one in deviations(plan, broken)] == ["sample_ratio"]
    renamed = replace(plan, shares={"control": 0.2, "B": 0.8})
    two = replace(came, arms={"control": 500, "A": 500})
    assert [one["code"] for one in deviations(renamed, two)] == ["arms", "sample_ratio"]


def test_names_of_controls_in_plans() -> None:
    assert likely_control(list(SHARES["k1"])) == "holdout"


def test_campaigns_on_the_command_line(shop: Settings) -> None:
    found = {
        one["campaign_id"]: (one["grade"], one["reason"])
        for one in cli_json(shop.home, "analyze", "campaigns")["campaigns"]
    }
    assert found == {
        "k1": ("A", ""), "k2": ("C", "sample_ratio"), "k3": ("A", ""), "k4": ("A", ""),
    }  # fmt: skip


def test_a_lift_leaves_out_campaigns_of_other_sizes_than_planned(shop: Settings) -> None:
    words = ("metric", "get", "incremental_lift", "--by", "campaign_id", "--json")
    found = cli_json(shop.home, *words[:-1])["rows"]
    assert [one["campaign_id"] for one in found] == ["k1", "k3", "k4"]


def test_an_experiment_on_the_command_line(shop: Settings) -> None:
    def asked(campaign: str, *more: str) -> Any:
        found = cli_json(shop.home, "analyze", "experiment", "--campaign", campaign, *more)
        return found["sample_ratio"]["expected_from"], found["is_blocked"]

    assert [asked(one) for one in ARMS] == [
        ("plan", False), ("plan", True), ("plan", False), ("equal", False),
    ]  # fmt: skip
    assert asked("k2", "--expected", "control=1", "--expected", "A=4") == ("asked", False)
    done = cli(shop.home, "analyze", "experiment", "--campaign", "k2")
    assert "not of the locked plan's sizes" in done.stderr
    free = cli(shop.home, "analyze", "experiment", "--campaign", "k4")
    assert "sizes of the arms not checked: no plan was locked" in free.stdout
    assert "if equal sizes were planned: p 0.000" in free.stdout
    asked_equal = ("--expected", "control=1", "--expected", "A=1")
    assert asked("k4", *asked_equal) == ("asked", True)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_the_page_experiments_says_where_the_split_comes_from(
    shop: Settings, open_page: OpenPage, language: str
) -> None:
    named = {"en": "the locked plan", "zh_CN": "已锁定的计划"}[language]
    fine = open_page("experiments", shop, language=language, query={"campaign": "k1"})
    assert not fine.error
    assert named in fine.success[0].value
    assert "80" in fine.success[0].value
    broken = open_page("experiments", shop, language=language, query={"campaign": "k2"})
    assert named in broken.error[0].value
    other = open_page(
        "experiments", shop, language=language, query={"campaign": "k2", "split": "20,80"}
    )
    assert not other.error
    assert named not in other.success[0].value
    unplanned = open_page("experiments", shop, language=language, query={"campaign": "k4"})
    unchecked = {"en": "not checked: no plan was locked", "zh_CN": "没有锁定的计划"}[language]
    grade = {"en": "randomised (grade A)", "zh_CN": "随机分组（A 级）"}[language]
    assert not unplanned.error
    assert not unplanned.success
    assert any(unchecked in one.value for one in unplanned.warning)
    assert any(grade in one.value and unchecked in one.value for one in unplanned.caption)
    assert not any(grade in one.value for one in broken.caption)
    assert any(grade in one.value and unchecked not in one.value for one in fine.caption)


def test_the_page_campaigns_blocks_what_is_not_as_planned(
    shop: Settings, open_page: OpenPage
) -> None:
    query = {"period": "all_time"}
    page = open_page("campaigns", shop, query=query)
    (table,) = [f.value for f in page.dataframe if "verdict_margin" in f.value]
    grades = dict(zip(table["campaign"], table["grade"], strict=True))
    assert grades == {"Name k1": "A", "Name k2": "C", "Name k3": "A", "Name k4": "A †"}
    assert any("not checked: no plan was locked" in one.value for one in page.caption)
    asked = query | {"view": "evidence", "campaign": "k4"}
    said = "\n".join(texts(open_page("campaigns", shop, query=asked)))
    assert "Grade A · drawn by lot · sizes of the arms not checked: no plan was locked" in said


def test_the_overlay_of_attribution_leaves_it_out_too(shop: Settings, open_page: OpenPage) -> None:
    page = open_page("attribution", shop)
    (table,) = [f.value for f in page.dataframe if "caused" in f.value]
    assert table["campaign"].tolist() == ["Name k1", "Name k3", "Name k3", "Name k4"]
    assert table["sizes_of_arms"].tolist()[2:] == ["as planned", "not checked: no plan was locked"]
    (left_out,) = [one.value for one in page.warning if "left out" in one.value]
    assert "Name k2" in left_out
    assert "not of the planned sizes" in left_out


def test_the_post_mortem_page_says_it(shop: Settings, open_page: OpenPage) -> None:
    blocked = "\n".join(texts(open_page("post_mortems", shop, query={"campaign": "k2"})))
    fine = "\n".join(texts(open_page("post_mortems", shop, query={"campaign": "k3"})))
    assert "which chance hardly makes of" in blocked
    assert "which chance hardly makes of" not in fine
