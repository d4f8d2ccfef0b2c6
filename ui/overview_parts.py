"""The parts of the Overview page below its tiles: trend, movers, notes."""

from datetime import date

import pandas as pd
import streamlit as st

from analytics.metric_registry import METRICS
from crm_data.calendar import step
from crm_data.queries.cut import Cut
from ui import filter_bar, forecast_kept, loaders, navigation, rows
from ui.alert_actions import alerts
from ui.alert_list import show_due
from ui.churn_alert import standing
from ui.context import PageContext
from ui.figures import clicked_row, draw
from ui.filters import Filters, Horizon
from ui.formats import plain
from ui.notes import Note, Period, attention, changed
from ui.overview import Overview
from ui.overview_figures import movers_figure, trend_figure

_MOVERS_WHOLE = 9
_TREND, _MOVERS = "overview_trend", "overview_movers"
_LABELS = {"dimension": "dimension", "rule": "finding", "table": "table"}


def trend_part(ctx: PageContext, seen: Overview, filters: Filters, horizon: Horizon) -> None:
    """Draw net revenue over time; a click on a bar asks for its orders."""
    t, f = ctx.t, ctx.formats
    grain = t(f"grain.{seen.grain}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.subheader(t("overview.trend", grain=grain), width="stretch", anchor=False)
        as_table = _view_choice(ctx, "trend_view") == "table"
    period = f.period(seen.start, seen.end)
    if as_table:
        frame = trend_table(seen)
        rows.table(ctx, frame, key="trend_table", height=300)
        stamp = rows.stamp_of(
            ctx,
            subject=t("overview.trend", grain=grain),
            period=period,
            filters=filter_bar.describe(ctx, filters),
        )
        rows.download(ctx, frame, name="net_revenue", stamp=stamp)
        return

    def on_click() -> None:
        row = clicked_row(_TREND)
        if row is not None:
            rows.ask(_bucket_request(ctx, seen, filters, row))

    alt = t("overview.trend_alt", grain=grain, period=period)
    view = (ctx.settings, ctx.version, ctx.scope, filters, horizon)
    spec = trend_figure(*view, ctx.language, ctx.theme)
    draw(spec, alt=alt, key=_TREND, on_click=on_click)
    hints = [t("overview.trend_hint")]
    if not seen.buckets["is_complete"].all():
        watermark = f.day(horizon.watermark)
        hints.insert(0, t("overview.trend_note_unfinished", grain=grain, watermark=watermark))
    st.caption(" ".join(hints))


def movers_part(ctx: PageContext, seen: Overview, filters: Filters, horizon: Horizon) -> None:
    """Draw what a change is made of, by one dimension at a time, with its twin table."""
    t, f = ctx.t, ctx.formats
    st.subheader(t("overview.movers"), anchor=False)
    if seen.base is None or not seen.moves:
        st.caption(t("overview.movers_none" if seen.base is None else "overview.movers_single"))
        return
    dimension = st.segmented_control(
        t("overview.movers_by"),
        list(seen.moves),
        format_func=lambda name: t(f"dimension.{name}"),
        key="movers_dimension",
        default=next(iter(seen.moves)),
        required=True,
        label_visibility="collapsed",
    )
    moves = seen.moves[dimension]

    def on_click() -> None:
        row = clicked_row(f"{_MOVERS}_{dimension}")
        if row is not None:
            rows.ask(_member_request(ctx, seen, filters, dimension, moves["member"].iloc[row]))

    chart, table = st.columns([1, 1], gap="medium")
    with chart:
        alt = t("overview.movers_alt", dimension=t(f"dimension.{dimension}"))
        view = (ctx.settings, ctx.version, ctx.scope, filters, horizon)
        spec = movers_figure(*view, dimension, ctx.language, ctx.theme)
        draw(spec, alt=alt, key=f"{_MOVERS}_{dimension}", on_click=on_click)
        st.caption(t("overview.movers_hint", base=f.period(*seen.base)))
    with table:
        frame = moves.assign(relative=moves["relative"] * 100)
        names = [filter_bar.value_label(ctx, dimension, m) for m in moves["member"]]
        shown = frame.assign(member=names)
        height: str | int = "content" if len(frame) <= _MOVERS_WHOLE else 360
        rows.table(ctx, shown, key="movers_table", height=height, digits=0)
        stamp = rows.stamp_of(
            ctx,
            subject=f"{t('overview.movers')}: {t(f'dimension.{dimension}')}",
            period=f.period(seen.start, seen.end),
            filters=filter_bar.describe(ctx, filters),
        )
        rows.download(ctx, frame, name=f"movers_{dimension}", stamp=stamp)


def notes_part(ctx: PageContext, seen: Overview, horizon: Horizon) -> None:
    """Write what changed and what needs attention, or that nothing does."""
    facts = loaders.facts(ctx.settings, ctx.version)
    watched = alerts(ctx)
    news = changed(seen)
    care = attention(
        seen,
        horizon=horizon,
        today=ctx.today,
        findings=loaders.findings(ctx.settings, ctx.version),
        table_rows=dict(zip(facts["table_name"], facts["rows"], strict=True)),
        churn=None if watched.watches_churn(ctx.version) else standing(ctx, horizon),
        outside=forecast_kept.outside(ctx.settings, ctx.version, ctx.scope),
    )
    quiet = "overview.quiet_no_base" if not news else ""
    st.subheader(ctx.t("overview.changed"), anchor=False)
    _write_list(ctx, news, quiet or "overview.quiet_changed")
    st.subheader(ctx.t("overview.attention"), anchor=False)
    show_due(ctx, watched)
    if care or not watched.due:
        _write_list(ctx, care, "overview.quiet_attention")
    if any(note.key.startswith("churn_") for note in care):
        navigation.link("churn", ctx.t("overview.open_churn"), icon=":material/logout:")
    if any(note.key.startswith("forecast_") for note in care):
        navigation.link("forecast", ctx.t("overview.open_forecast"), icon=":material/timeline:")
    if watched.due:
        navigation.link("alerts", ctx.t("alerts.all"), icon=":material/notifications:")


def trend_table(seen: Overview) -> pd.DataFrame:
    """Return the buckets as a table; without comparison the compared value is left out."""
    frame = seen.buckets.rename(columns={"value": "net_revenue", "compare_value": "base"})
    return frame if seen.base is not None else frame.drop(columns="base")


def note_text(ctx: PageContext, note: Note) -> str:
    """Return a note as a sentence in the viewer's language."""
    f, t, unit = ctx.formats, ctx.t, METRICS[note.metric].unit
    fields: dict[str, object] = {"name": t(f"metric.{note.metric}.name")}
    for name, number in note.numbers.items():
        fields[name] = f.value_short(abs(number) if name == "change" and number else number, unit)
    for name, word in note.words.items():
        fields[name] = _word(ctx, name, word, str(note.words.get("dimension", "")))
    return t(f"note.{note.key}", **fields)


def _word(ctx: PageContext, name: str, word: object, dimension: str) -> str:
    f, t = ctx.formats, ctx.t
    if name in _LABELS:
        key = f"{_LABELS[name]}.{word}"
        return t(key) if key in t else plain(word)
    if name == "member":
        return plain(filter_bar.value_label(ctx, dimension, word))
    if isinstance(word, float):
        return {"points": f.points(abs(word)).lstrip("+")}.get(name, f.share(abs(word)))
    if isinstance(word, Period):
        return f.bucket(*word)
    if isinstance(word, date) and name == "month":
        return f.month(word)
    if isinstance(word, date):
        return f.day(word)
    return f.count(word) if isinstance(word, int) else plain(word)


def _write_list(ctx: PageContext, notes: list[Note], quiet: str) -> None:
    if not notes:
        st.caption(ctx.t(quiet))
        return
    icons: dict[bool | None, str] = {
        True: ":green[:material/trending_up:]",
        False: ":red[:material/priority_high:]",
    }
    lines = [f"- {icons.get(n.is_good, '')} {note_text(ctx, n)}" for n in notes]
    st.markdown("\n".join(lines))


def _view_choice(ctx: PageContext, key: str) -> str:
    chosen = st.segmented_control(
        ctx.t("overview.view"),
        ["chart", "table"],
        format_func=lambda name: ctx.t(f"overview.view_{name}"),
        default="chart",
        key=key,
        required=True,
        label_visibility="collapsed",
    )
    return chosen or "chart"


def _bucket_request(
    ctx: PageContext, seen: Overview, filters: Filters, row: int
) -> rows.RowsRequest:
    first = seen.buckets["starts_on"].iloc[row].date()
    start, end = max(seen.start, first), min(seen.end, step(first, seen.grain))
    return _request(ctx, filters, loaders.cut_of(filters, start, end))


def _member_request(
    ctx: PageContext, seen: Overview, filters: Filters, dimension: str, member: str | None
) -> rows.RowsRequest:
    cut = loaders.cut_of(filters, seen.start, seen.end).within(dimension, member)
    name = ctx.t(
        "filter.described",
        dimension=ctx.t(f"dimension.{dimension}"),
        values=filter_bar.value_label(ctx, dimension, member),
    )
    return _request(ctx, filters, cut, name)


def _request(ctx: PageContext, filters: Filters, cut: Cut, narrowed: str = "") -> rows.RowsRequest:
    described = filter_bar.describe(ctx, filters)
    parts = [part for part in (narrowed, described) if part]
    return rows.RowsRequest(
        ctx.t("metric.net_revenue.name"), "orders", cut, ctx.t("filter.joiner").join(parts)
    )
