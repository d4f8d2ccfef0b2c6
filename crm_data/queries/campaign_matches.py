"""What campaigns without a hold-out caused, as scored: for who sees the whole company only.

The comparison was made of all customers together. Of an owner's or a segment's customers alone it
says nothing, and would tell of others' customers: there is no row.
"""

from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, select

from crm_data.frames import FrameSpec
from crm_data.queries.campaigns import CampaignCut, campaigns_of
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.matched_scores import (
    CAMPAIGN_MATCH_BALANCE,
    CAMPAIGN_MATCH_EFFECTS,
    CAMPAIGN_MATCH_PERIODS,
    CAMPAIGN_MATCHES,
)


@dataclass(frozen=True)
class CampaignMatches:
    """``CAMPAIGN_MATCHES``, ``…_EFFECTS``, ``…_BALANCE`` and ``…_PERIODS`` of campaigns."""

    matches: pd.DataFrame
    effects: pd.DataFrame
    balance: pd.DataFrame
    periods: pd.DataFrame


def campaign_matches(conn: Connection, cut: CampaignCut, *, scope: AccessScope) -> CampaignMatches:
    """Return what was found of the campaigns of a cut; nothing for a part of the company."""
    return CampaignMatches(
        _rows(conn, CAMPAIGN_MATCHES, cut, scope, "campaign_id"),
        _rows(conn, CAMPAIGN_MATCH_EFFECTS, cut, scope, "campaign_id", "outcome"),
        _rows(conn, CAMPAIGN_MATCH_BALANCE, cut, scope, "campaign_id", "place", "term"),
        _rows(conn, CAMPAIGN_MATCH_PERIODS, cut, scope, "campaign_id", "outcome", "period"),
    )


def _rows(
    conn: Connection, spec: FrameSpec, cut: CampaignCut, scope: AccessScope, *order: str
) -> pd.DataFrame:
    rows, chosen = mart(spec.name), campaigns_of(cut)
    is_told = sa.true() if scope.is_everything and not cut.among else sa.false()
    statement = (
        select(*(rows.c[name] for name in spec.column_names))
        .join(chosen, chosen.c.campaign_id == rows.c.campaign_id)
        .where(is_told)
        .order_by(*(rows.c[name] for name in order))
    )
    return read_frame(conn, statement, spec)
