"""Which column of a file was taken for which field, and how sure that is."""

import pandas as pd
import streamlit as st

from crm_data.importers.doubts import SURE
from ui.context import PageContext
from ui.formats import plain
from ui.import_results import TableResult
from ui.segment_words import field_label


def proposed_mapping(
    ctx: PageContext, one: TableResult, *, is_open: bool, position: int = 0
) -> None:
    """Draw the mapping of one table of a file, the least sure columns first."""
    if not one.columns:
        return
    t = ctx.t
    with st.expander(t("mapping.title", table=table_name(ctx, one.table)), expanded=is_open):
        said = "mapping.by_preset" if one.preset else "mapping.by_words"
        st.caption(t(said, preset=plain(one.preset or "")))
        rows = sorted(one.columns, key=lambda column: (column[0] not in one.doubtful, column[2]))
        st.dataframe(
            pd.DataFrame(
                {
                    t("mapping.field"): [mapped_field(ctx, name) for name, _, _ in rows],
                    t("mapping.column"): [source or t("mapping.numbered") for _, source, _ in rows],
                    t("mapping.confidence"): [sure for _, _, sure in rows],
                    t("mapping.to_confirm"): [name in one.doubtful for name, _, _ in rows],
                }
            ),
            hide_index=True,
            column_config={
                t("mapping.confidence"): st.column_config.ProgressColumn(
                    min_value=0.0, max_value=1.0, format="percent"
                )
            },
        )
        doubtful = [source for _, source, sure in rows if source and sure < SURE]
        if doubtful:
            listed = t("filter.separator").join(plain(source) for source in doubtful)
            st.caption(t("mapping.doubtful", columns=listed))
        if one.mapping:
            st.download_button(
                t("mapping.download"),
                one.mapping,
                file_name=f"{one.file.partition('.')[0]}.toml",
                mime="application/toml",
                icon=":material/download:",
                key=f"mapping-download-{position}",
                on_click="ignore",
            )
            st.caption(t("mapping.download_help"))


def mapped_field(ctx: PageContext, name: str) -> str:
    """Return what a field of the data model is called, of whichever table it is."""
    key = f"mapping.field.{name}"
    return ctx.t(key) if key in ctx.t else field_label(ctx, name)


def table_name(ctx: PageContext, table: str) -> str:
    """Return what a table of the data model is called."""
    key = f"table.{table}"
    return ctx.t(key) if key in ctx.t else table
