"""The truths planted in a sample company: what to find, how strong it is, where to look."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Truths:
    """Strength of every planted truth. The defaults are the sample company's.

    Parameters
    ----------
    slow_response_hours : float
        A complaint first answered later than this harms.
    slow_hazard_factor : float
        How many times as fast as others of their age harmed customers leave, from that hour on.
    spring_factor, festival_week_factor : float
        Orders a day, 24 to 4 days before Spring Festival, and from its eve to its 7th day.
    november_factor, double_eleven_factor : float
        Orders a day on 1 to 10 November, and on 11 November.
    campaign_lift : float
        Share of the treated who buy within the window only because of the campaign.
    null_campaign_lift : float
        The same of the campaign without effect.
    targeted_lift : float
        The same of the campaign that was sent to good customers, with nobody left alone.
    campaign_window_days : int
        Days after assignment in which an order is a conversion.
    slow_stage_factor : float
        Mean days in proposal, over mean days in another stage.
    poor_agent_penalty : float
        Points (of 1 to 5) that the poor agent's tickets lose in satisfaction.
    comment_off_share : float
        Share of comments whose mood is drawn anew, whatever the score.
    delivery_complaints : float
        Share of the unhappy comments of the last half year that are made to be about delivery.
    region_decline : float
        Share of orders that the declining region has lost by the last month.
    declining_months : int
        Complete months over which it loses them, in equal steps.
    duplicate_share : float
        Share of customer rows that repeat another customer.
    invalid_email_share, padded_email_share, future_birth_share, impossible_ticket_share : float
        Share of customers, or tickets, with the dirty cell.
    """

    slow_response_hours: float = 48.0
    slow_hazard_factor: float = 7.0
    spring_factor: float = 1.9
    festival_week_factor: float = 0.4
    november_factor: float = 1.5
    double_eleven_factor: float = 5.0
    campaign_lift: float = 0.08
    null_campaign_lift: float = 0.0
    targeted_lift: float = 0.08
    campaign_window_days: int = 14
    slow_stage_factor: float = 3.0
    poor_agent_penalty: float = 1.3
    comment_off_share: float = 0.06
    delivery_complaints: float = 0.5
    region_decline: float = 0.42
    declining_months: int = 6
    duplicate_share: float = 0.015
    invalid_email_share: float = 0.005
    padded_email_share: float = 0.01
    future_birth_share: float = 0.002
    impossible_ticket_share: float = 0.004


# Fewest customers (of 1,000, 2,000, 3,000 and 5,000, over 36 months) with which every plain
# estimate found the truth in nine of ten companies; measured over 60 seeds by
# tests/sample_data/power.py (the campaign to good customers: 24 seeds, as its test compares).
# Where nothing is to be found there is none.
FOUND_FROM: dict[str, int | None] = {
    "customer_groups": 2_000,
    "churn_driver": 5_000,
    "seasonal_peaks": 1_000,
    "campaign_with_lift": 3_000,
    "campaign_without_lift": None,
    "campaign_to_good_customers": 5_000,
    "slow_stage": 1_000,
    "handovers": 1_000,
    "poor_agent": 1_000,
    "comments": 5_000,
    "dirty_cells": 1_000,
    "duplicates": 1_000,
    "declining_region": 5_000,
}


def with_sizes(truths: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return truths, each with the number of customers from which it is found."""
    return {
        name: entry | {"found_from_customers": FOUND_FROM[name]} for name, entry in truths.items()
    }


def truth(
    statement: str, parameters: dict[str, Any], realised: dict[str, Any], where: list[str]
) -> dict[str, Any]:
    """Return one entry of ``planted.json``."""
    return {
        "statement": statement,
        "parameters": parameters,
        "realised": realised,
        "where": where,
    }


def write_planted(path: Path, planted: dict[str, Any]) -> None:
    """Write the planted truths as JSON, the same bytes for the same company."""
    text = json.dumps(planted, ensure_ascii=False, indent=2, sort_keys=True, allow_nan=False)
    path.write_text(text + "\n", encoding="utf-8")
