"""The rows behind numbers of campaigns: orders credited to them, days of spending, leads."""

from dataclasses import dataclass
from typing import Any, Literal

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, func, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.queries.campaigns import CampaignCut, campaigns_of
from crm_data.scope import AccessScope, visible_to
from crm_data.segments import in_segment
from crm_data.sql import read_frame
from crm_data.tables import mart, table
from crm_data.tables.marts import NEVER

Behind = Literal["orders", "newcomers", "costs", "leads"]
CAMPAIGN_ROWS = FrameSpec(
    "campaign_rows",
    "one row per order, lead or day of spending of a campaign, newest first",
    (),
    columns_of(
        "campaign_id:text day_on:day customer_id:text order_id:text lead_id:text status:text "
        "amount:money margin:money"
    ),
)
_COUNT = FrameSpec("rows", "one row", (), columns_of("n:count"))


@dataclass(frozen=True)
class CampaignPick:
    """Rows of one kind, of the campaigns of a cut."""

    cut: CampaignCut
    kind: Behind


def campaign_rows_count(conn: Connection, pick: CampaignPick, *, scope: AccessScope) -> int:
    """Return how many rows there are."""
    source = _rows(pick, scope).subquery()
    found = read_frame(conn, select(func.count().label("n")).select_from(source), _COUNT)
    return int(found["n"].iloc[0])


def campaign_rows(
    conn: Connection, pick: CampaignPick, *, scope: AccessScope, limit: int, offset: int = 0
) -> pd.DataFrame:
    """Return rows behind a number: ``CAMPAIGN_ROWS``; days of spending for who sees everything."""
    source = _rows(pick, scope).subquery()
    order = (source.c.day_on.desc().nulls_last(), source.c.campaign_id, source.c.place)
    columns = [source.c[name] for name in CAMPAIGN_ROWS.column_names]
    statement = select(*columns).order_by(*order).limit(limit).offset(offset)
    return read_frame(conn, statement, CAMPAIGN_ROWS)


def _rows(pick: CampaignPick, scope: AccessScope) -> sa.Select[Any]:
    kept: list[ColumnElement[bool]]
    if pick.kind == "costs":
        costs = table("campaign_costs")
        kept = [sa.true() if scope.is_everything and not pick.cut.among else sa.false()]
        return _select(
            pick, costs, kept, day_on=costs.c.spent_on, amount=costs.c.amount,
            place=costs.c.spent_on,
        )  # fmt: skip
    if pick.kind == "leads":
        leads = mart("lead_spells")
        kept = [visible_to(scope, leads.c.owner_id)]
        kept += [sa.false()] if pick.cut.among else []
        return _select(
            pick, leads, kept, day_on=leads.c.created_on, customer_id=leads.c.customer_id,
            lead_id=leads.c.lead_id, status=leads.c.status, place=leads.c.lead_id,
        )  # fmt: skip
    orders = mart("order_facts")
    kept = [orders.c.is_counted, visible_to(scope, orders.c.owner_id)]
    if pick.kind == "newcomers":
        kept += [orders.c.status == "paid", orders.c.previous_paid_on == NEVER]
    kept += [in_segment(orders.c.customer_no, pick.cut.among)] if pick.cut.among else []
    return _select(
        pick, orders, kept, day_on=orders.c.ordered_on, customer_id=orders.c.customer_id,
        order_id=orders.c.order_id, status=orders.c.status, amount=orders.c.net_amount,
        margin=orders.c.net_amount - orders.c.cost, place=orders.c.order_id,
    )  # fmt: skip


def _select(
    pick: CampaignPick, source: sa.Table, kept: list[ColumnElement[bool]],
    **columns: ColumnElement[Any],
) -> sa.Select[Any]:  # fmt: skip
    chosen = campaigns_of(pick.cut)
    kinds = {c.name: sa.Double() if c.kind == "money" else sa.Text() for c in CAMPAIGN_ROWS.columns}
    found = {
        name: columns.get(name, sa.cast(sa.null(), kinds.get(name, sa.Text())))
        for name in (*CAMPAIGN_ROWS.column_names[1:], "place")
    }
    return (
        select(source.c.campaign_id, *(value.label(name) for name, value in found.items()))
        .select_from(source.join(chosen, chosen.c.campaign_id == source.c.campaign_id))
        .where(*kept)
    )
