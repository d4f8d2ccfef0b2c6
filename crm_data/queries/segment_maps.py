"""The RFM map and the lifecycle of a version, from its scores."""

from collections.abc import Mapping

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.segment_map_cells import rfm_cells, seen_scores, stage_cells, stage_flows
from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart

RFM_MAP = FrameSpec(
    "rfm_map",
    "one row per cell of the RFM map with customers",
    ("r", "fm"),
    columns_of("r:count fm:count rfm_segment:text customers:count orders:count net_amount:money"),
)
RFM_SEGMENTS = FrameSpec(
    "rfm_segments",
    "one row per RFM segment with customers",
    ("rfm_segment",),
    columns_of("rfm_segment:text median_days:number"),
)
RFM_MOVES = FrameSpec(
    "rfm_moves",
    "one row per letter before and after, see analytics.rfm_rules",
    ("from_letter", "to_letter"),
    columns_of("from_letter:text to_letter:text customers:count"),
)
STAGE_MOVES = FrameSpec(
    "stage_moves",
    "one row per step between two days, stage before and after",
    ("from_on", "from_stage", "to_stage"),
    columns_of("from_on:day to_on:day from_stage:text to_stage:text customers:count"),
)
STAGES_NOW = FrameSpec(
    "stages_now",
    "one row per stage with customers",
    ("stage",),
    columns_of("stage:text customers:count net_amount:money"),
)
RFM_BY_STAGE = FrameSpec(
    "rfm_by_stage",
    "one row per RFM segment and lifecycle stage with customers",
    ("rfm_segment", "stage"),
    columns_of("rfm_segment:text stage:text customers:count"),
)


def rfm_map(conn: Connection, *, scope: AccessScope, among: str = "") -> pd.DataFrame:
    """Return the cells of the map: ``RFM_MAP``; ``among`` is a segment's conditions as JSON."""
    cells = rfm_cells(scope, among)
    sums = [func.sum(cells.c[name]).label(name) for name in ("customers", "orders", "net_amount")]
    keys = (cells.c.r, cells.c.fm)
    # A cell is of one segment: a name less to tell groups by.
    name = func.min(cells.c.rfm_segment).label("rfm_segment")
    found = select(*keys, name, *sums).group_by(*keys)
    return read_frame(conn, found.order_by(cells.c.fm, cells.c.r), RFM_MAP)


def rfm_segments(conn: Connection, *, scope: AccessScope, among: str = "") -> pd.DataFrame:
    """Return the median silence of each segment: ``RFM_SEGMENTS``."""
    own = mart("customer_scores")
    median = func.percentile_cont(0.5).within_group(own.c.days_since_last_order)
    found = (
        select(own.c.rfm_segment, median.label("median_days"))
        .where(own.c.rfm_segment.is_not(None), *seen_scores(scope, among))
        .group_by(own.c.rfm_segment)
    )
    return read_frame(conn, found, RFM_SEGMENTS)


def rfm_moves(
    conn: Connection, *, scope: AccessScope, before: int, after: int, among: str = ""
) -> pd.DataFrame:
    """Return how many moved from where to where: ``RFM_MOVES``.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see.
    before, after : int
        Places of two days in the histories, 0 is the oldest.
    among : str
        Conditions of a segment as JSON; empty is everybody.
    """
    own = mart("customer_scores")
    letter = [func.substr(own.c.rfm_history, place + 1, 1) for place in (before, after)]
    keys = (letter[0].label("from_letter"), letter[1].label("to_letter"))
    found = (
        select(*keys, func.count().label("customers"))
        .where(own.c.rfm_history.is_not(None), *seen_scores(scope, among))
        .group_by(sa.literal_column("1"), sa.literal_column("2"))
        .order_by(sa.literal_column("1"), sa.literal_column("2"))
    )
    return read_frame(conn, found, RFM_MOVES)


def stage_moves(
    conn: Connection, *, scope: AccessScope, stages: Mapping[str, str], among: str = ""
) -> pd.DataFrame:
    """Return all steps of the histories: ``STAGE_MOVES``.

    Parameters
    ----------
    conn : Connection
        Read-only connection to a version.
    scope : AccessScope
        Whose customers the viewer may see.
    stages : mapping of str to str
        Stage of each letter of the histories (`analytics.lifecycle_rules`).
    among : str
        Conditions of a segment as JSON; empty is everybody.
    """
    flows = stage_flows(scope, among, stages)
    keys = (flows.c.from_on, flows.c.to_on, flows.c.from_stage, flows.c.to_stage)
    found = (
        select(*keys, func.sum(flows.c.customers).label("customers"))
        .group_by(*keys)
        .order_by(*keys)
    )
    return read_frame(conn, found, STAGE_MOVES)


def stages_now(conn: Connection, *, scope: AccessScope, among: str = "") -> pd.DataFrame:
    """Return size and net value of each stage: ``STAGES_NOW``."""
    cells = stage_cells(scope, among)
    sums = [func.sum(cells.c[name]).label(name) for name in ("customers", "net_amount")]
    found = select(cells.c.stage, *sums).group_by(cells.c.stage).order_by(cells.c.stage)
    return read_frame(conn, found, STAGES_NOW)


def rfm_by_stage(conn: Connection, *, scope: AccessScope, among: str = "") -> pd.DataFrame:
    """Return how the RFM segments stand in the lifecycle: ``RFM_BY_STAGE``."""
    own = mart("customer_scores")
    keys = (own.c.rfm_segment, own.c.stage)
    found = (
        select(*keys, func.count().label("customers"))
        .where(own.c.rfm_segment.is_not(None), own.c.stage.is_not(None), *seen_scores(scope, among))
        .group_by(*keys)
        .order_by(*keys)
    )
    return read_frame(conn, found, RFM_BY_STAGE)
