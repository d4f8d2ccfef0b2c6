"""What the page Experiments is asked to show, read from the address, and what was found."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd
import streamlit as st

from analytics.arm_compare import compare_sums
from analytics.arm_sums import Kind
from analytics.experiment_arms import likely_control, outcome_problem
from analytics.sample_ratio import SampleRatio, checked_ratio, planned_ratio
from crm_data.commands.campaign_plans import planned_shares
from ui import campaigns, urls
from ui import experiment_loaders as load
from ui.campaigns import arm_name
from ui.context import PageContext
from ui.formats import no_icons

DAYS = ("30", "7", "14", "60", "90")
_ON_RECORD = "0"
_WIDE = {"campaign": 320}  # pixels: a name ends with its year


@dataclass(frozen=True, eq=False)
class Experiment:
    """A campaign with arms, and what came of it.

    Attributes
    ----------
    days : int
        Days after assignment that count; 0 all on record.
    arms : DataFrame
        ``CAMPAIGN_ARMS`` of members with an arm.
    control : str
        Empty with one arm.
    ratio : SampleRatio
        Sizes against those that are expected, and who says so.
    problem : str
        Why outcomes cannot be compared; empty where they can.
    """

    campaign_id: str
    name: str
    outcome: str
    days: int
    arms: pd.DataFrame
    control: str
    ratio: SampleRatio
    problem: str
    without_arm: int

    @property
    def kind(self) -> Kind:
        """Return whether the outcome is a rate or an amount."""
        return "money" if self.outcome in ("outcome_value", "revenue") else "rate"

    @property
    def is_blocked(self) -> bool:
        """Whether sizes are not as planned: no effect may be claimed."""
        return self.ratio.is_blocked

    def effects(self) -> pd.DataFrame:
        """Return ``ARM_EFFECTS``."""
        return compare_sums(self.arms, self.control, self.kind)

    @property
    def key(self) -> tuple[str, str, int]:
        """Return what loaders are asked for."""
        return self.campaign_id, self.outcome, self.days


def experiments(ctx: PageContext) -> pd.DataFrame:
    """Return the campaigns with two arms or more that the viewer sees."""
    found = load.campaigns(ctx.settings, ctx.version, ctx.scope)
    return found[found["arms"] > 1].reset_index(drop=True)


def chosen(ctx: PageContext, tried: pd.DataFrame) -> Experiment:
    """Draw the choices and return the experiment; ``tried`` has a row."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        ids = tried["campaign_id"].tolist()
        campaign_id = _select(
            ctx,
            "campaign",
            ids,
            [no_icons(campaigns.campaign(ctx, one)) for one in ids],
            clears=("split",),  # sizes asked for were those of another campaign
        )
        outcome = _select(
            ctx, "outcome", ["converted", "responded", "outcome_value", "purchase", "revenue"]
        )
        days = 0
        if outcome != "outcome_value":
            own = () if outcome in load.ORDERED else (_ON_RECORD,)
            days = int(_select(ctx, "days", [*own, *DAYS]))
        cells = load.arms(ctx.settings, ctx.version, ctx.scope, campaign_id, outcome, days)
        arms = cells[cells["arm"].notna()].reset_index(drop=True)
        names = arms["arm"].tolist()
        likely = likely_control(names)
        order = [likely, *(one for one in names if one != likely)] if likely else names
        control = _select(ctx, "control", order, [arm_name(ctx, one) for one in order])
    sizes = dict(zip(names, map(int, arms["assigned"]), strict=True))
    plan = planned_shares(ctx.settings).get(campaign_id)
    expected = planned_ratio(sizes, plan, likely or control)
    asked = _asked_split(ctx, campaign_id, order, expected.expected if expected else None)
    return Experiment(
        campaign_id,
        campaigns.campaign(ctx, campaign_id),
        outcome,
        days,
        arms,
        control,
        checked_ratio(sizes, asked=asked, plan=plan, control=likely or control),
        outcome_problem(arms, outcome),
        int(cells.loc[cells["arm"].isna(), "assigned"].sum()),
    )


def described(ctx: PageContext, seen: Experiment) -> str:
    """Return the choices in words, for exports."""
    days = window_words(ctx, seen)
    control = ctx.t("experiments.against", arm=arm_name(ctx, seen.control))
    outcome = ctx.t(f"experiments.outcome_{seen.outcome}")
    return ctx.t("filter.joiner").join([seen.name, outcome, days, control])


def window_words(ctx: PageContext, seen: Experiment) -> str:
    """Return which days count."""
    if seen.outcome == "outcome_value" or not seen.days:
        return ctx.t("experiments.days_0")
    return ctx.t("experiments.within", n=ctx.formats.count(seen.days))


def _asked_split(
    ctx: PageContext, campaign_id: str, names: Sequence[str], plan: dict[str, float] | None
) -> dict[str, float] | None:
    """Draw the planned sizes and return those asked for instead of the plan's; None for these.

    The address keeps them as ``split=65,35``, in the order shown.
    """
    t = ctx.t
    asked = _numbers(st.query_params.get("split", ""), len(names))
    whole = sum(plan.values()) if plan else 0.0
    usual = tuple(round(100 * plan[one] / whole, 1) if plan and whole else 1.0 for one in names)
    with st.popover(t("experiments.split"), icon=":material/pie_chart:"):
        st.caption(t("experiments.split_help"))
        for place, arm in enumerate(names):
            st.number_input(
                no_icons(arm_name(ctx, arm)), 0.1, 1000.0,
                asked[place] if asked else max(usual[place], 0.1), step=1.0,
                key=f"split_{campaign_id}_{place}", on_change=_write_split,
                args=(campaign_id, usual),
            )  # fmt: skip
    return dict(zip(names, asked, strict=True)) if asked else None


def _write_split(campaign_id: str, usual: tuple[float, ...]) -> None:
    shares = [float(st.session_state[f"split_{campaign_id}_{n}"]) for n in range(len(usual))]
    ratios = [share / most for share, most in zip(shares, usual, strict=True)]
    is_usual = max(ratios) - min(ratios) < 1e-9
    urls.write({} if is_usual else {"split": [",".join(f"{s:g}" for s in shares)]},
               clears=("split",))  # fmt: skip


def _write_choice(name: str, clears: tuple[str, ...]) -> None:
    urls.write({name: [str(st.session_state[name])]}, clears=clears)


def _numbers(text: str, count: int) -> list[float]:
    try:
        found = [float(part) for part in text.split(",")]
    except ValueError:
        return []
    return found if len(found) == count and all(0.1 <= one <= 1000 for one in found) else []


def _select(
    ctx: PageContext, name: str, options: list[str], words: list[str] | None = None,
    clears: tuple[str, ...] = (),
) -> str:  # fmt: skip
    found = urls.choice(name, options)
    labels = (
        dict(zip(options, words, strict=True)) if words
        else {one: ctx.t(f"experiments.{name}_{one}") for one in options}
    )  # fmt: skip
    st.selectbox(
        ctx.t(f"experiments.{name}"), options, format_func=labels.__getitem__, key=name,
        on_change=_write_choice, args=(name, clears), width=_WIDE.get(name, 210), filter_mode=None,
    )  # fmt: skip
    return found
