"""The view 'fields' of the page Quality: how full each field is, by source, and over imports."""

import pandas as pd
import streamlit as st

from charts.quality import filled_bars, imports_line
from ui import quality_frames as frames
from ui import quality_loaders as load
from ui import rows, urls
from ui.context import PageContext
from ui.figures import draw, spec_of
from ui.quality_view import batches


def part(ctx: PageContext) -> None:
    """Draw the view."""
    t = ctx.t
    fields = load.fields(ctx.settings, ctx.version, ctx.scope)
    if fields.empty:
        st.info(t("quality.no_fields"), icon=":material/inbox:")
        return
    tables = list(dict.fromkeys(fields["table_name"]))
    tables.sort(key=lambda name: (name != "customers", frames.called(ctx, "table", name)))
    name = urls.choice("table", tables)
    st.selectbox(
        t("quality.table"), tables, format_func=lambda one: frames.called(ctx, "table", one),
        key="table", on_change=urls.write_choice, args=("table",), width=300,
    )  # fmt: skip
    own = fields[fields["table_name"] == name]
    _filled(ctx, name, own)
    _imports(ctx, name, own)


def _filled(ctx: PageContext, name: str, own: pd.DataFrame) -> None:
    t, f = ctx.t, ctx.formats
    found = frames.filled_rows(ctx, own)
    with st.container(border=True):
        st.subheader(t("quality.fields_title"), anchor=False, help=t("quality.fields_help"))
        figure = filled_bars(found, write=f.share_short, mode=ctx.theme)
        draw(spec_of(figure), alt=t("quality.fields_alt"), key="quality_fields_chart")
        ledger = batches(ctx)
        by_source = frames.by_source(ctx, own, ledger)
        if by_source.shape[1] > 2:
            st.markdown(f"**{t('quality.by_source')}**")
            st.dataframe(
                by_source, hide_index=True, key="quality_by_source",
                column_config={"field": st.column_config.TextColumn(t("column.field"))},
            )  # fmt: skip
        stamp = rows.stamp_of(
            ctx, subject=t("quality.fields_title"), period="",
            filters=frames.called(ctx, "table", name),
        )  # fmt: skip
        rows.download(
            ctx, found[["field", "rows", "present", "share"]], name="quality_fields", stamp=stamp
        )


def _imports(ctx: PageContext, name: str, own: pd.DataFrame) -> None:
    t, f = ctx.t, ctx.formats
    found = frames.import_rows(ctx, name, own, batches(ctx))
    with st.container(border=True):
        st.subheader(t("quality.imports_title"), anchor=False, help=t("quality.imports_help"))
        if len(found) < 2:
            st.caption(t("quality.one_import"))
            return
        names = (t("quality.filled"), t("quality.refused"))
        figure = imports_line(found, names=names, write=f.share_short, mode=ctx.theme)
        draw(spec_of(figure), alt=t("quality.imports_alt"), key="quality_imports_chart")
        shown = rows.with_shares(ctx, found.drop(columns=["label", "hover"]), "refused", "share")
        with st.expander(t("quality.as_table"), icon=":material/table:"):
            rows.table(ctx, shown.iloc[::-1], key="quality_imports", named=())
