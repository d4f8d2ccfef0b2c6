"""The SQL of each mart, in build order. Always runs in DuckDB (decisions 0002 and 0017)."""

from typing import Any

import duckdb

from crm_data.marts.churn_contracts import CONTRACT_CHANGES_SQL, CONTRACT_FLOWS_SQL
from crm_data.marts.churn_silence import (
    BUYER_GROUPS_SQL,
    KIND_GROUPS_SQL,
    ORDER_PAUSES_SQL,
    OWNER_GROUPS_SQL,
    SILENCE_FLOWS_SQL,
    SILENCE_GAPS_SQL,
    SILENCE_RETURNS_SQL,
)
from crm_data.marts.cohorts import COHORT_MONTHS_SQL
from crm_data.marts.contract_spells import CONTRACT_SPELLS_SQL
from crm_data.marts.customer_products import CUSTOMER_CATEGORIES_SQL, CUSTOMER_PRODUCTS_SQL
from crm_data.marts.customers import CUSTOMER_FACTS_SQL, CUSTOMER_MONTHS_SQL
from crm_data.marts.deal_history import OPPORTUNITY_SNAPSHOTS_SQL, STAGE_SPELLS_SQL
from crm_data.marts.deal_moves import (
    DEAL_CODES_SQL,
    DEAL_MOVES_SQL,
    DEAL_STARTS_SQL,
    DEAL_WORDS_SQL,
    DEALS_EDGE_SQL,
)
from crm_data.marts.deal_stages import (
    DEAL_EVENTS_SQL,
    DEAL_KEYS_SQL,
    PIPELINE_STAGES_SQL,
    STAGE_NUMBERS_SQL,
)
from crm_data.marts.deal_states import states_of_deals
from crm_data.marts.deals import DEAL_FACTS_SQL, LEAD_SPELLS_SQL
from crm_data.marts.decline import DECLINE_VALUES_SQL
from crm_data.marts.findings import findings_sql
from crm_data.marts.orders import (
    CATEGORY_SUMS_SQL,
    DAILY_CATEGORY_SALES_SQL,
    DAILY_SALES_SQL,
    ORDER_CATEGORIES_SQL,
    ORDER_FACTS_SQL,
    ORDER_KEYS_SQL,
    PURCHASES_SQL,
    STRANGERS_SQL,
)
from crm_data.marts.service import (
    CUSTOMER_BANDS_SQL,
    SURVEY_BASE_SQL,
    SURVEY_FACTS_SQL,
    SURVEY_INVITES_SQL,
    TICKET_FACTS_SQL,
)
from crm_data.marts.silence_counts import counts_of_silence

STEPS: tuple[tuple[str, str], ...] = (
    ("category_sums", CATEGORY_SUMS_SQL),
    ("order_keys", ORDER_KEYS_SQL),
    ("strangers", STRANGERS_SQL),
    ("purchases", PURCHASES_SQL),
    ("order_facts", ORDER_FACTS_SQL),
    ("order_categories", ORDER_CATEGORIES_SQL),
    ("daily_sales", DAILY_SALES_SQL),
    ("daily_category_sales", DAILY_CATEGORY_SALES_SQL),
    ("customer_months", CUSTOMER_MONTHS_SQL),
    ("customer_facts", CUSTOMER_FACTS_SQL),
    ("customer_products", CUSTOMER_PRODUCTS_SQL),
    ("customer_categories", CUSTOMER_CATEGORIES_SQL),
    ("cohort_months", COHORT_MONTHS_SQL),
    ("contract_changes", CONTRACT_CHANGES_SQL),
    ("contract_flows", CONTRACT_FLOWS_SQL),
    ("contract_spells", CONTRACT_SPELLS_SQL),
    ("owner_groups", OWNER_GROUPS_SQL),
    ("kind_groups", KIND_GROUPS_SQL),
    ("buyer_groups", BUYER_GROUPS_SQL),
    ("order_pauses", ORDER_PAUSES_SQL),
    ("silence_flows", SILENCE_FLOWS_SQL),
    ("silence_returns", SILENCE_RETURNS_SQL),
    ("silence_gaps", SILENCE_GAPS_SQL),
    ("decline_values", DECLINE_VALUES_SQL),
    ("deal_keys", DEAL_KEYS_SQL),
    ("deal_events", DEAL_EVENTS_SQL),
    ("stage_numbers", STAGE_NUMBERS_SQL),
    ("pipeline_stages", PIPELINE_STAGES_SQL),
    ("deal_words", DEAL_WORDS_SQL),
    ("deal_moves", DEAL_MOVES_SQL),
    ("deal_codes", DEAL_CODES_SQL),
    ("deals_edge", DEALS_EDGE_SQL),
    ("deal_starts", DEAL_STARTS_SQL),
    ("opportunity_snapshots", OPPORTUNITY_SNAPSHOTS_SQL),
    ("stage_spells", STAGE_SPELLS_SQL),
    ("deal_facts", DEAL_FACTS_SQL),
    ("lead_spells", LEAD_SPELLS_SQL),
    ("customer_bands", CUSTOMER_BANDS_SQL),
    ("ticket_facts", TICKET_FACTS_SQL),
    ("survey_facts", SURVEY_FACTS_SQL),
    ("survey_invites", SURVEY_INVITES_SQL),
    ("survey_base", SURVEY_BASE_SQL),
)
TEMPORARY = (
    "category_sums",
    "order_keys",
    "strangers",
    "purchases",
    "owner_groups",
    "kind_groups",
    "buyer_groups",
    "deal_keys",
    "deal_events",
    "stage_numbers",
    "deal_words",
    "deal_moves",
    "deal_codes",
    "deals_edge",
    "deal_starts",
    "customer_bands",
)

# What a step reads that no SQL has made: the name there, and what makes it.
_SOURCES: dict[str, tuple[str, Any]] = {
    "opportunity_snapshots": ("deal_states", states_of_deals),
    "silence_flows": ("silence_counts", counts_of_silence),
}


def make_mart(con: duckdb.DuckDBPyConnection, name: str, sql: str, kind: str = "TABLE") -> None:
    """Make the table of one of ``STEPS``; ``kind`` may say that it is temporary."""
    source, made = _SOURCES.get(name, ("", None))
    if made is not None:
        con.register(source, made(con))
    con.execute(f"CREATE {kind} {name} AS {sql}")
    if made is not None:
        con.unregister(source)


__all__ = ["STEPS", "TEMPORARY", "findings_sql", "make_mart"]
