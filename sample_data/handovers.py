"""Deals that change hands: those of sellers who leave, and a few others."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from sample_data.columns import Bools, Floats, Ints
from sample_data.history import History, day_of
from sample_data.pipeline import Deals, in_office
from sample_data.planted import truth
from sample_data.staff import Staff, employee_ids

_MOVED_SHARE = 0.012
_DAYS_BEFORE, _DAYS_AFTER = 15.0, 20.0  # of a seller's last day, for deals of who leaves
_AFTERNOON = 0.7
_NEXT = 0.05


@dataclass(frozen=True)
class Handovers:
    """Changes of owner, one of a deal at most; ``first_owner`` is of every deal.

    ``deal`` is the place of the deal, ``time`` in days since 1970, ``before`` and ``after`` are
    employees.
    """

    deal: Ints
    time: Floats
    before: Ints
    after: Ints
    first_owner: Ints


def hand_over(
    rng: np.random.Generator, deals: Deals, staff: Staff, history: History
) -> tuple[Deals, Handovers]:
    """Return the deals with the owners that they end with, and how they came to them.

    Who leaves hands over what is open, some weeks before the last day or after it; what nobody
    has taken over by the end of the history stays with who has left.
    """
    first = staff.in_charge(deals.owner, deals.created, deals.customer)
    until = np.where(np.isnan(deals.closed), float(history.stop), deals.closed)
    heir = staff.colleague_of(first, deals.customer)
    time = np.where(
        np.isnan(staff.gone[first]), _when_moved(rng, deals, until), _when_left(rng, deals, staff)
    )
    # A deal that closes on the day it changes hands would be the work of who had it before.
    happens = (heir >= 0) & (time > deals.created) & (np.floor(time) < np.floor(until))
    deal = np.flatnonzero(happens)
    deal = deal[np.argsort(time[deal], kind="stable")]
    owner = np.where(happens, heir, first)
    handovers = Handovers(deal, time[deal], first[deal], heir[deal], first)
    return replace(deals, owner=owner), handovers


def handover_truth(handovers: Handovers, deals: Deals, staff: Staff) -> dict[str, Any]:
    """Return who left, and what became of the deals that they had."""
    leavers = np.flatnonzero(~np.isnan(staff.gone))
    ids = employee_ids(leavers).to_pylist()
    of_leaver = np.isin(handovers.before, leavers)
    behind = np.isnan(deals.closed) & np.isin(deals.owner, leavers)
    return truth(
        "Sellers left and their open deals went to colleagues, but for the last few; some deals of "
        "others changed hands, too.",
        {
            "left_on": {
                one: day_of(gone - 1).isoformat()
                for one, gone in zip(ids, staff.gone[leavers], strict=True)
            },
            "days_around_the_last_day": [-_DAYS_BEFORE, _DAYS_AFTER],
            "moved_share": _MOVED_SHARE,
        },
        {
            "left": _fates(deals, handovers.deal[of_leaver]),
            "moved": _fates(deals, handovers.deal[~of_leaver]),
            "left_behind": int(behind.sum()),
        },
        ["opportunity_events: field owner_id", "employees.left_on, against opportunities.owner_id"],
    )


def _fates(deals: Deals, some: Ints) -> dict[str, int]:
    closed: Bools = ~np.isnan(deals.closed[some])
    won = deals.loss_reason[some] < 0
    return {
        "deals": len(some),
        "won": int((closed & won).sum()),
        "lost": int((closed & ~won).sum()),
        "open": int((~closed).sum()),
    }


def _when_moved(rng: np.random.Generator, deals: Deals, until: Floats) -> Floats:
    """Return when deals are moved to a colleague for any other reason; NaN for most."""
    between = deals.created + rng.random(deals.count) * (until - deals.created)
    moved = rng.random(deals.count) < _MOVED_SHARE
    return np.where(moved, in_office(rng, between), np.nan)


def _when_left(rng: np.random.Generator, deals: Deals, staff: Staff) -> Floats:
    """Return when deals of who leaves are handed over, if they are still open then.

    What closes in the weeks after the last day was handed over on it.
    """
    gone = staff.gone[deals.owner]
    time = in_office(rng, gone + rng.uniform(-_DAYS_BEFORE, _DAYS_AFTER, deals.count))
    last_day = gone - 1 + _AFTERNOON
    is_late = (deals.closed >= gone) & (np.floor(deals.closed) <= np.floor(time))
    return np.maximum(np.where(is_late, last_day, time), deals.created + _NEXT)
