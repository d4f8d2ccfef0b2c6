"""Cached reads of the scorecard; the rules of ``ui.loaders`` hold here too."""

import pandas as pd
import streamlit as st

from analytics.metric_registry import metric
from crm_data.queries.cut import Cut
from crm_data.queries.versions import dimension_values
from crm_data.rules import stored_rules
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading
from ui.metric_rows import metric_rows
from ui.scorecard_series import SCORES, Group, Series, complement, series_of
from ui.survey_loaders import shown_answers

Pick = tuple[str, Cut, tuple[str, ...]]  # metric, rows, owners whose customers' they are
MOST_VALUES = 60  # of a filter: more are no choice


@st.cache_data(ttl=TTL, max_entries=200, show_spinner=False)
def series(
    settings: Settings, version: str, scope: AccessScope, name: str, group: Group, rules: str
) -> Series:
    """Return a measure by month; ``rules``, in JSON, are only told apart by, and read here."""
    if name == "retention_rate":  # what is lost is asked once
        return complement(series(settings, version, scope, "churn_rate", group, rules))
    with reading(settings, version) as conn:
        return series_of(conn, scope=scope, name=name, group=group, rules=stored_rules(settings))


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def offered(settings: Settings, version: str, scope: AccessScope) -> dict[str, list[str]]:
    """Return regions and owners that customers can be told apart by."""
    with reading(settings, version) as conn:
        found = {
            name: sorted(v for v in dimension_values(conn, scope=scope, dim=name) if v is not None)
            for name in ("region", "owner_id")
        }
    return {name: values for name, values in found.items() if 1 < len(values) <= MOST_VALUES}


def scores(settings: Settings, version: str, scope: AccessScope) -> tuple[str, ...]:
    """Return which scores there are answers of, that of the most months first."""
    every = {name: series(settings, version, scope, name, Group(), "") for name in SCORES}
    known = [name for name, one in every.items() if one.refused or len(one.monthly.frame)]
    return tuple(sorted(known, key=lambda name: -len(every[name].monthly.frame)))


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def rows_of(
    settings: Settings, version: str, scope: AccessScope, pick: Pick, limit: int
) -> tuple[int, pd.DataFrame]:
    """Return how many rows a number has, and the first of them."""
    name, cut, owners = pick
    with reading(settings, version) as conn:
        count, found = metric_rows(
            conn, scope=Group(owners=owners).within(scope), metric=metric(name), cut=cut,
            limit=limit, stored=stored_rules(settings),
        )  # fmt: skip
    return count, shown_answers(found, scope) if name in SCORES else found


def total(settings: Settings, version: str, scope: AccessScope, pick: Pick) -> int:
    """Return how many rows a number has."""
    return rows_of(settings, version, scope, pick, 1)[0]


def some(
    settings: Settings,
    version: str,
    scope: AccessScope,
    pick: Pick,
    limit: int,
    offset: int,
) -> pd.DataFrame:
    """Return one page of the rows behind a number."""
    return rows_of(settings, version, scope, pick, offset + limit)[1].iloc[offset:]


def everyone(
    settings: Settings, version: str, scope: AccessScope, pick: Pick, *, limit: int
) -> pd.DataFrame:
    """Return the rows behind a number for an export."""
    return rows_of(settings, version, scope, pick, limit)[1]
