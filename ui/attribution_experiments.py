"""What experiments of a channel say, laid beside what rules credit it with."""

from typing import TYPE_CHECKING

import pandas as pd

from analytics.arm_compare import compare_sums
from analytics.arm_sums import Kind
from analytics.experiment_arms import likely_control, outcome_problem
from analytics.sample_ratio import SampleRatio, checked_ratio
from crm_data.commands.campaign_plans import planned_shares
from ui import experiment_loaders
from ui.context import PageContext
from ui.frames import records

if TYPE_CHECKING:
    from ui.attribution_view import Attribution

_SIDES = ("difference", "low", "high")
_CAUSED = ["channel", "campaign_id", "arm", "caused", "low", "high", "is_checked"]


def tested(ctx: PageContext, seen: "Attribution") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return what experiments of a channel caused, and the experiments that are left out.

    Sizes are held against those of the locked plan; without one they are not checked.

    Returns
    -------
    tuple of DataFrame
        ``channel``, ``campaign_id``, ``arm``, ``caused`` (all treated members together), ``low``,
        ``high``, ``is_checked`` (the sizes), one row per arm; and ``channel``, ``campaign_id``,
        ``reason`` (``which_control``, ``sample_ratio``, or a problem of the outcome).
    """
    outcome = "converted" if seen.of == "conversions" else "outcome_value"
    kind: Kind = "rate" if outcome == "converted" else "money"
    known = experiment_loaders.campaigns(ctx.settings, ctx.version, ctx.scope)
    tried = known[(known["arms"] > 1) & known["channel"].isin(list(seen.paths.channels))]
    planned = planned_shares(ctx.settings)
    rows, out = [], []
    for one in records(tried):
        named = (one["channel"], one["campaign_id"])
        cells = experiment_loaders.arms(
            ctx.settings, ctx.version, ctx.scope, str(one["campaign_id"]), outcome, 0
        )
        arms = cells[cells["arm"].notna()].reset_index(drop=True)
        control = likely_control(arms["arm"].tolist())
        sizes = dict(zip(arms["arm"], arms["assigned"].tolist(), strict=True))
        ratio = checked_ratio(sizes, plan=planned.get(str(one["campaign_id"])), control=control)
        reason = _left_out(ratio, control, outcome_problem(arms, outcome))
        if reason:
            out.append((*named, reason))
            continue
        for effect in records(compare_sums(arms, control, kind)):
            told = [float(effect[side]) * float(effect["n"]) for side in _SIDES]
            rows.append((*named, effect["arm"], *told, ratio.is_checked))
    left_out = pd.DataFrame(out, columns=["channel", "campaign_id", "reason"])
    return pd.DataFrame(rows, columns=_CAUSED), left_out


def _left_out(ratio: SampleRatio, control: str, problem: str) -> str:
    if not control:
        return "which_control"
    return "sample_ratio" if ratio.is_blocked else problem
