"""Scores of a version: what models and rules say of each customer. ``scoring`` fills them."""

from crm_data.frames import FrameSpec, columns_of
from crm_data.tables.matched_scores import MATCHED_SCORES

# One letter per month end, oldest first, the last one the watermark: see scoring.lifecycle and
# scoring.rfm for the letters. value_… is over the horizon of the rules; low and high hold 80 %.
# contract_value: the part of it from running contracts; contract_kept: probability that one of them
# outlives the horizon. p_alive is of orders, and missing for who is under contract.
# churn_kind and churn_horizon_days: what leaving means for who is not lost yet (contract: none runs
# in so many days; silence: no order within them). churn_reasons: a JSON list of codes, see
# analytics.churn_codes; it and the probability are missing where the card says that none is known.
# gap: what a customer's next category would be worth, of all that it brings or brought in 365 days
# (analytics.white_space); missing without a next one, or where it brings nothing.
# health_score: 0 to 100, by hand, from health_parts known parts; of who can still be lost.
CUSTOMER_SCORES = FrameSpec(
    "customer_scores",
    "one row per customer of customer_facts, by id",
    ("customer_id",),
    columns_of(
        "customer_no:count customer_id:text owner_id:text r:count f:count m:count "
        "rfm_segment:text rfm_history:text stage:text stage_history:text rhythm_days:number "
        "days_since_last_order:count silence:number p_alive:share expected_orders:number "
        "expected_value:money value_low:money value_high:money contract_value:money "
        "contract_kept:share value_kind:text cluster:text gap:number gap_365d:number "
        "churn_kind:text churn_horizon_days:count churn_probability:share churn_reasons:json "
        "health_score:number health_parts:count"
    ),
)

# What a model is, how it did on data that it had not seen, and what it says of itself, as JSON.
MODEL_CARDS = FrameSpec(
    "model_cards", "one row per model or rule set", ("name",), columns_of("name:text card:json")
)

# Whoever bought product_id may be offered other_id. Counts are of the customers sampled (see the
# card "offers"); expected is the number by chance, lift how many times that.
PRODUCT_PAIRS = FrameSpec(
    "product_pairs",
    "one row per product and one of its thirty strongest neighbours",
    ("product_id", "other_id"),
    columns_of(
        "product_id:text other_id:text customers_both:count expected:number lift:number "
        "score:number"
    ),
)

# place: from 1, by the popularity that is used; missing for what is out of sale.
PRODUCT_POPULARITY = FrameSpec(
    "product_popularity",
    "one row per product that a known customer bought",
    ("product_id",),
    columns_of("product_id:text customers:count customers_90d:count last_sold_on:day place:count"),
)

# other_weight: which share of its buyers' net value the other category is; missing where not known.
CATEGORY_PAIRS = FrameSpec(
    "category_pairs",
    "one row per two categories that the same customers bought; share of the buyers of the first",
    ("category", "other_category"),
    columns_of(
        "category:text other_category:text customers_both:count share_both:share lift:number "
        "other_weight:share"
    ),
)

# fm is the vertical axis of the map: the mean of F and M, half rounded up.
RFM_CELLS = FrameSpec(
    "rfm_cells",
    "one row per owner and cell of the RFM map with customers",
    ("owner_id", "r", "fm"),
    columns_of(
        "owner_id:text r:count fm:count rfm_segment:text customers:count orders:count "
        "net_amount:money"
    ),
)

# 24 steps between the 25 days of the histories; an unknown stage is a customer not known yet.
STAGE_FLOWS = FrameSpec(
    "stage_flows",
    "one row per owner, step from one day of the histories to the next, stage before and after",
    ("owner_id", "from_on", "from_stage", "to_stage"),
    columns_of("owner_id:text from_on:day to_on:day from_stage:text to_stage:text customers:count"),
)

STAGE_CELLS = FrameSpec(
    "stage_cells",
    "one row per owner and stage with customers",
    ("owner_id", "stage"),
    columns_of("owner_id:text stage:text customers:count net_amount:money"),
)

# win_probability: to be won within the days of the card "deals"; low and high are what became of
# such deals (95 %, by deal), known_deals how many they were. method: model, stage (the average of
# deals in it), none (it cannot be told). reasons: of a model, a JSON list; see
# analytics.deal_reasons.
DEAL_SCORES = FrameSpec(
    "deal_scores",
    "one row per open deal, by id",
    ("opportunity_id",),
    columns_of(
        "opportunity_no:count opportunity_id:text win_probability:share low:share high:share "
        "known_deals:count method:text reasons:json"
    ),
)

# Forecasts of the company's main series, of whoever sees everything. made: now, or before, what one
# period less was known for. measure and frequency as of crm_data.queries.series. spread and bands:
# see forecasting.bands. How each was chosen is in the card "forecast".
FORECASTS = FrameSpec(
    "forecasts",
    "one row per series, when it was made, candidate and period ahead",
    ("measure", "frequency", "made", "candidate", "period_on"),
    columns_of(
        "measure:text frequency:text made:text candidate:text period_on:day step:count "
        "yhat:number spread:number low_80:number high_80:number low_95:number high_95:number"
    ),
)
FORECAST_BACKTESTS = FrameSpec(
    "forecast_backtests",
    "one row per series, candidate, origin and step ahead",
    ("measure", "frequency", "candidate", "known", "step"),
    columns_of(
        "measure:text frequency:text candidate:text origin_on:day known:count step:count "
        "period_on:day actual:number yhat:number scale:number spread:number"
    ),
)

# See analytics.closing_curves; of the last day with news of deals. stage_no missing: any stage.
CLOSING_CURVES = FrameSpec(
    "closing_curves",
    "one row per pipeline, stage, age at which the curve begins, and day on which it grew",
    ("pipeline", "stage_no", "age_days", "days"),
    columns_of(
        "pipeline:text stage_no:count age_days:count at_risk:count days:count won_share:share"
    ),
)

# Forecasts of past quarters as of so many weeks before their end, with what was known then. level:
# all, pipeline, team or owner, and subject which of them. won: in the end, of it new_won of deals
# created after the day; won_so_far: by the day. expected = won_so_far + open_expected +
# new_expected. deviation is of independent deals; p10 to p90 are spread out by stretch, as the
# quarters before asked for; missing for owners. weighted: won_so_far and what is due at the share
# won of its stage. committed: won_so_far and what is due of the category commit; missing where
# categories have no history by then.
PIPELINE_BACKTEST = FrameSpec(
    "pipeline_backtest",
    "one row per level, subject, quarter and weeks before its end",
    ("level", "subject", "period_start", "lead_weeks"),
    columns_of(
        "level:text subject:text owner_id:text team:text period_start:day period_end:day "
        "lead_weeks:count as_of_on:day won:money won_so_far:money new_won:money expected:money "
        "open_expected:money new_expected:money deviation:money stretch:number p10:money p50:money "
        "p90:money weighted:money committed:money open_deals:count untold:count"
    ),
)

# outcome: responded, bought (within the campaign's days), or caused: what contact changes, which
# may be below 0, from the experiment that the card "response" names. score: probability, or that
# change. place: thousandth of the order, 1 is contacted first. channel is missing where campaigns
# do not say it. contacts_30d: messages of any channel that arrived in the last 30 days. reasons: a
# JSON list; see analytics.churn_codes. has_consent: to the channel; missing: not known.
RESPONSE_SCORES = FrameSpec(
    "response_scores",
    "one row per channel, outcome and customer",
    ("channel", "outcome", "customer_no"),
    columns_of(
        "channel:text outcome:text customer_no:count customer_id:text owner_id:text score:number "
        "place:count reasons:json contacts_30d:count is_unsubscribed:flag has_consent:flag"
    ),
)

# Comments as judged. sentiment: positive, negative, or declined where the judge was not sure or is
# not good enough (card "comments"); positive: its probability, missing without a judge, and of
# comments that it learned from by one that had not seen them. topics: one bit for each topic_no of
# comment_topics; main_topic: the one it is most about, and fit by how much. folded: the text as
# words are looked for in it (analytics.text_prepare.searchable). The others as in comment_facts.
COMMENT_SCORES = FrameSpec(
    "comment_scores",
    "one row per comment, as in comment_facts",
    ("comment_no",),
    columns_of(
        "comment_no:count customer_no:count owner_id:text region:text written_on:day origin:text "
        "channel:text kind:text score:number scale:count ticket_category:text "
        "product_category:text language:text sentiment:text positive:share topics:count "
        "main_topic:count fit:number folded:text"
    ),
)
# again: which share of its terms a fit on other comments found together again.
COMMENT_TOPICS = FrameSpec(
    "comment_topics",
    "one row per topic of comments",
    ("topic_no",),
    columns_of("topic_no:count language:text name:text terms:json comments:count again:share"),
)
# Of records of each kind (customers, contacts, leads) that are probably the same. reasons: a JSON
# list of [field, level, weight], see analytics.identity. owner: who may see the record.
DUPLICATE_PAIRS = FrameSpec(
    "duplicate_pairs",
    "one row per two records that may be the same",
    ("kind", "id_l", "id_r"),
    columns_of(
        "kind:text id_l:text id_r:text owner_l:text owner_r:text probability:share weight:number "
        "reasons:json"
    ),
)
# cluster_id: the first id of those that are probably one, survivor_id the one of them that would go
# on: with most orders, then known the longest. probability: of the pair that ties it best to
# another; missing of who is there once.
SCORE_DUPLICATES = FrameSpec(
    "score_duplicates",
    "one row per customer that was looked at: of a large table, who shares something",
    ("customer_id",),
    columns_of("customer_id:text cluster_id:text survivor_id:text probability:share"),
)

SCORES: tuple[FrameSpec, ...] = (
    CUSTOMER_SCORES,
    DEAL_SCORES,
    CLOSING_CURVES,
    PIPELINE_BACKTEST,
    RFM_CELLS,
    STAGE_FLOWS,
    PRODUCT_PAIRS,
    PRODUCT_POPULARITY,
    CATEGORY_PAIRS,
    STAGE_CELLS,
    FORECASTS,
    FORECAST_BACKTESTS,
    RESPONSE_SCORES,
    *MATCHED_SCORES,
    COMMENT_SCORES,
    COMMENT_TOPICS,
    DUPLICATE_PAIRS,
    SCORE_DUPLICATES,
    MODEL_CARDS,
)
