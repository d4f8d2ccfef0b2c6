"""Campaigns as scored, who may see them, and what they add to claims."""

from dataclasses import replace

import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.campaign_claims import campaign_claims
from analytics.matched_claims import with_matched
from crm_data.queries.campaign_matches import campaign_matches
from crm_data.queries.campaigns import (
    CampaignCut,
    campaign_new,
    campaign_outcomes,
    campaign_totals,
)
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from tests.matched.shop import FIRST, LIFT
from ui.campaign_results import results_of

LATER = FIRST.replace(month=2)
NORTH = '{"field": "region", "op": "eq", "values": ["North"]}'


def test_every_campaign_without_a_control_has_its_answer(company: sa.Connection) -> None:
    found = campaign_matches(company, CampaignCut(), scope=EVERYTHING)
    rows = found.matches.set_index("campaign_id")

    assert rows["reason"].to_dict() == {
        "first": "history", "good": "", "late": "unfinished", "short": "few", "slow": "staggered",
    }  # fmt: skip
    good = rows.loc["good"]
    assert good["members"] == good["contacted"]
    assert good["others"] == 700 - good["members"]
    assert good["period_days"] == 14
    assert good["most_before"] > 0.5
    assert good["reach"] == round(good["members"] * (1 - good["without_counterpart"]))
    assert rows.loc["short", "contacted"] == 40


def test_the_planted_effect_is_found_and_the_plain_difference_is_not_it(
    company: sa.Connection,
) -> None:
    found = campaign_matches(company, CampaignCut(), scope=EVERYTHING)
    effects = found.effects[found.effects["campaign_id"] == "good"].set_index("outcome")
    one = effects.loc["conversion"]

    assert one["low"] <= LIFT <= one["high"]
    assert one["did_low"] <= LIFT <= one["did_high"]
    assert one["naive_low"] > LIFT
    assert one["e_value_limit"] > 1.5
    periods = found.periods[(found.periods["campaign_id"] == "good")]
    own = periods[(periods["outcome"] == "conversion") & (periods["period"] == 0)].iloc[0]
    assert own["period_on"].date() == FIRST
    assert set(periods["period"]) == set(range(-6, 3))
    balance = found.balance[found.balance["campaign_id"] == "good"]
    assert balance.loc[balance["is_modelled"], "after"].abs().max() < 1e-6
    assert balance["place"].tolist() == list(range(1, len(balance) + 1))
    assert (~balance["is_modelled"]).sum() == 6


@pytest.mark.parametrize(
    ("scope", "among"), [(AccessScope(frozenset({"e1"})), ""), (NOBODY, ""), (EVERYTHING, NORTH)]
)
def test_a_part_of_the_company_is_told_nothing_of_the_whole(
    company: sa.Connection, scope: AccessScope, among: str
) -> None:
    found = campaign_matches(company, CampaignCut(among=among), scope=scope)
    assert [len(rows) for rows in vars(found).values()] == [0, 0, 0, 0]


def test_a_cut_leaves_out_other_campaigns(company: sa.Connection) -> None:
    cut = CampaignCut(where=(("campaign_id", ("good",)),))
    found = campaign_matches(company, cut, scope=EVERYTHING)
    assert {one for rows in vars(found).values() for one in rows["campaign_id"]} == {"good"}
    assert found.matches["campaign_id"].tolist() == ["good"]
    assert len(campaign_matches(company, CampaignCut(start=LATER), scope=EVERYTHING).matches) == 1


def test_claims_of_grade_b_take_the_place_of_none(company: sa.Connection) -> None:
    found = campaign_matches(company, CampaignCut(), scope=EVERYTHING)
    outcomes = campaign_outcomes(company, CampaignCut(), scope=EVERYTHING)
    plain = campaign_claims(outcomes)
    claims = with_matched(plain, found.matches, found.effects)
    keyed = claims.set_index(["campaign_id", "outcome"])

    grades = claims[claims["outcome"] == "conversion"].set_index("campaign_id")["grade"]
    assert grades.to_dict() == {
        "drawn": "A", "first": "C", "good": "B", "late": "C", "short": "C", "slow": "C",
    }  # fmt: skip
    good = keyed.loc[("good", "margin")]
    effect = found.effects.set_index(["campaign_id", "outcome"]).loc[("good", "margin")]
    reach = found.matches.set_index("campaign_id").loc["good", "reach"]
    assert good["total_low"] == pytest.approx(effect["low"] * reach)
    assert good["relative"] == pytest.approx(effect["effect"] / effect["comparison_mean"])
    assert (good["method"], good["reason"], good["verdict"]) == ("overlap", "", "higher")
    assert keyed.loc[("short", "conversion"), "reason"] == "matched_few"
    assert keyed.loc[("short", "conversion"), "verdict"] == "cannot_tell"
    drawn = plain[plain["campaign_id"] == "drawn"].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        claims[claims["campaign_id"] == "drawn"].reset_index(drop=True), drawn
    )


def test_roi_carries_the_interval(company: sa.Connection) -> None:
    cut = CampaignCut(where=(("campaign_id", ("good",)),))
    found = campaign_matches(company, cut, scope=EVERYTHING)
    found = replace(found, matches=found.matches.assign(reach=79))
    row = results_of(
        campaign_totals(company, cut, scope=EVERYTHING),
        campaign_outcomes(company, cut, scope=EVERYTHING),
        campaign_new(company, cut, scope=EVERYTHING), matched=found,
    ).iloc[0]  # fmt: skip

    assert row["grade"] == "B"
    match = found.matches.iloc[0]
    cost = 100 * 79 / match["members"]  # of whom the margin is, and of nobody else
    assert row["caused_cost"] == pytest.approx(cost)
    for side in ("", "_low", "_high"):
        wanted = (row[f"margin_total{side}"] - cost) / cost
        assert row[f"caused_roi{side}"] == pytest.approx(wanted)


def test_what_is_blocked_stays_blocked() -> None:
    claims = pd.DataFrame(
        {
            "campaign_id": ["k"],
            "outcome": ["conversion"],
            "grade": ["C"],
            "reason": ["sample_ratio"],
        }
    )
    matches = pd.DataFrame({"campaign_id": ["k"], "reason": [""], "reach": [5]})
    effects = pd.DataFrame({"campaign_id": ["k"], "outcome": ["conversion"], "reason": [""]})
    assert with_matched(claims, matches, effects)["reason"].tolist() == ["sample_ratio"]
