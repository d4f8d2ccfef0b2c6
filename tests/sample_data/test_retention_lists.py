"""Finished retention lists of the sample company: the arms of its experiments, stored once."""

from datetime import date, timedelta

import pandas as pd
import pytest

from crm_data.commands.retention_lists import retention_lists
from crm_data.commands.retention_members import members_of, open_tasks
from crm_data.settings import Settings
from sample_data.company import SampleCompany
from sample_data.generate import generate
from sample_data.retention_lists import CAMPAIGNS, DAYS, CalledLists, make_lists, write_lists

END = date(2026, 3, 14)


@pytest.fixture(scope="module")
def company() -> SampleCompany:
    return generate(customers=1500, seed=3, months=30, end=END)


@pytest.fixture(scope="module")
def made(company: SampleCompany) -> CalledLists:
    return make_lists(company)


def test_the_same_company_has_the_same_lists(company: SampleCompany, made: CalledLists) -> None:
    again = make_lists(company)

    assert (again.lists, again.members) == (made.lists, made.members)
    assert len({one["list_id"] for one in made.lists}) == len(CAMPAIGNS)
    assert all(one["outcome_on"] <= END for one in made.lists)
    assert all(one["outcome_on"] - one["assigned_on"] == timedelta(days=DAYS) for one in made.lists)


def test_who_is_left_alone_is_the_control_of_the_campaign(
    company: SampleCompany, made: CalledLists
) -> None:
    members = pd.DataFrame(made.members)
    drawn = company.frames["campaign_members"].to_pandas()
    for key, one in zip(CAMPAIGNS, made.lists, strict=True):
        truth = company.planted["truths"][key]
        mine = drawn[drawn["campaign_id"] == truth["parameters"]["campaign_id"]]
        own = members[members["list_id"] == one["list_id"]].set_index("customer_id")
        held = own.index[own["arm"] == "hold_back"]
        assert set(own.index) == set(mine["customer_id"])
        assert set(held) == set(mine.loc[mine["arm"] == "control", "customer_id"])
        assert own.loc[held, "contacted_at"].isna().all()
        assert own.drop(index=held)["outcome"].notna().all()
    lift = company.planted["truths"][CAMPAIGNS[0]]
    assert (
        made.planted["parameters"]["saved_share_of_contacted"]
        == (lift["parameters"]["conversion_lift"])
    )


def test_they_are_stored_once_and_nobody_is_left_to_call(
    settings: Settings, made: CalledLists
) -> None:
    for _ in range(2):
        write_lists(settings, made, "v000001")

    stored = retention_lists(settings)
    assert {one.list_id for one in stored} == {one["list_id"] for one in made.lists}
    assert all(one.is_closed for one in stored)
    assert sum(len(members_of(settings, one.list_id)) for one in stored) == len(made.members)
    assert open_tasks(settings).empty
