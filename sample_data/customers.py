"""The tables customers and contacts: names, addresses, consent; some of it missing."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample_data.columns import (
    Bools,
    Floats,
    Ints,
    Texts,
    days,
    identifiers,
    instants,
    joined,
    labels,
    missing_where,
    table,
)
from sample_data.history import History
from sample_data.name_parts import INDUSTRIES
from sample_data.names import as_texts, company_names, emails, person_names, phones
from sample_data.people import SOURCES, People
from sample_data.places import CITIES, COUNTRIES, REGIONS
from sample_data.staff import Staff, employee_ids

SIZES = ("1-9", "10-49", "50-249", "250+")
_SMALLER_SHARE = np.array([0.40, 0.75, 0.93])
_TITLES = ("采购经理 Buyer", "行政主管 Office manager", "总经理 General manager", "财务 Finance")
_MISSING_EMAIL, _MISSING_PHONE, _MISSING_PLACE = 0.06, 0.08, 0.03
_MISSING_BIRTH, _MISSING_GENDER = 0.3, 0.15
_CONSENT_EMAIL, _CONSENT_PHONE = 0.72, 0.45


@dataclass
class Cards:
    """What is written on each customer's card; cells may be changed before the table is made."""

    name: Texts
    email: Texts
    phone: Texts
    birth: Floats
    wants_email: Bools
    industry: Ints


def make_cards(rng: np.random.Generator, people: People, history: History) -> Cards:
    """Return the cards of all customers, without mistakes; duplicates are strangers still."""
    count = people.count
    industry = rng.integers(0, len(INDUSTRIES), count)
    person = person_names(rng, people.country, people.is_female)
    company = company_names(rng, people.city, industry)
    mask = pa.array(people.is_company)
    latin = pc.if_else(mask, company.latin, person.latin)
    email = missing_where(rng.random(count) < _MISSING_EMAIL, emails(rng, latin, people.is_company))
    phone = missing_where(rng.random(count) < _MISSING_PHONE, phones(rng, people.country))
    age = np.clip(rng.normal(38, 11, count), 18.5, 85) * 365.25
    no_birth = people.is_company | (rng.random(count) < _MISSING_BIRTH)
    birth = np.where(no_birth, np.nan, np.floor(np.minimum(people.created, history.first) - age))
    return Cards(
        name=as_texts(pc.if_else(mask, company.name, person.name)),
        email=as_texts(email),
        phone=as_texts(phone),
        birth=birth,
        wants_email=(rng.random(count) < _CONSENT_EMAIL) & email.is_valid().to_numpy(False),
        industry=np.where(people.is_company, industry, -1),
    )


def customer_table(
    rng: np.random.Generator, people: People, cards: Cards, staff: Staff, history: History
) -> pa.Table:
    """Return the table ``customers``. Lifecycle is left to the rules of the reader."""
    count = people.count
    at_end = np.full(count, float(history.stop))
    no_place = rng.random(count) < _MISSING_PLACE
    no_gender = people.is_company | (rng.random(count) < _MISSING_GENDER)
    no_consent_date = ~cards.wants_email | (rng.random(count) < 0.05)
    return table(
        "customers",
        count,
        customer_id=customer_ids(np.arange(count)),
        name=cards.name,
        kind=labels(("person", "company"), people.is_company),
        parent_id=customer_ids(_parents(rng, people)),
        email=cards.email,
        phone=cards.phone,
        birth_on=days(cards.birth),
        gender=labels(("male", "female"), np.where(no_gender, -1, people.is_female)),
        city=labels([c.name for c in CITIES], np.where(no_place, -1, people.city)),
        region=labels(REGIONS, np.where(no_place, -1, people.region)),
        country=labels(COUNTRIES, people.country),
        industry=labels(INDUSTRIES, cards.industry),
        size=labels(SIZES, _sizes(rng, people)),
        source=labels(SOURCES, np.where(rng.random(count) < 0.04, -1, people.source)),
        owner_id=employee_ids(staff.in_charge(people.owner, at_end, np.arange(count))),
        created_at=instants(people.created),
        consent_email=cards.wants_email,
        consent_phone=rng.random(count) < _CONSENT_PHONE,
        consent_at=instants(np.where(no_consent_date, np.nan, people.created)),
    )


def contact_table(rng: np.random.Generator, people: People) -> pa.Table:
    """Return the table ``contacts``: one to three people at each company."""
    companies = np.flatnonzero(people.is_company & people.is_original)
    customer = np.repeat(companies, rng.integers(1, 4, len(companies)))
    count = len(customer)
    written = person_names(rng, people.country[customer], rng.random(count) < 0.5)
    unique = pc.cast(pa.array(customer), pa.string())
    email = joined(written.latin, "@work", unique, ".example")
    return table(
        "contacts",
        count,
        contact_id=identifiers("K", np.arange(count) + 1),
        customer_id=customer_ids(customer),
        name=written.name,
        title=labels(_TITLES, rng.integers(0, len(_TITLES), count)),
        email=missing_where(rng.random(count) < 0.1, email),
        phone=missing_where(rng.random(count) < 0.2, phones(rng, people.country[customer])),
    )


def customer_ids(numbers: Ints) -> pa.Array:
    """Return customer ids of indexes; negative is missing."""
    return identifiers("C", np.where(numbers < 0, -1, numbers + 1))


def _sizes(rng: np.random.Generator, people: People) -> Ints:
    """Return the size of companies, larger where they spend more as a rule; -1 for people."""
    companies = np.flatnonzero(people.is_company)
    score = np.log(people.mean_spend[companies]) + rng.normal(0, 0.5, len(companies))
    rank = np.argsort(np.argsort(score, kind="stable"), kind="stable") / max(len(companies), 1)
    sizes = np.full(people.count, -1)
    sizes[companies] = np.searchsorted(_SMALLER_SHARE, rank, side="right")
    return _like_originals(people, sizes)


def _like_originals(people: People, values: Ints) -> Ints:
    """Return values with those of the original at each duplicate."""
    return values[np.where(people.is_original, np.arange(people.count), people.original)]


def _parents(rng: np.random.Generator, people: People) -> Ints:
    """Return the parent of some companies: a company of the same country entered earlier."""
    companies = np.flatnonzero(people.is_company & people.is_original)
    companies = companies[np.argsort(people.country[companies], kind="stable")]
    country = people.country[companies]
    first = np.searchsorted(country, country)
    earlier = np.arange(len(companies)) - first
    place = first + (rng.random(len(companies)) * earlier).astype(np.int64)
    has_parent = (rng.random(len(companies)) < 0.06) & (earlier > 0)
    parents = np.full(people.count, -1)
    parents[companies[has_parent]] = companies[place[has_parent]]
    return parents
