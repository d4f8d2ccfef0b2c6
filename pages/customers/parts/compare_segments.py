"""Two to five groups of customers side by side on every figure."""

import pandas as pd
import streamlit as st

from pages.customers.parts.compare_cards import WIDE, cards
from ui import portrait_loaders as load
from ui import portrait_words as words
from ui import rows, urls
from ui.context import PageContext
from ui.formats import plain
from ui.frames import records

AGAINST = "against"
_SIGNS = {"higher": "▲", "lower": "▼", "cannot_tell": "≈", "same": ""}


def part(ctx: PageContext, segments: tuple[tuple[str, str], ...]) -> None:
    """Draw the comparison.

    Parameters
    ----------
    segments : tuple of pairs of str
        Name and JSON of each; names are different.
    """
    t, f = ctx.t, ctx.formats
    if not 2 <= len(segments) <= load.MOST_SEGMENTS:
        st.info(t("compare.choose", most=f.count(load.MOST_SEGMENTS)), icon=":material/compare:")
        return
    names = [name for name, _ in segments]
    options = ["", *(str(place) for place in range(len(names)))]
    chosen = urls.choice(AGAINST, options)
    st.selectbox(
        t("compare.against"),
        options,
        format_func=lambda key: names[int(key)] if key else t("compare.everybody"),
        key=AGAINST,
        on_change=urls.write_choice,
        args=(AGAINST,),
        width=320,
    )
    against = names[int(chosen)] if chosen else ""
    figures, shared, totals = load.compared(ctx.settings, ctx.version, ctx.scope, segments, against)
    with st.container(horizontal=True, gap="small"):
        for place, total in enumerate(records(totals)):
            with st.container(border=True, width=200, key=f"compare_{place}"):
                st.metric(plain(total["group"]), f.count(total["customers"]))
                st.caption(plain(f.value_short(float(total["net_amount"]), "money")))
    _overlaps(ctx, shared)
    _table(ctx, figures, names, against)


def _overlaps(ctx: PageContext, shared: pd.DataFrame) -> None:
    """Say which groups share customers: then they are not independent, and intervals know it."""
    t, f = ctx.t, ctx.formats
    lines = [
        t(
            "compare.overlap",
            group=plain(row["group"]),
            other=plain(row["other"]),
            n=f.count(row["shared"]),
            share=f.share(row["shared_share"]),
        )
        for row in records(shared)
        if row["shared"]
    ]
    st.caption(t("compare.overlap_note") if lines else t("compare.no_overlap"))
    if lines:
        st.markdown("\n".join(f"- {line}" for line in lines))


def _table(ctx: PageContext, figures: pd.DataFrame, names: list[str], against: str) -> None:
    t = ctx.t
    if figures.empty:
        st.info(t("compare.nothing"), icon=":material/inbox:")
        return
    written = figures.assign(
        label=[words.title(ctx, row) for row in records(figures)],
        cell=[_cell(ctx, row) for row in records(figures)],
    )
    wide = written.pivot(index=["feature", "level", "label"], columns="group", values="cell")
    order = written.drop_duplicates("label").set_index(["feature", "level", "label"]).index
    shown = wide.reindex(order)[names].reset_index().drop(columns=["feature", "level"])
    config = {"label": st.column_config.TextColumn(t("column.trait"), pinned=True)}
    with st.container(key=WIDE):
        st.dataframe(shown, hide_index=True, column_config=config, key="compare_table", height=560)
    cards(ctx, shown)
    base = plain(against) if against else t("compare.everybody")
    st.caption(t("compare.note", base=base))
    stamp = rows.stamp_of(ctx, subject=t("compare.title"), period=t("period.all_time"), filters="")
    rows.download(ctx, _export(ctx, figures), name="compare_segments", stamp=stamp)


def _cell(ctx: PageContext, row: dict[str, object]) -> str:
    """Return the figure with its interval, and which way it differs."""
    unit = str(row["unit"])
    value, low, high = (words.figure(ctx, row[n], unit) for n in ("value", "low", "high"))  # type: ignore[arg-type]  # numbers
    interval = ctx.t("compare.interval", value=value, low=low, high=high)
    return f"{_SIGNS[str(row['relation'])]} {interval}".strip()


def _export(ctx: PageContext, figures: pd.DataFrame) -> pd.DataFrame:
    listed = records(figures)
    return pd.DataFrame(
        {
            "trait": [words.title(ctx, row) for row in listed],
            "compare_group": figures["group"].astype("str"),
            "trait_known": figures["n"],
            "compare_value": figures["value"],
            "compare_low": figures["low"],
            "compare_high": figures["high"],
            "compare_difference": figures["difference"],
            "compare_difference_low": figures["difference_low"],
            "compare_difference_high": figures["difference_high"],
            "compare_relation": [ctx.t(f"compare.{row['relation']}") for row in listed],
        }
    )
