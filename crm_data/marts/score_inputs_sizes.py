"""Sizes of arms of every campaign, whoever the members are: what a planned split is about."""

from crm_data.frames import FrameSpec, columns_of

ARM_SIZES = FrameSpec(
    "arm_sizes",
    "one row per campaign and arm with a name",
    ("campaign_id", "arm"),
    columns_of("campaign_id:text arm:text members:count first_on:day"),
)
ARM_SIZES_SQL = """
SELECT campaign_id, arm, count(*) AS members, min(assigned_on) AS first_on
FROM campaign_member_facts WHERE arm IS NOT NULL
GROUP BY campaign_id, arm ORDER BY campaign_id, arm
"""
