"""The tickets behind a number, in a drawer."""

from ui import ticket_loaders as load
from ui.customer_drawer import CustomerDrawer

TICKETS = CustomerDrawer(
    name="tickets",
    title="tickets.rows",
    nobody="tickets.none",
    named=("priority", "sla", "problem"),
    total=load.total,
    some=load.some,
    everyone=load.everyone,
    hint="tickets.open_hint",
)
