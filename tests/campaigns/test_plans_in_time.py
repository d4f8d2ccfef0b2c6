"""A split counts where it was planned before anybody was assigned; scoring holds sizes against it.

``k`` has 40 left alone and 160 others, assigned on the first day; ``late`` is the same, and its
plan was locked two days later.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from crm_data.app_db import dispose
from crm_data.campaign_plans import PlanDraft
from crm_data.commands.campaign_plans import lock_plan, planned_shares, write_plan
from crm_data.planned_splits import PlannedSplit, fixed_before, splits_as_rule, splits_of_rule
from crm_data.scope import EVERYTHING
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from crm_data.warehouse import build
from scoring import budget
from scoring.arm_sizes import arm_sizes
from scoring.response_uplift import judged
from tests.campaigns.shop import at, member
from tests.conftest import NOW
from tests.warehouse.stage import stored

DAY = at(0).date()
EQUAL = {"control": 0.5, "A": 0.5}
DRAFT = PlanDraft("k", "k", "h", "conversion", 0.02, "a", "s", shares=EQUAL)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Settings, dict[str, str]]]:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("in_time"))})
    rows = [
        member(campaign, "A" if n >= 40 else "control", f"{campaign}{n}", None)
        for campaign in ("k", "late", "open")
        for n in range(200)
    ]
    stored(settings, "customers", [{"customer_id": one["member_id"]} for one in rows])
    stored(settings, "campaign_members", rows)
    for campaign, day in (("k", 0.0), ("late", 2.0)):
        draft = replace(DRAFT, campaign_id=campaign)
        write_plan(settings, EVERYTHING, draft, now=at(day), actor="ann")
        lock_plan(settings, EVERYTHING, campaign, now=at(day), actor="ann")
    found: dict[str, str] = {}

    def score(store: ScoreStore) -> None:
        found.update(arm_sizes(store))

    build(settings, now=NOW, scorer=score)
    yield settings, found
    dispose(settings)


def test_scoring_holds_sizes_against_plans_that_came_first(shop: Any) -> None:
    assert shop[1] == {"k": "broken", "late": "unchecked", "open": "unchecked"}


def test_pages_and_commands_do_not_see_a_split_that_came_later(shop: Any) -> None:
    assert planned_shares(shop[0]) == {"k": EQUAL}


def test_by_the_day_of_the_first_assignment() -> None:
    splits = {"k": PlannedSplit(EQUAL, DAY)}
    for began, is_there in (
        ({}, True), ({"k": DAY}, True), ({"k": pd.NaT}, True),
        ({"k": pd.Timestamp(DAY)}, True), ({"k": DAY - timedelta(days=1)}, False),
    ):  # fmt: skip
        assert fixed_before(splits, began) == ({"k": EQUAL} if is_there else {})
    assert splits_of_rule(splits_as_rule(splits)["planned_splits"]) == splits
    assert splits_as_rule({}) == splits_of_rule(None) == {}


def test_no_uplift_is_learnt_from_broken_sizes() -> None:
    asked = {"outcome": "bought", "campaign_id": "k", "sizes": "broken"}
    card, model, learnt = judged(None, asked, (), None)  # type: ignore[arg-type]  # nothing is read
    assert (card["verdict"], model, list(learnt)) == ("sample_ratio", None, [])


class Told:
    """A store in which channel ``c`` has two experiments alike: k is planned, half and half."""

    rules = splits_as_rule({"k": PlannedSplit(EQUAL, DAY)})

    def frame(self, sql: str, spec: Any) -> pd.DataFrame:  # noqa: ARG002 # a store
        if spec.name == "budget_weeks":
            rows: list[dict[str, Any]] = [
                {"channel": "c", "week_on": pd.Timestamp(2026, 1, 5), "spend": 1.0,
                 "net_amount": 2.0, "margin": 1.0, "uncosted_orders": 0},
            ]  # fmt: skip
        else:
            sizes = {"members": 40, "over": 40, "costed": 40, "first_on": pd.Timestamp(DAY)}
            sums = {"margin": 80.0, "margin_sq": 400.0, "credited": 100.0, "channel": "c"}
            rows = [
                {"campaign_id": one, "name": one.upper(), "arm": arm, **sums,
                 **{key: n if key != "first_on" and arm == "A" else size
                    for key, size in sizes.items() for n in (160,)}}
                for one in ("k", "open") for arm in ("A", "control")
            ]  # fmt: skip
        return spec.conform(pd.DataFrame(rows)[spec.column_names])


def test_no_channel_is_calibrated_by_broken_sizes() -> None:
    card = budget.step(Told(), pd.DataFrame(), date(2026, 3, 1)).cards["budget"]  # type: ignore[arg-type]  # as far as it is used
    (found,) = card["channels"]
    assert found["calibration"]["campaigns"] == ("OPEN",)
    assert (found["left_out"], found["unchecked"]) == (["K"], ["OPEN"])
