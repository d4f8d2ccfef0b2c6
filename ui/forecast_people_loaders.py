"""Cached reads of submissions; the rules of ``ui.loaders`` hold here too.

Submissions come while a version stays: the number of the last write is part of their key.
"""

from datetime import date

import pandas as pd
import streamlit as st

from crm_data.queries import forecast_submissions as queries
from crm_data.queries import sales_team
from crm_data.queries.tasks import change_stamp
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import forecast_people_answers as answers
from ui.context import PageContext
from ui.loaders import TTL, reading

_SOON = "1m"


def results(ctx: PageContext, until: date, *, is_now: bool) -> pd.DataFrame:
    """Return the submissions that the viewer may see, with what came of those that are over.

    ``until`` is the first day that is not known; unless it is that of now (submissions come after
    the last news of deals, too), what was submitted from then on is left out.
    """
    key = (ctx.settings, ctx.version, ctx.scope, ctx.viewer)
    found = _results(*key, until, change_stamp(ctx.settings))
    return found if is_now else found[found["submitted_on"] < pd.Timestamp(until)]


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def teams(settings: Settings, version: str, scope: AccessScope) -> frozenset[str]:
    """Return the teams that the viewer may speak for."""
    with reading(settings, version) as conn:
        return queries.whole_teams(conn, scope=scope)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def sellers(settings: Settings, version: str, scope: AccessScope) -> pd.DataFrame:
    """Return the sellers that the viewer may speak for, who have not left: by name."""
    with reading(settings, version) as conn:
        found = sales_team.sellers(conn, scope=scope)
    there = found[found["left_on"].isna()]
    return there.sort_values(["name", "owner_id"], na_position="last", ignore_index=True)


@st.cache_data(ttl=_SOON, max_entries=100, show_spinner=False)
def _results(
    settings: Settings, version: str, scope: AccessScope, viewer: str, until: date, stamp: int
) -> pd.DataFrame:
    del stamp  # of the key only
    whole = teams(settings, version, scope)
    said = queries.submissions(settings, scope, viewer, whole)
    periods = answers.periods_of(said, until)
    with reading(settings, version) as conn:
        won = queries.period_won(conn, periods, scope=scope, teams=whole)
    return answers.with_results(said, won, periods, settings.timezone)
