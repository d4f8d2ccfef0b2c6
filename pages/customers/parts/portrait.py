"""What sets a group of customers apart from the rest: in words, as a chart, as a table."""

import pandas as pd
import streamlit as st

from analytics.portrait import ERROR_RATE, LEAST, Portrait
from charts.clusters import differences
from pages.customers.parts.portrait_own import said, split
from ui import portrait_loaders as load
from ui import portrait_words as words
from ui import rows
from ui.context import PageContext
from ui.figures import draw as draw_figure
from ui.figures import spec_of
from ui.formats import plain
from ui.frames import records

_SENTENCES, _DOTS = 6, 12


def part(
    ctx: PageContext,
    among: str,
    *,
    against: str = "",
    own: frozenset[str] = frozenset(),
    key: str = "portrait",
) -> None:
    """Draw the portrait of a group that is written as JSON.

    It is held against all other customers, or against the others of the group ``against``: who
    waited long for an answer is best held against those who complained, too. ``own`` are fields
    that the group is made by: that it differs in them is no finding. They are set apart, below.
    """
    found = load.portrait_of(ctx.settings, ctx.version, ctx.scope, among, against)
    found, decided = split(found, own)
    if not decided.empty:
        st.caption(ctx.t("portrait.own"))
    draw(ctx, found, subject=ctx.t("portrait.title"), key=key)
    if found.verdict in ("told", "alike"):
        said(ctx, decided)


def draw(ctx: PageContext, found: Portrait, *, subject: str, key: str) -> None:
    """Draw a portrait; ``subject`` is what it is of, for the export."""
    t, f = ctx.t, ctx.formats
    if found.verdict in ("too_few", "no_rest"):
        st.info(
            t(f"portrait.{found.verdict}", n=f.count(found.n), rest=f.count(found.n_rest),
              least=f.count(LEAST)),
            icon=":material/groups:",
        )  # fmt: skip
        return
    if found.verdict == "alike":
        st.info(
            t("portrait.alike", n=f.count(found.n), compared=f.count(len(found.traits))),
            icon=":material/balance:",
        )
    else:
        told = words.told(records(found.telling), _SENTENCES)
        st.markdown("\n".join(f"- {plain(words.sentence(ctx, trait))}" for trait in told))
    _chart(ctx, found, key)
    st.caption(
        t(
            "portrait.note",
            n=f.count(found.n),
            rest=f.count(found.n_rest),
            compared=f.count(len(found.traits)),
            rate=f.share(ERROR_RATE, 0),
        )
    )
    _table(ctx, found, subject, key)


def _chart(ctx: PageContext, found: Portrait, key: str) -> None:
    t, f = ctx.t, ctx.formats
    # One of each kin, as in the sentences: twelve ways to say "silent" would hide all else.
    chosen = words.told(records(found.traits), _DOTS)
    if not chosen:
        return
    top = pd.DataFrame(chosen)
    shown = pd.DataFrame(
        {
            "label": [words.title(ctx, trait) for trait in chosen],
            "hover": [
                t(
                    "portrait.hover",
                    sentence=words.sentence(ctx, trait),
                    effect=f.number(trait["effect"]),
                    low=f.number(trait["effect_low"]),
                    high=f.number(trait["effect_high"]),
                )
                for trait in chosen
            ],
        },
        index=top.index,
    ).assign(**{name: top[name] for name in ("effect", "effect_low", "effect_high", "is_claimed")})
    figure = differences(shown, more=t("portrait.more"), less=t("portrait.less"), mode=ctx.theme)
    draw_figure(spec_of(figure), alt=t("portrait.alt"), key=f"{key}_chart")


def _table(ctx: PageContext, found: Portrait, subject: str, key: str) -> None:
    """Draw every trait that was looked at, claimed or not."""
    traits = records(found.traits)
    table = pd.DataFrame(
        {
            "trait": [words.title(ctx, trait) for trait in traits],
            "trait_value": [words.figure(ctx, x["value"], x["unit"]) for x in traits],
            "trait_rest": [words.figure(ctx, x["value_rest"], x["unit"]) for x in traits],
            "trait_effect": found.traits["effect"].astype("float64"),
            "trait_low": found.traits["effect_low"].astype("float64"),
            "trait_high": found.traits["effect_high"].astype("float64"),
            "trait_known": found.traits["n"].astype("int64"),
            "trait_claimed": [ctx.t(f"portrait.claimed_{x['is_claimed']!s}") for x in traits],
        }
    )
    with st.expander(ctx.t("portrait.every", n=ctx.formats.count(len(table)))):
        rows.table(ctx, table, key=f"{key}_table")
        stamp = rows.stamp_of(ctx, subject=subject, period=ctx.t("period.all_time"), filters="")
        rows.download(ctx, table, name=key, stamp=stamp)
