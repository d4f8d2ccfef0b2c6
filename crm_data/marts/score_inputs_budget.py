"""What response curves of channels are learnt from: spend and what was credited, week by week."""

from datetime import date

from crm_data.frames import FrameSpec, columns_of

# Weeks begin on Monday. margin and net_amount are of orders credited to campaigns of the channel,
# by the day of the order; uncosted_orders of them have no known cost.
BUDGET_WEEKS = FrameSpec(
    "budget_weeks",
    "one row per channel and week with anything, up to the last week that is over",
    ("channel", "week_on"),
    columns_of(
        "channel:text week_on:day spend:number net_amount:number margin:number "
        "uncosted_orders:count"
    ),
)

# Of campaigns whose days are over; costed are members whose margin is known, margin and margin_sq
# sums over them. credited: margin credited to the campaign by attribution.
BUDGET_TESTS = FrameSpec(
    "budget_tests",
    "one row per campaign and arm with a name",
    ("campaign_id", "arm"),
    columns_of(
        "campaign_id:text name:text channel:text arm:text members:count over:count costed:count "
        "margin:number margin_sq:number credited:number"
    ),
)
BUDGET_TESTS_SQL = """
SELECT r.campaign_id, any_value(coalesce(k.name, r.campaign_id)) AS name,
       any_value(k.channel) AS channel, r.arm, CAST(sum(r.members) AS BIGINT) AS members,
       CAST(sum(r.over) AS BIGINT) AS over, CAST(sum(r.costed) AS BIGINT) AS costed,
       CAST(sum(r.margin) AS DOUBLE) AS margin, CAST(sum(r.margin_sq) AS DOUBLE) AS margin_sq,
       any_value(c.credited) AS credited
FROM campaign_results r
LEFT JOIN campaigns k ON k.campaign_id = r.campaign_id
LEFT JOIN (SELECT campaign_id, CAST(sum(margin) AS DOUBLE) AS credited FROM campaign_days
           GROUP BY campaign_id) c ON c.campaign_id = r.campaign_id
WHERE r.arm IS NOT NULL
GROUP BY r.campaign_id, r.arm ORDER BY r.campaign_id, r.arm
"""


def budget_weeks_sql(as_of: date) -> str:
    """Return the SELECT of ``BUDGET_WEEKS``: a week is over when its Sunday is."""
    return f"""
SELECT channel, CAST(date_trunc('week', day_on) AS DATE) AS week_on,
       CAST(sum(cost) AS DOUBLE) AS spend, CAST(sum(net_amount) AS DOUBLE) AS net_amount,
       CAST(sum(margin) AS DOUBLE) AS margin, CAST(sum(uncosted_orders) AS BIGINT)
         AS uncosted_orders
FROM campaign_days
WHERE channel IS NOT NULL AND date_trunc('week', day_on) + INTERVAL 6 DAY <= DATE '{as_of}'
GROUP BY channel, date_trunc('week', day_on)
HAVING sum(cost) <> 0 OR sum(net_amount) <> 0
ORDER BY channel, week_on
"""
