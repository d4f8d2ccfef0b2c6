"""Experiments: what a campaign caused, told by arms that were drawn by lot.

Check the sizes of the arms first (``sample_ratio_test``): where they are not as planned, no effect
may be claimed.
"""

from analytics.always_valid import always_valid
from analytics.arm_balance import arm_balance
from analytics.arm_compare import compare_arms, compare_sums
from analytics.cuped import cuped
from analytics.experiment_plan import Design, detectable_effect, plan_experiment, sample_size
from analytics.experiment_slices import compare_slices
from analytics.novelty import novelty
from analytics.sample_ratio import SampleRatio, sample_ratio_test

__all__ = [
    "Design",
    "SampleRatio",
    "always_valid",
    "arm_balance",
    "compare_arms",
    "compare_slices",
    "compare_sums",
    "cuped",
    "detectable_effect",
    "novelty",
    "plan_experiment",
    "sample_ratio_test",
    "sample_size",
]
