"""How many to contact and what that should bring, and the customers themselves."""

from datetime import date

import streamlit as st

from charts.churn_gain import GainLabels, gain_curve
from pages.marketing.parts import response_inputs, response_save
from ui import response_frames as frames
from ui import response_loaders as load
from ui import response_view as view
from ui import rows
from ui.context import PageContext
from ui.defined_tile import Behind, DefinedFigure, tiles
from ui.figures import draw, spec_of
from ui.formats import plain
from ui.response_answers import Choice
from ui.response_drawer import CONTACTS, ContactPick

_LISTED = 50


def part(ctx: PageContext, seen: view.Response) -> None:
    """Draw the inputs, the figures, the curve and the list."""
    t = ctx.t
    found = view.choice_of(ctx, seen)
    with st.container(border=True):
        response_inputs.part(ctx, seen, found)
    tiles(ctx, _figures(ctx, seen, found), _behind(ctx, seen), per_row=4)
    _left_out(ctx, found)
    if not found.left_out["listed"]:
        st.info(t("response.nobody"), icon=":material/inbox:")
        return
    with st.container(border=True):
        st.subheader(t("response.profit"), anchor=False, help=t("response.profit_help"))
        figure = gain_curve(
            frames.profit_rows(ctx, found), best=found.contacted,
            labels=GainLabels(t("response.contacted_axis"), t("response.profit_line"),
                              t("response.interval"), t("response.chosen")),
            write=ctx.formats.money_compact, count=ctx.formats.count_compact, mode=ctx.theme,
        )  # fmt: skip
        draw(spec_of(figure), alt=t("response.profit_alt"), key="response_profit")
        _how_sure(ctx, seen)
        shown = frames.curve_shown(found)
        with st.expander(t("leads.as_table"), icon=":material/table:"):
            rows.table(ctx, shown, key="response_curve", digits=0,
                       money=("profit", "profit_low", "profit_high"))  # fmt: skip
            rows.download(ctx, shown, name="response_curve", stamp=response_save.stamp(ctx, seen))
    with st.container(border=True):
        _list(ctx, seen, found)


def _figures(ctx: PageContext, seen: view.Response, found: Choice) -> list[DefinedFigure]:
    t, f, at = ctx.t, ctx.formats, found.chosen
    n, listed = f.count(found.contacted), f.count(found.left_out["listed"])
    between = t("response.between", low=f.number(at["low"], 0), high=f.number(at["high"], 0))
    money = t("response.between", low=f.money_compact(at["profit_low"]),
              high=f.money_compact(at["profit_high"]))  # fmt: skip
    of = "caused" if seen.outcome == "caused" else "expected"
    pick = ContactPick(seen.ask, found.contacted)
    best = t("response.is_best") if found.contacted == found.best else t(
        "response.best", n=f.count(found.best))  # fmt: skip
    spent = f.money_compact(seen.terms.cost * found.contacted)
    return [
        DefinedFigure("response.contacted", n, best, n, listed, n=listed, pick=pick),
        DefinedFigure(f"response.{of}", f.number(at["expected"], 0), between,
                      n=n, interval=between, pick=pick),
        DefinedFigure("response.random", f.number(at["at_random"], 0),
                      t("response.random_note"), n=n, pick=pick),
        DefinedFigure("response.profit_tile", f.money_compact(at["profit"]), money,
                      f.money_compact(seen.terms.value * at["expected"]), spent, n=n,
                      interval=money, pick=pick),
    ]  # fmt: skip


def _behind(ctx: PageContext, seen: view.Response) -> Behind:
    card = load.card(ctx.settings, ctx.version, ctx.scope) or {}
    day = date.fromisoformat(card["as_of"])
    return Behind(ctx.formats.day(day), seen.filters, day, day, CONTACTS, "response.show")


def _left_out(ctx: PageContext, found: Choice) -> None:
    counts = {name: ctx.formats.count(value) for name, value in found.left_out.items()}
    st.caption(ctx.t("response.left_out", **counts))


def _how_sure(ctx: PageContext, seen: view.Response) -> None:
    t, f = ctx.t, ctx.formats
    if seen.outcome == "caused":
        st.caption(t("response.sure_caused", name=plain(seen.said["name"])))
    elif seen.said["level_spread"] is None:
        st.caption(t("response.sure_one"))
    else:
        st.caption(
            t("response.sure_level", n=f.count(seen.said["level_n"]),
              spread=f.share(seen.said["level_spread"], 0))
        )  # fmt: skip


def _list(ctx: PageContext, seen: view.Response, found: Choice) -> None:
    t = ctx.t
    st.subheader(t("response.list"), anchor=False, help=t(f"response.list_help_{seen.outcome}"))
    if not found.contacted:
        why = "none_chosen" if found.best else "none_pays"
        st.info(t(f"response.{why}"), icon=":material/money_off:")
        return
    key = (ctx.settings, ctx.version, ctx.scope, seen.ask)
    first = load.listed(*key, min(_LISTED, found.contacted))
    rows.table(ctx, frames.list_shown(ctx, first, seen.outcome), key="response_list")
    if found.contacted > len(first):
        st.caption(t("response.more", n=ctx.formats.count(len(first)),
                     all=ctx.formats.count(found.contacted)))  # fmt: skip
    response_save.part(ctx, seen, found.contacted)
