"""Which open deals need a look, each with its reasons and the figures behind them.

A missing figure is no reason, and what cannot be told of a deal is told apart from what is well.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd

from analytics.deal_amounts import robust_z

REASONS = (
    "stuck", "no_next_step", "close_date_past", "amount_unusual", "amount_changed",
    "single_contact", "probability_off", "many_pushes",
)  # fmt: skip
_BY_STAGE = ("probability_off",)  # of a whole stage at once, if its usual probability is off
_NOT_KEPT = ("no_next_step", "single_contact")
_STAGE = ["pipeline", "stage_no"]
_GROUP = ["pipeline", "category"]


@dataclass(frozen=True)
class AttentionRules:
    """From when on something is a reason to look.

    Attributes
    ----------
    quiet_days : int
        Days without contact or change, and no open task, that count as no next step.
    unusual : float
        Robust standard deviations of the logarithm (B. Iglewicz and D. Hoaglin 1993).
    changed : float
        Times that the amount grew, or shrank, since the deal was created.
    least_pushes : int
        Times that the close date was put off.
    """

    quiet_days: int = 14
    unusual: float = 3.5
    changed: float = 2.0
    least_pushes: int = 3


@dataclass(frozen=True, eq=False)
class Attention:
    """Open deals with reasons to look at them.

    Attributes
    ----------
    reasons : DataFrame
        One row per deal and reason, in the order of ``deals`` and of ``REASONS``:
        ``opportunity_id``, ``reason``, ``number`` (what was found), ``limit`` and ``upper`` (what
        it was held against), ``n`` (past deals behind that; missing where it is a rule).
        ``stuck``: days in the stage, limit in days. ``no_next_step``: days without contact or
        change, limit. ``close_date_past``: days since. ``amount_unusual``: robust standard
        deviations, usual amount as ``limit``. ``amount_changed``: times the first amount, limit.
        ``single_contact``: contacts. ``probability_off``: probability set by hand, learned one from
        ``limit`` to ``upper``. ``many_pushes``: pushes, limit.
    deals : DataFrame
        The deals given that have a reason, largest value first and missing values last, those
        with nothing but a probability at odds after all others (it is often of a whole stage), with
        ``value`` (the amount, money; missing where it is) and ``n_reasons``.
    untold : DataFrame
        ``reason`` and ``deals``: open deals of which that cannot be told.
    """

    reasons: pd.DataFrame
    deals: pd.DataFrame
    untold: pd.DataFrame


class _Found(NamedTuple):
    """Whether it holds and whether it could be told, deal by deal, and the figures."""

    holds: pd.Series
    is_told: pd.Series
    number: pd.Series
    limit: pd.Series | float | None = None
    upper: pd.Series | None = None
    n: pd.Series | None = None


def attention(
    deals: pd.DataFrame,
    as_of: pd.Timestamp,
    *,
    limits: pd.DataFrame,
    rates: pd.DataFrame,
    amounts: pd.DataFrame,
    with_task: Collection[str] = (),
    is_past: bool = False,
    rules: AttentionRules | None = None,
) -> Attention:
    """Find reasons to look at open deals.

    Parameters
    ----------
    deals : DataFrame
        ``OPEN_DEALS``, or ``deal_facts``: those with an outcome are left out.
    as_of : Timestamp
        The last day that is known.
    limits : DataFrame
        Of ``analytics.stage_history.limits_of``.
    rates : DataFrame
        Learned probabilities: those of ``rates_of`` by ``pipeline`` and ``stage_no``, or a
        model's by ``opportunity_id``, with ``learned_low``, ``learned_high``, ``closed``.
    amounts : DataFrame
        Of ``analytics.deal_amounts.usual_amounts``.
    with_task : collection of str
        Deals with an open task.
    is_past : bool
        More is known today than was on that day. The last contact before it, the tasks and the
        contacts of then are not kept, so what rests on them cannot be told.
    rules : AttentionRules, optional
    """
    limit = rules or AttentionRules()
    is_open = deals["outcome"].isna() if "outcome" in deals else pd.Series(True, deals.index)
    opened = deals[is_open].reset_index(drop=True)
    keys = ["opportunity_id"] if "opportunity_id" in rates else _STAGE
    known = opened.merge(limits, on=_STAGE, how="left", validate="many_to_one")
    known = known.merge(rates, on=keys, how="left", validate="many_to_one")
    known = known.merge(amounts, on=_GROUP, how="left", validate="many_to_one")
    checks: dict[str, Callable[[], _Found]] = {
        "stuck": lambda: _stuck(known, as_of),
        "no_next_step": lambda: _no_next_step(known, as_of, with_task, limit),
        "close_date_past": lambda: _close_date_past(known, as_of),
        "amount_unusual": lambda: _amount_unusual(known, limit),
        "amount_changed": lambda: _amount_changed(known, limit),
        "single_contact": lambda: _single_contact(known),
        "probability_off": lambda: _probability_off(known),
        "many_pushes": lambda: _many_pushes(known, limit),
    }
    found = {name: checks[name]() for name in REASONS}
    if is_past:
        nothing = pd.Series(False, index=known.index)
        found |= {name: found[name]._replace(is_told=nothing) for name in _NOT_KEPT}
    reasons = pd.concat([_rows(known, name, one) for name, one in found.items()])
    counts = reasons["opportunity_id"].value_counts()
    own = set(reasons.loc[~reasons["reason"].isin(_BY_STAGE), "opportunity_id"])
    listed = opened.assign(
        value=opened["amount"].astype("float64"),
        n_reasons=opened["opportunity_id"].map(counts).fillna(0).astype("int64"),
        is_own=opened["opportunity_id"].isin(own),
    )
    ranked = listed[listed["n_reasons"] > 0].sort_values(
        ["is_own", "value", "n_reasons", "opportunity_id"],
        ascending=[False, False, False, True],
        kind="stable",
    )
    ranked = ranked.drop(columns="is_own")
    place = pd.Series(range(len(ranked)), index=ranked["opportunity_id"], dtype="int64")
    untold = [(name, int((~one.is_told).sum())) for name, one in found.items()]
    return Attention(
        _sorted(reasons, place),
        ranked.reset_index(drop=True),
        pd.DataFrame(untold, columns=["reason", "deals"]),
    )


def _sorted(reasons: pd.DataFrame, place: pd.Series) -> pd.DataFrame:
    at = reasons["opportunity_id"].map(place)
    return (
        reasons.assign(at=at).sort_values("at", kind="stable", ignore_index=True).drop(columns="at")
    )


def _rows(deals: pd.DataFrame, name: str, found: _Found) -> pd.DataFrame:
    index = deals.index
    frame = pd.DataFrame(
        {
            "opportunity_id": deals["opportunity_id"],
            "reason": name,
            "number": _floats(found.number, index),
            "limit": _floats(found.limit, index),
            "upper": _floats(found.upper, index),
            "n": _floats(found.n, index).astype("Int64"),
        }
    )
    return frame[(found.holds & found.is_told).to_numpy(dtype=bool)]


def _floats(values: pd.Series | float | None, index: pd.Index) -> pd.Series:
    return pd.Series(values, index=index, dtype="float64")


def _days(since: pd.Series, as_of: pd.Timestamp) -> pd.Series:
    days: pd.Series = (as_of - since).dt.days.astype("float64")
    return days


def stuck(
    deals: pd.DataFrame, as_of: pd.Timestamp, *, limits: pd.DataFrame
) -> tuple[pd.Series, pd.Series]:
    """Return whether open deals are stuck, and whether that can be told, as ``attention`` does.

    Parameters
    ----------
    deals : DataFrame
        Open deals: ``pipeline``, ``stage_no``, ``stage_since_on``; a row may stand for several.
    """
    known = deals.merge(limits, on=_STAGE, how="left", validate="many_to_one")
    found = _stuck(known.set_index(deals.index), as_of)
    return found.holds & found.is_told, found.is_told


def _stuck(deals: pd.DataFrame, as_of: pd.Timestamp) -> _Found:
    days, limit = _days(deals["stage_since_on"], as_of), deals["limit_days"]
    return _Found(days > limit, days.notna() & limit.notna(), days, limit, n=deals["winners"])


def _no_next_step(
    deals: pd.DataFrame, as_of: pd.Timestamp, with_task: Collection[str], rules: AttentionRules
) -> _Found:
    """A company that records neither contacts nor changes has not neglected its deals."""
    signs = deals[["last_contact_on", "last_change_on"]]
    is_recorded = bool(signs.notna().any(axis=None))
    days = _days(deals[["created_on", *signs]].max(axis=1), as_of)
    has_task = deals["opportunity_id"].isin(list(with_task))
    is_told = has_task | (days.notna() & is_recorded)
    return _Found(~has_task & (days > rules.quiet_days), is_told, days, float(rules.quiet_days))


def _close_date_past(deals: pd.DataFrame, as_of: pd.Timestamp) -> _Found:
    days = _days(deals["expected_close_on"], as_of)
    return _Found(days > 0, days.notna(), days)


def _amount_unusual(deals: pd.DataFrame, rules: AttentionRules) -> _Found:
    z = robust_z(deals["amount"], deals["usual"], deals["spread"])
    return _Found(z.abs() >= rules.unusual, z.notna(), z, deals["usual"], n=deals["amounts"])


def _amount_changed(deals: pd.DataFrame, rules: AttentionRules) -> _Found:
    first = deals["first_amount"].astype("float64")
    times = deals["amount"].astype("float64") / first.where(first > 0)
    holds = (times >= rules.changed) | (times <= 1 / rules.changed)
    return _Found(holds, times.notna(), times, rules.changed)


def _single_contact(deals: pd.DataFrame) -> _Found:
    """Where no deal has a contact, contacts are not recorded, and 0 says nothing."""
    contacts = deals["contacts"].astype("float64")
    is_recorded = bool((contacts > 0).any())
    return _Found(contacts <= 1, contacts.notna() & is_recorded, contacts)


def _probability_off(deals: pd.DataFrame) -> _Found:
    given = deals["probability"].astype("float64")
    low, high = deals["learned_low"], deals["learned_high"]
    is_told = given.notna() & low.notna() & high.notna()
    return _Found((given < low) | (given > high), is_told, given, low, high, deals["closed"])


def _many_pushes(deals: pd.DataFrame, rules: AttentionRules) -> _Found:
    pushes = deals["pushes"].astype("float64")
    return _Found(pushes >= rules.least_pushes, pushes.notna(), pushes, float(rules.least_pushes))
