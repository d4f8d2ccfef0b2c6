"""How concentrated revenue is: tiles, Lorenz curve, shares of the largest."""

import pandas as pd
import streamlit as st

from analytics.concentration import MOST_OF_IT, Concentration
from analytics.key_customers import KeyCustomers
from charts.concentration import lorenz
from ui import rows
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.frames import records
from ui.segment_filter import segment_words

FEW = 20


def tiles(ctx: PageContext, found: Concentration, keys: KeyCustomers) -> None:
    """Draw four tiles; two in a row on a telephone."""
    t, f = ctx.t, ctx.formats
    tenth = found.top[(found.top["label"] == "share") & (found.top["top"] == 0.1)]
    count, share = int(tenth["customers"].iloc[0]), float(tenth["amount_share"].iloc[0])
    gini = t("key.gini_none")
    if found.gini_low is not None:
        sides = (f.number(side, 2) for side in (found.gini_low, found.gini_high))
        low, high = sides
        gini = t("tile.interval", low=low, high=high, n=f.count(found.customers))
    drawn = {
        "top_tenth": (f.share(share), t("key.top_tenth_note", n=f.count(count))),
        "most_of_it": (f.count(found.most_of_it), t("key.of_n", n=f.count(found.customers))),
        "gini": (f.number(found.gini, 2), gini),
        "at_risk": (
            f.money_compact(keys.revenue_at_risk),
            t("key.at_risk_note", n=f.count(keys.at_risk), of=f.count(len(keys.frame))),
        ),
    }
    with st.container(horizontal=True, gap="small"):
        for name, (value, note) in drawn.items():
            with st.container(border=True, key=f"tile_{name}", gap="xxsmall", height="stretch"):
                label = t(f"key.{name}", share=f.share(MOST_OF_IT, 0))
                st.metric(label, value, help=t(f"key.{name}_help"))
                st.caption(note)
    notes = [t("key.at_risk_is_not")]
    if found.left_out:
        amount = f.money_compact(found.left_out_total)
        notes.append(t("key.left_out", n=f.count(found.left_out), amount=amount))
    if found.customers < FEW:
        notes.append(t("key.few_customers", n=f.count(found.customers)))
    st.caption(" ".join(notes))


def curve(ctx: PageContext, found: Concentration, period: str) -> None:
    """Draw the Lorenz curve beside the shares of the largest, its twin table."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("key.lorenz"), anchor=False, help=t("key.lorenz_help"))
    left, right = st.columns([3, 2], gap="medium")
    with left:
        figure = lorenz(
            found.lorenz,
            axes=(t("key.lorenz_x"), t("key.lorenz_y")),
            names=(t("key.lorenz_curve"), t("key.lorenz_equal")),
            write=lambda share: f.share(share, 0),
            hover=lambda people, amount: t(
                "key.lorenz_hover", people=f.share(people), amount=f.share(amount)
            ),
            marked=_marked(ctx, found),
            mode=ctx.theme,
        )
        draw(spec_of(figure), alt=t("key.lorenz_alt"), key="key_lorenz")
    with right:
        table = pd.DataFrame(
            {
                "group": [_group(ctx, row) for row in records(found.top)],
                "customers": found.top["customers"],
                "share_percent": 100 * found.top["amount_share"],
            }
        )
        rows.table(ctx, table, key="key_top_table", digits=1)
        enough = f.count(found.most_of_it)
        st.caption(t("key.most_sentence", n=enough, share=f.share(MOST_OF_IT, 0)))
        words = segment_words(ctx)
        stamp = rows.stamp_of(ctx, subject=t("key.lorenz"), period=period, filters=words)
        rows.download(ctx, table, name="concentration", stamp=stamp)


def _group(ctx: PageContext, row: dict[str, object]) -> str:
    top = float(str(row["top"]))
    if row["label"] == "share":
        return ctx.t("key.group_share", share=ctx.formats.share(top, 0))
    return ctx.t("key.group_count", n=ctx.formats.count(top))


def _marked(ctx: PageContext, found: Concentration) -> pd.DataFrame:
    """Return the points of the largest tenth and fifth, where they are more than one customer."""
    top = found.top[(found.top["label"] == "share") & (found.top["customers"] > 1)]
    top = top[top["top"] >= 0.1]
    return pd.DataFrame(
        {
            "customers_share": top["customers"] / found.customers,
            "amount_share": top["amount_share"],
            "text": [
                f"{ctx.formats.share(row['top'], 0)} → {ctx.formats.share(row['amount_share'], 0)}"
                for row in records(top)
            ],
        }
    )
