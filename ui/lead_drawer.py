"""The leads behind a number, in a drawer."""

from ui import lead_loaders as load
from ui.customer_drawer import CustomerDrawer

LEADS = CustomerDrawer(
    name="leads",
    title="leads.rows",
    nobody="leads.no_such_leads",
    named=("lead_outcome",),
    total=load.total,
    some=load.some,
    everyone=load.everyone,
    hidden=lambda pick: ["status"] if pick.cut.known_before else [],  # not known of a past day
    shown_as={"outcome": "lead_outcome"},
    hint="leads.open_hint",
)
