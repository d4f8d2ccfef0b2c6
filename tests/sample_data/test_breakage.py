"""A truth that is not planted is not found: the checks of test_planted can fail."""

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from sample_data.generate import SampleCompany, generate
from sample_data.planted import Truths
from tests.sample_data import evidence


def without(**changes: float) -> SampleCompany:
    truths = replace(Truths(), **changes)
    return generate(customers=20_000, seed=4, months=36, end=date(2026, 11, 18), truths=truths)


def test_without_a_churn_driver_waiting_does_no_harm():
    connection = evidence.connect(without(slow_hazard_factor=1.0))
    assert evidence.cancellation_hazard_ratio(connection).holds(1.0)
    assert evidence.silence_after_complaint(connection).holds(0.0)


def test_without_a_season_there_are_no_peaks():
    company = without(
        spring_factor=1.0,
        festival_week_factor=1.0,
        november_factor=1.0,
        double_eleven_factor=1.0,
    )
    connection = evidence.connect(company)
    festivals = company.planted["truths"]["seasonal_peaks"]["parameters"]["spring_festivals"]
    assert evidence.november_eleventh(connection).high < 1.5
    assert evidence.before_spring_festival(connection, festivals).high < 1.1


def test_without_a_lift_the_campaign_is_compatible_with_zero():
    company = without(campaign_lift=0.0)
    planted = company.planted["truths"]["campaign_with_lift"]
    connection = evidence.connect(company)
    assert planted["realised"]["caused_orders"] == 0
    assert evidence.conversion_lift(connection, planted["parameters"]["campaign_id"]).holds(0)


def test_a_lift_in_the_other_campaign_would_be_found():
    company = without(null_campaign_lift=0.06)
    campaign = company.planted["truths"]["campaign_without_lift"]["parameters"]["campaign_id"]
    found = evidence.conversion_lift(evidence.connect(company), campaign)
    assert found.low > 0
    assert found.holds(0.06)


def test_without_a_slow_stage_proposal_is_like_any_other():
    found = evidence.stage_ratio(evidence.connect(without(slow_stage_factor=1.0)), "proposal")
    assert found.holds(1.0)
    assert found.high < 1.3


def test_without_a_penalty_the_agent_is_like_any_other():
    company = without(poor_agent_penalty=0.0)
    agent = company.planted["truths"]["poor_agent"]["parameters"]["employee_id"]
    assert evidence.agent_gap(evidence.connect(company), agent).holds(0.0)


def test_without_a_decline_the_region_is_like_any_other():
    found = evidence.region_change(evidence.connect(without(region_decline=0.0)), "South")
    assert found.holds(1.0)
    assert found.low > 0.75


def test_without_duplicates_nobody_is_alike():
    assert evidence.alike(evidence.connect(without(duplicate_share=0.0))) == set()


@pytest.mark.parametrize("rule", ["invalid_email", "padded_or_upper_email"])
def test_a_repaired_address_is_missed_from_the_list(small, rule):
    listed = small.planted["truths"]["dirty_cells"]["realised"][rule]["ids"]
    customers = small.frames["customers"]
    is_first = pc.equal(customers["customer_id"], listed[0])
    repaired = pc.if_else(is_first, pa.scalar("good@mail.example"), customers["email"])
    place = customers.schema.get_field_index("email")
    frames = small.frames | {"customers": customers.set_column(place, "email", repaired)}
    found = evidence.dirty(evidence.connect(SampleCompany(frames, small.planted)), rule)
    assert set(listed) - found == {listed[0]}
