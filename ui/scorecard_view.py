"""What the page Scorecard is asked to show, read from the address."""

from dataclasses import dataclass, replace
from datetime import date

import streamlit as st

from crm_data.calendar import add_months
from ui import scorecard_loaders as load
from ui import urls
from ui.attribute_filters import attribute_filters, described
from ui.choices import selected
from ui.context import PageContext
from ui.day_select import day_asked, day_select
from ui.filter_bar import value_label
from ui.scorecard_answers import MONTHS, Asked, without
from ui.scorecard_series import SCORES, Group, Series
from ui.segment_filter import segment_picker, segments_by_id

FILTERS = ("region", "owner_id")
NOBODY, REST = "none", "rest"


@dataclass(frozen=True)
class ScorecardView:
    """The choices of the page.

    Attributes
    ----------
    asked : Asked
    versus : str
        Comparison group: ``none``, ``rest`` (those whom the filters leave out),
        ``region:<value>``, ``owner_id:<value>`` or ``segment:<id>``.
    versus_words, filters : str
        What these are called; empty without any.
    first, last : date
        Days that can be chosen.
    """

    asked: Asked
    versus: str
    versus_words: str
    filters: str
    first: date
    last: date


def known_months(ctx: PageContext) -> tuple[date, date] | None:
    """Return the first month known whole and the first that is not; None without any."""
    found: list[Series] = [
        load.series(ctx.settings, ctx.version, ctx.scope, name, Group(), "")
        for name in ("new_customers", *SCORES)
    ]
    known = [one.monthly for one in found if one.monthly.first and one.monthly.until]
    firsts = [one.first for one in known if one.first]
    ends = [one.until for one in known if one.until]
    return (min(firsts), max(ends)) if firsts and ends else None


def scorecard_view(ctx: PageContext, first: date, until: date) -> ScorecardView:
    """Draw the choices above the page and return what is chosen."""
    lowest, highest = add_months(first, 1), max(until, add_months(first, 1))
    default = max(add_months(until, -6), lowest)
    day = day_asked("day", default, first=lowest, last=highest)
    scores = load.scores(ctx.settings, ctx.version, ctx.scope)
    offered = load.offered(ctx.settings, ctx.version, ctx.scope)
    query = urls.query()
    chosen = {
        name: tuple(v for v in values if v in query.get(name, ()))
        for name, values in offered.items()
    }
    where = tuple((name, kept) for name, kept in chosen.items() if kept)
    day_select(ctx, "day", day, first=lowest, last=highest)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        months = selected(ctx, "months", MONTHS, "scorecard.months")
        score = selected(ctx, "score", scores, "scorecard.score") if scores else ""
        if offered:
            attribute_filters(ctx, where, offered, names=FILTERS)
        among = segment_picker(ctx)
        group = Group(
            tuple(one for one in where if one[0] == "region"), among, chosen.get("owner_id", ())
        )
        versus = _versus_select(ctx, group, offered)
    asked = Asked(day, int(months), score, *groups_of(ctx, group, versus, offered))
    return ScorecardView(
        asked, versus, "" if versus == NOBODY else versus_label(ctx, versus),
        described(ctx, where, among), lowest, highest,
    )  # fmt: skip


def versus_options(
    ctx: PageContext, group: Group, offered: dict[str, list[str]]
) -> tuple[str, ...]:
    """Return the comparison groups that there can be beside a group."""
    taken = {"region": dict(group.where).get("region", ()), "owner_id": group.owners}
    found = [NOBODY]
    if sum(bool(values) for values in taken.values()) == 1:
        found.append(REST)
    for name in FILTERS:
        found += [f"{name}:{value}" for value in offered.get(name, ()) if value not in taken[name]]
    if group.among:
        chosen = st.query_params.get("segment", "")
        found += [f"segment:{one}" for one in segments_by_id(ctx) if one != chosen]
    return tuple(found)


def groups_of(
    ctx: PageContext, group: Group, versus: str, offered: dict[str, list[str]]
) -> tuple[Group, Group | None]:
    """Return whom the page is about and the comparison group; they have nobody in common.

    Only two segments can share customers. Everybody beside a region is everybody else.
    """
    if versus == NOBODY:
        return group, None
    if versus == REST:
        name = "owner_id" if group.owners else "region"
        kept = group.owners or dict(group.where)["region"]
        rest = tuple(value for value in offered[name] if value not in kept)
        return group, _with(without(group, name), name, rest)
    name, _, value = versus.partition(":")
    if name == "segment":
        return group, replace(group, among=segments_by_id(ctx)[value].among)
    other = _with(without(group, name), name, (value,))
    if not (group.owners if name == "owner_id" else dict(group.where).get(name)):
        rest = tuple(one for one in offered[name] if one != value)
        group = _with(group, name, rest)
    return group, other


def versus_label(ctx: PageContext, versus: str) -> str:
    """Return what a comparison group is called."""
    name, _, value = versus.partition(":")
    if name == "segment":
        known = segments_by_id(ctx)
        return ctx.t("segments.described", name=known[value].name) if value in known else value
    if not value:
        return ctx.t(f"scorecard.versus_{name}")
    told = {"field": ctx.t(f"dimension.{name}"), "value": value_label(ctx, name, value)}
    return ctx.t("scorecard.versus_of", **told)


def _with(group: Group, name: str, values: tuple[str, ...]) -> Group:
    if name == "owner_id":
        return replace(group, owners=values)
    return replace(group, where=(*group.where, (name, values)))


def _versus_select(ctx: PageContext, group: Group, offered: dict[str, list[str]]) -> str:
    options = versus_options(ctx, group, offered)
    chosen = urls.choice("versus", options)
    if len(options) > 1:
        st.selectbox(
            ctx.t("scorecard.versus"), options, format_func=lambda one: versus_label(ctx, one),
            key="versus", on_change=urls.write_choice, args=("versus",), width=260,
            help=ctx.t("scorecard.versus_help"),
        )  # fmt: skip
    return chosen
