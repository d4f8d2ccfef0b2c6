"""The customers behind a cell of the cohort table, in a drawer."""

from ui import retention_loaders as load
from ui.customer_drawer import CustomerDrawer

MEMBERS = CustomerDrawer(
    name="cohort_members",
    title="retention.members",
    nobody="retention.no_members",
    named=("first_category",),
    total=load.members_total,
    some=load.members,
    everyone=load.all_members,
)
