"""The rows behind a number, in a drawer: paged, with export, one click from the customer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from crm_data.queries.cut import Cut
from crm_data.queries.rows import RowKind
from ui import loaders, navigation, people
from ui.context import PageContext
from ui.downloads import Choice, offer
from ui.errors import guarded
from ui.export import Stamp, csv_bytes, file_name, xlsx_bytes
from ui.formats import NOT_DEFINED, is_missing, plain
from ui.translations import value_name

PAGE_ROWS = 50
EXPORT_ROWS = 200_000
NAMED = ("region", "country", "channel", "category", "source", "status")
_ROWS_WHOLE, _HEIGHT = 15, 560  # a height by guess leaves an empty strip below the rows
_REQUEST, _PAGE = "_rows_request", "_rows_page"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True)
class RowsRequest:
    """Which rows to show: what they are, the cut, and how a person would call both."""

    subject: str
    kind: RowKind
    cut: Cut
    filters: str


def ask(request: RowsRequest) -> None:
    """Remember that rows are asked for; for callbacks. ``show_asked`` opens the drawer."""
    st.session_state[_REQUEST] = request
    st.session_state[_PAGE] = 0


def show_asked(ctx: PageContext) -> None:
    """Open the drawer when rows were asked for in this run. Call it last in ``render``."""
    request = st.session_state.pop(_REQUEST, None)
    if request is not None:
        drawer = st.dialog(ctx.t("rows.title"), width="large", position="right")
        drawer(guarded(ctx.t, _drawer))(ctx, request)


def table(
    ctx: PageContext,
    frame: pd.DataFrame,
    *,
    key: str,
    digits: int = 2,
    named: Sequence[str] = NAMED,
    money: Sequence[str] = (),
    widths: Mapping[str, int] | None = None,
    lines: Sequence[str] = (),
    **more: Any,
) -> Any:
    """Draw a frame with labels and formats by column name and dtype; numbers stay numbers.

    ``named`` are columns whose values have names in the viewer's language, employees have theirs;
    exports keep the values. ``money`` are columns written in the company's currency and in short.
    ``widths`` are pixels of text columns that must leave room for the next one on a phone.
    ``lines`` are columns of lists of numbers, drawn as lines.
    """
    config = column_config(ctx, frame, digits)
    shown = frame.copy()
    for name in shown.columns:
        if name in named:
            names = partial(value_name, ctx.t, str(name))
            shown[name] = shown[name].map(names, na_action="ignore")
        if name in people.FIELDS:
            shown[name] = people.with_names(ctx, shown[name])
        if pd.api.types.is_string_dtype(shown[name]):
            shown[name] = shown[name].fillna(NOT_DEFINED)
    more.setdefault("height", "content" if len(frame) <= _ROWS_WHOLE else _HEIGHT)
    more.setdefault("placeholder", NOT_DEFINED)  # else Streamlit writes None
    # A format of Streamlit's own would win over that of the frame, and knows no currency.
    config |= {name: st.column_config.NumberColumn(ctx.t(f"column.{name}")) for name in money}
    for name, width in (widths or {}).items():
        config[name] = st.column_config.TextColumn(ctx.t(f"column.{name}"), width=width)
    for name in lines:
        config[name] = st.column_config.LineChartColumn(ctx.t(f"column.{name}"), y_min=0)
    drawn = in_money(ctx, shown, money) if money else shown
    return st.dataframe(drawn, hide_index=True, column_config=config, key=key, **more)


def in_money(
    ctx: PageContext,
    frame: pd.DataFrame,
    names: Sequence[str],
    *,
    missing: str = NOT_DEFINED,
) -> Styler:
    """Return the frame with columns of money as a person writes them; they sort as numbers."""

    def write(value: Any) -> str:
        return missing if is_missing(value) else ctx.formats.money_compact(value)

    return frame.style.format(dict.fromkeys(names, write))


def with_shares(ctx: PageContext, frame: pd.DataFrame, *names: str) -> pd.DataFrame:
    """Return a frame with shares (0-1) written as percentages, for ``table``; not for files."""
    return frame.assign(
        **{name: frame[name].map(ctx.formats.share).astype("str") for name in names}
    )


def column_config(ctx: PageContext, frame: pd.DataFrame, digits: int = 2) -> dict[str, Any]:
    """Return Streamlit's description of each column: label, format, alignment."""
    config: dict[str, Any] = {}
    for name in frame.columns:
        label = ctx.t(f"column.{name}")
        if pd.api.types.is_datetime64_any_dtype(frame[name]):
            pattern = "YYYY-MM-DD" if str(name).endswith("_on") else "YYYY-MM-DD HH:mm"
            config[name] = st.column_config.DatetimeColumn(label, format=pattern)
        elif pd.api.types.is_bool_dtype(frame[name]):
            config[name] = st.column_config.CheckboxColumn(label)
        elif pd.api.types.is_float_dtype(frame[name]):
            config[name] = st.column_config.NumberColumn(
                label, format=_number_format(str(name), digits)
            )
        elif pd.api.types.is_numeric_dtype(frame[name]):
            config[name] = st.column_config.NumberColumn(label, format="%,d")
        else:
            config[name] = st.column_config.TextColumn(label)
    return config


def _number_format(name: str, digits: int) -> str:
    return "%+.1f" if name == "relative" else f"%,.{digits}f"


def download(
    ctx: PageContext,
    frame: pd.DataFrame | Callable[[], pd.DataFrame],
    *,
    name: str,
    stamp: Stamp,
    record: Callable[[], None] | None = None,
    is_worded: bool = False,
) -> None:
    """Offer a frame as CSV and as Excel; a function is called when a file is asked for.

    ``record`` writes the export into the audit log where there is more to be said of it. A CSV
    names its columns for programs; where ``is_worded``, in the viewer's language.
    """
    _buttons(
        ctx, name, frame if callable(frame) else lambda: frame, stamp, record, is_worded=is_worded
    )


def stamp_of(ctx: PageContext, *, subject: str, period: str, filters: str) -> Stamp:
    """Return what an export of this view is."""
    horizon = loaders.horizon(ctx.settings, ctx.version) if ctx.version else None
    return Stamp(
        subject=subject,
        period=period,
        filters=filters or ctx.t("filter.none"),
        version=ctx.version,
        watermark=horizon.watermark.isoformat() if horizon else "",
        exported_at=ctx.now.isoformat(timespec="seconds"),
        exported_by=ctx.viewer,
    )


def _drawer(ctx: PageContext, request: RowsRequest) -> None:
    f, cut = ctx.formats, request.cut
    period = f.period(cut.start, cut.end)
    filters = request.filters or ctx.t("filter.none")
    st.markdown(f"**{plain(request.subject)}**  \n{plain(period)} · {plain(filters)}")
    args = (ctx.settings, ctx.version, ctx.scope, request.kind, cut)
    total = loaders.rows_total(*args)
    if total == 0:
        st.info(ctx.t("rows.none"))
        return
    page = min(int(st.session_state.get(_PAGE, 0)), (total - 1) // PAGE_ROWS)
    first = page * PAGE_ROWS
    frame = loaders.rows_page(*args, PAGE_ROWS, first)
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            ctx.t(
                "rows.count",
                n=f.count(total),
                first=f.count(first + 1),
                last=f.count(first + len(frame)),
            ),
            width="stretch",
        )
        if total > PAGE_ROWS:
            step_pager(ctx, page, has_more=first + len(frame) < total, key="rows", turn_to=_turn_to)
    chosen = table(ctx, frame, key="rows_table", on_select="rerun", selection_mode="single-row")
    _open_customer(ctx, frame, chosen)
    stamp = stamp_of(ctx, subject=request.subject, period=period, filters=request.filters)
    _buttons(ctx, request.kind, lambda: loaders.all_rows(*args, limit=EXPORT_ROWS), stamp)
    if total > EXPORT_ROWS:
        st.caption(ctx.t("rows.limited", n=f.count(EXPORT_ROWS)))


def step_pager(
    ctx: PageContext, page: int, *, has_more: bool, key: str, turn_to: Callable[[int], None]
) -> None:
    """Draw one step back and one forward, for drawers; ``turn_to`` is called with the page."""
    for label, icon, step, enabled in (
        ("rows.previous", ":material/chevron_left:", -1, page > 0),
        ("rows.next", ":material/chevron_right:", 1, has_more),
    ):
        st.button(
            ctx.t(label),
            key=f"{key}_step_{step}",
            icon=icon,
            disabled=not enabled,
            on_click=turn_to,
            args=(page + step,),
        )


def _turn_to(page: int) -> None:
    st.session_state[_PAGE] = page


def _open_customer(ctx: PageContext, frame: pd.DataFrame, chosen: Any) -> None:
    """Go to the customer of the row that was clicked."""
    picked = chosen.selection.rows if chosen is not None else []
    if not picked or "customer_id" not in frame or picked[0] >= len(frame):
        st.caption(ctx.t("rows.open_hint"))
        return
    customer = frame["customer_id"].iloc[picked[0]]
    if not pd.isna(customer):
        navigation.go_to("customer", customer=str(customer))


def _buttons(
    ctx: PageContext,
    name: str,
    load: Callable[[], pd.DataFrame],
    stamp: Stamp,
    record: Callable[[], None] | None = None,
    *,
    is_worded: bool = False,
) -> None:
    """Offer both formats; the file is only made when it is asked for."""
    about = {
        field: ctx.t(f"export.{field}") for field in (*Stamp.__dataclass_fields__, "sheet", "rows")
    }
    labels = ctx.t

    def named(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.rename(columns={name: labels(f"column.{name}") for name in frame.columns})

    def excel(frame: pd.DataFrame) -> bytes:
        return xlsx_bytes(named(frame), stamp, about=about)

    def text(frame: pd.DataFrame) -> bytes:
        if not is_worded:
            return csv_bytes(frame, stamp)
        return csv_bytes(named(frame), stamp, about=about)

    writers: dict[str, tuple[str, str, Callable[[pd.DataFrame], bytes]]] = {
        "csv": (":material/download:", "text/csv", text),
        "xlsx": (":material/table:", _XLSX, excel),
    }
    choices = [
        Choice(
            key=f"{kind}_{name}",
            label=ctx.t(f"export.{kind}"),
            icon=icon,
            file_name=file_name(name, ctx.today, ctx.version, kind),
            mime=mime,
            write=write,
            help=ctx.t(f"export.{kind}_help"),
        )
        for kind, (icon, mime, write) in writers.items()
    ]
    offer(ctx, choices, what=name, load=load, stamp=stamp, record=record)
