"""Cached reads of a version for retention lists; the rules of ``ui.loaders`` hold here too."""

from datetime import date
from typing import Literal, cast

import pandas as pd
import streamlit as st

from analytics.retention_effect import (
    ASSIGNED,
    Effect,
    customers_to_tell,
    hold_back_cost,
    measured_effect,
)
from crm_data.commands.retention_calls import CallList, call_list
from crm_data.commands.retention_drafts import RetentionList
from crm_data.commands.retention_members import members_of
from crm_data.queries import retention_candidates, retention_outcomes
from crm_data.queries.retention_addresses import CHANNELS, Channel
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui.loaders import TTL, reading

__all__ = ["CHANNELS", "CallList", "Effect", "customers_to_tell", "hold_back_cost"]


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def candidates(settings: Settings, version: str, scope: AccessScope, among: str) -> pd.DataFrame:
    """Return the members of a segment with value at stake and reasons: ``RETENTION_INPUT``."""
    with reading(settings, version) as conn:
        return retention_candidates.candidates(conn, scope, among)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def named(
    settings: Settings, version: str, scope: AccessScope, customer_ids: tuple[str, ...]
) -> pd.DataFrame:
    """Return those of the customers that may be seen: ``RETENTION_INPUT``."""
    with reading(settings, version) as conn:
        return retention_candidates.candidates_among(conn, scope, customer_ids)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def owners(
    settings: Settings, version: str, scope: AccessScope, customer_ids: tuple[str, ...]
) -> pd.DataFrame:
    """Return name and owner of those of the customers that may be seen: ``CUSTOMER_OWNERS``."""
    with reading(settings, version) as conn:
        return retention_candidates.owners_of(conn, scope, customer_ids)


@st.cache_data(ttl=TTL, max_entries=50, show_spinner=False)
def people(settings: Settings, version: str, scope: AccessScope) -> dict[str, str]:
    """Return who may be given tasks: names by id, in alphabetical order."""
    with reading(settings, version) as conn:
        found = retention_candidates.people(conn, scope)
    names = found["name"].where(found["name"].notna(), found["employee_id"])
    return dict(zip(found["employee_id"], names, strict=True))


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def known_until(settings: Settings, version: str, kept: str) -> date | None:
    """Return the last day on which outcomes of this kind are known."""
    with reading(settings, version) as conn:
        return retention_outcomes.known_until(conn, kept=kept)


@st.cache_data(ttl=TTL, max_entries=100, show_spinner=False)
def effect(settings: Settings, version: str, scope: AccessScope, of: RetentionList) -> Effect:
    """Return what a list achieved among the customers that may be seen.

    The arms never change after they were drawn, so the list says all of the key.
    """
    members = members_of(settings, of.list_id)
    with reading(settings, version) as conn:
        known = retention_outcomes.known_until(conn, kept=of.kept)
        outcomes = retention_outcomes.member_outcomes(
            conn,
            scope,
            members["customer_id"].tolist(),
            assigned_on=of.assigned_on,
            outcome_on=of.outcome_on,
        )
    is_kept = {
        "order": outcomes["orders"] > 0,
        "contract": outcomes["has_contract"],
        "either": (outcomes["orders"] > 0) | outcomes["has_contract"],
    }[of.kept]
    # Who sees a part only compares that part; others of the list are not theirs, and not missing.
    how: Literal["left", "inner"] = "left" if scope.is_everything else "inner"
    found = members[["customer_id", "arm"]].merge(
        outcomes.assign(is_kept=is_kept), on="customer_id", how=how
    )
    return measured_effect(
        ASSIGNED.conform(found),
        is_due=known is not None and known >= of.outcome_on,
        hold_back_share=of.hold_back_share,
        save_rate_guess=of.save_rate_guess,
        seed=of.seed,
    )


def calls(
    settings: Settings, version: str, scope: AccessScope, list_id: str, channel: str
) -> CallList:
    """Return who may be called; not cached, as every contact changes it."""
    with reading(settings, version) as conn:
        return call_list(settings, conn, scope, list_id, cast("Channel", channel))
