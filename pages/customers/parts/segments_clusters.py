"""The view 'clusters' of the Segments page."""

from typing import Any

import streamlit as st

from pages.customers.parts import cluster_evidence, portrait
from pages.customers.parts.cluster_members import members
from ui import loaders, urls
from ui import portrait_loaders as load
from ui import portrait_words as words
from ui.context import PageContext
from ui.formats import plain
from ui.frames import records
from ui.segment_filter import segment_picker, segment_words

_CHOSEN = "cluster"
_TRAITS = 3


def render(ctx: PageContext) -> None:
    """Draw the view."""
    among = segment_picker(ctx)
    key = (ctx.settings, ctx.version, ctx.scope)
    card = loaders.card(*key, "clusters")
    sizes = load.cluster_sizes(*key, among)
    if card is not None:
        cluster_evidence.verdict(ctx, card)
    elif not sizes.empty:
        st.caption(ctx.t("clusters.part_only"))
    if among:
        st.caption(ctx.t("clusters.of_segment"))
    if sizes.empty:
        if among:
            st.info(ctx.t("groups.nobody"), icon=":material/inbox:")
        elif card is None:
            none = "clusters.none" if ctx.scope.is_everything else "scores.none_visible"
            st.info(ctx.t(none), icon=":material/scatter_plot:")
    else:
        titles = _titles(ctx, card, records(sizes))
        _cards(ctx, records(sizes), titles)
        _closer(ctx, titles, among)
    if card is not None and card["stability"]:
        cluster_evidence.stability_part(ctx, card)
        cluster_evidence.against_rfm(ctx, card)
        cluster_evidence.method(ctx, card)


def _titles(
    ctx: PageContext, card: dict[str, Any] | None, sizes: list[dict[str, Any]]
) -> dict[str, str]:
    """Name the clusters by their traits in the whole company, else among the visible customers."""
    traits: dict[str, Any] = {
        one["cluster"]: one["traits"] for one in (card or {}).get("clusters", [])
    }
    if not traits:
        found = load.cluster_portraits(ctx.settings, ctx.version, ctx.scope)
        traits = {name: records(one.telling) for name, one in found.items()}
    return {
        one["cell"]: words.cluster_title(ctx, one["cell"], traits.get(one["cell"], []))
        for one in sizes
    }


def _cards(ctx: PageContext, sizes: list[dict[str, Any]], titles: dict[str, str]) -> None:
    """Draw a card for each cluster: size, revenue, and its portrait in words."""
    t, f = ctx.t, ctx.formats
    found = load.cluster_portraits(ctx.settings, ctx.version, ctx.scope)
    customers = sum(int(one["customers"]) for one in sizes)
    revenue = sum(float(one["net_amount"]) for one in sizes)
    with st.container(horizontal=True, gap="small"):
        for one in sizes:
            name = one["cell"]
            with st.container(border=True, width=315, key=f"cluster_{name}", height="stretch"):
                st.markdown(f"**{plain(titles[name])}**")
                share = f.share(one["net_amount"] / revenue) if revenue > 0 else "–"
                st.caption(
                    t(
                        "clusters.size",
                        n=f.count(one["customers"]),
                        share=f.share(one["customers"] / customers),
                        amount=plain(f.value_short(float(one["net_amount"]), "money")),
                        of_revenue=share,
                    )
                )
                told = words.told(records(found[name].telling), _TRAITS) if name in found else []
                lines = [f"- {plain(words.sentence(ctx, trait))}" for trait in told]
                st.markdown("\n".join(lines) or t("clusters.nothing_special"))


def _closer(ctx: PageContext, titles: dict[str, str], among: str) -> None:
    """Draw the portrait and the customers of one cluster."""
    names = list(titles)
    chosen = urls.choice(_CHOSEN, names)
    st.subheader(ctx.t("clusters.closer"), anchor=False)
    st.selectbox(
        ctx.t("clusters.choose"),
        names,
        format_func=titles.__getitem__,
        key=_CHOSEN,
        on_change=urls.write_choice,
        args=(_CHOSEN,),
        width=480,
    )
    found = load.cluster_portraits(ctx.settings, ctx.version, ctx.scope)
    portrait.draw(ctx, found[chosen], subject=titles[chosen], key="cluster_portrait")
    cluster = f'{{"field":"cluster","op":"eq","values":["{chosen}"]}}'
    both = f'{{"all":[{cluster},{among}]}}' if among else cluster
    members(ctx, both, subject=titles[chosen], filters=segment_words(ctx))
