"""Whether arms of experiments are of the planned sizes, for everything that is learnt from them."""

from typing import Literal

from analytics.experiment_arms import likely_control
from analytics.sample_ratio import planned_ratio
from crm_data.marts.score_inputs_sizes import ARM_SIZES, ARM_SIZES_SQL
from crm_data.planned_splits import PLANNED_SPLITS, fixed_before, splits_of_rule
from crm_data.score_store import ScoreStore

Sizes = Literal["as_planned", "broken", "unchecked"]


def arm_sizes(store: ScoreStore) -> dict[str, Sizes]:
    """Return by campaign whether its sizes are as planned.

    ``broken``: chance hardly makes such sizes, so no effect may be learnt from it. ``unchecked``:
    no plan that was locked in time says how large its arms should be.
    """
    told = store.frame(ARM_SIZES_SQL, ARM_SIZES)
    first = told.groupby("campaign_id")["first_on"].min()
    began = {str(campaign): day for campaign, day in first.items()}
    planned = fixed_before(splits_of_rule(store.rules.get(PLANNED_SPLITS)), began)
    found: dict[str, Sizes] = {}
    for campaign, arms in told.groupby("campaign_id", sort=False):
        counts = dict(zip(arms["arm"].astype(str), arms["members"].astype(int), strict=True))
        plan = planned.get(str(campaign))
        ratio = planned_ratio(counts, plan, likely_control(list(counts)))
        is_broken = ratio is not None and ratio.is_broken
        found[str(campaign)] = (
            "unchecked" if ratio is None else "broken" if is_broken else "as_planned"
        )
    return found
