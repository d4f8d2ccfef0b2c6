"""The sample company: invented, seeded, of any size, with truths planted to be found again."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa

from crm_data.errors import UsageError
from crm_data.tables import TABLES
from sample_data.campaigns import Marketing, make_marketing
from sample_data.catalogue import Catalogue, make_catalogue, product_table
from sample_data.columns import Floats
from sample_data.comments import texts_of
from sample_data.company import GENERATOR_VERSION, SampleCompany, write_batches
from sample_data.contracts import subscription_table
from sample_data.customers import Cards, contact_table, customer_table, make_cards
from sample_data.demand import make_purchases, region_truth
from sample_data.exchange import exchange_table, make_rates
from sample_data.handovers import Handovers, hand_over, handover_truth
from sample_data.history import FEWEST_CUSTOMERS, History, history_until, stream
from sample_data.interactions import interaction_table
from sample_data.leads import lead_table
from sample_data.marketing_tables import (
    campaign_ids,
    campaign_table,
    cost_table,
    experiment_truth,
    make_budgets,
    make_outcomes,
    member_table,
)
from sample_data.mistakes import dirty_truth, plant_dirty_cells, plant_duplicates
from sample_data.orders import Orders, make_orders, order_tables, with_more
from sample_data.people import People, group_truth, make_people
from sample_data.pipeline import Deals, make_deals, stage_truth, won_deals
from sample_data.pipeline_tables import (
    event_table,
    make_expectations,
    opportunity_table,
    quota_table,
)
from sample_data.places import DECLINING_REGION
from sample_data.planted import Truths, with_sizes, write_planted
from sample_data.season import Season, daily_season, season_truth
from sample_data.service import Tickets, churn_truth, impossible_tickets, make_tickets, ticket_table
from sample_data.staff import Staff, employee_table, make_staff
from sample_data.surveys import agent_truth, make_invitations, survey_tables
from sample_data.targeted import add_targeted, targeted_truth
from sample_data.touchpoints import touchpoint_table

__all__ = ["SampleCompany", "generate", "write_batches", "write_planted"]

DEFAULT_END = date(2026, 11, 18)


@dataclass(frozen=True)
class _Company:
    """What the tables are made from."""

    seed: int
    history: History
    truths: Truths
    season: Season
    staff: Staff
    catalogue: Catalogue
    people: People
    cards: Cards
    tickets: Tickets
    leaves: Floats
    deals: Deals
    handovers: Handovers
    marketing: Marketing
    orders: Orders

    def chance(self, part: str) -> np.random.Generator:
        """Return the random numbers of one table."""
        return stream(self.seed, part)


def generate(
    customers: int = 5_000,
    seed: int = 1,
    months: int = 36,
    end: date = DEFAULT_END,
    *,
    truths: Truths | None = None,
) -> SampleCompany:
    """Return a sample company: the same arguments give the same company, to the byte.

    Parameters
    ----------
    customers : int
        Rows of ``customers``, duplicates included; at least 50.
    seed : int
        Any whole number from 0.
    months : int
        Complete months of history before the month of ``end``; at least 6.
    end : date
        Last day with data (UTC). The month of ``end`` is meant to be unfinished.
    truths : Truths, optional
        Other strengths of the planted truths, for tests.

    Raises
    ------
    UsageError
        When the company would be too small, too young, or the seed is negative.
    """
    _check(customers, seed)
    planned = truths or Truths()
    history = history_until(end, months)
    company, duplicates = _live(customers, seed, history, planned)
    cells = plant_dirty_cells(
        company.chance("dirty cells"), company.people, company.cards, history, planned
    )
    frames = _customer_frames(company) | _sales_frames(company) | _pipeline_frames(company)
    marketing_frames, experiments = _marketing_frames(company)
    service_frames, service_truths = _service_frames(company, cells)
    frames |= marketing_frames | service_frames
    planted = {
        "company": {
            "customers": customers,
            "seed": seed,
            "months": months,
            "start": history.start.isoformat(),
            "end": end.isoformat(),
            "currency": "CNY",
            "time_zone": "UTC",
            "generator_version": GENERATOR_VERSION,
            "rows": {spec.name: frames[spec.name].num_rows for spec in TABLES},
        },
        "truths": with_sizes(
            {
                "customer_groups": group_truth(company.people),
                "churn_driver": churn_truth(company.tickets, company.leaves, history, planned),
                "seasonal_peaks": season_truth(company.orders.head.time, history, planned),
                **experiments,
                "slow_stage": stage_truth(company.deals, planned),
                "handovers": handover_truth(company.handovers, company.deals, company.staff),
                **service_truths,
                "duplicates": duplicates,
                "declining_region": region_truth(history, planned, _monthly_orders(company)),
            }
        ),
    }
    return SampleCompany({spec.name: frames[spec.name] for spec in TABLES}, planted)


def _check(customers: int, seed: int) -> None:
    if customers < FEWEST_CUSTOMERS:
        raise UsageError(
            "sample_too_small",
            f"The sample company needs at least {FEWEST_CUSTOMERS} customers, not {customers}.",
            customers=customers,
            fewest=FEWEST_CUSTOMERS,
        )
    if seed < 0:
        raise UsageError(
            "sample_seed_negative", f"The seed is a whole number from 0, not {seed}.", seed=seed
        )


def _live(
    customers: int, seed: int, history: History, truths: Truths
) -> tuple[_Company, dict[str, Any]]:
    """Let the company live through its history; return it and its duplicate customers."""

    def chance(part: str) -> np.random.Generator:
        return stream(seed, part)

    season = daily_season(history, truths)
    staff = make_staff(customers, history)
    catalogue = make_catalogue(chance("catalogue"))
    people = make_people(chance("people"), customers, history, season, staff, truths)
    cards = make_cards(chance("cards"), people, history)
    duplicates = plant_duplicates(chance("duplicates"), people, cards)
    tickets, leaves = make_tickets(chance("tickets"), people, season, staff, history, truths)
    deals = make_deals(chance("deals"), people, leaves, catalogue, history, truths)
    deals, handovers = hand_over(chance("handovers"), deals, staff, history)
    purchases = make_purchases(chance("purchases"), people, leaves, season, staff, history, truths)
    marketing, purchases = make_marketing(
        chance("marketing"), people, cards, leaves, purchases, history, truths
    )
    marketing, purchases, caused = add_targeted(
        chance("targeted"), people, cards, leaves, marketing, purchases, history, truths
    )
    orders = make_orders(chance("orders"), people, catalogue, purchases, won_deals(deals), history)
    orders = with_more(chance("targeted orders"), people, catalogue, orders, caused)
    company = _Company(
        seed, history, truths, season, staff, catalogue, people, cards, tickets, leaves, deals,
        handovers, marketing, orders,
    )  # fmt: skip
    return company, duplicates


def _customer_frames(company: _Company) -> dict[str, pa.Table]:
    people, chance = company.people, company.chance
    return {
        "customers": customer_table(
            chance("customers"), people, company.cards, company.staff, company.history
        ),
        "contacts": contact_table(chance("contacts"), people),
        "employees": employee_table(chance("employees"), company.staff, company.history),
        "products": product_table(company.catalogue),
        "subscriptions": subscription_table(
            chance("subscriptions"), people, company.leaves, company.catalogue, company.history
        ),
    }


def _sales_frames(company: _Company) -> dict[str, pa.Table]:
    rates = make_rates(company.chance("rates"), company.history)
    ids = campaign_ids(np.arange(len(company.marketing.campaigns)))
    orders, lines = order_tables(company.orders, company.people, ids, rates)
    return {"orders": orders, "order_lines": lines, "exchange_rates": exchange_table(rates)}


def _pipeline_frames(company: _Company) -> dict[str, pa.Table]:
    deals, history, chance = company.deals, company.history, company.chance
    expectations = make_expectations(chance("expectations"), deals, history)
    campaigns = company.marketing.campaigns
    names = pa.array(company.cards.name)
    things = product_table(company.catalogue)["name"]
    return {
        "opportunities": opportunity_table(
            chance("opportunities"), deals, expectations, campaigns, names, things
        ),
        "opportunity_events": event_table(chance("events"), deals, expectations, company.handovers),
        "quotas": quota_table(chance("quotas"), company.staff, deals, history),
        "leads": lead_table(
            chance("leads"),
            chance("lead owners"),
            company.people,
            deals,
            company.marketing,
            company.season,
            company.staff,
            history,
        ),
    }


def _marketing_frames(company: _Company) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    marketing, history, truths = company.marketing, company.history, company.truths
    chance, people = company.chance, company.people
    outcomes = make_outcomes(marketing, company.orders, people.count, truths)
    budgets = make_budgets(chance("budgets"), marketing, people.count)
    window = truths.campaign_window_days
    frames = {
        "campaigns": campaign_table(marketing, budgets, history),
        "campaign_costs": cost_table(chance, marketing, budgets, history),
        "campaign_members": member_table(marketing, outcomes, history, window),
        "touchpoints": touchpoint_table(
            chance("touchpoints"), people, marketing, company.season, history
        ),
    }
    orders = company.orders
    return frames, {
        "campaign_with_lift": experiment_truth(marketing, outcomes, orders, truths, 1),
        "campaign_without_lift": experiment_truth(marketing, outcomes, orders, truths, 2),
        "campaign_to_good_customers": targeted_truth(marketing, outcomes, orders, truths),
    }


def _service_frames(
    company: _Company, cells: dict[str, list[str]]
) -> tuple[dict[str, pa.Table], dict[str, Any]]:
    history, truths, chance = company.history, company.truths, company.chance
    people, tickets = company.people, company.tickets
    impossible = impossible_tickets(chance("impossible"), tickets, history, truths)
    invitations = make_invitations(
        chance("surveys"), people, company.leaves, tickets, company.staff, history, truths
    )
    responses, asked, said = survey_tables(chance("comments"), people, invitations, history, truths)
    frames = {
        "tickets": ticket_table(tickets, history, impossible, texts_of(chance, people, tickets)),
        "survey_responses": responses,
        "survey_invitations": asked,
        "interactions": interaction_table(
            chance("interactions"), people, company.leaves, tickets, company.staff, history
        ),
    }
    wrong = frames["tickets"]["ticket_id"].take(pa.array(impossible)).to_pylist()
    return frames, {
        "poor_agent": agent_truth(company.staff, tickets, responses, invitations, truths),
        "comments": said,
        "dirty_cells": dirty_truth(cells | {"response_after_resolution": wrong}),
    }


def _monthly_orders(company: _Company) -> dict[str, int]:
    """Return orders of the declining region by month of the history."""
    head = company.orders.head
    here = (head.customer >= 0) & (company.people.region[head.customer] == DECLINING_REGION)
    months = (
        np.floor(head.time[here]).astype(np.int64).astype("datetime64[D]").astype("datetime64[M]")
    )
    wanted = np.array([m.isoformat()[:7] for m in company.history.months], dtype="datetime64[M]")
    return {f"{month}-01": int((months == month).sum()) for month in wanted}
