"""The table leads: who asked, who was answered, who became a customer."""

import numpy as np
import pyarrow as pa

from sample_data.campaigns import Marketing, running_in
from sample_data.columns import Floats, Ints, identifiers, instants, labels, table
from sample_data.customers import customer_ids
from sample_data.history import History
from sample_data.marketing_tables import campaign_ids
from sample_data.people import SOURCES, People
from sample_data.pipeline import Deals
from sample_data.pipeline_tables import opportunity_ids
from sample_data.places import REGION_OF_CITY, draw_cities
from sample_data.season import Season
from sample_data.staff import Staff, employee_ids

STATUSES = ("new", "contacted", "qualified", "converted", "lost")
_FROM_LEAD_SHARE = 0.5
_OTHERS_PER_CONVERTED = 2.2
_NEVER_ANSWERED_SHARE = 0.1
_NOBODYS_SHARE = 0.12
_MEDIAN_HOURS = 5.0
# Who only asks comes from advertisements more often than customers do, and seldom by referral.
_ASKING_SHARE = np.array([0.30, 0.28, 0.08, 0.11, 0.09, 0.08, 0.06])


def lead_table(
    rng: np.random.Generator,
    owners: np.random.Generator,
    people: People,
    deals: Deals,
    marketing: Marketing,
    season: Season,
    staff: Staff,
    history: History,
) -> pa.Table:
    """Return the table ``leads`` in the order of creation.

    Whether a lead has an owner, and who it is, says nothing of what becomes of it: ``owners`` are
    the random numbers of that.
    """
    converted_who, asked = _who_became_customers(rng, people, history)
    others = int(len(asked) * _OTHERS_PER_CONVERTED)
    created = np.concatenate([asked, season.draw(rng, others)])
    customer = np.concatenate([converted_who, np.full(others, -1)])
    order = np.argsort(created, kind="stable")
    created, customer = created[order], customer[order]
    count = len(created)
    is_converted = customer >= 0
    answer = np.exp(rng.normal(np.log(_MEDIAN_HOURS), 1.3, count)) / 24
    answered = np.where(rng.random(count) < _NEVER_ANSWERED_SHARE, np.nan, created + answer)
    converted = np.where(is_converted, people.created[customer], np.nan)
    answered = np.where(is_converted, np.minimum(answered, converted - 0.02), answered)
    answered = np.where(answered > created, answered, np.nan)
    qualified, lost = _qualified_and_lost(rng, answered, created, converted)
    answered, qualified, lost = (_known(t, history) for t in (answered, qualified, lost))
    status = np.select(
        [is_converted, ~np.isnan(lost), ~np.isnan(qualified), ~np.isnan(answered)], [3, 4, 2, 1], 0
    )
    source = np.where(
        is_converted, people.source[customer], rng.choice(len(SOURCES), count, p=_ASKING_SHARE)
    )
    return table(
        "leads",
        count,
        lead_id=identifiers("L", np.arange(count) + 1),
        created_at=instants(created),
        source=labels(SOURCES, source),
        campaign_id=campaign_ids(running_in(marketing.campaigns, SOURCES, source, created)),
        owner_id=employee_ids(_owners(owners, customer, created, people, staff)),
        status=labels(STATUSES, status),
        qualified_at=instants(qualified),
        converted_at=instants(converted),
        lost_at=instants(lost),
        customer_id=customer_ids(customer),
        opportunity_id=opportunity_ids(_first_deal(deals, people.count)[customer]),
        first_response_at=instants(answered),
    )


def _owners(
    rng: np.random.Generator, customer: Ints, created: Floats, people: People, staff: Staff
) -> Ints:
    """Return who each lead was given to, -1 for nobody: a seller of its region, as of customers."""
    count = len(customer)
    seller = staff.seller_in(rng, REGION_OF_CITY[draw_cities(rng, count)])
    of_customer = np.where(customer >= 0, people.owner[customer], -1)
    seller = np.where(of_customer >= 0, of_customer, seller)
    seller = staff.in_charge(seller, created, np.arange(count))
    return np.where(rng.random(count) < _NOBODYS_SHARE, -1, seller)


def _who_became_customers(
    rng: np.random.Generator, people: People, history: History
) -> tuple[Ints, Floats]:
    asked = people.created - 0.1 - rng.exponential(10.0, people.count)
    came = people.is_original & (asked >= history.first)
    came &= rng.random(people.count) < _FROM_LEAD_SHARE
    who = np.flatnonzero(came)
    return who, asked[who]


def _qualified_and_lost(
    rng: np.random.Generator, answered: Floats, created: Floats, converted: Floats
) -> tuple[Floats, Floats]:
    """Return when leads were qualified and lost; a converted lead was qualified before."""
    count = len(created)
    start = np.where(np.isnan(answered), created, answered)
    between = start + (converted - start) * rng.uniform(0.2, 0.8, count)
    later = np.where(rng.random(count) < 0.35, answered + rng.exponential(4.0, count), np.nan)
    qualified = np.where(np.isnan(converted), later, between)
    from_then = np.where(np.isnan(qualified), start, qualified)
    gives_up = from_then + 2 + rng.exponential(25.0, count)
    return qualified, np.where(np.isnan(converted), gives_up, np.nan)


def _known(times: Floats, history: History) -> Floats:
    return np.where(times < history.stop, times, np.nan)


def _first_deal(deals: Deals, people_count: int) -> Ints:
    """Return each customer's first deal, or -1; the last place answers for nobody."""
    first = np.full(people_count + 1, -1)
    who, place = np.unique(deals.customer, return_index=True)
    first[who] = place
    return first
