"""What a list achieved, net of those who were left alone; or that this cannot be told yet."""

import pandas as pd
import streamlit as st

from ui import action_lists as lists
from ui import action_loaders as load
from ui import action_words as words
from ui.context import PageContext
from ui.formats import is_missing, plain

_PER_ROW = 3
_ICONS = {
    "not_due": ":material/hourglass_empty:", "no_hold_back": ":material/block:",
    "mismatch": ":material/error:", "saved": ":material/check_circle:",
    "harmed": ":material/trending_down:", "cannot_tell": ":material/help:",
}  # fmt: skip


def part(ctx: PageContext, of: lists.RetentionList, members: pd.DataFrame) -> None:
    """Draw the verdict, then the figures that it rests on."""
    found = load.effect(ctx.settings, ctx.version, ctx.scope, of)
    draw = {"saved": st.success, "harmed": st.error, "mismatch": st.error}.get(
        found.verdict, st.info
    )
    draw(_verdict(ctx, of, found), icon=_ICONS[found.verdict])
    if is_missing(found.difference):
        return
    _tiles(ctx, of, found, words.called(members))
    st.caption(ctx.t("actions.result_note", kept=ctx.t(f"actions.kept_{of.kept}")))
    gone = [arm.assigned - arm.observed for arm in (found.contact, found.hold_back)]
    if any(gone):
        f = ctx.formats
        st.caption(ctx.t("actions.gone_members", n=f.count(gone[0]), held=f.count(gone[1])))


def _verdict(ctx: PageContext, of: lists.RetentionList, found: load.Effect) -> str:
    f, t = ctx.formats, ctx.t
    if found.verdict == "not_due":
        known = load.known_until(ctx.settings, ctx.version, of.kept)
        return t("actions.verdict_not_due", day=f.day(of.outcome_on), known=f.day(known))
    if found.verdict == "mismatch":
        return t("actions.verdict_mismatch", n=f.count(found.contact.observed),
                 held=f.count(found.hold_back.observed), share=f.share(of.hold_back_share, 0),
                 p=f.number(found.split_p, 6))  # fmt: skip
    low, high = (f.number(abs(one), 0) for one in found.saved_interval)
    text = t(
        f"actions.verdict_{found.verdict}", saved=f.number(abs(found.saved), 0), low=low, high=high,
        difference=f.points(found.difference), from_=f.points(found.low), to=f.points(found.high),
    )  # fmt: skip
    if found.verdict != "cannot_tell":
        return text
    return "\n\n".join([text, *_needed(ctx, of, found)])


def _needed(ctx: PageContext, of: lists.RetentionList, found: load.Effect) -> list[str]:
    """Say how many more customers it takes, by the effect seen and by the one guessed."""
    f, t, told = ctx.formats, ctx.t, []
    if found.more_if_seen is not None:
        told.append(t("actions.more_if_seen", n=f.count(found.more_if_seen)))
    if found.more_if_guessed:
        told.append(t("actions.more_if_guessed", n=f.count(found.more_if_guessed),
                      guess=f.share(of.save_rate_guess, 0)))  # fmt: skip
    elif found.more_if_guessed == 0:
        told.append(t("actions.enough_if_guessed", guess=f.share(of.save_rate_guess, 0)))
    return told


def _tiles(
    ctx: PageContext, of: lists.RetentionList, found: load.Effect, called: pd.DataFrame
) -> None:
    f, t = ctx.formats, ctx.t
    spent = float(called["contacted_at"].notna().sum()) * of.offer_cost
    low, high = found.saved_interval

    def between(one: str, other: str) -> str:
        return t("actions.interval", low=one, high=other)

    tiles = {
        "kept_contact": (f.share(found.contact.share), _of(ctx, found.contact)),
        "kept_held": (f.share(found.hold_back.share), _of(ctx, found.hold_back)),
        "difference": (
            f.points(found.difference), between(f.points(found.low), f.points(found.high))
        ),
        "saved": (f.number(found.saved, 0), between(f.number(low, 0), f.number(high, 0))),
        "amount": (
            f.money_compact(found.amount - spent),
            between(f.money_compact(found.amount_low - spent),
                    f.money_compact(found.amount_high - spent)),
        ),
        "save_rate": (
            f.share(found.save_rate),
            between(f.share(found.save_rate_low), f.share(found.save_rate_high)),
        ),
    }  # fmt: skip
    named = list(tiles.items())
    for first in range(0, len(named), _PER_ROW):
        with st.container(horizontal=True, gap="small"):
            for name, (value, below) in named[first : first + _PER_ROW]:
                with st.container(border=True, gap="xxsmall", height="stretch"):
                    st.metric(t(f"actions.tile_{name}"), value, help=t(f"actions.tile_{name}_help"))
                    st.caption(plain(below))


def _of(ctx: PageContext, arm: object) -> str:
    kept, observed = (ctx.formats.count(getattr(arm, name)) for name in ("kept", "observed"))
    return ctx.t("actions.of", kept=kept, n=observed)
