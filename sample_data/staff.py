"""Sellers, service agents and their managers; some sellers leave while the company lives."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sample_data.columns import Floats, Ints, days, identifiers, joined, labels, table
from sample_data.history import History
from sample_data.names import person_names
from sample_data.places import CHINA, COUNTRIES, REGIONS

TEAMS = (*(f"Sales {region}" for region in REGIONS), "Service", "Management")
_SERVICE, _MANAGEMENT = len(REGIONS), len(REGIONS) + 1
_REGION_SHARE = np.array([0.17, 0.25, 0.20, 0.16, 0.14, 0.10])
_CUSTOMERS_PER_SELLER = 350
_CUSTOMERS_PER_AGENT = 500
_POOR_AGENT = 3
# One seller of each of three regions leaves, on a Friday, so far into the history or so many days
# before its end.
_LEAVING_REGIONS = np.array([REGIONS.index(name) for name in ("North", "East", "South")])
_LEAVES_AT = np.array([0.71, 0.42])
_LAST_LEAVES_BEFORE = 10
_FRIDAY = 1  # 1970-01-02


@dataclass(frozen=True)
class Staff:
    """Employees by index: the director, a manager per team, then members team by team.

    ``first_seller`` and ``sellers`` say where the sellers of each region are; ``agents`` are the
    indexes of service agents. ``gone`` is when each is no longer there, in days since 1970, NaN
    where they stay: the day after the last.
    """

    team: Ints
    manager: Ints
    first_seller: Ints
    sellers: Ints
    agents: Ints
    gone: Floats

    @property
    def poor_agent(self) -> int:
        """Index of the agent whose customers are less satisfied."""
        return int(self.agents[_POOR_AGENT])

    def seller_in(self, rng: np.random.Generator, region: Ints) -> Ints:
        """Return a seller of each region, those hired first a little more often."""
        share = rng.random(len(region)) ** 1.2
        return self.first_seller[region] + (share * self.sellers[region]).astype(np.int64)

    def in_charge(self, seller: Ints, times: Floats, customer: Ints) -> Ints:
        """Return who has the customers of a seller at some time; negative stays.

        Those of a seller who has left are shared out among the others of the region, who all stay.
        """
        return np.where(self.gone[seller] <= times, self.colleague_of(seller, customer), seller)

    def colleague_of(self, seller: Ints, customer: Ints) -> Ints:
        """Return who of the region takes over from a seller: another who stays, or -1.

        Always the same one for the same customer. There is nobody where all others have left.
        """
        of_region = self.team[seller]
        found = np.full(len(seller), -1)
        for region in range(len(REGIONS)):
            members = self.first_seller[region] + np.arange(self.sellers[region])
            staying = members[np.isnan(self.gone[members])]
            here = np.flatnonzero((of_region == region) & (seller >= 0))
            place = np.searchsorted(staying, seller[here])
            is_own = np.isin(seller[here], staying)
            others = len(staying) - is_own
            some = others > 0
            turn = customer[here][some] % others[some]
            turn += is_own[some] & (turn >= place[some])
            found[here[some]] = staying[turn]
        return found

    def is_seller(self) -> Ints:
        """Return the indexes of all sellers."""
        return np.arange(self.first_seller[0], self.agents[0])


def make_staff(customers: int, history: History) -> Staff:
    """Return a staff that grows with the number of customers, and loses three sellers."""
    wanted = np.rint(customers * _REGION_SHARE / _CUSTOMERS_PER_SELLER).astype(np.int64)
    sellers = np.clip(wanted, 2, 12)
    agents = int(np.clip(customers // _CUSTOMERS_PER_AGENT, 6, 40))
    managers = len(REGIONS) + 1
    team = np.concatenate(
        [
            [_MANAGEMENT],
            np.arange(managers),
            np.repeat(np.arange(len(REGIONS)), sellers),
            np.full(agents, _SERVICE),
        ]
    ).astype(np.int64)
    manager = np.where(np.arange(len(team)) <= managers, 0, team + 1)
    manager[0] = -1
    first = 1 + managers + np.concatenate([[0], np.cumsum(sellers)[:-1]])
    gone = np.full(len(team), np.nan)
    days_in = np.append(_LEAVES_AT * history.days, history.days - _LAST_LEAVES_BEFORE)
    friday = _friday_before(history.first + days_in)
    gone[first[_LEAVING_REGIONS]] = friday + 1
    agents_at = np.arange(len(team) - agents, len(team))
    return Staff(team, manager, first, sellers, agents_at, gone)


def _friday_before(day: Floats) -> Floats:
    """Return the Friday on or before each day."""
    return np.asarray(np.floor(day) - (np.floor(day) - _FRIDAY) % 7)


def employee_ids(numbers: Ints) -> Any:
    """Return employee ids of indexes; negative is missing."""
    return identifiers("E", np.where(numbers < 0, -1, numbers + 1), 4)


def employee_table(rng: np.random.Generator, staff: Staff, history: History) -> pa.Table:
    """Return the table ``employees``, with two more who left before the history began."""
    team = np.concatenate([staff.team, [0, 1]])
    manager = np.concatenate([staff.manager, [1, 2]])
    count = len(team)
    has_left = np.arange(count) >= len(staff.team)
    number = np.arange(count)
    role = np.where(manager < 0, 3, np.where(manager == 0, 2, np.where(team == _SERVICE, 1, 0)))
    abroad = rng.integers(CHINA + 1, len(COUNTRIES), count)
    country = np.where(team == REGIONS.index("Overseas"), abroad, CHINA)
    written = person_names(rng, country, rng.random(count) < 0.5)
    hired = history.first - rng.integers(90, 2500, count)
    before = history.first - rng.integers(5, 80, count)
    left = np.where(has_left, before, np.append(staff.gone - 1, [np.nan, np.nan]))
    region = np.where(team < len(REGIONS), team, -1)
    unique = pc.cast(pa.array(number + 1), pa.string())
    return table(
        "employees",
        count,
        employee_id=employee_ids(number),
        name=written.name,
        email=joined(written.latin, unique, "@clientscope-demo.example"),
        team=labels(TEAMS, team),
        region=labels(REGIONS, region),
        manager_id=employee_ids(manager),
        role=labels(("seller", "agent", "manager", "director"), role),
        hired_on=days(hired),
        left_on=days(left),
    )
