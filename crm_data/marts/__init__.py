"""The SQL of each mart, in build order. Always runs in DuckDB (decisions 0002 and 0018)."""

import duckdb

from crm_data.marts import (
    deal_history,
    deal_moves,
    deal_order,
    deal_state_words,
    deal_states,
    deal_stays,
    deal_told,
    deal_visits,
    silence_counts,
)
from crm_data.marts.campaigns import (
    CAMPAIGN_CONTACTS_SQL,
    CAMPAIGN_DAYS_SQL,
    CAMPAIGN_MEMBER_FACTS_SQL,
    CAMPAIGN_NEWCOMERS_SQL,
    CAMPAIGN_ORDERS_SQL,
    CAMPAIGN_PEOPLE_SQL,
    CAMPAIGN_PURCHASES_SQL,
    CAMPAIGN_RESULTS_SQL,
)
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
from crm_data.marts.comments import COMMENT_FACTS_SQL
from crm_data.marts.contract_spells import CONTRACT_SPELLS_SQL
from crm_data.marts.customer_products import CUSTOMER_CATEGORIES_SQL, CUSTOMER_PRODUCTS_SQL
from crm_data.marts.customers import CUSTOMER_FACTS_SQL, CUSTOMER_MONTHS_SQL
from crm_data.marts.deal_history import (
    OPPORTUNITY_SNAPSHOTS_SQL,
    STAGE_SPELLS_SQL,
    DealHistory,
)
from crm_data.marts.deal_moves import DEAL_WORDS_SQL
from crm_data.marts.deal_stages import DEAL_KEYS_SQL, PIPELINE_STAGES_SQL
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
from crm_data.marts.quality import (
    QUALITY_DAYS_SQL,
    QUALITY_FIELDS_SQL,
    QUALITY_SUMS_SQL,
    REPEATED_LINES_SQL,
)
from crm_data.marts.repairs import REPAIR_CANDIDATES_SQL, REPAIR_PAIRS_SQL, VALUE_COUNTS_SQL
from crm_data.marts.service import (
    CUSTOMER_BANDS_SQL,
    SURVEY_BASE_SQL,
    SURVEY_FACTS_SQL,
    SURVEY_INVITES_SQL,
    TICKET_FACTS_SQL,
)
from crm_data.marts.touches import TOUCH_PATHS_SQL

# Deals begin and end it: what is made of their history in NumPy is made beside what is between.
STEPS: tuple[tuple[str, str], ...] = (
    ("deal_keys", DEAL_KEYS_SQL),
    ("deal_words", DEAL_WORDS_SQL),
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
    ("pipeline_stages", PIPELINE_STAGES_SQL),
    ("lead_spells", LEAD_SPELLS_SQL),
    ("campaign_people", CAMPAIGN_PEOPLE_SQL),
    ("campaign_purchases", CAMPAIGN_PURCHASES_SQL),
    ("campaign_member_facts", CAMPAIGN_MEMBER_FACTS_SQL),
    ("campaign_results", CAMPAIGN_RESULTS_SQL),
    ("campaign_days", CAMPAIGN_DAYS_SQL),
    ("campaign_orders", CAMPAIGN_ORDERS_SQL),
    ("campaign_contacts", CAMPAIGN_CONTACTS_SQL),
    ("campaign_newcomers", CAMPAIGN_NEWCOMERS_SQL),
    ("touch_paths", TOUCH_PATHS_SQL),
    ("customer_bands", CUSTOMER_BANDS_SQL),
    ("ticket_facts", TICKET_FACTS_SQL),
    ("survey_facts", SURVEY_FACTS_SQL),
    ("comment_facts", COMMENT_FACTS_SQL),
    ("survey_invites", SURVEY_INVITES_SQL),
    ("survey_base", SURVEY_BASE_SQL),
    ("repeated_lines", REPEATED_LINES_SQL),
    ("quality_fields", QUALITY_FIELDS_SQL),
    ("quality_days", QUALITY_DAYS_SQL),
    ("quality_sums", QUALITY_SUMS_SQL),
    ("opportunity_snapshots", OPPORTUNITY_SNAPSHOTS_SQL),
    ("stage_spells", STAGE_SPELLS_SQL),
    ("deal_facts", DEAL_FACTS_SQL),
    ("value_counts", VALUE_COUNTS_SQL),
    ("repair_pairs", REPAIR_PAIRS_SQL),
    ("repair_candidates", REPAIR_CANDIDATES_SQL),
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
    "deal_words",
    "customer_bands",
    "campaign_people",
    "campaign_purchases",
    "repeated_lines",
    "value_counts",
    "repair_pairs",
)

# Steps that are not SQL: their source is part of how a version is made.
IN_PYTHON = (
    deal_history, deal_moves, deal_order, deal_state_words, deal_states, deal_stays, deal_told,
    deal_visits, silence_counts,
)  # fmt: skip


class MartMaker:
    """Makes the tables of ``STEPS`` in one connection, in their order."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._deals = DealHistory(con)

    def make(self, name: str, sql: str, kind: str = "TABLE") -> None:
        """Make the table of a step; ``kind`` may say that it is temporary."""
        source = self._deals.source(name)
        if name == "silence_flows":
            source = "silence_counts", silence_counts.counts_of_silence(self._con)
        if source is not None:
            self._con.register(*source)
        self._con.execute(f"CREATE {kind} {name} AS {sql}")
        if source is not None:
            self._con.unregister(source[0])
        self._deals.begin(name)


__all__ = ["IN_PYTHON", "STEPS", "TEMPORARY", "MartMaker", "findings_sql"]
