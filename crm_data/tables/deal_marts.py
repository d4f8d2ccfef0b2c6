"""Marts of deals and leads. SQL is in ``crm_data.marts``."""

from crm_data.frames import FrameSpec, columns_of

# stage_no is a number within the pipeline and this version; position is the order that counts, won
# and lost last, learned_position what the deals themselves say.
PIPELINE_STAGES = FrameSpec(
    "pipeline_stages",
    "one row per pipeline and stage that some deal was in",
    ("pipeline", "stage_no"),
    columns_of(
        "pipeline:text stage_no:count stage:text position:count learned_position:count "
        "outcome:text category:text deals:count won:count lost:count"
    ),
)

# owner_id is the deal's, where that is missing its customer's; team and office are the owner's.
# visited is a set of stage_no, one bit each: open stages that the deal is known to have been in.
# has_history: when it came into some stage is known.
DEAL_FACTS = FrameSpec(
    "deal_facts",
    "one row per deal",
    ("opportunity_id",),
    columns_of(
        "opportunity_no:count opportunity_id:text customer_id:text name:text pipeline:text "
        "stage:text stage_no:count amount:money probability:share forecast_category:text "
        "product_id:text category:text owner_id:text team:text office:text region:text "
        "source:text campaign_id:text created_on:day closed_on:day outcome:text "
        "loss_reason:text expected_close_on:day first_expected_on:day pushes:count pulls:count "
        "days_pushed:count first_amount:money stage_since_on:day visited:count moves:count "
        "moves_back:count reentries:count handovers:count first_owner_id:text "
        "last_change_on:day last_contact_on:day contacts:count has_history:flag"
    ),
)

# As known at the end of each day from valid_from to the day before valid_to (missing: still so).
OPPORTUNITY_SNAPSHOTS = FrameSpec(
    "opportunity_snapshots",
    "one row per deal and time in which nothing that was known of it changed",
    ("opportunity_no", "valid_from"),
    columns_of(
        "opportunity_no:count valid_from:day valid_to:day pipeline:text stage:text stage_no:count "
        "amount:money probability:share forecast_category:text expected_close_on:day "
        "owner_id:text outcome:text pushes:count pulls:count handovers:count stage_since_on:day"
    ),
)

# days run to the end of the stay, or to the last moment with news of any deal. stage is missing for
# closed deals that nothing tells the stages of.
STAGE_SPELLS = FrameSpec(
    "stage_spells",
    "one row per deal and stay in an open stage",
    ("spell_no",),
    columns_of(
        "spell_no:count opportunity_no:count pipeline:text stage:text stage_no:count visit:count "
        "entered_on:day left_on:day days:number exit:text next_stage_no:count amount:money "
        "owner_id:text outcome:text is_entry_known:flag"
    ),
)

# response_hours is missing for who was never answered; they were watched for watched_hours.
LEAD_SPELLS = FrameSpec(
    "lead_spells",
    "one row per lead",
    ("lead_id",),
    columns_of(
        "lead_no:count lead_id:text source:text campaign_id:text owner_id:text team:text "
        "status:text created_on:day response_hours:number watched_hours:number qualified_on:day "
        "converted_on:day lost_on:day customer_id:text opportunity_id:text outcome:text"
    ),
)

DEAL_MARTS = (PIPELINE_STAGES, DEAL_FACTS, OPPORTUNITY_SNAPSHOTS, STAGE_SPELLS, LEAD_SPELLS)
