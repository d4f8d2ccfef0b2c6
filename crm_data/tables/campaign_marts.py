"""Marts of campaigns: what they cost and brought by day, what members did by arm, fatigue."""

from crm_data.frames import FrameSpec, columns_of

# What a member did, as bits of one number: counting many flags costs as much as counting one.
DID = {
    "sent": 1, "reached": 2, "opened": 4, "clicked": 8, "responded": 16, "converted": 32,
    "unsubscribed": 64, "complained": 128, "over": 256, "buyer": 512,
}  # fmt: skip
WINDOW_DAYS = 14  # the shortest time after assignment in which what a member buys counts

# Each number by its own day: money spent, orders placed, leads created, members assigned. What
# members did is of those reached: delivered, or sent where deliveries are not recorded. Costs are
# of no owner. An order counts as in order_facts: returns are negative.
CAMPAIGN_DAYS = FrameSpec(
    "campaign_days",
    "one row per campaign, day and owner with anything",
    ("campaign_id", "day_on", "owner_id"),
    columns_of(
        "campaign_id:text channel:text day_on:day owner_id:text cost:money impressions:count "
        "ad_clicks:count members:count sent:count reached:count opened:count clicked:count "
        "responded:count converted:count unsubscribed:count complained:count leads:count "
        "orders:count net_amount:money gross_amount:money returned_amount:money margin:money "
        "uncosted_orders:count new_customers:count"
    ),
)

# reached: delivered, or sent where the campaign records no delivery. Money and is_buyer are of the
# orders from the day of assignment until the campaign ends, 14 days at the least; missing before
# these days are over, without any order, and where one has no value (or, for the margin, no cost).
# Where nothing is ordered, days of recorded conversions are over by the calendar. buyer_no is
# whose orders count: the customer, or whom a lead became. is_followed: what the member buys would
# be on record; of leads not where none is linked to a customer. did: the flags is_… as bits (DID).
# Days are the company's.
CAMPAIGN_MEMBER_FACTS = FrameSpec(
    "campaign_member_facts",
    "one row per member of a campaign, sorted by campaign",
    ("member_no",),
    columns_of(
        "member_no:count campaign_id:text member_id:text arm:text customer_no:count "
        "customer_id:text buyer_no:count is_followed:flag owner_id:text region:text "
        "assigned_at:instant sent_at:instant responded_on:day converted_on:day "
        "outcome_value:number assigned_on:day window_end_on:day reached_on:day is_sent:flag "
        "is_reached:flag is_opened:flag is_clicked:flag is_responded:flag is_converted:flag "
        "is_unsubscribed:flag is_complained:flag is_over:flag is_buyer:flag "
        "did:count net_amount:number margin:number"
    ),
)

# campaign_member_facts counted: of all members of an arm, reached or not. valued and costed are the
# members whose money is known, and net_amount_sq and margin_sq sums of squares over them.
CAMPAIGN_RESULTS = FrameSpec(
    "campaign_results",
    "one row per campaign, arm, owner and region with a member",
    ("campaign_id", "arm", "owner_id", "region"),
    columns_of(
        "campaign_id:text arm:text owner_id:text region:text assigned_on:day window_end_on:day "
        "members:count sent:count reached:count opened:count clicked:count responded:count "
        "converted:count unsubscribed:count complained:count over:count buyers:count valued:count "
        "net_amount:number net_amount_sq:number costed:count margin:number margin_sq:number"
    ),
)

# What campaign_days counts of orders, by customer: a segment is of customers, not of days.
CAMPAIGN_ORDERS = FrameSpec(
    "campaign_orders",
    "one row per campaign and customer with an order credited to it",
    ("campaign_id", "customer_no"),
    columns_of(
        "campaign_id:text customer_no:count owner_id:text orders:count net_amount:money "
        "gross_amount:money returned_amount:money margin:money uncosted_orders:count "
        "new_customers:count"
    ),
)

# Messages that reached a customer in a calendar month; 10 stands for ten or more.
CAMPAIGN_CONTACTS = FrameSpec(
    "campaign_contacts",
    "one row per month, owner and number of messages that reached a customer in it",
    ("month_on", "owner_id", "contacts"),
    columns_of(
        "month_on:day owner_id:text contacts:count customers:count reached:count "
        "responded:count unsubscribed:count complained:count"
    ),
)

# margin: of all that the customer has bought; days since that first order, at the least one.
CAMPAIGN_NEWCOMERS = FrameSpec(
    "campaign_newcomers",
    "one row per customer whose first paid order is credited to a campaign",
    ("customer_no",),
    columns_of(
        "customer_no:count customer_id:text campaign_id:text owner_id:text first_on:day "
        "margin:money days:count"
    ),
)

CAMPAIGN_MARTS = (
    CAMPAIGN_MEMBER_FACTS,
    CAMPAIGN_DAYS,
    CAMPAIGN_RESULTS,
    CAMPAIGN_ORDERS,
    CAMPAIGN_CONTACTS,
    CAMPAIGN_NEWCOMERS,
)
