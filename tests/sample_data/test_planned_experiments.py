"""Plans of the sample company's experiments: locked before anything was sent, of uneven arms."""

from datetime import date

from analytics.experiments import sample_ratio_test
from crm_data.commands.campaign_plans import campaign_plans, planned_shares
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from sample_data.generate import generate
from sample_data.planned_experiments import make_plans, write_plans


def test_sizes_are_those_of_the_locked_plan_and_not_equal(settings: Settings) -> None:
    company = generate(customers=1500, seed=3, months=30, end=date(2026, 3, 14))
    plans = make_plans(company)
    for _ in range(2):  # a second demo changes nothing
        write_plans(settings, plans)

    stored = campaign_plans(settings, EVERYTHING)
    assert len(stored) == 2
    assert all(one.is_locked and one.is_intact for one in stored)
    members = company.frames["campaign_members"].to_pandas()
    shares = planned_shares(settings)
    for key in ("campaign_with_lift", "campaign_without_lift"):
        campaign = company.planted["truths"][key]["parameters"]["campaign_id"]
        mine = members[members["campaign_id"] == campaign]
        counts = mine["arm"].value_counts().to_dict()
        assert shares[campaign]["control"] == 0.35
        assert not sample_ratio_test(counts, shares[campaign]).is_broken
        (plan,) = [one for one in stored if one.draft.campaign_id == campaign]
        assert plan.locked_at is not None
        assert plan.locked_at <= mine["sent_at"].min()
    lift = company.planted["truths"]["campaign_with_lift"]["parameters"]["campaign_id"]
    mine = members[members["campaign_id"] == lift]
    assert sample_ratio_test(mine["arm"].value_counts().to_dict()).is_broken  # of equal sizes
