"""How segments overlap: every combination of them, how many are in it."""

import pandas as pd
import streamlit as st

from charts.segment_sizes import bars
from pages.customers.parts.compare_segments import AGAINST
from ui import rows, urls
from ui import segment_loaders as load
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.segment_actions import SavedSegment

WITH = "with"


def pick(ctx: PageContext, others: list[SavedSegment]) -> list[SavedSegment]:
    """Draw the choice of other segments, which the address keeps by id; at first it is the first.

    An id in the address that is no segment (any more) is passed over.
    """
    if not others:
        return []
    known = {one.segment_id: one for one in others}
    asked = st.query_params.get_all(WITH) if WITH in st.query_params else list(known)[:1]
    chosen = [key for key in dict.fromkeys(asked) if key in known][: load.MOST_OVERLAPPED - 1]
    st.session_state[WITH] = chosen
    st.multiselect(
        ctx.t("builder.others"),
        list(known),
        format_func=lambda key: known[key].name,
        key=WITH,
        max_selections=load.MOST_OVERLAPPED - 1,
        placeholder=ctx.t("builder.others_hint"),
        select_all=False,
        on_change=_write,
    )
    return [known[key] for key in chosen]


def _write() -> None:
    """Write the choice into the address: none at all is one empty value, not the first again."""
    urls.write({WITH: st.session_state[WITH] or [""]}, clears=(AGAINST,))


def part(ctx: PageContext, segments: tuple[tuple[str, str], ...]) -> None:
    """Draw the size of each combination, as bars and as a table."""
    t, f = ctx.t, ctx.formats
    if len(segments) < 2:
        st.info(t("builder.overlap_needs"), icon=":material/join_inner:")
        return
    trees = tuple(definition for _, definition in segments)
    found = load.overlap(ctx.settings, ctx.version, ctx.scope, trees)
    if found.empty:
        st.info(t("builder.overlap_none"), icon=":material/join_inner:")
        return
    names = [name for name, _ in segments]
    found = found.sort_values("customers", ascending=False, ignore_index=True)
    label = [_named(ctx, int(mask), names) for mask in found["mask"]]
    table = pd.DataFrame(
        {
            "combination": label,
            "customers": found["customers"].astype("int64"),
            "net_amount": found["net_amount"],
        }
    )
    text = [f.count(n) for n in table["customers"]]
    figure = bars(
        table.assign(label=_short(label), value=table["customers"], text=text), mode=ctx.theme
    )
    draw(spec_of(figure), alt=t("builder.overlap_alt"), key="segment_overlap")
    rows.table(ctx, table, key="segment_overlap_table")
    stamp = rows.stamp_of(
        ctx, subject=t("builder.tab_overlap"), period=t("period.all_time"), filters=""
    )
    rows.download(ctx, table, name="segment_overlap", stamp=stamp)


def _named(ctx: PageContext, mask: int, names: list[str]) -> str:
    inside = [name for bit, name in enumerate(names) if mask >> bit & 1]
    if len(inside) == 1:
        return ctx.t("builder.only", name=inside[0])
    return ctx.t("builder.words_and").join(inside)


def _short(labels: list[str]) -> list[str]:
    escaped = (label.replace("&", "&amp;").replace("<", "&lt;") for label in labels)
    return [label if len(label) <= 48 else f"{label[:47]}…" for label in escaped]
