"""The orders, leads and days of spending behind a number of campaigns, in a drawer."""

from ui import campaign_loaders as load
from ui.customer_drawer import CustomerDrawer

_HIDDEN = {
    "orders": ["lead_id"],
    "newcomers": ["lead_id"],
    "costs": ["customer_id", "order_id", "lead_id", "status", "margin"],
    "leads": ["order_id", "amount", "margin"],
}
CAMPAIGN_DRAWER = CustomerDrawer(
    name="campaign_rows",
    title="campaigns.rows",
    nobody="campaigns.no_rows",
    named=(),
    total=load.total,
    some=load.some,
    everyone=load.everyone,
    hidden=lambda pick: _HIDDEN[pick.kind],
)
