"""What the page Attribution is asked to show, and what was found."""

from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analytics.attribution import MODELS, attribution_spread
from analytics.attribution_paths import Paths
from ui import attribution_loaders as load
from ui import loaders
from ui.attribution_found import paths_before_leaving
from ui.choices import selected
from ui.context import PageContext
from ui.segment_filter import segment_picker, segment_words

LOOKBACKS = ("30", "7", "14", "60", "90")
OF = ("conversions", "value")


@dataclass(frozen=True, eq=False)
class Attribution:
    """Choices, paths and credits; ``spread`` as of ``attribution_spread``."""

    conversion: str
    lookback: int
    of: str
    found: load.Found
    spread: pd.DataFrame

    @property
    def paths(self) -> Paths:
        """Return the paths."""
        return self.found.paths

    @property
    def total(self) -> float:
        """Return what every rule shares out once."""
        return float((self.paths.conversions if self.of == OF[0] else self.paths.value).sum())

    @property
    def untouched(self) -> float:
        """Return what nobody is credited with."""
        return self.paths.untouched if self.of == OF[0] else self.paths.untouched_value


def chosen(ctx: PageContext) -> Attribution | None:
    """Draw the choices and return what was found; None without touchpoints or orders."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        conversion = selected(ctx, "conversion", load.CONVERSIONS, "attribution.conversion")
        of = selected(ctx, "of", OF, "attribution.of")
        lookback = int(selected(ctx, "lookback", LOOKBACKS, "attribution.lookback"))
        among = segment_picker(ctx)
    found = load.found(ctx.settings, ctx.version, ctx.scope, conversion, lookback, among)
    if found is None or not len(found.paths.touches):
        return None
    spread = attribution_spread(found.paths, of=of)  # type: ignore[arg-type]  # one of both
    return Attribution(conversion, lookback, of, found, spread)


def described(ctx: PageContext, seen: Attribution) -> str:
    """Return the choices in words."""
    t = ctx.t
    parts = [
        t(f"attribution.conversion_{seen.conversion}"),
        t(f"attribution.of_{seen.of}"),
        t("attribution.within", n=ctx.formats.count(seen.lookback)),
    ]
    return t("filter.joiner").join(part for part in (*parts, segment_words(ctx)) if part)


def credits_long(seen: Attribution) -> pd.DataFrame:
    """Return ``channel``, ``model``, ``credit``: the most credited channel first."""
    wide = seen.spread[list(MODELS)].rename_axis("channel").reset_index()
    return wide.melt("channel", var_name="model", value_name="credit")


def before_leaving(ctx: PageContext, seen: Attribution) -> Paths | None:
    """Return journeys before the end of a contract; None where none ended after a contact."""
    touched, ended = load.before_leaving(ctx.settings, ctx.version, ctx.scope)
    horizon = loaders.horizon(ctx.settings, ctx.version)
    if horizon is None:
        return None
    return paths_before_leaving(touched, ended, seen.lookback, horizon.watermark)
