"""Open deals that need a look: each with its reasons, value, age, and a task in one click."""

from typing import Any

import pandas as pd
import streamlit as st

from analytics.deal_attention import REASONS, Attention
from pages.customers.parts.paging import PAGE, one, page_of, pager
from ui import deal_loaders as load
from ui import navigation, people, rows, urls
from ui.context import PageContext
from ui.deal_answers import to_look_at
from ui.deal_columns import named
from ui.deal_frames import stage_name
from ui.deal_stamp import stamp_of
from ui.deal_view import DealView
from ui.deal_words import reason_text, task_of
from ui.formats import is_missing, plain
from ui.frames import records
from ui.task_button import Open, open_tasks, task_button

SIZE = 20
_REASON, _ANY = "reason", "any"


def part(ctx: PageContext, view: DealView) -> None:
    """Draw the part."""
    t, f = ctx.t, ctx.formats
    key = (ctx.settings, ctx.version, ctx.scope)
    opened = load.open_deals(*key, view.cut)
    known = open_tasks(ctx)
    # A task of today says nothing of a past day.
    with_task = {row["opportunity_id"] for row in known.values()} if view.is_now else set()
    found = to_look_at(
        opened, load.evidence(*key, view.history), load.won_amounts(*key, view.history),
        view.as_of, with_task=with_task, is_past=not view.is_now,
    )  # fmt: skip
    st.subheader(t("pipeline.attention"), anchor=False, help=t("pipeline.attention_help"))
    if found.deals.empty:
        st.info(t("pipeline.nothing", n=f.count(len(opened))), icon=":material/check_circle:")
        return
    n, whole = f.count(len(found.deals)), f.count(len(opened))
    money = plain(f.money_compact(found.deals["value"].sum()))
    st.caption(t("pipeline.attention_note", n=n, whole=whole, money=money))
    deals = _chosen(ctx, found)
    page = page_of(one(PAGE), len(deals), SIZE)
    by_deal = {key: records(own) for key, own in found.reasons.groupby("opportunity_id")}
    for deal in records(deals.iloc[(page - 1) * SIZE : page * SIZE]):
        _deal(ctx, view, deal, by_deal[deal["opportunity_id"]], known)
    pager(ctx, page=page, size=SIZE, total=len(deals), key="attention")
    untold = found.untold[found.untold["deals"] > 0]
    if len(untold):
        parts = [
            t(
                "pipeline.reason_n", reason=t(f"pipeline.why_{row['reason']}"),
                n=f.count(row["deals"]),
            )
            for row in records(untold)
        ]  # fmt: skip
        st.caption(t("pipeline.untold_reasons", reasons=t("filter.separator").join(parts)))
    table = found.reasons.merge(
        found.deals[["opportunity_id", "name", "customer_name", "stage", "owner_id", "value"]],
        on="opportunity_id",
    )  # fmt: skip
    rows.download(
        ctx, named(table), name="attention", stamp=stamp_of(ctx, view, t("pipeline.attention"))
    )


def _chosen(ctx: PageContext, found: Attention) -> pd.DataFrame:
    """Draw the reasons with their counts; return the deals that have the chosen one."""
    counts = found.reasons["reason"].value_counts()
    options = [_ANY, *(name for name in REASONS if name in counts)]
    chosen = urls.choice(_REASON, options)
    st.pills(
        ctx.t("pipeline.why"), options, key=_REASON, required=True, on_change=_choose,
        format_func=lambda name: ctx.t(
            "pipeline.reason_n", reason=ctx.t(f"pipeline.why_{name}"),
            n=ctx.formats.count(len(found.deals) if name == _ANY else int(counts[name])),
        ),
    )  # fmt: skip
    if chosen == _ANY:
        return found.deals
    having = found.reasons.loc[found.reasons["reason"] == chosen, "opportunity_id"]
    return found.deals[found.deals["opportunity_id"].isin(having)]


def _choose() -> None:
    urls.write({_REASON: [str(st.session_state[_REASON])]}, clears=(PAGE,))


def _deal(
    ctx: PageContext, view: DealView, deal: dict[str, Any], reasons: list[dict[str, Any]],
    known: Open,
) -> None:  # fmt: skip
    t, f, key = ctx.t, ctx.formats, str(deal["opportunity_id"])
    name = key if is_missing(deal["name"]) else str(deal["name"])
    with st.container(border=True, key=f"deal_{key}", gap="xsmall"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(f"**{plain(name)}**", width="stretch")
            st.markdown(f"**{plain(f.money_compact(deal['value']))}**", width="content")
        created = deal["created_on"]
        age = None if is_missing(created) else (pd.Timestamp(view.as_of) - created).days
        facts = [stage_name(ctx, deal["stage"]), t("pipeline.age", days=f.count(age))]
        if not is_missing(deal["owner_id"]):
            facts.append(people.person(ctx, str(deal["owner_id"])))
        st.caption(" · ".join(plain(fact) for fact in facts))
        st.markdown("\n".join(f"- {reason_text(ctx, deal, reason)}" for reason in reasons))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            if view.is_now:
                task_button(ctx, task_of(ctx, deal, reasons[0]), key=key, known=known)
            if not is_missing(deal["customer_id"]):
                customer = str(deal["customer_id"])
                label = customer if is_missing(deal["customer_name"]) else deal["customer_name"]
                navigation.link("customer", plain(label), icon=":material/person:",
                                customer=customer)  # fmt: skip
