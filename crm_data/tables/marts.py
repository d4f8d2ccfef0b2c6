"""Marts of a version: pre-computed tables that pages read. SQL is in ``crm_data.marts``."""

from datetime import date

from crm_data.contract_sums import CONTRACT_SUMS
from crm_data.frames import FrameSpec, columns_of
from crm_data.tables.campaign_marts import CAMPAIGN_MARTS
from crm_data.tables.deal_marts import DEAL_MARTS
from crm_data.tables.quality_marts import QUALITY_MARTS
from crm_data.tables.service_marts import SERVICE_MARTS
from crm_data.tables.touch_marts import TOUCH_MARTS

# Calendar units for which daily_sales knows whose first order it was: a customer's first order in a
# week is one customer active in that week.
FIRST_IN_UNITS = ("week", "month", "quarter")
# Of use inside a version only: another numbers its customers afresh.
INTERNAL = ("customer_no", "search_text")
NEVER = date(1, 1, 1)  # stands for "no previous order": before every day a period can begin

CUSTOMER_FACTS = FrameSpec(
    "customer_facts",
    "one row per customer",
    ("customer_id",),
    columns_of(
        "customer_no:count customer_id:text name:text kind:text email:text phone:text city:text "
        "region:text country:text industry:text source:text owner_id:text lifecycle:text "
        "created_at:instant search_text:text first_order_on:day last_order_on:day "
        "first_category:text orders:count paid_orders:count known_paid_orders:count "
        "order_days:count first_paid_on:day last_paid_on:day paid_days:count returned_orders:count "
        "net_amount:money gross_amount:money returned_amount:money margin:money "
        "net_amount_90d:money net_amount_365d:money net_amount_year_before:money "
        "orders_365d:count "
        "mean_gap_days:number median_gap_days:number tickets:count open_tickets:count "
        "complaints:count first_complaint_hours:number last_ticket_at:instant "
        "last_contact_at:instant last_nps:number last_csat:number "
        "has_subscription:flag monthly_amount:money open_deals:count"
    ),
)

# previous_on: day of the customer's previous counted order (any channel), NEVER where there is
# none, missing where the order has no customer or does not count. "Distinct customers in [a, b)"
# is then a plain count of orders with previous_on < a. See decision 0004. order_no and customer_no
# are numbers inside this version, for joining and counting; another version numbers afresh.
ORDER_FACTS = FrameSpec(
    "order_facts",
    "one row per order, sorted by day",
    ("order_id",),
    columns_of(
        "order_id:text customer_id:text ordered_at:instant ordered_on:day status:text "
        "channel:text campaign_id:text seller_id:text owner_id:text region:text country:text "
        "source:text is_counted:flag net_amount:money cost:money lines:count units:number "
        "previous_on:day previous_in_channel_on:day previous_paid_on:day "
        "second_previous_paid_on:day order_no:count customer_no:count"
    ),
)

# Sorted by category, so that a question about one reads only its rows. has_order is false for a
# difference between an order's own amount and its lines: the order is counted in its categories.
ORDER_CATEGORIES = FrameSpec(
    "order_categories",
    "one row per counted order and product category; missing for what no line explains",
    ("order_no", "category"),
    columns_of(
        "category:text ordered_on:day channel:text order_no:count customer_no:count "
        "is_paid:flag previous_on:day net_amount:money lines:count units:number has_order:flag"
    ),
)

_FIRSTS = " ".join(
    f"{prefix}_{unit}:count"
    for prefix in ("first_in", "first_in_channel")
    for unit in FIRST_IN_UNITS
)
_DAILY_MEASURES = (
    "net_amount:money gross_amount:money returned_amount:money net_amount_sq:number "
    "gross_amount_sq:number returned_amount_sq:number orders:count paid_orders:count "
    "valued_orders:count lines:count units:number new_customers:count customer_net_amount:money "
    f"customer_orders:count {_FIRSTS}"
)

DAILY_SALES = FrameSpec(
    "daily_sales",
    "one row per business day, region, country, channel and acquisition source with an order",
    ("ordered_on", "region", "country", "channel", "source"),
    columns_of(
        f"ordered_on:day region:text country:text channel:text source:text {_DAILY_MEASURES}"
    ),
)

DAILY_CATEGORY_SALES = FrameSpec(
    "daily_category_sales",
    "daily_sales split by product category; category is missing for what no line explains",
    ("ordered_on", "region", "country", "channel", "source", "category"),
    columns_of(
        "ordered_on:day region:text country:text channel:text source:text category:text "
        "net_amount:money gross_amount:money returned_amount:money orders:count "
        "paid_orders:count valued_orders:count lines:count units:number"
    ),
)

# A return is an order, but no purchase: cohort_on is the month of the first paid order, missing for
# who has none; paid_days are days with paid orders. next_paid_on is the first one after the month
# that the data knows: whoever pauses for longer than a month does so after a last_paid_on.
CUSTOMER_MONTHS = FrameSpec(
    "customer_months",
    "one row per customer and calendar month with a counted order",
    ("customer_id", "month_on"),
    columns_of(
        "customer_no:count customer_id:text month_on:day cohort_on:day region:text country:text "
        "source:text owner_id:text first_on:day last_on:day order_days:count orders:count "
        "first_paid_on:day last_paid_on:day paid_days:count paid_orders:count "
        "is_first_in_quarter:flag is_last:flag next_paid_on:day net_amount:money "
        "gross_amount:money margin:money"
    ),
)

# Sorted by customer. Days are missing where no such order has one; known_last_on is the last day up
# to the watermark.
CUSTOMER_PRODUCTS = FrameSpec(
    "customer_products",
    "one row per customer and product that it bought in a paid order",
    ("customer_no", "product_id"),
    columns_of("customer_no:count product_id:text last_on:day known_last_on:day"),
)

# Sorted by customer. The amount is missing where that of no order is known. Paid orders up to the
# watermark: how many, and the least and greatest number among them (of order_facts).
CUSTOMER_CATEGORIES = FrameSpec(
    "customer_categories",
    "one row per customer and category with a counted order; missing for what no line explains",
    ("customer_no", "category"),
    columns_of(
        "customer_no:count category:text paid_orders:count first_paid_no:count "
        "last_paid_no:count net_amount:money"
    ),
)

# customer_months counted; without owner, so only who sees everything reads it (decision 0006).
# customers and orders are those of paid orders; net_amount and margin hold returns, too.
# first_in_quarter and last_customers count those of `customers` who were not active earlier in the
# quarter, and those not seen in a later month: sums over months of either count nobody twice.
COHORT_MONTHS = FrameSpec(
    "cohort_months",
    "one row per month of first paid order, month, region, source, first category with an order",
    ("cohort_on", "month_on", "region", "source", "first_category"),
    columns_of(
        "cohort_on:day month_on:day region:text source:text first_category:text customers:count "
        "first_in_quarter:count last_customers:count valued_customers:count "
        "costed_customers:count orders:count net_amount:money margin:money"
    ),
)

LOOSE_HOLDER = -(10**12)  # customer_no of who is known from contracts only lies below it

# outcome: new, returned, lost, stayed, or passed (came and went within the month). amount_before
# and amount_after are monthly amounts where the month and the next one begin; missing where some
# contract's is not known.
CONTRACT_CHANGES = FrameSpec(
    "contract_changes",
    "one row per customer and calendar month in which a contract started or ended",
    ("customer_id", "month_on"),
    columns_of(
        "customer_no:count customer_id:text month_on:day cohort_on:day region:text source:text "
        "owner_id:text outcome:text is_first_loss:flag last_on:day ended_on:day end_reason:text "
        "amount_before:money amount_after:money"
    ),
)
CONTRACT_FLOWS = FrameSpec(
    "contract_flows",
    "contract_changes added up by month, region, source, owner and, of the lost, end reason",
    ("month_on", "region", "source", "owner_id", "end_reason"),
    (
        *columns_of(
            "month_on:day region:text source:text owner_id:text end_reason:text last_on:day"
        ),
        *CONTRACT_SUMS,
    ),
)
# region, source, kind and owner are the customer's of today; product_id is of the first contract,
# end_reason of the last. customer_no is missing for who is known from contracts only.
CONTRACT_SPELLS = FrameSpec(
    "contract_spells",
    "one row per customer and unbroken time under contract",
    ("spell_no",),
    columns_of(
        "spell_no:count customer_no:count customer_id:text region:text source:text kind:text "
        "owner_id:text product_id:text started_on:day ended_on:day end_reason:text age_days:count"
    ),
)
# Sorted by customer. After the last paid order that the data knows until_on and gap_days, the days
# between both, are missing, and pause_days is STILL. until_month_on is the first day of that month;
# silence_code is explained in crm_data.silence, 0 for what is no silence of any length.
ORDER_PAUSES = FrameSpec(
    "order_pauses",
    "one row per customer and time after a day with a paid order, until the next",
    ("customer_no", "from_on"),
    columns_of(
        "customer_no:count from_on:day until_on:day gap_days:count pause_days:count "
        "until_month_on:day silence_code:count"
    ),
)
SILENCE_FLOWS = FrameSpec(
    "silence_flows",
    "one row per days of silence, month, region, source and owner with somebody who came or went",
    ("silence_days", "month_on", "region", "source", "owner_id"),
    columns_of(
        "silence_days:count month_on:day region:text source:text owner_id:text "
        "new_customers:count returned_customers:count lost_customers:count"
    ),
)
SILENCE_RETURNS = FrameSpec(
    "silence_returns",
    "one row per days of silence and group of customers: silences, and how many of them ended",
    ("silence_days", "region", "source", "first_category", "kind"),
    columns_of(
        "silence_days:count region:text source:text first_category:text kind:text "
        "silences:count followed:count came_back:count"
    ),
)
SILENCE_GAPS = FrameSpec(
    "silence_gaps",
    "one row per days between order days (rounded up past 90) and group of customers",
    ("gap_days", "region", "source", "first_category", "kind"),
    columns_of("gap_days:count region:text source:text first_category:text kind:text gaps:count"),
)
# Of the value that the rule set `decline` named when the version was built; sorted by month.
DECLINE_VALUES = FrameSpec(
    "decline_values",
    "one row per customer and complete month that can be compared with the mean of three before",
    ("customer_no", "month_on"),
    columns_of(
        "field:text measure:text month_on:day customer_no:count value_before:number "
        "value_now:number"
    ),
)

VERSION_INFO = FrameSpec(
    "version_info",
    "one row per canonical table",
    ("table_name",),
    columns_of(
        "table_name:text rows:count first_on:day watermark_on:day batches:json built_at:instant "
        "fingerprint:text follows:text read_by:text"
    ),
)

BUILD_FINDINGS = FrameSpec(
    "build_findings",
    "one row per rule that some rows of a table break",
    ("rule", "table_name", "field"),
    columns_of("rule:text table_name:text field:text rows:count"),
)

# worth: net revenue of the orders or customers, won value of the deals, amount of the lines;
# missing where rows of the table have none. target is a key where the field refers to a table.
REPAIR_CANDIDATES = FrameSpec(
    "repair_candidates",
    "one row per value that looks like a slip of the pen, with what was probably meant",
    ("table_name", "field", "value"),
    columns_of(
        "table_name:text field:text value:text rows:count worth:number target:text "
        "target_rows:count similarity:share kind:text is_known:flag"
    ),
)
# kind: the table of the records. Rows that named merged_id name survivor_id in this version.
MERGED_RECORDS = FrameSpec(
    "merged_records",
    "one row per record that goes on as another",
    ("kind", "merged_id"),
    columns_of("kind:text merged_id:text survivor_id:text"),
)

MARTS: tuple[FrameSpec, ...] = (
    ORDER_FACTS,
    ORDER_CATEGORIES,
    CUSTOMER_FACTS,
    DAILY_SALES,
    DAILY_CATEGORY_SALES,
    CUSTOMER_MONTHS,
    CUSTOMER_PRODUCTS,
    CUSTOMER_CATEGORIES,
    COHORT_MONTHS,
    CONTRACT_CHANGES,
    CONTRACT_FLOWS,
    CONTRACT_SPELLS,
    ORDER_PAUSES,
    SILENCE_FLOWS,
    SILENCE_RETURNS,
    SILENCE_GAPS,
    DECLINE_VALUES,
    *DEAL_MARTS,
    *SERVICE_MARTS,
    *CAMPAIGN_MARTS,
    *QUALITY_MARTS,
    *TOUCH_MARTS,
    REPAIR_CANDIDATES,
    VERSION_INFO,
    BUILD_FINDINGS,
    MERGED_RECORDS,
)
