"""Pairs that nobody has decided on: side by side, with reasons, to merge or keep apart."""

from typing import Any

import pandas as pd
import streamlit as st

from ui import duplicate_actions as act
from ui import duplicate_loaders as load
from ui.choices import selected
from ui.context import PageContext
from ui.duplicate_frames import export_of
from ui.duplicate_view import LEVELS, DuplicateView, compared, why
from ui.errors import guarded
from ui.formats import plain
from ui.rows import download, stamp_of

_PER_PAGE = 5
_PAGE = "duplicates_page"


def part(ctx: PageContext, view: DuplicateView) -> None:
    """Draw the threshold, what can be done with all, and one page of pairs."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("duplicates.pairs"), anchor=False)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        selected(ctx, "least", LEVELS, "duplicates.least")
        if len(view.shown) and view.least >= 0.5:
            with st.popover(t("duplicates.accept", n=f.count(len(view.shown)))):
                _accept(ctx, view)
        kind = t(f"duplicates.kind_{view.kind}")
        stamp = stamp_of(ctx, subject=t("page.duplicates"), period="", filters=kind)
        download(ctx, lambda: export_of(ctx, view.shown), name="duplicates", stamp=stamp)
    if not len(view.shown):
        st.info(t("duplicates.none_above"), icon=":material/check_circle:")
        return
    pages = -(-len(view.shown) // _PER_PAGE)
    page = min(int(st.session_state.get(_PAGE) or 1), pages)
    rows = view.shown.iloc[(page - 1) * _PER_PAGE : page * _PER_PAGE]
    ids = tuple(sorted({*rows["id_l"], *rows["id_r"]}))
    held = load.side_by_side(ctx.settings, ctx.version, ctx.scope, view.kind, ids)
    for row in rows.to_dict("records"):
        _pair(ctx, view, row, held)
    if pages > 1:
        st.session_state[_PAGE] = page
        st.pagination(pages, key=_PAGE)


def _accept(ctx: PageContext, view: DuplicateView) -> None:
    t, f = ctx.t, ctx.formats
    count = f.count(len(view.shown))
    st.markdown(t("duplicates.accept_ask", n=count, least=f.share(view.least, 0)))
    is_sure = st.checkbox(t("duplicates.accept_sure"), key="duplicates_sure")
    pairs = list(zip(view.shown["id_r"], view.shown["id_l"], strict=True))
    st.button(
        t("duplicates.accept", n=count), key="duplicates_accept", disabled=not is_sure,
        type="primary", on_click=guarded(t, act.merge), args=(ctx, view.kind, pairs),
    )  # fmt: skip


def _pair(
    ctx: PageContext, view: DuplicateView, row: dict[Any, Any], held: dict[str, dict[str, Any]]
) -> None:
    t = ctx.t
    left, right = str(row["id_l"]), str(row["id_r"])
    with st.container(border=True, gap="small"):
        st.markdown(
            f"**{plain(left)} · {plain(right)}** — "
            + t("duplicates.probability", share=_share(ctx, row["probability"]))
        )
        fields = compared(ctx, held.get(left, {}), held.get(right, {}))
        st.dataframe(
            _marked(ctx, fields, left, right), hide_index=True, width="stretch",
            key=f"pair_{left}_{right}", height="content",
        )  # fmt: skip
        st.caption(t("duplicates.why") + " " + " · ".join(why(ctx, row["reasons"])))
        with st.container(horizontal=True, gap="small"):
            _button(ctx, "keep_left", act.merge, view.kind, (right, left), subject=left)
            _button(ctx, "keep_right", act.merge, view.kind, (left, right), subject=right)
            _button(ctx, "apart", act.keep_apart, view.kind, (left, right), subject="")


def _share(ctx: PageContext, probability: float) -> str:
    """Return a probability; none is certain."""
    most = 0.999
    return ("> " if probability > most else "") + ctx.formats.share(min(probability, most))


def _button(
    ctx: PageContext, name: str, how: Any, kind: str, pair: tuple[str, str], *, subject: str
) -> None:
    st.button(
        ctx.t(f"duplicates.{name}", id=plain(subject)),
        key=f"{name}_{min(pair)}_{max(pair)}",
        icon=":material/call_split:" if name == "apart" else ":material/merge:",
        on_click=guarded(ctx.t, how),
        args=(ctx, kind, [pair]),
    )


def _marked(ctx: PageContext, fields: pd.DataFrame, left: str, right: str) -> Any:
    """Return the fields as a table in which what differs is marked."""
    shown = fields[["field", "left", "right"]].set_axis(
        [ctx.t("duplicates.field"), f"{left} ", right], axis=1
    )
    differs = fields["differs"].to_numpy()

    def mark(rows: pd.DataFrame) -> pd.DataFrame:
        style = pd.DataFrame("", index=rows.index, columns=rows.columns)
        style.loc[differs, rows.columns[1:]] = "background-color: rgba(240, 170, 0, 0.22)"
        return style

    return shown.style.apply(mark, axis=None)
