"""Scores of campaigns without a hold-out: what they caused, by customers like those contacted."""

from crm_data.frames import FrameSpec, columns_of

# reason: why nothing is claimed, empty where it is; see analytics.matched_effect and
# scoring.matched. contacted and comparison: customers compared, of members customers of the
# campaign and others who were known by then; met_elsewhere: those contacted whom another campaign
# wrote to in these days, left out. without_counterpart: share of those contacted. reach: customers
# contacted that the claim is of, those left out or without a counterpart not among them.
CAMPAIGN_MATCHES = FrameSpec(
    "campaign_matches",
    "one row per campaign with members and nobody left alone",
    ("campaign_id",),
    columns_of(
        "campaign_id:text reason:text first_on:day window_end_on:day period_days:count "
        "members:count met_elsewhere:count others:count contacted:count comparison:count "
        "reach:count without_counterpart:share effective_contacted:number "
        "effective_comparison:number most_before:number most_after:number"
    ),
)

# effect: of a customer (share of buyers, money), 95 %, with the weights; naive without them; did:
# difference in differences. e_value: see analytics.e_value.
CAMPAIGN_MATCH_EFFECTS = FrameSpec(
    "campaign_match_effects",
    "one row per matched campaign and outcome",
    ("campaign_id", "outcome"),
    columns_of(
        "campaign_id:text outcome:text reason:text contacted:count comparison:count "
        "contacted_mean:number comparison_mean:number naive:number naive_low:number "
        "naive_high:number effect:number low:number high:number p_value:share did:number "
        "did_low:number did_high:number pre_trend_p:share e_value:number e_value_limit:number"
    ),
)

# term: a field, or field=value. before and after weighting, in standard deviations.
CAMPAIGN_MATCH_BALANCE = FrameSpec(
    "campaign_match_balance",
    "one row per matched campaign and term, the worst before weighting first",
    ("campaign_id", "term"),
    columns_of(
        "campaign_id:text term:text place:count is_modelled:flag before:number after:number"
    ),
)

# period: 0 is the campaign's own, -1 the one before. gap: contacted less others, less that of -1.
CAMPAIGN_MATCH_PERIODS = FrameSpec(
    "campaign_match_periods",
    "one row per matched campaign, outcome and period",
    ("campaign_id", "outcome", "period"),
    columns_of(
        "campaign_id:text outcome:text period:number period_on:day contacted_mean:number "
        "comparison_mean:number gap:number low:number high:number"
    ),
)

MATCHED_SCORES = (
    CAMPAIGN_MATCHES,
    CAMPAIGN_MATCH_EFFECTS,
    CAMPAIGN_MATCH_BALANCE,
    CAMPAIGN_MATCH_PERIODS,
)
