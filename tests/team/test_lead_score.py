"""Scores of leads: better than the rate by source, or they say that they are not."""

import numpy as np
import pandas as pd
import pytest

from analytics.lead_score import LeadScore, lead_features, score_leads, source_rates

UNTIL = pd.Timestamp("2025-12-31")
N = 900


def leads(*, by_campaign: bool) -> pd.DataFrame:
    """Leads whose source does not matter; their campaign does, or nothing does."""
    rng = np.random.default_rng(8)
    created = pd.Timestamp("2025-01-01") + pd.to_timedelta(np.sort(rng.integers(0, 300, N)), "D")
    campaign = rng.integers(0, 3, N)
    chance = np.array([0.1, 0.3, 0.8])[campaign] if by_campaign else np.full(N, 0.4)
    converted = created + pd.to_timedelta(rng.integers(0, 30, N), "D")
    frame = pd.DataFrame(
        {
            "source": rng.choice(["web", "fair"], N),
            "campaign_id": np.array(["a", "b", "c"])[campaign],
            "owner_id": rng.choice(["E1", "E2", None], N),
            "created_on": created,
            "converted_on": converted.where(rng.random(N) < chance),
            "response_hours": np.where(rng.random(N) < 0.5, 5.0, 90.0),
        }
    )
    return frame.astype({"created_on": "datetime64[us]", "converted_on": "datetime64[us]"})


@pytest.fixture(scope="module")
def learned() -> LeadScore:
    return score_leads(leads(by_campaign=True), days=30, until=UNTIL)


def test_what_matters_is_found_and_beats_the_rate_by_source(learned: LeadScore) -> None:
    assert learned.status == "model"
    assert learned.card is not None
    assert learned.card.auc > 0.75
    assert learned.card.baselines["baseline"].tolist() == ["rate", "source"]
    assert learned.card.baselines["is_beaten"].all()
    some = leads(by_campaign=True)
    by_campaign = pd.Series(learned.probabilities(some)).groupby(some["campaign_id"]).mean()
    assert by_campaign.tolist() == pytest.approx([0.1, 0.3, 0.8], abs=0.08)


def test_it_learns_from_leads_whose_outcome_was_known_by_then(learned: LeadScore) -> None:
    some = leads(by_campaign=True)
    first = some["created_on"].iloc[int(N * 0.75)]

    assert learned.tested == int((some["created_on"] >= first).sum())
    assert learned.learnt == int((some["created_on"] + pd.Timedelta(days=31) <= first).sum())
    assert learned.learnt + learned.tested < N


def test_where_nothing_matters_the_rate_by_source_is_the_score() -> None:
    some = leads(by_campaign=False)
    found = score_leads(some, days=30, until=UNTIL)

    assert found.status == "source_rates"
    assert found.card is not None
    assert found.card.verdict != "useful"
    expected = some["source"].map(found.rates)
    np.testing.assert_allclose(found.probabilities(some), expected)
    unseen = found.probabilities(some.iloc[:1].assign(source="new"))
    assert unseen[0] == found.rate == pytest.approx(0.4, abs=0.05)


def test_too_few_leads_say_so() -> None:
    some = leads(by_campaign=True)

    few = score_leads(some.iloc[:120], days=30, until=UNTIL)
    young = score_leads(some, days=30, until=pd.Timestamp("2025-01-02"))

    assert (few.status, few.card, few.model) == ("too_few", None, None)
    assert few.probabilities(some.iloc[:2]).shape == (2,)
    assert (young.status, young.learnt, young.tested) == ("too_few", 0, 0)
    assert np.isnan(young.rate)


def test_fields_are_known_when_the_lead_comes_in() -> None:
    some = leads(by_campaign=True)

    plain, declared = lead_features(some), lead_features(some, with_response=True)

    assert list(plain) == ["source", "campaign_id", "weekday", "owner_load"]
    assert list(declared)[4:] == ["is_contacted", "response_hours"]
    assert declared["response_hours"].max() == 5.0  # later than the first day is not known yet
    blind = some.assign(converted_on=pd.NaT, response_hours=np.nan)
    pd.testing.assert_frame_equal(lead_features(blind), plain)
    assert lead_features(some.assign(created_hour=9))["hour"].eq(9).all()


def test_load_is_of_the_seven_days_before() -> None:
    days = ["2025-01-08", "2025-01-01", "2025-01-01", "2025-01-08", "2025-01-07", "2025-01-09"]
    some = pd.DataFrame(
        {
            "source": "web", "campaign_id": None,
            "owner_id": ["a", "a", "a", None, "b", "a"],
            "created_on": pd.Series(days).astype("datetime64[us]"),
        }
    )  # fmt: skip

    found = lead_features(some)["owner_load"]

    assert found.fillna(-1).tolist() == [2, 0, 0, -1, 0, 1]


def test_with_the_first_day_declared_its_conversions_are_left_out() -> None:
    some = leads(by_campaign=True).iloc[:100]
    took = (some["converted_on"] - some["created_on"]).dt.days

    found = score_leads(some, days=30, until=UNTIL, with_response=True)

    assert found.uses_response
    assert found.converted == int((took > 1).sum()) < int(took.notna().sum())


def test_rates_by_source_are_drawn_toward_all() -> None:
    source = pd.Series(["few"] * 2 + ["many"] * 200 + ["poor"] * 200)
    came = np.array([True] * 2 + [True] * 100 + [False] * 100 + [True] * 20 + [False] * 180)

    rates, rate = source_rates(source, came)

    assert rate == pytest.approx(122 / 402)
    assert 0.3 < rates["few"] < 0.9
    assert rates["many"] == pytest.approx(0.5, abs=0.02)
