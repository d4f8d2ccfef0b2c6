"""Key customers in the viewer's words: reasons, table, hover texts."""

from collections.abc import Callable
from html import escape

import pandas as pd

from analytics.key_customers import KeyCustomers, Reason
from ui.context import PageContext
from ui.formats import is_missing
from ui.frames import records
from ui.translations import customer_value_name

_LONGEST = 22
_MONEY = ("amount", "net_amount_365d", "year_before", "open_deal_amount", "expected_value")


def reason_text(ctx: PageContext, reason: Reason) -> str:
    """Return a reason with its number, in words."""
    f, number = ctx.formats, reason.number
    if number is None:
        return ctx.t("key.reason_never_contacted")
    write: dict[str, Callable[[float], str]] = {
        "silent": lambda value: f.number(value, 1),
        "down": lambda value: f.share(abs(value), 0),
    }
    written = write.get(reason.name, f.count)(number)
    return ctx.t(f"key.reason_{reason.name}", n=written)


def reasons_text(ctx: PageContext, reasons: list[Reason]) -> str:
    """Return all reasons; empty where there is none."""
    return ctx.t("key.reason_joiner").join(reason_text(ctx, reason) for reason in reasons)


def key_table(ctx: PageContext, found: KeyCustomers) -> pd.DataFrame:
    """Return the table as it is shown and exported; shares in percent."""
    frame = found.frame
    either = frame["name"].where(frame["name"].notna(), frame["customer_id"])
    owner = frame["owner_name"].where(frame["owner_name"].notna(), frame["owner_id"])
    reasons = [reasons_text(ctx, own) or None for own in found.reasons]
    table = pd.DataFrame(
        {
            "key_name": either,
            "is_at_risk": frame["is_at_risk"],
            "reasons": pd.array(reasons, dtype="str"),
            "amount": frame["amount"],
            "last_contact_at": frame["last_contact_at"],
            "owner": owner,
            "share_percent": 100 * frame["share"],
            "cumulative_percent": 100 * frame["cumulative_share"],
            "net_amount_365d": frame["net_amount_365d"],
            "year_before": frame["year_before"],
            "change_percent": 100 * frame["change"],
            "last_order_on": frame["last_order_on"],
            "days_since_last_order": frame["days_since_last_order"],
            "rhythm_days": frame["rhythm_days"],
            "silence": frame["silence"],
            "stage": _named(ctx, "stage", frame["stage"]),
            "open_tickets": frame["open_tickets"],
            "open_complaints": frame["open_complaints"],
            "last_nps": frame["last_nps"],
            "open_deals": frame["open_deals"],
            "open_deal_amount": frame["open_deal_amount"],
            "expected_value": frame["expected_value"],
            "customer_id": frame["customer_id"],
        }
    )
    # A score that this version does not have is not a column of dashes.
    scored = [name for name in ("stage", "expected_value") if table[name].isna().all()]
    return table.drop(columns=scored)


def money_columns(table: pd.DataFrame) -> list[str]:
    """Return the columns of ``key_table`` that are money."""
    return [name for name in _MONEY if name in table]


def bars(ctx: PageContext, found: KeyCustomers, most: int) -> pd.DataFrame:
    """Return ``label``, ``amount``, ``is_at_risk`` and ``hover`` of the largest customers."""
    frame = found.frame.head(most)
    labels, hovers = [], []
    for row, reasons in zip(records(frame), found.reasons, strict=False):
        name = str(row["customer_id"] if is_missing(row["name"]) else row["name"])
        short = name if len(name) <= _LONGEST else name[: _LONGEST - 1] + "…"
        labels.append(escape(short, quote=False))
        share = ctx.formats.share(row["share"])
        lines = [
            f"<b>{escape(name, quote=False)}</b>",
            ctx.t("key.bar_hover", amount=ctx.formats.money(row["amount"]), share=share),
            *(escape(reason_text(ctx, reason), quote=False) for reason in reasons),
        ]
        hovers.append("<br>".join(lines))
    return frame[["amount", "is_at_risk"]].assign(label=labels, hover=hovers)


def _named(ctx: PageContext, field: str, values: pd.Series) -> pd.Series:
    return values.map(lambda value: customer_value_name(ctx.t, field, value), na_action="ignore")
