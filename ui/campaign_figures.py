"""The figures of campaigns in words, with all that is behind each."""

import pandas as pd

from ui import campaign_loaders as load
from ui.campaign_view import CampaignView
from ui.context import PageContext
from ui.defined_tile import DefinedFigure
from ui.formats import NOT_DEFINED, is_missing


def figures(ctx: PageContext, view: CampaignView, sums: pd.Series) -> list[DefinedFigure]:
    """Return spend, what came back of it on record, and what a new customer cost."""
    t, f = ctx.t, ctx.formats
    orders, costs, leads, new = (
        load.CampaignPick(view.cut, kind) for kind in ("orders", "costs", "leads", "newcomers")
    )
    n, uncosted = f.count(sums["campaigns"]), _or_0(sums["uncosted_orders"])
    of_orders = t("campaigns.n_orders", n=f.count(sums["orders"]))
    returned = t("campaigns.returned", money=f.money_compact(_or_0(sums["returned_amount"])))
    return [
        DefinedFigure(
            "campaigns.spend", _money(ctx, sums["cost"]), t("campaigns.n_campaigns", n=n), n=n,
            pick=costs,
        ),
        DefinedFigure(
            "campaigns.revenue", _money(ctx, sums["net_amount"]), f"{of_orders} · {returned}",
            n=f.count(sums["orders"]), pick=orders,
        ),
        _ratio(ctx, "roi", sums, "margin", "cost", f.share, orders,
               t("campaigns.roi_uncosted", n=f.count(uncosted)) if uncosted
               else t("campaigns.roi_note")),
        _ratio(ctx, "roas", sums, "net_amount", "cost", f.number, orders),
        _ratio(ctx, "cac", sums, "cost", "new_customers", f.money_compact, new,
               t("campaigns.n_new", n=f.count(sums["new_customers"]))),
        _ratio(ctx, "cost_per_lead", sums, "cost", "leads", f.money_compact, leads,
               t("campaigns.n_leads", n=f.count(sums["leads"]))
               if not is_missing(sums["leads"]) else ""),
        _ratio(ctx, "payback", sums, "cac", "days", f.number, new, t("campaigns.months")),
        _ratio(ctx, "ltv_to_cac", sums, "expected_value", "cac", f.number, new),
    ]  # fmt: skip


def _ratio(
    ctx: PageContext, name: str, sums: pd.Series, top: str, bottom: str, write: object,
    pick: load.CampaignPick, note: str = "",
) -> DefinedFigure:  # fmt: skip
    value = sums[name]
    shown = NOT_DEFINED if is_missing(value) else write(value)  # type: ignore[operator]  # of formats
    parts = [
        "" if is_missing(sums[part])
        else ctx.formats.count(sums[part]) if part in ("new_customers", "leads", "days")
        else ctx.formats.money(sums[part])
        for part in (top, bottom)
    ]  # fmt: skip
    return DefinedFigure(
        f"campaigns.{name}", str(shown), note, numerator=parts[0], denominator=parts[1],
        n=ctx.formats.count(sums["campaigns"]), pick=pick,
    )  # fmt: skip


def _money(ctx: PageContext, value: object) -> str:
    return NOT_DEFINED if is_missing(value) else ctx.formats.value_short(value, "money")  # type: ignore[arg-type]  # a number


def _or_0(value: object) -> float:
    return 0.0 if is_missing(value) else float(value)  # type: ignore[arg-type]  # a number
