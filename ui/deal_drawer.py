"""The deals behind a number, in a drawer."""

from ui import deal_loaders as load
from ui.customer_drawer import CustomerDrawer

DEALS = CustomerDrawer(
    name="deals",
    title="pipeline.deals",
    nobody="pipeline.no_such_deals",
    named=("pipeline", "deal_stage", "outcome", "loss_reason"),
    total=load.total,
    some=load.some,
    everyone=load.everyone,
)
