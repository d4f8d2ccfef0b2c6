"""The leads behind a number, in a drawer."""

from ui import lead_loaders as load
from ui.customer_drawer import CustomerDrawer

LEADS = CustomerDrawer(
    name="leads",
    title="leads.rows",
    nobody="leads.no_such_leads",
    named=("outcome",),
    total=load.total,
    some=load.some,
    everyone=load.everyone,
    hint="leads.open_hint",
)
