"""What the view of lifetimes is asked to show, read from the address, and what was found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from analytics.contract_lifetimes import MOST_CURVES, Lifetimes
from ui import churn_loaders, urls
from ui import survival_loaders as load
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.filters import ChosenSegment

BY, SEGMENTS = "by", "curves"
SAVED = "saved"


@dataclass(frozen=True)
class SurvivalView:
    """The choices of the view; every one of them is in the address.

    Attributes
    ----------
    by : str
        ``none``, one of the splits of the query, or ``saved``: segments that were chosen.
    segments : tuple of ChosenSegment
        Curves where ``by`` is ``saved``.
    """

    by: str
    segments: tuple[ChosenSegment, ...]
    where: load.Where
    among: str


@dataclass(frozen=True, eq=False)
class Lasted:
    """What was found: lifetimes, names of their groups, and the days that bound them.

    Attributes
    ----------
    known_from : date or None
        First day of the month from which ends are recorded; None where nothing has ended.
    last_day : date
        Last day that contracts are known of.
    """

    lifetimes: Lifetimes
    names: Mapping[str, str]
    known_from: date | None
    last_day: date


def splits(known: Mapping[str, ChosenSegment]) -> tuple[str, ...]:
    """Return the splits on offer: saved segments only where there are any."""
    return ("none", *load.SPLITS, *((SAVED,) if known else ()))


def read_segments(known: Mapping[str, ChosenSegment]) -> tuple[ChosenSegment, ...]:
    """Return the segments that the address names; the first two where it names none."""
    asked = st.query_params.get_all(SEGMENTS) if SEGMENTS in st.query_params else list(known)[:2]
    chosen = [key for key in dict.fromkeys(asked) if key in known][:MOST_CURVES]
    st.session_state[SEGMENTS] = chosen
    return tuple(known[key] for key in chosen)


def write_segments() -> None:
    """Write the chosen segments into the address; none at all is one empty value."""
    urls.write({SEGMENTS: st.session_state[SEGMENTS] or [""]})


def lasted(ctx: PageContext, view: SurvivalView, last_day: date) -> Lasted | None:
    """Read and estimate; None where segments are to be compared and none is chosen."""
    key = (ctx.settings, ctx.version, ctx.scope)
    names: dict[str, str] = {"": ctx.t("survival.everybody")}
    if view.by == SAVED:
        if not view.segments:
            return None
        segments = tuple((one.segment_id, one.among) for one in view.segments)
        found = load.lifetimes_of_segments(*key, segments, view.where)
        names |= {one.segment_id: one.name for one in view.segments}
    else:
        by = "" if view.by == "none" else view.by
        found = load.lifetimes(*key, by, view.where, view.among)
        members = [str(name) for name in found.curves.groups["group"] if name != ""]
        if by == "product":
            own = load.product_names(ctx.settings, ctx.version, tuple(sorted(members)))
            names |= {member: own.get(member, member) for member in members}
        else:
            names |= {member: value_label(ctx, by, member) for member in members}
    return Lasted(found, names, load.ends_known_from(ctx.settings, ctx.version), last_day)


def last_day_of_contracts(ctx: PageContext) -> date | None:
    """Return the last day with a start or an end; None without a contract that may be seen."""
    flows = churn_loaders.contract_months(ctx.settings, ctx.version, ctx.scope, (), "")
    return None if flows.empty else flows["last_on"].max().date()
