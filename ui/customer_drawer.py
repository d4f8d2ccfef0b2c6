"""The customers behind a number, in a drawer: paged, with export, a click from each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
import streamlit as st

from ui import navigation, rows
from ui.context import PageContext
from ui.errors import guarded
from ui.formats import plain


@dataclass(frozen=True)
class CustomersRequest:
    """Which customers to show (``cut``, as the loaders take it), and how a person calls them."""

    subject: str
    period: str
    filters: str
    cut: Any


@dataclass(frozen=True)
class CustomerDrawer:
    """One kind of customers.

    Attributes
    ----------
    name : str
        Of its files, its audit rows and its table.
    title, nobody : str
        Labels.
    named : tuple of str
        Columns whose values have names.
    total, some, everyone : callable
        Loaders of settings, version, scope and cut; ``some`` takes limit and offset, ``everyone``
        a ``limit``.
    hidden : callable
        Cut -> columns that say nothing of these customers.
    shown_as : mapping of str to str
        Columns that the table calls otherwise: their name there.
    hint : str
        Label of what a click on a row does; rows without a customer open none.
    """

    name: str
    title: str
    nobody: str
    named: tuple[str, ...]
    total: Callable[..., int]
    some: Callable[..., pd.DataFrame]
    everyone: Callable[..., pd.DataFrame]
    hidden: Callable[[Any], list[str]] = lambda _cut: []
    shown_as: Mapping[str, str] = field(default_factory=dict)
    hint: str = "rows.open_hint"

    def ask(self, request: CustomersRequest) -> None:
        """Remember that customers are asked for; for callbacks. ``show_asked`` opens the drawer."""
        st.session_state[self._request_key] = request
        st.session_state[self._page_key] = 0

    def show_asked(self, ctx: PageContext) -> None:
        """Open the drawer when customers were asked for in this run. Call it last in ``render``."""
        request = st.session_state.pop(self._request_key, None)
        if request is not None:
            drawer = st.dialog(ctx.t(self.title), width="large", position="right")
            drawer(guarded(ctx.t, self._draw))(ctx, request)

    @property
    def _request_key(self) -> str:
        return f"_{self.name}_request"

    @property
    def _page_key(self) -> str:
        return f"_{self.name}_page"

    def _draw(self, ctx: PageContext, request: CustomersRequest) -> None:
        described = " · ".join(part for part in (request.period, request.filters) if part)
        st.markdown(f"**{plain(request.subject)}**  \n{plain(described)}")
        args = (ctx.settings, ctx.version, ctx.scope, request.cut)
        total = self.total(*args)
        if total == 0:
            st.info(ctx.t(self.nobody))
            return
        page = min(int(st.session_state.get(self._page_key, 0)), (total - 1) // rows.PAGE_ROWS)
        frame = self.some(*args, rows.PAGE_ROWS, page * rows.PAGE_ROWS)
        self._pager(ctx, page, len(frame), total)
        shown = frame.drop(columns=self.hidden(request.cut))
        self._table(ctx, shown.rename(columns=dict(self.shown_as)))
        stamp = rows.stamp_of(
            ctx, subject=request.subject, period=request.period, filters=request.filters
        )
        rows.download(
            ctx,
            lambda: self.everyone(*args, limit=rows.EXPORT_ROWS),
            name=self.name,
            stamp=stamp,
        )
        if total > rows.EXPORT_ROWS:
            st.caption(ctx.t("rows.limited", n=ctx.formats.count(rows.EXPORT_ROWS)))

    def _pager(self, ctx: PageContext, page: int, shown: int, total: int) -> None:
        first = page * rows.PAGE_ROWS
        counted = {"n": total, "first": first + 1, "last": first + shown}
        words = {name: ctx.formats.count(value) for name, value in counted.items()}
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(ctx.t("rows.count", **words), width="stretch")
            if total > rows.PAGE_ROWS:
                has_more = first + shown < total
                rows.step_pager(ctx, page, has_more=has_more, key=self.name, turn_to=self._turn_to)

    def _table(self, ctx: PageContext, frame: pd.DataFrame) -> None:
        chosen = rows.table(
            ctx, frame, key=f"{self.name}_table", named=(*rows.NAMED, *self.named),
            on_select="rerun", selection_mode="single-row",
        )  # fmt: skip
        picked = chosen.selection.rows if chosen is not None else []
        customer = (
            frame["customer_id"].iloc[picked[0]] if picked and picked[0] < len(frame) else None
        )
        if isinstance(customer, str):
            navigation.go_to("customer", customer=customer)
        st.caption(ctx.t(self.hint))

    def _turn_to(self, page: int) -> None:
        st.session_state[self._page_key] = page
